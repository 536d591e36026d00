/*
 * Cutting a reply into words (reply_words.h).
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/mem.h"
#include "record/reply_words.h"

/* Of a longer reply only the beginning is pinned. */
enum { REPLY_MOST = 256 * 1024, NAME_LEAST = 3 };

#define DAY   "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
#define MONTH "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
#define CLOCK "\\d\\d:\\d\\d:\\d\\d"

struct reply_form {
    const char *pattern; /* group 1 is new each time; what stands before it is told by */
    enum value_type type;
    bool again;
};

static const struct reply_form form_table[] = {
  /* RFC 5322 3.3, with the comment that many put behind it */
    {"((?:" DAY ", ?)?\\d{1,2} " MONTH " \\d{4} " CLOCK " [-+]\\d{4}(?: \\([A-Z]+\\))?)",
     VALUE_TEXT,                                                                                      false},
    {"(" DAY " " MONTH " [ \\d]\\d " CLOCK "(?: [A-Z]+)? \\d{4})",                        VALUE_TEXT, false},
    {"(\\d{4}-\\d\\d-\\d\\d[T ]" CLOCK "(?:\\.\\d+)?(?:Z|[-+]\\d\\d:?\\d\\d)?)",          VALUE_TEXT, false},
    {"(<[^<>@\\s]*\\d{5,}[^<>@\\s]*@[^<>\\s]+>)",                                         VALUE_WORD,
     true                                                                                                  }, /* msg-id, RFC 1939 timestamp */
    {"(1[0-9A-Za-z]{5}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4})\\b",                           VALUE_WORD, true }, /* Exim */
    {"queued as ([0-9A-Za-z]+)",                                                          VALUE_WORD, true },
    {"id ([0-9A-Za-z]*\\d[0-9A-Za-z]*)\\b",                                               VALUE_WORD, true },
    {"id=(\\S*\\d\\S*)",                                                                  VALUE_WORD, true },
    {"Message (\\d+) accepted",                                                           VALUE_INT,  false},
    {"(\\S{16,}) Saved",                                                                  VALUE_WORD, true }, /* Dovecot's LMTP */
    {"(\\d{1,3}(?:\\.\\d{1,3}){3}:\\d{2,5})\\b",                                          VALUE_WORD, true },
    {"\\[(\\d{3,7})\\]",                                                                  VALUE_INT,  true }, /* a process */
    {"pid[ =](\\d+)",                                                                     VALUE_INT,  true },
    {"\\((\\d+\\.\\d+ s(?:ecs?)?)\\)",                                                    VALUE_TEXT, false},
    {"(<[^<>@\\s]+\\.[^<>@\\s]+@[^<>\\s]+>)",                                             VALUE_WORD, true },
};
static_assert(sizeof form_table / sizeof form_table[0] == REPLY_FORM_COUNT,
              "a regex for each form");

void reply_forms_init(struct reply_forms *forms)
{
    for (size_t i = 0; i < REPLY_FORM_COUNT; i++) {
        struct error error = {{0}};
        size_t offset = 0;
        forms->regexes[i] = regex_new(bytes_of(form_table[i].pattern), &offset, &error);
    }
}

void reply_forms_deinit(struct reply_forms *forms)
{
    for (size_t i = 0; i < REPLY_FORM_COUNT; i++) {
        regex_free(&forms->regexes[i]);
    }
}

struct cutter {
    struct arena *arena;
    const struct reply_forms *forms;
    const struct reply_name *names;
    size_t name_count;
    bool numbers; /* all are new each time */
    bool listing; /* "1 120", "1 whqtswO00WBw418f9t5JxYwZ": both are new each time */
    size_t code;  /* octets of the code that the line begins with */
    struct bytes line;
    size_t at;
    struct reply_word *words;
    size_t count;
    size_t capacity;
};

static bool is_alnum(unsigned char c)
{
    return octet_is_alpha(c) || octet_is_digit(c);
}

static void add_word(struct cutter *cutter, struct reply_word word)
{
    cutter->words =
        mem_grow(cutter->words, cutter->count, &cutter->capacity, sizeof cutter->words[0]);
    cutter->words[cutter->count++] = word;
    cutter->at += word.octets.n;
}

static bool border_behind(const struct cutter *cutter, size_t length)
{
    size_t end = cutter->at + length;
    return end >= cutter->line.n || !is_alnum(cutter->line.p[end]);
}

static bool cut_name(struct cutter *cutter)
{
    struct bytes rest = bytes_skip(cutter->line, cutter->at);
    for (size_t i = 0; i < cutter->name_count; i++) {
        struct bytes value = cutter->names[i].value;
        if (value.n >= NAME_LEAST && rest.n >= value.n &&
            bytes_equal(bytes_slice(rest, 0, value.n), value) && border_behind(cutter, value.n)) {
            add_word(cutter, (struct reply_word){.kind = REPLY_WORD_NAME,
                                                 .octets = bytes_slice(rest, 0, value.n),
                                                 .name = cutter->names[i].name});
            return true;
        }
    }
    return false;
}

static bool cut_form(struct cutter *cutter)
{
    struct bytes rest = bytes_skip(cutter->line, cutter->at);
    /* The last one, a timestamp (RFC 1939 7), is that of an address as well. */
    size_t count = cutter->numbers ? REPLY_FORM_COUNT : REPLY_FORM_COUNT - 1;
    for (size_t i = 0; i < count; i++) {
        const struct regex *regex = cutter->forms->regexes[i];
        struct bytes value;
        if (regex == NULL || regex_match(regex, rest) != REGEX_MATCH ||
            !regex_group(regex, 1, &value)) {
            continue;
        }
        struct bytes before = bytes_slice(rest, 0, (size_t)(value.p - rest.p));
        if (before.n > 0) {
            add_word(cutter, (struct reply_word){.kind = REPLY_WORD_OCTETS, .octets = before});
        }
        add_word(cutter, (struct reply_word){.kind = REPLY_WORD_FORM,
                                             .octets = value,
                                             .type = form_table[i].type,
                                             .again = form_table[i].again});
        return true;
    }
    return false;
}

/* What a word is made of; "@" is none, so that a host behind it stays. */
static bool is_word_octet(unsigned char c)
{
    return is_alnum(c) || (c != '\0' && strchr("._-+$!#%&*/~", c) != NULL) || c >= 0x80;
}

static void cut_plain(struct cutter *cutter)
{
    struct bytes rest = bytes_skip(cutter->line, cutter->at);
    size_t n = 0;
    while (n < rest.n && is_word_octet(rest.p[n])) {
        n++;
    }
    while (n > 1 && rest.p[n - 1] == '.') {
        n--; /* the end of a sentence */
    }
    n = n == 0 ? 1 : n;
    struct reply_word word = {.kind = REPLY_WORD_OCTETS, .octets = bytes_slice(rest, 0, n)};
    uint64_t number = 0;
    if (cutter->numbers && bytes_to_u64(word.octets, &number)) {
        word.kind = REPLY_WORD_FORM;
        word.type = VALUE_INT;
    }
    add_word(cutter, word);
}

static bool cut_value(struct cutter *cutter)
{
    struct bytes rest = bytes_skip(cutter->line, cutter->at);
    struct bytes value;
    uint64_t number = 0;
    if (!cutter->listing || rest.p[0] == ' ' || !bytes_next_word(&rest, &value)) {
        return false;
    }
    add_word(cutter,
             (struct reply_word){.kind = REPLY_WORD_FORM,
                                 .octets = value,
                                 .type = bytes_to_u64(value, &number) ? VALUE_INT : VALUE_WORD,
                                 .again = !bytes_to_u64(value, &number)});
    return true;
}

/* What a SASL challenge holds is one word to its last "=" (RFC 4954 4, RFC 5034 4): how many of them there are is new each time, too. */
static bool cut_challenge(struct cutter *cutter)
{
    struct bytes rest = bytes_skip(cutter->line, cutter->at);
    struct bytes before = bytes_slice(cutter->line, 0, cutter->at);
    struct buf meant = {0};
    bool challenges = bytes_is(before, "334 ") || bytes_is(before, "+ ");
    bool is_one = challenges && rest.n > 0 && base64_decode(&meant, rest) == 0;
    buf_deinit(&meant);
    if (is_one) {
        add_word(cutter, (struct reply_word){.kind = REPLY_WORD_OCTETS, .octets = rest});
    }
    return is_one;
}

static struct reply_line cut_line(struct cutter *cutter, struct bytes line)
{
    struct bytes content = line;
    if (bytes_ends(content, "\n")) {
        content.n--;
    }
    if (bytes_ends(content, "\r")) {
        content.n--;
    }
    *cutter = (struct cutter){.arena = cutter->arena,
                              .forms = cutter->forms,
                              .names = cutter->names,
                              .name_count = cutter->name_count,
                              .numbers = cutter->numbers,
                              .listing = cutter->listing,
                              .code = cutter->code,
                              .line = content};
    if (cutter->code > 0 && content.n > 0) { /* it stays as it is */
        struct bytes code = bytes_slice(content, 0, cutter->code);
        add_word(cutter, (struct reply_word){.kind = REPLY_WORD_OCTETS, .octets = code});
    }
    while (cutter->at < content.n) {
        unsigned char c = content.p[cutter->at];
        bool begins = cutter->at == 0 || !is_alnum(content.p[cutter->at - 1]) || !is_alnum(c);
        if (!(begins && (cut_challenge(cutter) || cut_value(cutter) || cut_name(cutter) ||
                         cut_form(cutter)))) {
            cut_plain(cutter);
        }
    }
    struct reply_line cut = {.count = cutter->count, .end = bytes_skip(line, content.n)};
    cut.words = arena_array(cutter->arena, cutter->count + 1, sizeof cut.words[0]);
    for (size_t i = 0; i < cutter->count; i++) {
        cut.words[i] = cutter->words[i];
    }
    free(cutter->words);
    return cut;
}

/* "250-", "+OK": octets of it. */
static size_t code_length(struct bytes line, bool pop3, bool first)
{
    size_t n = 0;
    if (pop3) {
        while (first && n < line.n && line.p[n] != ' ' && line.p[n] != '\r' && line.p[n] != '\n') {
            n++;
        }
        return n;
    }
    while (n < line.n && n < 3 && octet_is_digit(line.p[n])) {
        n++;
    }
    return n == 3 && line.n > 3 && (line.p[3] == '-' || line.p[3] == ' ') ? 4 : n;
}

static size_t count_lines(struct bytes octets)
{
    size_t count = 0;
    for (size_t i = 0; i < octets.n; i++) {
        count += octets.p[i] == '\n' || i + 1 == octets.n ? 1 : 0;
    }
    return count;
}

static bool has_digit(struct bytes octets)
{
    for (size_t i = 0; i < octets.n; i++) {
        if (octet_is_digit(octets.p[i])) {
            return true;
        }
    }
    return false;
}

/* "1 1234", "1 whqtswO00WBw418f9t5JxYwZ", not "2 messages" */
static bool is_listing_line(struct bytes line)
{
    struct bytes number;
    struct bytes value;
    uint64_t n = 0;
    return bytes_next_word(&line, &number) && bytes_to_u64(number, &n) &&
           bytes_next_word(&line, &value) && has_digit(value) && bytes_trim(line).n == 0;
}

static struct bytes next_line(struct bytes octets, size_t *at)
{
    size_t lf = bytes_index(octets, '\n', *at);
    size_t end = lf == BYTES_NONE ? octets.n : lf + 1;
    struct bytes line = bytes_slice(octets, *at, end);
    *at = end;
    return line;
}

bool reply_cut_has_code(const struct reply_cut *cut)
{
    if (cut->count == 0 || cut->lines[0].count == 0) {
        return false;
    }
    struct bytes word = cut->lines[0].words[0].octets;
    uint64_t code = 0;
    return cut->pop3 || bytes_to_u64(bytes_slice(word, 0, 3), &code);
}

struct reply_cut *reply_cut_new(struct arena *arena, const struct reply_forms *forms,
                                struct bytes octets, bool pop3, bool fixed,
                                const struct reply_name *names, size_t count)
{
    struct reply_cut *cut = arena_alloc(arena, sizeof *cut);
    struct reply_name *copies = arena_array(arena, count + 1, sizeof *copies);
    struct bytes kept = arena_copy(arena, bytes_slice(octets, 0, REPLY_MOST));
    for (size_t i = 0; i < count; i++) {
        copies[i] = (struct reply_name){names[i].name, arena_copy(arena, names[i].value)};
    }
    if (octets.n > REPLY_MOST) {
        size_t lf = bytes_index(kept, '\n', 0);
        kept = bytes_slice(kept, 0, lf == BYTES_NONE ? 0 : lf + 1);
    }
    cut->pop3 = pop3;
    cut->listing = pop3;
    size_t lines = count_lines(kept);
    cut->lines = arena_array(arena, lines + 1, sizeof cut->lines[0]);
    struct cutter cutter = {.arena = arena, .forms = forms, .names = copies, .name_count = count};
    for (size_t at = 0; at < kept.n; cut->count++) {
        struct bytes line = next_line(kept, &at);
        bool dot = cut->count > 0 && bytes_is(bytes_trim_right(line), ".");
        cut->listing = cut->listing && (cut->count == 0 || dot || is_listing_line(line));
        cutter.numbers = pop3 && !fixed && (cut->count == 0 || is_listing_line(line));
        cutter.listing = pop3 && !fixed &&
                         is_listing_line(bytes_skip(line, cut->count == 0 ? strlen("+OK") : 0));
        cutter.code = code_length(line, pop3, cut->count == 0);
        cut->lines[cut->count] = cut_line(&cutter, line);
    }
    cut->listing = cut->listing && !fixed && cut->count > 1;
    return cut;
}
