#include "engine/gate.h"

#include <stdlib.h>

#include "base/mem.h"
#include "engine/case_names.h"
#include "engine/gate_guests.h"
#include "engine/serve.h"
#include "proto/pop3.h"
#include "proto/smtp_command.h"

enum { SLUG_MAX = 60 };

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

struct gate {
    const struct case_env *env;
    const struct target *target;
    struct guests *guests;
    struct listener *shared_mail;
    struct listener *shared_pop3;
    struct gate_case *cases;
    struct timer *announce;
    unsigned next_mail; /* port of the next case */
    unsigned next_pop3;
};

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
static bool telling_name(enum protocol protocol, const struct unit *unit, struct bytes *name_r)
{
    struct bytes line = bytes_trim_right(unit->octets);

    if (unit->kind != UNIT_COMMAND) {
        return false;
    }
    if (protocol == PROTOCOL_POP3) {
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

static bool takes(const struct gate_case *known, enum protocol protocol)
{
    bool pop3 = protocol == PROTOCOL_POP3;

    return !known->over && known->listener == NULL && (known->protocol == PROTOCOL_POP3) == pop3 &&
           serve_waits_for_visit(known->run->serve);
}

static struct gate_case *case_named(struct gate *gate, enum protocol protocol, struct bytes name)
{
    for (struct gate_case *known = gate->cases; known != NULL; known = known->next) {
        if (takes(known, protocol) && is_named(known, name)) {
            return known;
        }
    }
    return NULL;
}

static struct case_run *choose(void *self, enum protocol protocol, const struct unit *unit)
{
    struct bytes name = {0};
    struct gate_case *known =
        telling_name(protocol, unit, &name) ? case_named(self, protocol, name) : NULL;

    return known != NULL ? known->run : NULL;
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
        guests_add(gate->guests, listener, protocol);
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
        guests_add(known->gate->guests, listener, known->protocol);
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
    gate->guests = guests_new(env, target, (struct guest_chooser){choose, gate});
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
    guests_free(&gate->guests);
    while (gate->cases != NULL) {
        struct gate_case *known = gate->cases;
        gate->cases = known->next;
        listener_free(&known->listener);
        free(known->slug);
        free(known);
    }
    listener_free(&gate->shared_mail);
    listener_free(&gate->shared_pop3);
    timer_free(&gate->announce);
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
