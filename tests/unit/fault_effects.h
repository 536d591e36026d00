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

#define FAULT_OF_LIST(member, name, rule, what) FAULT_##member,

static inline bool fault_is_among(enum fault fault, const enum fault *faults, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (faults[i] == fault) {
            return true;
        }
    }
    return false;
}

/* The faults of fault_names_smtp_more.h. */
static inline bool fault_is_of_more(enum fault fault)
{
    static const enum fault more[] = {FAULT_LIST_SMTP_MORE(FAULT_OF_LIST)};
    return fault_is_among(fault, more, sizeof more / sizeof more[0]);
}

/* The faults of fault_names_smtp_rest.h. */
static inline bool fault_is_of_rest(enum fault fault)
{
    static const enum fault rest[] = {FAULT_LIST_SMTP_REST(FAULT_OF_LIST)};
    return fault_is_among(fault, rest, sizeof rest / sizeof rest[0]);
}

/* The faults of fault_names_pop3_more.h. */
static inline bool fault_is_second_of_pop3(enum fault fault)
{
    static const enum fault second[] = {FAULT_LIST_POP3_SECOND(FAULT_OF_LIST)};
    return fault_is_among(fault, second, sizeof second / sizeof second[0]);
}

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

#endif
