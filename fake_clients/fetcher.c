#include "fake_clients/fetcher.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "fake_clients/fetcher_session.h"

/* Octets of the body of one response, and of all messages together. */
enum { MAX_LISTING_OCTETS = 4 * 1024 * 1024, MAX_MESSAGES_OCTETS = 64 * 1024 * 1024 };

void fetcher_note(struct fetcher *fetcher, enum client_result result)
{
    fetcher->result = client_result_worse(fetcher->result, result);
}

/* Nothing that comes can be made sense of: QUIT is sent, its response not waited for. */
static void give_up(struct fetcher *fetcher)
{
    fetcher_wish_nonsense(fetcher);
    fetcher_note(fetcher, CLIENT_PROTOCOL_ERROR);
    fetcher_say(fetcher, FETCHER_QUIT);
    fetcher->over = true;
}

/* ---- what comes next ---- */

static enum fetcher_step next_of_message(struct fetcher *fetcher)
{
    const struct client_maildrop *maildrop = fetcher->settings->wishes.maildrop;
    if (fetcher->current < fetcher->known_count) {
        return FETCHER_DELE;
    }
    if (fetcher->current == fetcher->number_count || fetcher->wished.stops) {
        return FETCHER_QUIT;
    }
    if (maildrop != NULL) {
        return !maildrop->headers_only ? FETCHER_RETR
               : fetcher->offers_top   ? FETCHER_TOP
                                       : FETCHER_QUIT;
    }
    if (fetcher->offers_top && !fetcher->used_top) {
        fetcher->used_top = true;
        return FETCHER_TOP;
    }
    return FETCHER_RETR;
}

/* The step behind one that is done; one that is not leads to QUIT, unless nothing hangs on it. */
static const enum fetcher_step next_step[FETCHER_STEP_COUNT] = {
    [FETCHER_GREETING] = FETCHER_CAPA, [FETCHER_CAPA] = FETCHER_USER, [FETCHER_STLS] = FETCHER_USER,
    [FETCHER_AUTH] = FETCHER_STAT,     [FETCHER_APOP] = FETCHER_STAT, [FETCHER_USER] = FETCHER_PASS,
    [FETCHER_PASS] = FETCHER_STAT,     [FETCHER_STAT] = FETCHER_LIST, [FETCHER_LIST] = FETCHER_UIDL,
};

static enum fetcher_step step_behind_group(struct fetcher *fetcher)
{
    return fetcher_finds_fetched(fetcher) ? FETCHER_DELE : next_of_message(fetcher);
}

static bool may_delete(const struct fetcher *fetcher)
{
    return fetcher->done || fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_DELETES_WHAT_IT_HAS);
}

static enum fetcher_step login_step(struct fetcher *fetcher)
{
    if (!fetcher_wish_takes_clear(fetcher)) {
        return FETCHER_QUIT;
    }
    if (fetcher_wish_is_login(fetcher)) {
        return fetcher_wish_login(fetcher);
    }
    return fetcher->offers_cram_md5 ? FETCHER_AUTH : FETCHER_USER;
}

static enum fetcher_step step_behind(struct fetcher *fetcher)
{
    switch (fetcher->step) {
    case FETCHER_CAPA:
        if (fetcher->done && fetcher->offers_stls && !fetcher->in_tls &&
            fetcher->settings->wishes.tls != CLIENT_TLS_NEVER) {
            return FETCHER_STLS;
        }
        return fetcher->done ? login_step(fetcher) : FETCHER_QUIT;
    case FETCHER_STLS: /* refused */
        if (fetcher_wish_is_login(fetcher)) {
            return login_step(fetcher);
        }
        return fetcher->done ? next_step[fetcher->step] : FETCHER_QUIT;
    case FETCHER_GREETING:
    case FETCHER_AUTH:
    case FETCHER_APOP:
    case FETCHER_USER:
    case FETCHER_PASS:
    case FETCHER_STAT:
    case FETCHER_LIST:
        return fetcher->done ? next_step[fetcher->step] : FETCHER_QUIT;
    case FETCHER_RETR:
        if (fetcher->group.count > 0) {
            return step_behind_group(fetcher);
        }
        if (!fetcher->settings->keep && may_delete(fetcher)) {
            return FETCHER_DELE;
        }
        fetcher->current++;
        return next_of_message(fetcher);
    case FETCHER_DELE:
        if (fetcher->group.count > 0) {
            return step_behind_group(fetcher);
        }
        fetcher->current++;
        return next_of_message(fetcher);
    case FETCHER_TOP:
        if (fetcher->settings->wishes.maildrop != NULL ||
            (!fetcher->done && fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_OPTIONAL_REFUSED_2))) {
            fetcher->current++;
        }
        return next_of_message(fetcher);
    case FETCHER_UIDL:
        fetcher_wish_choose(fetcher);
        fetcher_sort_known(fetcher);
        return next_of_message(fetcher);
    case FETCHER_QUIT:
    case FETCHER_STEP_COUNT:
        break;
    }
    return FETCHER_QUIT;
}

/* Behind an unreadable response, or where a fault gave up, nothing but QUIT is worth a try. */
static bool has_given_up(const struct fetcher *fetcher)
{
    bool before_messages = fetcher->step < FETCHER_RETR;
    return (before_messages && fetcher->result != CLIENT_DONE) ||
           fetcher->result == CLIENT_PROTOCOL_ERROR;
}

/* Some faults send a command before its time. */
static void say_ahead(struct fetcher *fetcher, enum fetcher_step step)
{
    enum fetcher_step now = fetcher->step;
    fetcher_say(fetcher, step);
    fetcher->step = now;
    fetcher->said_ahead = true;
}

static bool is_followed_early(const struct fetcher *fetcher)
{
    return (fetcher->step == FETCHER_STAT &&
            fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_WAITS_FOR_RESPONSE)) ||
           (fetcher->step == FETCHER_USER &&
            fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_WAITS_FOR_RESPONSE_2));
}

static void go_on(struct fetcher *fetcher)
{
    if (fetcher->said_ahead) {
        fetcher->said_ahead = false;
        fetcher->step = next_step[fetcher->step];
        return;
    }
    if (fetcher->step == FETCHER_QUIT) {
        fetcher->over = true;
        return;
    }
    if (fetcher_digresses(fetcher) || fetcher_group_waits(fetcher)) {
        return;
    }
    enum fetcher_step next = has_given_up(fetcher) ? FETCHER_QUIT : step_behind(fetcher);
    if (next == FETCHER_QUIT && fetcher->deleted > 0 &&
        fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_QUIT_TO_COMMIT)) {
        fetcher->over = true;
    } else if (next == FETCHER_RETR && fetcher_may_group(fetcher)) {
        fetcher_say_group(fetcher);
    } else {
        fetcher_say(fetcher, next);
    }
    if (is_followed_early(fetcher)) {
        say_ahead(fetcher, next_step[fetcher->step]);
    }
}

/* ---- responses ---- */

static void take_step(struct fetcher *fetcher, const struct pop3_status *status)
{
    bool refused = status->indicator == POP3_ERR;
    bool ok = status->indicator == POP3_OK;
    fetcher->challenged =
        status->indicator == POP3_CONTINUE && fetcher->step == FETCHER_AUTH && !fetcher->over;
    if (fetcher->challenged) {
        if (fetcher_wish_is_login(fetcher)) {
            fetcher_wish_take_challenge(fetcher, status->text);
        } else {
            fetcher_take_challenge(fetcher, status->text);
        }
    } else if (refused || (ok && fetcher_misreads(fetcher, status->text))) {
        fetcher_take_error(fetcher, status->text);
    } else if (ok) {
        fetcher_take_ok(fetcher, status->text);
    } else if (fetcher->step != FETCHER_QUIT) {
        fetcher->done = false;
        fetcher_wish_nonsense(fetcher);
        fetcher_note(fetcher, fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_UNREADABLE_REPORTED)
                                  ? CLIENT_DONE
                                  : CLIENT_PROTOCOL_ERROR);
    }
}

static void run_status(struct fetcher *fetcher)
{
    struct wire_line line = line_reader_line(&fetcher->line);
    struct pop3_status status = pop3_status_read(&line);
    bool multiline =
        fetcher->in_aside ? fetcher->aside_is_multiline : fetcher_is_multiline(fetcher->step);
    if (!fetcher->in_aside) {
        take_step(fetcher, &status);
    }
    line_reader_reset(&fetcher->line);
    fetcher->in_body = multiline && status.indicator == POP3_OK;
    if (fetcher->in_body) {
        fetcher_begin_body(fetcher);
    } else {
        fetcher->in_aside = false;
        if (!fetcher->wants_tls && !fetcher->challenged) {
            go_on(fetcher);
        }
    }
}

static size_t take_status(struct fetcher *fetcher, struct bytes octets)
{
    enum line_reader_state state = LINE_READER_PART;
    size_t used = line_reader_take(&fetcher->line, octets, &state);
    if (state == LINE_READER_TOO_LONG) {
        give_up(fetcher);
    } else if (state == LINE_READER_WHOLE) {
        run_status(fetcher);
    }
    return used;
}

static size_t max_body_octets(const struct fetcher *fetcher)
{
    bool is_message = fetcher->step == FETCHER_RETR || fetcher->step == FETCHER_TOP;
    return is_message ? MAX_MESSAGES_OCTETS - fetcher->messages.n : MAX_LISTING_OCTETS;
}

static size_t take_body(struct fetcher *fetcher, struct bytes octets)
{
    size_t used = fetcher_read_body(fetcher, octets);
    if (fetcher->body.n > max_body_octets(fetcher)) {
        give_up(fetcher);
        return used;
    }
    if (!fetcher->reader.complete) {
        return used;
    }
    if (!fetcher->in_aside) {
        fetcher_take_body(fetcher, buf_bytes(&fetcher->body));
    }
    fetcher->in_aside = false;
    fetcher->in_body = false;
    fetcher->reader = (struct smtp_data_reader){0};
    buf_deinit(&fetcher->body);
    go_on(fetcher);
    return used;
}

/* ---- the fetcher ---- */

struct fetcher *fetcher_new(const struct client_settings *settings, struct buf *out)
{
    assert(settings->protocol == CLIENT_POP3 && settings->user != NULL && settings->secret != NULL);
    struct fetcher *fetcher = mem_alloc(sizeof *fetcher);
    fetcher->settings = settings;
    if (fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_WAITS_FOR_GREETING)) {
        fetcher->out = out;
        say_ahead(fetcher, FETCHER_CAPA);
        fetcher->out = NULL;
    }
    if (fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_WAITS_FOR_GREETING_2)) {
        fetcher->said_octets = 2;
        buf_append(out, bytes_slice(BYTES_LIT("CAPA"), 0, fetcher->said_octets));
    }
    return fetcher;
}

void fetcher_feed(struct fetcher *fetcher, struct bytes octets, struct buf *out)
{
    fetcher->out = out;
    while (octets.n > 0 && !fetcher->over && !fetcher->wants_tls) {
        octets = bytes_skip(octets, fetcher->in_body ? take_body(fetcher, octets)
                                                     : take_status(fetcher, octets));
    }
    if (fetcher->wants_tls &&
        fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_TLS_RESPONSE_INJECTION)) {
        buf_append(&fetcher->left, octets);
    }
    fetcher->out = NULL;
}

bool fetcher_wants_tls(const struct fetcher *fetcher)
{
    return fetcher->wants_tls && !fetcher->over;
}

/* RFC 2595 sections 2.4 and 4: what the server said before does not count, and its name is checked. */
static enum fetcher_step step_inside_tls(struct fetcher *fetcher, bool good)
{
    if (!good && !fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_PASSWORD_CERTIFICATE)) {
        fetcher_wish_refuse(fetcher, CLIENT_REFUSED, "the server's certificate is not good");
        fetcher->is_bad_certificate = true;
        return fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_PLAIN_CERTIFICATE) ||
                       fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_PLAIN_CERTIFICATE_2)
                   ? FETCHER_CAPA
                   : FETCHER_QUIT;
    }
    return fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_CAPA_AFTER_TLS) ? FETCHER_USER
                                                                        : FETCHER_CAPA;
}

void fetcher_secured(struct fetcher *fetcher, bool good, struct buf *out)
{
    struct buf left = fetcher->left;
    fetcher->left = (struct buf){0};
    fetcher->wants_tls = false;
    fetcher->in_tls = true;
    fetcher->offers_top = false;
    fetcher->offers_pipelining = false;
    fetcher->offers_plain = false;
    fetcher->offers_cram_md5 = false;
    fetcher_wish_forget(fetcher);
    fetcher->said_ahead = false;
    line_reader_reset(&fetcher->line);
    fetcher->out = out;
    fetcher_say(fetcher, step_inside_tls(fetcher, good));
    fetcher->out = NULL;
    fetcher_feed(fetcher, buf_bytes(&left), out);
    buf_deinit(&left);
}

bool fetcher_began_in_tls(struct fetcher *fetcher, bool good)
{
    fetcher->in_tls = true;
    if (!good) {
        fetcher_wish_refuse(fetcher, CLIENT_REFUSED, "the server's certificate is not good");
        fetcher->over = true;
    }
    return good;
}

/* RFC 1939 section 6: behind QUIT only the removal of messages can be lost. */
void fetcher_ended(struct fetcher *fetcher)
{
    if (fetcher->over) {
        return;
    }
    fetcher->over = true;
    bool hides = fetcher->step == FETCHER_RETR && fetcher->in_body &&
                 fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_NO_SUCCESS_AFTER_LOSS);
    if ((fetcher->step != FETCHER_QUIT || fetcher->deleted > 0) && !hides) {
        fetcher_note(fetcher, CLIENT_REFUSED_FOR_NOW);
    }
}

bool fetcher_is_over(const struct fetcher *fetcher)
{
    return fetcher->over;
}

enum client_result fetcher_result(const struct fetcher *fetcher)
{
    return fetcher->result;
}

size_t fetcher_count(const struct fetcher *fetcher)
{
    return fetcher->message_count;
}

struct bytes fetcher_messages(const struct fetcher *fetcher)
{
    return buf_bytes(&fetcher->messages);
}

struct bytes fetcher_trouble(const struct fetcher *fetcher)
{
    return buf_bytes(&fetcher->wished.trouble);
}

void fetcher_free(struct fetcher **fetcher_p)
{
    struct fetcher *fetcher = *fetcher_p;
    *fetcher_p = NULL;
    if (fetcher == NULL) {
        return;
    }
    line_reader_deinit(&fetcher->line);
    buf_deinit(&fetcher->left);
    buf_deinit(&fetcher->body);
    buf_deinit(&fetcher->messages);
    free(fetcher->numbers);
    fetcher_ids_deinit(&fetcher->ids);
    fetcher_wish_end(fetcher);
    free(fetcher);
}
