#include "script/reply_codes.h"

struct reading {
    struct bytes text;
    bool whole;
    size_t at;
    struct arena *arena;
    struct codes codes;
};

static bool fail(struct reading *reading, size_t at, size_t width, const char *expected)
{
    reading->codes.kind = CODES_NONE;
    reading->codes.bad_at = at;
    reading->codes.bad_width = width > 0 ? width : 1;
    reading->codes.expected = expected;
    return false;
}

static unsigned char octet_at(const struct reading *reading, size_t at)
{
    return at < reading->text.n ? reading->text.p[at] : 0;
}

static size_t word_length(const struct reading *reading, size_t at)
{
    size_t n = 0;
    while (at + n < reading->text.n && octet_at(reading, at + n) != ' ' &&
           octet_at(reading, at + n) != '\t') {
        n++;
    }
    return n;
}

/* The third octet of a code that is a number or a class: is it "z" or a digit, as it should be? */
static bool is_number(const struct reading *reading, size_t at)
{
    unsigned char second = octet_at(reading, at + 1);
    unsigned char third = octet_at(reading, at + 2);
    return (octet_is_digit(second) && (octet_is_digit(third) || third == 'z')) ||
           (second == 'y' && third == 'z');
}

/*
 * code  = ( "2" / "3" / "4" / "5" ) ( "0" / ... / "5" ) DIGIT     ; RFC 5321 4.2
 * class = ( "2" / "3" / "4" / "5" ) ( "yz" / ( "0" / ... / "5" ) "z" )
 */
static size_t read_number(struct reading *reading, size_t at)
{
    size_t word = word_length(reading, at);
    if (!is_number(reading, at)) {
        bool like_class =
            word >= 3 && (octet_lower(octet_at(reading, at + 1)) == 'x' ||
                          octet_lower(octet_at(reading, at + 2)) == 'x' ||
                          octet_at(reading, at + 1) == 'Y' || octet_at(reading, at + 2) == 'Z');
        fail(reading, at, word,
             like_class ? "classes of codes are written 2yz or 25z" : "expected a reply code");
        return 0;
    }
    unsigned char first = octet_at(reading, at);
    unsigned char second = octet_at(reading, at + 1);
    if (first < '2' || first > '5' || (second != 'y' && second > '5')) {
        fail(reading, at, 3, "a reply code is a digit from 2 to 5, one from 0 to 5, and any digit");
        return 0;
    }
    return 3;
}

/* status = "+OK" / "-ERR" / "+"     ; RFC 1939 3, RFC 5034 4 */
static size_t read_status(struct reading *reading, size_t at)
{
    struct bytes rest = bytes_skip(reading->text, at);
    if (bytes_starts(rest, "+OK")) {
        return 3;
    }
    if (bytes_starts(rest, "-ERR")) {
        return 4;
    }
    size_t word = word_length(reading, at);
    struct bytes found = bytes_slice(rest, 0, word);
    if (bytes_is(found, "+")) {
        return 1;
    }
    bool small = bytes_is_nocase(found, "+ok") || bytes_is_nocase(found, "-err");
    fail(reading, at, word,
         small ? "status indicators are written +OK and -ERR" : "expected +OK, -ERR or +");
    return 0;
}

/* Returns the octets that the code takes up, 0 after a failure. */
static size_t read_code(struct reading *reading, size_t at, bool *pop3_r)
{
    unsigned char first = octet_at(reading, at);
    *pop3_r = first == '+' || first == '-';
    if (*pop3_r) {
        return read_status(reading, at);
    }
    if (octet_is_digit(first)) {
        return read_number(reading, at);
    }
    fail(reading, at, word_length(reading, at), "expected a reply code");
    return 0;
}

static size_t skip_blanks(const struct reading *reading, size_t at)
{
    while (octet_at(reading, at) == ' ' || octet_at(reading, at) == '\t') {
        at++;
    }
    return at;
}

/* choice = [ "?" ] code */
static bool read_choice(struct reading *reading, struct code_choice *choice)
{
    choice->second_choice = octet_at(reading, reading->at) == '?';
    reading->at += choice->second_choice ? 1 : 0;
    bool pop3 = false;
    size_t n = read_code(reading, reading->at, &pop3);
    if (n == 0) {
        return false;
    }
    if (reading->codes.count > 0 && pop3 != reading->codes.pop3) {
        return fail(reading, reading->at, n, "reply codes and status indicators do not mix");
    }
    reading->codes.pop3 = pop3;
    choice->code =
        arena_text(reading->arena, bytes_slice(reading->text, reading->at, reading->at + n));
    reading->at += n;
    reading->codes.count++;
    return true;
}

/* Behind the first code and a "|". */
static bool read_alternatives(struct reading *reading, struct code_choice *choices)
{
    bool first = !choices[0].second_choice;
    while (octet_at(reading, reading->at) == '|') {
        reading->at = skip_blanks(reading, reading->at + 1);
        if (reading->codes.count == CODES_MOST_CHOICES) {
            return fail(reading, reading->at, 1, "too many alternatives: at most 16");
        }
        struct code_choice *choice = &choices[reading->codes.count];
        if (!read_choice(reading, choice)) {
            return false;
        }
        first = first || !choice->second_choice;
        reading->at = skip_blanks(reading, reading->at);
    }
    if (reading->at < reading->text.n || !reading->whole) {
        return fail(reading, reading->at, word_length(reading, reading->at),
                    "alternatives stand alone: expected \"|\" or the end of the line");
    }
    return first ||
           fail(reading, 0, reading->text.n, "one of the alternatives must stand without \"?\"");
}

static bool read_all(struct reading *reading, struct code_choice *choices)
{
    if (!read_choice(reading, &choices[0])) {
        return false;
    }
    size_t end = reading->at;
    reading->at = skip_blanks(reading, end);
    if (octet_at(reading, reading->at) == '|' ||
        (choices[0].second_choice && reading->at == reading->text.n)) {
        reading->codes.kind = CODES_ALONE;
        return read_alternatives(reading, choices);
    }
    if (reading->at == reading->text.n && reading->whole) {
        reading->codes.kind = CODES_ALONE;
        return true;
    }
    unsigned char separator = octet_at(reading, end);
    bool hyphen = separator == '-' && !reading->codes.pop3;
    if (choices[0].second_choice) {
        return fail(reading, 0, end, "a second choice stands alone or among alternatives");
    }
    if (separator != ' ' && !hyphen && (end < reading->text.n || reading->codes.pop3)) {
        return fail(reading, end, 1,
                    reading->codes.pop3
                        ? "expected a blank behind the status indicator"
                        : "expected a blank or \"-\" behind the code; alternatives are written "
                          "250 | 251");
    }
    reading->codes.kind = CODES_TEXT;
    reading->codes.separator = separator;
    return true;
}

struct codes codes_read(struct bytes text, bool whole, struct arena *arena)
{
    struct reading reading = {.text = text, .whole = whole, .arena = arena};
    struct code_choice choices[CODES_MOST_CHOICES] = {{0}};
    if (!read_all(&reading, choices)) {
        reading.codes.kind = CODES_NONE;
        reading.codes.count = 0;
        return reading.codes;
    }
    struct code_choice *copy = arena_array(arena, reading.codes.count, sizeof *copy);
    for (size_t i = 0; i < reading.codes.count; i++) {
        copy[i] = choices[i];
    }
    reading.codes.choices = copy;
    return reading.codes;
}

/* In a regular expression "+" is escaped, or it is no literal. */
static size_t literal_code_length(struct bytes text, enum compare compare)
{
    const char *ok = compare == COMPARE_REGEX ? "\\+OK" : "+OK";
    if (text.n >= 3 && octet_is_digit(text.p[0]) && octet_is_digit(text.p[1]) &&
        octet_is_digit(text.p[2])) {
        return 3;
    }
    if (bytes_starts(text, ok)) {
        return bytes_of(ok).n;
    }
    return bytes_starts(text, "-ERR") ? 4 : 0;
}

struct codes codes_read_marked(struct bytes text, enum compare compare, struct arena *arena)
{
    struct codes codes = {.kind = CODES_NONE};
    size_t n = literal_code_length(text, compare);
    unsigned char next = n < text.n ? text.p[n] : 0;
    bool repeated = compare == COMPARE_REGEX &&
                    (next == '*' || next == '+' || next == '?' || next == '{' || next == '|');
    if (n == 0 || repeated) {
        return codes;
    }
    struct code_choice *choice = arena_alloc(arena, sizeof *choice);
    struct bytes code = bytes_slice(text, text.p[0] == '\\' ? 1 : 0, n);
    choice->code = arena_text(arena, code);
    codes.kind = CODES_TEXT;
    codes.choices = choice;
    codes.count = 1;
    codes.pop3 = !octet_is_digit(code.p[0]);
    codes.separator = next == ' ' || next == '-' ? next : 0;
    return codes;
}

bool codes_begin_with(const struct code_choice *choices, size_t count, const char *prefix)
{
    return count > 0 && bytes_starts(bytes_of(choices[0].code), prefix);
}
