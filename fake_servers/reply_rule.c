#include "fake_servers/reply_rule.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/glob.h"
#include "match/regex.h"

enum { MAX_RULE_OCTETS = 64 * 1024, MAX_TIMES = 1000000000 };

/* What is being read, for its errors. */
struct reading {
    struct arena *arena;
    const char *written;
    struct error *error;
};

static int refuse(const struct reading *reading, const char *why)
{
    return error_set(reading->error, "\"%.100s\": %s", reading->written, why);
}

/* ---- replies ---- */

static const struct {
    const char *name;
    enum reply_action action;
} actions[] = {
    {"close",      REPLY_CLOSE     },
    {"reset",      REPLY_RESET     },
    {"half-close", REPLY_HALF_CLOSE},
    {"silence",    REPLY_SILENCE   },
};

static const struct {
    const char *name;
    enum reply_form form;
} indicators[] = {
    {"+OK",  REPLY_POP3_OK      },
    {"-ERR", REPLY_POP3_ERR     },
    {"+",    REPLY_POP3_CONTINUE},
};

static bool read_action(struct bytes word, struct asked_reply *reply_r)
{
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (bytes_is_nocase(word, actions[i].name)) {
            *reply_r = (struct asked_reply){.action = actions[i].action};
            return true;
        }
    }
    return false;
}

static bool read_indicator(struct bytes word, struct asked_reply *reply_r)
{
    for (size_t i = 0; i < sizeof indicators / sizeof indicators[0]; i++) {
        if (bytes_is_nocase(word, indicators[i].name)) {
            *reply_r = (struct asked_reply){.form = indicators[i].form};
            return true;
        }
    }
    return false;
}

static bool is_digits(struct bytes word)
{
    for (size_t i = 0; i < word.n; i++) {
        if (!octet_is_digit(word.p[i])) {
            return false;
        }
    }
    return word.n > 0;
}

/* RFC 5321 4.2: three digits; others are asked for to see what a client makes of them. */
static bool read_code(struct bytes word, struct asked_reply *reply_r)
{
    uint64_t number = 0;
    if (!is_digits(word) || word.n > REPLY_CODE_MAX || !bytes_to_u64(word, &number)) {
        return false;
    }
    *reply_r =
        (struct asked_reply){.form = REPLY_OF_SMTP, .code = word.n == 3 ? (unsigned)number : 0};
    memcpy(reply_r->digits, word.p, word.n);
    return true;
}

bool reply_read_word(struct bytes word, struct asked_reply *reply_r)
{
    return read_code(word, reply_r) || read_action(word, reply_r);
}

/* class "." subject "." detail; subject and detail have up to three digits */
bool reply_is_status(struct bytes word)
{
    struct bytes rest = word;
    struct bytes number;
    size_t count = 0;
    while (bytes_next(&rest, '.', &number)) {
        if (!is_digits(number) || number.n > (count == 0 ? 1U : 3U)) {
            return false;
        }
        count++;
    }
    return count == 3;
}

/* "\n" is one more line, "\\" a backslash. NULL: another octet stands behind one, or there are too many lines. */
static const char *unescape(struct arena *arena, struct bytes text)
{
    struct buf out = {0};
    bool is_right = true;
    size_t lines = 1;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = text.p[i];
        if (c == '\\') {
            c = i + 1 < text.n ? text.p[++i] : '\0';
            is_right &= c == 'n' || c == '\\';
            lines += c == 'n' ? 1 : 0;
            c = c == 'n' ? '\n' : c;
        }
        buf_append_octet(&out, c);
    }
    const char *result =
        is_right && lines <= REPLY_LINES_MAX ? arena_text(arena, buf_bytes(&out)) : NULL;
    buf_deinit(&out);
    return result;
}

static void take_status(struct bytes *rest, struct asked_reply *reply)
{
    struct bytes after = *rest;
    struct bytes word = {0};
    if (bytes_next_word(&after, &word) && reply_is_status(word) && word.n <= REPLY_STATUS_MAX) {
        memcpy(reply->status, word.p, word.n);
        *rest = bytes_trim_left(after);
    }
}

/* A reply begins here: its first word ends at a blank, at "\n" or at the end. */
static bool read_first_word(struct bytes text, struct asked_reply *reply_r, struct bytes *rest_r)
{
    size_t end = 0;
    while (end < text.n && text.p[end] != ' ' && text.p[end] != '\t' && text.p[end] != '\\') {
        end++;
    }
    struct bytes word = bytes_slice(text, 0, end);
    *rest_r = bytes_skip(text, end);
    return reply_read_word(word, reply_r) || read_indicator(word, reply_r);
}

static int read_reply(const struct reading *reading, struct bytes text, struct asked_reply *reply)
{
    struct bytes rest = {0};
    read_first_word(text, reply, &rest);
    rest = rest.n > 0 && rest.p[0] != '\\' ? bytes_skip(rest, 1) : rest;
    if (reply->action != REPLY_SAY && bytes_trim(rest).n > 0) {
        return refuse(reading, "nothing is said behind close, reset, half-close and silence");
    }
    if (reply->form == REPLY_OF_SMTP) {
        take_status(&rest, reply);
    }
    reply->text = rest.n > 0 ? unescape(reading->arena, rest) : NULL;
    if (rest.n > 0 && reply->text == NULL) {
        return refuse(reading,
                      "behind a backslash stands n, for one more line of at most 1000, or a "
                      "backslash");
    }
    bool many = reply->text != NULL && strchr(reply->text, '\n') != NULL;
    if (many && (reply->form == REPLY_POP3_ERR || reply->form == REPLY_POP3_CONTINUE)) {
        return refuse(reading, "only +OK has more than one line (RFC 1939 3)");
    }
    return 0;
}

/* ---- when ---- */

/* "N", "N-M" or "N-" */
static bool read_times(struct bytes text, struct reply_times *times_r)
{
    size_t hyphen = bytes_index(text, '-', 0);
    struct bytes last = bytes_skip(text, hyphen == BYTES_NONE ? text.n : hyphen + 1);
    if (!bytes_to_u64(bytes_slice(text, 0, hyphen), &times_r->first)) {
        return false;
    }
    times_r->last = hyphen == BYTES_NONE ? times_r->first : UINT64_MAX;
    return last.n == 0 || bytes_to_u64(last, &times_r->last);
}

static bool may_be_times(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (!octet_is_digit(text.p[i]) && text.p[i] != '-') {
            return false;
        }
    }
    return text.n > 0;
}

/* Takes ":N" or "::N" off the end. */
static int take_times(const struct reading *reading, struct bytes *rest, struct reply_times *times)
{
    size_t colon = rest->n;
    while (colon > 0 && rest->p[colon - 1] != ':') {
        colon--;
    }
    struct bytes text = bytes_skip(*rest, colon);
    if (colon == 0 || !may_be_times(text)) {
        return 0;
    }
    if (!read_times(text, times) || times->first == 0 || times->last < times->first ||
        times->first > MAX_TIMES) {
        return refuse(reading, "behind a colon stands N, N-M or N-, counted from 1");
    }
    colon--;
    times->over_all = colon > 0 && rest->p[colon - 1] == ':';
    *rest = bytes_slice(*rest, 0, colon - (times->over_all ? 1 : 0));
    return 0;
}

/* Takes "@P%" off the end. */
static int take_percent(const struct reading *reading, struct bytes *rest, unsigned *percent)
{
    size_t at = rest->n;
    uint64_t number = 0;
    *percent = 100;
    while (at > 0 && rest->p[at - 1] != '@') {
        at--;
    }
    if (at == 0 || !bytes_ends(*rest, "%")) {
        return 0;
    }
    if (!bytes_to_u64(bytes_slice(*rest, at, rest->n - 1), &number)) {
        return 0; /* of a pattern */
    }
    if (number < 1 || number > 100) {
        return refuse(reading, "a probability is @1% to @100%");
    }
    *percent = (unsigned)number;
    *rest = bytes_slice(*rest, 0, at - 1);
    return 0;
}

/* ---- what ---- */

static int read_pattern(const struct reading *reading, struct bytes text, struct reply_rule *rule)
{
    struct error why = {""};
    size_t offset = 0;
    if (text.n == 0) {
        return 0;
    }
    if (rule->stage == STAGE_GREETING || rule->stage == STAGE_AUTH_RESPONSE) {
        return refuse(reading,
                      "there is nothing at this stage that a pattern could be compared with");
    }
    if (text.p[0] != '/') {
        rule->kind = PATTERN_GLOB;
        rule->pattern = arena_copy(reading->arena, text);
        return 0;
    }
    if (text.n < 3 || !bytes_ends(text, "/")) {
        return refuse(reading, "a pattern that begins with / ends with it: /PATTERN/");
    }
    rule->kind = PATTERN_REGEX;
    rule->pattern = arena_copy(reading->arena, bytes_slice(text, 1, text.n - 1));
    struct regex *regex = regex_new_anywhere(rule->pattern, true, &offset, &why);
    if (regex == NULL) {
        return refuse(reading, why.text);
    }
    regex_free(&regex);
    return 0;
}

static int unknown_stage(const struct reading *reading, struct bytes name)
{
    const char *nearest = stage_nearest(name);
    return error_set(reading->error,
                     "\"%.100s\": no stage \"%.*s\"; %s%s%s\"--reply list\" shows all",
                     reading->written, (int)(name.n < 40 ? name.n : 40), (const char *)name.p,
                     nearest != NULL ? "did you mean \"" : "", nearest != NULL ? nearest : "",
                     nearest != NULL ? "\"? " : "");
}

/* "smtp/" or "pop3/" before the name of a stage. */
static unsigned take_protocol(struct bytes *name)
{
    unsigned protocols = STAGE_BOTH;
    if (bytes_starts_nocase(*name, "smtp/") || bytes_starts_nocase(*name, "lmtp/")) {
        protocols = STAGE_SMTP;
    } else if (bytes_starts_nocase(*name, "pop3/")) {
        protocols = STAGE_POP3;
    }
    *name = bytes_skip(*name, protocols != STAGE_BOTH ? strlen("smtp/") : 0);
    return protocols;
}

static int read_stage(const struct reading *reading, struct bytes name, struct reply_rule *rule)
{
    rule->protocols = take_protocol(&name);
    if (!stage_find(name, &rule->stage)) {
        return unknown_stage(reading, name);
    }
    unsigned of_form = rule->reply.form == REPLY_OF_SMTP  ? (unsigned)STAGE_SMTP
                       : rule->reply.form == REPLY_OF_ANY ? (unsigned)STAGE_BOTH
                                                          : (unsigned)STAGE_POP3;
    unsigned of_stage = stage_row(rule->stage)->protocols;
    rule->protocols &= of_form & of_stage;
    if (rule->protocols == 0) {
        return refuse(reading, of_stage == STAGE_POP3 || of_form == STAGE_SMTP
                                   ? "POP3 answers with +OK or -ERR"
                                   : "SMTP answers with a code");
    }
    return 0;
}

static int check_times(const struct reading *reading, const struct reply_rule *rule)
{
    bool once = rule->stage == STAGE_GREETING;
    return once && !rule->times.over_all && rule->times.first > 1
               ? refuse(
                     reading,
                     "the greeting comes once in a connection; with two colons it is counted over "
                     "all connections")
               : 0;
}

static int read_selector(const struct reading *reading, struct bytes text, struct reply_rule *rule)
{
    struct bytes rest = text;
    if (take_percent(reading, &rest, &rule->percent) != 0 ||
        take_times(reading, &rest, &rule->times) != 0) {
        return -1;
    }
    struct bytes name = {0};
    rest = bytes_trim(rest);
    bytes_next_word(&rest, &name);
    if (read_stage(reading, name, rule) != 0 || check_times(reading, rule) != 0) {
        return -1;
    }
    return read_pattern(reading, bytes_trim(rest), rule);
}

/* The first "=" behind which a reply stands; a pattern may hold others. */
static size_t find_reply(struct bytes text, struct asked_reply *reply_r)
{
    struct bytes rest = {0};
    size_t at = bytes_index(text, '=', 0);
    while (at != BYTES_NONE && !read_first_word(bytes_skip(text, at + 1), reply_r, &rest)) {
        at = bytes_index(text, '=', at + 1);
    }
    return at;
}

int reply_rule_read(struct bytes text, struct arena *arena, struct reply_rule *rule_r,
                    struct error *error)
{
    text = bytes_trim(text);
    struct reading reading = {arena, arena_text(arena, text), error};
    struct reply_rule rule = {.written = reading.written};
    size_t at = find_reply(text, &rule.reply);
    if (text.n > MAX_RULE_OCTETS || bytes_has_control(text)) {
        return refuse(&reading, "a rule is one line of at most 64 KiB without control characters");
    }
    if (at == BYTES_NONE) {
        return refuse(&reading,
                      "expected STAGE=REPLY, where REPLY begins with a code, +OK, -ERR, +, "
                      "close, reset, half-close or silence");
    }
    if (read_reply(&reading, bytes_skip(text, at + 1), &rule.reply) != 0 ||
        read_selector(&reading, bytes_slice(text, 0, at), &rule) != 0) {
        return -1;
    }
    *rule_r = rule;
    return 0;
}

int reply_selector_read(struct bytes text, struct arena *arena, struct reply_rule *rule_r,
                        struct error *error)
{
    struct reading reading = {arena, arena_text(arena, text), error};
    struct reply_rule rule = {.written = reading.written};
    if (read_selector(&reading, text, &rule) != 0) {
        return -1;
    }
    if (rule.kind != PATTERN_NONE) {
        return refuse(&reading, "no pattern can stand here");
    }
    *rule_r = rule;
    return 0;
}

/* ---- rules beside each other ---- */

static bool is_always(const struct reply_rule *rule)
{
    return rule->kind == PATTERN_NONE && rule->times.first == 0 && rule->percent == 100;
}

static bool is_same_selector(const struct reply_rule *a, const struct reply_rule *b)
{
    return a->stage == b->stage && a->kind == b->kind && bytes_equal(a->pattern, b->pattern) &&
           a->times.first == b->times.first && a->times.last == b->times.last &&
           a->times.over_all == b->times.over_all && a->percent == 100;
}

/* Does the first one answer all that the second one could? */
static bool hides(const struct reply_rule *first, const struct reply_rule *second)
{
    bool covers = (second->protocols & ~first->protocols) == 0;
    bool everywhere = first->stage == second->stage || first->stage == STAGE_ANY;
    return covers && ((everywhere && is_always(first)) || is_same_selector(first, second));
}

int reply_rules_check(const struct reply_rule *rules, size_t count, struct error *error)
{
    for (size_t i = 1; i < count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (hides(&rules[k], &rules[i])) {
                return error_set(error,
                                 "\"%.100s\" is never used, for \"%.100s\" before it answers the "
                                 "same; put it first, or leave one of them out",
                                 rules[i].written, rules[k].written);
            }
        }
    }
    return 0;
}

/* ---- fitting ---- */

static bool matches_regex(struct bytes pattern, struct bytes text)
{
    size_t offset = 0;
    struct regex *regex = regex_new_anywhere(pattern, true, &offset, NULL);
    bool found = regex != NULL && regex_match(regex, text) == REGEX_MATCH;
    regex_free(&regex);
    return found;
}

/* Mailboxes are looked up in any case here, so patterns are, too. */
static bool matches_glob(struct bytes pattern, struct bytes text)
{
    struct buf small_pattern = {0};
    struct buf small_text = {0};
    for (size_t i = 0; i < pattern.n; i++) {
        buf_append_octet(&small_pattern, octet_lower(pattern.p[i]));
    }
    for (size_t i = 0; i < text.n; i++) {
        buf_append_octet(&small_text, octet_lower(text.p[i]));
    }
    bool found = glob_match(buf_bytes(&small_pattern), buf_bytes(&small_text));
    buf_deinit(&small_text);
    buf_deinit(&small_pattern);
    return found;
}

static bool matches(const struct reply_rule *rule, struct bytes text)
{
    return rule->kind == PATTERN_GLOB ? matches_glob(rule->pattern, text)
                                      : matches_regex(rule->pattern, text);
}

/* One of them, or, where one is quoted and holds blanks, the whole. */
static bool matches_mailbox(const struct reply_rule *rule, struct bytes mailboxes)
{
    struct bytes rest = mailboxes;
    struct bytes mailbox;
    while (bytes_next_word(&rest, &mailbox)) {
        if (matches(rule, mailbox)) {
            return true;
        }
    }
    return mailboxes.n > 0 && matches(rule, mailboxes);
}

bool reply_rule_fits(const struct reply_rule *rule, const struct reply_moment *moment)
{
    if ((rule->protocols & moment->protocol) == 0 ||
        (rule->stage != STAGE_ANY && rule->stage != moment->stage)) {
        return false;
    }
    return rule->kind == PATTERN_NONE || matches(rule, moment->argument) ||
           matches_mailbox(rule, moment->mailbox);
}
