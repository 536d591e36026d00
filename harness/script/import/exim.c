/*
 * exim - test scripts of Exim: the blocks that its test programs `client` and `server` read
 *
 * test/README, "CLIENT SCRIPTS" and "SERVER SCRIPTS". What is expected there is a literal prefix of the line. Commands around the blocks are of
 * the runner of these tests and are left out. A file without a block is one client script.
 */
#include "script/import/exim.h"

#include "base/escape.h"
#include "script/import/notation.h"

/* Begins with that word, or one that goes on with "-", as client-ssl does. */
static bool is_block(struct bytes line, const char *word)
{
    struct bytes first;
    if (!bytes_starts(line, word) || !bytes_next_word(&line, &first)) {
        return false;
    }
    struct bytes rest = bytes_skip(first, bytes_of(word).n);
    return (rest.n == 0 || rest.p[0] == '-') && bytes_trim(line).n > 0;
}

static bool is_client(struct bytes line)
{
    return is_block(line, "client");
}

static bool is_server(struct bytes line)
{
    return is_block(line, "server");
}

static bool is_expect(struct bytes line)
{
    return bytes_starts(line, "???");
}

static bool is_end(struct bytes line)
{
    return bytes_is(bytes_trim_right(line), "****") || bytes_is(bytes_trim_right(line), "++++");
}

bool exim_recognise(struct bytes text)
{
    return notation_count(text, is_expect, 1) == 1 ||
           (notation_count(text, is_server, 1) == 1 && notation_count(text, is_end, 1) == 1);
}

void exim_unescape(struct buf *out, struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char octet = text.p[i];
        if (octet == '\\' && i + 1 < text.n) {
            size_t used = 2;
            struct bytes here = bytes_skip(text, i);
            bool known = here.p[1] == 'n' || here.p[1] == 'r' || here.p[1] == 'x';
            if (!known || escape_read(here, &octet, &used) != ESCAPE_READ_OCTET) {
                octet = here.p[1]; /* any other octet stands for itself */
                used = 2;
            }
            i += used - 1;
        }
        buf_append_octet(out, octet);
    }
}

/* Names that Exim's runner fills in. */
bool exim_filled_in(struct bytes text)
{
    static const char *const names[] = {"HOSTIPV", "HOSTNAME", "CALLER",   "PORT_",
                                        "TESTNUM", "EXIM_",    "TESTSUITE"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (bytes_find(text, bytes_of(names[i]), 0) != BYTES_NONE) {
            return true;
        }
    }
    return false;
}

static void begin(struct draft *draft, const char *what)
{
    draft_begin(draft,
                arena_printf(draft->arena, "%s, %s at line %u", draft->file, what, draft->line));
}

static bool is_other_command(struct bytes line)
{
    return line.n > 0 && line.p[0] != '#' && !is_end(line) && bytes_trim(line).n > 0;
}

/* Commands whose standard input follows, through "****". */
static bool has_input(struct bytes line)
{
    static const char *const words[] = {"exim", "write", "catwrite", "perl"};
    struct bytes word;
    while (bytes_next_word(&line, &word)) {
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
            if (bytes_is(word, words[i])) {
                return true;
            }
        }
        if (!bytes_is(word, "sudo") && bytes_index(word, '=', 0) == BYTES_NONE) {
            return false;
        }
    }
    return false;
}

static void leave_out(struct draft *draft, struct bytes line)
{
    unsigned first = draft->line;
    bool input = has_input(line);
    while (input && exim_next(draft, &line)) {
    }
    if (draft->line > first + 1) {
        draft_note(draft, first,
                   "is for the runner of Exim's tests and is left out, through line %u",
                   draft->line);
    } else {
        draft_note(draft, first, "is for the runner of Exim's tests and is left out");
    }
}

static void convert_block(struct draft *draft, bool client)
{
    begin(draft, client ? "client" : "server");
    if (client) {
        exim_client(draft);
    } else {
        exim_server(draft);
    }
}

void exim_convert(struct draft *draft)
{
    struct bytes line;
    struct bytes all = draft->text;
    bool blocks = notation_count(all, is_client, 1) == 1 || notation_count(all, is_server, 1) == 1;
    if (!blocks) {
        convert_block(draft, notation_count(all, is_expect, 1) == 1);
        return;
    }
    while (draft_next(draft, &line)) {
        if (is_client(line) || is_server(line)) {
            convert_block(draft, is_client(line));
        } else if (is_other_command(line)) {
            leave_out(draft, line);
        }
    }
}

bool exim_next(struct draft *draft, struct bytes *line_r)
{
    return draft_next(draft, line_r) && !is_end(*line_r);
}
