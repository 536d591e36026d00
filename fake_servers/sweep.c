#include "fake_servers/sweep.h"

#include <inttypes.h>
#include <string.h>

#include "base/glob.h"
#include "fake_servers/reply_texts.h"

enum { MAX_REPLIES = 2000, CODE_DIGITS = 3, MOST_CODE = 999 };

struct replies {
    struct asked_reply *rows;
    size_t count;
};

struct sweep {
    const char *written;
    struct replies of_smtp;
    struct replies of_pop3;
    enum stage stages[SWEEP_KIND_COUNT][STAGE_COUNT];
    size_t stage_count[SWEEP_KIND_COUNT];
    uint64_t next[SWEEP_KIND_COUNT]; /* index of the pair that comes */
};

struct reading {
    struct sweep *sweep;
    struct arena *arena;
    struct error *error;
};

/* ---- replies ---- */

static int add_reply(const struct reading *reading, struct replies *replies,
                     struct asked_reply reply)
{
    if (replies->count == MAX_REPLIES) {
        return error_set(reading->error, "more than %d codes", MAX_REPLIES);
    }
    replies->rows[replies->count++] = reply;
    return 0;
}

static int add_word(const struct reading *reading, const char *word)
{
    struct asked_reply reply;
    return reply_read_word(bytes_of(word), &reply)
               ? add_reply(reading, &reading->sweep->of_smtp, reply)
               : error_set(reading->error, "no code: \"%s\"", word);
}

static int add_range(const struct reading *reading, uint64_t first, uint64_t last)
{
    for (uint64_t code = first; code <= last; code++) {
        if (add_word(reading, arena_printf(reading->arena, "%03" PRIu64, code)) != 0) {
            return -1;
        }
    }
    return 0;
}

static int add_smtp(const struct reading *reading)
{
    const struct reply_text *row;
    for (size_t i = 0; (row = reply_text_at(i)) != NULL; i++) {
        if (add_range(reading, row->code, row->code) != 0) {
            return -1;
        }
    }
    return 0;
}

static int add_odd(const struct reading *reading)
{
    for (size_t i = 0; reply_text_odd_code(i)[0] != '\0'; i++) {
        if (add_word(reading, reply_text_odd_code(i)) != 0) {
            return -1;
        }
    }
    return 0;
}

static int add_pop3(const struct reading *reading)
{
    static const struct asked_reply responses[] = {
        {.form = REPLY_POP3_OK,       .text = "Done"                   },
        {.form = REPLY_POP3_ERR,      .text = "Not done"               },
        {.form = REPLY_POP3_ERR,      .text = "[IN-USE] Not done"      },
        {.form = REPLY_POP3_ERR,      .text = "[LOGIN-DELAY] Not done" },
        {.form = REPLY_POP3_ERR,      .text = "[SYS/TEMP] Not done"    },
        {.form = REPLY_POP3_ERR,      .text = "[SYS/PERM] Not done"    },
        {.form = REPLY_POP3_ERR,      .text = "[AUTH] Not done"        },
        {.form = REPLY_POP3_ERR,      .text = "[X-UNHEARD-OF] Not done"},
        {.form = REPLY_POP3_CONTINUE, .text = ""                       },
    };
    for (size_t i = 0; i < sizeof responses / sizeof responses[0]; i++) {
        if (add_reply(reading, &reading->sweep->of_pop3, responses[i]) != 0) {
            return -1;
        }
    }
    return 0;
}

static int add_all(const struct reading *reading)
{
    return add_smtp(reading) != 0 || add_odd(reading) != 0 || add_pop3(reading) != 0 ? -1 : 0;
}

static const struct {
    const char *name;
    int (*add)(const struct reading *reading);
} sets[] = {
    {"smtp", add_smtp},
    {"odd",  add_odd },
    {"pop3", add_pop3},
    {"all",  add_all },
};

enum { SET_COUNT = sizeof sets / sizeof sets[0] };

static int unknown_word(const struct reading *reading, struct bytes word)
{
    const char *names[SET_COUNT];
    for (size_t i = 0; i < SET_COUNT; i++) {
        names[i] = sets[i].name;
    }
    const char *nearest = glob_nearest(word, names, SET_COUNT);
    return error_set(reading->error,
                     "expected three digits, N-M, smtp, odd, pop3 or all, found \"%.*s\"%s%s%s",
                     (int)(word.n < 40 ? word.n : 40), (const char *)word.p,
                     nearest != NULL ? "; did you mean \"" : "", nearest != NULL ? nearest : "",
                     nearest != NULL ? "\"?" : "");
}

/* "452" or "200-599" */
static int read_codes(const struct reading *reading, struct bytes word)
{
    size_t hyphen = bytes_index(word, '-', 0);
    struct bytes from = bytes_slice(word, 0, hyphen);
    struct bytes to = hyphen == BYTES_NONE ? from : bytes_skip(word, hyphen + 1);
    uint64_t first = 0;
    uint64_t last = 0;
    bool are_codes = from.n == CODE_DIGITS && to.n == CODE_DIGITS && bytes_to_u64(from, &first) &&
                     bytes_to_u64(to, &last) && last <= MOST_CODE;
    if (!are_codes) {
        return unknown_word(reading, word);
    }
    return first <= last ? add_range(reading, first, last)
                         : error_set(reading->error, "%.*s: the first is the smaller one",
                                     (int)word.n, (const char *)word.p);
}

static int read_what(const struct reading *reading, struct bytes word)
{
    for (size_t i = 0; i < SET_COUNT; i++) {
        if (bytes_is_nocase(word, sets[i].name)) {
            return sets[i].add(reading);
        }
    }
    return read_codes(reading, word);
}

/* ---- stages ---- */

/* RFC 2033 4.1: LHLO stands in the place of EHLO and HELO. */
static bool is_of_kind(enum stage stage, enum sweep_kind kind)
{
    unsigned protocols = stage_row(stage)->protocols;
    bool is_hello = stage == STAGE_EHLO || stage == STAGE_HELO;
    switch (kind) {
    case SWEEP_SMTP:
        return (protocols & STAGE_SMTP) != 0 && stage != STAGE_LHLO;
    case SWEEP_LMTP:
        return (protocols & STAGE_SMTP) != 0 && !is_hello;
    case SWEEP_POP3:
    case SWEEP_KIND_COUNT:
        break;
    }
    return (protocols & STAGE_POP3) != 0;
}

static int read_wanted(const struct reading *reading, struct bytes list, bool *wanted)
{
    struct bytes name;
    enum stage stage;
    while (bytes_next(&list, ',', &name)) {
        const char *nearest = stage_nearest(name);
        if (!stage_find(bytes_trim(name), &stage) || stage == STAGE_ANY) {
            return error_set(reading->error, "no stage \"%.*s\"; %s%s%s\"--reply list\" shows all",
                             (int)(name.n < 40 ? name.n : 40), (const char *)name.p,
                             nearest != NULL ? "did you mean \"" : "",
                             nearest != NULL ? nearest : "", nearest != NULL ? "\"? " : "");
        }
        wanted[stage] = true;
    }
    return 0;
}

static void take_stages(struct sweep *sweep, const bool *wanted)
{
    for (unsigned kind = 0; kind < SWEEP_KIND_COUNT; kind++) {
        for (unsigned stage = 0; stage < STAGE_ANY; stage++) {
            if (wanted[stage] && is_of_kind((enum stage)stage, (enum sweep_kind)kind)) {
                sweep->stages[kind][sweep->stage_count[kind]++] = (enum stage)stage;
            }
        }
    }
}

static int read_stages(const struct reading *reading, struct bytes text, size_t at)
{
    bool wanted[STAGE_COUNT] = {false};
    for (size_t i = 0; i < STAGE_COUNT && at == BYTES_NONE; i++) {
        wanted[i] = true;
    }
    if (at != BYTES_NONE && read_wanted(reading, bytes_skip(text, at + 1), wanted) != 0) {
        return -1;
    }
    take_stages(reading->sweep, wanted);
    return 0;
}

/* ---- pairs ---- */

static const struct replies *replies_of(const struct sweep *sweep, enum sweep_kind kind)
{
    return kind == SWEEP_POP3 ? &sweep->of_pop3 : &sweep->of_smtp;
}

static uint64_t count_pairs(const struct sweep *sweep, enum sweep_kind kind)
{
    return (uint64_t)replies_of(sweep, kind)->count * sweep->stage_count[kind];
}

struct sweep *sweep_read(struct bytes text, struct arena *arena, struct error *error)
{
    struct sweep *sweep = arena_alloc(arena, sizeof *sweep);
    struct reading reading = {sweep, arena, error};
    size_t at = bytes_index(text, '@', 0);
    struct bytes rest = bytes_slice(text, 0, at);
    struct bytes word;
    sweep->written = arena_text(arena, text);
    sweep->of_smtp.rows = arena_array(arena, MAX_REPLIES, sizeof(struct asked_reply));
    sweep->of_pop3.rows = arena_array(arena, MAX_REPLIES, sizeof(struct asked_reply));
    while (bytes_next(&rest, ',', &word)) {
        if (read_what(&reading, bytes_trim(word)) != 0) {
            return NULL;
        }
    }
    if (read_stages(&reading, text, at) != 0) {
        return NULL;
    }
    if (count_pairs(sweep, SWEEP_SMTP) + count_pairs(sweep, SWEEP_LMTP) +
            count_pairs(sweep, SWEEP_POP3) ==
        0) {
        error_set(error, "none of these stages has such a reply: POP3 has no codes, SMTP no +OK");
        return NULL;
    }
    return sweep;
}

void sweep_follow(struct sweep *sweep, const struct sweep *before)
{
    if (sweep != NULL && before != NULL && strcmp(sweep->written, before->written) == 0) {
        memcpy(sweep->next, before->next, sizeof sweep->next);
    }
}

struct sweep_pair sweep_next(struct sweep *sweep, enum sweep_kind kind)
{
    uint64_t count = sweep != NULL ? count_pairs(sweep, kind) : 0;
    if (count == 0) {
        return (struct sweep_pair){.count = 0};
    }
    const struct replies *replies = replies_of(sweep, kind);
    uint64_t at = sweep->next[kind];
    sweep->next[kind] = (at + 1) % count;
    return (struct sweep_pair){.stage = sweep->stages[kind][at / replies->count],
                               .reply = replies->rows[at % replies->count],
                               .number = at + 1,
                               .count = count};
}

/* "-ERR [IN-USE]": the response code belongs to the pair's name. */
static void print_reply(const struct asked_reply *reply, struct buf *out)
{
    size_t end = bytes_index(bytes_of(reply->text), ']', 0);
    if (reply->form == REPLY_OF_SMTP) {
        buf_append_text(out, reply->digits);
        return;
    }
    buf_append_text(out, reply->form == REPLY_POP3_OK    ? "+OK"
                         : reply->form == REPLY_POP3_ERR ? "-ERR"
                                                         : "+");
    if (end != BYTES_NONE) {
        buf_append_text(out, " ");
        buf_append(out, bytes_slice(bytes_of(reply->text), 0, end + 1));
    }
}

void sweep_pair_print(const struct sweep_pair *pair, struct buf *out)
{
    buf_printf(out, "sweep %" PRIu64 " of %" PRIu64 ": %s ", pair->number, pair->count,
               stage_row(pair->stage)->name);
    print_reply(&pair->reply, out);
}
