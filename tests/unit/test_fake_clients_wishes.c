/* What people ask of the clients: logins, chunks, notifications, some of the messages; and what is told of each reply. */
#include "unit.h"

#include "client_dialogue.h"

#define EHLO    "S: 220 y.example ESMTP\nC: EHLO c.example\nS: 250-y.example\n"
#define CONTENT "C: Subject: x\nC: \nC: ..dot\nC: .\n"
#define QUIT    "C: QUIT\nS: 221 bye\n"
#define SENT    "S: 250 OK\nC: DATA\nS: 354 x\n" CONTENT "S: 250 done\n" QUIT

/* ---- The sender ---- */

struct sender_row {
    const char *name;
    struct client_wishes wishes;
    const char *script;
    enum client_result result;
    const char *trouble; /* its beginning; "": none */
};

#define BEST                                                                                       \
    {                                                                                              \
        .login = CLIENT_LOGIN_BEST                                                                 \
    }
#define PLAIN                                                                                      \
    {                                                                                              \
        .login = CLIENT_LOGIN_SASL, .mechanism = SASL_PLAIN                                        \
    }
#define LOGIN                                                                                      \
    {                                                                                              \
        .login = CLIENT_LOGIN_SASL, .mechanism = SASL_LOGIN                                        \
    }
#define DEMAND                                                                                     \
    {                                                                                              \
        .tls = CLIENT_TLS_DEMANDED                                                                 \
    }
#define NEVER                                                                                      \
    {                                                                                              \
        .tls = CLIENT_TLS_NEVER                                                                    \
    }
#define UTF8                                                                                       \
    {                                                                                              \
        .utf8 = true                                                                               \
    }
#define CHUNKS                                                                                     \
    {                                                                                              \
        .chunks = CLIENT_CHUNKS_WHERE_OFFERED                                                      \
    }
#define DSN                                                                                        \
    {                                                                                              \
        .notify = "NEVER", .ret = "HDRS", .envelope_id = "q1"                                      \
    }
#define MAIL   "C: MAIL FROM:<a@x.example>\nS: 250 OK\nC: RCPT TO:<r@y.example>\n"
#define SECRET "AGFsaWNlAHNlY3JldA==" /* NUL alice NUL secret */

// clang-format off
static const struct sender_row sender_rows[] = {
    {"login by the mechanism named", PLAIN, EHLO "S: 250 AUTH PLAIN\nC: AUTH PLAIN " SECRET "\nS: 235 in\n" MAIL SENT, CLIENT_DONE, ""},
    {"LOGIN", LOGIN, EHLO "S: 250 AUTH LOGIN\nC: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: YWxpY2U=\nS: 334 UGFzc3dvcmQ6\nC: c2VjcmV0\nS: 235 in\n" MAIL SENT, CLIENT_DONE, ""},
    {"no secret in clear text", BEST, EHLO "S: 250 AUTH PLAIN LOGIN\n" QUIT, CLIENT_LOGIN_REFUSED, "the connection is in clear text, and"},
    {"no login at all", BEST, EHLO "S: 250 HELP\n" QUIT, CLIENT_LOGIN_REFUSED, "the server offers no login"},
    {"another mechanism", PLAIN, EHLO "S: 250 AUTH LOGIN\n" QUIT, CLIENT_LOGIN_REFUSED, "the server does not offer a login of that kind"},
    {"CRAM-MD5 in clear text", BEST, EHLO "S: 250 AUTH PLAIN CRAM-MD5\nC: AUTH CRAM-MD5\nS: 535 no\n" QUIT, CLIENT_LOGIN_REFUSED, "AUTH: 535 no"},
    {"inside TLS the simplest", BEST, EHLO "S: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nT\nC: EHLO c.example\nS: 250-y\nS: 250 AUTH CRAM-MD5 PLAIN\nC: AUTH PLAIN " SECRET "\nS: 235 in\n" MAIL SENT, CLIENT_DONE, ""},
    {"a bad certificate is told no secret", BEST, EHLO "S: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nt\nC: EHLO c.example\nS: 250-y\nS: 250 AUTH PLAIN\n" QUIT, CLIENT_LOGIN_REFUSED, "the certificate is not good"},
    {"too weak, another", BEST, EHLO "S: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nT\nC: EHLO c.example\nS: 250-y\nS: 250 AUTH LOGIN PLAIN\nC: AUTH PLAIN " SECRET "\nS: 534 weak\nC: AUTH LOGIN\nS: 535 no\n" QUIT, CLIENT_LOGIN_REFUSED, "AUTH: 535 no"},
    {"too weak, and no other", PLAIN, EHLO "S: 250 AUTH PLAIN LOGIN\nC: AUTH PLAIN " SECRET "\nS: 534 weak\n" QUIT, CLIENT_LOGIN_REFUSED, "AUTH: 534 weak"},
    {"for now", PLAIN, EHLO "S: 250 AUTH PLAIN\nC: AUTH PLAIN " SECRET "\nS: 454 later\n" QUIT, CLIENT_REFUSED_FOR_NOW, "AUTH: 454 later"},
    {"asked for more", PLAIN, EHLO "S: 250 AUTH PLAIN\nC: AUTH PLAIN " SECRET "\nS: 334 \nC: *\nS: 501 cancelled\n" QUIT, CLIENT_PROTOCOL_ERROR, "the server asks for more than PLAIN has"},
    {"no base64", LOGIN, EHLO "S: 250 AUTH LOGIN\nC: AUTH LOGIN\nS: 334 !\nC: *\nS: 501 cancelled\n" QUIT, CLIENT_PROTOCOL_ERROR, "the challenge is not base64"},
    {"a yes before its time", LOGIN, EHLO "S: 250 AUTH LOGIN\nC: AUTH LOGIN\nS: 235 in\n" QUIT, CLIENT_PROTOCOL_ERROR, "the server says that the login is done before"},
    {"TLS is demanded", DEMAND, EHLO "S: 250 HELP\n" QUIT, CLIENT_REFUSED, "the server does not offer STARTTLS"},
    {"TLS is demanded, and refused", DEMAND, EHLO "S: 250 STARTTLS\nC: STARTTLS\nS: 454 not now\n" QUIT, CLIENT_REFUSED, "the server does not begin TLS"},
    {"no TLS", NEVER, EHLO "S: 250 STARTTLS\n" MAIL SENT, CLIENT_DONE, ""},
    {"SMTPUTF8", UTF8, EHLO "S: 250 SMTPUTF8\nC: MAIL FROM:<a@x.example> SMTPUTF8\nS: 250 OK\nC: RCPT TO:<r@y.example>\n" SENT, CLIENT_DONE, ""},
    {"no SMTPUTF8", UTF8, EHLO "S: 250 HELP\n" QUIT, CLIENT_REFUSED, "an address is not US-ASCII"},
    {"DSN", DSN, EHLO "S: 250 DSN\nC: MAIL FROM:<a@x.example> RET=HDRS ENVID=q1\nS: 250 OK\nC: RCPT TO:<r@y.example> NOTIFY=NEVER\n" SENT, CLIENT_DONE, ""},
    {"no DSN", DSN, EHLO "S: 250 HELP\n" QUIT, CLIENT_REFUSED, "the server does not offer DSN"},
    {"BDAT", CHUNKS, EHLO "S: 250 CHUNKING\n" MAIL "S: 250 OK\nC: BDAT 20 LAST\nC: Subject: x\nC: \nC: .dot\nS: 250 OK\n" QUIT, CLIENT_DONE, ""},
    {"BDAT behind a group", CHUNKS, EHLO "S: 250-PIPELINING\nS: 250 CHUNKING\nC: MAIL FROM:<a@x.example>\nC: RCPT TO:<r@y.example>\nS: 250 OK\nS: 550 no\n" QUIT, CLIENT_REFUSED, ""},
    {"too large", CHUNKS, EHLO "S: 250 SIZE 19\n" QUIT, CLIENT_REFUSED, "the message is larger than"},
    {"as large as may be", CHUNKS, EHLO "S: 250 SIZE 20\nC: MAIL FROM:<a@x.example> SIZE=20\nS: 550 no\n" QUIT, CLIENT_REFUSED, "MAIL: 550 no"},
    {"no CHUNKING", CHUNKS, EHLO "S: 250 HELP\n" MAIL SENT, CLIENT_DONE, ""},
    {"the greeting", {0}, "S: 554-go\nS: 554 away\n" QUIT, CLIENT_REFUSED, "the greeting: 554 go away"},
    {"421", {0}, EHLO "S: 250 HELP\nC: MAIL FROM:<a@x.example>\nS: 421-so\nS: 421 long\n", CLIENT_REFUSED_FOR_NOW, "MAIL: 421 so long"},
};
// clang-format on

static void test_sender(void)
{
    for (size_t i = 0; i < sizeof sender_rows / sizeof sender_rows[0]; i++) {
        const struct sender_row *row = &sender_rows[i];
        struct client_settings settings = client_dialogue_settings(CLIENT_SMTP);
        struct client_machine machine;
        settings.wishes = row->wishes;
        UNIT_ROW(row->name, client_dialogue_check(row->name, &settings, row->script, row->result));
        (void)client_dialogue_run(NULL, &settings, row->script, false, &machine);
        const struct bytes trouble = sender_trouble(machine.sender);
        UNIT_ROW(row->name, bytes_starts(trouble, row->trouble) &&
                                (trouble.n == 0) == (row->trouble[0] == '\0'));
        client_machine_free(&machine);
    }
}

/* RFC 3030: what has a NUL goes as BINARYMIME, or not at all. */
static void test_binary(void)
{
    struct client_settings settings = client_dialogue_settings(CLIENT_SMTP);
    settings.wishes.chunks = CLIENT_CHUNKS_WHERE_NEEDED;
    settings.message = BYTES_LIT("a: b\n\n\0\n");
    UNIT_ROW("refused", client_dialogue_check("refused", &settings, EHLO "S: 250 CHUNKING\n" QUIT,
                                              CLIENT_REFUSED));
    struct client_machine machine;
    (void)client_dialogue_run(
        NULL, &settings,
        EHLO "S: 250-8BITMIME\nS: 250-BINARYMIME\nS: 250 CHUNKING\n"
             "C: MAIL FROM:<a@x.example> BODY=BINARYMIME\nS: 250 OK\nC: RCPT TO:<r@y.example>\n",
        false, &machine);
    struct buf said = {0};
    sender_feed(machine.sender, BYTES_LIT("250 OK\r\n"), &said);
    CU_ASSERT(bytes_equal(buf_bytes(&said), BYTES_LIT("BDAT 11 LAST\r\na: b\r\n\r\n\0\r\n")));
    buf_deinit(&said);
    client_machine_free(&machine);
}

/* ---- What each recipient got ---- */

struct outcome_row {
    const char *name;
    enum client_protocol protocol;
    const char *script;
    const char *outcomes; /* RESULT:TEXT| for each of three, "-" where nothing is told */
};

#define THREE_TO "C: MAIL FROM:<a@x.example>\nS: 250 OK\nC: RCPT TO:<r@y.example>\n"
#define LHLO     "S: 220 y\nC: LHLO c.example\nS: 250 y\n"
// clang-format off
static const struct outcome_row outcome_rows[] = {
    {"one refused", CLIENT_SMTP, EHLO "S: 250 HELP\n" THREE_TO "S: 250 OK\nC: RCPT TO:<s@y.example>\nS: 550-no\nS: 550 such\nC: RCPT TO:<t@y.example>\nS: 450 later\nC: DATA\nS: 354 x\n" CONTENT "S: 250 done\n" QUIT, "0:250 done|69:550 no such|75:450 later|"},
    {"the message refused", CLIENT_SMTP, EHLO "S: 250 HELP\n" THREE_TO "S: 250 OK\nC: RCPT TO:<s@y.example>\nS: 550 no\nC: RCPT TO:<t@y.example>\nS: 250 OK\nC: DATA\nS: 354 x\n" CONTENT "S: 554 bad\n" QUIT, "69:554 bad|69:550 no|69:554 bad|"},
    {"LMTP", CLIENT_LMTP, LHLO THREE_TO "S: 250 OK\nC: RCPT TO:<s@y.example>\nS: 550 no\nC: RCPT TO:<t@y.example>\nS: 250 OK\nC: DATA\nS: 354 x\n" CONTENT "S: 452 full\nS: 250 done\n" QUIT, "75:452 full|69:550 no|0:250 done|"},
    {"LMTP, lost", CLIENT_LMTP, LHLO THREE_TO "S: 250 OK\nC: RCPT TO:<s@y.example>\nS: 250 OK\nC: RCPT TO:<t@y.example>\nS: 250 OK\nC: DATA\nS: 354 x\n" CONTENT "S: 250 done\nE\n", "0:250 done|-|-|"},
    {"MAIL refused in a group", CLIENT_SMTP, EHLO "S: 250 PIPELINING\nC: MAIL FROM:<a@x.example>\nC: RCPT TO:<r@y.example>\nC: RCPT TO:<s@y.example>\nC: RCPT TO:<t@y.example>\nC: DATA\nS: 550 no\nS: 503 x\nS: 503 x\nS: 503 x\nS: 503 x\n" QUIT, "-|-|-|"},
};
// clang-format on

static void test_outcomes(void)
{
    for (size_t i = 0; i < sizeof outcome_rows / sizeof outcome_rows[0]; i++) {
        const struct outcome_row *row = &outcome_rows[i];
        struct client_settings settings = client_dialogue_settings(row->protocol);
        struct client_machine machine;
        struct buf seen = {0};
        settings.recipient_count = 3;
        UNIT_ROW(row->name,
                 client_dialogue_run(row->name, &settings, row->script, false, &machine));
        for (size_t k = 0; k < 3; k++) {
            const struct client_outcome *outcome = sender_outcome(machine.sender, k);
            if (outcome->is_told) {
                buf_printf(&seen, "%d:", (int)outcome->result);
                buf_append(&seen, buf_bytes(&outcome->text));
            } else {
                buf_append_octet(&seen, '-');
            }
            buf_append_octet(&seen, '|');
        }
        UNIT_ROW(row->name, strcmp(buf_text(&seen), row->outcomes) == 0);
        buf_deinit(&seen);
        client_machine_free(&machine);
    }
}

/* ---- The fetcher ---- */

#define CAPA "C: CAPA\n"
#define STAT                                                                                       \
    "C: STAT\nS: +OK 3 30\nC: LIST\nS: +OK\nS: 1 10\nS: 2 11\nS: 4 12\nS: .\nC: UIDL\nS: +OK\nS: " \
    "1 a\nS: 4 d\nS: .\n"
#define POP3_QUIT "C: QUIT\nS: +OK bye\n"
#define NO_CAPA   "S: +OK hi\n" CAPA "S: -ERR what\n"
#define USER      "C: USER alice\nS: +OK\nC: PASS secret\nS: +OK\n"

/* What it was told, and what it was given. */
struct taken {
    struct buf seen;
    uint64_t fails_at; /* the message that cannot be kept */
};

static bool wants(void *self, const struct client_listed *listed)
{
    struct taken *taken = self;
    buf_printf(&taken->seen, "%u/%u/%.*s ", (unsigned)listed->number, (unsigned)listed->octets,
               (int)listed->id.n, (const char *)listed->id.p);
    return listed->number != 2;
}

static bool take(void *self, uint64_t number, struct bytes message)
{
    struct taken *taken = self;
    buf_printf(&taken->seen, "%u=", (unsigned)number);
    buf_append(&taken->seen, bytes_trim_right(message));
    buf_append_octet(&taken->seen, ' ');
    return number != taken->fails_at;
}

struct fetcher_row {
    const char *name;
    struct client_wishes wishes;
    bool headers_only;
    bool keep;
    uint64_t fails_at;
    const char *script;
    enum client_result result;
    const char *seen;
    const char *trouble;
};

#define LISTED "1/10/a 2/11/ 4/12/d "
#define BY_USER                                                                                    \
    {                                                                                              \
        .login = CLIENT_LOGIN_USER                                                                 \
    }
#define BY_APOP                                                                                    \
    {                                                                                              \
        .login = CLIENT_LOGIN_APOP                                                                 \
    }
#define BY_PLAIN                                                                                   \
    {                                                                                              \
        .login = CLIENT_LOGIN_SASL, .mechanism = SASL_PLAIN                                        \
    }
#define SECURE                                                                                     \
    {                                                                                              \
        .login = CLIENT_LOGIN_BEST, .tls = CLIENT_TLS_DEMANDED                                     \
    }
#define AT_HOME                                                                                    \
    {                                                                                              \
        .login = CLIENT_LOGIN_BEST, .is_local = true                                               \
    }
// clang-format off
static const struct fetcher_row fetcher_rows[] = {
    {"some, and deleted", BY_USER, false, false, 0, NO_CAPA USER STAT "C: RETR 1\nS: +OK\nS: one\nS: .\nC: DELE 1\nS: +OK\nC: RETR 4\nS: +OK\nS: four\nS: .\nC: DELE 4\nS: +OK\n" POP3_QUIT, CLIENT_DONE, LISTED "1=one 4=four ", ""},
    {"kept", BY_USER, false, true, 0, NO_CAPA USER STAT "C: RETR 1\nS: +OK\nS: one\nS: .\nC: RETR 4\nS: +OK\nS: four\nS: .\n" POP3_QUIT, CLIENT_DONE, LISTED "1=one 4=four ", ""},
    {"not deleted when it was not written", BY_USER, false, false, 1, NO_CAPA USER STAT "C: RETR 1\nS: +OK\nS: one\nS: .\n" POP3_QUIT, CLIENT_DONE, LISTED "1=one ", ""},
    {"in a group", BY_USER, false, false, 4, "S: +OK hi\n" CAPA "S: +OK\nS: PIPELINING\nS: .\n" USER STAT "C: RETR 1\nC: RETR 4\nS: +OK\nS: one\nS: .\nS: +OK\nS: four\nS: .\nC: DELE 1\nS: +OK\n" POP3_QUIT, CLIENT_DONE, LISTED "1=one 4=four ", ""},
    {"headers", BY_USER, true, true, 0, "S: +OK hi\n" CAPA "S: +OK\nS: TOP\nS: .\n" USER STAT "C: TOP 1 0\nS: +OK\nS: one\nS: .\nC: TOP 4 0\nS: -ERR\n" POP3_QUIT, CLIENT_DONE, LISTED "1=one ", ""},
    {"headers without TOP", BY_USER, true, true, 0, NO_CAPA USER STAT POP3_QUIT, CLIENT_DONE, LISTED, ""},
    {"RETR refused", BY_USER, false, false, 0, NO_CAPA USER STAT "C: RETR 1\nS: -ERR gone\nC: RETR 4\nS: +OK\nS: four\nS: .\nC: DELE 4\nS: +OK\n" POP3_QUIT, CLIENT_REFUSED, LISTED "4=four ", "RETR: -ERR gone"},
    {"APOP", BY_APOP, true, true, 0, "S: +OK <1896.697170952@dbc.mtview.ca.us>\n" CAPA "S: -ERR\nC: APOP alice 3f18b52881e44c0cc6067f46e0ced7bc\nS: -ERR no\n" POP3_QUIT, CLIENT_LOGIN_REFUSED, "", "APOP: -ERR no"},
    {"no timestamp", BY_APOP, true, true, 0, NO_CAPA POP3_QUIT, CLIENT_LOGIN_REFUSED, "", "the greeting has no timestamp"},
    {"AUTH PLAIN", BY_PLAIN, true, true, 0, "S: +OK hi\n" CAPA "S: +OK\nS: SASL PLAIN\nS: .\nC: AUTH PLAIN " SECRET "\nS: -ERR [IN-USE] busy\n" POP3_QUIT, CLIENT_REFUSED_FOR_NOW, "", "AUTH: -ERR [IN-USE] busy"},
    {"AUTH PLAIN is not offered", BY_PLAIN, true, true, 0, NO_CAPA POP3_QUIT, CLIENT_LOGIN_REFUSED, "", "the server does not offer a login of that kind"},
    {"no secret in clear text", BEST, true, true, 0, NO_CAPA POP3_QUIT, CLIENT_LOGIN_REFUSED, "", "the connection is in clear text, and"},
    {"within the machine", AT_HOME, true, true, 0, NO_CAPA USER STAT POP3_QUIT, CLIENT_DONE, LISTED, ""},
    {"a bad certificate", BEST, true, true, 0, "S: +OK hi\n" CAPA "S: +OK\nS: STLS\nS: .\nC: STLS\nS: +OK\nt\n" POP3_QUIT, CLIENT_REFUSED, "", "the server's certificate is not good"},
    {"a good one", BEST, true, true, 0, "S: +OK hi\n" CAPA "S: +OK\nS: STLS\nS: .\nC: STLS\nS: +OK\nT\n" CAPA "S: +OK\nS: .\n" USER STAT POP3_QUIT, CLIENT_DONE, LISTED, ""},
    {"STLS refused", SECURE, true, true, 0, "S: +OK hi\n" CAPA "S: +OK\nS: STLS\nS: .\nC: STLS\nS: -ERR no\n" POP3_QUIT, CLIENT_REFUSED, "", "the server does not begin TLS"},
};
// clang-format on

static void check_fetcher(const struct fetcher_row *row, bool by_octet)
{
    struct client_settings settings = client_dialogue_settings(CLIENT_POP3);
    struct taken taken = {.fails_at = row->fails_at};
    const struct client_maildrop maildrop = {&taken, row->headers_only, wants, take};
    struct client_machine machine;
    settings.wishes = row->wishes;
    settings.wishes.maildrop = &maildrop;
    settings.keep = row->keep;
    UNIT_ROW(row->name, client_dialogue_run(row->name, &settings, row->script, by_octet, &machine));
    UNIT_ROW(row->name, fetcher_is_over(machine.fetcher));
    UNIT_ROW(row->name, fetcher_result(machine.fetcher) == row->result);
    UNIT_ROW(row->name, strcmp(buf_text(&taken.seen), row->seen) == 0);
    const struct bytes trouble = fetcher_trouble(machine.fetcher);
    UNIT_ROW(row->name,
             bytes_starts(trouble, row->trouble) && (trouble.n == 0) == (row->trouble[0] == '\0'));
    buf_deinit(&taken.seen);
    client_machine_free(&machine);
}

static void test_fetcher(void)
{
    for (size_t i = 0; i < sizeof fetcher_rows / sizeof fetcher_rows[0]; i++) {
        check_fetcher(&fetcher_rows[i], false);
        check_fetcher(&fetcher_rows[i], true);
    }
}

static const struct unit_test tests[] = {
    {"the sender",              test_sender  },
    {"binary content",          test_binary  },
    {"what each recipient got", test_outcomes},
    {"the fetcher",             test_fetcher },
};

UNIT_MAIN("fake_clients_wishes", tests)
