/*
 * mpt - scripts of Apache James MPT: "C: " and a line, "S: " and a regular expression for a whole line
 *
 * Both of its dialects: SUB { }, SESSION:, WAIT, LOG, REINIT and comments; TIMER and AWAIT assert nothing. There are no escapes.
 */
#include "base/buf.h"
#include "script/import/notation.h"
#include "script/import/pattern.h"
#include "script/import/secrets.h"

enum { SESSIONS = DRAFT_CONNECTIONS };

static bool is_order(struct bytes line)
{
    static const char *const words[] = {"SUB {", "SESSION:", "REINIT", "TIMER ", "AWAIT", "LOG "};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (bytes_starts(line, words[i])) {
            return true;
        }
    }
    return false;
}

/* What stands in patterns of its scripts, and in no reply. */
static bool is_pattern(struct bytes line)
{
    return bytes_starts(line, "S: ") && (bytes_find(line, BYTES_LIT(".*"), 0) != BYTES_NONE ||
                                         bytes_find(line, BYTES_LIT("\\"), 0) != BYTES_NONE);
}

static bool is_line(struct bytes line)
{
    return bytes_starts(line, "C: ") || bytes_starts(line, "S: ");
}

bool mpt_recognise(struct bytes text)
{
    return notation_count(text, is_line, 2) == 2 &&
           (notation_count(text, is_pattern, 1) == 1 || notation_count(text, is_order, 1) == 1);
}

struct script {
    struct draft *draft;
    bool any_order; /* within SUB { } */
    unsigned connection;
    uint64_t sessions[SESSIONS];
    unsigned session_count;
};

/* Without backslashes: what the lines that match begin with. */
static void literal(struct buf *out, struct bytes regex)
{
    struct bytes part;
    while (bytes_next(&regex, '\\', &part)) {
        buf_append(out, part);
    }
}

/* "250 .*" says no more than the code. */
static bool is_code_alone(struct bytes text)
{
    return talk_is_reply(text) && (text.n == 3 || bytes_is(bytes_skip(text, 3), " .*") ||
                                   bytes_is(bytes_skip(text, 3), "-.*"));
}

static void expect(struct script *script, struct bytes regex)
{
    struct draft *draft = script->draft;
    struct buf seen = {0};
    struct buf pattern = {0};
    literal(&seen, regex);
    struct bytes text = buf_bytes(&seen);
    if (bytes_starts(text, "* ") || bytes_find(text, BYTES_LIT(" OK "), 0) != BYTES_NONE) {
        draft_lost_line(draft, regex, "looks like IMAP, which is not spoken here");
    } else if (is_code_alone(text) && !script->any_order) {
        draft_server(draft, script->connection, "",
                     bytes_slice(text, 0, text.n > 3 && text.p[3] == '-' ? 4 : 3));
    } else {
        pattern_regex(&pattern, regex);
        draft_server_pattern(draft, script->connection, script->any_order ? "~/" : "/",
                             buf_bytes(&pattern), text);
    }
    buf_deinit(&seen);
    buf_deinit(&pattern);
}

static void session(struct script *script, struct bytes number)
{
    uint64_t n = 0;
    if (!bytes_to_u64(bytes_trim(number), &n)) {
        draft_lost_line(script->draft, number, "is no number of a session");
        return;
    }
    for (unsigned i = 0; i < script->session_count; i++) {
        if (script->sessions[i] == n) {
            script->connection = i + 1;
            return;
        }
    }
    if (script->session_count == SESSIONS) {
        draft_lost(script->draft, "more than %d sessions", SESSIONS);
        return;
    }
    if (script->session_count == 0 && script->draft->now->spoken > 0) {
        draft_lost(script->draft, "what stands before is for every session; it is written for one");
    }
    script->sessions[script->session_count++] = n;
    script->connection = script->session_count;
}

static void pause(struct draft *draft, struct bytes text)
{
    uint64_t time = 0;
    if (bytes_to_u64(bytes_trim(text), &time) && time <= 3600000) {
        draft_raw(draft, arena_printf(draft->arena, "C: <wait %ums>", (unsigned)time));
    } else {
        draft_lost_line(draft, text, "is no time to wait");
    }
}

static void log_line(struct draft *draft, struct bytes text)
{
    struct bytes kept = secret_cut(text);
    if (kept.n < text.n) {
        draft_note(draft, draft->line, "what is logged may hold a secret: the rest is left out");
    }
    draft_remark(draft, kept);
}

static void order(struct script *script, struct bytes line)
{
    struct draft *draft = script->draft;
    if (bytes_starts(line, "#")) {
        draft_comment(draft, bytes_trim(bytes_skip(line, 1)));
    } else if (bytes_starts(line, "SUB {")) {
        script->any_order = true;
    } else if (bytes_is(line, "}")) {
        script->any_order = false;
    } else if (bytes_starts(line, "SESSION:")) {
        session(script, bytes_skip(line, 8));
    } else if (bytes_starts(line, "WAIT ")) {
        pause(draft, bytes_skip(line, 5));
    } else if (bytes_starts(line, "LOG ")) {
        log_line(draft, bytes_skip(line, 4));
    } else if (bytes_is(line, "REINIT")) {
        draft_begin(draft, draft->file);
        *script = (struct script){.draft = draft, .connection = 1};
    } else if (line.n > 0) {
        draft_lost_line(draft, line, "is nothing that can be written in a scenario");
    }
}

void mpt_convert(struct draft *draft)
{
    struct script script = {.draft = draft, .connection = 1};
    struct bytes line;
    draft_begin(draft, draft->file);
    while (draft_next(draft, &line)) {
        /* One octet behind the colon is skipped, whatever it is. */
        if (bytes_starts(line, "S:")) {
            expect(&script, bytes_skip(line, 3));
        } else if (bytes_starts(line, "C:")) {
            if (bytes_find(line, BYTES_LIT("${"), 0) != BYTES_NONE) {
                draft_lost(draft, "what MPT is given for ${...} is not known: it stands as it is");
            }
            draft_client(draft, script.connection, bytes_skip(line, 3));
        } else {
            order(&script, bytes_trim(line));
        }
    }
}
