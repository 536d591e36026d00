/* exim_client - a block that plays the client: lines to send, and "??? " before what is expected */
#include "script/import/exim.h"
#include "script/import/pattern.h"

struct playing {
    struct draft *draft;
    bool starttls; /* sent, and its reply is to come */
};

/* A code alone is a prefix of both forms: with a hyphen when a line of the same reply follows. */
static bool goes_on(const struct playing *playing, struct bytes text)
{
    struct bytes rest = playing->draft->text;
    struct bytes next;
    const struct talk *talk = draft_talk(playing->draft, 1);
    return text.n == 3 && talk->pending_count <= 1 && bytes_next(&rest, '\n', &next) &&
           bytes_starts(next, "??? ") && next.n >= 7 &&
           bytes_equal(bytes_slice(next, 4, 7), bytes_slice(text, 0, 3));
}

static void after_reply(struct playing *playing, struct bytes text)
{
    if (playing->starttls && bytes_starts(text, "2")) {
        draft_raw(playing->draft, "C & S: <negotiate a TLS session>");
    }
    playing->starttls = false;
}

static void expect(struct playing *playing, struct bytes line, const char *marks)
{
    struct draft *draft = playing->draft;
    struct buf text = {0};
    struct buf pattern = {0};
    exim_unescape(&text, line);
    struct bytes seen = bytes_trim_right(buf_bytes(&text));
    bool code = seen.n == 3 || (seen.n == 4 && seen.p[3] == '-');
    bool open = exim_filled_in(seen);
    if (open) {
        draft_lost(draft, "names that Exim's runner fills in are not compared");
    }
    if (code || open) {
        if (goes_on(playing, buf_bytes(&text))) {
            buf_append_octet(&text, '-');
            seen = buf_bytes(&text);
        }
        draft_server(draft, 1, marks, seen);
    } else {
        pattern_prefix(&pattern, seen);
        const char *both = marks[0] == '?' ? "?*" : "*";
        draft_server_pattern(draft, 1, both, buf_bytes(&pattern), seen);
    }
    after_reply(playing, seen);
    buf_deinit(&text);
    buf_deinit(&pattern);
}

static void send(struct playing *playing, struct bytes line, bool ended)
{
    struct draft *draft = playing->draft;
    struct buf text = {0};
    exim_unescape(&text, line);
    if (exim_filled_in(line)) {
        draft_lost(draft, "names that Exim's runner fills in are sent as they stand");
    }
    if (ended) {
        draft_client(draft, 1, buf_bytes(&text));
    } else {
        draft_client_part(draft, 1, buf_bytes(&text));
    }
    playing->starttls =
        bytes_is(buf_bytes(&text), "starttls") || bytes_is(buf_bytes(&text), "STARTTLS");
    buf_deinit(&text);
}

static void pause(struct draft *draft, struct bytes line)
{
    uint64_t seconds = 0;
    if (bytes_to_u64(bytes_trim(bytes_skip(line, 3)), &seconds) && seconds <= 3600) {
        draft_raw(draft, arena_printf(draft->arena, "C: <wait %us>", (unsigned)seconds));
    } else {
        draft_lost_line(draft, line, "is no time to sleep");
    }
}

static void say(struct playing *playing, struct bytes line)
{
    struct draft *draft = playing->draft;
    if (bytes_is(bytes_trim_right(line), "???*")) {
        draft_raw(draft, "S: <close connection>");
    } else if (bytes_starts(line, "????")) {
        expect(playing, bytes_skip(line, 4), "?");
    } else if (bytes_starts(line, "??? ")) {
        expect(playing, bytes_skip(line, 4), "");
    } else if (bytes_starts(line, "+++ ")) {
        pause(draft, line);
    } else if (bytes_starts(line, "<<< ")) {
        draft_lost_line(draft, line, "another file is not read");
    } else if (bytes_is(line, "stoptls") || bytes_is(line, "STOPTLS")) {
        draft_lost_line(draft, line, "the end of TLS alone cannot be written");
    } else if (bytes_is(line, "starttls_wait")) {
        draft_client(draft, 1, BYTES_LIT("starttls"));
    } else if (bytes_starts(line, ">>> ")) {
        send(playing, bytes_skip(line, 4), false);
    } else {
        send(playing, line, true);
    }
}

void exim_client(struct draft *draft)
{
    struct playing playing = {.draft = draft};
    struct bytes line;
    while (exim_next(draft, &line)) {
        say(&playing, line);
    }
}
