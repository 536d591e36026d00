/* Targets from files, endpoints from URLs. */
#include "engine/target_file.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

/* ---- URLs ---- */

struct url_row {
    const char *url;
    enum endpoint_kind kind;
    enum protocol protocol;
    bool tls;
    const char *where; /* host, path or command */
    unsigned port;
};

static const struct url_row url_rows[] = {
    {"smtp://mx.example.org",        ENDPOINT_TCP,  PROTOCOL_SMTP, false, "mx.example.org",       25   },
    {"smtp://mx.example.org:2525",   ENDPOINT_TCP,  PROTOCOL_SMTP, false, "mx.example.org",       2525 },
    {"smtp://mx.example.org:2525/",  ENDPOINT_TCP,  PROTOCOL_SMTP, false, "mx.example.org",       2525 },
    {" SMTP://127.0.0.1:0 ",         ENDPOINT_TCP,  PROTOCOL_SMTP, false, "127.0.0.1",            0    },
    {"smtp://[::1]",                 ENDPOINT_TCP,  PROTOCOL_SMTP, false, "::1",                  25   },
    {"smtp://[fe80::1%eth0]:65535/", ENDPOINT_TCP,  PROTOCOL_SMTP, false, "fe80::1%eth0",         65535},
    {"lmtp://localhost",             ENDPOINT_TCP,  PROTOCOL_LMTP, false, "localhost",            24   },
    {"pop3://localhost",             ENDPOINT_TCP,  PROTOCOL_POP3, false, "localhost",            110  },
    {"smtps://localhost",            ENDPOINT_TCP,  PROTOCOL_SMTP, true,  "localhost",            465  },
    {"lmtps://localhost:24",         ENDPOINT_TCP,  PROTOCOL_LMTP, true,  "localhost",            24   },
    {"pop3s://localhost",            ENDPOINT_TCP,  PROTOCOL_POP3, true,  "localhost",            995  },
    {"pop3s://localhost:9950",       ENDPOINT_TCP,  PROTOCOL_POP3, true,  "localhost",            9950 },
    {"lmtp+unix:/run/lmtp",          ENDPOINT_UNIX, PROTOCOL_LMTP, false, "/run/lmtp",            0    },
    {"smtp+unix:run/a b",            ENDPOINT_UNIX, PROTOCOL_SMTP, false, "run/a b",              0    },
    {"pop3+unix:p",                  ENDPOINT_UNIX, PROTOCOL_POP3, false, "p",                    0    },
    {"pipe:./server -s \"x: y\"",    ENDPOINT_PIPE, PROTOCOL_SMTP, false, "./server -s \"x: y\"", 0    },
    {"pipe+smtp: server",            ENDPOINT_PIPE, PROTOCOL_SMTP, false, "server",               0    },
    {"pipe+lmtp:server",             ENDPOINT_PIPE, PROTOCOL_LMTP, false, "server",               0    },
    {"pipe+pop3:server",             ENDPOINT_PIPE, PROTOCOL_POP3, false, "server",               0    },
};

static const char *endpoint_where(const struct endpoint *endpoint)
{
    switch (endpoint->kind) {
    case ENDPOINT_TCP:
        return endpoint->host;
    case ENDPOINT_UNIX:
        return endpoint->path;
    case ENDPOINT_PIPE:
        return endpoint->command;
    case ENDPOINT_NONE:
        break;
    }
    return "";
}

static void check_url(const struct url_row *row, struct arena *arena)
{
    struct endpoint endpoint;
    struct error error = {""};
    UNIT_ROW(row->url, endpoint_read(row->url, arena, &endpoint, &error) == 0);
    UNIT_ROW(row->url, endpoint.kind == row->kind);
    UNIT_ROW(row->url, endpoint.protocol == row->protocol);
    UNIT_ROW(row->url, endpoint.implicit_tls == row->tls);
    UNIT_ROW(row->url, strcmp(endpoint_where(&endpoint), row->where) == 0);
    UNIT_ROW(row->url, endpoint.port == row->port);
    UNIT_ROW(row->url, strstr(row->url, endpoint.url) != NULL);
}

static void test_urls(void)
{
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof url_rows / sizeof url_rows[0]; i++) {
        check_url(&url_rows[i], arena);
    }
    arena_free(&arena);
}

struct bad_url_row {
    const char *url;
    const char *error;
};

// clang-format off
static const struct bad_url_row bad_url_rows[] = {
    {"",                       "\"\" is no URL of a server; write smtp://HOST:PORT, lmtp://HOST:PORT, pop3://HOST:PORT, lmtp+unix:PATH or pipe:COMMAND"},
    {"localhost:25",           "\"localhost:25\" is no URL of a server; write smtp://HOST:PORT, lmtp://HOST:PORT, pop3://HOST:PORT, lmtp+unix:PATH or pipe:COMMAND"},
    {"\x1b[2J",                "\"\\x1b[2J\" is no URL of a server; write smtp://HOST:PORT, lmtp://HOST:PORT, pop3://HOST:PORT, lmtp+unix:PATH or pipe:COMMAND"},
    {"smpt://localhost",       "\"smpt://localhost\": this scheme is not known; did you mean \"smtp\"?"},
    {"pop://localhost",        "\"pop://localhost\": this scheme is not known; did you mean \"pop3\"?"},
    {"lmtp+unx:/x",            "\"lmtp+unx:/x\": this scheme is not known; did you mean \"lmtp+unix\"?"},
    {"smtp:localhost",         "\"smtp:localhost\": write smtp://HOST:PORT"},
    {"smtp://",                "\"smtp://\": expected a host name or address, found \"\""},
    {"smtp://:25",             "\"smtp://:25\": expected a host name or address, found \"\""},
    {"lmtps://a",              "\"lmtps://a\": LMTP in TLS has no port of its own; write lmtps://HOST:PORT"},
    {"smtp://a@b",             "\"smtp://a@b\": expected a host name or address, found \"a@b\""},
    {"smtp://a/b",             "\"smtp://a/b\": expected a host name or address, found \"a/b\""},
    {"smtp://a b",             "\"smtp://a b\": expected a host name or address, found \"a b\""},
    {"smtp://::1",             "\"smtp://::1\": an IPv6 address stands in brackets, as in smtp://[::1]:25"},
    {"smtp://[::1",            "\"smtp://[::1\": the bracket of the IPv6 address is not closed"},
    {"smtp://[localhost]",     "\"smtp://[localhost]\": expected a host name or address, found \"localhost\""},
    {"smtp://[::1]25",         "\"smtp://[::1]25\": expected a port from 1 to 65535 after the host, found \"25\""},
    {"smtp://a:",              "\"smtp://a:\": expected a port from 1 to 65535 after the host, found \":\""},
    {"smtp://a:65536",         "\"smtp://a:65536\": expected a port from 1 to 65535 after the host, found \":65536\""},
    {"smtp://a:25x",           "\"smtp://a:25x\": expected a port from 1 to 65535 after the host, found \":25x\""},
    {"lmtp+unix:",             "\"lmtp+unix:\": expected a path after the colon"},
    {"pipe: ",                 "\"pipe:\": expected a command after the colon"},
};
// clang-format on

static void test_bad_urls(void)
{
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof bad_url_rows / sizeof bad_url_rows[0]; i++) {
        struct endpoint endpoint;
        struct error error = {""};
        const char *url = bad_url_rows[i].url;
        UNIT_ROW(url, endpoint_read(url, arena, &endpoint, &error) == -1);
        UNIT_ROW(url, strcmp(error.text, bad_url_rows[i].error) == 0);
        if (strcmp(error.text, bad_url_rows[i].error) != 0) {
            fprintf(stderr, "found: %s\n", error.text);
        }
    }
    arena_free(&arena);
}

/* ---- Files ---- */

static const char whole_file[] = "# our own\n"
                                 "Name: Postfix and Dovecot\n"
                                 "Smtp: smtp://127.0.0.1:2525\n"
                                 "pop3: pop3://[::1]:2110\n"
                                 "Domain: example.org\n"
                                 "User: alice sesame\n"
                                 "User: bob  swordfish\t bob.b@example.org\n"
                                 " carol@example.org open\n"
                                 "Unknown-user: nobody\n"
                                 "Relay-domain: example.net\n"
                                 "Source: 127.0.0.1\n"
                                 "Connections: 3\n"
                                 "Delivers: yes\n"
                                 "Start: ./start --now; true\n"
                                 "Stop: ./stop\n"
                                 "Known-failing: known.txt\n"
                                 "Known-failing: /etc/known.txt\n";

static void test_whole_file(void)
{
    struct arena *arena = arena_new();
    struct target target;
    struct error error = {""};
    CU_ASSERT_EQUAL(
        target_file_parse("rigs/x.target", bytes_of(whole_file), arena, &target, &error), 0);
    CU_ASSERT_STRING_EQUAL(error.text, "");
    target_complete(&target, arena);
    CU_ASSERT_STRING_EQUAL(target.name, "Postfix and Dovecot");
    CU_ASSERT_EQUAL(target.mail.kind, ENDPOINT_TCP);
    CU_ASSERT_EQUAL(target.mail.port, 2525);
    CU_ASSERT_STRING_EQUAL(target.pop3.host, "::1");
    CU_ASSERT_STRING_EQUAL(target.domain, "example.org");
    CU_ASSERT_EQUAL_FATAL(target.user_count, 3);
    CU_ASSERT_STRING_EQUAL(target.users[0].name, "alice");
    CU_ASSERT_STRING_EQUAL(target.users[0].secret, "sesame");
    CU_ASSERT_STRING_EQUAL(target.users[0].address, "alice@example.org");
    CU_ASSERT_STRING_EQUAL(target.users[1].address, "bob.b@example.org");
    CU_ASSERT_STRING_EQUAL(target.users[2].name, "carol@example.org");
    CU_ASSERT_STRING_EQUAL(target.users[2].address, "carol@example.org");
    CU_ASSERT_STRING_EQUAL(target.unknown_user, "nobody@example.org");
    CU_ASSERT_STRING_EQUAL(target.relay_domain, "example.net");
    CU_ASSERT_STRING_EQUAL(target.source, "127.0.0.1");
    CU_ASSERT_EQUAL(target.connections, 3);
    CU_ASSERT(target.delivers);
    CU_ASSERT_STRING_EQUAL(target.start, "./start --now; true");
    CU_ASSERT_STRING_EQUAL(target.stop, "./stop");
    CU_ASSERT_EQUAL_FATAL(target.known_failing_count, 2);
    CU_ASSERT_STRING_EQUAL(target.known_failing[0], "rigs/known.txt");
    CU_ASSERT_STRING_EQUAL(target.known_failing[1], "/etc/known.txt");
    CU_ASSERT(target.loopback);
    arena_free(&arena);
}

struct delivers_row {
    const char *text;
    bool delivers;
};

static const struct delivers_row delivers_rows[] = {
    {"Smtp: smtp://a\nPop3: pop3://a\n",                true },
    {"Smtp: smtp://a\nPop3: pop3://a\nDelivers: no\n",  false},
    {"Smtp: smtp://a\nPop3: pop3://a\nDelivers: yes\n", true },
    {"Smtp: smtp://a\n",                                false},
    {"Pop3: pop3://a\n",                                false},
};

/* Two addresses are the two sides of one server, unless it is said otherwise. */
static void test_delivers(void)
{
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof delivers_rows / sizeof delivers_rows[0]; i++) {
        const struct delivers_row *row = &delivers_rows[i];
        struct target target;
        UNIT_ROW(row->text, target_file_parse("t", bytes_of(row->text), arena, &target, NULL) == 0);
        UNIT_ROW(row->text, target.delivers == row->delivers);
    }
    arena_free(&arena);
}

/* From a file, and what is not there. */
static void test_read(void)
{
    char path[] = "/tmp/mailspec-test-XXXXXX";
    int fd = mkstemp(path);
    CU_ASSERT_FATAL(fd >= 0);
    CU_ASSERT_EQUAL(write(fd, whole_file, sizeof whole_file - 1), (ssize_t)sizeof whole_file - 1);
    close(fd);
    struct arena *arena = arena_new();
    struct target target;
    struct error error = {""};
    CU_ASSERT_EQUAL(target_file_read(path, arena, &target, &error), 0);
    CU_ASSERT_EQUAL(target.connections, 3);
    CU_ASSERT_EQUAL(target_file_read("/nowhere/target", arena, &target, &error), -1);
    CU_ASSERT(strstr(error.text, "/nowhere/target") != NULL);
    arena_free(&arena);
    unlink(path);
}

struct bad_file_row {
    const char *text;
    const char *error;
};

// clang-format off
static const struct bad_file_row bad_file_rows[] = {
    {"",                                "t:1: the file names no target; expected fields such as Smtp: and Pop3:"},
    {"# nothing\n",                     "t:1: the file names no target; expected fields such as Smtp: and Pop3:"},
    {"Name: x\n\nSmtp: smtp://a\n",     "t:3: one file describes one target; remove the empty line above"},
    {"Name: x\nSmpt: smtp://a\n",       "t:2: the field \"Smpt\" is not known here; did you mean \"Smtp\"?"},
    {"Reley-Domain: x\n",               "t:1: the field \"Reley-Domain\" is not known here; did you mean \"Relay-domain\"?"},
    {"Frobnicate: x\n",                 "t:1: the field \"Frobnicate\" is not known here"},
    {"Tls-min: 1.4\n",                  "t:1: Tls-min: expected a version of TLS: 1.0, 1.1, 1.2 or 1.3"},
    {"Tls-max: any\n",                  "t:1: Tls-max: expected a version of TLS: 1.0, 1.1, 1.2 or 1.3"},
    {"Tls-verify: maybe\n",             "t:1: Tls-verify: expected yes or no"},
    {"Tls-name: a b\n",                 "t:1: Tls-name: expected the name of a host"},
    {"Tls-ca:\n",                       "t:1: Tls-ca: a value is missing"},
    {"Start-with: tls login\n",         "t:1: Start-with: expected tls, auth, or both"},
    {"Tls-mni: 1.2\n",                  "t:1: the field \"Tls-mni\" is not known here; did you mean \"Tls-min\"?"},
    {"Name: x\nname: y\n",              "t:2: Name stands here a second time"},
    {"Name:\n",                         "t:1: Name: a value is missing"},
    {"User:\n",                         "t:1: User: a value is missing"},
    {"Name: x\n y\n",                   "t:1: Name: a control octet or a second line does not belong here"},
    {"Name: a\x1b" "b\n",               "t:1: Name: a control octet or a second line does not belong here"},
    {"Smtp: smtp://a:x\n",              "t:1: Smtp: \"smtp://a:x\": expected a port from 1 to 65535 after the host, found \":x\""},
    {"Smtp: pop3://a\n",                "t:1: Smtp: Smtp takes smtp://, lmtp://, lmtp+unix: and pipe:, a POP3 server stands under Pop3"},
    {"Pop3: smtp://a\n",                "t:1: Pop3: Pop3 takes pop3://, pop3+unix: and pipe+pop3:"},
    {"Domain: a@b\n",                   "t:1: Domain: expected a domain, without a local part and @"},
    {"Relay-domain: a b\n",             "t:1: Relay-domain: expected one word"},
    {"Unknown-user: a b\n",             "t:1: Unknown-user: expected one word"},
    {"User: alice\n",                   "t:1: User: expected NAME SECRET, and an address where it is not NAME at Domain"},
    {"User: a b c d\n",                 "t:1: User: expected NAME SECRET, and an address where it is not NAME at Domain"},
    {"User: a b\n c\n",                 "t:2: User: expected NAME SECRET, and an address where it is not NAME at Domain"},
    {"User: a b c\n",                   "t:1: User: expected an address with @ behind NAME and SECRET"},
    {"Source: localhost\n",             "t:1: Source: expected an IP address of this machine, without brackets and port"},
    {"Connections: 0\n",                "t:1: Connections: expected how many connections at a time the target takes, 1 or more"},
    {"Connections: many\n",             "t:1: Connections: expected how many connections at a time the target takes, 1 or more"},
    {"Delivers: perhaps\n",             "t:1: Delivers: expected yes or no"},
    /* Of two defects the first. */
    {"Delivers: x\nSmpt: y\n",          "t:1: Delivers: expected yes or no"},
    {"Smpt: y\nDelivers: x\n",          "t:1: the field \"Smpt\" is not known here; did you mean \"Smtp\"?"},
};
// clang-format on

/* Files count from the folder of the target file. */
static void test_tls(void)
{
    struct arena *arena = arena_new();
    struct target target;
    struct error error = {""};
    struct bytes text = BYTES_LIT("Smtp: smtps://mx.example.test\nTls-min: 1.2\nTls-max: 1.3\n"
                                  "Tls-ciphers: HIGH:!aNULL\nTls-name: mx\nTls-cert: c.pem\n"
                                  "Tls-key: /etc/k.pem\nTls-ca: ca/all.pem\nTls-verify: yes\n"
                                  "Start-with: tls, auth\n");
    CU_ASSERT_EQUAL(target_file_parse("dir/t", text, arena, &target, &error), 0);
    CU_ASSERT_STRING_EQUAL(error.text, "");
    CU_ASSERT_EQUAL(target.tls.least, TLS_1_2);
    CU_ASSERT_EQUAL(target.tls.most, TLS_1_3);
    CU_ASSERT_STRING_EQUAL(target.tls.ciphers, "HIGH:!aNULL");
    CU_ASSERT_STRING_EQUAL(target.tls.name, "mx");
    CU_ASSERT_STRING_EQUAL(target.tls.certificate_file, "dir/c.pem");
    CU_ASSERT_STRING_EQUAL(target.tls.key_file, "/etc/k.pem");
    CU_ASSERT_STRING_EQUAL(target.tls.ca_file, "dir/ca/all.pem");
    CU_ASSERT_TRUE(target.tls.verify);
    CU_ASSERT_TRUE(target.start_with_tls && target.start_with_auth);
    CU_ASSERT_EQUAL(target_file_parse("t", BYTES_LIT("Smtp: smtp://a\nStart-with: auth\n"), arena,
                                      &target, &error),
                    0);
    CU_ASSERT_TRUE(!target.start_with_tls && target.start_with_auth);
    CU_ASSERT_FALSE(target.tls.verify);
    arena_free(&arena);
}

static void test_bad_files(void)
{
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof bad_file_rows / sizeof bad_file_rows[0]; i++) {
        const struct bad_file_row *row = &bad_file_rows[i];
        struct target target;
        struct error error = {""};
        int status = target_file_parse("t", bytes_of(row->text), arena, &target, &error);
        UNIT_ROW(row->text, status == -1);
        UNIT_ROW(row->text, strcmp(error.text, row->error) == 0);
        if (strcmp(error.text, row->error) != 0) {
            fprintf(stderr, "found: %s\n", error.text);
        }
    }
    arena_free(&arena);
}

/* A line that is no field at all is named with its line, whatever stands around it. */
static void test_syntax(void)
{
    struct arena *arena = arena_new();
    struct target target;
    struct error error = {""};
    CU_ASSERT_EQUAL(target_file_parse("t", BYTES_LIT("Name: x\nno field here\nDelivers: x\n"),
                                      arena, &target, &error),
                    -1);
    CU_ASSERT(strncmp(error.text, "t:2: ", 5) == 0);
    CU_ASSERT_EQUAL(target_file_parse("t", BYTES_LIT("Name: a\0b\n"), arena, &target, &error), -1);
    CU_ASSERT(strncmp(error.text, "t:1: ", 5) == 0);
    arena_free(&arena);
}

/* ---- What is left open ---- */

struct near_row {
    const char *mail;
    const char *pop3;
    bool loopback;
};

static const struct near_row near_rows[] = {
    {"smtp://127.0.0.1",          NULL,                true },
    {"smtp://127.8.9.10",         "pop3://[::1]",      true },
    {"smtp://LOCALHOST",          NULL,                true },
    {"smtp://[::ffff:127.0.0.1]", NULL,                true },
    {"lmtp+unix:/x",              "pipe+pop3:y",       true },
    {"smtp://128.0.0.1",          NULL,                false},
    {"smtp://127.0.0.1",          "pop3://192.0.2.1",  false},
    {"smtp://localhost.example",  NULL,                false},
    {"smtp://[::2]",              NULL,                false},
    {NULL,                        "pop3://mx.example", false},
    {NULL,                        NULL,                false},
};

static void check_near(const struct near_row *row, struct arena *arena)
{
    const char *first = row->mail != NULL ? row->mail : row->pop3;
    const char *name = first != NULL ? first : "(none)";
    struct target target = {0};
    if (row->mail != NULL) {
        UNIT_ROW(name, endpoint_read(row->mail, arena, &target.mail, NULL) == 0);
    }
    if (row->pop3 != NULL) {
        UNIT_ROW(name, endpoint_read(row->pop3, arena, &target.pop3, NULL) == 0);
    }
    target_complete(&target, arena);
    UNIT_ROW(name, target.loopback == row->loopback);
    UNIT_ROW(name, first == NULL ? target.name == NULL : strcmp(target.name, first) == 0);
}

static void test_loopback(void)
{
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof near_rows / sizeof near_rows[0]; i++) {
        check_near(&near_rows[i], arena);
    }
    arena_free(&arena);
}

static void test_users_without_domain(void)
{
    struct arena *arena = arena_new();
    struct target_user user = {"alice", "sesame", NULL};
    struct target target = {.users = &user, .user_count = 1, .unknown_user = "nobody"};
    target_complete(&target, arena);
    CU_ASSERT_STRING_EQUAL(target.users[0].address, "alice");
    CU_ASSERT_STRING_EQUAL(target.unknown_user, "nobody");
    CU_ASSERT(user.address == NULL); /* the caller's own array is left alone */
    arena_free(&arena);
}

static const struct unit_test tests[] = {
    {"URLs",                   test_urls                },
    {"bad URLs",               test_bad_urls            },
    {"delivers",               test_delivers            },
    {"a whole file",           test_whole_file          },
    {"reading a file",         test_read                },
    {"TLS",                    test_tls                 },
    {"bad files",              test_bad_files           },
    {"syntax",                 test_syntax              },
    {"loopback",               test_loopback            },
    {"users without a domain", test_users_without_domain},
};

UNIT_MAIN("engine/target_file", tests)
