/* Cases that begin TLS and log in, against stubs that do both: SMTP, POP3, implicit TLS, and what goes wrong with them. */
#include "unit.h"

#include "engine/login.h"
#include "engine_play.h"

#define TLS     "220 go\r\n!tls"
#define STARTED "EHLO t-case.mailspec.example\r\n|STARTTLS\r\n|"
#define EHLO    "EHLO t-case.mailspec.example\r\n|"
#define CLEAR   "250-stub\r\n250-STARTTLS\r\n250 SIZE 1000\r\n"
#define INSIDE                                                                                     \
    "250-stub\r\n250-AUTH PLAIN SCRAM-SHA-256 LOGIN CRAM-MD5 SCRAM-SHA-1\r\n250 SIZE 2000\r\n"

/* The stub's certificate is of an authority that nobody knows; it lives as long as the program. */
static struct tls_authority *authority;

static struct tls_context *server_context(const struct tls_settings *given)
{
    static const char *const names[] = {"mx.example.test", "127.0.0.1"};
    struct error error = {""};
    struct tls_settings settings = *given;
    settings.names = names;
    settings.name_count = 2;
    if (authority == NULL) {
        authority = tls_authority_open(NULL, &error);
    }
    struct tls_context *context = tls_context_new_server(&settings, authority, &error);
    if (context == NULL) {
        fprintf(stderr, "%s\n", error.text);
        abort();
    }
    return context;
}

static void tls_init(struct play *play, const struct tls_settings *settings)
{
    play_init(play);
    play->mail.tls = server_context(settings);
    play->pop3.tls = server_context(settings);
    play->pop3.pop3 = true;
    play->mail.secret = "tanstaaf";
    play->pop3.secret = "tanstaaf";
}

static const char *const probe_smtp[] = {"220 stub\r\n", CLEAR, TLS, INSIDE, NULL};

struct row {
    const char *name;
    enum start start;
    const char *dialogue;
    const char *answers[STUB_ANSWERS];
    enum verdict verdict;
    const char *reason; /* ends in "*": begins so */
    const char *sent;
};

static bool is_like(const char *text, const char *wanted)
{
    size_t n = strlen(wanted);
    bool part = n > 0 && wanted[n - 1] == '*';
    return part ? strncmp(text, wanted, n - 1) == 0 : strcmp(text, wanted) == 0;
}

static void check_row(const struct row *row, struct play *play)
{
    struct play_case *c = &play->cases[0];
    bool ok = c->verdict == row->verdict && is_like(c->reason, row->reason) &&
              (row->sent == NULL || strcmp(buf_text(&c->sent), row->sent) == 0);
    UNIT_ROW(row->name, c->begins == 1 && c->ends == 1);
    UNIT_ROW(row->name, c->opened == c->closed);
    UNIT_ROW(row->name, ok);
    if (!ok) {
        fprintf(stderr, "  %s: %s\n  sent %s\n  %s\n", verdict_name(c->verdict), c->reason,
                buf_text(&c->sent), buf_text(&c->notes));
    }
}

// clang-format off
static const struct row rows[] = {
    {"a session", START_EHLO, "C STARTTLS\nS 220\n< tls\nC EHLO {{client}}\nS 250\n. keywords\n+ V 250 SIZE 2000\nC NOOP\nS 250",
     {"220 a\r\n", CLEAR, TLS, INSIDE, "250 a\r\n"}, VERDICT_PASS, "", STARTED EHLO "NOOP\r\n|QUIT\r\n|"},
    {"its facts", START_EHLO,
     "C STARTTLS\nS 220\n< tls\n< fact version 1.3\n< fact least-version 1.2\n< fact shown\n< fact names mx.example.test\n"
     "< not-fact trusted\n< not-fact valid\n< not-fact expired\n< fact nothing-left\nC {{tls:version}} {{tls:names}}\nS 250",
     {"220 a\r\n", CLEAR, TLS, "250 a\r\n"}, VERDICT_PASS, "",
     STARTED "1.3 mx.example.test 127.0.0.1\r\n|QUIT\r\n|"},
    {"a fact that is not so", START_EHLO, "C STARTTLS\nS 220\n< tls\n< fact expired",
     {"220 a\r\n", CLEAR, TLS}, VERDICT_FAIL, "the certificate of \"CN=mx.example.test\" is *", STARTED "QUIT\r\n|"},
    {"another version", START_EHLO, "C STARTTLS\nS 220\n< tls\n< fact version 1.2",
     {"220 a\r\n", CLEAR, TLS}, VERDICT_FAIL, "the TLS version is 1.3, wanted is 1.2", STARTED "QUIT\r\n|"},
    {"a fact without a session", START_EHLO, "< fact version 1.2",
     {"220 a\r\n", CLEAR}, VERDICT_ERROR, "there was no TLS negotiation on this connection", EHLO "QUIT\r\n|"},
    {"clear text left behind 220", START_EHLO,
     "C STARTTLS\nS 220\n< tls\nC NOOP\nS 250\n< not-fact nothing-left\n< fact nothing-left",
     {"220 a\r\n", CLEAR, "220 go\r\n250 injected\r\n!tls", "250 a\r\n"}, VERDICT_FAIL,
     "when the TLS session began, this was left in clear text: \"250 injected\\r\\n\"", STARTED "NOOP\r\n|QUIT\r\n|"},
    {"what was said before has no reply inside", START_EHLO, "C STARTTLS\nC NOOP\nS 220\n< tls\n< silence 50\nC RSET\nS 250",
     {"220 a\r\n", CLEAR, TLS, "250 a\r\n"}, VERDICT_PASS, "", EHLO "STARTTLS\r\nNOOP\r\n|RSET\r\n|QUIT\r\n|"},
    {"a command in clear text is answered inside", START_EHLO, "C STARTTLS\nC NOOP\nS 220\n< tls\n< silence 1000\nC RSET\nS 250",
     {"220 a\r\n", CLEAR, "220 go\r\n!tlskeep", "250 a\r\n"}, VERDICT_FAIL, "the server spoke where silence was expected",
     EHLO "STARTTLS\r\nNOOP\r\n|QUIT\r\n|"},
    {"clear text instead of a handshake", START_EHLO, "C STARTTLS\nS 220\n< tls",
     {"220 a\r\n", CLEAR, "220 go\r\n", NULL}, VERDICT_INCONCLUSIVE, "the TLS negotiation did not end in 300 ms", STARTED},
    {"expected to fail, and succeeds", START_EHLO, "C STARTTLS\nS 220\n< tls-fails-s",
     {"220 a\r\n", CLEAR, TLS}, VERDICT_FAIL, "the TLS negotiation succeeded, where it was expected to fail", STARTED "QUIT\r\n|"},
    {"the server closes instead", START_EHLO, "C STARTTLS\nS 220\n< tls-fails-s\n< close-s",
     {"220 a\r\n", CLEAR, "220 go\r\n!close"}, VERDICT_PASS, "", STARTED},
    {"the server closes instead, as it may", START_EHLO, "C STARTTLS\nS 220\n< tls?\nC NOOP\nS 250",
     {"220 a\r\n", CLEAR, "220 go\r\n!close"}, VERDICT_PASS, "", STARTED},
    {"the server resets instead, as it may", START_EHLO, "C STARTTLS\nS 220\n< tls?\nC NOOP\nS 250",
     {"220 a\r\n", CLEAR, "220 go\r\n!reset"}, VERDICT_PASS, "", STARTED},
    {"the handshake may fail, and does not", START_EHLO, "C STARTTLS\nS 220\n< tls?\nC NOOP\nS 250",
     {"220 a\r\n", CLEAR, TLS, "500 no\r\n"}, VERDICT_FAIL, "expected 250, got 500", STARTED "NOOP\r\n|QUIT\r\n|"},
    {"it may fail, and nothing comes", START_EHLO, "C STARTTLS\nS 220\n< tls?",
     {"220 a\r\n", CLEAR, "220 go\r\n", NULL}, VERDICT_INCONCLUSIVE, "the TLS negotiation did not end in 300 ms", STARTED},
    {"nobody can begin twice, though it may fail", START_TLS, "< tls?", {"220 a\r\n", CLEAR, TLS, INSIDE}, VERDICT_ERROR,
     "the connection is inside TLS already", NULL},
    {"nobody can begin twice", START_TLS, "< tls", {"220 a\r\n", CLEAR, TLS, INSIDE}, VERDICT_ERROR, "the connection is inside TLS already",
     NULL},
    {"Start: tls", START_TLS, "C NOOP\nS 250", {"220 a\r\n", CLEAR, TLS, INSIDE, "250 a\r\n"},
     VERDICT_PASS, "", STARTED EHLO "NOOP\r\n|QUIT\r\n|"},
    {"Start: tls, and the dialogue greets", START_TLS, "C EHLO x\nS 250", {"220 a\r\n", CLEAR, TLS, INSIDE},
     VERDICT_PASS, "", STARTED "EHLO x\r\n|QUIT\r\n|"},
    {"Start: tls is refused", START_TLS, "C NOOP\nS 250", {"220 a\r\n", CLEAR, "454 not now\r\n"},
     VERDICT_INCONCLUSIVE, "before line one: the server refuses for now: 454", STARTED "QUIT\r\n|"},
    {"Start: auth", START_AUTH, "C NOOP\nS 250", {"220 a\r\n", CLEAR, TLS, INSIDE, "!sasl", "250 a\r\n"},
     VERDICT_PASS, "", STARTED EHLO "AUTH PLAIN AGFsaWNlAHRhbnN0YWFm\r\n|NOOP\r\n|QUIT\r\n|"},
    {"Start: auth is refused, though the first login was not", START_AUTH, "C NOOP\nS 250",
     {"220 a\r\n", CLEAR, TLS, INSIDE, "535 no\r\n"}, VERDICT_INCONCLUSIVE, "before line one: expected 235, got 535", STARTED EHLO "AUTH PLAIN AGFsaWNlAHRhbnN0YWFm\r\n|QUIT\r\n|"},
};
// clang-format on

/* Whether the users can log in is tried before the first case that does: it is let in. */
static void let_in(struct play *play, const char *const *login)
{
    static const struct facts nothing = {0};
    if (play->programs[0].need_count == 0 &&
        login_is_by_mail(&play->programs[0], &play->target, &nothing)) {
        play->mail.login = login;
        play->mail.logins = 1;
    }
}

static const char *const let_in_inside[] = {"220 a\r\n", CLEAR, TLS, INSIDE, "!sasl", NULL};

static void test_rows(void)
{
    static const struct tls_settings plain = {0};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play play;
        tls_init(&play, &plain);
        play.target.pop3.kind = ENDPOINT_NONE;
        play.mail.probe = probe_smtp;
        play_add(&play, PROTOCOL_SMTP, rows[i].start, rows[i].dialogue, NULL);
        play.programs[0].timeout_ms = rows[i].verdict == VERDICT_INCONCLUSIVE ? 300 : 0;
        play_script(&play.mail, rows[i].answers);
        let_in(&play, let_in_inside);
        UNIT_ROW(rows[i].name, play_run(&play));
        check_row(&rows[i], &play);
        play_deinit(&play);
    }
}

/* ---- Logins ---- */

#define LOGGED_IN "C NOOP\nS 250"

// clang-format off
static const struct row login_rows[] = {
    {"PLAIN", START_EHLO, "< auth PLAIN alice\nS 235\n" LOGGED_IN, {"220 a\r\n", CLEAR, "!sasl", "250 a\r\n"}, VERDICT_PASS, "",
     EHLO "AUTH PLAIN AGFsaWNlAHRhbnN0YWFm\r\n|NOOP\r\n|QUIT\r\n|"},
    {"LOGIN", START_EHLO, "< auth LOGIN alice\nS 235\n" LOGGED_IN, {"220 a\r\n", CLEAR, "!sasl", "250 a\r\n"}, VERDICT_PASS, "",
     EHLO "AUTH LOGIN\r\n|YWxpY2U=\r\n|dGFuc3RhYWY=\r\n|NOOP\r\n|QUIT\r\n|"},
    {"CRAM-MD5", START_EHLO, "< auth CRAM-MD5 alice\nS 235\n" LOGGED_IN, {"220 a\r\n", CLEAR, "!sasl", "250 a\r\n"},
     VERDICT_PASS, "", NULL},
    {"SCRAM-SHA-1", START_EHLO, "< auth SCRAM-SHA-1 alice\nS 235\n" LOGGED_IN, {"220 a\r\n", CLEAR, "!sasl", "250 a\r\n"},
     VERDICT_PASS, "", NULL},
    {"SCRAM-SHA-256", START_EHLO, "< auth SCRAM-SHA-256 {{user}}\nS 235\n" LOGGED_IN, {"220 a\r\n", CLEAR, "!sasl", "250 a\r\n"},
     VERDICT_PASS, "", NULL},
    {"a wrong secret", START_EHLO, "< auth PLAIN alice wrong\nS 535\n" LOGGED_IN, {"220 a\r\n", CLEAR, "!sasl", "250 a\r\n"},
     VERDICT_PASS, "", EHLO "AUTH PLAIN AGFsaWNlAHdyb25n\r\n|NOOP\r\n|QUIT\r\n|"},
    {"a wrong secret that is to be right", START_EHLO, "< auth SCRAM-SHA-1 alice wrong\nS 235", {"220 a\r\n", CLEAR, "!sasl"},
     VERDICT_FAIL, "expected 235, got 535", NULL},
    {"a user whom nobody knows", START_EHLO, "< auth PLAIN carol\nS 235", {"220 a\r\n", CLEAR}, VERDICT_ERROR,
     "the secret of carol is not known: name it by --user, or write \"with the secret ...\"", EHLO "QUIT\r\n|"},
    {"refused at once", START_EHLO, "< auth PLAIN alice\nS 504\n" LOGGED_IN, {"220 a\r\n", CLEAR, "504 no\r\n", "250 a\r\n"},
     VERDICT_PASS, "", EHLO "AUTH PLAIN AGFsaWNlAHRhbnN0YWFm\r\n|NOOP\r\n|QUIT\r\n|"},
    {"the initial response is asked for again", START_EHLO, "< auth PLAIN alice\nS 235\n" LOGGED_IN,
     {"220 a\r\n", CLEAR, "334 \r\n", "501 given up\r\n"}, VERDICT_FAIL,
     "the login went wrong: PLAIN: the server goes on after the end of the exchange",
     EHLO "AUTH PLAIN AGFsaWNlAHRhbnN0YWFm\r\n|*\r\n|QUIT\r\n|"},
    {"a challenge that is no base64", START_EHLO, "< auth LOGIN alice\nS 235", {"220 a\r\n", CLEAR, "334 Username:\r\n", "501 a\r\n"},
     VERDICT_FAIL, "the login went wrong: the challenge is not one line of base64: \"Username:\"", EHLO "AUTH LOGIN\r\n|*\r\n|QUIT\r\n|"},
    {"SCRAM accepted without proof", START_EHLO, "< auth SCRAM-SHA-1 alice\nS 235", {"220 a\r\n", CLEAR, "235 in\r\n"},
     VERDICT_FAIL, "the login went wrong: SCRAM-SHA-1: the server accepts the login before the exchange is complete", NULL},
    {"the connection ends", START_EHLO, "< auth LOGIN alice\nS 235", {"220 a\r\n", CLEAR, "334 \r\n!close"},
     VERDICT_FAIL, "the connection ended during the login*", NULL},
    {"a mechanism that nobody offers", START_EHLO, "< auth XOAUTH2 alice\nS 235", {"220 a\r\n", CLEAR},
     VERDICT_UNSUPPORTED, "the server does not offer a login by XOAUTH2", ""},
    {"a mechanism that nobody knows", START_EHLO, "< auth FOO alice\nS 235", {"220 a\r\n", CLEAR},
     VERDICT_UNSUPPORTED, "the mechanism FOO is not known here", ""},
};
// clang-format on

static const char *const probe_auth[] = {"220 stub\r\n", INSIDE, NULL};
static const char *const let_in_clear[] = {"220 a\r\n", INSIDE, "!sasl", NULL};

static void test_logins(void)
{
    static const struct tls_settings plain = {0};
    for (size_t i = 0; i < sizeof login_rows / sizeof login_rows[0]; i++) {
        struct play play;
        tls_init(&play, &plain);
        play.target.pop3.kind = ENDPOINT_NONE;
        play.mail.probe = probe_auth;
        play_add(&play, PROTOCOL_SMTP, login_rows[i].start, login_rows[i].dialogue, NULL);
        play_script(&play.mail, login_rows[i].answers);
        if (login_rows[i].verdict != VERDICT_UNSUPPORTED) {
            let_in(&play, let_in_clear);
        }
        UNIT_ROW(login_rows[i].name, play_run(&play));
        check_row(&login_rows[i], &play);
        play_deinit(&play);
    }
}

/* ---- The first login is tried before the case ---- */

struct check_row {
    const char *name;
    const char *answers[STUB_ANSWERS]; /* to each login that is tried */
    size_t logins;                     /* that are tried */
    const char *broken_off;            /* part of it; "": the run goes on */
};

// clang-format off
static const struct check_row check_rows[] = {
    {"let in", {"220 a\r\n", INSIDE, "!sasl"}, 1, ""},
    {"refused", {"220 a\r\n", INSIDE, "535-no \x1b\r\n535 no\r\n"}, 2,
     "refuses the login of alice: \"535-no \\x1b\". Are the name and the secret right (--user, User:)? --tag '!auth'"},
    {"refused for now", {"220 a\r\n", INSIDE, "454 later\r\n"}, 1, ""},
    {"another mechanism is wanted, or TLS", {"220 a\r\n", INSIDE, "538 no\r\n"}, 2, ""},
    {"closed", {"220 a\r\n", INSIDE, "!close"}, 1, ""},
    {"busy", {"421 a\r\n!close"}, 1, ""},
    {"wrong", {"220 a\r\n", INSIDE, "334 no base64\r\n", "501 a\r\n"}, 1, ""},
};
// clang-format on

static void test_checks(void)
{
    static const struct tls_settings plain = {0};
    static const char *const answers[] = {"220 a\r\n", CLEAR, "!sasl", "250 a\r\n", NULL};
    for (size_t i = 0; i < sizeof check_rows / sizeof check_rows[0]; i++) {
        const struct check_row *row = &check_rows[i];
        bool goes_on = row->broken_off[0] == '\0';
        struct play play;
        tls_init(&play, &plain);
        play.target.pop3.kind = ENDPOINT_NONE;
        play.mail.probe = probe_auth;
        play.mail.login = row->answers;
        play.mail.logins = row->logins;
        play_add(&play, PROTOCOL_SMTP, START_EHLO, "< auth PLAIN alice\nS 235\n" LOGGED_IN, NULL);
        play_script(&play.mail, answers);
        UNIT_ROW(row->name, play_run(&play));
        UNIT_ROW(row->name, goes_on ? play.broken_off[0] == '\0'
                                    : strstr(play.broken_off, row->broken_off) != NULL);
        UNIT_ROW(row->name, play.cases[0].begins == (goes_on ? 1U : 0U));
        UNIT_ROW(row->name, play.cases[0].verdict == VERDICT_PASS);
        play_deinit(&play);
    }
}

/* The secret is right, and PLAIN is broken: that is for the case to tell. */
static void test_another_mechanism_does(void)
{
    static const struct tls_settings plain = {0};
    static const char *const refuses[] = {"220 a\r\n", INSIDE, "535 no\r\n", NULL};
    struct play play;
    tls_init(&play, &plain);
    play.target.pop3.kind = ENDPOINT_NONE;
    play.mail.probe = probe_auth;
    play.mail.login = refuses;
    play.mail.logins = 1;
    play_add(&play, PROTOCOL_SMTP, START_EHLO, "< auth PLAIN alice\nS 235", NULL);
    play_script(&play.mail, let_in_clear);
    play_script(&play.mail, refuses);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_STRING_EQUAL(play.broken_off, "");
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_FAIL);
    play_deinit(&play);
}

/* A line of AUTH with its response in one would be longer than 512 octets: RFC 4954 section 4. */
static void test_long_response(void)
{
    static const struct tls_settings plain = {0};
    static const char *const answers[] = {"220 a\r\n", CLEAR, "!sasl", NULL};
    struct buf dialogue = {0};
    struct play play;
    buf_append_text(&dialogue, "< auth PLAIN alice ");
    buf_append_fill(&dialogue, 'x', 400);
    buf_append_text(&dialogue, "\nS 535");
    tls_init(&play, &plain);
    play.target.pop3.kind = ENDPOINT_NONE;
    play.mail.probe = probe_auth;
    play_add(&play, PROTOCOL_SMTP, START_EHLO, buf_text(&dialogue), NULL);
    play_script(&play.mail, answers);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_PASS);
    CU_ASSERT(is_like(buf_text(&play.cases[0].sent), EHLO "AUTH PLAIN\r\n|AGFsaWNlAHh4*"));
    buf_deinit(&dialogue);
    play_deinit(&play);
}

/* ---- POP3, and the harness's own logins ---- */

#define POP3_CLEAR  "+OK\r\nSTLS\r\nUSER\r\nUIDL\r\n.\r\n"
#define POP3_INSIDE "+OK\r\nUSER\r\nSASL PLAIN LOGIN\r\nUIDL\r\n.\r\n"
#define POP3_TLS    "+OK go\r\n!tls"

static const char *const probe_pop3[] = {"+OK stub\r\n", POP3_CLEAR, POP3_TLS, POP3_INSIDE, NULL};

struct pop3_row {
    const char *name;
    enum start start;
    const char *dialogue;
    const char *login[STUB_ANSWERS]; /* of the first login that is tried */
    const char *answers[STUB_ANSWERS];
    bool start_with_tls;
    enum verdict verdict;
    const char *reason;
    const char *sent;
    const char
        *second[STUB_ANSWERS]; /* of the login that is tried then, where it is not like the case */
};

// clang-format off
static const struct pop3_row pop3_rows[] = {
    {"a session", START_GREETING, "C STLS\nS +OK\n< tls\nC NOOP\nS +OK", {NULL}, {"+OK\r\n", POP3_TLS, "+OK\r\n"}, false,
     VERDICT_PASS, "", "STLS\r\n|NOOP\r\n|QUIT\r\n|", {NULL}},
    {"a login inside TLS for a mechanism that is only there", START_GREETING, "< auth PLAIN alice\nS +OK\nC NOOP\nS +OK", {NULL},
     {"+OK\r\n", POP3_TLS, "!sasl", "+OK\r\n"}, false, VERDICT_PASS, "",
     "STLS\r\n|AUTH PLAIN AGFsaWNlAHRhbnN0YWFm\r\n|NOOP\r\n|QUIT\r\n|", {NULL}},
    {"USER in clear text will do", START_AUTH, "C NOOP\nS +OK", {"+OK\r\n", "+OK\r\n", "+OK\r\n", "+OK\r\n"},
     {"+OK\r\n", "+OK\r\n", "+OK\r\n", "+OK\r\n"}, false, VERDICT_PASS, "",
     "USER alice\r\n|PASS tanstaaf\r\n|NOOP\r\n|QUIT\r\n|", {NULL}},
    {"USER is refused without TLS", START_AUTH, "C NOOP\nS +OK", {"+OK\r\n", "-ERR TLS first\r\n"},
     {"+OK\r\n", POP3_TLS, "+OK\r\n", "+OK\r\n", "+OK\r\n"}, false, VERDICT_PASS, "",
     "STLS\r\n|USER alice\r\n|PASS tanstaaf\r\n|NOOP\r\n|QUIT\r\n|", {NULL}},
    {"a login in clear text that needs TLS", START_AUTH, "< open\nS +OK\nC USER alice\nS +OK", {"+OK\r\n", "-ERR TLS first\r\n"},
     {"+OK\r\n", "-ERR TLS first\r\n"}, false, VERDICT_INCONCLUSIVE,
     "the server wants TLS before a login (see --start-with)", "USER alice\r\n|QUIT\r\n|",
     {"+OK\r\n", POP3_TLS, "+OK\r\n", "+OK\r\n", "+OK\r\n"}},
    {"Start-with: tls", START_GREETING, "C NOOP\nS +OK", {NULL}, {"+OK\r\n", POP3_TLS, "+OK\r\n"}, true, VERDICT_PASS, "",
     "STLS\r\n|NOOP\r\n|QUIT\r\n|", {NULL}},
    {"Start-with: tls is left to the dialogue", START_GREETING, "C STLS\nS +OK\n< tls\nC NOOP\nS +OK", {NULL},
     {"+OK\r\n", POP3_TLS, "+OK\r\n"}, true, VERDICT_PASS, "", "STLS\r\n|NOOP\r\n|QUIT\r\n|", {NULL}},
};
// clang-format on

static void test_pop3(void)
{
    static const struct tls_settings plain = {0};
    for (size_t i = 0; i < sizeof pop3_rows / sizeof pop3_rows[0]; i++) {
        const struct pop3_row *row = &pop3_rows[i];
        struct play play;
        tls_init(&play, &plain);
        play.target.mail.kind = ENDPOINT_NONE;
        play.target.user_count = 1;
        play.target.start_with_tls = row->start_with_tls;
        play.pop3.probe = probe_pop3;
        play_add(&play, PROTOCOL_POP3, row->start, row->dialogue, NULL);
        if (row->login[0] != NULL) {
            play.pop3.login = row->login;
            play.pop3.logins = 1;
        }
        play_script(&play.pop3, row->second[0] != NULL ? row->second : row->answers);
        play_script(&play.pop3, row->answers);
        UNIT_ROW(row->name, play_run(&play));
        struct row plain_row = {row->name,    row->start,  row->dialogue, {NULL},
                                row->verdict, row->reason, row->sent};
        check_row(&plain_row, &play);
        play_deinit(&play);
    }
}

/* ---- Implicit TLS, certificates, and who refuses ---- */

static const char *const greets[] = {"220 a\r\n", INSIDE, "250 a\r\n", NULL};

static void test_implicit(void)
{
    static const struct tls_settings plain = {0};
    struct play play;
    tls_init(&play, &plain);
    play.target.pop3.kind = ENDPOINT_NONE;
    play.target.mail.implicit_tls = true;
    play.mail.implicit = true;
    play.mail.probe = probe_auth;
    play_add(&play, PROTOCOL_SMTP, START_EHLO, "C NOOP\nS 250\n< fact version 1.3", NULL);
    play_add(&play, PROTOCOL_SMTP, START_TLS, "C NOOP\nS 250", NULL);
    play_add(&play, PROTOCOL_SMTP, START_EHLO, "C STARTTLS\nS 220\n< tls", NULL);
    play_script(&play.mail, greets);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_PASS);
    CU_ASSERT_EQUAL(play.cases[1].verdict, VERDICT_PASS);
    CU_ASSERT_EQUAL(play.cases[2].verdict, VERDICT_UNSUPPORTED);
    CU_ASSERT_STRING_EQUAL(
        play.cases[2].reason,
        "the case begins TLS itself, and the target has it from the first octet");
    play_deinit(&play);
}

/* Each side took the other for the wrong one: one sentence, before any case. */
static void test_wrong_port(void)
{
    static const struct tls_settings plain = {0};
    for (int implicit = 0; implicit < 2; implicit++) {
        struct play play;
        tls_init(&play, &plain);
        play.config.time_scale = 0.02;
        play.target.pop3.kind = ENDPOINT_NONE;
        play.target.mail.implicit_tls = implicit != 0;
        play.mail.implicit = implicit == 0;
        play.mail.probe = probe_auth;
        play_add(&play, PROTOCOL_SMTP, START_EHLO, "C NOOP\nS 250", NULL);
        play_script(&play.mail, greets);
        CU_ASSERT(play_run(&play));
        const char *wanted = implicit != 0 ? "With STARTTLS it is smtp://" : "it is smtps://";
        UNIT_ROW(play.broken_off, strstr(play.broken_off, wanted) != NULL);
        CU_ASSERT_EQUAL(play.cases[0].begins, 0);
        play_deinit(&play);
    }
}

struct certificate_row {
    enum tls_certificate certificate;
    bool verify;
    const char *dialogue; /* behind STARTTLS */
    enum verdict verdict;
    const char *reason;
};

// clang-format off
static const struct certificate_row certificate_rows[] = {
    {TLS_CERTIFICATE_EXPIRED, false, "< tls\n< fact expired\n< not-fact valid", VERDICT_PASS, ""},
    {TLS_CERTIFICATE_NOT_YET_VALID, false, "< tls\n< fact not-yet-valid\n< not-fact expired", VERDICT_PASS, ""},
    {TLS_CERTIFICATE_SELF_SIGNED, false, "< tls\n< fact self-signed", VERDICT_PASS, ""},
    {TLS_CERTIFICATE_OTHER_NAME, false, "< tls\n< fact other-name", VERDICT_PASS, ""},
    {TLS_CERTIFICATE_GOOD, false, "< tls\n< not-fact other-name\n< not-fact wildcard", VERDICT_PASS, ""},
    {TLS_CERTIFICATE_EXPIRED, true, "< tls-fails-c", VERDICT_PASS, ""},
    {TLS_CERTIFICATE_EXPIRED, true, "< tls", VERDICT_ERROR, "the TLS negotiation failed: *"},
    {TLS_CERTIFICATE_EXPIRED, true, "< tls-fails-s", VERDICT_FAIL,
     "the TLS negotiation failed, refused by us and not by the server: *"},
};
// clang-format on

static void test_certificates(void)
{
    static const char *const answers[] = {"220 a\r\n", CLEAR, TLS, NULL};
    for (size_t i = 0; i < sizeof certificate_rows / sizeof certificate_rows[0]; i++) {
        const struct certificate_row *row = &certificate_rows[i];
        struct tls_settings settings = {.certificate = row->certificate};
        char dialogue[256];
        struct play play;
        snprintf(dialogue, sizeof dialogue, "C STARTTLS\nS 220\n%s", row->dialogue);
        tls_init(&play, &settings);
        play.target.pop3.kind = ENDPOINT_NONE;
        play.target.tls.name = "mx.example.test";
        play.target.tls.verify = row->verify;
        play.mail.probe = probe_smtp;
        play_add(&play, PROTOCOL_SMTP, START_EHLO, dialogue, NULL);
        play_script(&play.mail, answers);
        CU_ASSERT(play_run(&play));
        UNIT_ROW(row->dialogue, play.cases[0].verdict == row->verdict);
        UNIT_ROW(play.cases[0].reason, is_like(play.cases[0].reason, row->reason));
        CU_ASSERT_STRING_EQUAL(play.mail.server_name, "mx.example.test");
        play_deinit(&play);
    }
}

/* ---- Start-with ---- */

static void test_start_with(void)
{
    static const struct tls_settings plain = {0};
    static const char *const answers[] = {"220 a\r\n", CLEAR,       TLS,         INSIDE,
                                          "!sasl",     "250 a\r\n", "250 a\r\n", NULL};
    struct play play;
    tls_init(&play, &plain);
    play.target.pop3.kind = ENDPOINT_NONE;
    play.target.start_with_tls = true;
    play.target.start_with_auth = true;
    play.mail.probe = probe_smtp;
    play_add(&play, PROTOCOL_SMTP, START_MAIL, "C NOOP\nS 250", NULL);
    play_script(&play.mail, answers);
    let_in(&play, let_in_inside);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_PASS);
    CU_ASSERT_STRING_EQUAL(buf_text(&play.cases[0].sent), STARTED EHLO
                           "AUTH PLAIN AGFsaWNlAHRhbnN0YWFm\r\n|"
                           "MAIL FROM:<t-case.r-0000@mailspec.example>\r\n|NOOP\r\n|QUIT\r\n|");
    play_deinit(&play);
}

/* A login before a STARTTLS of the dialogue would be forgotten, and may make the server refuse it. */
static void test_start_with_is_left_to_the_dialogue(void)
{
    static const struct tls_settings plain = {0};
    static const char *const answers[] = {"220 a\r\n", CLEAR, TLS, INSIDE, NULL};
    struct play play;
    tls_init(&play, &plain);
    play.target.pop3.kind = ENDPOINT_NONE;
    play.target.start_with_tls = true;
    play.target.start_with_auth = true;
    play.mail.probe = probe_smtp;
    play_add(&play, PROTOCOL_SMTP, START_EHLO, "C STARTTLS\nS 220\n< tls\nC EHLO in\nS 250", NULL);
    play_script(&play.mail, answers);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_PASS);
    CU_ASSERT_STRING_EQUAL(buf_text(&play.cases[0].sent), STARTED "EHLO in\r\n|QUIT\r\n|");
    play_deinit(&play);
}

static void test_start_with_what_is_not_offered(void)
{
    static const struct tls_settings plain = {0};
    struct play play;
    tls_init(&play, &plain);
    play.target.pop3.kind = ENDPOINT_NONE;
    play.target.start_with_tls = true;
    play_add(&play, PROTOCOL_SMTP, START_MAIL, "C NOOP\nS 250", NULL);
    CU_ASSERT(play_run(&play));
    CU_ASSERT(strstr(play.broken_off, "does not offer STARTTLS") != NULL);
    play_deinit(&play);
}

static const struct unit_test tests[] = {
    {"rows",                              test_rows                              },
    {"logins",                            test_logins                            },
    {"the first login",                   test_checks                            },
    {"another mechanism does",            test_another_mechanism_does            },
    {"a long response",                   test_long_response                     },
    {"POP3",                              test_pop3                              },
    {"implicit TLS",                      test_implicit                          },
    {"the wrong port",                    test_wrong_port                        },
    {"certificates",                      test_certificates                      },
    {"Start-with",                        test_start_with                        },
    {"Start-with, and the dialogue",      test_start_with_is_left_to_the_dialogue},
    {"Start-with, and it is not offered", test_start_with_what_is_not_offered    },
};

int main(void)
{
    int status = unit_run("engine_tls", tests, sizeof tests / sizeof tests[0]);
    tls_authority_free(&authority);
    return status;
}
