/* What the faults of fault_names_smtp_rest.h do, each in the few words that show it. */
#include "fault_effects.h"

#define NOBODY  "eABhbGljZQBzZWNyZXQtYQ==" /* x\\0alice\\0secret-a */
#define NOTHING "wq0AYWxpY2UAc2VjcmV0LWE=" /* U+00AD\\0alice\\0secret-a */
#define LOGIN   "AUTH PLAIN " ALICE "\r\n"
#define BEGIN   "AUTH PLAIN\r\n"
#define NO_LINE "The response is not base64\r\n"
#define SENDER  "250 2.1.0 Sender OK\r\n"
#define FIRST   "Begin TLS first, by STARTTLS\r\n"
#define FROM_64 "+61+61" TEN("+61+61+61+61+61+61") "+61+61@b.example"
#define SECURE  "STARTTLS\r\n" EHLO_IN

// clang-format off
static const struct effect_row rows[] = {
    EFFECT(FAULT_AUTH_501_CODES, SMTP, EHLO_IN BEGIN "x\r\nAUTH CRAM-MD5 " NAME "\r\n", "501 5.5.2 " NO_LINE "501 5.5.4 This mechanism begins with a challenge\r\n"),
    EFFECT(FAULT_AUTH_501_CODES_2, SMTP, EHLO_IN "AUTH CRAM-MD5 " NAME "\r\n" BEGIN "x\r\n", "501 5.7.0 This mechanism begins with a challenge\r\n334 \r\n501 5.7.8 " NO_LINE),
    EFFECT(FAULT_AUTH_IDENTITY, SMTP, EHLO_IN "AUTH PLAIN " NOBODY "\r\n", YES),
    EFFECT(FAULT_AUTH_IDENTITY_2, SMTP, EHLO_IN "AUTH PLAIN " NOBODY "\r\nAUTH PLAIN " NOTHING "\r\n", REFUSED YES),
    EFFECT(FAULT_AUTH_MECHANISM_NAMES, SMTP, EHLO_IN, "250-AUTH PLAIN,LOGIN,CRAM-MD5\r\n250 STARTTLS\r\n"),
    EFFECT(FAULT_AUTH_MECHANISM_NAMES_2, SMTP, EHLO_IN, "250-AUTH PLAIN LOGIN CRAM-MD5 MAILSPEC-OWN-TOKEN-2026\r\n250 STARTTLS\r\n"),
    EFFECT(FAULT_AUTH_PARAMETER_LENGTH, SMTP, EHLO_IN "MAIL FROM:<> AUTH=" TEN(FROM_64) "\r\nNOOP " TEN(TEN("xxxxxx")) "\r\n", "500 5.5.2 Line too long: at most 512 octets with CRLF\r\n" OK),
    EFFECT(FAULT_AUTH_PARAMETER_LENGTH_2, SMTP, EHLO_IN "MAIL FROM:<> AUTH=" FROM_64 "." TEN("+61+61+61") "\r\nMAIL FROM:<> AUTH=" FROM_64 "\r\n", "501 5.5.4 AUTH must come once, with a value that it allows\r\n" SENDER),
    EFFECT(FAULT_AUTH_REQUIRED_CODE, SMTP, EHLO_IN "NOOP\r\nMAIL FROM:<>\r\n", OK "550 5.7.1 Authentication required\r\n"),
    EFFECT(FAULT_AUTH_REQUIRED_CODE_2, SMTP, EHLO_IN "MAIL FROM:<>\r\nNOOP\r\n" LOGIN "NOOP\r\n", "530 5.7.0 Authentication required\r\n530 5.7.0 Authentication required\r\n" YES OK),
    EFFECT(FAULT_TLS_REQUIRED, SMTP, EHLO_IN "NOOP\r\nRSET\r\nMAIL FROM:<>\r\n", OK "530 5.7.0 " FIRST "550 5.7.1 " FIRST),
    EFFECT(FAULT_TLS_REQUIRED_2, SMTP, EHLO_IN "MAIL FROM:<>\r\nNOOP\r\nSTARTTLS\r\nNOOP\r\n", "530 5.7.0 " FIRST "530 5.7.0 " FIRST READY OK),
};
// clang-format on

static struct server_settings settings_for(enum fault fault)
{
    static const struct server_mechanisms mechanisms = {
        {SASL_PLAIN, SASL_LOGIN, SASL_CRAM_MD5},
        3
    };
    struct server_settings settings = dialogue_settings();
    settings.auth = mechanisms;
    settings.starttls = true;
    settings.mail_needs_auth =
        fault == FAULT_AUTH_REQUIRED_CODE || fault == FAULT_AUTH_REQUIRED_CODE_2;
    settings.mail_needs_tls = fault == FAULT_TLS_REQUIRED || fault == FAULT_TLS_REQUIRED_2;
    return settings;
}

static void test_effects(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        try_effect(&rows[i], settings_for(rows[i].fault));
    }
}

// clang-format off
/* What stands behind a response of 13000 octets. */
static const struct effect_row behind_long[] = {
    EFFECT(FAULT_AUTH_500_CODE, SMTP, "\r\nNOOP\r\n", "500 5.5.2 Authentication exchange line is too long\r\n" OK),
    EFFECT(FAULT_AUTH_RESPONSE_TOO_LONG, SMTP, "\r\n" ALICE "\r\n", "334 \r\n334 \r\n" YES),
    EFFECT(FAULT_AUTH_RESPONSE_TOO_LONG_2, SMTP, "\r\n" ALICE "\r\n", "500 5.5.6 Authentication exchange line is too long\r\n" YES),
};
// clang-format on

static void test_behind_long_response(void)
{
    enum { OCTETS = 13000 };
    for (size_t i = 0; i < sizeof behind_long / sizeof behind_long[0]; i++) {
        struct effect_row row = behind_long[i];
        struct buf input = {0};
        buf_append_text(&input, EHLO_IN BEGIN);
        buf_append_fill(&input, 'A', OCTETS);
        buf_append(&input, row.input);
        row.input = buf_bytes(&input);
        try_effect(&row, settings_for(row.fault));
        buf_deinit(&input);
    }
}

/* ---- what is delivered ---- */

#define MAIL DELIVER "\r\ntext\r\n.\r\n"

static const struct delivered_row {
    enum fault fault;
    const char *input;
    const char *with;    /* stands in the maildrop of alice with the fault, and not without it */
    const char *without; /* the other way round */
} delivered[] = {
    {FAULT_RECEIVED_WITH_AUTH,   EHLO_IN LOGIN MAIL, "with ESMTP id",  "with ESMTPA id" },
    {FAULT_RECEIVED_WITH_AUTH_2, SECURE LOGIN MAIL,  "with ESMTPS id", "with ESMTPSA id"},
};

static void fetch(const struct delivered_row *row, bool faulty, struct buf *out)
{
    struct server_settings settings = settings_for(row->fault);
    settings.faults.on[row->fault] = faulty;
    struct store *store = store_new(&settings);
    struct buf replies = {0};
    dialogue_smtp_on(store, &settings, bytes_of(row->input), 0, &replies);
    dialogue_pop3_on(store, &settings, bytes_of(POP3_OPEN "RETR 1\r\n"), 0, out);
    buf_deinit(&replies);
    store_free(&store);
}

static bool holds(const struct buf *out, const char *text)
{
    return bytes_find(buf_bytes(out), bytes_of(text), 0) != BYTES_NONE;
}

static void test_delivered(void)
{
    for (size_t i = 0; i < sizeof delivered / sizeof delivered[0]; i++) {
        const struct delivered_row *row = &delivered[i];
        const char *name = fault_at(row->fault)->name;
        struct buf honest = {0};
        struct buf faulty = {0};
        fetch(row, false, &honest);
        fetch(row, true, &faulty);
        UNIT_ROW(name, holds(&faulty, row->with) && !holds(&honest, row->with));
        UNIT_ROW(name, holds(&honest, row->without) && !holds(&faulty, row->without));
        buf_deinit(&honest);
        buf_deinit(&faulty);
    }
}

static bool has_row(enum fault fault)
{
    bool found = false;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        found |= rows[i].fault == fault;
    }
    for (size_t i = 0; i < sizeof behind_long / sizeof behind_long[0]; i++) {
        found |= behind_long[i].fault == fault;
    }
    for (size_t i = 0; i < sizeof delivered / sizeof delivered[0]; i++) {
        found |= delivered[i].fault == fault;
    }
    return found;
}

static void test_each_has_a_row(void)
{
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        const enum fault fault = (enum fault)i;
        UNIT_ROW(fault_at(fault)->name, !fault_is_of_rest(fault) || has_row(fault));
    }
}

static const struct unit_test tests[] = {
    {"effects",                            test_effects             },
    {"behind a response that is too long", test_behind_long_response},
    {"what is delivered",                  test_delivered           },
    {"each has a row",                     test_each_has_a_row      },
};

UNIT_MAIN("fake_servers_fault_rest", tests)
