/* The table of the clients' faults, and what each does: a dialogue that only a client with that fault holds. */
#include "unit.h"

#include "client_dialogue.h"

static bool is_name(const char *name)
{
    for (const char *p = name; *p != '\0'; p++) {
        bool allowed = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '-' ||
                       (*p == '.' && p[1] >= '2' && p[1] <= '9' && p[2] == '\0');
        if (!allowed) {
            return false;
        }
    }
    return *name != '\0';
}

/* "smtp/X" for the name X or X.2, "pop3/X" for pop3-X. */
static bool fits_rule(const char *name, const char *rule)
{
    bool pop3 = bytes_starts(bytes_of(name), "pop3-");
    struct bytes slug = bytes_skip(bytes_of(name), pop3 ? 5 : 0);
    slug = bytes_slice(slug, 0, bytes_index(slug, '.', 0));
    return bytes_starts(bytes_of(rule), pop3 ? "pop3/" : "smtp/") &&
           bytes_equal(bytes_skip(bytes_of(rule), 5), slug);
}

static void test_table(void)
{
    for (size_t i = 0; i < CLIENT_FAULT_COUNT; i++) {
        const struct client_fault_row *row = client_fault_at((enum client_fault)i);
        enum client_fault found = CLIENT_FAULT_COUNT;
        CU_ASSERT_FATAL(row->name != NULL && row->rule != NULL && row->what != NULL);
        UNIT_ROW(row->name, is_name(row->name));
        UNIT_ROW(row->name, fits_rule(row->name, row->rule));
        UNIT_ROW(row->name, strlen(row->what) > 10);
        /* Names are unique: the first row of that name is this one. */
        UNIT_ROW(row->name, client_fault_find(bytes_of(row->name), &found) && found == i);
    }
    enum client_fault found = CLIENT_FAULT_COUNT;
    CU_ASSERT(!client_fault_find(BYTES_LIT("no-such-fault"), &found));
    CU_ASSERT(!client_fault_find(BYTES_LIT(""), &found) && found == CLIENT_FAULT_COUNT);
}

/* ---- what each fault does ---- */

struct effect_row {
    enum client_fault fault;
    const char *script;
    enum client_result result;
};

#define TEN(x)     x x x x x x x x x x
#define EHLO       "S: 220 y\nC: EHLO c.example\n"
#define OFFERS_TLS EHLO "S: 250-y\nS: 250 STARTTLS\nC: STARTTLS\n"
#define TLS        OFFERS_TLS "S: 220 go\nT\nC: EHLO c.example\n"
#define AUTH       "C: AUTH PLAIN AGFsaWNlAHNlY3JldA==\n"
#define HELO       EHLO "S: 502 what\nC: HELO c.example\nS: 250 y\n"
#define PLAIN      EHLO "S: 250 y\n"
#define SIZE       EHLO "S: 250-y\nS: 250 SIZE 9999\n"
#define PIPELINES  EHLO "S: 250-y\nS: 250 PIPELINING\n"
#define MAIL       "C: MAIL FROM:<a@x.example>\n"
#define RCPT       "C: RCPT TO:<r@y.example>\n"
#define GROUP      MAIL RCPT "C: DATA\n"
#define TO_RCPT    PLAIN MAIL "S: 250 OK\n" RCPT
#define TO_DATA    TO_RCPT "S: 250 OK\nC: DATA\n"
#define CONTENT    "C: Subject: x\nC: \nC: ..dot\nC: .\n"
#define REST       RCPT "S: 250 OK\nC: DATA\nS: 354 x\n" CONTENT "S: 250 OK\n" QUIT
#define TO_DOT     TO_DATA "S: 354 go on\n" CONTENT
#define QUIT       "C: QUIT\nS: 221 bye\n"

#define CAPA        "S: +OK hi\nC: CAPA\n"
#define USER        "C: USER alice\n"
#define PASS        "C: PASS secret\n"
#define STAT        "C: STAT\n"
#define NO_CAPA     CAPA "S: -ERR what\n"
#define OFFERS_STLS CAPA "S: +OK\nS: STLS\nS: .\nC: STLS\n"
#define TO_PASS     NO_CAPA USER "S: +OK\n" PASS
#define TO_LIST     TO_PASS "S: +OK\n" STAT "S: +OK 1 10\nC: LIST\n"
#define TO_UIDL     TO_LIST "S: +OK\nS: 1 10\nS: .\n"
#define TO_RETR     TO_UIDL "C: UIDL\nS: -ERR what\nC: RETR 1\n"
#define FETCHED     TO_RETR "S: +OK\nS: x\nS: .\nC: DELE 1\n"
#define BYE         "C: QUIT\nS: +OK bye\n"
#define FETCH       "C: UIDL\nS: -ERR what\nC: RETR 1\nS: +OK\nS: x\nS: .\nC: DELE 1\nS: +OK\n" BYE

/* 1200 octets, and what answers the first 508 of them. */
#define LONG_CHALLENGE TEN(TEN("eHh4eHh4eHh4"))
#define CUT_RESPONSE   "C: YWxpY2UgNmE0OTIyMGM5ZGU3NWJiMTQyM2E2MmU5M2ZiNjQ3Y2Q=\n"
#define CRAM           TLS "S: 250-y\nS: 250 AUTH CRAM-MD5\nC: AUTH CRAM-MD5\n"
#define THREE_TOGETHER                                                                             \
    CAPA "S: +OK\nS: PIPELINING\nS: .\n" USER "S: +OK\n" PASS "S: +OK\n" STAT                      \
         "S: +OK 3 30\nC: LIST\nS: +OK\nS: 1 10\nS: 2 10\nS: 3 10\nS: .\nC: UIDL\nS: -ERR\nC: "    \
         "RETR 1\nC: RETR 2\nC: RETR 3\n"
#define SASL_CRAM CAPA "S: +OK\nS: SASL CRAM-MD5\nS: .\nC: AUTH CRAM-MD5\n"

// clang-format off
static const struct effect_row effect_rows[] = {
    {CLIENT_FAULT_CLIENT_CRLF, TO_DOT "S: 250 OK\nC| QUIT\nS: 221 bye\n", CLIENT_DONE},
    {CLIENT_FAULT_CLIENT_CRLF_2, TO_DATA "S: 354 x\nC| Subject: x\nC: \nC: ..dot\nC: .\nS: 250 OK\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_CLIENT_CRLF_3, TO_DATA "S: 354 x\nC: S\rubject: x\nC: \nC: ..dot\nC: .\nS: 250 OK\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_EHLO_ARGUMENT, "S: 220 y\nC: EHLO\nS: 501 what\nC: EHLO c.example\nS: 250 y\n" MAIL "S: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_EHLO_ARGUMENT, "S: 220 y\nC: EHLO\nS: 502 what\nC: HELO c.example\nS: 250 y\n" MAIL "S: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_EHLO_ARGUMENT_2, "S: 220 y\nC: EHLO c.example!\nS: 250 y\n" MAIL "S: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_MAIL_SYNTAX, PIPELINES "C: MAIL FROM: <a@x.example>\nS: 501 what\n" MAIL "S: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_MAIL_SYNTAX, PLAIN "C: MAIL FROM: <a@x.example>\nS: 550 no\n" QUIT, CLIENT_REFUSED},
    {CLIENT_FAULT_MAIL_SYNTAX_2, PLAIN "C: MAIL FROM:a@x.example\nS: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_RCPT_SYNTAX, PLAIN MAIL "S: 250 OK\nC: RCPT TO: <r@y.example>\nS: 501 what\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_RCPT_SYNTAX_2, PLAIN MAIL "S: 250 OK\nC: RCPT TO:r@y.example\nS: 450 no\n" QUIT, CLIENT_REFUSED_FOR_NOW},
    {CLIENT_FAULT_PARAMETER_OFFERED, PLAIN "C: MAIL FROM:<a@x.example> SIZE=20\nS: 555 what\n" MAIL "S: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_PARAMETER_OFFERED_2, HELO "C: MAIL FROM:<a@x.example> SIZE=20\nS: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_NO_ARGUMENT, TO_DOT "S: 250 OK\nC: QUIT bye\nS: 501 what\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_NO_ARGUMENT_2, TO_DOT "S: 250 OK\nC: RSET now\nS: 501 what\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_COMMAND_ASCII, PLAIN "C: MAIL FROM:<\xE9" "a@x.example>\nS: 500 what\n" MAIL "S: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_COMMAND_ASCII_2, PLAIN "C: MAIL FROM:<\x01" "a@x.example>\nS: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_COMMAND_LENGTH, PLAIN "C: NOOP " TEN(TEN("xxxxxx")) "\nS: 500 what\n" MAIL "S: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_DATA_8BIT, TO_DATA "S: 354 x\nC: Subject: x\nC: \nC: ..dot\nC: \xE9\nC: .\nS: 250 OK\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_DATA_8BIT_2, TO_DATA "S: 354 x\nC: Subject: x\nC: \nC: ..dot\xC3\xA9\nC: .\nS: 250 OK\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_DOT_STUFFING, TO_DATA "S: 354 x\nC: Subject: x\nC: \nC: .dot\nC: .\nS: 250 OK\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_DOT_STUFFING_2, TO_DATA "S: 354 x\nC: Subject: x\nC: \nC: ...dot\nC: .\nS: 250 OK\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_NO_EXTRA_LINE, TO_DATA "S: 354 x\nC: Subject: x\nC: \nC: ..dot\nC: \nC: .\nS: 250 OK\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_NO_EXTRA_LINE_2, TO_DATA "S: 354 x\nC: Subject: x\nC: \nC: x\nC: \nC: \nC: .\nS: 250 OK\n" QUIT, CLIENT_DONE},

    {CLIENT_FAULT_HELLO_FIRST, "S: 220 y\nC: NOOP\nS: 250 OK\nC: EHLO c.example\nS: 250 y\n" MAIL "S: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_EHLO_LITERAL_ALONE, "S: 220 y\nC: EHLO [127.0.0.1] mailspec\nS: 501 what\nC: EHLO c.example\nS: 250 y\n" MAIL "S: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_EHLO_NAME_QUALIFIED, "S: 220 y\nC: EHLO localhost\nS: 250 y\n" MAIL "S: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_NO_SOURCE_ROUTE, PLAIN MAIL "S: 250 OK\nC: RCPT TO:<@c.example:r@y.example>\nS: 550 no\n" QUIT, CLIENT_REFUSED},
    {CLIENT_FAULT_NO_SOURCE_ROUTE_2, PLAIN "C: MAIL FROM:<@c.example:a@x.example>\nS: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_LEAST_QUOTED, PLAIN MAIL "S: 250 OK\nC: RCPT TO:<\"r\"@y.example>\nS: 550 no\n" QUIT, CLIENT_REFUSED},
    {CLIENT_FAULT_PARAMETER_ONCE, SIZE "C: MAIL FROM:<a@x.example> SIZE=20 SIZE=20\nS: 501 what\nC: MAIL FROM:<a@x.example> SIZE=20\nS: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_PARAMETER_ONCE_2, EHLO "S: 250-y\nS: 250 8BITMIME\nC: MAIL FROM:<a@x.example> BODY=7BIT BODY=8BITMIME\nS: 501 what\n" MAIL "S: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_BINARY_OFFERED, EHLO "S: 250-y\nS: 250 8BITMIME\nC: MAIL FROM:<a@x.example> BODY=BINARYMIME\nS: 501 what\n" MAIL "S: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_BINARY_OFFERED_2, PLAIN "C: BDAT 0\nS: 502 what\n" MAIL "S: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_SIZE_ZERO, EHLO "S: 250-y\nS: 250 SIZE 0\n" QUIT, CLIENT_REFUSED},
    {CLIENT_FAULT_SIZE_ZERO_2, EHLO "S: 250-y\nS: 250 SIZE\n" QUIT, CLIENT_REFUSED},
    {CLIENT_FAULT_SIZE_USED, SIZE MAIL "S: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_SIZE_DECLARED, SIZE "C: MAIL FROM:<a@x.example> SIZE=17\nS: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_SIZE_REFUSAL_ENDS, SIZE "C: MAIL FROM:<a@x.example> SIZE=20\nS: 552 no\n" MAIL "S: 250 OK\n" QUIT, CLIENT_REFUSED},
    {CLIENT_FAULT_LONE_DOT, PIPELINES GROUP "S: 250 OK\nS: 550 no\nS: 354 x\n" CONTENT "S: 554 no\n" QUIT, CLIENT_REFUSED},
    {CLIENT_FAULT_REPLY_LINE_512, PLAIN MAIL "S: 250 " TEN(TEN("xxxxx")) "\n" QUIT, CLIENT_PROTOCOL_ERROR},
    {CLIENT_FAULT_REPLY_LINE_512_2, TO_DOT "S: 554 " TEN(TEN("xxxxx")) "\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_OUT_OF_RANGE_CODE, PLAIN MAIL "S: 650 what\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_NOT_RESENT_AFTER_5YZ, TO_DOT "S: 554 no\n" MAIL "S: 250 OK\n" QUIT, CLIENT_REFUSED},
    {CLIENT_FAULT_LOSS_TEMPORARY, TO_RCPT "E\n", CLIENT_REFUSED},
    {CLIENT_FAULT_CLIENT_TEXT_LINE, TO_DATA "S: 354 x\nC: X-Filler: " TEN(TEN("xxxxxxxxxxxx")) "\n" CONTENT "S: 250 OK\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_BODY_DECLARED, EHLO "S: 250-y\nS: 250 8BITMIME\n" MAIL "S: 250 OK\n" RCPT "S: 250 OK\nC: DATA\nS: 354 x\nC: Subject: \xE4\nC: .\nS: 250 OK\n" QUIT, CLIENT_DONE},

    {CLIENT_FAULT_QUIT_BEFORE_CLOSE, TO_DOT "S: 250 OK\n", CLIENT_DONE},
    {CLIENT_FAULT_QUIT_BEFORE_CLOSE_2, TO_DOT "S: 250 OK\nC: RSET\nS: 250 OK\n", CLIENT_DONE},
    {CLIENT_FAULT_CLIENT_RETURN_PATH, TO_DATA "S: 354 x\nC: Return-Path: <a@x.example>\n" CONTENT "S: 250 OK\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_8BITMIME_NEEDS_MIME, EHLO "S: 250-y\nS: 250 8BITMIME\nC: MAIL FROM:<a@x.example> BODY=8BITMIME\nS: 250 OK\n" RCPT "S: 250 OK\nC: DATA\nS: 354 x\nC: Subject: x\nC: \nC: \xE4\nC: .\nS: 250 OK\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_8BITMIME_NEEDS_MIME_2, EHLO "S: 250-y\nS: 250 8BITMIME\nC: MAIL FROM:<a@x.example> BODY=8BITMIME\nS: 250 OK\n" RCPT "S: 250 OK\nC: DATA\nS: 354 x\nC: MIME-Version: 1.0\nC: Subject: x\nC: \nC: \xE4\nC: .\nS: 250 OK\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_ONE_COPY, PIPELINES MAIL "S: 250 OK\n" RCPT "S: 250 OK\nC: DATA\nS: 354 x\n" CONTENT "S: 250 OK\n" MAIL "S: 250 OK\nC: RCPT TO:<s@y.example>\nS: 250 OK\nC: DATA\nS: 354 x\n" CONTENT "S: 250 OK\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_REVERSE_PATH_GIVEN, PLAIN "C: MAIL FROM:<>\nS: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_LAST_LINE_COMPLETED, TO_DATA "S: 354 x\nC: Subject: x\nC: \nC: x.\nE\n", CLIENT_REFUSED_FOR_NOW},
    {CLIENT_FAULT_LAST_LINE_COMPLETED_2, TO_DATA "S: 354 x\nC: Subject: x\nC: \nC: .\nS: 250 OK\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_AUTH_PARAMETER_SYNTAX, TLS "S: 250-y\nS: 250 AUTH PLAIN\n" AUTH "S: 235 OK\nC: MAIL FROM:<a@x.example> AUTH=me+you@example.com\nS: 501 what\n" MAIL "S: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_AUTH_PARAMETER_SYNTAX_2, TLS "S: 250-y\nS: 250 AUTH PLAIN\n" AUTH "S: 235 OK\nC: MAIL FROM:<a@x.example> AUTH=<me@example.com>\nS: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_CLIENT_RECIPIENTS_NOT_SHOWN, TO_RCPT "S: 250 OK\nC: RCPT TO:<s@y.example>\nS: 250 OK\nC: DATA\nS: 354 x\nC: X-Recipients: <r@y.example>, <s@y.example>\n" CONTENT "S: 250 OK\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_BDAT_ORDER, EHLO "S: 250-y\nS: 250 CHUNKING\n" MAIL "S: 250 OK\n" RCPT "S: 250 OK\nC: BDAT 0\nS: 452 no\nC: DATA\nS: 503 no\n" QUIT, CLIENT_REFUSED},
    {CLIENT_FAULT_BDAT_ORDER_2, EHLO "S: 250-y\nS: 250-8BITMIME\nS: 250 BINARYMIME\nC: MAIL FROM:<a@x.example> BODY=BINARYMIME\nS: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_BDAT_CANONICAL, EHLO "S: 250-y\nS: 250 CHUNKING\n" MAIL "S: 250 OK\n" RCPT "S: 250 OK\nC: BDAT 17 LAST\nC| Subject: x\nC| \nC| .dot\nS: 250 OK\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_BDAT_CANONICAL_2, EHLO "S: 250-y\nS: 250 CHUNKING\n" MAIL "S: 250 OK\n" RCPT "S: 250 OK\nC: BDAT 25 LAST\nC: Subject: x\nC: \nC: .dot\nC: x\rx\nS: 250 OK\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_QUIT_ALWAYS, "S: 554 no\n", CLIENT_REFUSED},
    {CLIENT_FAULT_QUIT_ALWAYS_2, EHLO "S: 550 no\n", CLIENT_REFUSED},
    {CLIENT_FAULT_QUIT_ALWAYS_2, EHLO "S: 502 no\nC: HELO c.example\nS: 450 no\n", CLIENT_REFUSED_FOR_NOW},
    {CLIENT_FAULT_WAITS_FOR_QUIT_REPLY, TO_DOT "S: 250 OK\nC: QUIT\n", CLIENT_DONE},
    {CLIENT_FAULT_WAITS_FOR_GREETING, "C: EHLO c.example\nS: 220 y\nS: 250 y\n" MAIL "S: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_WAITS_FOR_GREETING, "C: EHLO c.example\nS: 554 no\nS: 503 no\n" "C: HELO c.example\nS: 503 no\n" QUIT, CLIENT_REFUSED},
    {CLIENT_FAULT_WAITS_FOR_REPLY, HELO GROUP "S: 250 OK\nS: 250 OK\nS: 354 x\n" CONTENT "S: 250 OK\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_WAITS_FOR_REPLY_2, TO_DOT "C: QUIT\nS: 250 OK\nS: 221 bye\n", CLIENT_DONE},
    {CLIENT_FAULT_PIPELINING_GROUP, PIPELINES "C: NOOP\n" GROUP "S: 250 OK\nS: 250 OK\nS: 250 OK\nS: 354 x\n" CONTENT "S: 250 OK\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_PIPELINING_GROUP_2, PIPELINES MAIL "C: VRFY postmaster\n" RCPT "C: DATA\nS: 250 OK\nS: 252 x\nS: 250 OK\nS: 354 x\n" CONTENT "S: 250 OK\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_HELLO_BEFORE_MAIL, "S: 220 y\n" MAIL "S: 503 what\nC: EHLO c.example\nS: 250 y\n" MAIL "S: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_HELLO_BEFORE_MAIL_2, OFFERS_TLS "S: 220 go\nT\nC: MAIL FROM:<>\nS: 503 what\nC: EHLO c.example\nS: 250 y\n" MAIL "S: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_COMMAND_ORDER, PIPELINES MAIL "S: 250 OK\n" MAIL "S: 503 what\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_COMMAND_ORDER_2, PLAIN RCPT "S: 503 what\n" MAIL "S: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_COMMAND_ORDER_3, PLAIN MAIL "S: 250 OK\nC: DATA\nS: 503 what\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_COMMAND_ORDER_3, PLAIN MAIL "S: 250 OK\nC: DATA\nS: 354 what\nC: .\nS: 554 no\n" RCPT "S: 503 what\n" QUIT, CLIENT_PROTOCOL_ERROR},
    {CLIENT_FAULT_DATA_WITHOUT_354, TO_DATA "S: 451 no\n" CONTENT "S: 500 a\nS: 500 b\nS: 500 c\nS: 500 d\n" QUIT, CLIENT_REFUSED_FOR_NOW},
    {CLIENT_FAULT_DATA_WITHOUT_354_2, TO_DATA "S: 554 no\nC: Subject: x\nS: 500 a\n" QUIT, CLIENT_REFUSED},
    {CLIENT_FAULT_DATA_WITHOUT_354_3, TO_DATA "S: 250 OK\nC: Subject: x\nS: 500 a\n" QUIT, CLIENT_PROTOCOL_ERROR},
    {CLIENT_FAULT_HELO_FALLBACK, EHLO "S: 502 what\n" QUIT, CLIENT_REFUSED},
    {CLIENT_FAULT_NOT_REPEATED_AFTER_5YZ, TO_RCPT "S: 550 no\n" RCPT "S: 250 OK\n" QUIT, CLIENT_REFUSED},

    {CLIENT_FAULT_STARTTLS_LAST, OFFERS_TLS "C: EHLO c.example\nS: 220 go\nT\nC: EHLO c.example\nS: 250 y\n" MAIL "S: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_STARTTLS_LAST, OFFERS_TLS "C: EHLO c.example\nS: 454 no\nS: 250 y\n" MAIL "S: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_STARTTLS_LAST_2, OFFERS_TLS "S: 220 go\nC: NOOP\nT\nC: EHLO c.example\nS: 250 y\n" MAIL "S: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_EHLO_AFTER_TLS, OFFERS_TLS "S: 220 go\nT\nC: NOOP\nS: 250 OK\nC: EHLO c.example\nS: 250 y\n" MAIL "S: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_STARTTLS_ONCE, TLS "S: 250 y\nC: STARTTLS\nS: 503 no\n" MAIL "S: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_STARTTLS_ONCE_2, TLS "S: 250 y\n" MAIL "S: 250 OK\n" RCPT "S: 250 OK\nC: DATA\nS: 354 x\n" CONTENT "S: 250 OK\nC: STARTTLS\nS: 503 no\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_TLS_AFTER_220, OFFERS_TLS "S: 454 no\nT\nC: EHLO c.example\nS: 250 y\n" MAIL "S: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_TLS_AFTER_220_2, OFFERS_TLS "S: 501 no\nT\nC: EHLO c.example\nS: 250 y\n" MAIL "S: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_TLS_RESPONSE_INJECTION, OFFERS_TLS "S: 220 go\nS: 554 no\nT\nC: EHLO c.example\nC: QUIT\nS: 250 y\n", CLIENT_REFUSED},
    {CLIENT_FAULT_PLAIN_CERTIFICATE, OFFERS_TLS "S: 220 go\nt\nC: EHLO c.example\nS: 250-y\nS: 250 AUTH PLAIN\n" AUTH "S: 535 no\n" QUIT, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_PLAIN_CERTIFICATE_2, OFFERS_TLS "S: 220 go\nt\nC: EHLO c.example\nS: 250-y\nS: 250 AUTH PLAIN\nC: AUTH PLAIN\nS: 334 \nC: AGFsaWNlAHNlY3JldA==\nS: 535 no\n" QUIT, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_PLAIN_IN_CLEAR_TEXT, EHLO "S: 250-y\nS: 250 AUTH PLAIN\n" AUTH "S: 535 no\n" QUIT, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_AUTH_BASE64, TLS "S: 250-y\nS: 250 AUTH PLAIN\nC: AUTH PLAIN no:base64\nS: 501 no\n" AUTH "S: 535 no\n" QUIT, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_AUTH_BASE64_2, TLS "S: 250-y\nS: 250 AUTH PLAIN\nC: AUTH PLAIN AGFsaWNlAHg\nS: 501 no\n" AUTH "S: 535 no\n" QUIT, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_AUTH_LINE_LENGTH, TLS "S: 250-y\nS: 250 AUTH PLAIN\nC: AUTH PLAIN " TEN(TEN("xxxxxx")) "\nS: 501 no\n" AUTH "S: 535 no\n" QUIT, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_AUTH_LINE_LENGTH_2, TLS "S: 250-y\nS: 250 AUTH PLAIN\nC: AUTH PLAIN " TEN(TEN("xxxxx")) "\nS: 501 no\n" AUTH "S: 535 no\n" QUIT, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_AUTH_ORDER, TLS "S: 250-y\nS: 250 AUTH PLAIN\n" AUTH "S: 235 OK\nC: AUTH PLAIN =\nS: 503 no\n" MAIL "S: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_AUTH_ORDER_2, TLS "S: 250-y\nS: 250 AUTH PLAIN\n" AUTH "S: 235 OK\n" MAIL "S: 250 OK\nC: AUTH PLAIN =\nS: 503 no\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_AUTH_CANCELS, TLS "S: 250-y\nS: 250 AUTH PLAIN\n" AUTH "S: 334 what?\nC: AGFsaWNlAHNlY3JldA==\nS: 501 no\n" QUIT, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_AUTH_CANCELS_2, TLS "S: 250-y\nS: 250 AUTH PLAIN\n" AUTH "S: 334 what?\nC: \nS: 501 no\n" QUIT, CLIENT_PROTOCOL_ERROR},
    {CLIENT_FAULT_AUTH_LONG_CHALLENGE, CRAM "S: 334 " LONG_CHALLENGE "\n" CUT_RESPONSE "S: 535 no\n" QUIT, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_AUTH_LONG_CHALLENGE_2, CRAM "S: 334 " LONG_CHALLENGE "\nC: *\nS: 501 no\n" QUIT, CLIENT_PROTOCOL_ERROR},
    {CLIENT_FAULT_AUTH_TOO_WEAK, TLS "S: 250-y\nS: 250 AUTH PLAIN CRAM-MD5\n" AUTH "S: 534 weak\n" QUIT, CLIENT_LOGIN_REFUSED},

    {CLIENT_FAULT_READS_MULTILINE, PLAIN MAIL "S: 250-a\nS: 250 b\n" QUIT, CLIENT_PROTOCOL_ERROR},
    {CLIENT_FAULT_READS_MULTILINE_2, PLAIN MAIL "S: 250-550 x\nS: 250 b\n" QUIT, CLIENT_REFUSED},
    {CLIENT_FAULT_CODE_ALONE, PLAIN MAIL "S: 250\n" QUIT, CLIENT_PROTOCOL_ERROR},
    {CLIENT_FAULT_CODE_ALONE, PLAIN MAIL "S: 250 \n" QUIT, CLIENT_PROTOCOL_ERROR},
    {CLIENT_FAULT_ACTS_ON_CODE, PLAIN MAIL "S: 250 no error\n" QUIT, CLIENT_REFUSED},
    {CLIENT_FAULT_ACTS_ON_CODE, TO_DOT "S: 550 OK\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_ACTS_ON_CODE_2, PLAIN MAIL "S: 250 5.1.8 fine\n" QUIT, CLIENT_REFUSED},
    {CLIENT_FAULT_FIRST_DIGIT, TO_DOT "S: 259 fine\n" QUIT, CLIENT_PROTOCOL_ERROR},
    {CLIENT_FAULT_FIRST_DIGIT_2, TO_RCPT "S: 559 no\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_FIRST_DIGIT_2, TO_DOT "S: 459 no\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_KEYWORD_ANY_CASE, EHLO "S: 250-y\nS: 250 size 1000\n" MAIL "S: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_KEYWORD_ANY_CASE_2, EHLO "S: 250-y\nS: 250 Size 1000\n" MAIL "S: 250 OK\n" REST, CLIENT_DONE},
    {CLIENT_FAULT_REFUSAL_REPORTED, TO_DOT "S: 554 no\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_REFUSAL_REPORTED_2, TO_RCPT "S: 550 no\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_REFUSAL_REPORTED_3, PLAIN MAIL "S: 550 no\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_EACH_STATUS, PIPELINES GROUP "S: 250 OK\nS: 550 no\nS: 354 x\nC: .\nS: 250 OK\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_EACH_STATUS_2, PIPELINES GROUP "S: 250 OK\nS: 550 no\nS: 354 x\nC: .\nS: 250 OK\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_NO_SUCCESS_AFTER_LOSS, TO_DOT "E\n", CLIENT_DONE},
    {CLIENT_FAULT_NO_SUCCESS_AFTER_LOSS_2, TO_RCPT "E\n", CLIENT_DONE},
    {CLIENT_FAULT_NO_SUCCESS_AFTER_LOSS_2, TO_DATA "E\n", CLIENT_DONE},
    {CLIENT_FAULT_CLOSING_421, TO_DOT "S: 421 bye\n", CLIENT_DONE},
    {CLIENT_FAULT_CLOSING_421, TO_RCPT "S: 421 bye\n", CLIENT_DONE},
    {CLIENT_FAULT_CLOSING_421_2, EHLO "S: 421 bye\n", CLIENT_DONE},
    {CLIENT_FAULT_CLOSING_421_2, EHLO "S: 502 what\nC: HELO c.example\nS: 421 bye\n", CLIENT_DONE},
    {CLIENT_FAULT_TEMPORARY_REPORTED, TO_RCPT "S: 451 no\n" QUIT, CLIENT_REFUSED},
    {CLIENT_FAULT_PERMANENT_REPORTED, TO_RCPT "S: 550 no\n" QUIT, CLIENT_REFUSED_FOR_NOW},
    {CLIENT_FAULT_SUCCESS_AFTER_2YZ, TO_DOT "S: what\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_SUCCESS_AFTER_2YZ_2, TO_DOT "S: 354 go on\n" QUIT, CLIENT_DONE},
    {CLIENT_FAULT_ACCEPTED_IS_FINAL, TO_DOT "S: 250 OK\nC: QUIT\nS: 500 no\n", CLIENT_REFUSED},
    {CLIENT_FAULT_ACCEPTED_IS_FINAL, TO_DOT "S: 250 OK\nC: QUIT\nE\n", CLIENT_REFUSED},
    {CLIENT_FAULT_REPLY_TOO_EARLY, TO_DATA "S: 354 go\nS: 250 OK\n" CONTENT QUIT "S: 554 no\n", CLIENT_DONE},
    {CLIENT_FAULT_LAX_REPLY, PLAIN MAIL "S: 250\tOK\n" QUIT, CLIENT_PROTOCOL_ERROR},

    {CLIENT_FAULT_POP3_CLIENT_LINE_END, FETCHED "S: +OK\nC| QUIT\nS: +OK\n", CLIENT_DONE},
    {CLIENT_FAULT_POP3_CLIENT_LINE_END_2, TO_PASS "S: +OK\nC: NOOP\r\nS: -ERR\n" STAT "S: -ERR\n" BYE, CLIENT_REFUSED},
    {CLIENT_FAULT_POP3_COMMAND_SYNTAX, TO_UIDL "C: LIST  1\nS: -ERR what\n" FETCH, CLIENT_DONE},
    {CLIENT_FAULT_POP3_COMMAND_SYNTAX_2, TO_PASS "S: +OK\nC: NOOP \nS: +OK\n" STAT "S: +OK 1 10\nC: LIST\nS: +OK\nS: 1 10\nS: .\n" FETCH, CLIENT_DONE},
    {CLIENT_FAULT_POP3_LOGIN_SYNTAX, TO_PASS "S: +OK\nC: APOP alice C4C9334BAC560ECC979E58001B3E22FB\nS: -ERR no\n" STAT "S: -ERR no\n" BYE, CLIENT_REFUSED},
    {CLIENT_FAULT_POP3_LOGIN_SYNTAX_2, NO_CAPA "C: USER\nS: -ERR no\n" USER "S: -ERR no\n" BYE, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_POP3_STLS_BEFORE_UTF8, CAPA "S: +OK\nS: STLS\nS: .\nC: UTF8\nS: -ERR no\nC: STLS\nS: -ERR no\n" USER "S: -ERR no\n" BYE, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_POP3_APOP_ODD_TIMESTAMP, "S: +OK <1896>\nC: CAPA\nS: -ERR what\nC: APOP alice c4c9334bac560ecc979e58001b3e22fb\nS: -ERR no\n" USER "S: -ERR no\n" BYE, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_POP3_PLAIN_CERTIFICATE, OFFERS_STLS "S: +OK go\nt\nC: CAPA\nS: +OK\nS: SASL PLAIN\nS: .\nC: AUTH PLAIN =\nS: -ERR no\n" BYE, CLIENT_REFUSED},
    {CLIENT_FAULT_POP3_PLAIN_CERTIFICATE_2, OFFERS_STLS "S: +OK go\nt\nC: CAPA\nS: +OK\nS: SASL PLAIN\nS: .\nC: AUTH LOGIN YWxpY2U=\nS: -ERR no\n" BYE, CLIENT_REFUSED},
    {CLIENT_FAULT_POP3_PLAIN_IN_CLEAR_TEXT, CAPA "S: +OK\nS: SASL PLAIN\nS: .\nC: AUTH PLAIN =\nS: -ERR no\n" USER "S: -ERR no\n" BYE, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_POP3_SAME_UNIQUE_ID, TO_UIDL "C: UIDL\nS: +OK\nS: 1 x\nS: 2 y\nS: 3 x\nS: .\n" BYE, CLIENT_PROTOCOL_ERROR},
    {CLIENT_FAULT_POP3_USER_BEFORE_PASS, NO_CAPA PASS "S: -ERR\n" USER "S: +OK\n" PASS "S: -ERR\n" BYE, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_POP3_USER_BEFORE_PASS_2, NO_CAPA USER "S: -ERR\n" PASS "S: -ERR\n" BYE, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_POP3_LOGIN_BEFORE_TRANSACTION, NO_CAPA STAT "S: -ERR\n" USER "S: -ERR\n" BYE, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_POP3_LOGIN_BEFORE_TRANSACTION_2, TO_PASS "S: -ERR\n" STAT "S: -ERR\n" BYE, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_POP3_LOGIN_BEFORE_TRANSACTION_2, NO_CAPA USER "S: -ERR\n" STAT "S: -ERR\n" BYE, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_POP3_WAITS_FOR_RESPONSE, TO_PASS "S: +OK\n" STAT "C: LIST\nS: +OK 1 10\nS: +OK\nS: 1 10\nS: .\n" FETCH, CLIENT_DONE},
    {CLIENT_FAULT_POP3_WAITS_FOR_RESPONSE, TO_PASS "S: +OK\n" STAT "C: LIST\nS: -ERR\nS: +OK\nS: 1 10\nS: .\n" BYE, CLIENT_REFUSED},
    {CLIENT_FAULT_POP3_WAITS_FOR_RESPONSE_2, NO_CAPA USER PASS "S: +OK\nS: -ERR no\n" BYE, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_POP3_WAITS_FOR_RESPONSE_2, NO_CAPA USER PASS "S: -ERR no\nS: -ERR no\n" BYE, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_POP3_WAITS_FOR_GREETING, "C: CAPA\nS: +OK hi\nS: -ERR what\n" USER "S: -ERR\n" BYE, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_POP3_WAITS_FOR_GREETING, "C: CAPA\nS: -ERR no\nS: +OK\nS: TOP\nS: .\n" BYE, CLIENT_REFUSED_FOR_NOW},
    {CLIENT_FAULT_POP3_WAITS_FOR_GREETING_2, "C- CA\nS: +OK hi\nC: PA\nS: -ERR what\n" USER "S: -ERR\n" BYE, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_POP3_COMMAND_LENGTH, TO_PASS "S: +OK\nC: NOOP " TEN(TEN("xxx")) "\nS: -ERR\n" STAT "S: -ERR\n" BYE, CLIENT_REFUSED},
    {CLIENT_FAULT_POP3_COMMAND_LENGTH_2, TO_UIDL "C: TOP 1 " TEN(TEN("00")) TEN("0000") "00000000\nS: -ERR\n" FETCH, CLIENT_DONE},
    {CLIENT_FAULT_POP3_DELETED_MESSAGE_NAMED, FETCHED "S: +OK\nC: LIST 1\nS: -ERR\n" BYE, CLIENT_DONE},
    {CLIENT_FAULT_POP3_DELETED_MESSAGE_NAMED_2, FETCHED "S: +OK\nC: RETR 1\nS: -ERR\n" BYE, CLIENT_DONE},
    {CLIENT_FAULT_POP3_MESSAGE_NUMBER, TO_UIDL "C: RETR 0\nS: -ERR\n" FETCH, CLIENT_DONE},
    {CLIENT_FAULT_POP3_MESSAGE_NUMBER, TO_UIDL "C: RETR 0\nS: +OK\nS: x\nS: .\n" FETCH, CLIENT_DONE},
    {CLIENT_FAULT_POP3_MESSAGE_NUMBER_2, TO_UIDL "C: TOP 1\nS: -ERR\n" FETCH, CLIENT_DONE},
    {CLIENT_FAULT_POP3_DELETES_WHAT_IT_HAS, TO_RETR "S: -ERR no\nC: DELE 1\nS: +OK\n" BYE, CLIENT_REFUSED},

    {CLIENT_FAULT_POP3_STLS_LAST, OFFERS_STLS "C: CAPA\nS: +OK go\nT\nC: CAPA\nS: -ERR\n" USER "S: -ERR no\n" BYE, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_POP3_STLS_LAST_2, OFFERS_STLS "S: +OK go\nC: CAPA\nT\nC: CAPA\nS: -ERR\n" USER "S: -ERR no\n" BYE, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_POP3_CAPA_AFTER_TLS, OFFERS_STLS "S: +OK go\nT\n" USER "S: -ERR no\n" BYE, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_POP3_TLS_RESPONSE_INJECTION, OFFERS_STLS "S: +OK go\nS: -ERR no\nT\nC: CAPA\n" USER "S: -ERR\n" BYE, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_POP3_PASSWORD_CERTIFICATE, OFFERS_STLS "S: +OK go\nt\nC: CAPA\nS: -ERR\n" USER "S: -ERR no\n" BYE, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_POP3_AUTH_BASE64, OFFERS_STLS "S: +OK go\nT\nC: CAPA\nS: +OK\nS: SASL LOGIN PLAIN\nS: .\nC: AUTH PLAIN no:base64\nS: -ERR\n" USER "S: -ERR no\n" BYE, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_POP3_AUTH_BASE64_2, OFFERS_STLS "S: +OK go\nT\nC: CAPA\nS: +OK\nS: SASL PLAIN\nS: .\nC: AUTH PLAIN AGFsaWNlAHg\nS: -ERR\n" USER "S: -ERR no\n" BYE, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_POP3_AUTH_LINE_LENGTH, OFFERS_STLS "S: +OK go\nT\nC: CAPA\nS: +OK\nS: SASL PLAIN\nS: .\nC: AUTH PLAIN " TEN(TEN("xxx")) "\nS: -ERR\n" USER "S: -ERR no\n" BYE, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_POP3_AUTH_LINE_LENGTH_2, OFFERS_STLS "S: +OK go\nT\nC: CAPA\nS: +OK\nS: SASL PLAIN\nS: .\nC: AUTH PLAIN " TEN(TEN("xx")) TEN("xxxx") "xxxx\nS: -ERR\n" USER "S: -ERR no\n" BYE, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_POP3_AUTH_OFFERED, NO_CAPA "C: AUTH PLAIN\nS: -ERR\n" USER "S: -ERR no\n" BYE, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_POP3_AUTH_INITIAL_RESPONSE, NO_CAPA "C: AUTH PLAIN =\nS: -ERR\n" USER "S: -ERR no\n" BYE, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_POP3_AUTH_INITIAL_RESPONSE_2, NO_CAPA "C: AUTH LOGIN YWxpY2U=\nS: -ERR\n" USER "S: -ERR no\n" BYE, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_POP3_AUTH_CANCELS, SASL_CRAM "S: + who are you?\nC: YWxpY2UgODM2NmNkZGM5MWIyNTUzYWU1NTgzMjk2NWVjMTYyZjk=\nS: -ERR no\n" BYE, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_POP3_AUTH_CANCELS_2, SASL_CRAM "S: + who are you?\nC: QUIT\nS: -ERR no\n", CLIENT_PROTOCOL_ERROR},
    {CLIENT_FAULT_POP3_AUTH_LONG_CHALLENGE, SASL_CRAM "S: + " LONG_CHALLENGE "\n" CUT_RESPONSE "S: -ERR no\n" BYE, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_POP3_AUTH_LONG_CHALLENGE_2, SASL_CRAM "S: + " LONG_CHALLENGE "\nC: *\nS: -ERR no\n" BYE, CLIENT_PROTOCOL_ERROR},

    {CLIENT_FAULT_POP3_TERMINATION, TO_RETR "S: +OK\nS: ..x\nS: ..\nS: y\nS: .\n" BYE, CLIENT_PROTOCOL_ERROR},
    {CLIENT_FAULT_POP3_TERMINATION_2, TO_RETR "S: +OK\nS| a\nS| .\nS: b\nS: .\n" BYE, CLIENT_PROTOCOL_ERROR},
    {CLIENT_FAULT_POP3_CAPA_REFUSED, NO_CAPA BYE, CLIENT_REFUSED},
    {CLIENT_FAULT_POP3_CAPA_REFUSED_2, NO_CAPA BYE, CLIENT_DONE},
    {CLIENT_FAULT_POP3_OPTIONAL_REFUSED, TO_UIDL "C: UIDL\nS: -ERR\n" BYE, CLIENT_REFUSED},
    {CLIENT_FAULT_POP3_OPTIONAL_REFUSED_2, CAPA "S: +OK\nS: TOP\nS: .\n" USER "S: +OK\n" PASS "S: +OK\n" STAT "S: +OK 1 10\nC: LIST\nS: +OK\nS: 1 10\nS: .\nC: UIDL\nS: -ERR\nC: TOP 1 0\nS: -ERR no\n" BYE, CLIENT_DONE},
    {CLIENT_FAULT_POP3_CAPABILITY_ANY_CASE, CAPA "S: +OK\nS: user\nS: .\n" BYE, CLIENT_REFUSED},
    {CLIENT_FAULT_POP3_CAPABILITY_ANY_CASE_2, CAPA "S: +OK\nS: Uidl\nS: .\n" BYE, CLIENT_REFUSED},
    {CLIENT_FAULT_POP3_EXTRA_TEXT, TO_PASS "S: +OK\n" STAT "S: +OK 1 10 more\n" BYE, CLIENT_PROTOCOL_ERROR},
    {CLIENT_FAULT_POP3_EXTRA_TEXT, TO_LIST "S: +OK\nS: 1 10 more\nS: .\n" BYE, CLIENT_PROTOCOL_ERROR},
    {CLIENT_FAULT_POP3_EXTRA_TEXT_2, TO_LIST "S: +OK\nS: 1 10 in 3 lines\nS: .\nC: UIDL\nS: -ERR\nC: RETR 3\nS: -ERR no\n" BYE, CLIENT_REFUSED},
    {CLIENT_FAULT_POP3_ACTS_ON_INDICATOR, TO_LIST "S: +OK no error\nS: 1 10\nS: .\n" BYE, CLIENT_REFUSED},
    {CLIENT_FAULT_POP3_ACTS_ON_INDICATOR_2, TO_RETR "S: +OK\nS: x\nS: .\n" BYE, CLIENT_REFUSED},
    {CLIENT_FAULT_POP3_RESPONSE_CODES, TO_PASS "S: +OK [X-NEW/SUB] hi\n" BYE, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_POP3_RESPONSE_CODES_2, TO_PASS "S: +OK [X-NEW/SUB/LEVEL] hi\n" BYE, CLIENT_LOGIN_REFUSED},
    {CLIENT_FAULT_POP3_REFUSAL_REPORTED, TO_PASS "S: -ERR no\n" BYE, CLIENT_DONE},
    {CLIENT_FAULT_POP3_REFUSAL_REPORTED_2, TO_RETR "S: -ERR no\n" BYE, CLIENT_DONE},
    {CLIENT_FAULT_POP3_EACH_RESPONSE, THREE_TOGETHER "S: +OK\nS: x\nS: .\nS: -ERR no\nS: +OK\nS: z\nS: .\nC: DELE 1\nS: +OK\nC: DELE 2\nS: +OK\n" BYE, CLIENT_REFUSED},
    {CLIENT_FAULT_POP3_EACH_RESPONSE_2, THREE_TOGETHER "S: +OK\nS: x\nS: .\nS: -ERR no\nS: +OK\nS: z\nS: .\nC: DELE 1\nS: +OK\nC: DELE 2\nS: +OK\nC: DELE 3\nS: +OK\n" BYE, CLIENT_REFUSED},
    {CLIENT_FAULT_POP3_TEMPORARY_REPORTED, TO_PASS "S: -ERR [IN-USE] no\n" BYE, CLIENT_REFUSED},
    {CLIENT_FAULT_POP3_UNREADABLE_REPORTED, TO_RETR "S: what\n" BYE, CLIENT_DONE},
    {CLIENT_FAULT_POP3_QUIT_TO_COMMIT, FETCHED "S: +OK\n", CLIENT_DONE},
    {CLIENT_FAULT_POP3_NO_SUCCESS_AFTER_LOSS, TO_RETR "S: +OK\nS: x\nE\n", CLIENT_DONE},
};
// clang-format on

static struct client_settings settings_for(enum client_fault fault)
{
    bool pop3 = bytes_starts(bytes_of(client_fault_at(fault)->rule), "pop3/");
    struct client_settings settings = client_dialogue_settings(pop3 ? CLIENT_POP3 : CLIENT_SMTP);
    if (fault == CLIENT_FAULT_BODY_DECLARED) {
        settings.message = BYTES_LIT("Subject: \xE4\n");
    }
    if (fault == CLIENT_FAULT_LAST_LINE_COMPLETED || fault == CLIENT_FAULT_LAST_LINE_COMPLETED_2) {
        settings.message = BYTES_LIT("Subject: x\n\nx");
    }
    if (fault == CLIENT_FAULT_NO_EXTRA_LINE_2) {
        settings.message = BYTES_LIT("Subject: x\n\nx\n\n");
    }
    if (fault == CLIENT_FAULT_ONE_COPY || fault == CLIENT_FAULT_CLIENT_RECIPIENTS_NOT_SHOWN) {
        settings.recipient_count = 2;
    }
    if (fault == CLIENT_FAULT_8BITMIME_NEEDS_MIME || fault == CLIENT_FAULT_8BITMIME_NEEDS_MIME_2) {
        settings.message = BYTES_LIT("Subject: x\n\n\xE4\n");
    }
    return settings;
}

static void test_effects(void)
{
    for (size_t i = 0; i < sizeof effect_rows / sizeof effect_rows[0]; i++) {
        const struct effect_row *row = &effect_rows[i];
        const char *name = client_fault_at(row->fault)->name;
        struct client_settings settings = settings_for(row->fault);
        UNIT_ROW(name, !client_dialogue_check(NULL, &settings, row->script, row->result));
        settings.faults.on[row->fault] = true;
        UNIT_ROW(name, client_dialogue_check(name, &settings, row->script, row->result));
    }
}

/* Nobody has said who sends: the reverse-path is null, in the fields of the fault as well. */
static void test_null_sender(void)
{
    struct client_settings settings = settings_for(CLIENT_FAULT_CLIENT_RETURN_PATH);
    settings.sender = NULL;
    settings.faults.on[CLIENT_FAULT_CLIENT_RETURN_PATH] = true;
    CU_ASSERT(client_dialogue_check(
        "null", &settings,
        PLAIN "C: MAIL FROM:<>\nS: 250 OK\n" RCPT
              "S: 250 OK\nC: DATA\nS: 354 x\nC: Return-Path: <>\n" CONTENT "S: 250 OK\n" QUIT,
        CLIENT_DONE));
}

/* What shows in the messages. */
struct message_row {
    enum client_fault fault;
    const char *body;
    const char *message;
};

static const struct message_row message_rows[] = {
    {CLIENT_FAULT_POP3_BYTE_UNSTUFFING,   "S: ..x\nS: y\nS: ..\n",             "..x\r\ny\r\n..\r\n" },
    {CLIENT_FAULT_POP3_BYTE_UNSTUFFING_2, "S: ..x\nS: y.\nS: ...\nS: ..\n",    "x\r\ny.\r\n\r\n\r\n"},
    {CLIENT_FAULT_POP3_TERMINATION,       "S: ..x\nS: ..\nS: y\nS: ..\n",      ".x\r\n"             },
    {CLIENT_FAULT_POP3_TERMINATION,       "S: ..\nS: y\n",                     ""                   },
    {CLIENT_FAULT_POP3_TERMINATION,       "S| x\nS: ..\n",                     "x\n..\r\n"          },
    {CLIENT_FAULT_POP3_TERMINATION_2,     "S: ..x\nS| y\nS| .\nS: z\nS: ..\n", ".x\r\ny\n"          },
    {CLIENT_FAULT_POP3_TERMINATION_2,     "S| .\nS: z\n",                      "\nz\r\n"            },
};

static void check_message(const struct message_row *row, bool by_octet)
{
    const char *name = client_fault_at(row->fault)->name;
    struct client_settings settings = client_dialogue_settings(CLIENT_POP3);
    struct client_machine machine;
    struct buf out = {0};
    struct buf body = {0};
    struct bytes script = bytes_of(row->body);
    settings.faults.on[row->fault] = true;
    machine = client_machine_new(&settings, &out);
    buf_append_text(&body,
                    "+OK\r\n-ERR\r\n+OK\r\n+OK\r\n+OK 1 1\r\n+OK\r\n1 1\r\n.\r\n-ERR\r\n+OK\r\n");
    client_dialogue_piece(&script, 'S', &body);
    buf_append_text(&body, ".\r\n");
    for (size_t i = 0; by_octet && i < body.n; i++) {
        client_machine_feed(&machine, bytes_slice(buf_bytes(&body), i, i + 1), &out);
    }
    if (!by_octet) {
        client_machine_feed(&machine, buf_bytes(&body), &out);
    }
    UNIT_ROW(name, fetcher_count(machine.fetcher) == 1);
    UNIT_ROW(name, bytes_is(fetcher_messages(machine.fetcher), row->message));
    client_machine_free(&machine);
    buf_deinit(&body);
    buf_deinit(&out);
}

static void test_messages(void)
{
    for (size_t i = 0; i < sizeof message_rows / sizeof message_rows[0]; i++) {
        check_message(&message_rows[i], false);
        check_message(&message_rows[i], true);
    }
}

static bool has_effect_row(enum client_fault fault)
{
    for (size_t i = 0; i < sizeof effect_rows / sizeof effect_rows[0]; i++) {
        if (effect_rows[i].fault == fault) {
            return true;
        }
    }
    bool shows_in_messages =
        fault == CLIENT_FAULT_POP3_BYTE_UNSTUFFING || fault == CLIENT_FAULT_POP3_BYTE_UNSTUFFING_2;
    /* Outside the dialogue; selftest shows what these do. */
    bool is_of_tls = fault == CLIENT_FAULT_TLS_FAILURE_ABORTS ||
                     fault == CLIENT_FAULT_CERTIFICATE_ALT_NAME ||
                     fault == CLIENT_FAULT_POP3_CERTIFICATE_ALT_NAME;
    bool is_of_memory =
        fault == CLIENT_FAULT_POP3_NOT_FETCHED_AGAIN; /* test_fake_clients_fetcher */
    return shows_in_messages || is_of_tls || is_of_memory;
}

static void test_every_fault_is_tested(void)
{
    for (size_t i = 0; i < CLIENT_FAULT_COUNT; i++) {
        UNIT_ROW(client_fault_at((enum client_fault)i)->name, has_effect_row((enum client_fault)i));
    }
}

static const struct unit_test tests[] = {
    {"table",                 test_table                },
    {"effects",               test_effects              },
    {"no sender",             test_null_sender          },
    {"messages",              test_messages             },
    {"every fault is tested", test_every_fault_is_tested},
};

UNIT_MAIN("fake_clients_fault", tests)
