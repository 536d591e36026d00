#include "cli/conforming_offer.h"

static bool needs(const struct program *program, enum need_kind kind)
{
    for (size_t i = 0; i < program->need_count; i++) {
        if (program->needs[i].kind == kind) {
            return true;
        }
    }
    return false;
}

static bool sends(const struct program *program, const char *verb)
{
    for (size_t i = 0; i < program->need_count; i++) {
        const struct need *need = &program->needs[i];
        if (need->kind == NEED_SENDS && bytes_is_nocase(bytes_of(need->word), verb)) {
            return true;
        }
    }
    return false;
}

static bool starts_at(const struct program *program, enum start start)
{
    for (size_t i = 0; i < program->connection_count; i++) {
        if (program->connections[i].start == start) {
            return true;
        }
    }
    return false;
}

/* The verb that a line of the client's begins with, where it is written out. */
static struct bytes verb_of(const struct step *step)
{
    const struct text *text = step->kind == STEP_COMMAND ? &step->lines[0].text : NULL;
    struct bytes rest =
        text != NULL && text->count > 0 ? text->pieces[0].octets : (struct bytes){0};
    struct bytes verb = {0};
    return bytes_next_word(&rest, &verb) ? verb : (struct bytes){0};
}

static bool is_about_tls(const struct program *program)
{
    bool is = needs(program, NEED_TLS) || starts_at(program, START_TLS) ||
              sends(program, "STARTTLS") || sends(program, "STLS");
    for (size_t i = 0; i < program->step_count && !is; i++) {
        const struct step *step = &program->steps[i];
        struct bytes verb = verb_of(step);
        is = step->kind == STEP_TLS || step->kind == STEP_TLS_FAILS ||
             bytes_is_nocase(verb, "STARTTLS") || bytes_is_nocase(verb, "STLS");
    }
    return is;
}

/* ---- Logins ---- */

static void add_mechanism(struct server_mechanisms *mechanisms, struct bytes name)
{
    enum sasl_mechanism mechanism;
    if (!sasl_mechanism_from_name(name, &mechanism)) {
        return;
    }
    for (size_t i = 0; i < mechanisms->count; i++) {
        if (mechanisms->list[i] == mechanism) {
            return;
        }
    }
    mechanisms->list[mechanisms->count++] = mechanism;
}

/* The word behind AUTH; empty: the line is another one, or AUTH alone. */
static struct bytes mechanism_of(const struct step *step)
{
    struct bytes verb = verb_of(step);
    struct bytes word = {0};
    if (!bytes_is_nocase(verb, "AUTH")) {
        return word;
    }
    struct bytes rest = bytes_skip(bytes_trim(step->lines[0].text.pieces[0].octets), verb.n);
    return bytes_next_word(&rest, &word) ? word : (struct bytes){0};
}

/* Those that it names: a client that knows a better one would take that. */
static void add_named(struct server_mechanisms *mechanisms, const struct program *program)
{
    for (size_t i = 0; i < program->need_count; i++) {
        if (program->needs[i].kind == NEED_AUTH) {
            add_mechanism(mechanisms, bytes_of(program->needs[i].word));
        }
    }
    for (size_t i = 0; i < program->step_count; i++) {
        const struct step *step = &program->steps[i];
        if (step->kind == STEP_AUTHENTICATE && step->name != NULL) {
            add_mechanism(mechanisms, bytes_of(step->name));
        }
        add_mechanism(mechanisms, mechanism_of(step));
    }
}

static bool is_about_logins(const struct program *program)
{
    for (size_t i = 0; i < program->connection_count; i++) {
        const struct program_connection *connection = &program->connections[i];
        if (connection->protocol != PROTOCOL_POP3 && connection->start == START_AUTH) {
            return true;
        }
    }
    return sends(program, "AUTH");
}

static struct server_mechanisms mechanisms_for(const struct responder_wish *wish)
{
    struct server_mechanisms mechanisms = {.count = 0};
    if (wish->program != NULL) {
        add_named(&mechanisms, wish->program);
    }
    bool any = wish->auth || (wish->program != NULL && is_about_logins(wish->program));
    if (mechanisms.count == 0 && any) {
        mechanisms = settings_usual_mechanisms();
        add_mechanism(&mechanisms, bytes_of(sasl_mechanism_name(SASL_EXTERNAL)));
    }
    return mechanisms;
}

static bool has_external(const struct server_mechanisms *mechanisms)
{
    for (size_t i = 0; i < mechanisms->count; i++) {
        if (mechanisms->list[i] == SASL_EXTERNAL) {
            return true;
        }
    }
    return false;
}

void conforming_offer(struct server_settings *settings, const struct responder_wish *wish)
{
    settings->starttls = wish->starttls || (wish->program != NULL && is_about_tls(wish->program));
    settings->auth = settings->pop3_auth = mechanisms_for(wish);
    settings->tls.asks_certificate |= has_external(&settings->auth);
}
