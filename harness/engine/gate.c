#include "engine/gate.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/case_names.h"
#include "engine/serve.h"
#include "engine/visitor.h"
#include "proto/pop3.h"
#include "proto/smtp_command.h"

enum { MAX_GUESTS = 64, SLUG_MAX = 60 };
/* What is kept of guests: events of each, octets of all. One that has more to say goes; so does, where there is no room, who is silent. */
enum { MAX_EVENTS = 4000, MAX_KEPT = 64 * 1024 * 1024, PATIENCE_US = 10 * 1000 * 1000 };

struct gate_case {
    struct gate_case *next;
    struct gate *gate;
    struct case_run *run;
    enum protocol protocol;
    struct listener *listener; /* of its own; NULL: it is chosen */
    char *slug;
    bool over;
    bool told;
};

/* Something that happened on a connection before its case was known. */
struct gate_event {
    enum event_kind kind;
    enum side side;
    struct buf octets;
    struct gate_event *next;
};

/* A connection whose case is not known yet. */
struct guest {
    struct guest *next;
    struct gate *gate;
    struct emitter emitter;
    struct event_sink sink;
    struct visitor *visitor;
    struct gate_event *history;
    struct gate_event *units; /* what was said, for another conversation */
    unsigned event_count;
    size_t kept; /* octets */
    int64_t heard_us;
    bool tls_told;
    bool left;
};

struct gate {
    const struct case_env *env;
    const struct target *target;
    struct responder_room *room;
    struct tls_context
        *tls; /* of connections whose case is not known yet; NULL until one is needed */
    struct listener *shared_mail;
    struct listener *shared_pop3;
    struct gate_case *cases;
    struct guest *guests;
    struct timer *tick;
    struct timer *announce;
    unsigned guest_count;
    size_t kept;        /* octets of all guests */
    unsigned next_mail; /* port of the next case */
    unsigned next_pop3;
};

/* ---- What is kept ---- */

static void add_event(struct guest *guest, struct gate_event **list, enum event_kind kind,
                      enum side side, struct bytes octets)
{
    if (guest->event_count >= MAX_EVENTS || octets.n > MAX_KEPT - guest->gate->kept) {
        guest->left = true; /* nothing is kept any more: no case can have it */
        return;
    }
    struct gate_event *added = mem_alloc(sizeof *added);

    guest->event_count++;
    guest->kept += octets.n;
    guest->gate->kept += octets.n;
    added->kind = kind;
    added->side = side;
    buf_append(&added->octets, octets);
    while (*list != NULL) {
        list = &(*list)->next;
    }
    *list = added;
}

static void free_events(struct gate_event **list)
{
    while (*list != NULL) {
        struct gate_event *first = *list;
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

    guest->heard_us = loop_now_us(guest->gate->env->config->loop);
    timer_start(guest->gate->tick, 0);
}

static void free_guest(struct gate *gate, struct guest *guest)
{
    struct guest **at = &gate->guests;

    while (*at != guest) {
        at = &(*at)->next;
    }
    *at = guest->next;
    if (guest->visitor != NULL && guest->visitor->talk != NULL) {
        gate->env->config->responder->end(&guest->visitor->talk);
    }
    visitor_free(&guest->visitor);
    free_events(&guest->history);
    free_events(&guest->units);
    gate->guest_count--;
    gate->kept -= guest->kept;
    free(guest);
}

/* Those that come and say nothing must not keep the others out. */
static void make_room(struct gate *gate)
{
    struct guest *silent = NULL;
    int64_t now_us = loop_now_us(gate->env->config->loop);

    for (struct guest *guest = gate->guests; guest != NULL; guest = guest->next) {
        if (silent == NULL || guest->heard_us < silent->heard_us) {
            silent = guest;
        }
    }
    if (silent != NULL && gate->guest_count >= MAX_GUESTS &&
        now_us - silent->heard_us > PATIENCE_US) {
        free_guest(gate, silent);
    }
}

static void say(struct guest *guest, const struct unit *unit, struct bytes octets)
{
    visitor_say(guest->visitor, octets);
    (void)visitor_flush(guest->visitor);
    visitor_answered(guest->visitor, unit, octets);
}

/* What is listened on is inside TLS from the beginning (RFC 8314). False: it cannot be. */
static bool begin_tls(struct gate *gate, struct guest *guest)
{
    const struct responder *responder = gate->env->config->responder;
    struct error error;

    if (!serve_is_implicit(&gate->target->client, guest->visitor->protocol)) {
        return true;
    }
    if (gate->tls == NULL && responder->authority != NULL) {
        gate->tls =
            tls_context_new_server(responder->tls(gate->room), responder->authority, &error);
    }
    if (gate->tls != NULL) {
        visitor_start_tls(guest->visitor, gate->tls);
    }
    return gate->tls != NULL;
}

static void note_secured(struct gate *gate, struct guest *guest)
{
    if (guest->visitor->tls == VISITOR_SECURED && !guest->tls_told) {
        guest->tls_told = true;
        gate->env->config->responder->secured(guest->visitor->talk, guest->visitor->tls_facts);
    }
}

static void add_guest(struct gate *gate, struct listener *listener, enum protocol protocol)
{
    static const struct unit nothing = {.kind = UNIT_COMMAND};
    struct guest *guest = mem_alloc(sizeof *guest);
    struct buf greeting = {0};

    make_room(gate);
    guest->gate = gate;
    guest->heard_us = loop_now_us(gate->env->config->loop);
    guest->next = gate->guests;
    gate->guests = guest;
    gate->guest_count++;
    guest->sink = (struct event_sink){on_guest_event, guest};
    guest->emitter = (struct emitter){
        .sink = &guest->sink, .loop = gate->env->config->loop, .start_us = gate->env->start_us};
    guest->visitor = visitor_new(listener, protocol, 1, &guest->emitter, guest_changed, guest);
    if (guest->visitor == NULL) {
        free_guest(gate, guest);
        return;
    }
    guest->visitor->talk = gate->env->config->responder->begin(gate->room, protocol, &greeting);
    if (gate->guest_count > MAX_GUESTS) {
        buf_clear(&greeting);
        buf_append_text(&greeting, protocol == PROTOCOL_POP3
                                       ? "-ERR [SYS/TEMP] Too many connections\r\n"
                                       : "421 Too many connections\r\n");
        guest->left = true;
    }
    guest->left |= !begin_tls(gate, guest);
    say(guest, &nothing, buf_bytes(&greeting));
    buf_deinit(&greeting);
    if (guest->left) {
        free_guest(gate, guest);
    }
}

/* ---- Which case it is ---- */

static struct bytes name_in_path(struct bytes argument)
{
    size_t open = bytes_index(argument, '<', 0);
    struct bytes path = bytes_skip(argument, open == BYTES_NONE ? argument.n : open + 1);
    size_t end = bytes_index(path, '@', 0);
    size_t close = bytes_index(path, '>', 0);

    end = end < close ? end : close;
    return bytes_slice(path, 0, end == BYTES_NONE ? path.n : end);
}

/* The name that tells; false: this unit tells nothing. */
static bool telling_name(const struct guest *guest, const struct unit *unit, struct bytes *name_r)
{
    struct bytes line = bytes_trim_right(unit->octets);

    if (unit->kind != UNIT_COMMAND) {
        return false;
    }
    if (guest->visitor->protocol == PROTOCOL_POP3) {
        struct pop3_command command = pop3_command_read(line);
        *name_r = command.argument;
        return (command.verb == POP3_USER || command.verb == POP3_APOP) &&
               bytes_next_word(&command.argument, name_r);
    }
    struct smtp_command command = smtp_command_read(line);
    *name_r = name_in_path(command.argument);
    return command.verb == SMTP_RCPT;
}

static bool is_named(const struct gate_case *known, struct bytes name)
{
    size_t plus = bytes_index(name, '+', 0);

    return bytes_is_nocase(name, known->slug) ||
           (plus != BYTES_NONE && bytes_is_nocase(bytes_skip(name, plus + 1), known->slug));
}

static bool takes(const struct gate_case *known, const struct guest *guest)
{
    bool pop3 = guest->visitor->protocol == PROTOCOL_POP3;

    return !known->over && known->listener == NULL && (known->protocol == PROTOCOL_POP3) == pop3 &&
           serve_waits_for_visit(known->run->serve);
}

static struct gate_case *case_named(struct gate *gate, const struct guest *guest, struct bytes name)
{
    for (struct gate_case *known = gate->cases; known != NULL; known = known->next) {
        if (takes(known, guest) && is_named(known, name)) {
            return known;
        }
    }
    return NULL;
}

/* What happened so far becomes part of the case. */
static void hand_over(struct gate *gate, struct guest *guest, struct case_run *run)
{
    struct visitor *visitor = guest->visitor;

    for (const struct gate_event *kept = guest->history; kept != NULL; kept = kept->next) {
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
    gate->env->config->responder->end(&visitor->talk);
    guest->visitor = NULL;
    visitor_put_back(visitor); /* the unit that told is the first one of the case */
    serve_adopt(run->serve, visitor);
    for (const struct gate_event *unit = guest->units; unit != NULL; unit = unit->next) {
        serve_catch_up(run->serve, buf_bytes(&unit->octets));
    }
    free_guest(gate, guest);
}

static void answer(struct gate *gate, struct guest *guest, const struct unit *unit)
{
    struct buf out = {0};

    add_event(guest, &guest->units, EVENT_OCTETS, SIDE_CLIENT, unit->octets);
    gate->env->config->responder->answer(guest->visitor->talk, unit->octets, &out);
    say(guest, unit, buf_bytes(&out));
    buf_deinit(&out);
    if (gate->env->config->responder->is_over(guest->visitor->talk)) {
        guest->left = true;
    }
}

/* True: the guest is gone, to its case or for good. */
static bool advance_guest(struct gate *gate, struct guest *guest)
{
    struct bytes name = {0};

    while (!guest->left) {
        note_secured(gate, guest);
        enum visitor_take take = visitor_take(guest->visitor);
        if (take == VISITOR_TAKE_NOTHING) {
            return false;
        }
        if (take != VISITOR_TAKE_UNIT) {
            break;
        }
        struct gate_case *known = telling_name(guest, &guest->visitor->unit, &name)
                                      ? case_named(gate, guest, name)
                                      : NULL;
        if (known != NULL) {
            hand_over(gate, guest, known->run);
            return true;
        }
        answer(gate, guest, &guest->visitor->unit);
    }
    free_guest(gate, guest);
    return true;
}

static void on_tick(void *self)
{
    struct gate *gate = self;

    for (struct guest *guest = gate->guests; guest != NULL;) {
        struct guest *next = guest->next;
        (void)advance_guest(gate, guest);
        guest = next;
    }
}

/* ---- Listeners ---- */

/* The one that shares the port with no other; NULL: there are several. */
static struct gate_case *only_case(struct gate *gate, enum protocol protocol)
{
    struct gate_case *only = NULL;
    bool pop3 = protocol == PROTOCOL_POP3;

    for (struct gate_case *known = gate->cases; known != NULL; known = known->next) {
        if ((known->protocol == PROTOCOL_POP3) != pop3 || known->listener != NULL) {
            continue;
        }
        if (only != NULL) {
            return NULL;
        }
        only = known;
    }
    return only;
}

static void came_shared(struct gate *gate, struct listener *listener, enum protocol protocol)
{
    struct gate_case *only = only_case(gate, protocol);

    if (only != NULL && !only->over) {
        serve_visit(only->run->serve, listener, protocol);
    } else {
        add_guest(gate, listener, protocol);
    }
}

static void mail_came(void *self, struct listener *listener)
{
    struct gate *gate = self;

    came_shared(gate, listener, gate->target->client.mail.protocol);
}

static void pop3_came(void *self, struct listener *listener)
{
    came_shared(self, listener, PROTOCOL_POP3);
}

static void case_came(void *self, struct listener *listener)
{
    struct gate_case *known = self;

    if (known->over) {
        add_guest(known->gate, listener, known->protocol);
    } else {
        serve_visit(known->run->serve, listener, known->protocol);
    }
}

static void tell(struct gate *gate, const struct gate_case *known)
{
    const struct engine_config *config = gate->env->config;
    bool pop3 = known->protocol == PROTOCOL_POP3;
    const struct listener *listener = known->listener != NULL ? known->listener
                                      : pop3                  ? gate->shared_pop3
                                                              : gate->shared_mail;
    struct buf text = {0};

    bool implicit = serve_is_implicit(&gate->target->client, known->protocol);
    buf_printf(&text, "%s%s://%s", protocol_name(known->protocol), implicit ? "s" : "",
               listener_text(listener));
    if (known->listener == NULL && only_case(gate, known->protocol) == NULL) {
        buf_printf(&text, pop3 ? " user %s" : " recipient %s@%s", known->slug,
                   gate->target->domain);
    }
    if (config->listening != NULL) {
        config->listening(config->self, known->run->program, buf_text(&text));
    }
    buf_deinit(&text);
}

/* When all cases are known: how each is reached. One that cannot be chosen where there is a choice is not played. */
static void on_announce(void *self)
{
    struct gate *gate = self;
    const struct engine_config *config = gate->env->config;
    struct buf text = {0};
    size_t waiting = 0;

    for (struct gate_case *known = gate->cases; known != NULL; known = known->next) {
        if (known->told || known->over) {
            continue;
        }
        known->told = true;
        if (known->listener != NULL || only_case(gate, known->protocol) != NULL ||
            gate_can_choose(known->run->program)) {
            tell(gate, known);
            waiting++;
        } else {
            serve_refuse(known->run->serve, VERDICT_UNSUPPORTED,
                         "on a port that cases share it cannot be chosen, for its dialogue begins "
                         "before a recipient or user is named: give a range of ports");
        }
    }
    buf_printf(&text, "%zu case%s for a client", waiting, waiting == 1 ? " waits" : "s wait");
    if (config->listening != NULL) {
        config->listening(config->self, NULL, buf_text(&text));
    }
    buf_deinit(&text);
}

struct gate *gate_new(const struct case_env *env, const struct target *target)
{
    struct gate *gate = mem_alloc(sizeof *gate);

    gate->env = env;
    gate->target = target;
    struct responder_wish wish = {.user = "alice", .secret = "secret-alice"};
    gate->room = env->config->responder->open(env->config->responder->self, &wish);
    gate->tick = timer_new(env->config->loop, on_tick, gate);
    gate->announce = timer_new(env->config->loop, on_announce, gate);
    gate->next_mail = target->client.mail.port;
    gate->next_pop3 = target->client.pop3.port;
    return gate;
}

void gate_free(struct gate **gate_p)
{
    struct gate *gate = *gate_p;

    if (gate == NULL) {
        return;
    }
    while (gate->guests != NULL) {
        free_guest(gate, gate->guests);
    }
    while (gate->cases != NULL) {
        struct gate_case *known = gate->cases;
        gate->cases = known->next;
        listener_free(&known->listener);
        free(known->slug);
        free(known);
    }
    listener_free(&gate->shared_mail);
    listener_free(&gate->shared_pop3);
    timer_free(&gate->tick);
    timer_free(&gate->announce);
    tls_context_free(&gate->tls);
    gate->env->config->responder->close(gate->env->config->responder->self, gate->room);
    free(gate);
    *gate_p = NULL;
}

/* ---- Letting in ---- */

/* Line one stands behind RCPT, or is it; for POP3 behind USER and APOP. */
bool gate_can_choose(const struct program *program)
{
    const struct step *first = NULL;

    for (size_t i = 0; i < program->step_count && first == NULL; i++) {
        if (program->steps[i].kind != STEP_COMMENTARY && program->steps[i].kind != STEP_JUDGE) {
            first = &program->steps[i];
        }
    }
    if (first == NULL || first->kind != STEP_COMMAND || first->lines[0].text.count == 0 ||
        program->connection_count == 0) {
        return false;
    }
    const struct program_connection *connection = &program->connections[0];
    struct bytes line = first->lines[0].text.pieces[0].octets;
    if (connection->protocol == PROTOCOL_POP3) {
        return connection->start >= START_AUTH || pop3_command_read(line).verb == POP3_PASS;
    }
    enum smtp_verb verb = smtp_command_read(line).verb;
    return connection->start >= START_EHLO && (verb == SMTP_RCPT || verb == SMTP_DATA);
}

static int listen_alone(struct gate *gate, struct gate_case *known, struct error *error)
{
    const struct client *client = &gate->target->client;
    bool pop3 = known->protocol == PROTOCOL_POP3;
    const struct endpoint *endpoint = pop3 ? &client->pop3 : &client->mail;
    unsigned *next = pop3 ? &gate->next_pop3 : &gate->next_mail;
    unsigned last = pop3 ? client->pop3_last_port : client->mail_last_port;

    if (*next > last) {
        return error_set(error, "the ports of %s are used up", endpoint->url);
    }
    known->listener =
        listener_new_tcp(gate->env->config->loop, endpoint->host, *next, case_came, known, error);
    *next += endpoint->port == 0 ? 0 : 1;
    return known->listener != NULL ? 0 : -1;
}

static int listen_shared(struct gate *gate, const struct gate_case *known, struct error *error)
{
    const struct client *client = &gate->target->client;
    bool pop3 = known->protocol == PROTOCOL_POP3;
    const struct endpoint *endpoint = pop3 ? &client->pop3 : &client->mail;
    struct listener **shared = pop3 ? &gate->shared_pop3 : &gate->shared_mail;

    if (*shared == NULL) {
        *shared = listener_new_tcp(gate->env->config->loop, endpoint->host, endpoint->port,
                                   pop3 ? pop3_came : mail_came, gate, error);
    }
    return *shared != NULL ? 0 : -1;
}

static bool has_own_port(const struct client *client, bool pop3)
{
    const struct endpoint *endpoint = pop3 ? &client->pop3 : &client->mail;
    unsigned last = pop3 ? client->pop3_last_port : client->mail_last_port;

    return endpoint->port == 0 || last > endpoint->port;
}

int gate_open(struct gate *gate, struct case_run *run, struct error *error)
{
    const struct client *client = &gate->target->client;
    struct gate_case *known = mem_alloc(sizeof *known);
    struct gate_case **at = &gate->cases;
    struct buf slug = {0};

    known->gate = gate;
    known->run = run;
    known->protocol =
        run->program->connection_count > 0 ? run->program->connections[0].protocol : PROTOCOL_SMTP;
    bool pop3 = known->protocol == PROTOCOL_POP3;
    known->protocol = pop3 ? PROTOCOL_POP3 : client->mail.protocol;
    case_slug(&slug, run->program->id, SLUG_MAX);
    known->slug = buf_steal(&slug);
    while (*at != NULL) {
        at = &(*at)->next;
    }
    *at = known;
    int status = has_own_port(client, pop3) ? listen_alone(gate, known, error)
                                            : listen_shared(gate, known, error);
    known->over = status != 0;
    timer_start(gate->announce, 0);
    return status;
}

void gate_close(struct gate *gate, struct case_run *run)
{
    for (struct gate_case *known = gate->cases; known != NULL; known = known->next) {
        if (known->run == run) {
            known->over = true;
            known->run = NULL;
        }
    }
}
