#include "cli/conforming_offer.h"

#include "engine/about.h"

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
    struct bytes verb = about_verb(step);
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

/*
 * Is it brought inside TLS before the dialogue? What it is told in clear text it has to forget (RFC 3207 4.2): one case shows whether it does, and
 * in the others there is nothing. Without a dialogue it is found out what the client takes.
 */
static bool is_brought_inside(const struct responder_wish *wish)
{
    return wish->starttls && wish->program != NULL && wish->program->step_count > 0 &&
           !about_tls(wish->program);
}

void conforming_offer(struct server_settings *settings, const struct responder_wish *wish)
{
    settings->starttls = wish->starttls || (wish->program != NULL && about_tls(wish->program));
    settings->starttls_alone = is_brought_inside(wish);
    settings->auth = settings->lmtp_auth = settings->pop3_auth = mechanisms_for(wish);
    settings->tls.asks_certificate |= has_external(&settings->auth);
}
