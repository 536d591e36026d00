#include "proto/pop3.h"

#include <assert.h>
#include <limits.h>

#include "proto/defect_names.h"
#include "proto/smtp_data.h"

static const struct pop3_verb_row rows[] = {
    [POP3_USER] = {"USER", POP3_SINGLE,                 1, 1       },
    [POP3_PASS] = {"PASS", POP3_SINGLE,                 1, 1       },
    [POP3_APOP] = {"APOP", POP3_SINGLE,                 2, 2       },
    [POP3_AUTH] = {"AUTH", POP3_SINGLE,                 1, 2       },
    [POP3_STLS] = {"STLS", POP3_SINGLE,                 0, 0       },
    [POP3_CAPA] = {"CAPA", POP3_MULTI,                  0, 0       },
    [POP3_LANG] = {"LANG", POP3_MULTI_WITHOUT_ARGUMENT, 0, 1       },
    [POP3_UTF8] = {"UTF8", POP3_SINGLE,                 0, 0       },
    [POP3_STAT] = {"STAT", POP3_SINGLE,                 0, 0       },
    [POP3_LIST] = {"LIST", POP3_MULTI_WITHOUT_ARGUMENT, 0, 1       },
    [POP3_RETR] = {"RETR", POP3_MULTI,                  1, 1       },
    [POP3_DELE] = {"DELE", POP3_SINGLE,                 1, 1       },
    [POP3_NOOP] = {"NOOP", POP3_SINGLE,                 0, 0       },
    [POP3_RSET] = {"RSET", POP3_SINGLE,                 0, 0       },
    [POP3_TOP] = {"TOP",  POP3_MULTI,                  2, 2       },
    [POP3_UIDL] = {"UIDL", POP3_MULTI_WITHOUT_ARGUMENT, 0, 1       },
    [POP3_QUIT] = {"QUIT", POP3_SINGLE,                 0, 0       },
    [POP3_UNKNOWN] = {"",     POP3_SINGLE,                 0, UINT_MAX},
};
static_assert(sizeof rows / sizeof rows[0] == POP3_VERB_COUNT, "a row for each verb");

static const char *const names[] = {"no status indicator",
                                    "status indicator not in upper case",
                                    "odd octet behind the status indicator",
                                    "line end not CRLF",
                                    "status line over 512 octets",
                                    "control octet in the status line",
                                    "octet above 127 in the status line",
                                    "end of the multi-line response missing",
                                    "line begins with a dot that is not stuffed"};

enum { MAX_STATUS_OCTETS = 512, MAX_UNIQUE_ID_OCTETS = 70 };

const struct pop3_verb_row *pop3_verb_row(enum pop3_verb verb)
{
    return &rows[verb];
}

static enum pop3_verb verb_of(struct bytes word)
{
    for (size_t i = 0; i < POP3_UNKNOWN; i++) {
        if (bytes_is_nocase(word, rows[i].name)) {
            return (enum pop3_verb)i;
        }
    }
    return POP3_UNKNOWN;
}

/* command = keyword *(SP param) CRLF */
struct pop3_command pop3_command_read(struct bytes line)
{
    struct pop3_command command = {.word = bytes_slice(line, 0, bytes_index(line, ' ', 0))};
    command.verb = verb_of(command.word);
    command.argument = bytes_skip(line, command.word.n + 1);
    return command;
}

bool pop3_is_multiline(const struct pop3_command *command)
{
    switch (rows[command->verb].multiline) {
    case POP3_SINGLE:
        return false;
    case POP3_MULTI:
        return true;
    case POP3_MULTI_WITHOUT_ARGUMENT:
        return bytes_trim(command->argument).n == 0;
    }
    return false;
}

struct indicator_row {
    const char *text;
    enum pop3_indicator indicator;
    bool needs_blank; /* RFC 5034 4: continue-req = "+" SP [base64] CRLF */
};

static const struct indicator_row indicators[] = {
    {"+OK",  POP3_OK,       false},
    {"-ERR", POP3_ERR,      false},
    {"+",    POP3_CONTINUE, true }
};

static const struct indicator_row *indicator_of(struct bytes text)
{
    for (size_t i = 0; i < sizeof indicators / sizeof indicators[0]; i++) {
        const struct indicator_row *row = &indicators[i];
        if (!bytes_starts_nocase(text, row->text)) {
            continue;
        }
        if (!row->needs_blank || text.n == 1 || text.p[1] == ' ') {
            return row;
        }
    }
    return NULL;
}

/* The rule of status lines that each defect of a line breaks. */
static unsigned wire_defects(const struct wire_line *line)
{
    static const unsigned wire_rows[][2] = {
        {WIRE_BARE_LF | WIRE_NO_END,             POP3_BAD_LINE_END},
        {WIRE_BARE_CR | WIRE_NUL | WIRE_CONTROL, POP3_BAD_TEXT    },
        {WIRE_EIGHT_BIT,                         POP3_EIGHT_BIT   },
        {WIRE_CUT,                               POP3_TOO_LONG    },
    };
    unsigned defects = line->octets > MAX_STATUS_OCTETS ? POP3_TOO_LONG : 0;
    for (size_t i = 0; i < sizeof wire_rows / sizeof wire_rows[0]; i++) {
        defects |= (line->defects & wire_rows[i][0]) != 0 ? wire_rows[i][1] : 0;
    }
    return defects;
}

/* single-line = status [SP text] CRLF ; status = "+OK" / "-ERR" */
struct pop3_status pop3_status_read(const struct wire_line *line)
{
    struct pop3_status status = {
        .raw = line->raw, .text = line->text, .defects = wire_defects(line)};
    const struct indicator_row *row = indicator_of(line->text);
    if (row == NULL) {
        status.defects |= POP3_NO_INDICATOR;
        return status;
    }
    struct bytes rest = bytes_skip(line->text, bytes_of(row->text).n);
    bool blank = rest.n > 0 && rest.p[0] == ' ';
    status.indicator = row->indicator;
    status.text = bytes_skip(rest, blank ? 1 : 0);
    if (!bytes_starts(line->text, row->text)) {
        status.defects |= POP3_INDICATOR_CASE;
    }
    if (!blank && (rest.n > 0 || row->needs_blank)) {
        status.defects |= POP3_BAD_SEPARATOR;
    }
    return status;
}

struct pop3_body_line pop3_body_line_read(const struct wire_line *line)
{
    struct pop3_body_line body = {.content = line->text};
    if ((line->defects & (WIRE_BARE_LF | WIRE_NO_END)) != 0) {
        body.defects |= POP3_BAD_LINE_END;
    }
    if (!bytes_starts(line->text, ".")) {
        return body;
    }
    body.content = bytes_skip(line->text, 1);
    bool whole = (line->defects & WIRE_NO_END) == 0;
    body.end = whole && body.content.n == 0;
    if (whole && !body.end && !bytes_starts(body.content, ".")) {
        body.defects |= POP3_NOT_STUFFED;
    }
    return body;
}

void pop3_defects_print(struct buf *out, unsigned defects)
{
    defect_names_print(out, defects, names, sizeof names / sizeof names[0]);
}

void pop3_stuff(struct buf *out, struct bytes content)
{
    smtp_data_stuff(out, content); /* the same rule: RFC 1939 3, RFC 5321 4.5.2 */
}

static bool is_visible(unsigned char c)
{
    return c >= 0x21 && c <= 0x7E;
}

/* Cut a decimal number from the front. */
static bool cut_number(struct bytes *rest, uint64_t *number_r)
{
    size_t digits = 0;
    while (digits < rest->n && octet_is_digit(rest->p[digits])) {
        digits++;
    }
    bool ok = bytes_to_u64(bytes_slice(*rest, 0, digits), number_r);
    *rest = bytes_skip(*rest, digits);
    return ok;
}

bool pop3_listing_read(struct bytes text, struct pop3_listing *listing_r)
{
    bool ok = cut_number(&text, &listing_r->number) && text.n > 0 && text.p[0] == ' ';
    listing_r->rest = bytes_skip(text, 1);
    return ok;
}

bool pop3_size_read(struct bytes rest, uint64_t *octets_r)
{
    return cut_number(&rest, octets_r);
}

bool pop3_is_unique_id(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (!is_visible(text.p[i])) {
            return false;
        }
    }
    return text.n >= 1 && text.n <= MAX_UNIQUE_ID_OCTETS;
}

/* timestamp = "<" *VCHAR ">" (RFC 2449 3), an msg-id: "<" local-part "@" domain ">" */
bool pop3_timestamp_find(struct bytes text, struct bytes *timestamp_r)
{
    size_t begin = BYTES_NONE;
    size_t at = BYTES_NONE;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = text.p[i];
        if (c == '<') {
            begin = i;
            at = BYTES_NONE;
        } else if (!is_visible(c)) {
            begin = BYTES_NONE;
        } else if (c == '@' && begin != BYTES_NONE && i > begin + 1) {
            at = i;
        } else if (c == '>' && begin != BYTES_NONE && at != BYTES_NONE && i > at + 1) {
            *timestamp_r = bytes_slice(text, begin, i + 1);
            return true;
        }
    }
    return false;
}
