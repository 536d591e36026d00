#include "engine/company.h"

#include <string.h>

#include "proto/pop3.h"
#include "proto/smtp_command.h"

static const struct program_connection *connection_of(const struct program *program,
                                                      const struct step *step)
{
    for (size_t i = 0; i < program->connection_count; i++) {
        if (program->connections[i].number == step->connection) {
            return &program->connections[i];
        }
    }
    return NULL;
}

static bool is_command(const struct program *program, const struct step *step,
                       enum protocol protocol)
{
    const struct program_connection *connection = connection_of(program, step);

    return step->kind == STEP_COMMAND && connection != NULL && connection->protocol == protocol;
}

/* A column of Each: is written out in its row. */
static const struct text *text_of(const struct program *program, const struct step *step)
{
    const struct text *text = &step->lines[0].text;

    for (size_t i = 0;
         text->count > 0 && text->pieces[0].kind == PIECE_VARIABLE && i < program->row_count; i++) {
        if (strcmp(program->row[i].name, text->pieces[0].name) == 0) {
            return &program->row[i].value;
        }
    }
    return text;
}

/* What is written of a command before the first variable; nothing: anything may stand there. */
static struct bytes beginning_of(const struct program *program, const struct step *step)
{
    const struct text *text = text_of(program, step);

    return text->count > 0 && text->pieces[0].kind == PIECE_OCTETS
               ? bytes_trim_right(text->pieces[0].octets)
               : (struct bytes){0};
}

/* ---- Whose message is it? ---- */

static bool is_awaited(const struct program *program, const char *name)
{
    for (size_t i = 0; i < program->step_count; i++) {
        const struct step *step = &program->steps[i];
        if (step->kind == STEP_AWAIT && step->name != NULL && strcmp(step->name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* Is it the number of a message that was looked for, or of its neighbour? */
static bool names_awaited(const struct program *program, const struct text *text)
{
    for (size_t i = 0; i < text->count; i++) {
        const struct piece *piece = &text->pieces[i];
        if (piece->kind == PIECE_VARIABLE && is_awaited(program, piece->name)) {
            return true;
        }
        for (size_t a = 0; piece->kind == PIECE_FUNCTION && a < piece->argument_count; a++) {
            if (names_awaited(program, &piece->arguments[a])) {
                return true;
            }
        }
    }
    return false;
}

static bool counts_from_awaited(const struct program *program, const struct text *text)
{
    for (size_t i = 0; i < text->count; i++) {
        const struct piece *piece = &text->pieces[i];
        for (size_t a = 0; piece->kind == PIECE_FUNCTION && a < piece->argument_count; a++) {
            if (names_awaited(program, &piece->arguments[a])) {
                return true;
            }
        }
    }
    return false;
}

static bool may_delete_others(const struct program *program, const struct step *step)
{
    struct bytes beginning = beginning_of(program, step);

    return (beginning.n == 0 || pop3_command_read(beginning).verb == POP3_DELE) &&
           !names_awaited(program, &step->lines[0].text);
}

static enum company company_of_step(const struct program *program, const struct step *step)
{
    if (!is_command(program, step, PROTOCOL_POP3)) {
        return COMPANY_ANY;
    }
    if (counts_from_awaited(program, &step->lines[0].text)) {
        return COMPANY_NOBODY;
    }
    return may_delete_others(program, step) ? COMPANY_NO_MAIL : COMPANY_ANY;
}

/* ---- Public ---- */

enum company company_of(const struct program *program)
{
    enum company company = program_needs(program, NEED_EMPTY) ? COMPANY_NO_MAIL : COMPANY_ANY;

    for (size_t i = 0; i < program->step_count; i++) {
        enum company of_step = company_of_step(program, &program->steps[i]);
        company = of_step > company ? of_step : company;
    }
    return company;
}

bool company_sends(const struct program *program)
{
    for (size_t i = 0; i < program->connection_count; i++) {
        if (program->connections[i].start == START_DATA) {
            return true;
        }
    }
    for (size_t i = 0; i < program->step_count; i++) {
        const struct step *step = &program->steps[i];
        if (is_command(program, step, PROTOCOL_SMTP) || is_command(program, step, PROTOCOL_LMTP)) {
            struct bytes beginning = beginning_of(program, step);
            enum smtp_verb verb = smtp_command_read(beginning).verb;
            if (beginning.n == 0 || verb == SMTP_DATA || verb == SMTP_BDAT) {
                return true;
            }
        }
    }
    return false;
}
