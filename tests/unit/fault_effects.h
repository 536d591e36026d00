/*
 * fault_effects - rows that tell what one fault of the reference server does, in the few words that show it
 *
 * A row is a dialogue, and the octets that stand at the end of what the server says to it. For the tests of fake_servers.
 */
#ifndef MAILSPEC_TESTS_FAULT_EFFECTS_H
#define MAILSPEC_TESTS_FAULT_EFFECTS_H

#include "fake_dialogue.h"
#include "unit.h"

#define TEN(x)    x x x x x x x x x x
#define DELIVER   "MAIL FROM:<a@b.example>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\n"
#define POP3_OPEN "USER alice\r\nPASS secret-a\r\n"

#define ALICE       "AGFsaWNlAHNlY3JldC1h"         /* \\0alice\\0secret-a */
#define ALICE_WRONG "AGFsaWNlAHdyb25n"             /* \\0alice\\0wrong */
#define ALICE_ODD   "AGFsaWNl*AHNlY3JldC1h"        /* the same, and an octet that is no base64 */
#define NAME        "YWxpY2U="                     /* alice */
#define LONG_NAME   "AHh4" TEN(TEN("eHh4")) "AHh4" /* \\0, 303 times x, \\0xx */

/* MAILDROP: what alice finds in her maildrop as her first message, once that was said by SMTP. */
enum protocol { SMTP, POP3, LMTP, MAILDROP };

struct effect_row {
    enum fault fault;
    enum protocol protocol;
    struct bytes input;
    struct bytes end; /* of the output */
    bool as_honest;   /* the fault does not reach as far as this */
};

#define EFFECT(fault, protocol, input, end)                                                        \
    {                                                                                              \
        fault, protocol, BYTES_INIT(input), BYTES_INIT(end), false                                 \
    }
#define NO_EFFECT(fault, protocol, input, end)                                                     \
    {                                                                                              \
        fault, protocol, BYTES_INIT(input), BYTES_INIT(end), true                                  \
    }
#define OK      "250 2.0.0 OK\r\n"
#define EHLO_IN "EHLO c.example\r\n"
#define READY   "220 2.0.0 Ready to start TLS\r\n"
#define NO_EHLO "503 5.5.1 Bad sequence of commands: send EHLO or HELO first\r\n"
#define YES     "235 2.7.0 Authentication successful\r\n"
#define REFUSED "535 5.7.8 Authentication credentials invalid\r\n"

#define RCPT_ALICE  "RCPT TO:<alice@example.test>\r\n"
#define TO_ALICE    "MAIL FROM:<>\r\n" RCPT_ALICE
#define SENDER      "250 2.1.0 Sender OK\r\n"
#define RCPT        "250 2.1.5 Recipient OK\r\n"
#define GO_ON       "354 Start mail input; end with <CRLF>.<CRLF>\r\n"
#define NO_MAIL     "503 5.5.1 Bad sequence of commands: no mail transaction is open\r\n"
#define TAKEN       "250 2.0.0 Message 1 accepted for delivery\r\n"
#define LOCAL_64    TEN("xxxxxx") "xxxx"
#define LONG_LOCAL  LOCAL_64 "y"
#define LOGIN       "AUTH PLAIN " ALICE "\r\n"
#define LABEL       "ddddddddd."
#define LABELS_19   TEN(LABEL) LABEL LABEL LABEL LABEL LABEL LABEL LABEL LABEL LABEL
#define NOBODY      "550 5.1.1 No such user\r\n"
#define FROM(p)     "MAIL FROM:<bob@example.test> " p "\r\n"
#define TO(p)       "RCPT TO:<alice@example.test> " p "\r\n"
#define FOUR_PARTS  "AGFsaWNlAHNlY3JldC1hAHg=" /* \\0alice\\0secret-a\\0x */
#define TWO_PARTS   "YWxpY2UAc2VjcmV0LWE="     /* alice\\0secret-a */
#define PLAIN(text) "AUTH PLAIN " text "\r\n"
#define SECURE      "STARTTLS\r\n" EHLO_IN

static inline void effect_run(const struct effect_row *row, const struct server_settings *settings,
                              struct buf *out)
{
    struct store *store = store_new(settings);
    switch (row->protocol) {
    case SMTP:
        dialogue_smtp_on(store, settings, row->input, 0, out);
        break;
    case POP3:
        dialogue_pop3_on(store, settings, row->input, 0, out);
        break;
    case LMTP:
        dialogue_lmtp_on(store, settings, row->input, out);
        break;
    case MAILDROP:
        dialogue_smtp_on(store, settings, row->input, 0, out);
        dialogue_pop3_on(store, settings, BYTES_LIT(POP3_OPEN "RETR 1\r\n"), 0, out);
        break;
    }
    store_free(&store);
}

/* With the fault the server says so; an honest one says something else, unless the row is about how far it goes. */
static inline void try_effect(const struct effect_row *row, struct server_settings settings)
{
    struct buf honest = {0};
    struct buf out = {0};
    effect_run(row, &settings, &honest);
    settings.faults.on[row->fault] = true;
    effect_run(row, &settings, &out);
    struct bytes end = bytes_skip(buf_bytes(&out), out.n > row->end.n ? out.n - row->end.n : 0);
    UNIT_ROW(fault_at(row->fault)->name, bytes_equal(end, row->end));
    UNIT_ROW(fault_at(row->fault)->name,
             bytes_equal(buf_bytes(&out), buf_bytes(&honest)) == row->as_honest);
    buf_deinit(&out);
    buf_deinit(&honest);
}

static inline bool effect_is_among(const struct effect_row *rows, size_t count, enum fault fault)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].fault == fault) {
            return true;
        }
    }
    return false;
}

/* What a fault changes in the messages that lie there, once that was said by SMTP. */
struct delivered_row {
    enum fault fault;
    const char *input;
    const char *with;    /* stands there with the fault, and not without it; or NULL */
    const char *without; /* the other way round */
};

/* `look`: how a maildrop is read by POP3. */
static inline void delivered_run(const struct delivered_row *row,
                                 const struct server_settings *settings, const char *look,
                                 struct buf *out)
{
    struct store *store = store_new(settings);
    struct buf replies = {0};
    dialogue_smtp_on(store, settings, bytes_of(row->input), 0, &replies);
    dialogue_pop3_on(store, settings, bytes_of(look), 0, out);
    buf_deinit(&replies);
    store_free(&store);
}

static inline bool delivered_holds(const struct buf *out, const char *text)
{
    return bytes_find(buf_bytes(out), bytes_of(text), 0) != BYTES_NONE;
}

static inline void try_delivered(const struct delivered_row *row, struct server_settings settings,
                                 const char *look)
{
    const char *name = fault_at(row->fault)->name;
    struct buf honest = {0};
    struct buf faulty = {0};
    delivered_run(row, &settings, look, &honest);
    settings.faults.on[row->fault] = true;
    delivered_run(row, &settings, look, &faulty);
    UNIT_ROW(name, row->with == NULL || (delivered_holds(&faulty, row->with) &&
                                         !delivered_holds(&honest, row->with)));
    UNIT_ROW(name, row->without == NULL || (delivered_holds(&honest, row->without) &&
                                            !delivered_holds(&faulty, row->without)));
    buf_deinit(&honest);
    buf_deinit(&faulty);
}

/* With a great many octets "A" in front of the input. */
struct long_row {
    struct effect_row row;
    const char *before;
    size_t octets;
};

static inline void try_long(const struct long_row *long_row, struct server_settings settings)
{
    struct effect_row row = long_row->row;
    struct buf input = {0};
    buf_append_text(&input, long_row->before);
    buf_append_fill(&input, 'A', long_row->octets);
    buf_append(&input, row.input);
    row.input = buf_bytes(&input);
    try_effect(&row, settings);
    buf_deinit(&input);
}

/* What a server has to be set to, so that the fault shows. */
static inline struct server_settings effect_settings_for(enum fault fault)
{
    static const struct server_mechanisms mechanisms = {
        {SASL_PLAIN, SASL_LOGIN, SASL_CRAM_MD5},
        3
    };
    static const struct server_refusal refusals[] = {
        {.command = "greeting", .code = 554}
    };
    static const char *const members[] = {"alice", "bob"};
    static const struct server_list lists[] = {
        {"staff", {members, 2}}
    };
    struct server_settings settings = dialogue_settings();
    settings.auth = mechanisms;
    settings.starttls = true;
    if (bytes_starts(bytes_of(fault_at(fault)->name), "refused-greeting")) {
        settings.refusals = (struct server_refusals){refusals, 1};
    }
    /* Nothing is kept of a message, so nothing can be cut. */
    settings.keep = fault == FAULT_MESSAGE_64K_2 ? KEEP_NONE : settings.keep;
    if (fault == FAULT_SIZE_PROMISED || fault == FAULT_MESSAGE_64K_2) {
        settings.max_message_octets = settings.max_maildrop_octets = 100000;
    }
    if (fault == FAULT_REFUSED_NOT_DELIVERED || fault == FAULT_REFUSED_NOT_DELIVERED_2) {
        settings.max_text_line_octets = 20;
    }
    settings.no_recipients = NO_RECIPIENTS_354;
    settings.lists = (struct server_lists){lists, 1};
    settings.mail_needs_auth =
        fault == FAULT_AUTH_REQUIRED_CODE || fault == FAULT_AUTH_REQUIRED_CODE_2;
    settings.mail_needs_tls = fault == FAULT_TLS_REQUIRED || fault == FAULT_TLS_REQUIRED_2;
    return settings;
}

static inline void try_long_rows(const struct long_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        try_long(&rows[i], effect_settings_for(rows[i].row.fault));
    }
}

static inline bool effect_is_among_long(const struct long_row *rows, size_t count, enum fault fault)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].row.fault == fault) {
            return true;
        }
    }
    return false;
}

/* ---- tables of rows ---- */

static inline struct server_settings effect_plain(enum fault fault)
{
    (void)fault;
    return dialogue_settings();
}

static inline struct server_settings effect_of_tls(enum fault fault)
{
    (void)fault;
    return dialogue_settings_of_tls();
}

struct effect_table {
    const struct effect_row *rows;
    size_t count;
    struct server_settings (*settings)(enum fault fault);
};

#define EFFECT_TABLE(rows, settings)                                                               \
    {                                                                                              \
        rows, sizeof(rows) / sizeof(rows)[0], settings                                             \
    }

static inline void try_tables(const struct effect_table *tables, size_t count)
{
    for (size_t t = 0; t < count; t++) {
        for (size_t i = 0; i < tables[t].count; i++) {
            const struct effect_row *row = &tables[t].rows[i];
            try_effect(row, tables[t].settings(row->fault));
        }
    }
}

static inline bool effect_is_in_tables(const struct effect_table *tables, size_t count,
                                       enum fault fault)
{
    for (size_t t = 0; t < count; t++) {
        if (effect_is_among(tables[t].rows, tables[t].count, fault)) {
            return true;
        }
    }
    return false;
}

/* Which test_fake_servers_fault_*.c has the rows of a fault. */
enum effect_subject { OF_SMTP, OF_AUTH, OF_EXTENSIONS, OF_DELIVERY, OF_POP3 };

static inline enum effect_subject effect_subject_of(enum fault fault)
{
    static const struct {
        const char *beginning; /* of the name */
        enum effect_subject subject;
    } subjects[] = {
        {"pop3-",                 OF_POP3      },
        {"auth",                  OF_AUTH      },
        {"bdat.3",                OF_DELIVERY  },
        {"beyond-limits.2",       OF_DELIVERY  },
        {"content-kept",          OF_DELIVERY  },
        {"dot-unstuffing",        OF_DELIVERY  },
        {"list-",                 OF_DELIVERY  },
        {"local-part-64",         OF_DELIVERY  },
        {"no-notice",             OF_DELIVERY  },
        {"no-recipients",         OF_DELIVERY  },
        {"path-256",              OF_DELIVERY  },
        {"received-",             OF_DELIVERY  },
        {"refused-not-delivered", OF_DELIVERY  },
        {"return-path",           OF_DELIVERY  },
        {"source-route-ignored",  OF_DELIVERY  },
        {"bdat-",                 OF_EXTENSIONS},
        {"binary",                OF_EXTENSIONS},
        {"data-after-b",          OF_EXTENSIONS},
        {"dsn-",                  OF_EXTENSIONS},
        {"ehlo-keyword",          OF_EXTENSIONS},
        {"enhanced-code",         OF_EXTENSIONS},
        {"lmtp-",                 OF_EXTENSIONS},
        {"no-text-before-tls",    OF_EXTENSIONS},
        {"offers-",               OF_EXTENSIONS},
        {"pipelining-",           OF_EXTENSIONS},
        {"size-",                 OF_EXTENSIONS},
        {"starttls",              OF_EXTENSIONS},
        {"tls-",                  OF_EXTENSIONS},
        {"utf8-",                 OF_EXTENSIONS},
    };
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
        if (bytes_starts(bytes_of(fault_at(fault)->name), subjects[i].beginning)) {
            return subjects[i].subject;
        }
    }
    return OF_SMTP;
}

#endif
