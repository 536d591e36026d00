#include "engine/logins.h"

#include "engine/login.h"
#include "proto/pop3.h"
#include "proto/smtp_command.h"

static const struct program_connection *connection_of(const struct program *program,
                                                      unsigned number)
{
    for (size_t i = 0; i < program->connection_count; i++) {
        if (program->connections[i].number == number) {
            return &program->connections[i];
        }
    }
    return NULL;
}

static bool is_pop3(const struct program *program, unsigned number)
{
    const struct program_connection *connection = connection_of(program, number);

    return connection != NULL && connection->protocol == PROTOCOL_POP3;
}

/* What is written of it before the first variable. */
static struct bytes beginning_of(const struct step *step)
{
    const struct text *text = &step->lines[0].text;

    return text->count > 0 && text->pieces[0].kind == PIECE_OCTETS
               ? bytes_trim_right(text->pieces[0].octets)
               : (struct bytes){0};
}

static bool says_pop3(const struct program *program, const struct step *step, enum pop3_verb verb)
{
    return step->kind == STEP_COMMAND && is_pop3(program, step->connection) &&
           pop3_command_read(beginning_of(step)).verb == verb;
}

static bool begins_login(const struct program *program, const struct step *step)
{
    if (step->kind == STEP_AUTHENTICATE) {
        return true;
    }
    if (step->kind != STEP_COMMAND) {
        return false;
    }
    if (!is_pop3(program, step->connection)) {
        return smtp_command_read(beginning_of(step)).verb == SMTP_AUTH;
    }
    return says_pop3(program, step, POP3_PASS) || says_pop3(program, step, POP3_APOP) ||
           says_pop3(program, step, POP3_AUTH);
}

/* "+" of POP3 and 3yz of SMTP ask for more. */
static bool asks_for_more(const char *code)
{
    return code[0] == '3' || (code[0] == '+' && code[1] == '\0');
}

static bool lets_pass(const char *code)
{
    return code[0] == '2' || (code[0] == '+' && code[1] != '\0');
}

static bool is_any(const struct reply *reply, bool (*is_so)(const char *code))
{
    for (size_t i = 0; i < reply->code_count; i++) {
        if (is_so(reply->codes[i].code)) {
            return true;
        }
    }
    return false;
}

/* Commands of the connection before that step whose replies stand behind it. */
static size_t owed_before(const struct program *program, size_t at)
{
    size_t owed = 0;

    for (size_t i = 0; i < at; i++) {
        const struct step *step = &program->steps[i];
        if (step->connection != program->steps[at].connection) {
            continue;
        }
        if (step->kind == STEP_COMMAND) {
            owed++;
        } else if (step->kind == STEP_REPLY && !step->reply.optional && owed > 0) {
            owed--;
        }
    }
    return owed;
}

enum login_wish logins_wish(const struct program *program, size_t at)
{
    const struct step *login = &program->steps[at];
    bool proves = login_uses_secret(login);

    if (!begins_login(program, login)) {
        return LOGIN_NONE;
    }
    if (owed_before(program, at) > 0) {
        return LOGIN_TO_PASS; /* which reply it gets is not looked for: the careful answer */
    }
    for (size_t i = at + 1; i < program->step_count; i++) {
        const struct step *step = &program->steps[i];
        if (step->connection != login->connection) {
            continue;
        }
        proves = proves || (step->kind == STEP_RESPONSE && login_uses_secret(step));
        if (step->kind == STEP_REPLY && !is_any(&step->reply, asks_for_more)) {
            bool may_pass = step->reply.code_count == 0 || is_any(&step->reply, lets_pass);
            return proves && may_pass ? LOGIN_TO_PASS : LOGIN_TO_FAIL;
        }
    }
    return proves ? LOGIN_TO_PASS : LOGIN_TO_FAIL;
}

static bool has_login(const struct program *program, enum login_wish wish)
{
    for (size_t i = 0; i < program->step_count; i++) {
        if (logins_wish(program, i) == wish) {
            return true;
        }
    }
    return false;
}

enum login_wish logins_first(const struct program *program)
{
    enum login_wish wish = LOGIN_NONE;

    for (size_t i = 0; i < program->step_count && wish == LOGIN_NONE; i++) {
        wish = logins_wish(program, i);
    }
    return wish;
}

size_t logins_count(const struct program *program)
{
    size_t count = 0;

    for (size_t i = 0; i < program->step_count; i++) {
        count += logins_wish(program, i) != LOGIN_NONE ? 1 : 0;
    }
    return count;
}

bool logins_fail(const struct program *program)
{
    return has_login(program, LOGIN_TO_FAIL);
}

/* Is it at home in the maildrop: from its beginning, by its messages, or with two users? */
static bool moves_in(const struct program *program)
{
    for (size_t i = 0; i < program->need_count; i++) {
        const struct need *need = &program->needs[i];
        if (need->kind == NEED_MESSAGES || need->kind == NEED_EMPTY ||
            (need->kind == NEED_USERS && need->number > 1)) {
            return true;
        }
    }
    for (size_t i = 0; i < program->connection_count; i++) {
        if (program->connections[i].protocol == PROTOCOL_POP3 &&
            program->connections[i].start >= START_AUTH) {
            return true;
        }
    }
    for (size_t i = 0; i < program->step_count; i++) {
        const struct step *step = &program->steps[i];
        if (step->kind == STEP_AWAIT || says_pop3(program, step, POP3_DELE)) {
            return true;
        }
    }
    return program->finally_count > 0;
}

bool logins_come_late(const struct program *program)
{
    for (size_t i = 0; i < program->need_count; i++) {
        const struct need *need = &program->needs[i];
        if (need->kind == NEED_MESSAGES || need->kind == NEED_EMPTY ||
            (need->kind == NEED_USERS && need->number > 1)) {
            return false;
        }
    }
    return program->step_count > 0 && program->steps[0].kind == STEP_COMMAND &&
           !is_pop3(program, program->steps[0].connection) && !logins_fail(program);
}

bool logins_leave_room(const struct program *program)
{
    return !moves_in(program) && (logins_fail(program) || !has_login(program, LOGIN_TO_PASS));
}
