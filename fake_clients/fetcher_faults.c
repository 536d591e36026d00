/*
 * The fetcher's faults that are more than a condition in the honest code: commands too many, responses misread, results
 * misreported, ends seen where none is. Each is made so that only its rule is broken: nothing hangs on the response to a
 * command too many, and what is misreported does not change the dialogue.
 */
#include <inttypes.h>
#include <string.h>

#include "fake_clients/fetcher_session.h"

/* ---- commands too many ---- */

/* RFC 2449 4: a command has at most 255 octets with its CRLF. */
enum {
    LONG_NOOP_OCTETS = 300,
    LONG_AUTH_OCTETS = 300,
    AUTH_OCTETS_TOO_MANY = 244,
    LINE_OCTETS_TOO_MANY = 254,
};

enum when { WHEN_DONE, WHEN_REFUSED };

struct digression {
    enum client_fault fault;
    enum fetcher_step behind;
    enum when when;
    bool of_a_message; /* it names one, so there must be one */
    bool multiline;
    void (*write)(const struct fetcher *fetcher, struct buf *out);
};

static void write_pass(const struct fetcher *fetcher, struct buf *out)
{
    buf_printf(out, "PASS %s", fetcher->settings->secret);
}

static void write_stat(const struct fetcher *fetcher, struct buf *out)
{
    (void)fetcher;
    buf_append_text(out, "STAT");
}

static void write_noop_blank(const struct fetcher *fetcher, struct buf *out)
{
    (void)fetcher;
    buf_append_text(out, "NOOP ");
}

static void write_long_noop(const struct fetcher *fetcher, struct buf *out)
{
    write_noop_blank(fetcher, out);
    buf_append_fill(out, 'x', LONG_NOOP_OCTETS);
}

static void write_noop_cr(const struct fetcher *fetcher, struct buf *out)
{
    (void)fetcher;
    buf_append_text(out, "NOOP\r");
}

static void write_long_top(const struct fetcher *fetcher, struct buf *out)
{
    const size_t before = out->n;
    buf_printf(out, "TOP %" PRIu64 " ", fetcher_number(fetcher));
    buf_append_fill(out, '0', LINE_OCTETS_TOO_MANY - (out->n - before));
}

static void write_wide_list(const struct fetcher *fetcher, struct buf *out)
{
    buf_printf(out, "LIST  %" PRIu64, fetcher_number(fetcher));
}

static void write_list(const struct fetcher *fetcher, struct buf *out)
{
    buf_printf(out, "LIST %" PRIu64, fetcher_number(fetcher));
}

static void write_retr(const struct fetcher *fetcher, struct buf *out)
{
    buf_printf(out, "RETR %" PRIu64, fetcher_number(fetcher));
}

static void write_retr_zero(const struct fetcher *fetcher, struct buf *out)
{
    (void)fetcher;
    buf_append_text(out, "RETR 0");
}

static void write_top(const struct fetcher *fetcher, struct buf *out)
{
    buf_printf(out, "TOP %" PRIu64, fetcher_number(fetcher));
}

/* Nothing unless PLAIN is offered, or not offered, as is wanted. */
static void write_plain(const struct fetcher *fetcher, struct buf *out, bool offered,
                        const char *response)
{
    if (fetcher->offers_plain == offered) {
        buf_printf(out, "AUTH PLAIN%s", response);
    }
}

/* Where no rule forbids PLAIN, whatever goes with it. */
static void write_safe_plain(const struct fetcher *fetcher, struct buf *out, const char *response)
{
    if (fetcher->in_tls && !fetcher->is_bad_certificate) {
        write_plain(fetcher, out, true, response);
    }
}

static void write_odd_auth(const struct fetcher *fetcher, struct buf *out)
{
    write_safe_plain(fetcher, out, " no:base64");
}

/* NUL "alice" NUL "x", without the "=" that belongs behind it */
static void write_unpadded_auth(const struct fetcher *fetcher, struct buf *out)
{
    write_safe_plain(fetcher, out, " AGFsaWNlAHg");
}

static void write_long_auth(const struct fetcher *fetcher, struct buf *out)
{
    const size_t before = out->n;
    write_safe_plain(fetcher, out, " ");
    buf_append_fill(out, 'x', out->n > before ? LONG_AUTH_OCTETS : 0);
}

static void write_too_long_auth(const struct fetcher *fetcher, struct buf *out)
{
    const size_t before = out->n;
    write_safe_plain(fetcher, out, " ");
    buf_append_fill(out, 'x', out->n > before ? AUTH_OCTETS_TOO_MANY : 0);
}

static void write_unoffered_auth(const struct fetcher *fetcher, struct buf *out)
{
    write_plain(fetcher, out, false, "");
}

static void write_unoffered_response(const struct fetcher *fetcher, struct buf *out)
{
    write_plain(fetcher, out, false, " =");
}

/* "alice" */
static const char auth_login[] = "AUTH LOGIN YWxpY2U=";

static void write_unoffered_login(const struct fetcher *fetcher, struct buf *out)
{
    buf_append_text(out, fetcher->offers_plain ? "" : auth_login);
}

static void write_login_to_anybody(const struct fetcher *fetcher, struct buf *out)
{
    buf_append_text(out, fetcher->is_bad_certificate && fetcher->offers_plain ? auth_login : "");
}

#define DIGEST_IN_CAPITALS "C4C9334BAC560ECC979E58001B3E22FB"
#define DIGEST             "c4c9334bac560ecc979e58001b3e22fb"

static void write_capital_apop(const struct fetcher *fetcher, struct buf *out)
{
    if (!fetcher->timestamp_is_odd) {
        buf_printf(out, "APOP %s " DIGEST_IN_CAPITALS, fetcher->settings->user);
    }
}

static void write_bare_user(const struct fetcher *fetcher, struct buf *out)
{
    (void)fetcher;
    buf_append_text(out, "USER");
}

static void write_utf8(const struct fetcher *fetcher, struct buf *out)
{
    (void)fetcher;
    buf_append_text(out, "UTF8");
}

/* Whatever the digest is: the timestamp is not one to answer. */
static void write_apop(const struct fetcher *fetcher, struct buf *out)
{
    if (fetcher->timestamp_is_odd) {
        buf_printf(out, "APOP %s " DIGEST, fetcher->settings->user);
    }
}

/* "=" is no message of PLAIN, so no server lets the client in by it. */
static void write_plain_to_anybody(const struct fetcher *fetcher, struct buf *out)
{
    if (fetcher->is_bad_certificate) {
        write_plain(fetcher, out, true, " =");
    }
}

static void write_clear_plain(const struct fetcher *fetcher, struct buf *out)
{
    if (!fetcher->offers_stls && !fetcher->in_tls) {
        write_plain(fetcher, out, true, " =");
    }
}

static const struct digression digressions[] = {
    {CLIENT_FAULT_POP3_PLAIN_CERTIFICATE_2,        FETCHER_CAPA, WHEN_DONE,    false, false,
     write_login_to_anybody                                                                                      },
    {CLIENT_FAULT_POP3_CLIENT_LINE_END_2,          FETCHER_PASS, WHEN_DONE,    false, false, write_noop_cr       },
    {CLIENT_FAULT_POP3_COMMAND_LENGTH_2,           FETCHER_LIST, WHEN_DONE,    true,  true,  write_long_top      },
    {CLIENT_FAULT_POP3_AUTH_LINE_LENGTH_2,         FETCHER_CAPA, WHEN_DONE,    false, false,
     write_too_long_auth                                                                                         },
    {CLIENT_FAULT_POP3_AUTH_INITIAL_RESPONSE_2,    FETCHER_CAPA, WHEN_DONE,    false, false,
     write_unoffered_login                                                                                       },
    {CLIENT_FAULT_POP3_PLAIN_CERTIFICATE,          FETCHER_CAPA, WHEN_DONE,    false, false,
     write_plain_to_anybody                                                                                      },
    {CLIENT_FAULT_POP3_PLAIN_IN_CLEAR_TEXT,        FETCHER_CAPA, WHEN_DONE,    false, false,
     write_clear_plain                                                                                           },
    {CLIENT_FAULT_POP3_LOGIN_SYNTAX,               FETCHER_PASS, WHEN_DONE,    false, false, write_capital_apop  },
    {CLIENT_FAULT_POP3_LOGIN_SYNTAX_2,             FETCHER_CAPA, WHEN_DONE,    false, false, write_bare_user     },
    {CLIENT_FAULT_POP3_STLS_BEFORE_UTF8,           FETCHER_CAPA, WHEN_DONE,    false, false, write_utf8          },
    {CLIENT_FAULT_POP3_APOP_ODD_TIMESTAMP,         FETCHER_CAPA, WHEN_DONE,    false, false, write_apop          },
    {CLIENT_FAULT_POP3_USER_BEFORE_PASS,           FETCHER_CAPA, WHEN_DONE,    false, false, write_pass          },
    {CLIENT_FAULT_POP3_USER_BEFORE_PASS_2,         FETCHER_USER, WHEN_REFUSED, false, false, write_pass          },
    {CLIENT_FAULT_POP3_LOGIN_BEFORE_TRANSACTION,   FETCHER_CAPA, WHEN_DONE,    false, false, write_stat          },
    {CLIENT_FAULT_POP3_LOGIN_BEFORE_TRANSACTION_2, FETCHER_USER, WHEN_REFUSED, false, false,
     write_stat                                                                                                  },
    {CLIENT_FAULT_POP3_LOGIN_BEFORE_TRANSACTION_2, FETCHER_PASS, WHEN_REFUSED, false, false,
     write_stat                                                                                                  },
    {CLIENT_FAULT_POP3_COMMAND_SYNTAX_2,           FETCHER_PASS, WHEN_DONE,    false, false, write_noop_blank    },
    {CLIENT_FAULT_POP3_COMMAND_LENGTH,             FETCHER_PASS, WHEN_DONE,    false, false, write_long_noop     },
    {CLIENT_FAULT_POP3_COMMAND_SYNTAX,             FETCHER_LIST, WHEN_DONE,    true,  false, write_wide_list     },
    {CLIENT_FAULT_POP3_MESSAGE_NUMBER,             FETCHER_LIST, WHEN_DONE,    false, true,  write_retr_zero     },
    {CLIENT_FAULT_POP3_MESSAGE_NUMBER_2,           FETCHER_LIST, WHEN_DONE,    true,  true,  write_top           },
    {CLIENT_FAULT_POP3_DELETED_MESSAGE_NAMED,      FETCHER_DELE, WHEN_DONE,    true,  false, write_list          },
    {CLIENT_FAULT_POP3_DELETED_MESSAGE_NAMED_2,    FETCHER_DELE, WHEN_DONE,    true,  true,  write_retr          },
    {CLIENT_FAULT_POP3_AUTH_BASE64_2,              FETCHER_CAPA, WHEN_DONE,    false, false, write_unpadded_auth },
    {CLIENT_FAULT_POP3_AUTH_BASE64,                FETCHER_CAPA, WHEN_DONE,    false, false, write_odd_auth      },
    {CLIENT_FAULT_POP3_AUTH_LINE_LENGTH,           FETCHER_CAPA, WHEN_DONE,    false, false, write_long_auth     },
    {CLIENT_FAULT_POP3_AUTH_OFFERED,               FETCHER_CAPA, WHEN_DONE,    false, false, write_unoffered_auth},
    {CLIENT_FAULT_POP3_AUTH_INITIAL_RESPONSE,      FETCHER_CAPA, WHEN_DONE,    false, false,
     write_unoffered_response                                                                                    },
};

static bool fits(const struct fetcher *fetcher, const struct digression *row)
{
    return fetcher->step == row->behind && fetcher->done == (row->when == WHEN_DONE) &&
           (!row->of_a_message || fetcher->current < fetcher->number_count) &&
           fetcher_has_fault(fetcher, row->fault);
}

/* False: there is no occasion. */
static bool say_digression(struct fetcher *fetcher, const struct digression *row)
{
    const size_t before = fetcher->out->n;
    row->write(fetcher, fetcher->out);
    if (fetcher->out->n == before) {
        return false;
    }
    buf_append_text(fetcher->out, "\r\n");
    fetcher->aside_said = true;
    fetcher->in_aside = true;
    fetcher->aside_is_multiline = row->multiline;
    return true;
}

bool fetcher_digresses(struct fetcher *fetcher)
{
    for (size_t i = 0; i < sizeof digressions / sizeof digressions[0] && !fetcher->aside_said;
         i++) {
        const struct digression *row = &digressions[i];
        if (fits(fetcher, row)) {
            return say_digression(fetcher, row);
        }
    }
    return false;
}

/* ---- responses misread, results misreported ---- */

static bool has_word(struct bytes text, const char *wanted)
{
    struct bytes word = {0};
    while (bytes_next_word(&text, &word)) {
        if (bytes_is_nocase(word, wanted)) {
            return true;
        }
    }
    return false;
}

/* RFC 2449 8: [code/level/level] */
static bool has_two_levels(struct bytes text)
{
    struct bytes code =
        bytes_slice(text, 0, bytes_starts(text, "[") ? bytes_index(text, ']', 0) : 0);
    size_t first = bytes_index(code, '/', 0);
    return first != BYTES_NONE && bytes_index(code, '/', first + 1) != BYTES_NONE;
}

bool fetcher_misreads(const struct fetcher *fetcher, struct bytes text)
{
    return (has_word(text, "ERROR") &&
            fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_ACTS_ON_INDICATOR)) ||
           (text.n == 0 && fetcher->step == FETCHER_RETR &&
            fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_ACTS_ON_INDICATOR_2)) ||
           (has_two_levels(text) &&
            fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_RESPONSE_CODES_2)) ||
           (bytes_starts(text, "[") &&
            fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_RESPONSE_CODES));
}

enum client_result fetcher_misreports(const struct fetcher *fetcher, enum client_result result)
{
    bool login = fetcher->step == FETCHER_AUTH || fetcher->step == FETCHER_USER ||
                 fetcher->step == FETCHER_PASS;
    bool hides_login = login && fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_REFUSAL_REPORTED);
    bool hides_retr = fetcher->step == FETCHER_RETR &&
                      fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_REFUSAL_REPORTED_2);
    bool confuses = result == CLIENT_REFUSED_FOR_NOW &&
                    fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_TEMPORARY_REPORTED);
    if (hides_login || hides_retr) {
        return CLIENT_DONE;
    }
    return confuses ? CLIENT_REFUSED : result;
}

/* ---- ends seen where none is ---- */

struct end_row {
    enum client_fault fault;
    struct bytes as_sent;  /* the last octets of the body as they came */
    size_t octets_in_body; /* how many of the octets read belong to the end */
};

static const struct end_row ends[] = {
    {CLIENT_FAULT_POP3_TERMINATION,   BYTES_INIT("\r\n..\r\n"), 3},
    {CLIENT_FAULT_POP3_TERMINATION_2, BYTES_INIT("\n.\n"),      2},
};

static bool looks_for_wrong_end(const struct fetcher *fetcher)
{
    return fetcher->step == FETCHER_RETR && !fetcher->in_aside &&
           (fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_TERMINATION) ||
            fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_TERMINATION_2));
}

static void push_tail(struct fetcher *fetcher, unsigned char octet)
{
    memmove(fetcher->tail, fetcher->tail + 1, sizeof fetcher->tail - 1);
    fetcher->tail[sizeof fetcher->tail - 1] = octet;
}

/* A dot behind CRLF and before a bare LF is left alone: it is none of the two. */
static const struct end_row *end_seen(const struct fetcher *fetcher)
{
    struct bytes tail = bytes_make(fetcher->tail, sizeof fetcher->tail);
    if (bytes_ends(tail, "\r\n.\n")) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        size_t n = ends[i].as_sent.n;
        struct bytes last = bytes_skip(tail, tail.n - n);
        if (bytes_equal(last, ends[i].as_sent) && fetcher_has_fault(fetcher, ends[i].fault)) {
            return &ends[i];
        }
    }
    return NULL;
}

void fetcher_begin_body(struct fetcher *fetcher)
{
    memcpy(fetcher->tail, "....\r\n", sizeof fetcher->tail);
    fetcher->is_cut = false;
}

/* The octets behind the end that was seen are no response; no command is sent before all of them are there. */
static void cut_body(struct fetcher *fetcher)
{
    if (fetcher->is_cut) {
        fetcher->body.n = fetcher->cut_octets;
        fetcher_note(fetcher, CLIENT_PROTOCOL_ERROR);
    }
}

size_t fetcher_read_body(struct fetcher *fetcher, struct bytes octets)
{
    if (!looks_for_wrong_end(fetcher)) {
        return smtp_data_read(&fetcher->reader, octets, &fetcher->body);
    }
    size_t used = 0;
    while (used < octets.n && !fetcher->reader.complete) {
        struct bytes one = bytes_slice(octets, used, used + 1);
        used++;
        smtp_data_read(&fetcher->reader, one, &fetcher->body);
        push_tail(fetcher, one.p[0]);
        const struct end_row *end = end_seen(fetcher);
        if (end != NULL && !fetcher->is_cut) {
            fetcher->is_cut = true;
            fetcher->cut_octets = fetcher->body.n - end->octets_in_body;
        }
    }
    if (fetcher->reader.complete) {
        cut_body(fetcher);
    }
    return used;
}
