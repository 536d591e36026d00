#include "model/program.h"

#include <assert.h>

#include "model/names.h"

static const char *const start_names[] = {
    [START_CONNECT] = "connect",
    [START_GREETING] = "greeting",
    [START_EHLO] = "ehlo",
    [START_TLS] = "tls",
    [START_AUTH] = "auth",
    [START_MAIL] = "mail",
    [START_RCPT] = "rcpt",
    [START_DATA] = "data",
    [START_POP3_TRANSACTION] = "pop3-transaction",
};
static_assert(NAMES_COUNT(start_names) == START_COUNT, "one name for each start");

static const char *const step_kind_names[] = {
    [STEP_COMMAND] = "command",
    [STEP_RESPONSE] = "response",
    [STEP_DATA] = "data",
    [STEP_CHUNK] = "chunk",
    [STEP_REPLY] = "reply",
    [STEP_BODY] = "body",
    [STEP_OPEN] = "open",
    [STEP_CLOSE] = "close",
    [STEP_RESET] = "reset",
    [STEP_WAIT] = "wait",
    [STEP_SILENCE] = "silence",
    [STEP_WITHIN] = "within",
    [STEP_FLUSH] = "flush",
    [STEP_PACE] = "pace",
    [STEP_TOGETHER] = "together",
    [STEP_SEND_MESSAGE] = "send-message",
    [STEP_MESSAGE] = "message",
    [STEP_AWAIT] = "await",
    [STEP_TLS] = "tls",
    [STEP_TLS_FAILS] = "tls-fails",
    [STEP_TLS_FACT] = "tls-fact",
    [STEP_AUTHENTICATE] = "authenticate",
    [STEP_IF] = "if",
    [STEP_END] = "end",
    [STEP_EXIT] = "exit",
    [STEP_STORE] = "store",
    [STEP_NEVER] = "never",
    [STEP_JUDGE] = "judge",
    [STEP_COMMENTARY] = "commentary",
};
static_assert(NAMES_COUNT(step_kind_names) == STEP_KIND_COUNT, "one name for each kind of step");

static const char *const tls_fact_names[] = {
    [TLS_FACT_SHOWN] = "shown",
    [TLS_FACT_VALID] = "valid",
    [TLS_FACT_TRUSTED] = "trusted",
    [TLS_FACT_EXPIRED] = "expired",
    [TLS_FACT_NOT_YET_VALID] = "not-yet-valid",
    [TLS_FACT_SELF_SIGNED] = "self-signed",
    [TLS_FACT_OTHER_NAME] = "other-name",
    [TLS_FACT_WILDCARD] = "wildcard",
    [TLS_FACT_NAMES] = "names",
    [TLS_FACT_VERSION] = "version",
    [TLS_FACT_LEAST_VERSION] = "least-version",
    [TLS_FACT_CIPHER] = "cipher",
    [TLS_FACT_SERVER_NAME] = "server-name",
    [TLS_FACT_NOTHING_LEFT] = "nothing-left",
};
static_assert(NAMES_COUNT(tls_fact_names) == TLS_FACT_COUNT, "one name for each fact");

static const char *const value_type_names[] = {
    [VALUE_TEXT] = "text", [VALUE_INT] = "int",       [VALUE_WORD] = "word",
    [VALUE_HEX] = "hex",   [VALUE_BASE64] = "base64",
};
static_assert(NAMES_COUNT(value_type_names) == VALUE_TYPE_COUNT, "one name for each type");

static const char *const need_kind_names[] = {
    [NEED_EHLO] = "ehlo",
    [NEED_CAPA] = "capa",
    [NEED_TLS] = "tls",
    [NEED_AUTH] = "auth",
    [NEED_DELIVERY] = "delivery",
    [NEED_MESSAGES] = "messages",
    [NEED_EMPTY] = "empty-maildrop",
    [NEED_SMTP] = "smtp",
    [NEED_LMTP] = "lmtp",
    [NEED_POP3] = "pop3",
    [NEED_TCP] = "tcp",
    [NEED_APOP] = "apop",
    [NEED_UNKNOWN_USER] = "unknown-user",
    [NEED_RELAY_DOMAIN] = "relay-domain",
    [NEED_USERS] = "users",
    [NEED_BUILT_IN] = "built-in",
    [NEED_SENDS] = "sends",
    [NEED_FETCHED] = "fetched",
    [NEED_MESSAGE_FILE] = "message-file",
    [NEED_UNENDED_MESSAGE] = "unended-message",
    [NEED_TOLD] = "told",
};
static_assert(NAMES_COUNT(need_kind_names) == NEED_COUNT, "one name for each kind of need");

bool program_needs(const struct program *program, enum need_kind kind)
{
    for (size_t i = 0; i < program->need_count; i++) {
        if (program->needs[i].kind == kind) {
            return true;
        }
    }
    return false;
}

/* STEP_REPLY has its lines in its reply. */
static const struct line *last_line(const struct step *step)
{
    if (step->kind == STEP_REPLY && step->reply.line_count > 0) {
        return &step->reply.lines[step->reply.line_count - 1];
    }
    return step->line_count > 0 ? &step->lines[step->line_count - 1] : NULL;
}

/* What has been said on one connection, up to a step. */
struct hearing {
    const struct step *const first; /* of the steps */
    const struct step *said;        /* the last one of the other side */
    size_t group;   /* how many commands went out in one write with it, itself included */
    size_t replies; /* of this side, since then */
};

static void hear_other(struct hearing *hearing, const struct step *step)
{
    const bool joins = hearing->said != NULL && hearing->said->kind == STEP_COMMAND &&
                       hearing->said->pipelined && hearing->replies == 0;
    hearing->group = joins ? hearing->group + 1 : 1;
    hearing->replies = 0;
    hearing->said = step;
}

/* The command of the group that is `back` before the last one. */
static const struct step *command_before(const struct hearing *hearing, size_t back)
{
    const struct step *step = hearing->said;
    while (back > 0 && step > hearing->first) {
        step--;
        back -= step->side == hearing->said->side &&
                        step->connection == hearing->said->connection && last_line(step) != NULL
                    ? 1
                    : 0;
    }
    return step;
}

/* NULL: nothing was said. */
static const struct step *answered_by(const struct hearing *hearing, const struct step *step)
{
    const size_t before = hearing->replies - (step->reply.goes_on && hearing->replies > 0 ? 1 : 0);
    if (hearing->said == NULL || step->kind != STEP_REPLY || before >= hearing->group) {
        return hearing->said;
    }
    return command_before(hearing, hearing->group - 1 - before);
}

const struct line *program_said_before(const struct program *program, const struct step *step)
{
    struct hearing hearing = {.first = program->steps};
    if (step->kind == STEP_EXIT || step->kind == STEP_STORE) {
        return NULL;
    }
    for (size_t i = 0; i < program->step_count; i++) {
        const struct step *earlier = &program->steps[i];
        if (earlier == step) {
            const struct step *said = answered_by(&hearing, step);
            return said != NULL ? last_line(said) : NULL;
        }
        if (earlier->connection != step->connection || last_line(earlier) == NULL) {
            continue;
        }
        if (earlier->side != step->side) {
            hear_other(&hearing, earlier);
        } else if (earlier->kind == STEP_REPLY && !earlier->reply.goes_on) {
            hearing.replies++;
        }
    }
    return NULL;
}

const char *start_name(enum start start)
{
    return names_get(start_names, START_COUNT, start);
}

bool start_from_name(struct bytes name, enum start *start_r)
{
    size_t i = names_find(start_names, START_COUNT, name);
    if (i == BYTES_NONE) {
        return false;
    }
    *start_r = (enum start)i;
    return true;
}

const char *step_kind_name(enum step_kind kind)
{
    return names_get(step_kind_names, STEP_KIND_COUNT, kind);
}

bool step_kind_from_name(struct bytes name, enum step_kind *kind_r)
{
    size_t i = names_find(step_kind_names, STEP_KIND_COUNT, name);
    if (i == BYTES_NONE) {
        return false;
    }
    *kind_r = (enum step_kind)i;
    return true;
}

const char *value_type_name(enum value_type type)
{
    return names_get(value_type_names, VALUE_TYPE_COUNT, type);
}

bool value_type_from_name(struct bytes name, enum value_type *type_r)
{
    size_t i = names_find(value_type_names, VALUE_TYPE_COUNT, name);
    if (i == BYTES_NONE) {
        return false;
    }
    *type_r = (enum value_type)i;
    return true;
}

const char *need_kind_name(enum need_kind kind)
{
    return names_get(need_kind_names, NEED_COUNT, kind);
}

const char *tls_fact_name(enum tls_fact fact)
{
    return names_get(tls_fact_names, TLS_FACT_COUNT, fact);
}
