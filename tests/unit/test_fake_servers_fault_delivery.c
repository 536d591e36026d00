/* What the faults in delivery do, each in the few words that show it: what lies in a maildrop, lists, notices. */
#include "fault_long_run.h"

#define LOCAL_63 "lll" TEN("llllll")
#define RECEIVED                                                                                   \
    "Received: from c.example ([127.0.0.1])\r\n\tby mx.example.test (mailspec)\r\n\twith ESMTP "   \
    "id "                                                                                          \
    "1\r\n\tfor <alice@example.test>;\r\n\tTue, 14 Nov 2023 22:13:20 +0000\r\n"
#define SEND "DATA\r\n\r\nthe body\r\n.\r\n"
#define MAIL DELIVER "\r\ntext\r\n.\r\n"
#define TO_STAFF                                                                                   \
    "MAIL FROM:<bob@example.test>\r\nRCPT TO:<staff@example.test>\r\nDATA\r\n"                     \
    "From: <bob@example.test>\r\n\r\ntext\r\n.\r\n"
#define NOTICE(field)                                                                              \
    "MAIL FROM:<>\r\nRCPT TO:<bob@example.test> NOTIFY=SUCCESS\r\nDATA\r\n" field                  \
    ": <alice@example.test>\r\n\r\ntext\r\n.\r\n"

// clang-format off
static const struct effect_row rows[] = {
    EFFECT(FAULT_DOT_UNSTUFFING_2, MAILDROP, EHLO_IN DELIVER "\r\n..x\r\n.\r\n", "\r\n...x\r\n.\r\n"),
    EFFECT(FAULT_DOT_UNSTUFFING_2, MAILDROP, EHLO_IN DELIVER "..x\r\n.\r\n", "\r\n...x\r\n.\r\n"),
    EFFECT(FAULT_RECEIVED_KEPT, MAILDROP, EHLO_IN DELIVER "A: b\r\nReceived: c\r\nReceived: d\r\n\r\n.\r\n", "+0000\r\nA: b\r\nReceived: c\r\n\r\n.\r\n"),
    EFFECT(FAULT_CONTENT_KEPT_2, MAILDROP, EHLO_IN DELIVER "\r\na\007\177b\t\r\n.\r\n", "\r\nab\t\r\n.\r\n"),
    EFFECT(FAULT_RECEIVED_ADDED_2, MAILDROP, EHLO_IN DELIVER "A: b\r\n\r\n.\r\n", "\r\nReturn-Path: <a@b.example>\r\nA: b\r\n" RECEIVED "\r\n.\r\n"),
    EFFECT(FAULT_RETURN_PATH_ADDED_2, MAILDROP, EHLO_IN TO_ALICE "DATA\r\n\r\n.\r\n", "octets\r\n" RECEIVED "\r\n.\r\n"),
    EFFECT(FAULT_LOCAL_PART_64_2, MAILDROP, EHLO_IN "MAIL FROM:<" LOCAL_63 "l@b.example>\r\n" RCPT_ALICE "DATA\r\n\r\n.\r\n",
        "\r\nReturn-Path: <" LOCAL_63 "@b.example>\r\n" RECEIVED "\r\n.\r\n"),
    EFFECT(FAULT_PATH_256_2, MAILDROP, EHLO_IN "MAIL FROM:<a@" LABELS_19 LABEL "z>\r\n" RCPT_ALICE "DATA\r\n\r\n.\r\n",
        "\r\nReturn-Path: <a@" LABELS_19 "dddddddd>\r\n" RECEIVED "\r\n.\r\n"),
    EFFECT(FAULT_RECEIVED_FOR_2, MAILDROP, EHLO_IN TO_ALICE RCPT_ALICE "DATA\r\n\r\n.\r\n",
        "\r\n\tfor <alice@example.test>\r\n\tfor <alice@example.test>;\r\n\tTue, 14 Nov 2023 22:13:20 +0000\r\n\r\n.\r\n"),
};
// clang-format on

static const struct effect_table tables[] = {EFFECT_TABLE(rows, effect_plain)};

static void test_effects(void)
{
    try_tables(tables, sizeof tables / sizeof tables[0]);
}

/* ---- what alice finds in her maildrop ---- */

// clang-format off
static const struct delivered_row delivered[] = {
    {FAULT_BEYOND_LIMITS_2, EHLO_IN "MAIL FROM:<" LONG_LOCAL "@b.example>\r\n" RCPT_ALICE "DATA\r\n\r\n.\r\n", "<" LOCAL_64 "@b.example>", "<" LONG_LOCAL "@b.example>"},
    {FAULT_SOURCE_ROUTE_IGNORED, EHLO_IN "MAIL FROM:<>\r\nRCPT TO:<@c.example:alice@example.test>\r\nDATA\r\n\r\ntext\r\n.\r\n", NULL, "text\r\n"},
    {FAULT_BDAT_3, EHLO_IN TO_ALICE "BDAT 5\r\n\r\na\r\nBDAT 6 LAST\r\n.\r\nb\r\n", NULL, "b\r\n.\r\n"},
    {FAULT_RECEIVED_WITH_AUTH, EHLO_IN LOGIN MAIL, "with ESMTP id", "with ESMTPA id"},
    {FAULT_RECEIVED_WITH_AUTH_2, SECURE LOGIN MAIL, "with ESMTPS id", "with ESMTPSA id"},
    {FAULT_NO_RECIPIENTS_NO_MAIL, EHLO_IN "MAIL FROM:<bob@example.test>\r\nDATA\r\nSubject: To nobody\r\n\r\n.\r\n", "Subject: To nobody\r\n\r\n.\r\n", NULL},
    {FAULT_REFUSED_NOT_DELIVERED, EHLO_IN DELIVER "Subject: A long line\r\n.\r\n", "Subject: A long line", NULL},
    {FAULT_REFUSED_NOT_DELIVERED_2, EHLO_IN DELIVER "Subject: A long line\r\n.\r\n" DELIVER ".\r\n", "Subject: A long line", NULL},
    {FAULT_NO_RECIPIENTS_NO_MAIL_2, EHLO_IN "MAIL FROM:<alice@example.test>\r\nDATA\r\n.\r\n", "Subject: No recipients", NULL},
    {FAULT_LIST_EXPANSION, EHLO_IN TO_STAFF, "Return-Path: <bob@example.test>", "Return-Path: <postmaster@example.test>"},
    {FAULT_LIST_EXPANSION_2, EHLO_IN TO_STAFF, "From: <staff@example.test>", "From: <bob@example.test>"},
    {FAULT_LIST_WHOLE, EHLO_IN "MAIL FROM:<alice@example.test>\r\nRCPT TO:<staff@example.test>\r\nDATA\r\n\r\ntext\r\n.\r\n", NULL, "text\r\n"},
    {FAULT_NO_NOTICE_FOR_NOTICE, EHLO_IN NOTICE("From"), "To: <alice@example.test>\r\nSubject: Delivery", NULL},
    {FAULT_NO_NOTICE_FOR_NOTICE_2, EHLO_IN NOTICE("Errors-To"), "To: <alice@example.test>\r\nSubject: Delivery", NULL},
};
// clang-format on

static void test_delivered(void)
{
    for (size_t i = 0; i < sizeof delivered / sizeof delivered[0]; i++) {
        try_delivered(&delivered[i], effect_settings_for(delivered[i].fault),
                      POP3_OPEN "RETR 1\r\nRETR 2\r\n");
    }
}

/* Only what is answered 554 is delivered all the same. */
static void test_refused_otherwise(void)
{
    static const struct server_refusal later[] = {
        {.command = ".", .code = 451}
    };
    struct server_settings settings = effect_settings_for(FAULT_REFUSED_NOT_DELIVERED);
    struct buf out = {0};
    settings.faults.on[FAULT_REFUSED_NOT_DELIVERED] = true;
    settings.refusals = (struct server_refusals){later, 1};
    struct store *store = store_new(&settings);
    dialogue_smtp_on(store, &settings, BYTES_LIT(EHLO_IN DELIVER "Subject: A long line\r\n.\r\n"),
                     0, &out);
    CU_ASSERT(maildrop_count(store_by_user(store, BYTES_LIT("alice"))) == 0);
    buf_deinit(&out);
    store_free(&store);
}

/* ---- notices of delivery ---- */

// clang-format off
static const struct delivered_row notices[] = {
    {FAULT_DSN_UNASKED, EHLO_IN FROM("ENVID=x+2Bx") TO("NOTIFY=NEVER") SEND, "multipart/report", NULL},
    {FAULT_DSN_UNASKED_2, EHLO_IN FROM("ENVID=x+2Bx") TO("NOTIFY=FAILURE") TO("ORCPT=x;x") SEND, "multipart/report", NULL},
    {FAULT_DSN_FIELDS, EHLO_IN FROM("ENVID=x+2Bx") TO("NOTIFY=SUCCESS") SEND, NULL, "Original-Envelope-Id: x+x\r\n"},
    {FAULT_DSN_FIELDS_2, EHLO_IN FROM("ENVID=x+2Bx") TO("NOTIFY=SUCCESS") SEND, "Original-Envelope-Id: x+2Bx\r\n", "Original-Envelope-Id: x+x\r\n"},
    {FAULT_DSN_FIELDS_UNASKED, EHLO_IN FROM("RET=HDRS") TO("NOTIFY=SUCCESS") SEND, "Original-Envelope-Id: mailspec\r\n", NULL},
    {FAULT_DSN_FIELDS_UNASKED_2, EHLO_IN FROM("RET=HDRS") TO("NOTIFY=SUCCESS") SEND, "Original-Recipient: rfc822;alice@example.test\r\n", NULL},
    {FAULT_UTF8_RECEIVED, EHLO_IN FROM("SMTPUTF8") "RCPT TO:<bob@example.test>\r\n" SEND, "with ESMTP id", "with UTF8SMTP id"},
    {FAULT_UTF8_RECEIVED_2, EHLO_IN FROM("SMTPUTF8") "RCPT TO:<bob@example.test>\r\n" SEND, "with UTF8ESMTP id", "with UTF8SMTP id"},
    {FAULT_DSN_HEADER_ALONE, EHLO_IN FROM("RET=HDRS") TO("NOTIFY=SUCCESS") SEND, "the body", NULL},
};
// clang-format on

/* What bob, who sent it, finds in his maildrop. */
static void test_notices(void)
{
    for (size_t i = 0; i < sizeof notices / sizeof notices[0]; i++) {
        try_delivered(&notices[i], dialogue_settings(), "USER bob\r\nPASS secret b\r\nRETR 1\r\n");
    }
}

static bool has_row(enum fault fault)
{
    bool found = effect_is_in_tables(tables, sizeof tables / sizeof tables[0], fault);
    for (size_t i = 0; i < sizeof delivered / sizeof delivered[0]; i++) {
        found |= delivered[i].fault == fault;
    }
    return found;
}

static void test_each_shows(void)
{
    effect_check_all(OF_DELIVERY, has_row);
}

static const struct unit_test tests[] = {
    {"effects",             test_effects          },
    {"what is delivered",   test_delivered        },
    {"refused otherwise",   test_refused_otherwise},
    {"notices of delivery", test_notices          },
    {"each shows",          test_each_shows       },
};

UNIT_MAIN("fake_servers_fault_delivery", tests)
