#include "engine/about.h"

/* What tells that a dialogue is about something. */
struct signs {
    enum need_kind need;
    enum start start;
    const char *given; /* the setting that offers it */
    const char *verbs[2];
    enum step_kind steps[2];
};

static const struct signs tls_signs = {
    NEED_TLS, START_TLS, "starttls", {"STARTTLS", "STLS"        },
       {STEP_TLS,   STEP_TLS_FAILS}
};
static const struct signs login_signs = {
    NEED_AUTH, START_AUTH, "auth", {"AUTH",            "AUTH"           },
       {STEP_AUTHENTICATE, STEP_AUTHENTICATE}
};

struct bytes about_verb(const struct step *step)
{
    const struct text *text = step->kind == STEP_COMMAND ? &step->lines[0].text : NULL;
    struct bytes rest =
        text != NULL && text->count > 0 ? text->pieces[0].octets : (struct bytes){0};
    struct bytes verb = {0};

    return bytes_next_word(&rest, &verb) ? verb : (struct bytes){0};
}

static bool is_verb(struct bytes word, const struct signs *signs)
{
    return bytes_is_nocase(word, signs->verbs[0]) || bytes_is_nocase(word, signs->verbs[1]);
}

static bool need_tells(const struct need *need, const struct signs *signs)
{
    return need->kind == signs->need ||
           (need->kind == NEED_SENDS && is_verb(bytes_of(need->word), signs));
}

static bool step_tells(const struct step *step, const struct signs *signs)
{
    return step->kind == signs->steps[0] || step->kind == signs->steps[1] ||
           is_verb(about_verb(step), signs);
}

/* Start: auth of POP3 is a login of any kind. */
static bool connection_tells(const struct program_connection *connection, const struct signs *signs)
{
    return connection->start == signs->start &&
           (signs->start != START_AUTH || connection->protocol != PROTOCOL_POP3);
}

static bool is_about(const struct program *program, const struct signs *signs)
{
    bool is = false;

    for (size_t i = 0; i < program->need_count && !is; i++) {
        is = need_tells(&program->needs[i], signs);
    }
    for (size_t i = 0; i < program->connection_count && !is; i++) {
        is = connection_tells(&program->connections[i], signs);
    }
    for (size_t i = 0; i < program->given_count && !is; i++) {
        is = bytes_is_nocase(bytes_of(program->given[i].name), signs->given);
    }
    for (size_t i = 0; i < program->step_count && !is; i++) {
        is = step_tells(&program->steps[i], signs);
    }
    return is;
}

bool about_tls(const struct program *program)
{
    return is_about(program, &tls_signs);
}

bool about_logins(const struct program *program)
{
    return is_about(program, &login_signs);
}
