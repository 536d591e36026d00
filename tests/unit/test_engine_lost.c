/* Which ends and silences in place of a reply are losses of the server, and which it may allow itself. */
#include "unit.h"

#include "engine_noop.h"

struct row {
    const char *name;
    enum protocol protocol;
    const char *dialogue;
    const char *answers[STUB_ANSWERS];
    enum loss loss;
    unsigned connection;
};

// clang-format off
static const struct row rows[] = {
    {"a reply",                    PROTOCOL_SMTP, "C NOOP\nS 250", {"220 a\r\n", HELLO, "250 a\r\n"},                 LOSS_NONE,   0},
    {"another reply",              PROTOCOL_SMTP, "C NOOP\nS 250", {"220 a\r\n", HELLO, "500 a\r\n"},                 LOSS_NONE,   0},
    {"closed",                     PROTOCOL_SMTP, "C NOOP\nS 250", {"220 a\r\n", HELLO, "!close"},                    LOSS_CLOSED, 1},
    {"reset",                      PROTOCOL_SMTP, "C NOOP\nS 250", {"220 a\r\n", HELLO, "!reset"},                    LOSS_RESET,  1},
    {"silent",                     PROTOCOL_SMTP, "C NOOP\nS 250", {"220 a\r\n", HELLO, ""},                          LOSS_SILENT, 1},
    {"closed before line one",     PROTOCOL_SMTP, "C NOOP\nS 250", {"220 a\r\n", "!close"},                           LOSS_CLOSED, 1},
    {"a short wait",               PROTOCOL_SMTP, "C NOOP\n< within 10\nS 250", {"220 a\r\n", HELLO, ""},             LOSS_NONE,   0},
    {"half a reply",               PROTOCOL_SMTP, "C NOOP\nS 250", {"220 a\r\n", HELLO, "250"},                       LOSS_NONE,   0},
    {"behind QUIT",                PROTOCOL_SMTP, "C QUIT\nS 221", {"220 a\r\n", HELLO, "!close"},                    LOSS_NONE,   0},
    {"silent behind QUIT",         PROTOCOL_SMTP, "C QUIT\nS 221", {"220 a\r\n", HELLO, ""},                          LOSS_NONE,   0},
    {"behind 421",                 PROTOCOL_SMTP, "C NOOP\nS 250\nC NOOP\nS 250", {"220 a\r\n", HELLO, "421 a\r\n!close"}, LOSS_NONE, 0},
    {"a close that is written",    PROTOCOL_SMTP, "C NOOP\n< close-s", {"220 a\r\n", HELLO, "!close"},                LOSS_NONE,   0},
    {"POP3 closes",                PROTOCOL_POP3, "C NOOP\nS +OK", {"+OK\r\n", "!close"},                            LOSS_CLOSED, 1},
    {"POP3 closes behind -ERR",    PROTOCOL_POP3, "C NOOP\nS -ERR\nC NOOP\nS +OK", {"+OK\r\n", "-ERR a\r\n!close"}, LOSS_NONE,   0},
};
// clang-format on

static void check(const struct row *row)
{
    struct play play;
    bool pop3 = row->protocol == PROTOCOL_POP3;

    play_init(&play);
    play.config.time_scale = 0.01;
    play_add(&play, row->protocol, pop3 ? START_GREETING : START_EHLO, row->dialogue, NULL);
    play_script(pop3 ? &play.pop3 : &play.mail, row->answers);
    UNIT_ROW(row->name, play_run(&play));
    UNIT_ROW(row->name, play.cases[0].loss == row->loss);
    UNIT_ROW(row->name, play.cases[0].lost_connection == row->connection);
    play_deinit(&play);
}

static void test_losses(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check(&rows[i]);
    }
}

static const struct unit_test tests[] = {
    {"ends and silences", test_losses},
};

UNIT_MAIN("engine: losses of the server", tests)
