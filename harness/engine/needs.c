#include "engine/needs.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "auth/sasl.h"
#include "engine/case_run.h"
#include "engine/login.h"
#include "engine/needs_client.h"
#include "engine/needs_internal.h"

const char needs_no_login[] = "the server does not offer a login by ";
const char needs_no_starttls[] = "the server does not offer STARTTLS";
const char needs_no_stls[] = "the POP3 server does not list the capability STLS";
static const char smtp_missing[] = "the target has no SMTP endpoint";

/* ---- Requires: ---- */

static bool has_smtp(const struct target *target)
{
    return target->mail.kind != ENDPOINT_NONE && target->mail.protocol == PROTOCOL_SMTP;
}

static bool has_lmtp(const struct target *target)
{
    return target->mail.kind != ENDPOINT_NONE && target->mail.protocol == PROTOCOL_LMTP;
}

bool needs_has_maildrop(const struct target *target)
{
    return target->pop3.kind != ENDPOINT_NONE && target->user_count > 0;
}

/* The way of the first connection of that kind; none: connections of that kind stay in clear text. */
static struct login_way way_of(const struct asking *asking, bool pop3)
{
    const struct program *program = asking->program;

    for (size_t i = 0; i < program->connection_count; i++) {
        const struct program_connection *connection = &program->connections[i];
        if ((connection->protocol == PROTOCOL_POP3) == pop3) {
            return login_way_of_case(program, connection, asking->target, asking->facts);
        }
    }
    return (struct login_way){0};
}

/* Does the dialogue negotiate TLS itself? */
static bool negotiates(const struct program *program)
{
    for (size_t i = 0; i < program->step_count; i++) {
        if (program->steps[i].kind == STEP_TLS) {
            return true;
        }
    }
    return false;
}

/* What is offered where the case is when it is said to begin, or comes to itself. */
bool needs_offer(const struct asking *asking, bool pop3, const char *keyword,
                 struct bytes *params_r)
{
    const struct facts *facts = asking->facts;
    const struct offers *inside = pop3 ? &facts->pop3_tls : &facts->mail_tls;

    if (way_of(asking, pop3).tls) {
        return offers_get(inside, keyword, params_r);
    }
    return offers_get(pop3 ? &facts->pop3 : &facts->mail, keyword, params_r) ||
           (negotiates(asking->program) && offers_get(inside, keyword, params_r));
}

static bool check_ehlo(const struct asking *asking, const struct need *need)
{
    struct bytes params;

    return needs_offer(asking, false, need->word, &params);
}

static bool check_capa(const struct asking *asking, const struct need *need)
{
    struct bytes params;

    return needs_offer(asking, true, need->word, &params);
}

/* Of the protocol that connection 1 speaks. */
static bool is_about_pop3(const struct asking *asking)
{
    const struct program *program = asking->program;

    return program->connection_count > 0 && program->connections[0].protocol == PROTOCOL_POP3;
}

static bool check_tls(const struct asking *asking, const struct need *need)
{
    bool pop3 = is_about_pop3(asking);

    (void)need;
    return (pop3 ? &asking->target->pop3 : &asking->target->mail)->implicit_tls ||
           login_can_begin_tls(asking->facts, pop3);
}

bool needs_offers_login(const struct asking *asking, bool pop3, const char *mechanism)
{
    const struct facts *facts = asking->facts;

    return login_is_offered(pop3 ? &facts->pop3 : &facts->mail, pop3, mechanism) ||
           login_is_offered(pop3 ? &facts->pop3_tls : &facts->mail_tls, pop3, mechanism);
}

/* Played against itself the dialogue has both sides of the exchange, also of one that nobody offers. */
static bool check_auth(const struct asking *asking, const struct need *need)
{
    return asking->itself || needs_offers_login(asking, is_about_pop3(asking), need->word);
}

/* What is asked of a client that is tested: playing the client we do it. */
static bool check_always(const struct asking *asking, const struct need *need)
{
    (void)asking;
    (void)need;
    return true;
}

static bool check_delivery(const struct asking *asking, const struct need *need)
{
    (void)need;
    return asking->target->delivers && asking->target->mail.kind != ENDPOINT_NONE &&
           needs_has_maildrop(asking->target);
}

static bool check_maildrop(const struct asking *asking, const struct need *need)
{
    (void)need;
    return needs_has_maildrop(asking->target);
}

static bool check_smtp(const struct asking *asking, const struct need *need)
{
    (void)need;
    return asking->itself || has_smtp(asking->target);
}

static bool check_lmtp(const struct asking *asking, const struct need *need)
{
    (void)need;
    return asking->itself || has_lmtp(asking->target);
}

static bool check_pop3(const struct asking *asking, const struct need *need)
{
    (void)need;
    return asking->target->pop3.kind != ENDPOINT_NONE;
}

static bool check_tcp(const struct asking *asking, const struct need *need)
{
    (void)need;
    return asking->itself || asking->target->mail.kind == ENDPOINT_TCP;
}

static bool check_apop(const struct asking *asking, const struct need *need)
{
    (void)need;
    return asking->facts->timestamp.n > 0;
}

static bool check_unknown_user(const struct asking *asking, const struct need *need)
{
    (void)need;
    return asking->target->unknown_user != NULL;
}

static bool check_relay_domain(const struct asking *asking, const struct need *need)
{
    (void)need;
    return asking->target->relay_domain != NULL;
}

static bool check_users(const struct asking *asking, const struct need *need)
{
    return asking->target->user_count >= need->number;
}

static bool check_built_in(const struct asking *asking, const struct need *need)
{
    (void)need;
    return asking->target->built_in;
}

/* `reason` of a row: %s is the need's word. */
static const struct need_row {
    enum need_kind kind;
    bool (*check)(const struct asking *asking, const struct need *need);
    const char *reason;
} need_rows[] = {
    {NEED_EHLO,            check_ehlo,         "the server does not offer "                            },
    {NEED_CAPA,            check_capa,         "the POP3 server does not list the capability "         },
    {NEED_TLS,             check_tls,          ""                                                      },
    {NEED_AUTH,            check_auth,         needs_no_login                                          },
    {NEED_DELIVERY,        check_delivery,
     "mail cannot be seen to arrive: it takes an SMTP and a POP3 endpoint and a user"                  },
    {NEED_MESSAGES,        check_maildrop,     "the target names no POP3 endpoint or no user"          },
    {NEED_EMPTY,           check_maildrop,     "the target names no POP3 endpoint or no user"          },
    {NEED_SMTP,            check_smtp,         "the case is for SMTP, the target speaks LMTP"          },
    {NEED_LMTP,            check_lmtp,         "the case is for LMTP, the target speaks SMTP"          },
    {NEED_POP3,            check_pop3,         "the target has no POP3 endpoint"                       },
    {NEED_TCP,             check_tcp,          "mail does not go to the target by TCP"                 },
    {NEED_APOP,            check_apop,         "the POP3 greeting has no timestamp for APOP"           },
    {NEED_UNKNOWN_USER,    check_unknown_user,
     "the target names no address without user (Unknown-user)"                                         },
    {NEED_RELAY_DOMAIN,    check_relay_domain, "the target names no relay domain (Relay-domain)"       },
    {NEED_USERS,           check_users,        "the target names too few users (User)"                 },
    {NEED_BUILT_IN,        check_built_in,     "only the built-in server can be set up for it (Given:)"},
    {NEED_SENDS,           check_always,       ""                                                      },
    {NEED_FETCHED,         check_always,       ""                                                      },
    {NEED_MESSAGE_FILE,    check_always,       ""                                                      },
    {NEED_UNENDED_MESSAGE, check_always,       ""                                                      },
    {NEED_TOLD,            check_always,       ""                                                      },
};
static_assert(sizeof(need_rows) / sizeof(need_rows[0]) == NEED_COUNT, "one row for each need");

static const char *check_need(const struct asking *asking, const struct need *need,
                              struct buf *reason)
{
    const struct need_row *row = &need_rows[need->kind];

    assert(row->kind == need->kind);
    if (row->check(asking, need)) {
        return NULL;
    }
    if ((need->kind == NEED_CAPA || need->kind == NEED_APOP) &&
        asking->target->pop3.kind == ENDPOINT_NONE) {
        return need_rows[NEED_POP3].reason;
    }
    if (need->kind == NEED_EHLO && asking->target->mail.kind == ENDPOINT_NONE) {
        return smtp_missing;
    }
    if (need->kind == NEED_TLS) {
        return is_about_pop3(asking) ? needs_no_stls : needs_no_starttls;
    }
    if (need->kind == NEED_EHLO || need->kind == NEED_CAPA || need->kind == NEED_AUTH) {
        buf_append_text(reason, row->reason);
        buf_append_text(reason, need->word == NULL ? "" : need->word);
        return "";
    }
    return row->reason;
}

/* ---- Connections ---- */

static const char *check_way(const struct asking *asking,
                             const struct program_connection *connection)
{
    struct login_way way =
        login_way_of_case(asking->program, connection, asking->target, asking->facts);
    bool pop3 = connection->protocol == PROTOCOL_POP3;

    if (way.tls && !login_can_begin_tls(asking->facts, pop3)) {
        return pop3 ? needs_no_stls : needs_no_starttls;
    }
    if (way.sasl && way.mechanism == NULL) {
        return "the server offers no login that is known here (AUTH, SASL)";
    }
    if (way.sasl && asking->target->user_count == 0) {
        return "the target names no user (User)";
    }
    return NULL;
}

static const char *check_connection(const struct asking *asking,
                                    const struct program_connection *connection)
{
    bool pop3 = connection->protocol == PROTOCOL_POP3;
    const struct endpoint *endpoint = pop3 ? &asking->target->pop3 : &asking->target->mail;

    if (connection->number == 0 || connection->number > NEEDS_MAX_CONNECTION) {
        return "the dialogue has too many connections";
    }
    if (endpoint->kind == ENDPOINT_NONE) {
        return pop3 ? need_rows[NEED_POP3].reason : smtp_missing;
    }
    if (!pop3 && !asking->itself && connection->greets_by_verb &&
        connection->protocol != endpoint->protocol) {
        return connection->protocol == PROTOCOL_LMTP
                   ? "the case is for LMTP, the target speaks SMTP"
                   : "the case is for SMTP, the target speaks LMTP";
    }
    if (pop3 && connection->start >= START_AUTH && asking->target->user_count == 0) {
        return "the target names no user (User)";
    }
    if (!pop3 && connection->start >= START_RCPT && asking->target->user_count == 0) {
        return "the target names no user (User)";
    }
    return check_way(asking, connection);
}

/* ---- The program ---- */

/* What Cast: puts in place of the names, unless the server was set up with the names themselves. */
static const char *check_cast(const struct asking *asking)
{
    const struct program *program = asking->program;
    const char *reason = NULL;

    if (asking->target->built_in && program->given_count > 0) {
        return NULL;
    }
    for (size_t i = 0; i < program->cast_count && reason == NULL; i++) {
        reason = needs_check_text(asking, &program->cast[i].value);
    }
    return reason;
}

static const char *check_program(const struct asking *asking, struct buf *reason_text)
{
    const struct program *program = asking->program;
    const char *reason = NULL;

    if (!program->playable_client) {
        return program->unplayable_client_reason != NULL
                   ? program->unplayable_client_reason
                   : "the dialogue cannot be played to a server";
    }
    if (program->given_count > 0 && program->cast_count == 0 && !asking->target->built_in) {
        reason = need_rows[NEED_BUILT_IN].reason;
    }
    for (size_t i = 0; i < program->connection_count && reason == NULL; i++) {
        reason = check_connection(asking, &program->connections[i]);
    }
    for (size_t i = 0; i < program->need_count && reason == NULL; i++) {
        reason = check_need(asking, &program->needs[i], reason_text);
    }
    if (reason == NULL) {
        reason = check_cast(asking);
    }
    if (reason == NULL) {
        reason = needs_check_steps(asking, program->steps, program->step_count, reason_text);
    }
    return reason != NULL
               ? reason
               : needs_check_steps(asking, program->finally, program->finally_count, reason_text);
}

bool needs_met(const struct engine_config *config, const struct engine_case *given,
               const struct facts *facts, struct buf *reason)
{
    struct asking asking = {config, given->program, given->target, facts, given->role == ROLE_BOTH};
    if (given->role == ROLE_SERVER) {
        return needs_of_client_met(given, facts, reason);
    }
    const char *text = given->role == ROLE_BOTH && !given->program->playable_server
                           ? given->program->unplayable_server_reason
                           : check_program(&asking, reason);

    if (text == NULL && facts->no_login.n > 0 && needs_maildrop(given->program)) {
        buf_append_text(reason, "the server lets nobody log in: ");
        buf_append(reason, buf_bytes(&facts->no_login));
        return false;
    }
    if (text != NULL) {
        buf_append_text(reason, text);
    }
    return text == NULL;
}

bool needs_maildrop(const struct program *program)
{
    bool needed = program->uses_maildrop;

    for (size_t i = 0; i < program->need_count; i++) {
        enum need_kind kind = program->needs[i].kind;
        needed |= kind == NEED_MESSAGES || kind == NEED_EMPTY;
    }
    for (size_t i = 0; i < program->connection_count; i++) {
        const struct program_connection *connection = &program->connections[i];
        needed |= connection->protocol == PROTOCOL_POP3 && connection->start >= START_AUTH;
    }
    for (size_t i = 0; i < program->step_count; i++) {
        needed |= program->steps[i].kind == STEP_AWAIT;
    }
    return needed;
}
