/*
 * exim_server - a block that plays the server: replies to send, and prefixes of what the client says
 *
 * One script goes on through all connections: each is a connection of its own here.
 */
#include "script/import/exim.h"
#include "script/import/pattern.h"

struct serving {
    struct draft *draft;
    unsigned connection;
    bool over;  /* the connection has ended: what comes next is of another one */
    bool quits; /* the reply to come is that to QUIT */
};

/* What is said behind the end of a connection belongs to the next one. */
static void go_on(struct serving *serving)
{
    if (serving->over && serving->connection < DRAFT_CONNECTIONS) {
        serving->connection++;
    }
    serving->over = false;
}

static void say(struct serving *serving, struct bytes text, const char *end)
{
    struct draft *draft = serving->draft;
    go_on(serving);
    serving->over = serving->quits;
    serving->quits = false;
    if (end == NULL) {
        draft_server(draft, serving->connection, "", text);
        return;
    }
    struct buf octets = {0};
    buf_append(&octets, text);
    buf_append_text(&octets, end);
    draft_server_part(draft, serving->connection, buf_bytes(&octets));
    buf_deinit(&octets);
}

static const char *named(struct draft *draft, const struct serving *serving, const char *side)
{
    return serving->connection > 1 ? arena_printf(draft->arena, "%s%u", side, serving->connection)
                                   : side;
}

static void direct(struct serving *serving, const char *side, const char *direction)
{
    struct draft *draft = serving->draft;
    draft_raw(draft,
              arena_printf(draft->arena, "%s: <%s>", named(draft, serving, side), direction));
}

static bool is_verb_alone(struct bytes text)
{
    return bytes_index(text, ' ', 0) == BYTES_NONE && bytes_index(text, ':', 0) == BYTES_NONE &&
           talk_is_verb(text);
}

/* A login goes the way of all clients: its secrets stay where they are. */
static bool logs_in(struct bytes text)
{
    static const char *const verbs[] = {"AUTH", "PASS", "APOP", "XLOGIN"};
    struct bytes word;
    bool found = false;
    if (bytes_next_word(&text, &word)) {
        for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
            found = found || bytes_is_nocase(word, verbs[i]);
        }
    }
    return found;
}

/* What the client says, as a literal prefix. */
static void hear(struct serving *serving, struct bytes text)
{
    struct draft *draft = serving->draft;
    go_on(serving);
    struct talk *talk = draft_talk(draft, serving->connection);
    struct buf pattern = {0};
    bool open = exim_filled_in(text);
    serving->quits = bytes_starts_nocase(text, "QUIT");
    if (open) {
        draft_lost(draft, "names that Exim's runner fills in are not compared");
    }
    if (open || text.n == 0 || is_verb_alone(text) || logs_in(text) || talk->turn != TALK_COMMAND) {
        draft_client(draft, serving->connection, text);
    } else {
        pattern_prefix(&pattern, text);
        draft_client_pattern(draft, serving->connection, "*", buf_bytes(&pattern), text);
    }
    buf_deinit(&pattern);
}

static void sleep_for(struct serving *serving, struct bytes line)
{
    struct draft *draft = serving->draft;
    uint64_t seconds = 0;
    if (bytes_to_u64(bytes_trim(bytes_skip(line, 6)), &seconds) && seconds <= 3600) {
        direct(serving, "S", arena_printf(draft->arena, "wait %us", (unsigned)seconds));
    } else {
        draft_lost_line(draft, line, "is no time to sleep");
    }
}

static void order(struct serving *serving, struct bytes line)
{
    struct draft *draft = serving->draft;
    if (bytes_is(line, "*eof")) {
        direct(serving, "C", "close connection");
        serving->over = true;
    } else if (bytes_is(line, "*starttls")) {
        go_on(serving);
        direct(serving, "C & S", "negotiate a TLS session");
    } else if (bytes_starts(line, "*sleep")) {
        sleep_for(serving, line);
    } else {
        draft_lost_line(draft, line,
                        bytes_starts(line, "*data") ? "octets without line end are not waited for"
                                                    : "is no order that is known");
    }
}

static void speak(struct serving *serving, struct bytes line)
{
    if (bytes_is(line, ">*eof")) {
        direct(serving, "S", "close connection");
        serving->over = true;
    } else if (bytes_starts(line, ">CR>")) {
        say(serving, bytes_skip(line, 4), "\r");
    } else if (bytes_starts(line, ">LF>")) {
        say(serving, bytes_skip(line, 4), "\n");
    } else if (bytes_starts(line, ">>")) {
        say(serving, bytes_skip(line, 2), "");
    } else {
        say(serving, bytes_skip(line, 1), NULL);
    }
}

void exim_server(struct draft *draft)
{
    struct serving serving = {.draft = draft, .connection = 1};
    struct bytes line;
    while (exim_next(draft, &line)) {
        struct buf text = {0};
        exim_unescape(&text, bytes_trim_right(line));
        struct bytes said = buf_bytes(&text);
        if (said.n > 0 && octet_is_digit(said.p[0])) {
            say(&serving, said, NULL);
        } else if (bytes_starts(said, ">")) {
            speak(&serving, said);
        } else if (bytes_starts(said, "*")) {
            order(&serving, said);
        } else if (bytes_starts(said, "<<")) {
            draft_lost_line(draft, bytes_skip(said, 2),
                            "octets without line end are not waited for");
        } else {
            hear(&serving, bytes_skip(said, bytes_starts(said, "<") ? 1 : 0));
        }
        buf_deinit(&text);
    }
}
