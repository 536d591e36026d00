#include "engine/gate_guests.h"

#include <stdlib.h>

#include "base/mem.h"
#include "engine/serve.h"

enum { MAX_GUESTS = 64 };
/* What is kept of guests: events of each, octets of all. One that has more to say goes; so does, where there is no room, who is silent. */
enum { MAX_EVENTS = 4000, MAX_KEPT = 64 * 1024 * 1024, PATIENCE_US = 10 * 1000 * 1000 };

/* Something that happened on a connection before its case was known. */
struct guest_event {
    enum event_kind kind;
    enum side side;
    struct buf octets;
    struct guest_event *next;
};

/* A connection whose case is not known yet. */
struct guest {
    struct guest *next;
    struct guests *guests;
    struct emitter emitter;
    struct event_sink sink;
    struct visitor *visitor;
    struct guest_event *history;
    struct guest_event *units; /* what was said, for another conversation */
    unsigned event_count;
    size_t kept; /* octets */
    int64_t heard_us;
    bool tls_told;
    bool left;
};

struct guests {
    const struct case_env *env;
    const struct target *target;
    struct guest_chooser chooser;
    struct responder_room *room;
    struct tls_context *tls; /* of guests; NULL until one is needed */
    struct guest *first;
    struct timer *tick;
    unsigned count;
    size_t kept; /* octets of all guests */
};

/* ---- What is kept ---- */

static void add_event(struct guest *guest, struct guest_event **list, enum event_kind kind,
                      enum side side, struct bytes octets)
{
    if (guest->event_count >= MAX_EVENTS || octets.n > MAX_KEPT - guest->guests->kept) {
        guest->left = true; /* nothing is kept any more: no case can have it */
        return;
    }
    struct guest_event *added = mem_alloc(sizeof *added);

    guest->event_count++;
    guest->kept += octets.n;
    guest->guests->kept += octets.n;
    added->kind = kind;
    added->side = side;
    buf_append(&added->octets, octets);
    while (*list != NULL) {
        list = &(*list)->next;
    }
    *list = added;
}

static void free_events(struct guest_event **list)
{
    while (*list != NULL) {
        struct guest_event *first = *list;
        *list = first->next;
        buf_deinit(&first->octets);
        free(first);
    }
}

static void on_guest_event(void *self, const struct event *event)
{
    struct guest *guest = self;

    if (event->kind == EVENT_CONNECTED) {
        add_event(guest, &guest->history, event->kind, event->side, bytes_of(event->text));
    } else if (event->kind == EVENT_OCTETS || event->kind == EVENT_SECURED) {
        add_event(guest, &guest->history, event->kind, event->side, event->octets);
    }
}

/* ---- Guests ---- */

static void guest_changed(void *self)
{
    struct guest *guest = self;

    guest->heard_us = loop_now_us(guest->guests->env->config->loop);
    timer_start(guest->guests->tick, 0);
}

static void free_guest(struct guests *guests, struct guest *guest)
{
    struct guest **at = &guests->first;

    while (*at != guest) {
        at = &(*at)->next;
    }
    *at = guest->next;
    if (guest->visitor != NULL && guest->visitor->talk != NULL) {
        guests->env->config->responder->end(&guest->visitor->talk);
    }
    visitor_free(&guest->visitor);
    free_events(&guest->history);
    free_events(&guest->units);
    guests->count--;
    guests->kept -= guest->kept;
    free(guest);
}

/* Those that come and say nothing must not keep the others out. */
static void make_room(struct guests *guests)
{
    struct guest *silent = NULL;
    int64_t now_us = loop_now_us(guests->env->config->loop);

    for (struct guest *guest = guests->first; guest != NULL; guest = guest->next) {
        if (silent == NULL || guest->heard_us < silent->heard_us) {
            silent = guest;
        }
    }
    if (silent != NULL && guests->count >= MAX_GUESTS && now_us - silent->heard_us > PATIENCE_US) {
        free_guest(guests, silent);
    }
}

static void say(struct guest *guest, const struct unit *unit, struct bytes octets)
{
    visitor_say(guest->visitor, octets);
    (void)visitor_flush(guest->visitor);
    visitor_answered(guest->visitor, unit, octets);
}

/* What is listened on is inside TLS from the beginning (RFC 8314). False: it cannot be. */
static bool begin_tls(struct guests *guests, struct guest *guest)
{
    const struct responder *responder = guests->env->config->responder;
    struct error error;

    if (!serve_is_implicit(&guests->target->client, guest->visitor->protocol)) {
        return true;
    }
    if (guests->tls == NULL && responder->authority != NULL) {
        guests->tls =
            tls_context_new_server(responder->tls(guests->room), responder->authority, &error);
    }
    if (guests->tls != NULL) {
        visitor_start_tls(guest->visitor, guests->tls);
    }
    return guests->tls != NULL;
}

static void note_secured(struct guests *guests, struct guest *guest)
{
    if (guest->visitor->tls == VISITOR_SECURED && !guest->tls_told) {
        guest->tls_told = true;
        guests->env->config->responder->secured(guest->visitor->talk, guest->visitor->tls_facts);
    }
}

/* ---- To its case, or answered ---- */

/* What happened so far becomes part of the case. */
static void hand_over(struct guests *guests, struct guest *guest, struct case_run *run)
{
    struct visitor *visitor = guest->visitor;

    for (const struct guest_event *kept = guest->history; kept != NULL; kept = kept->next) {
        struct event event = emit_event(&run->emitter, kept->kind, 1);
        struct buf text = {0};
        event.protocol = visitor->protocol;
        event.side = kept->side;
        event.octets = buf_bytes(&kept->octets);
        buf_append(&text, buf_bytes(&kept->octets));
        event.text = kept->kind == EVENT_CONNECTED ? buf_text(&text) : NULL;
        if (kept->kind == EVENT_SECURED) {
            buf_clear(&text);
            tls_facts_print(visitor->tls_facts, &text);
            event.text = buf_text(&text);
            event.tls = visitor->tls_facts;
        }
        emit(&run->emitter, &event);
        buf_deinit(&text);
    }
    guests->env->config->responder->end(&visitor->talk);
    guest->visitor = NULL;
    visitor_put_back(visitor); /* the unit that told is the first one of the case */
    serve_adopt(run->serve, visitor);
    for (const struct guest_event *unit = guest->units; unit != NULL; unit = unit->next) {
        serve_catch_up(run->serve, buf_bytes(&unit->octets));
    }
    free_guest(guests, guest);
}

static void answer(struct guests *guests, struct guest *guest, const struct unit *unit)
{
    struct buf out = {0};

    add_event(guest, &guest->units, EVENT_OCTETS, SIDE_CLIENT, unit->octets);
    guests->env->config->responder->answer(guest->visitor->talk, unit->octets, &out);
    say(guest, unit, buf_bytes(&out));
    buf_deinit(&out);
    if (guests->env->config->responder->is_over(guest->visitor->talk)) {
        guest->left = true;
    }
}

/* True: the guest is gone, to its case or for good. */
static bool advance_guest(struct guests *guests, struct guest *guest)
{
    while (!guest->left) {
        note_secured(guests, guest);
        enum visitor_take take = visitor_take(guest->visitor);
        if (take == VISITOR_TAKE_NOTHING) {
            return false;
        }
        if (take != VISITOR_TAKE_UNIT) {
            break;
        }
        struct case_run *run = guests->chooser.choose(
            guests->chooser.self, guest->visitor->protocol, &guest->visitor->unit);
        if (run != NULL) {
            hand_over(guests, guest, run);
            return true;
        }
        answer(guests, guest, &guest->visitor->unit);
    }
    free_guest(guests, guest);
    return true;
}

static void on_tick(void *self)
{
    struct guests *guests = self;

    for (struct guest *guest = guests->first; guest != NULL;) {
        struct guest *next = guest->next;
        (void)advance_guest(guests, guest);
        guest = next;
    }
}

/* ---- Coming and ending ---- */

void guests_add(struct guests *guests, struct listener *listener, enum protocol protocol)
{
    static const struct unit nothing = {.kind = UNIT_COMMAND};
    struct guest *guest = mem_alloc(sizeof *guest);
    struct buf greeting = {0};

    make_room(guests);
    guest->guests = guests;
    guest->heard_us = loop_now_us(guests->env->config->loop);
    guest->next = guests->first;
    guests->first = guest;
    guests->count++;
    guest->sink = (struct event_sink){on_guest_event, guest};
    guest->emitter = (struct emitter){
        .sink = &guest->sink, .loop = guests->env->config->loop, .start_us = guests->env->start_us};
    guest->visitor = visitor_new(listener, protocol, 1, &guest->emitter, guest_changed, guest);
    if (guest->visitor == NULL) {
        free_guest(guests, guest);
        return;
    }
    guest->visitor->talk = guests->env->config->responder->begin(guests->room, protocol, &greeting);
    if (guests->count > MAX_GUESTS) {
        buf_clear(&greeting);
        buf_append_text(&greeting, protocol == PROTOCOL_POP3
                                       ? "-ERR [SYS/TEMP] Too many connections\r\n"
                                       : "421 Too many connections\r\n");
        guest->left = true;
    }
    guest->left |= !begin_tls(guests, guest);
    say(guest, &nothing, buf_bytes(&greeting));
    buf_deinit(&greeting);
    if (guest->left) {
        free_guest(guests, guest);
    }
}

struct guests *guests_new(const struct case_env *env, const struct target *target,
                          struct guest_chooser chooser)
{
    struct guests *guests = mem_alloc(sizeof *guests);

    guests->env = env;
    guests->target = target;
    guests->chooser = chooser;
    struct responder_wish wish = {.user = "alice", .secret = "secret-alice"};
    guests->room = env->config->responder->open(env->config->responder->self, &wish);
    guests->tick = timer_new(env->config->loop, on_tick, guests);
    return guests;
}

void guests_free(struct guests **guests_p)
{
    struct guests *guests = *guests_p;

    if (guests == NULL) {
        return;
    }
    while (guests->first != NULL) {
        free_guest(guests, guests->first);
    }
    timer_free(&guests->tick);
    tls_context_free(&guests->tls);
    guests->env->config->responder->close(guests->env->config->responder->self, guests->room);
    free(guests);
    *guests_p = NULL;
}
