/*
 * A test of a program that sends mail. Put your program into send_mail() and your checks into main().
 *
 * usage: cc -o test_mail test_mail.c && ./test_mail     mailspec is found in PATH, or named by $MAILSPEC
 */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/test_mail-XXXXXX";
static pid_t server;
static unsigned smtp_port;

/* ---- the program under test: 0 when the server has taken the mail, else its last reply code ---- */

static int reply_code(FILE *in)
{
    char line[1024] = "";
    while (fgets(line, sizeof line, in) != NULL && strlen(line) > 3 && line[3] == '-') {
    }
    return atoi(line);
}

static int say(FILE *in, FILE *out, const char *text, int expected)
{
    fputs(text, out);
    fflush(out);
    int code = reply_code(in);
    return code == expected ? 0 : code;
}

static int send_mail(const char *subject)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((unsigned short)smtp_port)};
    char data[200];
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        return 421;
    }
    FILE *in = fdopen(fd, "r");
    FILE *out = fdopen(dup(fd), "w");
    snprintf(data, sizeof data, "To: bob@example.test\r\nSubject: %s\r\n\r\nTotal: 42\r\n.\r\n",
             subject);
    int code;
    if ((code = say(in, out, "", 220)) == 0 &&
        (code = say(in, out, "EHLO shop.example\r\n", 250)) == 0 &&
        (code = say(in, out, "MAIL FROM:<shop@example.test>\r\n", 250)) == 0 &&
        (code = say(in, out, "RCPT TO:<bob@example.test>\r\n", 250)) == 0 &&
        (code = say(in, out, "DATA\r\n", 354)) == 0) {
        code = say(in, out, data, 250);
    }
    say(in, out, "QUIT\r\n", 221);
    fclose(in);
    fclose(out);
    return code;
}

/* ---- mailspec ---- */

static const char *mailspec(void)
{
    const char *name = getenv("MAILSPEC");
    return name != NULL ? name : "mailspec";
}

/* The server takes free ports, and says which when it is ready. */
static int start(void)
{
    char store[100], control[100], number[20];
    int ready[2];
    if (mkdtemp(folder) == NULL || pipe(ready) != 0) {
        return -1;
    }
    snprintf(store, sizeof store, "%s/mail", folder);
    snprintf(control, sizeof control, "%s/ctl", folder);
    snprintf(number, sizeof number, "%d", ready[1]);
    if ((server = fork()) == 0) {
        execlp(mailspec(), "mailspec", "serve", "-q", "smtp://127.0.0.1:0", "pop3://127.0.0.1:0",
               "--store", store, "--control", control, "--ready-fd", number, (char *)NULL);
        _exit(127);
    }
    close(ready[1]);
    FILE *urls = fdopen(ready[0], "r");
    int found = fscanf(urls, "smtp://127.0.0.1:%u", &smtp_port);
    fclose(urls);
    return found == 1 ? 0 : -1;
}

/* "tell DIR/ctl set full bob", "wait --store DIR/mail ...": the exit status. What is printed is read by `grep`. */
static int run(const char *verb, const char *place, const char *words, const char *grep)
{
    char command[1000];
    snprintf(command, sizeof command, "'%s' %s '%s/%s' %s | grep -q '%s'", mailspec(), verb, folder,
             place, words, grep);
    return system(command);
}

static int failures;

static void check(const char *what, int good)
{
    printf("%s: %s\n", good ? "ok" : "FAIL", what);
    failures += good ? 0 : 1;
}

static void test(void)
{
    check("the server takes it", send_mail("invoice 42") == 0);
    check("it comes, and is what it should be",
          run("wait --store", "mail", "--to bob@example.test --subject /invoice/ --timeout 10s",
              "^Total: 42") == 0);
    check(
        "nobody else gets it", /* grep finds nothing, and what `wait --not` says has its own line */
        run("wait --store", "mail", "--to alice@example.test --not --timeout 100ms && echo none",
            "none") == 0);

    run("tell", "ctl", "set full bob", "set");
    check("a full mailbox is reported", send_mail("invoice 43") == 452);
    run("tell", "ctl", "reset", "start");

    run("tell", "ctl", "fault greeting-code",
        "250"); /* `mailspec serve --fault list` has sixty more ways */
    check("a broken server is reported", send_mail("invoice 44") == 250);
}

int main(void)
{
    char clean[100];
    int status = 0;
    check("the server starts", start() == 0);
    if (failures == 0) {
        test();
    }
    kill(server, SIGTERM);
    check("the server ends well", waitpid(server, &status, 0) == server && status == 0);
    snprintf(clean, sizeof clean, "rm -rf '%s'", folder);
    return system(clean) == 0 && failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
