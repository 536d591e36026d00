#include "proto/smtp_command.h"

#include <assert.h>

/*
 * Which verbs end a pipelined group: RFC 2920 3.1 names EHLO, DATA, VRFY, EXPN, TURN, QUIT and NOOP, and all that extensions
 * add unless they say otherwise; RFC 3207 4 STARTTLS, RFC 4954 4 AUTH; HELO and LHLO do what EHLO does. RFC 3030 pipelines
 * BDAT. HELP stands in neither of the two lists of RFC 2920 and changes nothing.
 */
static const struct smtp_verb_row rows[] = {
    [SMTP_HELO] = {"HELO",     SMTP_ARGUMENT_REQUIRED, true },
    [SMTP_EHLO] = {"EHLO",     SMTP_ARGUMENT_REQUIRED, true },
    [SMTP_LHLO] = {"LHLO",     SMTP_ARGUMENT_REQUIRED, true },
    [SMTP_MAIL] = {"MAIL",     SMTP_ARGUMENT_REQUIRED, false},
    [SMTP_RCPT] = {"RCPT",     SMTP_ARGUMENT_REQUIRED, false},
    [SMTP_DATA] = {"DATA",     SMTP_ARGUMENT_NONE,     true },
    [SMTP_BDAT] = {"BDAT",     SMTP_ARGUMENT_REQUIRED, false},
    [SMTP_RSET] = {"RSET",     SMTP_ARGUMENT_NONE,     false},
    [SMTP_NOOP] = {"NOOP",     SMTP_ARGUMENT_OPTIONAL, true },
    [SMTP_VRFY] = {"VRFY",     SMTP_ARGUMENT_REQUIRED, true },
    [SMTP_EXPN] = {"EXPN",     SMTP_ARGUMENT_REQUIRED, true },
    [SMTP_HELP] = {"HELP",     SMTP_ARGUMENT_OPTIONAL, false},
    [SMTP_QUIT] = {"QUIT",     SMTP_ARGUMENT_NONE,     true },
    [SMTP_STARTTLS] = {"STARTTLS", SMTP_ARGUMENT_NONE,     true },
    [SMTP_AUTH] = {"AUTH",     SMTP_ARGUMENT_REQUIRED, true },
    [SMTP_SEND] = {"SEND",     SMTP_ARGUMENT_REQUIRED, false},
    [SMTP_SOML] = {"SOML",     SMTP_ARGUMENT_REQUIRED, false},
    [SMTP_SAML] = {"SAML",     SMTP_ARGUMENT_REQUIRED, false},
    [SMTP_TURN] = {"TURN",     SMTP_ARGUMENT_NONE,     true },
    [SMTP_UNKNOWN] = {"",         SMTP_ARGUMENT_OPTIONAL, true },
};
static_assert(sizeof rows / sizeof rows[0] == SMTP_VERB_COUNT, "a row for each verb");

const struct smtp_verb_row *smtp_verb_row(enum smtp_verb verb)
{
    return &rows[verb];
}

static enum smtp_verb verb_of(struct bytes word)
{
    for (size_t i = 0; i < SMTP_UNKNOWN; i++) {
        if (bytes_is_nocase(word, rows[i].name)) {
            return (enum smtp_verb)i;
        }
    }
    return SMTP_UNKNOWN;
}

/* Without trailing white space, which a receiver tolerates (4.1.1); a CR is none. */
static struct bytes without_trailing_blanks(struct bytes line)
{
    size_t n = line.n;
    while (n > 0 && (line.p[n - 1] == ' ' || line.p[n - 1] == '\t')) {
        n--;
    }
    return bytes_slice(line, 0, n);
}

struct smtp_command smtp_command_read(struct bytes line)
{
    struct bytes body = without_trailing_blanks(line);
    struct smtp_command command = {.word = bytes_slice(body, 0, bytes_index(body, ' ', 0))};
    command.verb = verb_of(command.word);
    command.argument = bytes_skip(body, command.word.n + 1);
    command.has_blank = command.word.n < line.n && line.p[command.word.n] == ' ';
    return command;
}

bool smtp_chunk_read(struct bytes argument, struct smtp_chunk *chunk_r)
{
    struct bytes rest = argument;
    struct bytes word = {0};
    *chunk_r = (struct smtp_chunk){0};
    if (!bytes_next_word(&rest, &word) || !bytes_to_u64(word, &chunk_r->octets)) {
        return false;
    }
    rest = bytes_trim(rest);
    chunk_r->last = bytes_is_nocase(rest, "LAST");
    return rest.n == 0 || chunk_r->last;
}
