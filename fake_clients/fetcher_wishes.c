/* What a fetcher is asked for by people: a login that is demanded, and some of the messages. */
#include "fake_clients/fetcher_wishes.h"

#include <stdlib.h>
#include <string.h>

#include "auth/digest.h"
#include "base/mem.h"
#include "fake_clients/fetcher_session.h"

/* RFC 2449 section 4, RFC 5034 section 4: a command line has 255 octets with CRLF; "AUTH " is a part of it. */
enum { LONGEST_AUTH = 255 - 2 - 5 };

static const struct client_wishes *wishes_of(const struct fetcher *fetcher)
{
    return &fetcher->settings->wishes;
}

void fetcher_wish_end(struct fetcher *fetcher)
{
    struct fetcher_wished *wished = &fetcher->wished;
    sasl_login_deinit(&wished->login);
    buf_deinit(&wished->auth);
    buf_deinit(&wished->timestamp);
    buf_deinit(&wished->ids);
    buf_deinit(&wished->trouble);
    free(wished->listed);
}

void fetcher_wish_forget(struct fetcher *fetcher)
{
    sasl_login_forget(&fetcher->wished.login);
}

/* ---- what ended it ---- */

static const char *step_name(enum fetcher_step step)
{
    static const char *const names[FETCHER_STEP_COUNT] = {
        [FETCHER_GREETING] = "the greeting",
        [FETCHER_CAPA] = "CAPA",
        [FETCHER_STLS] = "STLS",
        [FETCHER_AUTH] = "AUTH",
        [FETCHER_APOP] = "APOP",
        [FETCHER_USER] = "USER",
        [FETCHER_PASS] = "PASS",
        [FETCHER_STAT] = "STAT",
        [FETCHER_LIST] = "LIST",
        [FETCHER_UIDL] = "UIDL",
        [FETCHER_TOP] = "TOP",
        [FETCHER_RETR] = "RETR",
        [FETCHER_DELE] = "DELE",
        [FETCHER_QUIT] = "QUIT",
    };
    return names[step];
}

void fetcher_wish_refuse(struct fetcher *fetcher, enum client_result result, const char *reason)
{
    client_trouble_set(&fetcher->wished.trouble, "%s", reason);
    fetcher_note(fetcher, result);
}

void fetcher_wish_tell(struct fetcher *fetcher, struct bytes text)
{
    struct buf shown = {0};
    buf_append(&shown, text);
    client_trouble_set(&fetcher->wished.trouble, "%s: -ERR %s", step_name(fetcher->step),
                       buf_text(&shown));
    buf_deinit(&shown);
}

void fetcher_wish_nonsense(struct fetcher *fetcher)
{
    client_trouble_set(&fetcher->wished.trouble,
                       "what the server says to %s has no end, or makes no sense",
                       step_name(fetcher->step));
}

/* ---- what is offered ---- */

void fetcher_wish_read_capability(struct fetcher *fetcher, struct bytes tag, struct bytes rest)
{
    struct bytes word = {0};
    while (bytes_is_nocase(tag, "SASL") && bytes_next_word(&rest, &word)) {
        sasl_login_offer(&fetcher->wished.login, word);
    }
}

void fetcher_wish_read_greeting(struct fetcher *fetcher, struct bytes text)
{
    struct bytes timestamp = {0};
    if (pop3_timestamp_find(text, &timestamp) && bytes_is_ascii(timestamp)) {
        buf_append(&fetcher->wished.timestamp, timestamp);
    }
}

bool fetcher_wish_takes_clear(struct fetcher *fetcher)
{
    if (fetcher->in_tls || wishes_of(fetcher)->tls != CLIENT_TLS_DEMANDED) {
        return true;
    }
    fetcher_wish_refuse(fetcher, CLIENT_REFUSED,
                        fetcher->offers_stls ? "the server does not begin TLS"
                                             : "the server does not offer STLS");
    return false;
}

/* ---- logins ---- */

bool fetcher_wish_is_login(const struct fetcher *fetcher)
{
    return wishes_of(fetcher)->login != CLIENT_LOGIN_SAFE;
}

static enum fetcher_step refuse_login(struct fetcher *fetcher, const char *reason)
{
    fetcher_wish_refuse(fetcher, CLIENT_LOGIN_REFUSED, reason);
    return FETCHER_QUIT;
}

static enum fetcher_step begin_sasl(struct fetcher *fetcher)
{
    struct error error = {""};
    buf_clear(&fetcher->wished.auth);
    return sasl_login_begin(&fetcher->wished.login, fetcher->settings, LONGEST_AUTH,
                            &fetcher->wished.auth, &error)
               ? FETCHER_AUTH
               : refuse_login(fetcher, error.text);
}

/* Inside TLS the certificate is good, or the session would be over. */
static enum fetcher_step best_login(struct fetcher *fetcher)
{
    if (sasl_login_choose(&fetcher->wished.login, wishes_of(fetcher), fetcher->in_tls)) {
        return begin_sasl(fetcher);
    }
    if (fetcher->wished.timestamp.n > 0 && !fetcher->in_tls) {
        return FETCHER_APOP;
    }
    if (fetcher->in_tls || wishes_of(fetcher)->is_local) {
        return FETCHER_USER;
    }
    return refuse_login(fetcher, "the connection is in clear text, and the server offers only "
                                 "logins that would tell the secret");
}

enum fetcher_step fetcher_wish_login(struct fetcher *fetcher)
{
    switch (wishes_of(fetcher)->login) {
    case CLIENT_LOGIN_USER:
        return FETCHER_USER;
    case CLIENT_LOGIN_APOP:
        return fetcher->wished.timestamp.n > 0
                   ? FETCHER_APOP
                   : refuse_login(fetcher, "the greeting has no timestamp, so there is no APOP");
    case CLIENT_LOGIN_SASL:
        return sasl_login_choose(&fetcher->wished.login, wishes_of(fetcher), true)
                   ? begin_sasl(fetcher)
                   : refuse_login(fetcher, "the server does not offer a login of that kind");
    case CLIENT_LOGIN_SAFE:
    case CLIENT_LOGIN_BEST:
        break;
    }
    return best_login(fetcher);
}

void fetcher_wish_say_auth(struct fetcher *fetcher)
{
    buf_append_octet(fetcher->out, ' ');
    buf_append(fetcher->out, buf_bytes(&fetcher->wished.auth));
}

/* RFC 1939 section 7 */
void fetcher_wish_say_apop(struct fetcher *fetcher)
{
    buf_printf(fetcher->out, " %s ", fetcher->settings->user);
    digest_apop(fetcher->out, buf_bytes(&fetcher->wished.timestamp),
                bytes_of(fetcher->settings->secret));
}

/* RFC 5034 section 4: "*" cancels; a server that goes on even then is left. */
void fetcher_wish_take_challenge(struct fetcher *fetcher, struct bytes challenge)
{
    struct error error = {""};
    struct buf response = {0};
    if (fetcher->result != CLIENT_DONE) {
        fetcher_say(fetcher, FETCHER_QUIT);
    } else if (sasl_login_answer(&fetcher->wished.login, challenge, &response, &error)) {
        buf_append(fetcher->out, buf_bytes(&response));
        buf_append_text(fetcher->out, "\r\n");
    } else {
        fetcher_wish_refuse(fetcher, CLIENT_PROTOCOL_ERROR, error.text);
        buf_append_text(fetcher->out, "*\r\n");
    }
    buf_deinit(&response);
}

void fetcher_wish_logged_in(struct fetcher *fetcher)
{
    if (fetcher_wish_is_login(fetcher) && !sasl_login_may_succeed(&fetcher->wished.login)) {
        fetcher_wish_refuse(fetcher, CLIENT_PROTOCOL_ERROR,
                            "the server says that the login is done before it is");
    }
}

/* ---- messages ---- */

void fetcher_wish_read_listed(struct fetcher *fetcher, uint64_t number, struct bytes rest)
{
    struct fetcher_wished *wished = &fetcher->wished;
    struct fetcher_listed listed = {.number = number};
    (void)pop3_size_read(rest, &listed.octets);
    wished->listed = mem_grow(wished->listed, wished->listed_count, &wished->listed_capacity,
                              sizeof *wished->listed);
    wished->listed[wished->listed_count++] = listed;
}

static int compare_numbers(const void *a, const void *b)
{
    const struct fetcher_listed *left = a;
    const struct fetcher_listed *right = b;
    return (left->number > right->number) - (left->number < right->number);
}

/* Messages are listed in ascending order by every server; of another one the ids are not found, and nothing hangs on them. */
void fetcher_wish_read_id(struct fetcher *fetcher, struct bytes line)
{
    struct fetcher_wished *wished = &fetcher->wished;
    struct pop3_listing listing = {0};
    if (!pop3_listing_read(line, &listing) || wished->listed_count == 0) {
        return;
    }
    const struct fetcher_listed key = {.number = listing.number};
    struct fetcher_listed *found =
        bsearch(&key, wished->listed, wished->listed_count, sizeof key, compare_numbers);
    if (found != NULL) {
        const struct bytes id = bytes_trim(listing.rest);
        found->id_begin = wished->ids.n;
        found->id_octets = id.n;
        buf_append(&wished->ids, id);
    }
}

void fetcher_wish_choose(struct fetcher *fetcher)
{
    const struct client_maildrop *maildrop = wishes_of(fetcher)->maildrop;
    struct fetcher_wished *wished = &fetcher->wished;
    if (maildrop == NULL || fetcher->result != CLIENT_DONE) {
        return;
    }
    fetcher->number_count = 0;
    for (size_t i = 0; i < wished->listed_count; i++) {
        const struct fetcher_listed *at = &wished->listed[i];
        const struct client_listed listed = {
            at->number, at->octets,
            bytes_slice(buf_bytes(&wished->ids), at->id_begin, at->id_begin + at->id_octets)};
        if (maildrop->wants(maildrop->self, &listed)) {
            fetcher->numbers[fetcher->number_count++] =
                at->number; /* there is room: not more than were listed */
        }
    }
}

/* Within a group the responses come in the order of its commands. */
static uint64_t number_now(const struct fetcher *fetcher)
{
    const struct fetcher_group *group = &fetcher->group;
    return group->count > 0 ? fetcher->numbers[group->begin + group->answered]
                            : fetcher_number(fetcher);
}

bool fetcher_wish_take(struct fetcher *fetcher, struct bytes message)
{
    const struct client_maildrop *maildrop = wishes_of(fetcher)->maildrop;
    const bool is_kept =
        !fetcher->wished.stops && maildrop->take(maildrop->self, number_now(fetcher), message);
    fetcher->message_count += is_kept ? 1 : 0;
    fetcher->wished.stops = !is_kept;
    return is_kept;
}
