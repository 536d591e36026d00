/*
 * Logins when a client is tested: <authenticate MECHANISM> and what the conforming server does with AUTH.
 */
#include "serve_play.h"

#define HELLO "?220 |EHLO c.example|?250 |"
#define MAIL  "MAIL FROM:<a@b.example>|?250|"
#define QUIT  "QUIT|?221|!ended"

// clang-format off
static const struct serve_row rows[] = {
    {"PLAIN", "C: <authenticate PLAIN as alice>\nC: MAIL FROM:<x@y>\nS: 250", HELLO "!auth PLAIN alice secret-alice|?235|" MAIL QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"LOGIN", "C: <authenticate LOGIN as alice>", HELLO "!auth LOGIN alice secret-alice|?235|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"CRAM-MD5", "C: <authenticate CRAM-MD5 as alice>", HELLO "!auth CRAM-MD5 alice secret-alice|?235|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"SCRAM-SHA-1", "C: <authenticate SCRAM-SHA-1 as alice>", HELLO "!auth SCRAM-SHA-1 alice secret-alice|?235|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"SCRAM-SHA-256", "C: <authenticate SCRAM-SHA-256 as alice>", HELLO "!auth SCRAM-SHA-256 alice secret-alice|?235|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"XOAUTH2", "C: <authenticate XOAUTH2 as alice>", HELLO "!auth XOAUTH2 alice secret-alice|?235|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"OAUTHBEARER", "C: <authenticate OAUTHBEARER as alice>", HELLO "!auth OAUTHBEARER alice secret-alice|?235|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"without an initial response", "C: <authenticate PLAIN as alice>", HELLO "AUTH PLAIN|?334 |AGFsaWNlAHNlY3JldC1hbGljZQ==|?235|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"in small letters", "C: <authenticate plain as alice>", HELLO "auth plain AGFsaWNlAHNlY3JldC1hbGljZQ==|?235|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"the leased user", "C: <authenticate PLAIN>", HELLO "!auth PLAIN alice secret-alice|?235|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"another user of the target", "C: <authenticate CRAM-MD5 as bob>", HELLO "!auth CRAM-MD5 bob secret-bob|?235|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"with another secret", "C: <authenticate SCRAM-SHA-256 as bob with the secret other>", HELLO "!auth SCRAM-SHA-256 bob other|?235|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"a reply of the dialogue", "C: <authenticate PLAIN as alice>\nS: 235 in, {{user}}", HELLO "!auth PLAIN alice secret-alice|?235 in, alice|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"refused by the dialogue", "C: <authenticate PLAIN as alice>\nS: 535 no\nC!: MAIL FROM:<{{x:text}}>\nC: QUIT\nS: 221", HELLO "!auth PLAIN alice secret-alice|?535 no|" QUIT "|!exit 1", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"refused, and the secret is no matter", "C: <authenticate PLAIN as alice>\nS: 535 no\nC: QUIT\nS: 221", HELLO "!auth PLAIN alice wrong|?535 no|" QUIT "|!exit 1", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"refused without our proof", "C: <authenticate SCRAM-SHA-256 as alice>\nS: 535 no\nC: QUIT\nS: 221", HELLO "!auth SCRAM-SHA-256 alice secret-alice|?535 no|" QUIT "|!exit 1", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"refused, with a wrong secret", "C: <authenticate SCRAM-SHA-256 as alice>\nS: 4yz\nC: QUIT\nS: 221", HELLO "!auth SCRAM-SHA-256 alice wrong|?454|" QUIT "|!exit 1", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"a wrong secret", "C: <authenticate PLAIN as alice>", HELLO "!auth PLAIN alice wrong|?535|" QUIT "|!exit 1", VERDICT_FAIL, "other credentials", 1, NULL, NULL},
    {"another user", "C: <authenticate PLAIN as alice>", HELLO "!auth PLAIN bob secret-bob|?535|" QUIT "|!exit 1", VERDICT_FAIL, "other credentials", 1, NULL, NULL},
    {"a wrong proof", "C: <authenticate SCRAM-SHA-1 as alice>", HELLO "!auth SCRAM-SHA-1 alice wrong|?535|" QUIT "|!exit 1", VERDICT_FAIL, "other credentials", 1, NULL, NULL},
    {"other credentials", "C: <authenticate OAUTHBEARER as alice>", HELLO "!auth OAUTHBEARER alice wrong|?535|" QUIT "|!exit 1", VERDICT_FAIL, "other credentials", 1, NULL, NULL},
    {"no base64", "C: <authenticate PLAIN as alice>", HELLO "AUTH PLAIN %%|?535|" QUIT "|!exit 1", VERDICT_FAIL, "not base64", 1, NULL, NULL},
    {"no response of the mechanism", "C: <authenticate PLAIN as alice>", HELLO "AUTH PLAIN AAAA|?535|" QUIT "|!exit 1", VERDICT_FAIL, "went wrong", 1, NULL, NULL},
    {"cancelled", "C: <authenticate LOGIN as alice>", HELLO "AUTH LOGIN|?334|*|?535|" QUIT "|!exit 1", VERDICT_FAIL, "the client cancelled it", 1, NULL, NULL},
    {"silent within", "C: <authenticate LOGIN as alice>", HELLO "AUTH LOGIN|?334|!hang", VERDICT_FAIL, "the client never sent the login: it said nothing for 400 ms", 1, NULL, "t"},
    {"closed within", "C: <authenticate LOGIN as alice>", HELLO "AUTH LOGIN|?334|!close", VERDICT_FAIL, "the client never sent the login: it closed the connection", 1, NULL, NULL},
    {"no login at all", "C: <authenticate LOGIN as alice>", HELLO QUIT, VERDICT_INCONCLUSIVE, "the client never sent the login: it said QUIT", 1, NULL, NULL},
    {"another mechanism first", "C: <authenticate LOGIN as alice>", HELLO "AUTH PLAIN|?504|!auth LOGIN alice secret-alice|?235|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"what it must not say before", "C: NOOP\nS: 250\nC!: RSET\nC: <authenticate PLAIN as alice>", HELLO "NOOP|?250|RSET|?250|" QUIT, VERDICT_FAIL, "must not say", 3, NULL, NULL},
    {"another connection", "C: <authenticate PLAIN as alice>\nC: <close connection>\nC: <open connection>\nC: <authenticate PLAIN as alice>", HELLO "!auth PLAIN alice secret-alice|?235|!close|!again|" HELLO "!auth PLAIN alice secret-alice|?235|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"inside TLS", "Requires: tls\n\nC: <authenticate SCRAM-SHA-256 as alice>", "?220|EHLO c|?250 |STARTTLS|?220|!tls|EHLO c|?AUTH SCRAM-SHA-256|!auth SCRAM-SHA-256 alice secret-alice|?235|" QUIT, VERDICT_PASS, NULL, 0, "TLS 1.3", NULL},
};

static const struct serve_row server_rows[] = {
    {"not offered", "C: MAIL FROM:<x@y>\nS: 250", HELLO "AUTH PLAIN|?502|" MAIL QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"Start: auth", "Start: auth\n\nC: MAIL FROM:<x@y>\nS: 250 in", HELLO "!auth PLAIN alice secret-alice|?235|MAIL FROM:<a@b>|?250 in|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"Start: auth, and it does not log in", "Start: auth\n\nC: MAIL FROM:<x@y>\nS: 250 in", HELLO "MAIL FROM:<a@b>|?250 2|" QUIT, VERDICT_INCONCLUSIVE, "before line one", 3, NULL, NULL},
    {"what a need names", "Requires: auth CRAM-MD5\n\nC: MAIL FROM:<x@y>\nS: 250 in", "?220|EHLO c|?AUTH CRAM-MD5|!auth CRAM-MD5 alice secret-alice|?235|MAIL FROM:<a@b>|?250 in|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"what Given: names", "Requires: auth CRAM-MD5\nGiven:\n  auth PLAIN LOGIN\n\nC: NOOP\nS: 250 in", "?220|EHLO c|?AUTH PLAIN LOGIN|AUTH CRAM-MD5|?504|NOOP|?250 in|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"AUTH in lines", "C: AUTH PLAIN\nS: 334\nC: {{r:base64}}\nS: 235 in\nC: MAIL FROM:<x@y>\nS: 250", HELLO "AUTH PLAIN|?334|AGEAYg==|?235 in|" MAIL QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
};

static const struct serve_row pop3_rows[] = {
    {"PLAIN", "C: <authenticate PLAIN as alice>\nC: STAT\nS: +OK", "?+OK|!auth PLAIN alice secret-alice|?+OK|STAT|?+OK 2|QUIT|?+OK|!ended", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"SCRAM-SHA-256", "C: <authenticate SCRAM-SHA-256 as alice>\nS: +OK in\nC: STAT\nS: +OK", "?+OK|!auth SCRAM-SHA-256 alice secret-alice|?+OK in|STAT|?+OK 2|QUIT|?+OK|!ended", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"refused", "C: <authenticate PLAIN as alice>\nS: -ERR no", "?+OK|!auth PLAIN alice secret-alice|?-ERR no|QUIT|?+OK|!ended|!exit 1", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"off script", "Requires: auth PLAIN\n\nC: STAT\nS: +OK in", "?+OK|CAPA|?SASL PLAIN|!auth PLAIN alice secret-alice|?+OK|STAT|?+OK in|QUIT|?+OK|!ended", VERDICT_PASS, NULL, 0, NULL, NULL},
};
// clang-format on

static void play_rows(const struct serve_row *all, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct serve_row *row = &all[i];
        struct serve_play play;
        serve_play_init(&play);
        serve_row_flags(&play, row->flags);
        play.target.client.sends = "STARTTLS AUTH";
        play.scripted.rest = bytes_of(row->client);
        UNIT_ROW(row->name, serve_play_add(&play, "t/case", row->scenario));
        UNIT_ROW(row->name, serve_play_run(&play));
        serve_row_check(row, &play);
        serve_play_deinit(&play);
    }
}

#define PLAY(rows) play_rows(rows, sizeof(rows) / sizeof((rows)[0]))

static void test_exchange(void)
{
    PLAY(rows);
}

static void test_server(void)
{
    PLAY(server_rows);
}

static void test_pop3(void)
{
    PLAY(pop3_rows);
}

static const struct unit_test tests[] = {
    {"exchange", test_exchange},
    {"server",   test_server  },
    {"pop3",     test_pop3    },
};

UNIT_MAIN("engine_serve_auth", tests)
