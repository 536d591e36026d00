#include "cli/conforming.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "cli/conforming_mail.h"
#include "cli/conforming_offer.h"
#include "cli/given.h"
#include "fake_servers/pop3.h"
#include "fake_servers/smtp.h"

/* Conversations of one room at a time; one above that is asked to come again later. */
enum { ROOM_MAX_TALKS = 100 };

struct responder_room {
    struct arena *arena;
    struct server_settings settings;
    struct server_tls tls;
    struct store *store;
    struct bytes *first; /* the maildrop's messages at first */
    size_t first_count;
    size_t talk_count;
    struct buf shown; /* what message() or first_message() gave */
};

/* `smtp` or `pop3` by protocol, the other is NULL; both are where there were too many talks. */
struct responder_talk {
    struct responder_room *room;
    struct smtp_session *smtp;
    struct pop3_session *pop3;
    bool in_exchange; /* SASL: the next unit is a response of the client's to the dialogue */
    bool admitted;    /* by the dialogue */
    bool was_asked; /* for an answer to such a response, which the dialogue may answer after all */
};

/* ---- rooms ---- */

/* The maildrop's owner, where Given: names no users. */
static void add_owner(struct responder_room *room, const char *name, const char *secret)
{
    struct server_user *owner = arena_array(room->arena, 1, sizeof *owner);
    owner->name = arena_strdup(room->arena, name != NULL ? name : "alice");
    owner->secret = arena_strdup(room->arena, secret != NULL ? secret : "secret-a");
    owner->address = strchr(owner->name, '@') != NULL
                         ? owner->name
                         : arena_printf(room->arena, "%s@%s", owner->name,
                                        room->settings.domain_count > 0 ? room->settings.domains[0]
                                                                        : "example.test");
    room->settings.users = owner;
    room->settings.user_count = 1;
}

static void room_close(void *self, struct responder_room *room)
{
    (void)self;
    if (room == NULL) {
        return;
    }
    assert(room->talk_count == 0);
    store_free(&room->store);
    arena_free(&room->arena);
    buf_deinit(&room->shown);
    free(room);
}

static void keep_first(struct responder_room *room)
{
    const struct maildrop *maildrop = store_first(room->store);
    room->first_count = maildrop_count(maildrop);
    room->first = arena_array(room->arena, room->first_count, sizeof *room->first);
    for (size_t i = 0; i < room->first_count; i++) {
        const struct store_message *message = maildrop_entry(maildrop, i)->message;
        room->first[i] = arena_copy(room->arena, bytes_make(message->p, message->n));
    }
}

/* No more than the dialogues of this project were written for; Given: may ask for it. */
static void limit_offers(struct server_settings *settings)
{
    static const enum server_extension hidden[] = {EXTENSION_CHUNKING, EXTENSION_BINARYMIME,
                                                   EXTENSION_SMTPUTF8, EXTENSION_DSN,
                                                   EXTENSION_VRFY};
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) {
        settings->offers[hidden[i]] = false;
    }
}

/* Whom our clients connect to: by that name they find a common name that they must not go by. */
static void name_common_name(struct responder_room *room)
{
    if (room->settings.tls.certificate == TLS_CERTIFICATE_COMMON_NAME_ONLY_RIGHT) {
        room->tls.names[0] = "127.0.0.1";
    }
}

static struct responder_room *room_open(void *self, const struct responder_wish *wish)
{
    const struct clock *clock = self;
    const struct program *program = wish->program;
    struct responder_room *room = mem_alloc(sizeof *room);
    room->arena = arena_new();
    room->settings = settings_default();
    room->settings.clock = *clock;
    room->settings.any_recipient = true;
    room->settings.any_login = true;
    room->settings.takes_bare_line_ends =
        true; /* smtp/client-crlf names it, and the dialogue goes on */
    limit_offers(&room->settings);
    conforming_offer(&room->settings, wish);
    if (program != NULL && given_apply(program, &room->settings, room->arena, wish->error) != 0) {
        room_close(NULL, room);
        return NULL;
    }
    /* Also where Given: offers it: a chunk that no line of the dialogue asks for would be read as commands. */
    room->settings.offers[EXTENSION_CHUNKING] = false;
    if (program == NULL || !given_has(program, "user")) {
        add_owner(room, wish->user, wish->secret);
    }
    if (program == NULL || !given_has(program, "message")) {
        conforming_mail_add(&room->settings, program, room->arena);
    }
    settings_tls(&room->settings, &room->tls);
    name_common_name(room);
    room->store = store_new(&room->settings);
    keep_first(room);
    return room;
}

/* RFC 1939 section 3: every line ends in CRLF, so a bare LF is sent as CRLF. */
static void append_with_crlf(struct buf *out, struct bytes content)
{
    while (content.n > 0) {
        size_t lf = bytes_index(content, '\n', 0);
        size_t end = lf == BYTES_NONE ? content.n : lf;
        bool has_cr = end > 0 && content.p[end - 1] == '\r';
        buf_append(out, bytes_slice(content, 0, lf != BYTES_NONE && has_cr ? end - 1 : end));
        buf_append_text(out, "\r\n");
        content = bytes_skip(content, lf == BYTES_NONE ? end : end + 1);
    }
}

static bool show(struct responder_room *room, struct bytes content, struct bytes *content_r)
{
    buf_clear(&room->shown);
    append_with_crlf(&room->shown, content);
    *content_r = buf_bytes(&room->shown);
    return true;
}

static bool room_message(struct responder_room *room, size_t number, struct bytes *content_r)
{
    const struct maildrop *maildrop = store_first(room->store);
    *content_r = (struct bytes){0};
    if (number < 1 || number > maildrop_count(maildrop)) {
        return false;
    }
    const struct store_message *message = maildrop_entry(maildrop, number - 1)->message;
    return show(room, bytes_make(message->p, message->n), content_r);
}

static bool room_first_message(struct responder_room *room, size_t number, struct bytes *content_r)
{
    *content_r = (struct bytes){0};
    return number >= 1 && number <= room->first_count &&
           show(room, room->first[number - 1], content_r);
}

/* ---- talks ---- */

static struct responder_talk *talk_begin(struct responder_room *room, enum protocol protocol,
                                         struct buf *out)
{
    static const char client[] = "[127.0.0.1]";
    const struct server_settings *settings = &room->settings;
    struct responder_talk *talk = mem_alloc(sizeof *talk);
    bool is_full = room->talk_count >= ROOM_MAX_TALKS;
    talk->room = room;
    room->talk_count++;
    if (protocol == PROTOCOL_POP3) {
        if (is_full) {
            buf_append_text(out, "-ERR Too many connections, come again later\r\n");
        } else {
            talk->pop3 = pop3_session_new(settings, room->store, out);
        }
    } else if (is_full) {
        buf_printf(out, "421 %s too many connections, come again later\r\n", settings->hostname);
    } else if (protocol == PROTOCOL_LMTP) {
        talk->smtp = smtp_session_new_lmtp(settings, room->store, client, out);
    } else {
        talk->smtp = smtp_session_new(settings, room->store, client, out);
    }
    return talk;
}

static void talk_end(struct responder_talk **talk_p)
{
    struct responder_talk *talk = *talk_p;
    *talk_p = NULL;
    if (talk == NULL) {
        return;
    }
    smtp_session_free(&talk->smtp);
    pop3_session_free(&talk->pop3);
    talk->room->talk_count--;
    free(talk);
}

static bool talk_is_over(const struct responder_talk *talk)
{
    if (talk->smtp != NULL) {
        return smtp_session_is_over(talk->smtp);
    }
    return talk->pop3 == NULL || pop3_session_is_over(talk->pop3);
}

/* ---- TLS ---- */

static const struct tls_settings *room_tls(struct responder_room *room)
{
    return &room->tls.settings;
}

static bool talk_wants_tls(const struct responder_talk *talk)
{
    return (talk->smtp != NULL && smtp_session_wants_tls(talk->smtp)) ||
           (talk->pop3 != NULL && pop3_session_wants_tls(talk->pop3));
}

static void talk_secured(struct responder_talk *talk, const struct tls_facts *facts)
{
    talk->in_exchange = talk->admitted = false;
    if (talk->smtp != NULL) {
        smtp_session_secured(talk->smtp, facts);
    }
    if (talk->pop3 != NULL) {
        pop3_session_secured(talk->pop3, facts);
    }
}

/* ---- units ---- */

/*
 * A line that ends in a bare LF, or in nothing, is a unit as well; for the session, which waits for CRLF, it would be a part of
 * the next one. With CRLF behind it, it is a line with a bare LF in it, and gets the answer to that.
 */
static struct bytes with_crlf(struct bytes line, struct buf *room)
{
    if (bytes_ends(line, "\r\n")) {
        return line;
    }
    buf_append(room, line);
    buf_append_text(room, "\r\n");
    return buf_bytes(room);
}

/* Nothing is used up between a STARTTLS and TLS: what comes there is no command. */
static void feed(struct responder_talk *talk, struct bytes unit, struct buf *out)
{
    if (talk_wants_tls(talk)) {
        return;
    }
    while (talk->smtp != NULL && unit.n > 0) {
        unit = bytes_skip(unit, smtp_session_feed(talk->smtp, unit, out));
    }
    while (talk->pop3 != NULL && (unit.n > 0 || pop3_session_has_more(talk->pop3))) {
        unit = bytes_skip(unit, pop3_session_feed(talk->pop3, unit, out));
    }
}

static bool takes_data(const struct responder_talk *talk)
{
    return talk->smtp != NULL && smtp_session_takes_data(talk->smtp);
}

/*
 * The dialogue has asked for the response but does not say how the exchange ends. Who offers no AUTH lets nobody in by it;
 * RFC 4954 section 4: "*" cancels, and is answered 501.
 */
static void answer_response(struct responder_talk *talk, struct bytes response, struct buf *out)
{
    bool is_cancelled = bytes_is(bytes_trim_right(response), "*");
    talk->in_exchange = false;
    talk->was_asked = true;
    if (talk->pop3 != NULL) {
        buf_printf(out, "-ERR Authentication %s\r\n", is_cancelled ? "cancelled" : "failed");
    } else {
        buf_append_text(out, is_cancelled ? "501 5.7.0 Authentication cancelled\r\n"
                                          : "535 5.7.8 Authentication failed\r\n");
    }
}

static void talk_answer(struct responder_talk *talk, struct bytes unit, struct buf *out)
{
    struct buf line = {0};
    if (talk_is_over(talk)) {
        return;
    }
    talk->was_asked = false;
    if (talk->in_exchange) {
        answer_response(talk, unit, out);
    } else {
        feed(talk, takes_data(talk) ? unit : with_crlf(unit, &line), out);
    }
    buf_deinit(&line);
}

/* ---- what the dialogue has answered ---- */

/* "250" is 250; anything else than three digits is 0. */
static unsigned code_number(const char *code)
{
    uint64_t number = 0;
    bool is_number = strlen(code) == 3 && bytes_to_u64(bytes_of(code), &number);
    return is_number ? (unsigned)number : 0;
}

static void talk_admit(struct responder_talk *talk, const char *user)
{
    if (talk->pop3 != NULL) {
        pop3_session_admit(talk->pop3, bytes_of(user));
    } else if (talk->smtp != NULL && !talk->admitted) {
        smtp_session_admit(talk->smtp, user);
    }
    talk->admitted = true;
}

static void note_smtp(struct responder_talk *talk, struct bytes unit, unsigned code)
{
    bool was_response = talk->in_exchange || talk->was_asked;
    bool ends_session = code == 221 || code == 421;
    talk->in_exchange = code == 334;
    if (was_response && code == 235) {
        talk_admit(talk, "");
    } else if (takes_data(talk) || ends_session || (!was_response && !talk->in_exchange)) {
        smtp_session_told(talk->smtp, unit, code);
    }
}

static void note_pop3(struct responder_talk *talk, struct bytes unit, const char *code)
{
    bool was_response = talk->in_exchange || talk->was_asked;
    bool positive = strcmp(code, "+OK") == 0;
    talk->in_exchange = strcmp(code, "+") == 0;
    if (talk->in_exchange) {
        return;
    }
    if (!was_response) {
        pop3_session_told(talk->pop3, unit, positive);
    } else if (positive) {
        talk_admit(talk, "");
    }
}

static void talk_note(struct responder_talk *talk, struct bytes unit, const char *code)
{
    struct buf line = {0};
    struct bytes whole = takes_data(talk) ? unit : with_crlf(unit, &line);
    if (talk->smtp != NULL) {
        note_smtp(talk, whole, code_number(code));
    } else if (talk->pop3 != NULL) {
        note_pop3(talk, whole, code);
    }
    talk->was_asked = false;
    buf_deinit(&line);
}

struct responder conforming_responder(struct clock *clock, const struct tls_authority *authority)
{
    return (struct responder){
        .open = room_open,
        .close = room_close,
        .begin = talk_begin,
        .answer = talk_answer,
        .note = talk_note,
        .admit = talk_admit,
        .message = room_message,
        .first_message = room_first_message,
        .tls = room_tls,
        .wants_tls = talk_wants_tls,
        .secured = talk_secured,
        .is_over = talk_is_over,
        .end = talk_end,
        .authority = authority,
        .self = clock,
    };
}
