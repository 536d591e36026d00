/* What each response means (RFC 1939 sections 4 to 7, RFC 2449 sections 5 and 8). */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fake_clients/fetcher_session.h"

/* ---- -ERR ---- */

struct response_code_row {
    const char *code;
    enum client_result result;
};

static const struct response_code_row response_codes[] = {
    {"IN-USE",      CLIENT_REFUSED_FOR_NOW}, /* RFC 2449 8.1.2 */
    {"LOGIN-DELAY", CLIENT_REFUSED_FOR_NOW}, /* 8.1.1 */
    {"SYS/TEMP",    CLIENT_REFUSED_FOR_NOW}, /* RFC 3206 section 4 */
    {"SYS/PERM",    CLIENT_REFUSED        },
    {"AUTH",        CLIENT_LOGIN_REFUSED  }, /* section 5 */
};

/* What -ERR means without a response code; CLIENT_DONE: nothing hangs on that command. */
static const enum client_result usual[FETCHER_STEP_COUNT] = {
    [FETCHER_GREETING] = CLIENT_REFUSED_FOR_NOW,
    [FETCHER_CAPA] = CLIENT_DONE,
    [FETCHER_STLS] = CLIENT_DONE,
    [FETCHER_AUTH] = CLIENT_LOGIN_REFUSED,
    [FETCHER_APOP] = CLIENT_LOGIN_REFUSED,
    [FETCHER_USER] = CLIENT_LOGIN_REFUSED,
    [FETCHER_PASS] = CLIENT_LOGIN_REFUSED,
    [FETCHER_STAT] = CLIENT_REFUSED,
    [FETCHER_LIST] = CLIENT_REFUSED,
    [FETCHER_UIDL] = CLIENT_DONE,
    [FETCHER_TOP] = CLIENT_DONE,
    [FETCHER_RETR] = CLIENT_REFUSED,
    [FETCHER_DELE] = CLIENT_REFUSED,
    [FETCHER_QUIT] = CLIENT_REFUSED,
};

/* RFC 2449 section 8: in brackets at the start, in any case; sub-levels that are not known are ignored. */
static bool has_response_code(struct bytes text, const char *code)
{
    struct bytes rest = bytes_skip(text, 1);
    struct bytes wanted = bytes_of(code);
    unsigned char behind = rest.n > wanted.n ? rest.p[wanted.n] : 0;
    return bytes_starts(text, "[") && bytes_starts_nocase(rest, code) &&
           (behind == ']' || behind == '/');
}

static enum client_result result_of_error(enum fetcher_step step, struct bytes text)
{
    for (size_t i = 0; i < sizeof response_codes / sizeof response_codes[0]; i++) {
        if (has_response_code(text, response_codes[i].code)) {
            return response_codes[i].result;
        }
    }
    return usual[step];
}

/* Does a fault make the client give up where nothing hangs on the command? */
static bool needs_it(const struct fetcher *fetcher)
{
    enum client_fault fault = fetcher->step == FETCHER_CAPA ? CLIENT_FAULT_POP3_CAPA_REFUSED
                                                            : CLIENT_FAULT_POP3_OPTIONAL_REFUSED;
    return fetcher_has_fault(fetcher, fault);
}

/* RFC 2449 section 5: a server without CAPA is just an older one, and one without STLS goes on in clear text. -ERR to QUIT: deleted messages may be left. */
void fetcher_take_error(struct fetcher *fetcher, struct bytes text)
{
    enum fetcher_step step = fetcher->step;
    fetcher->done =
        step == FETCHER_STLS ||
        (step == FETCHER_CAPA && !fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_CAPA_REFUSED_2));
    if (usual[step] == CLIENT_DONE) {
        fetcher_note(fetcher, needs_it(fetcher) ? CLIENT_REFUSED : CLIENT_DONE);
    } else if (step != FETCHER_QUIT || fetcher->deleted > 0) {
        fetcher_wish_tell(fetcher, text);
        fetcher_note(fetcher, fetcher_misreports(fetcher, result_of_error(step, text)));
    }
}

/* ---- +OK ---- */

/* That behind the size, or else that of the message. */
static uint64_t last_number(struct pop3_listing listing)
{
    struct bytes word = {0};
    uint64_t number = 0;
    uint64_t last = listing.number;
    bytes_next_word(&listing.rest, &word);
    while (bytes_next_word(&listing.rest, &word)) {
        last = bytes_to_u64(word, &number) ? number : last;
    }
    return last;
}

/* RFC 1939 section 5: number, size, and what may stand behind them. */
static bool read_numbers(const struct fetcher *fetcher, struct bytes text, uint64_t *number_r)
{
    struct pop3_listing listing = {0};
    uint64_t octets = 0;
    bool ok = pop3_listing_read(text, &listing) && pop3_size_read(listing.rest, &octets);
    if (fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_EXTRA_TEXT)) {
        ok = ok && bytes_to_u64(listing.rest, &octets);
    }
    if (fetcher->step == FETCHER_LIST &&
        fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_EXTRA_TEXT_2)) {
        listing.number = last_number(listing);
    }
    *number_r = listing.number;
    return ok;
}

void fetcher_take_ok(struct fetcher *fetcher, struct bytes text)
{
    uint64_t messages = 0;
    fetcher->done = true;
    if (fetcher->step == FETCHER_STAT && !read_numbers(fetcher, text, &messages)) {
        fetcher_note(fetcher, CLIENT_PROTOCOL_ERROR);
    }
    fetcher->wants_tls = fetcher->step == FETCHER_STLS;
    if (fetcher->wants_tls && fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_STLS_LAST_2)) {
        buf_append_text(fetcher->out, "CAPA\r\n");
    }
    if (fetcher->step == FETCHER_GREETING) {
        struct bytes timestamp = {0};
        bool is_there = bytes_index(text, '<', 0) != BYTES_NONE;
        fetcher_wish_read_greeting(fetcher, text);
        fetcher->timestamp_is_odd =
            is_there && !(pop3_timestamp_find(text, &timestamp) && bytes_is_ascii(timestamp));
    }
    if (fetcher->step == FETCHER_AUTH) {
        fetcher_wish_logged_in(fetcher);
    }
    if (fetcher->step == FETCHER_DELE) {
        fetcher->deleted++;
    }
}

/* ---- bodies ---- */

/* The capability-any-case faults: a tag that it looks for is there, and it does not see it. */
static bool overlooks(const struct fetcher *fetcher, struct bytes tag)
{
    const bool all = fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_CAPABILITY_ANY_CASE);
    const bool mixed = fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_CAPABILITY_ANY_CASE_2);
    static const char *const looked_for[] = {"USER", "UIDL", "TOP"};
    for (size_t i = 0; i < sizeof looked_for / sizeof looked_for[0]; i++) {
        if (bytes_is_nocase(tag, looked_for[i]) && !bytes_is(tag, looked_for[i])) {
            return all || (mixed && client_fault_is_mixed_case(tag));
        }
    }
    return false;
}

static bool offers_mechanism(struct bytes tag, struct bytes mechanisms, const char *wanted)
{
    struct bytes word = {0};
    while (bytes_is_nocase(tag, "SASL") && bytes_next_word(&mechanisms, &word)) {
        if (bytes_is_nocase(word, wanted)) {
            return true;
        }
    }
    return false;
}

/* Tags know no case (RFC 2449 section 5). */
static void take_capability(struct fetcher *fetcher, struct bytes line)
{
    struct bytes tag = {0};
    bytes_next_word(&line, &tag);
    fetcher_wish_read_capability(fetcher, tag, line);
    fetcher->offers_stls = fetcher->offers_stls || bytes_is_nocase(tag, "STLS");
    fetcher->offers_plain = fetcher->offers_plain || offers_mechanism(tag, line, "PLAIN");
    fetcher->offers_cram_md5 = fetcher->offers_cram_md5 || offers_mechanism(tag, line, "CRAM-MD5");
    fetcher->offers_top = fetcher->offers_top || bytes_is_nocase(tag, "TOP");
    fetcher->offers_pipelining = fetcher->offers_pipelining || bytes_is_nocase(tag, "PIPELINING");
    if (overlooks(fetcher, tag)) {
        fetcher_note(fetcher, CLIENT_REFUSED);
    }
}

static void take_listed(struct fetcher *fetcher, struct bytes line)
{
    uint64_t number = 0;
    if (!read_numbers(fetcher, line, &number) || number == 0) {
        fetcher_note(fetcher, CLIENT_PROTOCOL_ERROR);
        return;
    }
    struct pop3_listing listing = {0};
    (void)pop3_listing_read(line, &listing);
    fetcher_wish_read_listed(fetcher, number, listing.rest);
    fetcher->numbers = mem_grow(fetcher->numbers, fetcher->number_count, &fetcher->number_capacity,
                                sizeof *fetcher->numbers);
    fetcher->numbers[fetcher->number_count++] = number;
}

static int compare_ids(const void *a, const void *b)
{
    const struct bytes *left = a;
    const struct bytes *right = b;
    size_t n = left->n < right->n ? left->n : right->n;
    int order = n > 0 ? memcmp(left->p, right->p, n) : 0;
    return order != 0 ? order : (left->n > right->n) - (left->n < right->n);
}

/* Nothing hangs on the ids; the same-unique-id fault gives up where two are the same. */
static void take_unique_ids(struct fetcher *fetcher, struct bytes body)
{
    struct bytes *ids = NULL;
    size_t count = 0;
    size_t capacity = 0;
    struct bytes line = {0};
    struct pop3_listing listing = {0};
    while (body.n > 0 && bytes_next(&body, '\n', &line)) {
        if (pop3_listing_read(line, &listing)) {
            ids = mem_grow(ids, count, &capacity, sizeof *ids);
            ids[count++] = listing.rest;
        }
    }
    if (count > 0) {
        qsort(ids, count, sizeof *ids, compare_ids);
    }
    for (size_t i = 1; i < count; i++) {
        if (bytes_equal(ids[i - 1], ids[i])) {
            fetcher_note(fetcher, CLIENT_PROTOCOL_ERROR);
        }
    }
    free(ids);
}

static void take_lines(struct fetcher *fetcher, struct bytes body,
                       void (*take)(struct fetcher *fetcher, struct bytes line))
{
    while (body.n > 0) {
        size_t end = bytes_find(body, BYTES_LIT("\r\n"), 0);
        take(fetcher, bytes_slice(body, 0, end));
        body = bytes_skip(body, end == BYTES_NONE ? body.n : end + 2);
    }
}

/* What a fault makes of it: no line begins with a dot. */
static void keep_without_dots(struct fetcher *fetcher, struct bytes body)
{
    bool begins = true;
    for (size_t i = 0; i < body.n; i++) {
        if (!begins || body.p[i] != '.') {
            buf_append_octet(&fetcher->messages, body.p[i]);
            begins = body.p[i] == '\n';
        }
    }
}

/* The byte-unstuffing fault keeps the dots: they are put back, without the end of the body. */
static void keep_message(struct fetcher *fetcher, struct bytes body)
{
    fetcher->message_count++;
    fetcher_remember(fetcher);
    if (fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_BYTE_UNSTUFFING_2)) {
        keep_without_dots(fetcher, body);
        return;
    }
    if (!fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_BYTE_UNSTUFFING)) {
        buf_append(&fetcher->messages, body);
        return;
    }
    pop3_stuff(&fetcher->messages, body);
    fetcher->messages.n -= 3;
}

void fetcher_take_body(struct fetcher *fetcher, struct bytes body)
{
    if (!fetcher->done) {
        return;
    }
    if (fetcher->step == FETCHER_CAPA) {
        take_lines(fetcher, body, take_capability);
    } else if (fetcher->step == FETCHER_LIST) {
        take_lines(fetcher, body, take_listed);
    } else if (fetcher->step == FETCHER_UIDL) {
        take_lines(fetcher, body, fetcher_wish_read_id);
        take_lines(fetcher, body, fetcher_read_id);
        if (fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_SAME_UNIQUE_ID)) {
            take_unique_ids(fetcher, body);
        }
    } else if (fetcher->settings->wishes.maildrop != NULL &&
               (fetcher->step == FETCHER_RETR || fetcher->step == FETCHER_TOP)) {
        fetcher->done = fetcher_wish_take(fetcher, body);
    } else if (fetcher->step == FETCHER_RETR) {
        keep_message(fetcher, body);
    }
}
