#include "engine/login.h"

#include <string.h>

#include "auth/sasl.h"
#include "proto/pop3.h"
#include "proto/smtp_command.h"

/* ---- What is offered ---- */

bool login_is_offered(const struct offers *offers, bool pop3, const char *mechanism)
{
    struct bytes params;
    struct bytes word;

    if (!offers_get(offers, pop3 ? "SASL" : "AUTH", &params)) {
        return false;
    }
    while (bytes_next_word(&params, &word)) {
        if (bytes_is_nocase(word, mechanism)) {
            return true;
        }
    }
    return false;
}

/* The plainest first, or the strongest. */
static const char *find_offered(const struct offers *offers, bool pop3, bool strongest)
{
    static const enum sasl_mechanism order[] = {SASL_PLAIN, SASL_LOGIN, SASL_CRAM_MD5,
                                                SASL_SCRAM_SHA_256, SASL_SCRAM_SHA_1};
    enum { COUNT = sizeof(order) / sizeof(order[0]) };

    for (size_t i = 0; i < COUNT; i++) {
        const char *name = sasl_mechanism_name(order[strongest ? COUNT - 1 - i : i]);
        if (login_is_offered(offers, pop3, name)) {
            return name;
        }
    }
    return NULL;
}

const char *login_mechanism(const struct offers *offers, bool pop3)
{
    return find_offered(offers, pop3, false);
}

bool login_can_begin_tls(const struct facts *facts, bool pop3)
{
    struct bytes params;

    return pop3 ? offers_get(&facts->pop3, "STLS", &params)
                : offers_get(&facts->mail, "STARTTLS", &params);
}

/* ---- What the dialogue does itself ---- */

static bool says_starttls(struct bytes line, bool pop3)
{
    return pop3 ? pop3_command_read(line).verb == POP3_STLS
                : smtp_command_read(line).verb == SMTP_STARTTLS;
}

static bool says_auth(struct bytes line, bool pop3)
{
    return pop3 ? pop3_command_read(line).verb == POP3_AUTH
                : smtp_command_read(line).verb == SMTP_AUTH;
}

/* No server takes APOP in one state and USER in the other: RFC 2595 2.2 is about both. */
static bool says_who(struct bytes line, bool pop3)
{
    enum pop3_verb verb = pop3 ? pop3_command_read(line).verb : POP3_UNKNOWN;

    return verb == POP3_USER || verb == POP3_APOP;
}

/* Does it say a line of that kind, or have a step of that kind? */
static bool does(const struct program *program, const struct program_connection *connection,
                 bool (*says)(struct bytes line, bool pop3), enum step_kind kind)
{
    bool pop3 = connection->protocol == PROTOCOL_POP3;

    for (size_t i = 0; i < program->step_count; i++) {
        const struct step *step = &program->steps[i];
        if (step->connection != connection->number) {
            continue;
        }
        const struct text *text = step->kind == STEP_COMMAND ? &step->lines[0].text : NULL;
        bool literal = text != NULL && text->count > 0 && text->pieces[0].kind == PIECE_OCTETS;
        if (step->kind == kind ||
            (literal && says(bytes_trim_right(text->pieces[0].octets), pop3))) {
            return true;
        }
    }
    return false;
}

bool login_matters(const struct program *program)
{
    for (size_t i = 0; i < program->need_count; i++) {
        if (program->needs[i].kind == NEED_TLS || program->needs[i].kind == NEED_AUTH) {
            return true;
        }
    }
    for (size_t i = 0; i < program->connection_count; i++) {
        enum start start = program->connections[i].start;
        if (start == START_TLS || start == START_AUTH) {
            return true;
        }
    }
    for (size_t i = 0; i < program->step_count; i++) {
        enum step_kind kind = program->steps[i].kind;
        if (kind == STEP_TLS || kind == STEP_TLS_FAILS || kind == STEP_AUTHENTICATE) {
            return true;
        }
    }
    return false;
}

static bool has_secret(const struct text *text)
{
    bool found = false;

    for (size_t i = 0; i < text->count && !found; i++) {
        const struct piece *piece = &text->pieces[i];
        found = piece->kind != PIECE_OCTETS && piece->name != NULL &&
                (strcmp(piece->name, "secret") == 0 || strcmp(piece->name, "apop") == 0);
        for (size_t a = 0; a < piece->argument_count && !found; a++) {
            found = has_secret(&piece->arguments[a]);
        }
    }
    return found;
}

bool login_uses_secret(const struct step *step)
{
    bool uses =
        step->kind == STEP_AUTHENTICATE && (step->secret.count == 0 || has_secret(&step->secret));

    for (size_t i = 0; i < step->line_count && !uses; i++) {
        uses = has_secret(&step->lines[i].text);
    }
    return uses;
}

static bool uses_secret_on(const struct program *program, unsigned connection)
{
    for (size_t i = 0; i < program->step_count; i++) {
        if (program->steps[i].connection == connection && login_uses_secret(&program->steps[i])) {
            return true;
        }
    }
    return false;
}

bool login_is_by_mail(const struct program *program, const struct target *target,
                      const struct facts *facts)
{
    for (size_t i = 0; i < program->connection_count; i++) {
        const struct program_connection *connection = &program->connections[i];
        if (connection->protocol != PROTOCOL_POP3 &&
            (login_way_of_case(program, connection, target, facts).sasl ||
             uses_secret_on(program, connection->number))) {
            return true;
        }
    }
    return false;
}

/* ---- Ways ---- */

/* A mechanism that the case cannot do without. */
static bool only_inside_tls(const struct facts *facts, bool pop3, const char *mechanism)
{
    const struct offers *clear = pop3 ? &facts->pop3 : &facts->mail;
    const struct offers *inside = pop3 ? &facts->pop3_tls : &facts->mail_tls;

    return mechanism != NULL && !login_is_offered(clear, pop3, mechanism) &&
           login_is_offered(inside, pop3, mechanism);
}

static bool needs_tls_for_login(const struct program *program,
                                const struct program_connection *connection,
                                const struct facts *facts)
{
    bool pop3 = connection->protocol == PROTOCOL_POP3;

    for (size_t i = 0; i < program->need_count; i++) {
        if (program->needs[i].kind == NEED_AUTH &&
            only_inside_tls(facts, pop3, program->needs[i].word)) {
            return true;
        }
    }
    for (size_t i = 0; i < program->step_count; i++) {
        const struct step *step = &program->steps[i];
        if (step->kind == STEP_AUTHENTICATE && step->connection == connection->number &&
            only_inside_tls(facts, pop3, step->name)) {
            return true;
        }
    }
    return false;
}

static void find_mechanism(struct login_way *way, const struct facts *facts, bool pop3)
{
    const struct offers *clear = pop3 ? &facts->pop3 : &facts->mail;
    const struct offers *inside = pop3 ? &facts->pop3_tls : &facts->mail_tls;

    if (!way->sasl) {
        return;
    }
    way->mechanism = login_mechanism(way->tls ? inside : clear, pop3);
    if (way->mechanism == NULL && !way->tls) {
        way->mechanism = login_mechanism(inside, pop3);
        way->tls = way->mechanism != NULL;
    }
}

static struct login_way way_of_mail(const struct program *program,
                                    const struct program_connection *connection,
                                    const struct target *target, const struct facts *facts)
{
    enum start start = connection->start;
    bool itself = does(program, connection, says_auth, STEP_AUTHENTICATE) ||
                  does(program, connection, says_starttls, STEP_TLS);
    struct login_way way = {0};

    /* TLS makes the server forget a login before it, and some refuse it then. */
    way.sasl = start == START_AUTH || (start >= START_EHLO && target->start_with_auth && !itself);
    way.tls = target->start_with_tls || needs_tls_for_login(program, connection, facts);
    find_mechanism(&way, facts, false);
    return way;
}

static struct login_way way_of_pop3(const struct program *program,
                                    const struct program_connection *connection,
                                    const struct target *target, const struct facts *facts)
{
    struct login_way way = {0};

    if (connection->start >= START_AUTH) {
        way = facts->pop3_way;
    }
    way.tls |= target->start_with_tls || needs_tls_for_login(program, connection, facts) ||
               (facts->pop3_way.tls && does(program, connection, says_who, STEP_KIND_COUNT));
    find_mechanism(&way, facts, true);
    return way;
}

struct login_way login_way_of_case(const struct program *program,
                                   const struct program_connection *connection,
                                   const struct target *target, const struct facts *facts)
{
    bool pop3 = connection->protocol == PROTOCOL_POP3;
    const struct endpoint *endpoint = pop3 ? &target->pop3 : &target->mail;
    struct login_way way = {0};

    if (connection->start < START_GREETING) {
        return way;
    }
    way = pop3 ? way_of_pop3(program, connection, target, facts)
               : way_of_mail(program, connection, target, facts);
    if (connection->start == START_TLS) {
        way.tls = true;
    } else if (does(program, connection, says_starttls, STEP_TLS)) {
        way.tls = false;
    }
    way.tls = way.tls && !endpoint->implicit_tls;
    return way;
}

struct login_way login_way_of_ours(const struct target *target, const struct facts *facts,
                                   bool pop3)
{
    struct login_way way = pop3 ? facts->pop3_way : (struct login_way){0};

    if (!pop3) {
        way.tls = target->start_with_tls && !target->mail.implicit_tls;
        way.sasl = target->start_with_auth;
        find_mechanism(&way, facts, false);
    }
    return way;
}

/* ---- Logins by SMTP ---- */

size_t login_ways_by_mail(const struct target *target, const struct facts *facts,
                          struct login_way ways_r[LOGIN_WAYS_MAX])
{
    bool begins = login_can_begin_tls(facts, false) && !target->mail.implicit_tls;
    size_t count = 0;

    for (int tls = target->start_with_tls && begins; tls <= (begins ? 1 : 0); tls++) {
        const struct offers *offers = tls != 0 ? &facts->mail_tls : &facts->mail;
        const char *plainest = find_offered(offers, false, false);
        const char *strongest = find_offered(offers, false, true);
        if (plainest != NULL) {
            ways_r[count++] =
                (struct login_way){.tls = tls != 0, .sasl = true, .mechanism = plainest};
        }
        if (strongest != plainest) {
            ways_r[count++] =
                (struct login_way){.tls = tls != 0, .sasl = true, .mechanism = strongest};
        }
    }
    return count;
}

/* ---- Logins by POP3 ---- */

/* USER is listed, or nothing is (RFC 2449 section 6.3); or a mechanism is that we have. */
static bool is_listed(const struct login_way *way, const struct facts *facts)
{
    const struct offers *offers = way->tls ? &facts->pop3_tls : &facts->pop3;
    struct bytes params;

    return way->sasl ? way->mechanism != NULL
                     : offers->count == 0 || offers_get(offers, "USER", &params);
}

static void add_way(struct login_way *ways, size_t *count, struct login_way way,
                    const struct facts *facts)
{
    if (way.sasl) {
        way.mechanism = login_mechanism(way.tls ? &facts->pop3_tls : &facts->pop3, true);
    }
    if (!way.sasl || way.mechanism != NULL) {
        ways[(*count)++] = way;
    }
}

size_t login_ways(const struct target *target, const struct facts *facts,
                  struct login_way ways_r[LOGIN_WAYS_MAX])
{
    bool can_begin = login_can_begin_tls(facts, true) && !target->pop3.implicit_tls;
    struct login_way ways[LOGIN_WAYS_MAX];
    size_t count = 0;
    size_t sorted = 0;

    for (int tls = target->start_with_tls && can_begin; tls <= (can_begin ? 1 : 0); tls++) {
        if (!target->start_with_auth) {
            add_way(ways, &count, (struct login_way){.tls = tls != 0}, facts);
        }
        add_way(ways, &count, (struct login_way){.tls = tls != 0, .sasl = true}, facts);
    }
    if (count == 0) {
        ways[count++] = (struct login_way){.tls = target->start_with_tls && can_begin};
    }
    for (int listed = 1; listed >= 0; listed--) {
        for (size_t i = 0; i < count; i++) {
            if (is_listed(&ways[i], facts) == (listed != 0)) {
                ways_r[sorted++] = ways[i];
            }
        }
    }
    return sorted;
}

void login_add_pop3(struct exchange *exchange, const struct login_way *way,
                    const struct target_user *user)
{
    exchange_add_part(exchange, EXCHANGE_GREETING, '+', "%s", "");
    if (way->tls) {
        exchange_add_part(exchange, EXCHANGE_TLS, '+', "STLS");
        exchange_add_tls(exchange);
    }
    if (way->sasl) {
        exchange_add_login(exchange, way->mechanism, user->name, user->secret);
    } else {
        exchange_add_part(exchange, EXCHANGE_USER, '+', "USER %s", user->name);
        exchange_add_part(exchange, EXCHANGE_SECRET, '+', "PASS %s", user->secret);
    }
}

void login_add_mail(struct exchange *exchange, const struct login_way *way, const char *hello,
                    const struct target_user *user)
{
    exchange_add_part(exchange, EXCHANGE_GREETING, '2', "%s", "");
    exchange_add(exchange, '2', "%s", hello);
    if (way->tls) {
        exchange_add_part(exchange, EXCHANGE_TLS, '2', "STARTTLS");
        exchange_add_tls(exchange);
        exchange_add(exchange, '2', "%s", hello);
    }
    if (way->sasl && way->mechanism != NULL && user != NULL) {
        exchange_add_login(exchange, way->mechanism, user->name, user->secret);
    }
}
