#include "cli/secret_prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/file.h"

/* Signals are held back while nothing typed is shown, and looked for so often: a handler would need a global variable. */
enum { LOOK_MS = 100 };

enum answer { ANSWER_LINE, ANSWER_END, ANSWER_SIGNAL, ANSWER_TOO_LONG };

/* Those that would leave the terminal as it is. */
static const int held_signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
enum { HELD_COUNT = sizeof held_signals / sizeof held_signals[0] };

struct terminal {
    int fd;
    struct termios before;
    sigset_t mask_before;
};

static void hold_signals(struct terminal *terminal)
{
    sigset_t held;
    sigemptyset(&held);
    for (size_t i = 0; i < HELD_COUNT; i++) {
        sigaddset(&held, held_signals[i]);
    }
    (void)sigprocmask(SIG_BLOCK, &held, &terminal->mask_before);
}

static int hide_typing(struct terminal *terminal)
{
    if (tcgetattr(terminal->fd, &terminal->before) != 0) {
        return -1;
    }
    hold_signals(terminal);
    struct termios hidden = terminal->before;
    hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
    hidden.c_lflag |= (tcflag_t)(ICANON | ISIG);
    if (tcsetattr(terminal->fd, TCSAFLUSH, &hidden) != 0) {
        (void)sigprocmask(SIG_SETMASK, &terminal->mask_before, NULL);
        return -1;
    }
    return 0;
}

/* The signals that were held back arrive here: most of them end the program. */
static void show_typing(struct terminal *terminal)
{
    (void)tcsetattr(terminal->fd, TCSAFLUSH, &terminal->before);
    (void)file_write_all(terminal->fd, BYTES_LIT("\n"));
    (void)sigprocmask(SIG_SETMASK, &terminal->mask_before, NULL);
}

static bool signal_waits(void)
{
    sigset_t waiting;
    if (sigpending(&waiting) != 0) {
        return false;
    }
    for (size_t i = 0; i < HELD_COUNT; i++) {
        if (sigismember(&waiting, held_signals[i]) == 1) {
            return true;
        }
    }
    return false;
}

static enum answer read_line(const struct terminal *terminal, size_t most, struct buf *out)
{
    unsigned char part[256];
    for (;;) {
        struct pollfd poll_fd = {.fd = terminal->fd, .events = POLLIN};
        if (signal_waits()) {
            return ANSWER_SIGNAL;
        }
        if (poll(&poll_fd, 1, LOOK_MS) <= 0) {
            continue;
        }
        ssize_t n = read(terminal->fd, part, sizeof part);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return ANSWER_END;
        }
        buf_append(out, bytes_make(part, (size_t)n));
        memset(part, 0, sizeof part);
        if (out->p[out->n - 1] == '\n') {
            out->n--;
            return ANSWER_LINE;
        }
        if (out->n > most) {
            return ANSWER_TOO_LONG;
        }
    }
}

static enum answer ask(struct terminal *terminal, const char *user, size_t most, struct buf *out)
{
    struct buf words = {0};
    buf_append_text(&words, "Secret of ");
    escape_append(&words, bytes_of(user), ESCAPE_UTF8);
    buf_append_text(&words, ": ");
    (void)file_write_all(terminal->fd, buf_bytes(&words));
    buf_deinit(&words);
    buf_clear(out);
    return read_line(terminal, most, out);
}

int secret_prompt(const char *user, size_t most, struct buf *out, struct error *error)
{
    struct terminal terminal = {.fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)};
    enum answer answer = ANSWER_SIGNAL;
    if (terminal.fd < 0) {
        return error_set(error,
                         "there is no terminal to ask for it at (/dev/tty: %s); give it as "
                         "file:PATH or env:NAME",
                         strerror(errno));
    }
    /* Who stopped the program and goes on with it is asked again. */
    while (answer == ANSWER_SIGNAL) {
        if (hide_typing(&terminal) != 0) {
            (void)close(terminal.fd);
            return error_set(error, "/dev/tty: what is typed cannot be hidden: %s",
                             strerror(errno));
        }
        answer = ask(&terminal, user, most, out);
        show_typing(&terminal);
    }
    (void)close(terminal.fd);
    if (answer == ANSWER_TOO_LONG) {
        return error_set(error, "more than %zu octets were typed", most);
    }
    return out->n > 0 ? 0 : error_set(error, "nothing was typed");
}
