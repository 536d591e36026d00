#include "fake_servers/wire_fault.h"

#include "base/glob.h"
#include "fake_servers/fault.h"
#include "fake_servers/wire_apply.h"

/* ---- the table ---- */

enum { SEGMENT_MS = 2 };

#define SECOND_MS       UINT64_C(1000)
#define KIB             UINT64_C(1024)
#define MIB             (UINT64_C(1024) * 1024)
#define OCTETS(literal) BYTES_INIT(literal)
#define NO_OCTETS       BYTES_INIT("")
#define X10             "xxxxxxxxxx"
#define X70             X10 X10 X10 X10 X10 X10 X10

// clang-format off
static const struct wire_fault_row rows[] = {
    /* name, class, protocols, number, octets, apply, what */
    {"tab",               WIRE_LEGAL,  STAGE_BOTH, 0, NO_OCTETS, wire_apply_tab, "has tabs instead of blanks in the text"},
    {"bare-code",         WIRE_LEGAL,  STAGE_BOTH, 0, NO_OCTETS, wire_apply_bare_code, "sends the code, or +OK, alone: no blank, no text"},
    {"lower-case-keywords", WIRE_LEGAL, STAGE_SMTP, 0, NO_OCTETS, wire_apply_small_keywords, "writes what it offers in small letters; for EHLO"},
    {"many-keywords",     WIRE_LEGAL,  STAGE_SMTP, 500, NO_OCTETS, wire_apply_many_keywords, "offers N more keywords that nobody knows; for EHLO"},
    {"more-lines",        WIRE_LEGAL,  STAGE_SMTP, 1, NO_OCTETS, wire_apply_more_lines, "has N more lines before the reply, with its code"},
    {"line-512",          WIRE_LEGAL,  STAGE_BOTH, 512, NO_OCTETS, wire_apply_long, "has a line of 512 octets with CRLF, the most there may be"},
    {"octet-by-octet",    WIRE_LEGAL,  STAGE_BOTH, SEGMENT_MS, NO_OCTETS, wire_apply_octets, "sends each octet in a segment, and waits N ms"},
    {"split-line-end",    WIRE_LEGAL,  STAGE_BOTH, 20, NO_OCTETS, wire_apply_split_line_end, "waits N ms between CR and LF"},
    {"slow",              WIRE_LEGAL,  STAGE_BOTH, SECOND_MS, NO_OCTETS, wire_apply_octets, "sends an octet each N ms"},
    {"delay",             WIRE_LEGAL,  STAGE_BOTH, 3 * SECOND_MS, NO_OCTETS, wire_apply_delay, "waits N ms before the reply"},
    {"html",              WIRE_LEGAL,  STAGE_BOTH, 0, OCTETS("<script>alert(1)</script><img src=x onerror=alert(1)> "), wire_apply_insert, "has HTML in the text, which is printable as any other"},
    {"hyphen-alone",      WIRE_LEGAL,  STAGE_SMTP, 0, NO_OCTETS, wire_apply_hyphen_alone, "has a line of the code and a hyphen alone before the reply"},
    {"keyword-twice",     WIRE_LAX,    STAGE_SMTP, 0, OCTETS("PIPELINING\nPIPELINING\nHELP"), wire_apply_keywords, "offers keywords twice; for EHLO"},
    {"keyword-odd",       WIRE_LAX,    STAGE_SMTP, 0, OCTETS("X_ODD\n-X\n8BITMIME=yes\nX X=1 *"), wire_apply_keywords, "offers keywords that are none; for EHLO"},
    {"auth-equals",       WIRE_LAX,    STAGE_SMTP, 0, OCTETS("AUTH PLAIN LOGIN\nAUTH=PLAIN LOGIN"), wire_apply_keywords, "offers AUTH= beside AUTH; for EHLO"},
    {"size-contradicts",  WIRE_LAX,    STAGE_SMTP, 0, OCTETS("SIZE 10\nSIZE 99999999999999999999\nSIZE x\nSIZE"), wire_apply_keywords, "says four different things of SIZE; for EHLO"},
    {"bare-lf",           WIRE_BROKEN, STAGE_BOTH, 0, OCTETS("\n"), wire_apply_ends, "ends lines in LF"},
    {"bare-cr",           WIRE_BROKEN, STAGE_BOTH, 0, OCTETS("\r"), wire_apply_ends, "ends lines in CR"},
    {"cr-cr-lf",          WIRE_BROKEN, STAGE_BOTH, 0, OCTETS("\r\r\n"), wire_apply_ends, "ends lines in CR CR LF"},
    {"no-line-end",       WIRE_BROKEN, STAGE_BOTH, 0, NO_OCTETS, wire_apply_no_line_end, "closes before the end of the last line"},
    {"no-blank",          WIRE_BROKEN, STAGE_SMTP, 0, NO_OCTETS, wire_apply_separator, "has nothing between code and text"},
    {"hyphen-last",       WIRE_BROKEN, STAGE_SMTP, 0, OCTETS("-"), wire_apply_separator, "has a hyphen behind the code in the last line"},
    {"no-last-line",      WIRE_BROKEN, STAGE_SMTP, 0, NO_OCTETS, wire_apply_no_last_line, "leaves the last line out, or has one with a hyphen in its place"},
    {"codes-differ",      WIRE_BROKEN, STAGE_SMTP, 0, NO_OCTETS, wire_apply_codes_differ, "begins with a line of the other class: 550 before 2yz and 3yz, 250 before others"},
    {"blank-line-before", WIRE_BROKEN, STAGE_BOTH, 0, OCTETS("\r\n"), wire_apply_before, "has a line without anything before the reply"},
    {"blank-line-within", WIRE_BROKEN, STAGE_SMTP, 0, NO_OCTETS, wire_apply_blank_within, "has a line without anything within the reply"},
    {"text-before",       WIRE_BROKEN, STAGE_BOTH, 0, OCTETS("hello there\r\n"), wire_apply_before, "has a line of text before the reply"},
    {"text-before-code",  WIRE_BROKEN, STAGE_BOTH, 0, OCTETS("mx: "), wire_apply_before, "has text before the code"},
    {"line-513",          WIRE_BROKEN, STAGE_BOTH, 513, NO_OCTETS, wire_apply_long, "has a line of 513 octets, or of N, with CRLF"},
    {"line-64k",          WIRE_BROKEN, STAGE_BOTH, 64 * KIB, NO_OCTETS, wire_apply_long, "has a line of 64 KiB, or of N octets"},
    {"line-10m",          WIRE_BROKEN, STAGE_BOTH, 10 * MIB, NO_OCTETS, wire_apply_long, "has a line of 10 MiB, or of N octets"},
    {"endless-line",      WIRE_BROKEN, STAGE_BOTH, WIRE_ENDLESS, NO_OCTETS, wire_apply_long, "has a line without end"},
    {"endless-reply",     WIRE_BROKEN, STAGE_SMTP, WIRE_ENDLESS, NO_OCTETS, wire_apply_more_lines, "sends lines of a reply without end"},
    {"endless-body",      WIRE_BROKEN, STAGE_POP3, 0, NO_OCTETS, wire_apply_endless_body, "sends lines of a body without end"},
    {"nul",               WIRE_BROKEN, STAGE_BOTH, 0, OCTETS("a\0b "), wire_apply_insert, "has NUL in the text"},
    {"eight-bit",         WIRE_BROKEN, STAGE_BOTH, 0, OCTETS("gr\xFC\xDF "), wire_apply_insert, "has ISO-8859-1 in the text"},
    {"bad-utf8",          WIRE_BROKEN, STAGE_BOTH, 0, OCTETS("\xC3( \xED\xA0\x80 \xF8\x88\x80\x80\x80 "), wire_apply_insert, "has octets that are no UTF-8 in the text"},
    {"terminal-codes",    WIRE_BROKEN, STAGE_BOTH, 0, OCTETS("\x1B[2J\x1B]0;title\x07\x1B[31m\x08\x08 "), wire_apply_insert, "has control codes of terminals in the text"},
    {"twice",             WIRE_BROKEN, STAGE_BOTH, 0, NO_OCTETS, wire_apply_twice, "says it twice"},
    {"missing",           WIRE_BROKEN, STAGE_BOTH, 0, NO_OCTETS, wire_apply_nothing, "does not answer, and goes on"},
    {"early",             WIRE_BROKEN, STAGE_BOTH, 0, NO_OCTETS, wire_apply_early, "sends a positive reply to the next command with this one"},
    {"swapped",           WIRE_BROKEN, STAGE_BOTH, 0, NO_OCTETS, wire_apply_swapped, "sends the reply behind the next one"},
    {"close",             WIRE_BROKEN, STAGE_BOTH, UINT64_MAX - 1, NO_OCTETS, wire_apply_close, "closes behind N octets of the reply, or behind it"},
    {"reset",             WIRE_BROKEN, STAGE_BOTH, UINT64_MAX - 1, NO_OCTETS, wire_apply_reset, "resets behind N octets of the reply, or behind it"},
    {"half-close",        WIRE_BROKEN, STAGE_BOTH, UINT64_MAX - 1, NO_OCTETS, wire_apply_half_close, "sends nothing behind N octets of the reply, or behind it, closes its direction and reads on"},
    {"silence",           WIRE_BROKEN, STAGE_BOTH, UINT64_MAX - 1, NO_OCTETS, wire_apply_silence, "sends nothing behind N octets of the reply, or behind it, and reads on"},
    {"lower-case-indicator", WIRE_BROKEN, STAGE_POP3, 0, NO_OCTETS, wire_apply_indicator, "says +ok or -err"},
    {"no-indicator",      WIRE_BROKEN, STAGE_POP3, 0, OCTETS("OK "), wire_apply_indicator, "says OK instead of +OK or -ERR"},
    {"error-with-body",   WIRE_BROKEN, STAGE_POP3, 0, NO_OCTETS, wire_apply_error_with_body, "says -ERR, and has a body behind it"},
    {"unstuffed",         WIRE_BROKEN, STAGE_POP3, 0, OCTETS(".unstuffed"), wire_apply_body_line, "has a line that begins with a dot and is not stuffed; for bodies"},
    {"dot-within",        WIRE_BROKEN, STAGE_POP3, 0, OCTETS("."), wire_apply_body_line, "has a line of one dot before the end; for bodies"},
    {"no-end",            WIRE_BROKEN, STAGE_POP3, 0, NO_OCTETS, wire_apply_no_end, "leaves the end of a body out"},
    {"body-nul",          WIRE_BROKEN, STAGE_POP3, 0, OCTETS("X-Nul: a\0b"), wire_apply_body_line, "has NUL in a line of the body"},
    {"body-bare-cr",      WIRE_BROKEN, STAGE_POP3, 0, OCTETS("X-Cr: a\rb\r\rc"), wire_apply_body_line, "has CR in a line of the body"},
    {"body-line-10m",     WIRE_BROKEN, STAGE_POP3, 10 * MIB, OCTETS("X-Long: "), wire_apply_body_line, "has a line of 10 MiB, or of N octets, in the body"},
    {"count-wrong",       WIRE_BROKEN, STAGE_POP3, 0, OCTETS("7"), wire_apply_first_word, "has 7 as the number of messages, or of a message; for STAT, LIST, UIDL"},
    {"count-negative",    WIRE_BROKEN, STAGE_POP3, 0, OCTETS("-1"), wire_apply_first_word, "has -1 there; for STAT, LIST, UIDL"},
    {"count-huge",        WIRE_BROKEN, STAGE_POP3, 0, OCTETS("99999999999999999999"), wire_apply_first_word, "has a number of more than 64 bits there; for STAT, LIST, UIDL"},
    {"count-zero",        WIRE_BROKEN, STAGE_POP3, 0, OCTETS("0"), wire_apply_first_word, "has 0 there; for STAT, LIST, UIDL"},
    {"count-no-number",   WIRE_BROKEN, STAGE_POP3, 0, OCTETS("x"), wire_apply_first_word, "has a letter there; for STAT, LIST, UIDL"},
    {"size-wrong",        WIRE_BROKEN, STAGE_POP3, 0, OCTETS("1"), wire_apply_second_word, "has 1 as each size; for STAT and LIST"},
    {"size-negative",     WIRE_BROKEN, STAGE_POP3, 0, OCTETS("-1"), wire_apply_second_word, "has -1 as each size; for STAT and LIST"},
    {"size-huge",         WIRE_BROKEN, STAGE_POP3, 0, OCTETS("99999999999999999999"), wire_apply_second_word, "has a number of more than 64 bits as each size; for STAT and LIST"},
    {"uid-same",          WIRE_BROKEN, STAGE_POP3, 0, OCTETS("same"), wire_apply_second_word, "gives all messages one unique-id; for UIDL"},
    {"uid-changes",       WIRE_BROKEN, STAGE_POP3, 0, OCTETS("changed-%"), wire_apply_second_word, "gives other unique-ids each time; for UIDL"},
    {"uid-long",          WIRE_BROKEN, STAGE_POP3, 0, OCTETS(X70 X70 X70), wire_apply_second_word, "gives unique-ids of 210 octets; for UIDL"},
    {"uid-odd",           WIRE_BROKEN, STAGE_POP3, 0, OCTETS("\x01\xE4"), wire_apply_second_word, "gives unique-ids of octets that may not be in them; for UIDL"},
};
// clang-format on

enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

const struct wire_fault_row *wire_fault_at(size_t i)
{
    return i < ROW_COUNT ? &rows[i] : NULL;
}

const struct wire_fault_row *wire_fault_find(struct bytes name)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (bytes_is_nocase(name, rows[i].name)) {
            return &rows[i];
        }
    }
    return NULL;
}

const char *wire_class_name(enum wire_class class)
{
    return class == WIRE_LEGAL ? "legal" : class == WIRE_LAX ? "lax" : "broken";
}

/* ---- reading ---- */

bool wire_fault_is_meant(struct bytes text)
{
    return bytes_index(text, '@', 0) != BYTES_NONE;
}

static int unknown_name(struct bytes name, struct error *error)
{
    const char *names[ROW_COUNT];
    enum fault fault;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        names[i] = rows[i].name;
    }
    const char *nearest = glob_nearest(name, names, ROW_COUNT);
    if (fault_find(name, &fault)) {
        return error_set(error, "%s is a fault that has no stage; leave @STAGE out",
                         fault_at(fault)->name);
    }
    return error_set(error, "no fault \"%.*s\" at a stage; %s%s%s\"--fault list\" shows all",
                     (int)(name.n < 40 ? name.n : 40), (const char *)name.p,
                     nearest != NULL ? "did you mean \"" : "", nearest != NULL ? nearest : "",
                     nearest != NULL ? "\"? " : "");
}

static int read_number(const struct wire_fault_row *row, struct bytes text, uint64_t *number,
                       struct error *error)
{
    enum { MOST = 1000 * 1000 * 1000 };
    if (row->number == 0) {
        return error_set(error, "%s takes no number", row->name);
    }
    return bytes_to_u64(text, number) && *number <= MOST
               ? 0
               : error_set(error, "%s=N: expected a number up to %d, found \"%.*s\"", row->name,
                           MOST, (int)(text.n < 40 ? text.n : 40), (const char *)text.p);
}

int wire_fault_read(struct bytes text, struct arena *arena, struct wire_fault *fault_r,
                    struct reply_rule *rule_r, struct error *error)
{
    size_t at = bytes_index(text, '@', 0);
    struct bytes name = bytes_slice(text, 0, at);
    size_t equals = bytes_index(name, '=', 0);
    const struct wire_fault_row *row = wire_fault_find(bytes_slice(name, 0, equals));
    if (row == NULL) {
        return unknown_name(bytes_slice(name, 0, equals), error);
    }
    if (at == BYTES_NONE) {
        return error_set(error, "%s: at which stage? %s@STAGE; \"--reply list\" shows them",
                         row->name, row->name);
    }
    *fault_r = (struct wire_fault){row, row->number};
    if (equals != BYTES_NONE &&
        read_number(row, bytes_skip(name, equals + 1), &fault_r->number, error) != 0) {
        return -1;
    }
    if (reply_selector_read(bytes_skip(text, at + 1), arena, rule_r, error) != 0) {
        return -1;
    }
    rule_r->protocols &= row->protocols;
    rule_r->written = arena_text(arena, text);
    return rule_r->protocols != 0
               ? 0
               : error_set(error, "%s: %s has no such stage", arena_text(arena, text),
                           row->protocols == STAGE_POP3 ? "POP3" : "SMTP");
}

/* ---- choosing and doing ---- */

const struct wire_fault *wire_fault_choose(const struct wire_faults *faults,
                                           struct reply_tally *tally, enum stage stage,
                                           unsigned protocol)
{
    struct reply_moment moment = {stage, protocol, {0}, {0}};
    const struct reply_rule *rule = reply_book_find(faults->book, tally, &moment);
    return rule != NULL ? &faults->rows[rule - faults->book->rules] : NULL;
}

void wire_fault_apply(const struct wire_fault *fault, struct wire_work *work)
{
    work->number = fault->number;
    fault->row->apply(fault->row, work);
}
