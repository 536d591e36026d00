/*
 * TLS when a client is tested: where it begins, what is left of clear text, and what the client did.
 */
#include "serve_play.h"

#define HELLO        "?220 |EHLO c.example|?STARTTLS|"
#define STARTTLS     "STARTTLS|?220 |"
#define AGAIN        "EHLO c.example|?250 |"
#define MAIL         "MAIL FROM:<a@b.example>|?250|"
#define QUIT         "QUIT|?221|!ended"
#define MAIL_CASE    "C: MAIL FROM:<x@y>\nS: 250"
#define ASKS         "C: STARTTLS\nS: 220\n"
#define GREETS       "C: EHLO x\nS: 250 mail.example\n" MAIL_CASE
#define INSISTS_TLS  "?220|EHLO c|?STARTTLS|STARTTLS|?220|!tls|EHLO c|?250 |MAIL FROM:<a@b>|?250"
#define INSISTS_AUTH "?220|EHLO c|?AUTH|AUTH PLAIN AGEAYg==|?235|MAIL FROM:<a@b>|?250"
#define TLS          ASKS "C & S: <negotiate a TLS session>\n"

// clang-format off
static const struct serve_row rows[] = {
    {"as it is written", TLS "C: EHLO x\nS: 250\nC: MAIL FROM:<x@y>\nS: 250", HELLO STARTTLS "!tls|" AGAIN MAIL QUIT,
     VERDICT_PASS, NULL, 0, "left: \nTLS 1.3, ", NULL},
    {"it is no offer inside", TLS "C: EHLO x\nS: 250\nC: NOOP\nS: 250 done", HELLO STARTTLS "!tls|EHLO c|?8BITMIME|?250 |NOOP|?250 done|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"the greeting of before does not count", TLS "C: MAIL FROM:<x@y>\nS: 250", HELLO STARTTLS "!tls|MAIL FROM:<a@b>|?250|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"the conforming server forgets it", TLS "C: RSET\nS: 250", HELLO STARTTLS "!tls|MAIL FROM:<a@b>|?503|EHLO c|?250 |RSET|?250|" QUIT "|!exit 1",
     VERDICT_PASS, NULL, 0, "off script", NULL},
    {"where no line says so", "Requires: tls\n\nC: MAIL FROM:<x@y>\nS: 250", HELLO STARTTLS "!tls|" AGAIN MAIL QUIT,
     VERDICT_PASS, NULL, 0, "TLS 1.3", NULL},
    {"behind a 220 of the dialogue that no direction follows", ASKS "C: EHLO x\nS: 250", HELLO STARTTLS "!tls|" AGAIN QUIT,
     VERDICT_PASS, NULL, 0, "TLS 1.3", NULL},
    {"Start: tls", "Start: tls\n\nC: EHLO x\nS: 250 in", HELLO STARTTLS "!tls|EHLO c|?250 in|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"Start: tls is behind the second EHLO", "Start: tls\nOff-script: fail\n\nC: MAIL FROM:<x@y>\nS: 250 in", HELLO STARTTLS "!tls|" AGAIN "MAIL FROM:<a@b>|?250 in|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"Start: tls, and the client does not come so far", "Start: tls\n\nC: EHLO x\nS: 250 in", HELLO "MAIL FROM:<a@b>|?250|" QUIT,
     VERDICT_INCONCLUSIVE, "before line one: the client never sent EHLO: it said QUIT", 3, NULL, NULL},
    {"Start: mail, by way of TLS", "Start: mail\nRequires: tls\n\nC: RCPT TO:<x@y>\nS: 250 in", HELLO STARTTLS "!tls|" AGAIN MAIL "RCPT TO:<c@d>|?250 in|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"not offered", "C: MAIL FROM:<x@y>\nS: 250", "?220|EHLO c|?250 |STARTTLS|?502|" MAIL QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"refused as it is written", "C: STARTTLS\nS: 454\nC: MAIL FROM:<x@y>\nS: 250", HELLO "STARTTLS|?454|" MAIL QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"closed though the client began it", ASKS "S: <wait 100ms>\nS: <close connection>", HELLO STARTTLS "~\x16\x03\x01|!ended|!exit 1", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"closed instead of the handshake", ASKS "S: <close connection>", HELLO STARTTLS "!ended|!exit 1", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"the handshake begins while we wait", ASKS "S: <wait 30ms>\nC & S: <negotiate a TLS session>\nC: EHLO x\nS: 250", HELLO STARTTLS "!tls|" AGAIN QUIT,
     VERDICT_PASS, NULL, 0, "left: \nTLS 1.3", NULL},
    {"we say more in clear text first", ASKS "S: 250-injected\nS: 250 more\nC & S: <negotiate a TLS session>\nC: EHLO x\nS: 250", HELLO STARTTLS "?250 more|!tls|" AGAIN QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"the client closes", TLS "C: EHLO x\nS: 250", HELLO STARTTLS "!close", VERDICT_FAIL, "the client never sent its part of the TLS handshake: ", 3, NULL, NULL},
    {"the client says nothing", TLS "C: EHLO x\nS: 250", HELLO STARTTLS "!hang", VERDICT_FAIL, "its part of the TLS handshake: it said nothing for 400 ms", 3, NULL, "t"},
    {"the client goes on in clear text", TLS "C: EHLO x\nS: 250", HELLO STARTTLS "EHLO c|!ended|!exit 1", VERDICT_FAIL, "the TLS handshake failed: ", 3, NULL, NULL},
    {"and no direction stands there", ASKS "C: EHLO x\nS: 250", HELLO STARTTLS "EHLO c|!ended|!exit 1", VERDICT_FAIL, "the client never sent EHLO: the TLS handshake failed: ", 3, NULL, NULL},
    {"octet by octet", "C: STARTTLS\nS: <octet by octet>\nS: 220 go\nC & S: <negotiate a TLS session>\nC: EHLO x\nS: <octet by octet>\nS: 250", HELLO STARTTLS "!tls|" AGAIN QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"twice", "C: STARTTLS\nS: 220\nC: <negotiate a TLS session>\nC: NOOP\nS: 250\nS: <negotiate a TLS session>\nC: RSET\nS: 250", HELLO STARTTLS "!tls|NOOP|?250|RSET|?250|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
};

#define MAY_FAIL ASKS "C & S?: <negotiate a TLS session>\n"
static const struct serve_row broken_rows[] = {
    {"the client refuses, as it may", MAY_FAIL "C: EHLO x\nS: 250 inside", HELLO STARTTLS "!tls refuse|!exit 1", VERDICT_PASS, NULL, 0, "the dialogue ends there, as it may: the TLS handshake failed: ", NULL},
    {"the client leaves, as it may", MAY_FAIL "C: EHLO x\nS: 250 inside", HELLO STARTTLS "!close|!exit 1", VERDICT_PASS, NULL, 0, "the dialogue ends there, as it may", NULL},
    {"what is no TLS may come", MAY_FAIL "C: EHLO x\nS: 250 inside", HELLO STARTTLS "EHLO c|!ended|!exit 1", VERDICT_PASS, NULL, 0, "what the peer sent is not TLS", NULL},
    {"it begins, and the dialogue goes on", MAY_FAIL "C: EHLO x\nS: 250 inside", HELLO STARTTLS "!tls|EHLO c|?250 inside|" QUIT, VERDICT_PASS, NULL, 0, "!as it may", NULL},
    {"it begins, and the client leaves behind", MAY_FAIL "C: EHLO x\nS: 250 inside", HELLO STARTTLS "!tls|!close", VERDICT_FAIL, "never sent EHLO", 4, NULL, NULL},
    {"nothing comes at all", MAY_FAIL "C: EHLO x\nS: 250", HELLO STARTTLS "!hang", VERDICT_FAIL, "its part of the TLS handshake: it said nothing for 400 ms", 3, NULL, "t"},
};

static const struct serve_row left_rows[] = {
    {"a command behind STARTTLS", TLS "C: EHLO x\nS: 250 inside", HELLO "STARTTLS&|EHLO left.example|?220|!tls|EHLO c|?250 inside|" QUIT,
     VERDICT_PASS, NULL, 0, "left: EHLO left.example\r\n\n", NULL},
    {"where no line says so", "Requires: tls\n\nC: MAIL FROM:<x@y>\nS: 250 yes", HELLO "STARTTLS&|EHLO left.example&|MAIL FROM:<left@b>|?220|!tls|" AGAIN "MAIL FROM:<a@b>|?250 yes|" QUIT,
     VERDICT_PASS, NULL, 0, "left: EHLO left.example\r\nMAIL FROM:<left@b>\r\n\n", NULL},
    {"half a line", TLS "C: EHLO x\nS: 250 inside", HELLO "~STARTTLS\r\nEHLO|?220|!tls|EHLO c|?250 inside|" QUIT,
     VERDICT_PASS, NULL, 0, "left: EHLO\nTLS", NULL},
    {"named by the dialogue", "C: <together>\nC: STARTTLS\nC: EHLO x\nS: 220\nC & S: <negotiate a TLS session>\nC: EHLO y\nS: 250 inside",
     HELLO "STARTTLS&|EHLO left|?220|!tls|EHLO c|?250 inside|" QUIT, VERDICT_PASS, NULL, 0, "left: EHLO left\r\n\n", NULL},
    {"a line that might come, and is put back", "C: STARTTLS\nC?: NOOP\nS: 220\nC & S: <negotiate a TLS session>\nC: EHLO y\nS: 250 inside",
     HELLO "STARTTLS&|EHLO left|?220|!tls|EHLO c|?250 inside|" QUIT, VERDICT_PASS, NULL, 0, "left: EHLO left\r\n\n", NULL},
    {"nothing", TLS "C: <nothing is left in clear text>\nC: EHLO x\nS: 250", HELLO STARTTLS "!tls|" AGAIN QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"something", TLS "C: <nothing is left in clear text>\nC: EHLO x\nS: 250", HELLO "STARTTLS&|NOOP|?220|!tls|" AGAIN QUIT, VERDICT_FAIL, "left in clear text", 4, NULL, NULL},
};

static const struct serve_row fact_rows[] = {
    {"version", TLS "S: <the TLS version is 1.2>\nS: <the TLS version is at least 1.2>", HELLO STARTTLS "!tls 1.2|" AGAIN QUIT, VERDICT_PASS, NULL, 0, "TLS 1.2", NULL},
    {"another version", TLS "S: <the TLS version is 1.3>", HELLO STARTTLS "!tls 1.2|" AGAIN QUIT, VERDICT_FAIL, "the TLS version is 1.2", 4, NULL, NULL},
    {"too old", TLS "C: <the TLS version is at least 1.3>", HELLO STARTTLS "!tls 1.2|" AGAIN QUIT, VERDICT_FAIL, "1.2", 4, NULL, NULL},
    {"Given: says it", "Given:\n  tls-max 1.2\n\n" TLS "S: <the TLS version is 1.2>", HELLO STARTTLS "!tls|" AGAIN QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"server name", TLS "C: <sends a server name>\nC: <the server name is mx.example.test>", HELLO STARTTLS "!tls name=mx.example.test|" AGAIN QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"no server name", TLS "C: <sends a server name>", HELLO STARTTLS "!tls|" AGAIN QUIT, VERDICT_FAIL, "no server name", 4, NULL, NULL},
    {"another server name", TLS "C: <the server name is mx.example.test>", HELLO STARTTLS "!tls name=other.example|" AGAIN QUIT, VERDICT_FAIL, "other.example", 4, NULL, NULL},
    {"our certificate is nothing of the client's", TLS "S: <the certificate is valid>\nS: <shows a certificate>", HELLO STARTTLS "!tls|" AGAIN QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"no certificate of the client's", TLS "C: <shows a certificate>", HELLO STARTTLS "!tls|" AGAIN QUIT, VERDICT_FAIL, "certificate", 4, NULL, NULL},
    {"without TLS", "C: STARTTLS\nS: 454\nS: <the TLS version is 1.3>", HELLO "STARTTLS|?454|" QUIT, VERDICT_FAIL, "no TLS session", 3, NULL, NULL},
    {"as a name", TLS "C: NOOP\nS: 250 {{tls:version}} {{tls:left}}.", HELLO "STARTTLS|?220|!tls 1.2|NOOP|?250 1.2 .|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"kept going behind", TLS "S: <the TLS version is 1.1>\nC: NOOP\nS: 250 on", HELLO STARTTLS "!tls|NOOP|?250 on|" QUIT, VERDICT_FAIL, "1.3", 4, NULL, "k"},
};

static const struct serve_row refused_rows[] = {
    {"the client refuses", ASKS "C: <TLS negotiation fails>", HELLO STARTTLS "!tls refuse|!exit 1", VERDICT_PASS, NULL, 0, "failed, as is written: ", NULL},
    {"and it is expired", "Given:\n  certificate-kind expired\n\n" ASKS "C: <TLS negotiation fails>", HELLO STARTTLS "!tls refuse|!exit 1", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"whoever refuses", ASKS "C & S: <TLS negotiation fails>\nC: <close connection>", HELLO STARTTLS "!tls refuse|!exit 1", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"it does not refuse", ASKS "C: <TLS negotiation fails>", HELLO STARTTLS "!tls|" AGAIN QUIT, VERDICT_FAIL, "the TLS session began, where the handshake is to fail", 3, NULL, NULL},
    {"it goes on in clear text", ASKS "C: <TLS negotiation fails>", HELLO STARTTLS "EHLO c|!ended|!exit 1", VERDICT_FAIL, "we that refused it: what the peer sent is not TLS: ", 3, NULL, NULL},
    {"we are to refuse", ASKS "S: <TLS negotiation fails>", HELLO STARTTLS "!tls refuse|!exit 1", VERDICT_FAIL, "it was the client that refused it", 3, NULL, NULL},
    {"we refuse", "Given:\n  tls-min 1.3\n\n" ASKS "S: <TLS negotiation fails>", HELLO STARTTLS "!tls 1.2 refused|!exit 1", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"it leaves", ASKS "C: <TLS negotiation fails>", HELLO STARTTLS "~\x16\x03\x01|!close|!exit 1", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"it leaves behind the handshake", ASKS "C: <TLS negotiation fails>", HELLO STARTTLS "!tls|!close|!exit 1", VERDICT_PASS, NULL, 0, "leaves behind", NULL},
    {"it quits behind the handshake", ASKS "C: <TLS negotiation fails>", HELLO STARTTLS "!tls|quit|?221|!ended|!exit 1", VERDICT_PASS, NULL, 0, "quits behind", NULL},
    {"it says nothing behind the handshake", ASKS "C: <TLS negotiation fails>", HELLO STARTTLS "!tls|!hang", VERDICT_FAIL, "it said nothing for 400 ms", 3, NULL, "t"},
    {"we are to refuse, and it leaves behind", ASKS "S: <TLS negotiation fails>", HELLO STARTTLS "!tls|!close|!exit 1", VERDICT_FAIL, "the TLS session began", 3, NULL, NULL},
    {"it comes again in clear text", ASKS "C: <TLS negotiation fails>\nC!: MAIL FROM:<{{x:text}}>\nC: <open connection>\nC: QUIT\nS: 221", HELLO STARTTLS "!tls refuse|!again|?220|MAIL FROM:<a@b>|?503|QUIT|?221|!exit 1",
     VERDICT_FAIL, "must not say", 4, NULL, NULL},
    {"no refusal, but nothing stands there", TLS "C: EHLO x\nS: 250", HELLO STARTTLS "!tls refuse|!exit 7", VERDICT_FAIL, "it ended with status 7", 3, NULL, NULL},
};

static const struct serve_row implicit_rows[] = {
    {"before the greeting", "C: EHLO x\nS: 250", "!tls|?220|" AGAIN QUIT, VERDICT_PASS, NULL, 0, "left: \nTLS 1.3", "s"},
    {"a greeting of the dialogue", "S: 220 in\nC: EHLO x\nS: 250", "!tls|?220 in|" AGAIN QUIT, VERDICT_PASS, NULL, 0, NULL, "s"},
    {"Start: tls", "Start: tls\n\nC: EHLO x\nS: 250", "!tls|?220|" AGAIN QUIT, VERDICT_PASS, NULL, 0, NULL, "s"},
    {"as the first line", "Start: connect\n\nC & S: <negotiate a TLS session>\nS: 220 in\nC: EHLO x\nS: 250", "!tls|?220 in|" AGAIN QUIT, VERDICT_PASS, NULL, 0, NULL, "s"},
    {"refused", "Start: connect\n\nC: <TLS negotiation fails>", "!tls refuse|!exit 1", VERDICT_PASS, NULL, 0, NULL, "s"},
    {"a client of clear text", "Start: connect\n\nC & S: <negotiate a TLS session>\nS: 220 in", "", VERDICT_UNSUPPORTED, "the client begins in clear text", 0, NULL, NULL},
    {"STARTTLS inside", TLS "C: EHLO x\nS: 250", "", VERDICT_UNSUPPORTED, "asks for none", 0, NULL, "s"},
    {"not TLS at all", "C: EHLO x\nS: 250", "~EHLO x\r\n|!ended|!exit 1", VERDICT_FAIL, "the TLS handshake failed: what the peer sent is not TLS: \"EHLO x\\r\\n\"", 1, NULL, "s"},
};

static const struct serve_row pop3_rows[] = {
    {"STLS", "C: STLS\nS: +OK\nC & S: <negotiate a TLS session>\nC: USER x\nS: +OK in", "?+OK|CAPA|?STLS|STLS|?+OK|!tls|USER alice|?+OK in|QUIT|?+OK|!ended", VERDICT_PASS, NULL, 0, "left: \nTLS 1.3", NULL},
    {"what was said before", "C: STLS\nS: +OK\nC & S: <negotiate a TLS session>\nC: CAPA\nS: +OK", "?+OK|USER alice|?+OK|STLS&|USER left|?+OK|!tls|PASS x|?-ERR|CAPA|?+OK|QUIT|?+OK|!ended", VERDICT_PASS, NULL, 0, "left: USER left", NULL},
    {"where no line says so", "Requires: tls\n\nC: STAT\nS: +OK", "?+OK|STLS|?+OK|!tls|USER alice|?+OK|PASS x|?+OK|STAT|?+OK|QUIT|?+OK|!ended", VERDICT_PASS, NULL, 0, "TLS 1.3", NULL},
    {"from the beginning", "C: STAT\nS: +OK", "!tls|?+OK|USER alice|?+OK|PASS x|?+OK|STAT|?+OK|QUIT|?+OK|!ended", VERDICT_PASS, NULL, 0, "TLS 1.3", "sp"},
};
// clang-format on

static void play_rows(const struct serve_row *all, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct serve_row *row = &all[i];
        struct serve_play play;
        serve_play_init(&play);
        serve_row_flags(&play, row->flags);
        play.target.client.sends = "STARTTLS STLS AUTH";
        play.scripted.rest = bytes_of(row->client);
        play.scripted.probe = play.target.client.implicit_tls ? "!tls|?|QUIT|?" : NULL;
        UNIT_ROW(row->name, serve_play_add(&play, "t/case", row->scenario));
        UNIT_ROW(row->name, serve_play_run(&play));
        serve_row_check(row, &play);
        serve_play_deinit(&play);
    }
}

#define PLAY(rows) play_rows(rows, sizeof(rows) / sizeof((rows)[0]))

static void test_begins(void)
{
    PLAY(rows);
}

static void test_broken(void)
{
    PLAY(broken_rows);
}

static void test_left(void)
{
    PLAY(left_rows);
}

static void test_facts(void)
{
    PLAY(fact_rows);
}

static void test_refused(void)
{
    PLAY(refused_rows);
}

static void test_implicit(void)
{
    PLAY(implicit_rows);
}

static void test_pop3(void)
{
    PLAY(pop3_rows);
}

/* What the sessions before the first case show: whether it uses TLS and logins, and whether it gets on without. */
static void test_probe(void)
{
    static const struct {
        const char *probe;
        struct serve_row row;
    } probes[] = {
        {"?220|EHLO c|?STARTTLS|STARTTLS|?220|!tls|EHLO c|?250 |MAIL FROM:<a@b>|?250",
         {"it insists on TLS", MAIL_CASE, HELLO STARTTLS "!tls|" AGAIN MAIL QUIT, VERDICT_PASS,
          NULL, 0, NULL, "t"}                                                                     },
        {"?220|EHLO c|?250 |STARTTLS|?2|!tls|EHLO c|?250 |MAIL FROM:<a@b>|?250",
         {"it tries in vain where it is not offered", "Requires: tls\n\n" MAIL_CASE,
          HELLO STARTTLS "!tls|" AGAIN MAIL QUIT, VERDICT_PASS, NULL, 0, NULL, "t"}               },
        {"?220|EHLO c|?AUTH|AUTH PLAIN AGEAYg==|?235|MAIL FROM:<a@b>|?250",
         {"it insists on a login", MAIL_CASE,
          "?220|EHLO c|?AUTH PLAIN LOGIN|AUTH PLAIN AGEAYg==|?235|" MAIL QUIT, VERDICT_PASS, NULL,
          0, "!STARTTLS", "t"}                                                                    },
        {"?220|EHLO c|?250 |MAIL FROM:<a@b>|?250|QUIT|?221",
         {"it gets on without", MAIL_CASE, "?220|EHLO c|?250 HELP|" MAIL QUIT, VERDICT_PASS, NULL,
          0, NULL, NULL}                                                                          },
        {"?220|EHLO c|?250 |MAIL FROM:<a@b>|?250|QUIT|?221",
         {"it uses none", "Requires: tls\n\n" MAIL_CASE, "", VERDICT_UNSUPPORTED,
          "does not send STARTTLS", 0, NULL, NULL}                                                },
        {"?220|EHLO c|?STARTTLS|STARTTLS|?220|!tls refuse",
         {"it does not trust us", "Requires: tls\n\n" MAIL_CASE, HELLO STARTTLS "!tls refuse",
          VERDICT_INCONCLUSIVE,
          "before line one: the client never sent MAIL: the TLS handshake failed: ", 3, NULL, "t"}},
        {INSISTS_TLS,
         {"it insists on TLS, and the dialogue greets itself", GREETS,
          HELLO STARTTLS "!tls|EHLO c.example|?250 mail.example|" MAIL QUIT, VERDICT_PASS, NULL, 0,
          "!off script", "t"}                                                                     },
        {INSISTS_TLS,
         {"it insists on TLS, and the greeting is written", "S: 220 written\n" GREETS,
          "?220 written|EHLO c|?STARTTLS|" STARTTLS
          "!tls|EHLO c.example|?250 mail.example|" MAIL QUIT,
          VERDICT_PASS, NULL, 0, NULL, "t"}                                                       },
        {INSISTS_TLS,
         {"it insists on TLS, and is turned away", "S: 554 no\nC: QUIT\nS: 221 bye",
          "?554|QUIT|?221 bye|!ended|!exit 1", VERDICT_PASS, NULL, 0, NULL, "t"}                  },
        {INSISTS_AUTH,
         {"it insists on a login, and the dialogue greets itself", GREETS,
          "?220|EHLO c|?250-mail.example|?250 AUTH PLAIN LOGIN|AUTH PLAIN AGEAYg==|?235|" MAIL QUIT,
          VERDICT_PASS, NULL, 0, "!STARTTLS", "t"}                                                },
        {INSISTS_AUTH,
         {"it insists on a login, and is to be offered none", "Requires: auth PLAIN\n\n" GREETS,
          "?220|EHLO c|?250 mail.example|QUIT|?221|!ended|!exit 1", VERDICT_FAIL, "never sent MAIL",
          5, NULL, "t"}                                                                           },
        {INSISTS_AUTH,
         {"it insists on a login, and HELO offers none",
          "C: EHLO x\nS: 502\nC: HELO x\nS: 250\nC: <exit ok>",
          "?220|EHLO c|?502|HELO c|?250|QUIT|?221|!ended|!exit 1", VERDICT_INCONCLUSIVE,
          "<exit ok> was expected; the client insists on a login, and was not offered any", 5, NULL,
          "t"}                                                                                    },
        {INSISTS_AUTH,
         {"it insists on a login, and every octet of the reply is written",
          "C: EHLO x\nS=: 250 mail.example\n" MAIL_CASE,
          "?220|EHLO c|?250 mail.example|QUIT|?221|!ended|!exit 1", VERDICT_INCONCLUSIVE,
          "it said QUIT; it ended with status 1; the client insists on a login", 3, NULL, "t"}    },
        {INSISTS_AUTH,
         {"it insists on a login, was offered one, and leaves", GREETS,
          "?220|EHLO c|?250-mail.example|QUIT|?221|!ended|!exit 1", VERDICT_FAIL,
          "never sent MAIL: it said QUIT; it ended with status 1", 3, NULL, "t"}                  },
        {INSISTS_AUTH,
         {"it insists on a login, and has not asked for one",
          "S: 220-mail.example\nS: 220 ready\n" GREETS "\nC: <exit ok>",
          "?220-mail.example|!close|!exit 1", VERDICT_FAIL,
          "never sent EHLO: it closed the connection; it ended with status 1", 3, NULL, "t"}      },
        {"?220|EHLO c|?STARTTLS|VRFY x|?2|STARTTLS|?220|!tls|EHLO c|?250 |MAIL FROM:<a@b>|?250",
         {"it insists on TLS, and says VRFY in clear text only",
          "Requires: sends VRFY\n\n" MAIL_CASE, "", VERDICT_UNSUPPORTED, "does not send VRFY", 0,
          NULL, "t"}                                                                              },
        {"?220|EHLO c|?STARTTLS|VRFY x|?2|STARTTLS|?220|!tls|EHLO c|?250 |MAIL FROM:<a@b>|?250",
         {"and that is what the dialogue is about",
          "Requires: sends VRFY, sends STARTTLS\n\n" MAIL_CASE,
          HELLO "VRFY x|?2|" STARTTLS "!tls|" AGAIN MAIL QUIT, VERDICT_PASS, NULL, 0, NULL, "t"}  },
    };
    for (size_t i = 0; i < sizeof probes / sizeof probes[0]; i++) {
        const struct serve_row *row = &probes[i].row;
        struct serve_play play;
        serve_play_init(&play);
        serve_row_flags(&play, row->flags);
        if (row->flags != NULL) {
            play.config.time_scale = 0.1; /* a handshake takes its time on a busy machine */
        }
        play.scripted.rest = bytes_of(row->client);
        play.scripted.probe = probes[i].probe;
        UNIT_ROW(row->name, serve_play_add(&play, "t/case", row->scenario));
        UNIT_ROW(row->name, serve_play_run(&play));
        serve_row_check(row, &play);
        serve_play_deinit(&play);
    }
}

static const struct unit_test tests[] = {
    {"begins",   test_begins  },
    {"broken",   test_broken  },
    {"left",     test_left    },
    {"facts",    test_facts   },
    {"refused",  test_refused },
    {"implicit", test_implicit},
    {"pop3",     test_pop3    },
    {"probe",    test_probe   },
};

UNIT_MAIN("engine_serve_tls", tests)
