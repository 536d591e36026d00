/* The conforming server behind a dialogue: what it answers, after what the dialogue has answered. */
#include "conforming_world.h"

#include <stdlib.h>
#include <string.h>

#include "proto/smtp_data.h"

/* One unit, and either the code that the dialogue answers, or what the responder's answer begins with. */
struct exchange {
    const char *unit;
    const char *noted;
    const char *answer;
};

struct row {
    const char *name;
    enum protocol protocol;
    struct exchange exchanges[16];
    size_t message_count; /* of the maildrop afterwards; two are there at first */
    bool over;
};

static const char tls_begins[] = "TLS begins"; /* as what was noted */

#define TLS_BEGINS                                                                                 \
    {                                                                                              \
        "STARTTLS", tls_begins, NULL                                                               \
    }
#define EHLO(how)                                                                                  \
    {                                                                                              \
        "EHLO c.example\r\n", how                                                                  \
    }
#define LHLO(how)                                                                                  \
    {                                                                                              \
        "LHLO c.example\r\n", how                                                                  \
    }
#define MAIL(how)                                                                                  \
    {                                                                                              \
        "MAIL FROM:<a@b.example>\r\n", how                                                         \
    }
#define RCPT(how)                                                                                  \
    {                                                                                              \
        "RCPT TO:<who@elsewhere.example>\r\n", how                                                 \
    }
#define DATA(how)                                                                                  \
    {                                                                                              \
        "DATA\r\n", how                                                                            \
    }
#define TEXT(how)                                                                                  \
    {                                                                                              \
        "Subject: x\r\n\r\n..x\r\n.\r\n", how                                                      \
    }
#define SAID(code) code, NULL
#define GETS(text) NULL, text
#define SENT       EHLO(SAID("250")), MAIL(SAID("250")), RCPT(SAID("250"))
#define DELIVERED                                                                                  \
    MAIL(GETS("250 ")), RCPT(GETS("250 ")), DATA(GETS("354 ")), TEXT(GETS("250 2.0.0 Message"))

// clang-format off
static const struct row smtp_rows[] = {
    {"all answered", PROTOCOL_SMTP, {EHLO(GETS("250-")), DELIVERED, {"QUIT\r\n", GETS("221 ")}, {"NOOP\r\n", GETS("")}}, 3, true},
    {"nothing said", PROTOCOL_SMTP, {MAIL(GETS("503 ")), EHLO(GETS("250-")), MAIL(GETS("250 "))}, 2, false},
    {"ehlo refused", PROTOCOL_SMTP, {EHLO(SAID("502")), MAIL(GETS("503 ")), {"HELO c.example\r\n", GETS("250 ")}, DELIVERED}, 3, false},
    {"helo said", PROTOCOL_SMTP, {{"HELO c.example\r\n", SAID("250")}, {"MAIL FROM:<> SIZE=1\r\n", GETS("555 ")}, DELIVERED}, 3, false},
    {"odd ehlo accepted", PROTOCOL_SMTP, {{"EHLO -_-\r\n", SAID("250")}, {"MAIL FROM:<> SIZE=1\r\n", GETS("250 ")}, RCPT(GETS("250 "))}, 2, false},
    {"ehlo clears", PROTOCOL_SMTP, {SENT, {"EHLO -_-\r\n", SAID("250")}, DATA(GETS("503 ")), DELIVERED}, 3, false},
    {"mail refused", PROTOCOL_SMTP, {EHLO(SAID("250")), MAIL(SAID("451")), RCPT(GETS("503 ")), MAIL(GETS("250 "))}, 2, false},
    {"mail with an unknown parameter", PROTOCOL_SMTP, {EHLO(SAID("250")), {"MAIL FROM:<a@b> RET=HDRS\r\n", SAID("250")}, RCPT(GETS("250 ")), DATA(GETS("354 ")), TEXT(GETS("250 "))}, 3, false},
    {"mail before ehlo", PROTOCOL_SMTP, {MAIL(SAID("250")), RCPT(GETS("250 ")), DATA(GETS("354 ")), TEXT(GETS("250 "))}, 3, false},
    {"malformed mail", PROTOCOL_SMTP, {EHLO(SAID("250")), {"MAIL FROM:\xE4\r\n", SAID("250")}, RCPT(GETS("250 "))}, 2, false},
    {"second mail", PROTOCOL_SMTP, {SENT, MAIL(SAID("250")), DATA(GETS("503 ")), RCPT(GETS("250 "))}, 2, false},
    {"rcpt accepted", PROTOCOL_SMTP, {SENT, DATA(GETS("354 ")), TEXT(GETS("250 "))}, 3, false},
    {"rcpt refused", PROTOCOL_SMTP, {EHLO(GETS("250-")), MAIL(GETS("250 ")), RCPT(SAID("550")), DATA(GETS("503 "))}, 2, false},
    {"one of two refused", PROTOCOL_SMTP, {SENT, RCPT(SAID("452")), DATA(GETS("354 ")), TEXT(GETS("250 "))}, 3, false},
    {"rcpt with a parameter", PROTOCOL_SMTP, {EHLO(SAID("250")), MAIL(SAID("250")), {"RCPT TO:<a@b.example> NOTIFY=NEVER\r\n", SAID("250")}, DATA(GETS("354 ")), TEXT(GETS("250 "))}, 3, false},
    {"malformed rcpt", PROTOCOL_SMTP, {EHLO(SAID("250")), MAIL(SAID("250")), {"RCPT TO:who\r\n", SAID("250")}, DATA(GETS("354 ")), TEXT(GETS("250 "))}, 3, false},
    {"rset", PROTOCOL_SMTP, {SENT, {"RSET\r\n", SAID("250")}, DATA(GETS("503 ")), DELIVERED}, 3, false},
    {"rset refused", PROTOCOL_SMTP, {SENT, {"RSET\r\n", SAID("500")}, DATA(GETS("354 ")), TEXT(GETS("250 "))}, 3, false},
    {"data refused", PROTOCOL_SMTP, {SENT, DATA(SAID("451")), {"RSET\r\n", GETS("250 ")}, DELIVERED}, 3, false},
    {"data accepted at once", PROTOCOL_SMTP, {SENT, DATA(SAID("250")), {"NOOP\r\n", GETS("250 ")}}, 2, false},
    {"message accepted", PROTOCOL_SMTP, {SENT, DATA(SAID("354")), TEXT(SAID("250")), {"NOOP\r\n", GETS("250 ")}, DATA(GETS("503 "))}, 3, false},
    {"message refused", PROTOCOL_SMTP, {SENT, DATA(SAID("354")), TEXT(SAID("554")), {"RSET\r\n", GETS("250 ")}, DELIVERED}, 3, false},
    {"message refused for now", PROTOCOL_SMTP, {SENT, DATA(GETS("354 ")), TEXT(SAID("451")), DELIVERED}, 3, false},
    {"message and session ended", PROTOCOL_SMTP, {SENT, DATA(GETS("354 ")), TEXT(SAID("421")), {"NOOP\r\n", GETS("")}}, 2, true},
    {"message answered 334", PROTOCOL_SMTP, {SENT, DATA(GETS("354 ")), TEXT(SAID("334")), {"*\r\n", GETS("501 ")}, DELIVERED}, 3, false},
    {"data without rcpt", PROTOCOL_SMTP, {EHLO(SAID("250")), DATA(SAID("354")), TEXT(GETS("250 ")), {"NOOP\r\n", GETS("250 ")}}, 3, false},
    {"data without ehlo", PROTOCOL_SMTP, {DATA(SAID("354")), TEXT(SAID("250")), MAIL(GETS("503 "))}, 3, false},
    {"commands in the message", PROTOCOL_SMTP, {SENT, DATA(SAID("354")), {"QUIT\r\nRSET\r\n.\r\n", SAID("550")}, DELIVERED}, 3, false},
    {"message where a command is due", PROTOCOL_SMTP, {EHLO(SAID("250")), {"MAIL FROM:<>\r\nRCPT TO:<a@b>\r\n.\r\n", SAID("250")}, RCPT(GETS("503 "))}, 2, false},
    {"quit", PROTOCOL_SMTP, {SENT, {"QUIT\r\n", SAID("221")}, {"NOOP\r\n", GETS("")}, MAIL(SAID("250"))}, 2, true},
    {"odd quit", PROTOCOL_SMTP, {{"QUIT now\r\n", SAID("221")}}, 2, true},
    {"quit refused", PROTOCOL_SMTP, {{"QUIT\r\n", SAID("500")}, {"QUIT\r\n", GETS("221 ")}}, 2, true},
    {"421", PROTOCOL_SMTP, {SENT, {"NOOP\r\n", SAID("421")}}, 2, true},
    {"sasl", PROTOCOL_SMTP, {EHLO(SAID("250")), {"AUTH LOGIN\r\n", SAID("334")}, {"QUIT\r\n", SAID("334")}, {"RSET\r\n", SAID("235")}, DELIVERED}, 3, false},
    {"sasl refused", PROTOCOL_SMTP, {SENT, {"AUTH PLAIN\r\n", SAID("334")}, {"RSET\r\n", SAID("535")}, DATA(GETS("354 ")), TEXT(GETS("250 "))}, 3, false},
    {"sasl not gone on with", PROTOCOL_SMTP, {{"AUTH PLAIN\r\n", SAID("334")}, {"AGEAYg==\r\n", GETS("535 ")}, {"NOOP\r\n", GETS("250 ")}}, 2, false},
    {"sasl cancelled", PROTOCOL_SMTP, {{"AUTH PLAIN\r\n", SAID("334")}, {"*\r\n", GETS("501 ")}, {"NOOP\r\n", GETS("250 ")}}, 2, false},
    {"sasl ends the session", PROTOCOL_SMTP, {{"AUTH PLAIN\r\n", SAID("334")}, {"*\r\n", SAID("421")}, {"NOOP\r\n", GETS("")}}, 2, true},
    {"auth with all in it", PROTOCOL_SMTP, {EHLO(SAID("250")), {"AUTH PLAIN AGEAYg==\r\n", SAID("235")}, DELIVERED}, 3, false},
    {"auth", PROTOCOL_SMTP, {EHLO(GETS("250-")), {"AUTH PLAIN\r\n", GETS("502 ")}}, 2, false},
    {"starttls", PROTOCOL_SMTP, {EHLO(GETS("250-")), {"STARTTLS\r\n", SAID("220")}, EHLO(GETS("")), TLS_BEGINS, MAIL(GETS("503 ")), EHLO(GETS("250-")), DELIVERED}, 3, false},
    {"chunks", PROTOCOL_SMTP, {SENT, {"BDAT 1\r\n", SAID("250")}, {"BDAT 0 LAST\r\n", SAID("250")}, DATA(GETS("503 "))}, 2, false},
    {"vrfy", PROTOCOL_SMTP, {{"VRFY who\r\n", GETS("252 ")}, {"EXPN who\r\n", GETS("550 ")}}, 2, false},
    {"garbage", PROTOCOL_SMTP, {{"\r\n", GETS("500 ")}, {"\xFF\xFE\r\n", GETS("500 ")}, {"NOOP\n", GETS("500 ")}, {"\n", GETS("500 ")}, {"NOOP\r", GETS("500 ")}, {"NOOP", GETS("250 ")}, {"", GETS("500 ")}, {"NOOP\r\n", GETS("250 ")}}, 2, false},
    {"garbage accepted", PROTOCOL_SMTP, {SENT, {"\xFF\n", SAID("250")}, {"", SAID("250")}, {"\r\n", SAID("")}, {"RSET\r\n", SAID("+OK")}, {"RSET\r\n", SAID("2500")}, DATA(GETS("354 ")), TEXT(GETS("250 "))}, 3, false},
    {"lhlo to smtp", PROTOCOL_SMTP, {LHLO(GETS("500 ")), MAIL(GETS("503 "))}, 2, false},
    {"lhlo accepted", PROTOCOL_SMTP, {LHLO(SAID("250")), MAIL(GETS("250 ")), RCPT(GETS("250 ")), RCPT(GETS("250 ")), DATA(GETS("354 ")), TEXT(GETS("250 2.0.0 Message 3 accepted for delivery\r\n250 2.0.0 Message 3"))}, 3, false},
};

static const struct row lmtp_rows[] = {
    {"lmtp", PROTOCOL_LMTP, {LHLO(GETS("250-")), DELIVERED, {"QUIT\r\n", GETS("221 ")}}, 3, true},
    {"ehlo to lmtp", PROTOCOL_LMTP, {EHLO(GETS("500 ")), {"HELO c.example\r\n", GETS("500 ")}, {"LHLO\r\n", GETS("501 ")}, MAIL(GETS("503 "))}, 2, false},
    {"a reply each", PROTOCOL_LMTP, {LHLO(GETS("250-")), MAIL(GETS("250 ")), RCPT(GETS("250 ")), {"RCPT TO:<\r\n", GETS("501 ")}, RCPT(GETS("250 ")), RCPT(SAID("550")), RCPT(SAID("250")), DATA(GETS("354 ")),
        TEXT(GETS("250 2.0.0 Message 3 accepted for delivery\r\n250 2.0.0 Message 3 accepted for delivery\r\n250 2.0.0 Message 3 accepted for delivery\r\n"))}, 3, false},
    {"no recipient", PROTOCOL_LMTP, {LHLO(SAID("250")), MAIL(SAID("250")), RCPT(SAID("550")), DATA(GETS("503 "))}, 2, false},
    {"message refused", PROTOCOL_LMTP, {LHLO(SAID("250")), MAIL(SAID("250")), RCPT(SAID("250")), RCPT(SAID("250")), DATA(SAID("354")), TEXT(SAID("550")), DELIVERED}, 3, false},
};

#define USER(how) {"USER bob\r\n", how}
#define PASS(how) {"PASS x\r\n", how}
#define STAT(how) {"STAT\r\n", how}
#define QUIT(how) {"QUIT\r\n", how}
#define IN        USER(SAID("+OK")), PASS(SAID("+OK"))

static const struct row pop3_rows[] = {
    {"all answered", PROTOCOL_POP3, {USER(GETS("+OK")), PASS(GETS("+OK")), STAT(GETS("+OK 2 ")), {"LIST\r\n", GETS("+OK 2 ")}, {"RETR 2\r\n", GETS("+OK ")}, {"DELE 2\r\n", GETS("+OK")}, QUIT(GETS("+OK"))}, 1, true},
    {"login said", PROTOCOL_POP3, {IN, STAT(GETS("+OK 2 ")), USER(GETS("-ERR"))}, 2, false},
    {"user said", PROTOCOL_POP3, {USER(SAID("+OK")), PASS(GETS("+OK Maildrop"))}, 2, false},
    {"user refused", PROTOCOL_POP3, {USER(SAID("-ERR")), PASS(GETS("-ERR USER must"))}, 2, false},
    {"user refused behind another", PROTOCOL_POP3, {USER(GETS("+OK")), USER(SAID("-ERR")), PASS(GETS("-ERR USER must"))}, 2, false},
    {"pass refused", PROTOCOL_POP3, {USER(GETS("+OK")), PASS(SAID("-ERR")), STAT(GETS("-ERR")), PASS(GETS("-ERR USER must")), USER(GETS("+OK")), PASS(GETS("+OK"))}, 2, false},
    {"user, then capa said", PROTOCOL_POP3, {USER(GETS("+OK")), {"CAPA\r\n", SAID("+OK")}, PASS(GETS("-ERR USER must"))}, 2, false},
    {"pass alone", PROTOCOL_POP3, {PASS(SAID("+OK")), STAT(GETS("+OK 2 "))}, 2, false},
    {"apop", PROTOCOL_POP3, {{"APOP bob x\r\n", SAID("+OK")}, STAT(GETS("+OK 2 "))}, 2, false},
    {"apop refused", PROTOCOL_POP3, {{"APOP bob x\r\n", SAID("-ERR")}, STAT(GETS("-ERR")), {"APOP who x\r\n", GETS("+OK")}}, 2, false},
    {"retr said", PROTOCOL_POP3, {IN, {"RETR 1\r\n", SAID("+OK")}, {"DELE 1\r\n", GETS("+OK")}, QUIT(GETS("+OK"))}, 1, true},
    {"dele said", PROTOCOL_POP3, {IN, {"DELE 1\r\n", SAID("+OK")}, STAT(GETS("+OK 1 ")), QUIT(SAID("+OK"))}, 1, true},
    {"dele refused", PROTOCOL_POP3, {IN, {"DELE 1\r\n", SAID("-ERR")}, STAT(GETS("+OK 2 ")), QUIT(SAID("+OK"))}, 2, true},
    {"no such message deleted", PROTOCOL_POP3, {IN, {"DELE 9\r\n", SAID("+OK")}, {"DELE x\r\n", SAID("+OK")}, STAT(GETS("+OK 2 ")), QUIT(GETS("+OK"))}, 2, true},
    {"rset said", PROTOCOL_POP3, {IN, {"DELE 1\r\n", GETS("+OK")}, {"RSET\r\n", SAID("+OK")}, QUIT(GETS("+OK"))}, 2, true},
    {"rset refused", PROTOCOL_POP3, {IN, {"DELE 1\r\n", GETS("+OK")}, {"RSET\r\n", SAID("-ERR")}, QUIT(GETS("+OK"))}, 1, true},
    {"quit failed", PROTOCOL_POP3, {IN, {"DELE 1\r\n", GETS("+OK")}, QUIT(SAID("-ERR")), STAT(GETS(""))}, 2, true},
    {"quit refused before login", PROTOCOL_POP3, {QUIT(SAID("-ERR")), QUIT(GETS("+OK"))}, 2, true},
    {"odd quit", PROTOCOL_POP3, {IN, {"DELE 1\r\n", GETS("+OK")}, {"QUIT  now\r\n", SAID("+OK")}}, 1, true},
    {"no quit", PROTOCOL_POP3, {IN, {"DELE 1\r\n", GETS("+OK")}}, 2, false},
    {"sasl", PROTOCOL_POP3, {{"AUTH PLAIN\r\n", SAID("+")}, {"QUIT\r\n", SAID("+")}, {"QUIT\r\n", SAID("+OK")}, STAT(GETS("+OK 2 ")), USER(GETS("-ERR"))}, 2, false},
    {"sasl refused", PROTOCOL_POP3, {{"AUTH PLAIN\r\n", SAID("+")}, {"QUIT\r\n", SAID("-ERR")}, STAT(GETS("-ERR")), USER(GETS("+OK"))}, 2, false},
    {"sasl not gone on with", PROTOCOL_POP3, {{"AUTH PLAIN\r\n", SAID("+")}, {"QUIT\r\n", GETS("-ERR")}, USER(GETS("+OK"))}, 2, false},
    {"auth with all in it", PROTOCOL_POP3, {{"AUTH PLAIN AGEAYg==\r\n", SAID("+OK")}, STAT(GETS("+OK 2 "))}, 2, false},
    {"list of mechanisms", PROTOCOL_POP3, {{"AUTH\r\n", SAID("+OK")}, STAT(GETS("-ERR")), USER(GETS("+OK"))}, 2, false},
    {"unknown login", PROTOCOL_POP3, {{"XTICKET x\r\n", SAID("+OK")}, {"CAPA\r\n", GETS("+OK")}, {"DELE 1\r\n", GETS("+OK")}, USER(GETS("-ERR")), QUIT(GETS("+OK"))}, 1, true},
    {"unknown, then a login", PROTOCOL_POP3, {{"LANG *\r\n", SAID("+OK")}, USER(GETS("+OK")), PASS(GETS("+OK")), STAT(GETS("+OK 2 "))}, 2, false},
    {"unknown, then dele said", PROTOCOL_POP3, {{"XTICKET x\r\n", SAID("+OK")}, {"DELE 1\r\n", SAID("+OK")}, QUIT(SAID("+OK"))}, 1, true},
    {"unknown refused", PROTOCOL_POP3, {{"XTICKET x\r\n", SAID("-ERR")}, STAT(GETS("-ERR"))}, 2, false},
    {"auth", PROTOCOL_POP3, {{"AUTH PLAIN\r\n", GETS("-ERR")}, {"STLS\r\n", GETS("-ERR")}}, 2, false},
    {"garbage", PROTOCOL_POP3, {{"\r\n", GETS("-ERR")}, {"\xFF\r\n", GETS("-ERR")}, {"CAPA\n", GETS("-ERR")}, {"\n", GETS("-ERR")}, {"", GETS("-ERR")}, {"CAPA\r\n", GETS("+OK")}, {"\xFF\n", SAID("+OK")}, {"", SAID("+OK")}, {"\r\n", SAID("")}}, 2, false},
};
// clang-format on

/* ---- rows ---- */

static void check_row(const struct row *row)
{
    struct world world;
    world_open(&world, NULL, "bob");
    struct responder_talk *talk = begin(&world, row->protocol);
    UNIT_ROW(row->name,
             bytes_starts(buf_bytes(&world.out), row->protocol == PROTOCOL_POP3 ? "+OK " : "220 "));
    for (size_t i = 0; row->exchanges[i].unit != NULL; i++) {
        const struct exchange *exchange = &row->exchanges[i];
        if (exchange->noted == tls_begins) {
            struct tls_facts facts = {.secured = true};
            UNIT_ROW(row->name, world.responder.wants_tls(talk));
            world.responder.secured(talk, &facts);
        } else if (exchange->noted != NULL) {
            note(&world, talk, exchange->unit, exchange->noted);
        } else {
            UNIT_ROW(row->name, answers(&world, talk, exchange->unit, exchange->answer));
        }
    }
    UNIT_ROW(row->name, world.responder.is_over(talk) == row->over);
    world.responder.end(&talk);
    UNIT_ROW(row->name, talk == NULL);
    UNIT_ROW(row->name, count_messages(&world) == row->message_count);
    world_close(&world);
}

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check_row(&rows[i]);
    }
}

static void test_smtp(void)
{
    check_rows(smtp_rows, sizeof smtp_rows / sizeof smtp_rows[0]);
}

static void test_lmtp(void)
{
    check_rows(lmtp_rows, sizeof lmtp_rows / sizeof lmtp_rows[0]);
}

static void test_pop3(void)
{
    check_rows(pop3_rows, sizeof pop3_rows / sizeof pop3_rows[0]);
}

/* ---- what is offered to a client that insists on TLS ---- */

static void check_clear_offer(const struct program *program, const char *expected)
{
    struct clock clock = clock_from_set(&clock_now);
    struct responder responder = conforming_responder(&clock, NULL);
    struct responder_wish wish = {.program = program, .starttls = true};
    struct world world = {.responder = responder, .room = responder.open(responder.self, &wish)};
    struct responder_talk *talk = begin(&world, PROTOCOL_SMTP);
    struct tls_facts facts = {.secured = true};
    CU_ASSERT(answers(&world, talk, "EHLO c.example\r\n", expected));
    CU_ASSERT(bytes_ends(buf_bytes(&world.out), "250 STARTTLS\r\n"));
    note(&world, talk, "STARTTLS\r\n", "220");
    responder.secured(talk, &facts);
    CU_ASSERT(
        answers(&world, talk, "EHLO c.example\r\n", "250-mx.example.test\r\n250-PIPELINING\r\n"));
    responder.end(&talk);
    world_close(&world);
}

/* It has to forget what it is told in clear text: there is nothing, unless the dialogue is about that. */
static void test_starttls_alone(void)
{
    static const struct step wait = {.kind = STEP_WAIT, .connection = 1};
    static const struct step tls = {.kind = STEP_TLS, .connection = 1};
    const struct program about_mail = {.steps = &wait, .step_count = 1};
    const struct program about_tls = {.steps = &tls, .step_count = 1};
    const struct program nothing = {.id = "probe"};
    check_clear_offer(&about_mail, "250-mx.example.test\r\n250 STARTTLS\r\n");
    check_clear_offer(&about_tls, "250-mx.example.test\r\n250-PIPELINING\r\n");
    check_clear_offer(&nothing, "250-mx.example.test\r\n250-PIPELINING\r\n");
}

/* ---- conversations of one room ---- */

static void say_mail(struct world *world, struct responder_talk *talk)
{
    note(world, talk, "EHLO c.example\r\n", "250");
    note(world, talk, "MAIL FROM:<a@b.example>\r\n", "250");
    note(world, talk, "RCPT TO:<who@b.example>\r\n", "250");
    note(world, talk, "DATA\r\n", "354");
}

static void test_mail_is_fetched(void)
{
    struct world world;
    world_open(&world, NULL, "bob");
    struct responder_talk *talk = begin(&world, PROTOCOL_SMTP);
    say_mail(&world, talk);
    note(&world, talk, "Subject: new\r\n\r\nbare\nline\r\n..dot\r\n.\r\n", "250");
    world.responder.end(&talk);
    CU_ASSERT(bytes_starts(message(&world, 3), "Return-Path: <a@b.example>\r\nReceived: from c."));
    CU_ASSERT(bytes_ends(message(&world, 3), "Subject: new\r\n\r\nbare\r\nline\r\n.dot\r\n"));
    talk = begin(&world, PROTOCOL_POP3);
    note(&world, talk, "USER who\r\n", "+OK");
    note(&world, talk, "PASS who\r\n", "+OK");
    CU_ASSERT(answers(&world, talk, "STAT\r\n", "+OK 3 "));
    CU_ASSERT(answers(&world, talk, "RETR 3\r\n", "+OK "));
    CU_ASSERT(bytes_ends(buf_bytes(&world.out), "bare\r\nline\r\n..dot\r\n.\r\n"));
    world.responder.end(&talk);
    world_close(&world);
}

/* The maildrop is open in one session at a time, until that one vanishes. */
static void test_lock(void)
{
    struct world world;
    world_open(&world, NULL, "bob");
    struct responder_talk *first = begin(&world, PROTOCOL_POP3);
    struct responder_talk *second = begin(&world, PROTOCOL_POP3);
    note(&world, first, "APOP bob x\r\n", "+OK");
    CU_ASSERT(answers(&world, first, "DELE 1\r\n", "+OK"));
    CU_ASSERT(answers(&world, second, "APOP bob x\r\n", "-ERR [IN-USE]"));
    world.responder.end(&first);
    CU_ASSERT(answers(&world, second, "APOP bob x\r\n", "+OK Maildrop has 2 "));
    world.responder.end(&second);
    world_close(&world);
}

/* Who was told that it is in, is in, also where the maildrop is open elsewhere. */
static void test_told_in_spite_of_lock(void)
{
    struct world world;
    world_open(&world, NULL, "bob");
    struct responder_talk *first = begin(&world, PROTOCOL_POP3);
    struct responder_talk *second = begin(&world, PROTOCOL_POP3);
    struct responder_talk *third = begin(&world, PROTOCOL_POP3);
    CU_ASSERT(answers(&world, first, "APOP bob x\r\n", "+OK"));
    note(&world, second, "APOP bob x\r\n", "+OK");
    CU_ASSERT(answers(&world, second, "DELE 1\r\n", "+OK"));
    CU_ASSERT(answers(&world, second, "QUIT\r\n", "+OK"));
    CU_ASSERT(answers(&world, third, "APOP bob x\r\n", "-ERR [IN-USE]"));
    CU_ASSERT(answers(&world, first, "RETR 1\r\n", "+OK"));
    CU_ASSERT(answers(&world, first, "DELE 1\r\n", "+OK"));
    CU_ASSERT(answers(&world, first, "QUIT\r\n", "+OK"));
    world.responder.end(&second);
    world.responder.end(&first);
    world.responder.end(&third);
    CU_ASSERT(count_messages(&world) == 1);
    world_close(&world);
}

/* Any number of clients, and they leave in any order. */
static void test_many_talks(void)
{
    enum { TALKS = 130 };
    struct responder_talk *talks[TALKS];
    struct world world;
    size_t refused = 0;
    world_open(&world, NULL, "bob");
    for (size_t i = 0; i < TALKS; i++) {
        talks[i] = begin(&world, (enum protocol)(i % PROTOCOL_COUNT));
        refused += world.responder.is_over(talks[i]);
        CU_ASSERT(world.out.n > 0);
    }
    CU_ASSERT(refused == 30);
    CU_ASSERT(answers(&world, talks[TALKS - 1], "NOOP\r\n", ""));
    note(&world, talks[TALKS - 1], "QUIT\r\n", "+OK");
    for (size_t i = 0; i < TALKS; i += 2) {
        world.responder.end(&talks[i]);
    }
    struct responder_talk *late = begin(&world, PROTOCOL_SMTP);
    CU_ASSERT(!world.responder.is_over(late));
    world.responder.end(&late);
    for (size_t i = 1; i < TALKS; i += 2) {
        world.responder.end(&talks[TALKS - i]);
    }
    world_close(&world);
}

/* ---- hostile sizes ---- */

static const enum protocol protocols[] = {PROTOCOL_SMTP, PROTOCOL_LMTP, PROTOCOL_POP3};

static void test_long_lines(void)
{
    struct buf line = {0};
    buf_append_fill(&line, 'x', (size_t)1024 * 1024);
    buf_append_text(&line, "\r\n");
    for (size_t i = 0; i < sizeof protocols / sizeof protocols[0]; i++) {
        bool is_pop3 = protocols[i] == PROTOCOL_POP3;
        struct world world;
        world_open(&world, NULL, "bob");
        struct responder_talk *talk = begin(&world, protocols[i]);
        struct bytes got = answer(&world, talk, buf_bytes(&line));
        CU_ASSERT(bytes_starts(got, is_pop3 ? "-ERR Line too long" : "500 5.5.2 Line too long"));
        world.responder.note(talk, buf_bytes(&line), is_pop3 ? "+OK" : "250");
        world.responder.note(talk, buf_bytes(&line), is_pop3 ? "-ERR" : "500");
        CU_ASSERT(
            answers(&world, talk, is_pop3 ? "CAPA\r\n" : "NOOP\r\n", is_pop3 ? "+OK" : "250"));
        world.responder.end(&talk);
        world_close(&world);
    }
    buf_deinit(&line);
}

static void test_nul(void)
{
    for (size_t i = 0; i < sizeof protocols / sizeof protocols[0]; i++) {
        bool is_pop3 = protocols[i] == PROTOCOL_POP3;
        struct world world;
        world_open(&world, NULL, "bob");
        struct responder_talk *talk = begin(&world, protocols[i]);
        struct bytes got = answer(&world, talk, BYTES_LIT("NO\0OP\r\n"));
        CU_ASSERT(bytes_starts(got, is_pop3 ? "-ERR Invalid" : "500 5.5.2 Invalid"));
        world.responder.note(talk, BYTES_LIT("MAIL FROM:<a\0b@c>\r\n"), is_pop3 ? "+OK" : "250");
        world.responder.note(talk, BYTES_LIT("RCPT TO:<a\0b@c>\r\n"), is_pop3 ? "+OK" : "250");
        world.responder.note(talk, BYTES_LIT("EHLO \0\r\n"), is_pop3 ? "+OK" : "250");
        world.responder.note(talk, BYTES_LIT("\0\r\n"), is_pop3 ? "+OK" : "250");
        world.responder.note(talk, BYTES_LIT("USER \0\r\n"), is_pop3 ? "+OK" : "250");
        world.responder.note(talk, BYTES_LIT("APOP \0\r\n"), is_pop3 ? "+OK" : "250");
        CU_ASSERT(
            answers(&world, talk, is_pop3 ? "STAT\r\n" : "NOOP\r\n", is_pop3 ? "+OK" : "250"));
        world.responder.end(&talk);
        world_close(&world);
    }
}

/* One unit of 8 MiB, there and back, whoever answers it. */
static void test_large_message(void)
{
    struct world world;
    struct buf content = {0};
    struct buf data = {0};
    buf_append_text(&content, "Subject: large\r\n\r\n");
    while (content.n < (size_t)8 * 1024 * 1024) {
        buf_append_text(&content, ".a line that begins with a dot, and is long enough\r\n");
    }
    smtp_data_stuff(&data, buf_bytes(&content));
    world_open(&world, NULL, "bob");
    for (size_t said = 0; said < 2; said++) {
        struct responder_talk *talk = begin(&world, PROTOCOL_SMTP);
        say_mail(&world, talk);
        if (said == 0) {
            CU_ASSERT(bytes_starts(answer(&world, talk, buf_bytes(&data)), "250 "));
        } else {
            world.responder.note(talk, buf_bytes(&data), "250");
        }
        CU_ASSERT(answers(&world, talk, "NOOP\r\n", "250 "));
        world.responder.end(&talk);
        struct bytes kept = message(&world, 3 + said);
        CU_ASSERT(kept.n > content.n);
        CU_ASSERT(bytes_equal(bytes_skip(kept, kept.n - content.n), buf_bytes(&content)));
    }
    struct responder_talk *talk = begin(&world, PROTOCOL_POP3);
    CU_ASSERT(answers(&world, talk, "APOP bob x\r\n", "+OK Maildrop has 4 "));
    struct bytes got = answer(&world, talk, BYTES_LIT("RETR 4\r\n"));
    CU_ASSERT(got.n > data.n && bytes_ends(got, "long enough\r\n.\r\n"));
    CU_ASSERT(bytes_equal(bytes_skip(got, got.n - data.n), buf_bytes(&data)));
    world.responder.end(&talk);
    world_close(&world);
    buf_deinit(&content);
    buf_deinit(&data);
}

/* The store takes only so much, whatever the dialogue says. */
static void test_full_maildrop(void)
{
    struct world world;
    struct buf data = {0};
    buf_append_fill(&data, 'x', (size_t)20 * 1024 * 1024);
    buf_append_text(&data, "\r\n.\r\n");
    world_open(&world, NULL, "bob");
    struct responder_talk *talk = begin(&world, PROTOCOL_SMTP);
    for (size_t i = 0; i < 5; i++) {
        say_mail(&world, talk);
        world.responder.note(talk, buf_bytes(&data), "250");
    }
    CU_ASSERT(count_messages(&world) == 5);
    say_mail(&world, talk);
    CU_ASSERT(bytes_starts(answer(&world, talk, buf_bytes(&data)), "452 "));
    CU_ASSERT(answers(&world, talk, "NOOP\r\n", "250 "));
    world.responder.end(&talk);
    world_close(&world);
    buf_deinit(&data);
}

/* ---- whatever comes ---- */

static unsigned next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)(*state >> 33);
}

/* Any unit, any code, any order: the room holds, and its conversations end. */
static void test_random_walk(void)
{
    static const char *const units[] = {
        "EHLO c.example\r\n",
        "LHLO c.example\r\n",
        "HELO -\r\n",
        "MAIL FROM:<a@b.example>\r\n",
        "MAIL FROM:<> X=Y\r\n",
        "RCPT TO:<a@b.example>\r\n",
        "RCPT TO:<\r\n",
        "DATA\r\n",
        "x\r\n.\r\n",
        "unfinished",
        "RSET\r\n",
        "STARTTLS\r\n",
        "BDAT 1 LAST\r\n",
        "QUIT\r\n",
        "*\r\n",
        "\n",
        "",
        "USER bob\r\n",
        "PASS x\r\n",
        "APOP bob x\r\n",
        "AUTH PLAIN\r\n",
        "XTICKET\r\n",
        "STAT\r\n",
        "UIDL\r\n",
        "RETR 1\r\n",
        "DELE 1\r\n",
    };
    static const char *const codes[] = {"250", "354", "334",  "235", "421", "221",  "451",
                                        "550", "+OK", "-ERR", "+",   "",    "9999", "2 0"};
    enum { TALKS = 6, STEPS = 60000 };
    struct responder_talk *talks[TALKS] = {NULL};
    uint64_t state = 1;
    struct world world;
    world_open(&world, NULL, "bob");
    for (size_t i = 0; i < STEPS; i++) {
        size_t t = next_random(&state) % TALKS;
        const char *unit = units[next_random(&state) % (sizeof units / sizeof units[0])];
        const char *code = codes[next_random(&state) % (sizeof codes / sizeof codes[0])];
        if (talks[t] == NULL) {
            talks[t] = begin(&world, (enum protocol)(next_random(&state) % PROTOCOL_COUNT));
        } else if (next_random(&state) % 40 == 0) {
            world.responder.end(&talks[t]);
        } else if (next_random(&state) % 2 == 0) {
            note(&world, talks[t], unit, code);
        } else {
            answer(&world, talks[t], bytes_of(unit));
            CU_ASSERT(world.out.n == 0 || bytes_ends(buf_bytes(&world.out), "\r\n"));
        }
    }
    for (size_t t = 0; t < TALKS; t++) {
        world.responder.end(&talks[t]);
    }
    world_close(&world);
}

static const struct unit_test tests[] = {
    {"smtp",                       test_smtp                 },
    {"lmtp",                       test_lmtp                 },
    {"starttls alone",             test_starttls_alone       },
    {"pop3",                       test_pop3                 },
    {"mail is fetched",            test_mail_is_fetched      },
    {"lock",                       test_lock                 },
    {"told in in spite of a lock", test_told_in_spite_of_lock},
    {"many talks",                 test_many_talks           },
    {"long lines",                 test_long_lines           },
    {"nul",                        test_nul                  },
    {"large message",              test_large_message        },
    {"full maildrop",              test_full_maildrop        },
    {"random walk",                test_random_walk          },
};

UNIT_MAIN("cli_conforming", tests)
