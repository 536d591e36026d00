/* AUTH in the sessions: what is offered, each way it ends, and every mechanism with a client of auth/sasl. */
#include "unit.h"

#include "auth/digest.h"
#include "base/base64.h"
#include "fake_dialogue.h"
#include "fake_servers/client_tls.h"

#define EHLO_IN "EHLO c.example\r\n"
#define EHLO                                                                                       \
    "250-mx.example.test\r\n250-SIZE 3000\r\n250-ENHANCEDSTATUSCODES\r\n"                          \
    "250 AUTH PLAIN LOGIN CRAM-MD5\r\n"
#define OK       "250 2.0.0 OK\r\n"
#define SENDER   "250 2.1.0 Sender OK\r\n"
#define YES      "235 2.7.0 Authentication successful\r\n"
#define NO       "535 5.7.8 Authentication credentials invalid\r\n"
#define STOPPED  "501 5.7.0 Authentication cancelled\r\n"
#define BAD      "501 5.5.2 The response is not base64\r\n"
#define OTHER    "501 5.5.2 The response is not what this mechanism expects\r\n"
#define DONE     "503 5.5.1 Authentication is done already\r\n"
#define UNKNOWN  "504 5.5.4 This authentication mechanism is not offered\r\n"
#define NEEDED   "530 5.7.0 Authentication required\r\n"
#define NO_TLS   "504 5.5.4 This authentication mechanism needs TLS first\r\n"
#define FORM     "501 5.5.4 A mechanism and one response may stand behind AUTH\r\n"
#define OPENED   "+OK Maildrop has 0 messages (0 octets)\r\n"
#define POP3_NO  "-ERR [AUTH] Name or secret is wrong\r\n"
#define POP3_BAD "-ERR The response is not base64\r\n"

#define ALICE       "AGFsaWNlAHNlY3JldC1h"                     /* \0alice\0secret-a */
#define ALICE_WRONG "AGFsaWNlAHdyb25n"                         /* \0alice\0wrong */
#define NOBODY      "AG5vYm9keQB4"                             /* \0nobody\0x */
#define AS_BOB      "Ym9iAGFsaWNlAHNlY3JldC1h"                 /* bob\0alice\0secret-a */
#define BY_ADDRESS  "AGFsaWNlQEVYQU1QTEUudGVzdABzZWNyZXQtYQ==" /* \0alice@EXAMPLE.test\0secret-a */
#define NAME        "YWxpY2U="                                 /* alice */
#define SECRET      "c2VjcmV0LWE="                             /* secret-a */
#define NONCE       "<1896.697170952@postoffice.example.net>"
#define CRAM        "PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UuZXhhbXBsZS5uZXQ+"
#define CRAM_ALICE  "YWxpY2UgNDg4NzJhZWRlZTNiZjBiMjYwNzI5MDAzZGI5NDczMWM="
#define CRAM_WRONG  "YWxpY2UgZTBiMWQ4NmQ4YTUzMmJhMDU4ZjFkNGEwNzA0NjY4ZmQ="
enum protocol { SMTP, POP3 };
enum {
    ANYBODY = 1,
    TLS_FOR_ALL = 2,
    TLS_FOR_PLAIN = 4,
    MAIL_NEEDS = 8,
    INSIDE_TLS = 16,
    NO_AUTH = 32
};

struct row {
    const char *name;
    enum protocol protocol;
    unsigned terms;
    struct bytes input;
    struct bytes output; /* behind the greeting */
};

#define ROW(name, protocol, terms, input, output)                                                  \
    {                                                                                              \
        name, protocol, terms, BYTES_INIT(input), BYTES_INIT(output)                               \
    }
#define AFTER_EHLO(name, terms, input, output) ROW(name, SMTP, terms, EHLO_IN input, EHLO output)

// clang-format off
static const struct row rows[] = {
    AFTER_EHLO("initial response", 0, "AUTH PLAIN " ALICE "\r\n", YES),
    AFTER_EHLO("in lower case", 0, "auth plain " ALICE "\r\n", YES),
    AFTER_EHLO("without it", 0, "AUTH PLAIN\r\n" ALICE "\r\n", "334 \r\n" YES),
    AFTER_EHLO("two challenges", 0, "AUTH LOGIN\r\n" NAME "\r\n" SECRET "\r\n", "334 VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n" YES),
    AFTER_EHLO("a name in the command", 0, "AUTH LOGIN " NAME "\r\n" SECRET "\r\n", "334 UGFzc3dvcmQ6\r\n" YES),
    AFTER_EHLO("challenge of the settings", 0, "AUTH CRAM-MD5\r\n" CRAM_ALICE "\r\n", "334 " CRAM "\r\n" YES),
    AFTER_EHLO("wrong digest", 0, "AUTH CRAM-MD5\r\n" CRAM_WRONG "\r\n", "334 " CRAM "\r\n" NO),
    AFTER_EHLO("wrong secret", 0, "AUTH PLAIN " ALICE_WRONG "\r\nAUTH PLAIN " ALICE "\r\n", NO YES),
    AFTER_EHLO("unknown user", 0, "AUTH PLAIN " NOBODY "\r\n", NO),
    AFTER_EHLO("as somebody else", 0, "AUTH PLAIN " AS_BOB "\r\n", NO),
    AFTER_EHLO("by address", 0, "AUTH PLAIN " BY_ADDRESS "\r\n", YES),
    AFTER_EHLO("any login", ANYBODY, "AUTH PLAIN " NOBODY "\r\n", YES),
    AFTER_EHLO("cancelled", 0, "AUTH PLAIN\r\n*\r\nNOOP\r\n", "334 \r\n" STOPPED OK),
    AFTER_EHLO("cancelled later", 0, "AUTH LOGIN\r\n" NAME "\r\n*\r\nNOOP\r\n", "334 VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n" STOPPED OK),
    AFTER_EHLO("no base64", 0, "AUTH PLAIN\r\nA*B=\r\nNOOP\r\n", "334 \r\n" BAD OK),
    AFTER_EHLO("no base64 in the command", 0, "AUTH PLAIN *\r\nAUTH PLAIN =AAA\r\nAUTH PLAIN AAA=BBB\r\n", BAD BAD BAD),
    AFTER_EHLO("a command is no response", 0, "AUTH PLAIN\r\nQUIT now\r\nNOOP\r\n", "334 \r\n" BAD OK),
    AFTER_EHLO("NUL and bare LF are no base64", 0, "AUTH PLAIN\r\nAA\nAA\0\r\nNOOP\r\n", "334 \r\n" BAD OK),
    AFTER_EHLO("not of the mechanism", 0, "AUTH PLAIN QUFB\r\n", OTHER),
    AFTER_EHLO("empty initial response", 0, "AUTH PLAIN =\r\n", OTHER),
    AFTER_EHLO("empty line", 0, "AUTH PLAIN\r\n\r\nNOOP\r\n", "334 \r\n" OTHER OK),
    AFTER_EHLO("the server begins", 0, "AUTH CRAM-MD5 " NAME "\r\nNOOP\r\n", "501 5.7.0 This mechanism begins with a challenge\r\n" OK),
    AFTER_EHLO("unknown mechanism", 0, "AUTH GSSAPI\r\nAUTH SCRAM-SHA-1\r\nAUTH EXTERNAL =\r\n", UNKNOWN UNKNOWN UNKNOWN),
    AFTER_EHLO("no mechanism", 0, "AUTH\r\n", "501 5.5.4 AUTH needs an argument\r\n"),
    AFTER_EHLO("two responses", 0, "AUTH PLAIN " ALICE " x\r\nAUTH PLAIN  " ALICE "\r\n", FORM FORM),
    AFTER_EHLO("second AUTH", 0, "AUTH PLAIN " ALICE "\r\nAUTH PLAIN " ALICE "\r\nAUTH X\r\n", YES DONE DONE),
    AFTER_EHLO("in a transaction", 0, "MAIL FROM:<>\r\nAUTH PLAIN " ALICE "\r\nRCPT TO:<alice@example.test>\r\nAUTH PLAIN\r\nRSET\r\nAUTH PLAIN " ALICE "\r\n",
        SENDER "503 5.5.1 Bad sequence of commands: RCPT comes next\r\n250 2.1.5 Recipient OK\r\n"
        "503 5.5.1 Bad sequence of commands: a mail transaction is open\r\n" OK YES),
    ROW("before EHLO", SMTP, 0, "AUTH PLAIN " ALICE "\r\n", "503 5.5.1 Bad sequence of commands: send EHLO or HELO first\r\n"),
    AFTER_EHLO("pipelined", 0, "AUTH PLAIN " ALICE "\r\nMAIL FROM:<>\r\n", YES SENDER),
    AFTER_EHLO("mail without it", MAIL_NEEDS, "MAIL FROM:<>\r\nNOOP\r\nRCPT TO:<alice@example.test>\r\nAUTH PLAIN " ALICE "\r\nMAIL FROM:<>\r\n",
        NEEDED OK "503 5.5.1 Bad sequence of commands: no mail transaction is open\r\n" YES SENDER),
    AFTER_EHLO("EHLO keeps it", MAIL_NEEDS, "AUTH PLAIN " ALICE "\r\n" EHLO_IN "MAIL FROM:<>\r\n", YES EHLO SENDER),
    AFTER_EHLO("parameter of MAIL", 0, "MAIL FROM:<> AUTH=<>\r\nRSET\r\nMAIL FROM:<e=mc2@b.example> AUTH=e+3Dmc2@b.example\r\nRSET\r\n"
        "MAIL FROM:<> AUTH=e=mc2@b.example\r\nMAIL FROM:<> AUTH=alice\r\nMAIL FROM:<> AUTH\r\nMAIL FROM:<> AUTH=<> AUTH=<>\r\n",
        SENDER OK SENDER OK "501 5.5.4 A parameter is malformed\r\n"
        "501 5.5.4 AUTH must come once, with a value that it allows\r\n501 5.5.4 AUTH must come once, with a value that it allows\r\n"
        "501 5.5.4 AUTH must come once, with a value that it allows\r\n"),
    ROW("no parameter behind HELO", SMTP, 0, "HELO c.example\r\nMAIL FROM:<> AUTH=<>\r\n", "250 mx.example.test\r\n555 5.5.4 Parameter of MAIL not recognised\r\n"),
    ROW("nothing before TLS", SMTP, TLS_FOR_ALL, EHLO_IN "AUTH CRAM-MD5\r\nAUTH PLAIN " ALICE "\r\nAUTH X\r\n",
        "250-mx.example.test\r\n250-SIZE 3000\r\n250 ENHANCEDSTATUSCODES\r\n" NO_TLS NO_TLS UNKNOWN),
    ROW("nothing plain before TLS", SMTP, TLS_FOR_PLAIN, EHLO_IN "AUTH PLAIN " ALICE "\r\nAUTH LOGIN\r\nAUTH CRAM-MD5\r\n*\r\n",
        "250-mx.example.test\r\n250-SIZE 3000\r\n250-ENHANCEDSTATUSCODES\r\n250 AUTH CRAM-MD5\r\n" NO_TLS NO_TLS "334 " CRAM "\r\n" STOPPED),
    AFTER_EHLO("inside TLS", TLS_FOR_ALL | INSIDE_TLS, "AUTH PLAIN " ALICE "\r\n", YES),
    ROW("not there", SMTP, NO_AUTH, EHLO_IN "AUTH PLAIN " ALICE "\r\nMAIL FROM:<> AUTH=<>\r\n",
        "250-mx.example.test\r\n250-SIZE 3000\r\n250 ENHANCEDSTATUSCODES\r\n502 5.5.1 Command not implemented\r\n555 5.5.4 Parameter of MAIL not recognised\r\n"),
    ROW("capa", POP3, 0, "CAPA\r\nAUTH PLAIN " ALICE "\r\nCAPA\r\n",
        "+OK Capability list follows\r\nUSER\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\nSASL PLAIN LOGIN CRAM-MD5\r\n.\r\n" OPENED
        "+OK Capability list follows\r\nUSER\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\nSASL PLAIN LOGIN CRAM-MD5\r\n.\r\n"),
    ROW("without initial response", POP3, 0, "AUTH PLAIN\r\n" ALICE "\r\nSTAT\r\n", "+ \r\n" OPENED "+OK 0 0\r\n"),
    ROW("two challenges", POP3, 0, "AUTH LOGIN\r\n" NAME "\r\n" SECRET "\r\n", "+ VXNlcm5hbWU6\r\n+ UGFzc3dvcmQ6\r\n" OPENED),
    ROW("digest", POP3, 0, "auth cram-md5\r\n" CRAM_ALICE "\r\n", "+ " CRAM "\r\n" OPENED),
    ROW("by address", POP3, 0, "AUTH PLAIN " BY_ADDRESS "\r\n", OPENED),
    ROW("wrong secret", POP3, 0, "AUTH PLAIN " ALICE_WRONG "\r\nAUTH PLAIN " NOBODY "\r\nSTAT\r\nAUTH PLAIN " ALICE "\r\n",
        POP3_NO POP3_NO "-ERR STAT is not allowed in this state\r\n" OPENED),
    ROW("any login", POP3, ANYBODY, "AUTH PLAIN " NOBODY "\r\n", OPENED),
    ROW("cancelled", POP3, 0, "AUTH PLAIN\r\n*\r\nAUTH LOGIN\r\n" NAME "\r\n*\r\n",
        "+ \r\n-ERR Authentication cancelled\r\n+ VXNlcm5hbWU6\r\n+ UGFzc3dvcmQ6\r\n-ERR Authentication cancelled\r\n"),
    ROW("no base64", POP3, 0, "AUTH PLAIN\r\nA\r\nAUTH PLAIN *\r\nAUTH PLAIN =AAA\r\n", "+ \r\n" POP3_BAD POP3_BAD POP3_BAD),
    ROW("the server begins", POP3, 0, "AUTH CRAM-MD5 " NAME "\r\n", "-ERR This mechanism begins with a challenge\r\n"),
    ROW("not of the mechanism", POP3, 0, "AUTH PLAIN =\r\n", "-ERR The response is not what this mechanism expects\r\n"),
    ROW("unknown mechanism", POP3, 0, "AUTH GSSAPI\r\nAUTH EXTERNAL =\r\n", "-ERR This mechanism is not offered\r\n-ERR This mechanism is not offered\r\n"),
    ROW("no mechanism", POP3, 0, "AUTH\r\n", "-ERR AUTH needs an argument\r\n"),
    ROW("second AUTH", POP3, 0, "AUTH PLAIN " ALICE "\r\nAUTH PLAIN " ALICE "\r\n", OPENED "-ERR AUTH is not allowed in this state\r\n"),
    ROW("the name is forgotten", POP3, 0, "USER alice\r\nAUTH PLAIN\r\n*\r\nPASS secret-a\r\n",
        "+OK Now send PASS\r\n+ \r\n-ERR Authentication cancelled\r\n-ERR USER must come just before PASS\r\n"),
    ROW("nothing before TLS", POP3, TLS_FOR_ALL, "CAPA\r\nUSER alice\r\nAPOP alice 0\r\nAUTH PLAIN " ALICE "\r\nAUTH CRAM-MD5\r\n",
        "+OK Capability list follows\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\n.\r\n" "-ERR TLS must begin before this login\r\n-ERR TLS must begin before this login\r\n"
        "-ERR TLS must begin before this login\r\n-ERR TLS must begin before this login\r\n"),
    ROW("nothing plain before TLS", POP3, TLS_FOR_PLAIN, "CAPA\r\nUSER alice\r\nAPOP alice 0\r\nAUTH PLAIN " ALICE "\r\nAUTH CRAM-MD5\r\n" CRAM_ALICE "\r\n",
        "+OK Capability list follows\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\nSASL CRAM-MD5\r\n.\r\n-ERR TLS must begin before this login\r\n" POP3_NO
        "-ERR TLS must begin before this login\r\n+ " CRAM "\r\n" OPENED),
    ROW("inside TLS", POP3, TLS_FOR_ALL | INSIDE_TLS, "USER alice\r\nPASS secret-a\r\n", "+OK Now send PASS\r\n" OPENED),
    ROW("not there", POP3, NO_AUTH, "CAPA\r\nAUTH PLAIN\r\n", "+OK Capability list follows\r\nUSER\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\n.\r\n-ERR Command not implemented\r\n"),
};
// clang-format on

static struct server_settings auth_settings(unsigned terms)
{
    static const struct server_mechanisms mechanisms = {
        {SASL_PLAIN, SASL_LOGIN, SASL_CRAM_MD5},
        3
    };
    struct server_settings settings = dialogue_settings();
    for (size_t i = 0; i < EXTENSION_COUNT; i++) {
        settings.offers[i] = i == EXTENSION_SIZE || i == EXTENSION_ENHANCEDSTATUSCODES;
    }
    for (size_t i = 0; i < CAPABILITY_COUNT; i++) {
        settings.capabilities[i] = i == CAPABILITY_USER || i == CAPABILITY_APOP ||
                                   i == CAPABILITY_RESP_CODES || i == CAPABILITY_AUTH_RESP_CODE;
    }
    if ((terms & NO_AUTH) == 0) {
        settings.auth = mechanisms;
        settings.pop3_auth = mechanisms;
    }
    settings.apop_timestamp = NONCE;
    settings.any_login = (terms & ANYBODY) != 0;
    settings.mail_needs_auth = (terms & MAIL_NEEDS) != 0;
    settings.auth_needs_tls = (terms & TLS_FOR_ALL) != 0     ? AUTH_NEEDS_TLS_YES
                              : (terms & TLS_FOR_PLAIN) != 0 ? AUTH_NEEDS_TLS_PLAIN
                                                             : AUTH_NEEDS_TLS_NO;
    return settings;
}

/* ---- one session ---- */

struct talk {
    struct server_settings settings;
    struct store *store;
    struct smtp_session *smtp;
    struct pop3_session *pop3;
    struct buf out;
};

static void talk_begin(struct talk *talk, enum protocol protocol, const char *certificate)
{
    struct tls_facts facts = {.secured = true};
    talk->out = (struct buf){0};
    talk->smtp = NULL;
    talk->pop3 = NULL;
    talk->store = store_new(&talk->settings);
    if (certificate != NULL) {
        facts.has_certificate = facts.trusted = certificate[0] != '\0';
        snprintf(facts.subject, sizeof facts.subject, "%s", certificate);
    }
    if (protocol == POP3) {
        talk->pop3 = pop3_session_new(&talk->settings, talk->store, &talk->out);
    } else {
        talk->smtp = smtp_session_new(&talk->settings, talk->store, "[127.0.0.1]", &talk->out);
    }
    if (certificate != NULL && protocol == POP3) {
        pop3_session_secured(talk->pop3, &facts);
    } else if (certificate != NULL) {
        smtp_session_secured(talk->smtp, &facts);
    }
    buf_clear(&talk->out);
}

static void talk_feed(struct talk *talk, struct bytes octets)
{
    if (talk->smtp != NULL) {
        dialogue_feed_smtp(talk->smtp, octets, &talk->out);
    } else {
        dialogue_feed_pop3(talk->pop3, octets, &talk->out);
    }
}

static void talk_end(struct talk *talk)
{
    smtp_session_free(&talk->smtp);
    pop3_session_free(&talk->pop3);
    store_free(&talk->store);
    buf_deinit(&talk->out);
}

static bool row_holds(const struct row *row, size_t cut)
{
    struct talk talk = {.settings = auth_settings(row->terms)};
    talk_begin(&talk, row->protocol, (row->terms & INSIDE_TLS) != 0 ? "" : NULL);
    for (size_t done = 0; done < row->input.n;) {
        struct bytes piece = dialogue_piece(bytes_skip(row->input, done), done, cut);
        talk_feed(&talk, piece);
        done += piece.n;
    }
    bool holds = dialogue_is(row->name, &talk.out, row->output);
    talk_end(&talk);
    return holds;
}

static void test_rows(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        UNIT_ROW(rows[i].name, row_holds(&rows[i], 0));
        UNIT_ROW(rows[i].name, row_holds(&rows[i], SIZE_MAX));
        for (size_t cut = 1; cut < rows[i].input.n; cut++) {
            UNIT_ROW(rows[i].name, row_holds(&rows[i], cut));
        }
    }
}

/* ---- long lines ---- */

struct long_row {
    const char *name;
    enum protocol protocol;
    const char *begin;
    size_t octets; /* behind it, then CRLF and NOOP */
    const char *output;
};

static const struct long_row long_rows[] = {
    {"longest",      SMTP, EHLO_IN "AUTH PLAIN\r\n", 12288,   EHLO "334 \r\n" OTHER OK},
    {"too long",     SMTP, EHLO_IN "AUTH PLAIN\r\n", 12289,
     EHLO "334 \r\n500 5.5.6 Authentication exchange line is too long\r\n" OK         },
    {"far too long", SMTP, EHLO_IN "AUTH PLAIN\r\n", 1000000,
     EHLO "334 \r\n500 5.5.6 Authentication exchange line is too long\r\n" OK         },
    {"command",      SMTP, EHLO_IN "AUTH PLAIN ",    12288,
     EHLO "500 5.5.2 Line too long: at most 2048 octets with CRLF\r\n" OK             },
    {"longest",      POP3, "AUTH PLAIN\r\n",         12288,
     "+ \r\n-ERR The response is not what this mechanism expects\r\n-ERR NOOP is not allowed in "
     "this state\r\n"                                                                 },
    {"too long",     POP3, "AUTH PLAIN\r\n",         12289,
     "+ \r\n-ERR Line too long: at most 12290 octets with CRLF\r\n-ERR NOOP is not allowed in this "
     "state\r\n"                                                                      },
    {"command",      POP3, "AUTH PLAIN ",            300,
     "-ERR Line too long: at most 255 octets with CRLF\r\n-ERR NOOP is not allowed in this "
     "state\r\n"                                                                      },
};

/* RFC 4954 4: 12288 octets are enough for everybody; more are no reason to keep more. */
static void test_long_lines(void)
{
    for (size_t i = 0; i < sizeof long_rows / sizeof long_rows[0]; i++) {
        const struct long_row *row = &long_rows[i];
        struct talk talk = {.settings = auth_settings(0)};
        struct buf input = {0};
        buf_append_text(&input, row->begin);
        buf_append_fill(&input, 'A', row->octets);
        buf_append_text(&input, "\r\nNOOP\r\n");
        talk_begin(&talk, row->protocol, NULL);
        talk_feed(&talk, buf_bytes(&input));
        UNIT_ROW(row->name, dialogue_is(row->name, &talk.out, bytes_of(row->output)));
        talk_end(&talk);
        buf_deinit(&input);
    }
}

/* ---- every mechanism, with a client ---- */

/* The text of the last line, behind "334 " or "+ "; false when it asks for nothing. */
static bool challenge_of(const struct talk *talk, struct bytes *text_r)
{
    struct bytes line = buf_bytes(&talk->out);
    const char *begin = talk->smtp != NULL ? "334 " : "+ ";
    if (!bytes_starts(line, begin) || !bytes_ends(line, "\r\n")) {
        return false;
    }
    *text_r = bytes_slice(line, bytes_of(begin).n, line.n - 2);
    return true;
}

static void send_response(struct talk *talk, struct bytes response)
{
    struct buf line = {0};
    base64_encode(&line, response);
    buf_append_text(&line, "\r\n");
    buf_clear(&talk->out);
    talk_feed(talk, buf_bytes(&line));
    buf_deinit(&line);
}

/* Answer challenges to the end; what the client thinks of the last one is returned. */
static enum sasl_result answer_all(struct talk *talk, struct sasl_client *client)
{
    enum sasl_result result = SASL_GOES_ON;
    struct bytes text;
    while (challenge_of(talk, &text) && result != SASL_FAILED) {
        struct buf challenge = {0};
        struct buf response = {0};
        CU_ASSERT_EQUAL_FATAL(base64_decode(&challenge, text), 0);
        result = sasl_client_step(client, buf_bytes(&challenge), &response, NULL);
        send_response(talk, buf_bytes(&response));
        buf_deinit(&challenge);
        buf_deinit(&response);
    }
    return result;
}

/* What the client thinks of it. */
static enum sasl_result log_in(struct talk *talk, enum sasl_mechanism mechanism, const char *secret)
{
    struct sasl_identity identity = {.user = "alice", .secret = secret};
    struct sasl_client *client = sasl_client_new(mechanism, &identity, NULL);
    struct buf line = {0};
    CU_ASSERT_FATAL(client != NULL);
    if (talk->smtp != NULL) {
        talk_feed(talk, BYTES_LIT(EHLO_IN));
    }
    buf_clear(&talk->out);
    buf_printf(&line, "AUTH %s\r\n", sasl_mechanism_name(mechanism));
    talk_feed(talk, buf_bytes(&line));
    enum sasl_result result = answer_all(talk, client);
    sasl_client_free(&client);
    buf_deinit(&line);
    return result;
}

static const char *verdict(enum protocol protocol, bool is_right)
{
    if (protocol == SMTP) {
        return is_right ? YES : NO;
    }
    return is_right ? OPENED : POP3_NO;
}

/* A client of SCRAM that has the wrong secret never sees the proof of the server. */
static void test_mechanisms(void)
{
    struct server_mechanisms all = settings_usual_mechanisms();
    CU_ASSERT_EQUAL(all.count, SASL_MECHANISM_COUNT - 1);
    for (size_t i = 0; i < 4 * all.count; i++) {
        enum sasl_mechanism mechanism = all.list[i / 4];
        enum protocol protocol = i % 2 == 0 ? SMTP : POP3;
        bool is_right = i / 2 % 2 == 0;
        bool is_scram = mechanism == SASL_SCRAM_SHA_1 || mechanism == SASL_SCRAM_SHA_256;
        const char *name = sasl_mechanism_name(mechanism);
        struct talk talk = {.settings = auth_settings(0)};
        talk.settings.auth = talk.settings.pop3_auth = all;
        talk_begin(&talk, protocol, NULL);
        enum sasl_result result = log_in(&talk, mechanism, is_right ? "secret-a" : "wrong");
        UNIT_ROW(name, result == (is_right || !is_scram ? SASL_DONE : SASL_GOES_ON));
        UNIT_ROW(name, dialogue_is(name, &talk.out, bytes_of(verdict(protocol, is_right))));
        talk_end(&talk);
    }
}

/* ---- EXTERNAL ---- */

struct certificate_row {
    const char *subject; /* of a certificate that is trusted; NULL: there is no TLS */
    bool any;
    const char *output;
};

static const struct certificate_row certificate_rows[] = {
    {NULL,                                     false, UNKNOWN},
    {"",                                       false, UNKNOWN},
    {"CN=alice",                               false, YES    },
    {"O=Example\\, Ltd,cn=alice,C=DE",         false, YES    },
    {"emailAddress=Alice@example.test,CN=who", false, YES    },
    {"CN=odd local@example.test",              false, YES    },
    {"CN=\\6fdd",                              false, YES    },
    {"CN=od\\d",                               false, YES    },
    {"CN=nobody",                              false, NO     },
    {"O=alice",                                false, NO     },
    {"CN=nobody",                              true,  YES    },
    {"CN=",                                    true,  NO     },
    {"CN=\\",                                  false, NO     },
};

static void test_external(void)
{
    for (size_t i = 0; i < sizeof certificate_rows / sizeof certificate_rows[0]; i++) {
        const struct certificate_row *row = &certificate_rows[i];
        struct talk talk = {.settings = auth_settings(row->any ? ANYBODY : 0)};
        talk.settings.auth.list[talk.settings.auth.count++] = SASL_EXTERNAL;
        talk_begin(&talk, SMTP, row->subject);
        talk_feed(&talk, BYTES_LIT(EHLO_IN));
        bool offered =
            bytes_find(buf_bytes(&talk.out), BYTES_LIT(" EXTERNAL\r\n"), 0) != BYTES_NONE;
        UNIT_ROW(row->subject, offered == (row->output != certificate_rows[0].output));
        buf_clear(&talk.out);
        talk_feed(&talk, BYTES_LIT("AUTH EXTERNAL =\r\n"));
        UNIT_ROW(row->subject, dialogue_is(row->subject, &talk.out, bytes_of(row->output)));
        talk_end(&talk);
    }
}

/* One that is not trusted, or out of date, is none. */
static void test_bad_certificate(void)
{
    for (unsigned i = 0; i < 4; i++) {
        struct server_settings settings = auth_settings(0);
        struct client_tls tls = {.secured = false};
        struct tls_facts facts = {.secured = true,
                                  .has_certificate = i != 1,
                                  .trusted = i != 2,
                                  .expired = i == 3,
                                  .subject = "CN=alice"};
        client_tls_take(&tls, &settings, &facts);
        CU_ASSERT(tls.secured);
        CU_ASSERT_EQUAL(tls.has_certificate, i == 0);
        CU_ASSERT_EQUAL(tls.user != NULL, i == 0);
        client_tls_deinit(&tls);
    }
}

/* ---- refusals, and what others have answered ---- */

static void test_refusals(void)
{
    static const struct {
        unsigned code;
        const char *output;
    } refused[] = {
        {432, "432 4.7.12 Refused by a setting of this server\r\n"},
        {454, "454 4.7.0 Refused by a setting of this server\r\n" },
        {534, "534 5.7.9 Refused by a setting of this server\r\n" },
        {535, "535 5.7.8 Refused by a setting of this server\r\n" },
        {538, "538 5.7.11 Refused by a setting of this server\r\n"},
        {500, "500 5.5.6 Refused by a setting of this server\r\n" },
    };
    for (size_t i = 0; i < 2 * sizeof refused / sizeof refused[0]; i++) {
        struct server_refusal refusal = {"AUTH", refused[i / 2].code, NULL};
        struct talk talk = {.settings = auth_settings(i % 2 == 0 ? 0 : NO_AUTH)};
        talk.settings.refusals = (struct server_refusals){&refusal, 1};
        talk_begin(&talk, SMTP, NULL);
        talk_feed(&talk, BYTES_LIT(EHLO_IN));
        buf_clear(&talk.out);
        talk_feed(&talk, BYTES_LIT("AUTH PLAIN " ALICE "\r\n"));
        UNIT_ROW("refused", dialogue_is("refused", &talk.out, bytes_of(refused[i / 2].output)));
        talk_end(&talk);
    }
}

static void test_told(void)
{
    struct talk talk = {.settings = auth_settings(MAIL_NEEDS)};
    talk_begin(&talk, SMTP, NULL);
    talk_feed(&talk, BYTES_LIT(EHLO_IN "AUTH PLAIN\r\n"));
    CU_ASSERT(smtp_session_takes_response(talk.smtp));
    smtp_session_told(talk.smtp, BYTES_LIT("*\r\n"), 501);
    CU_ASSERT(!smtp_session_takes_response(talk.smtp));
    smtp_session_told(talk.smtp, BYTES_LIT("AUTH PLAIN " ALICE "\r\n"), 235);
    buf_clear(&talk.out);
    talk_feed(&talk, BYTES_LIT("MAIL FROM:<>\r\nRSET\r\nAUTH PLAIN\r\n"));
    CU_ASSERT(dialogue_is("told", &talk.out, BYTES_LIT(SENDER OK DONE)));
    talk_end(&talk);
    talk_begin(&talk, POP3, NULL);
    talk_feed(&talk, BYTES_LIT("AUTH PLAIN\r\n"));
    CU_ASSERT(pop3_session_takes_response(talk.pop3));
    pop3_session_told(talk.pop3, BYTES_LIT("*\r\n"), false);
    CU_ASSERT(!pop3_session_takes_response(talk.pop3));
    talk_end(&talk);
}

/* RFC 3207 4.2: who has logged in before TLS is not known inside. */
static void test_tls_forgets_the_login(void)
{
    struct talk talk = {.settings = auth_settings(MAIL_NEEDS)};
    struct tls_facts facts = {.secured = true};
    talk.settings.starttls = true;
    talk_begin(&talk, SMTP, NULL);
    talk_feed(&talk, BYTES_LIT(EHLO_IN "AUTH PLAIN " ALICE "\r\nSTARTTLS\r\n"));
    smtp_session_secured(talk.smtp, &facts);
    buf_clear(&talk.out);
    talk_feed(&talk, BYTES_LIT(EHLO_IN "MAIL FROM:<>\r\n"));
    CU_ASSERT(dialogue_is("forgotten", &talk.out, BYTES_LIT(EHLO NEEDED)));
    talk_end(&talk);
}

/* LMTP offers what is named for it, and nothing of SMTP's. */
static void test_lmtp(void)
{
    static const struct {
        struct server_mechanisms mechanisms;
        const char *word;
    } lmtp_rows[] = {
        {{{SASL_PLAIN}, 0},    "502 "                     },
        {{{SASL_CRAM_MD5}, 1}, "250 AUTH CRAM-MD5\r\n334 "},
    };
    for (size_t i = 0; i < sizeof lmtp_rows / sizeof lmtp_rows[0]; i++) {
        struct server_settings settings = auth_settings(0);
        struct buf out = {0};
        settings.lmtp_auth = lmtp_rows[i].mechanisms;
        struct store *store = store_new(&settings);
        struct smtp_session *session = smtp_session_new_lmtp(&settings, store, "[::1]", &out);
        smtp_session_feed(session, BYTES_LIT("LHLO c.example\r\nAUTH CRAM-MD5\r\n"), &out);
        UNIT_ROW(lmtp_rows[i].word,
                 bytes_find(buf_bytes(&out), bytes_of(lmtp_rows[i].word), 0) != BYTES_NONE);
        UNIT_ROW(lmtp_rows[i].word,
                 bytes_find(buf_bytes(&out), BYTES_LIT("PLAIN"), 0) == BYTES_NONE);
        smtp_session_free(&session);
        store_free(&store);
        buf_deinit(&out);
    }
}

/* RFC 3848: what stands in the trace line. */
static void test_trace(void)
{
    static const char *const protocols[] = {"with ESMTP id", "with ESMTPA id", "with ESMTPS id",
                                            "with ESMTPSA id"};
    for (unsigned i = 0; i < 4; i++) {
        struct talk talk = {.settings = auth_settings(0)};
        talk_begin(&talk, SMTP, (i & 2) != 0 ? "" : NULL);
        talk_feed(&talk, BYTES_LIT(EHLO_IN));
        talk_feed(&talk, (i & 1) != 0 ? BYTES_LIT("AUTH PLAIN " ALICE "\r\n") : (struct bytes){0});
        talk_feed(&talk,
                  BYTES_LIT("MAIL FROM:<>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\n.\r\n"));
        const struct maildrop *maildrop = store_by_user(talk.store, BYTES_LIT("alice"));
        CU_ASSERT_EQUAL_FATAL(maildrop_count(maildrop), 1);
        const struct store_message *message = maildrop_entry(maildrop, 0)->message;
        UNIT_ROW(protocols[i], bytes_find(bytes_make(message->p, message->n),
                                          bytes_of(protocols[i]), 0) != BYTES_NONE);
        talk_end(&talk);
    }
}

static const struct unit_test tests[] = {
    {"rows",            test_rows                 },
    {"long lines",      test_long_lines           },
    {"mechanisms",      test_mechanisms           },
    {"external",        test_external             },
    {"bad certificate", test_bad_certificate      },
    {"refusals",        test_refusals             },
    {"told",            test_told                 },
    {"tls",             test_tls_forgets_the_login},
    {"lmtp",            test_lmtp                 },
    {"trace",           test_trace                },
};

UNIT_MAIN("fake_servers_auth", tests)
