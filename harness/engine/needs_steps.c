/* needs_check_steps(): what steps and their variables need (declared in needs_internal.h). */
#include <string.h>
#include <strings.h>

#include "auth/sasl.h"
#include "engine/login.h"
#include "engine/needs_internal.h"

static bool is_given(const struct asking *asking, const char *name)
{
    for (size_t i = 0; i < asking->config->variable_count; i++) {
        if (strcmp(asking->config->variables[i].name, name) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < asking->program->row_count; i++) {
        if (strcmp(asking->program->row[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/*
 * SIZE 0 is no limit, and so is SIZE without a number (RFC 1870 section 4). A limit of up to 20 digits that we cannot
 * add to is none that can be exceeded.
 */
static bool tells_limit(struct bytes size)
{
    uint64_t limit = 0;

    return bytes_to_u64(size, &limit) && limit > 0 && limit < UINT64_MAX;
}

static const char *check_offer(const struct asking *asking, const char *name)
{
    static const char prefix[] = "ehlo:";
    struct bytes params = {0};

    if (strncmp(name, prefix, sizeof(prefix) - 1) != 0 ||
        !needs_offer(asking, false, name + sizeof(prefix) - 1, &params)) {
        return NULL;
    }
    if (strcasecmp(name + sizeof(prefix) - 1, "SIZE") == 0 && !tells_limit(params)) {
        return "the server tells no limit with SIZE";
    }
    return params.n == 0 ? "the server offers a keyword without the value that the case needs"
                         : NULL;
}

static const char *check_variable(const struct asking *asking, const struct piece *piece)
{
    const struct target *target = asking->target;
    const char *first_address = target->user_count > 0 ? target->users[0].address : NULL;
    const struct {
        const char *name;
        bool there;
        const char *reason;
    } rows[] = {
        {"rcpt",      first_address != NULL,          "the target names no user (User)"                },
        {"rcpt2",     target->user_count > 1,         "the target names no second user (User)"         },
        {"user",      target->user_count > 0,         "the target names no user (User)"                },
        {"secret",    target->user_count > 0,         "the target names no user (User)"                },
        {"domain",    target->domain != NULL,         "the target names no domain (Domain)"            },
        {"unknown",   target->unknown_user != NULL,
         "the target names no address without user (Unknown-user)"                                     },
        {"relay",     target->relay_domain != NULL,   "the target names no relay domain (Relay-domain)"},
        {"timestamp", asking->facts->timestamp.n > 0,
         "the POP3 greeting has no timestamp for APOP"                                                 },
        {"apop",      asking->facts->timestamp.n > 0, "the POP3 greeting has no timestamp for APOP"    },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strcmp(rows[i].name, piece->name) == 0) {
            return rows[i].there || is_given(asking, piece->name) ? NULL : rows[i].reason;
        }
    }
    return check_offer(asking, piece->name);
}

const char *needs_check_text(const struct asking *asking, const struct text *text)
{
    const char *reason = NULL;

    for (size_t i = 0; i < text->count && reason == NULL; i++) {
        const struct piece *piece = &text->pieces[i];
        if (piece->kind == PIECE_OCTETS || piece->name == NULL || piece->has_sample) {
            continue;
        }
        reason = check_variable(asking, piece);
        for (size_t a = 0; a < piece->argument_count && reason == NULL; a++) {
            reason = needs_check_text(asking, &piece->arguments[a]);
        }
    }
    return reason;
}

static const char *check_lines(const struct asking *asking, const struct line *lines, size_t count)
{
    const char *reason = NULL;

    for (size_t i = 0; i < count && reason == NULL; i++) {
        reason = needs_check_text(asking, &lines[i].text);
    }
    return reason;
}

static bool is_pop3(const struct asking *asking, unsigned number)
{
    for (size_t i = 0; i < asking->program->connection_count; i++) {
        const struct program_connection *connection = &asking->program->connections[i];
        if (connection->number == number) {
            return connection->protocol == PROTOCOL_POP3;
        }
    }
    return false;
}

/* A handshake behind STARTTLS or STLS. */
static const char *check_negotiation(const struct asking *asking, const struct step *step)
{
    bool pop3 = is_pop3(asking, step->connection);

    if ((pop3 ? &asking->target->pop3 : &asking->target->mail)->implicit_tls) {
        return "the case begins TLS itself, and the target has it from the first octet";
    }
    return login_can_begin_tls(asking->facts, pop3) ? NULL
           : pop3                                   ? needs_no_stls
                                                    : needs_no_starttls;
}

/* What EXTERNAL goes by: our certificate, or the user that we run as (RFC 4422 appendix A). */
static bool may_know_us(const struct asking *asking, const struct step *step)
{
    const struct target *target = asking->target;
    const struct endpoint *endpoint =
        is_pop3(asking, step->connection) ? &target->pop3 : &target->mail;

    return asking->itself || target->tls.certificate_file != NULL ||
           endpoint->kind == ENDPOINT_UNIX || endpoint->kind == ENDPOINT_PIPE;
}

static const char *check_login(const struct asking *asking, const struct step *step,
                               struct buf *reason)
{
    enum sasl_mechanism mechanism = SASL_PLAIN;

    if (step->name == NULL || !sasl_mechanism_from_name(bytes_of(step->name), &mechanism)) {
        buf_printf(reason, "the mechanism %s is not known here", step->name);
        return "";
    }
    if (!needs_offers_login(asking, is_pop3(asking, step->connection), step->name)) {
        buf_printf(reason, "%s%s", needs_no_login, step->name);
        return "";
    }
    if (mechanism == SASL_EXTERNAL && !may_know_us(asking, step)) {
        return "a login by EXTERNAL takes a certificate of ours (Tls-cert, --tls-cert)";
    }
    return needs_check_text(asking, &step->secret);
}

static const char *check_step(const struct asking *asking, const struct step *step,
                              struct buf *reason_text)
{
    const char *reason = NULL;

    if (step->connection > NEEDS_MAX_CONNECTION) {
        return "the dialogue has too many connections";
    }
    if (step->kind == STEP_TLS || step->kind == STEP_TLS_FAILS) {
        reason = check_negotiation(asking, step);
    } else if (step->kind == STEP_AUTHENTICATE) {
        reason = check_login(asking, step, reason_text);
    }
    if (reason != NULL) {
        return reason;
    }
    if (step->kind == STEP_AWAIT && !needs_has_maildrop(asking->target)) {
        return "the target names no POP3 endpoint or no user";
    }
    reason = check_lines(asking, step->lines, step->line_count);
    if (reason == NULL) {
        reason = check_lines(asking, step->reply.lines, step->reply.line_count);
    }
    return reason != NULL ? reason : needs_check_text(asking, &step->text);
}

const char *needs_check_steps(const struct asking *asking, const struct step *steps, size_t count,
                              struct buf *reason_text)
{
    const char *reason = NULL;

    for (size_t i = 0; i < count && reason == NULL; i++) {
        reason = check_step(asking, &steps[i], reason_text);
    }
    return reason;
}
