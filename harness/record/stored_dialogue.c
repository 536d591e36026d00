/*
 * Dialogues of C: and S: lines: those that this program writes beside the JSON lines, those that `serve` writes, and what a person pastes.
 *
 * Lines are read as the scenario language has them (escapes, \c, <CRLF>, // behind a command, R: of RFC 821). A transcript
 * tells the time in comments. What stands for octets that are not there (a direction, an ellipsis) ends the judging of its connection.
 */
#include <string.h>

#include "record/stored_said.h"
#include "record/stored_session.h"
#include "record/transcript_file.h"
#include "record/transcript_text.h"
#include "script/directions.h"
#include "script/line_lexer.h"
#include "script/notations.h"

enum {
    BOTH_SIDES = 3,
    LOOK_AHEAD_LINES = 200,    /* for the command that tells LMTP from SMTP */
    UNKNOWN_PAUSE_US = 2000000 /* where no times are told: a silence, of which nothing is known */
};

struct dialogue {
    struct stored_session *session;
    struct error *error;
    struct bytes from; /* the current line, and what follows */
    struct bytes rest; /* behind the current line */
    size_t number;     /* of the current line */
    struct span line;
    bool receiver; /* R: is the server, S: the client */
    bool has_times;
    bool in_header;
    bool in_data;
    bool ours;        /* a header stands in front: sessions have headers */
    bool server_last; /* connection 1: the server spoke last */
    bool quit_said;   /* connection 1: last, and not in a group */
    bool ended;       /* connection 1: a greeting begins another session */
    bool opened[LEXED_MAX_CONNECTION + 1];
    int64_t time_us;
    unsigned sessions; /* of this file */
    unsigned tested;
    const char *id; /* that a comment told */
    const char *title;
};

static int problem(const struct dialogue *dialogue, const char *what)
{
    return stored_problem(dialogue->session->source, dialogue->number, dialogue->error, "%s", what);
}

/* ---- Sessions ---- */

static void begin_session(struct dialogue *dialogue)
{
    struct stored_session *session = dialogue->session;
    const char *id = dialogue->id != NULL ? dialogue->id : session->source->id;
    dialogue->sessions++;
    if (dialogue->sessions > 1 && dialogue->id == NULL) {
        id = arena_printf(session->arena, "%s#%u", id, dialogue->sessions);
    }
    stored_session_begin(session, id, dialogue->title, dialogue->tested);
    memset(dialogue->opened, 0, sizeof dialogue->opened);
    dialogue->in_header = false;
    dialogue->in_data = false;
    dialogue->server_last = false;
    dialogue->quit_said = false;
    dialogue->ended = false;
}

static void ensure_session(struct dialogue *dialogue)
{
    if (dialogue->session->program == NULL) {
        begin_session(dialogue);
    }
}

/* A header, or the end of the file. */
static void end_session(struct dialogue *dialogue)
{
    stored_session_end(dialogue->session);
    dialogue->id = NULL;
    dialogue->title = NULL;
    dialogue->tested = BOTH_SIDES;
    dialogue->has_times = false;
    dialogue->time_us = 0;
}

/* ---- Connections ---- */

static enum side speaker_of(const struct dialogue *dialogue, char speaker)
{
    if (dialogue->receiver) {
        return speaker == 'R' ? SIDE_SERVER : SIDE_CLIENT;
    }
    return speaker == 'S' ? SIDE_SERVER : SIDE_CLIENT;
}

/* What a line tells of the protocol; `greeted`: the server has spoken before. False: nothing. */
static bool tells_protocol(const struct dialogue *dialogue, const struct lexed *lexed, bool greeted,
                           enum protocol *protocol_r)
{
    struct bytes said = lexed->text.text;
    struct bytes verb = {0};
    (void)bytes_next_word(&said, &verb);
    verb = bytes_trim_right(verb);
    if (speaker_of(dialogue, lexed->speaker) == SIDE_SERVER) {
        *protocol_r = PROTOCOL_POP3;
        return !greeted && (bytes_starts(verb, "+") || bytes_starts(verb, "-"));
    }
    *protocol_r = bytes_is_nocase(verb, "LHLO") ? PROTOCOL_LMTP : PROTOCOL_SMTP;
    return *protocol_r == PROTOCOL_LMTP || bytes_is_nocase(verb, "EHLO") ||
           bytes_is_nocase(verb, "HELO") || bytes_is_nocase(verb, "QUIT");
}

/*
 * By the server's greeting, a status indicator of POP3 or none, and the client's, which is LHLO under LMTP (RFC 2033 section 4.1): from the line
 * that is read now on.
 */
static enum protocol look_ahead(const struct dialogue *dialogue, unsigned connection)
{
    struct bytes rest = dialogue->from;
    struct bytes text;
    bool greeted = false;
    for (size_t i = 0; i < LOOK_AHEAD_LINES && rest.n > 0 && bytes_next(&rest, '\n', &text); i++) {
        const struct lexed lexed = line_lex((struct span){.text = text}, NULL);
        enum protocol protocol = PROTOCOL_SMTP;
        if (bytes_starts_nocase(text, "Title:")) {
            break;
        }
        if (lexed.kind != LEXED_SPEECH || lexed.connection != connection) {
            continue;
        }
        if (tells_protocol(dialogue, &lexed, greeted, &protocol)) {
            return protocol;
        }
        greeted |= speaker_of(dialogue, lexed.speaker) == SIDE_SERVER;
    }
    return PROTOCOL_SMTP;
}

static void open_connection(struct dialogue *dialogue, unsigned connection)
{
    if (!dialogue->opened[connection]) {
        dialogue->opened[connection] = true;
        stored_session_event(dialogue->session,
                             &(struct event){.kind = EVENT_CONNECTED,
                                             .time_us = dialogue->time_us,
                                             .connection = connection,
                                             .protocol = look_ahead(dialogue, connection)});
    }
}

static void lose(struct dialogue *dialogue, unsigned connection, const char *why)
{
    ensure_session(dialogue);
    open_connection(dialogue, connection);
    stored_session_lose(dialogue->session, connection, dialogue->time_us, why);
}

/* ---- What a line says ---- */

/* RFC 5321 section 4.2, RFC 1939 section 3: not a line of a message. */
static bool is_reply(struct bytes text)
{
    const bool code = text.n >= 3 && octet_is_digit(text.p[0]) && octet_is_digit(text.p[1]) &&
                      octet_is_digit(text.p[2]);
    return code || bytes_starts(text, "+") || bytes_starts(text, "-ERR");
}

static bool is_final(struct bytes text)
{
    return is_reply(text) && !(text.n > 3 && octet_is_digit(text.p[0]) && text.p[3] == '-');
}

/* Behind the colon and one blank; without what a book puts behind a command. */
static struct bytes text_of(struct dialogue *dialogue, const struct lexed *lexed, enum side side)
{
    struct span text = lexed->text;
    if (bytes_starts(text.text, " ")) {
        text = span_skip(text, 1);
    }
    const bool in_message = side == SIDE_CLIENT ? dialogue->in_data : !is_reply(text.text);
    if (!in_message && notation_comment(text.text) < text.text.n) {
        text = span_slice(text, 0, notation_said(text.text));
    }
    return notation_without_line_end(text, dialogue->session->arena).text;
}

static void follow(struct dialogue *dialogue, enum side side, unsigned connection,
                   struct bytes text)
{
    struct bytes rest = text;
    struct bytes verb = {0};
    if (side == SIDE_CLIENT) {
        if (connection == 1) {
            dialogue->quit_said = !dialogue->in_data && dialogue->server_last &&
                                  bytes_next_word(&rest, &verb) && bytes_is_nocase(verb, "QUIT");
            dialogue->server_last = false;
        }
        dialogue->in_data = dialogue->in_data && !bytes_is(text, ".");
        return;
    }
    dialogue->server_last |= connection == 1;
    if (bytes_starts(text, "354")) {
        dialogue->in_data = true;
    } else if (is_final(text)) {
        dialogue->in_data = false;
        dialogue->ended |= connection == 1 && (dialogue->quit_said || bytes_starts(text, "421"));
    }
}

/* The server greets anew: a session of its own. */
static bool begins_anew(const struct dialogue *dialogue, enum side side, unsigned connection,
                        struct bytes text)
{
    return dialogue->ended && !dialogue->ours && side == SIDE_SERVER && connection == 1 &&
           (bytes_starts(text, "220") || bytes_starts(text, "+OK"));
}

static int take_text(struct dialogue *dialogue, const struct lexed *lexed, enum side side)
{
    struct stored_said said = {.count = 0};
    const struct bytes text = text_of(dialogue, lexed, side);
    if (dialogue->session->program != NULL &&
        begins_anew(dialogue, side, lexed->connection, text)) {
        stored_session_end(dialogue->session);
        dialogue->id = NULL;
    }
    ensure_session(dialogue);
    open_connection(dialogue, lexed->connection);
    const char *wrong = stored_said_read(&said, side, text);
    if (wrong == NULL) {
        stored_session_line(dialogue->session,
                            &(struct stored_line){.connection = lexed->connection,
                                                  .side = side,
                                                  .time_us = dialogue->time_us,
                                                  .end_us = dialogue->time_us,
                                                  .shown = buf_bytes(&said.shown),
                                                  .judged = buf_bytes(&said.judged),
                                                  .altered = said.count > 0});
        follow(dialogue, side, lexed->connection, text);
    }
    stored_said_deinit(&said);
    return wrong == NULL ? 0 : problem(dialogue, wrong);
}

/* ---- Directions ---- */

/* Without times nobody can tell whether somebody had waited in vain. */
static void close_connection(struct dialogue *dialogue, enum side side, unsigned connection,
                             enum close_kind how)
{
    dialogue->time_us += dialogue->has_times ? 0 : UNKNOWN_PAUSE_US;
    stored_session_event(dialogue->session, &(struct event){.kind = EVENT_CLOSED,
                                                            .time_us = dialogue->time_us,
                                                            .connection = connection,
                                                            .side = side,
                                                            .close = how});
    dialogue->ended |= connection == 1;
}

static void secure(struct dialogue *dialogue, unsigned connection, bool secured)
{
    const struct tls_facts facts = {.secured = secured};
    stored_session_event(dialogue->session,
                         &(struct event){.kind = EVENT_SECURED,
                                         .time_us = dialogue->time_us,
                                         .connection = connection,
                                         .tls = &facts,
                                         .text = secured ? "TLS" : "TLS could not begin"});
}

/* What is said of time, of pieces, of TLS sessions and of what comes after: no octets of the dialogue. */
static bool says_nothing(enum direction direction)
{
    static const enum direction silent[] = {DIRECTION_TLS_SHOWS,  DIRECTION_TLS_CERTIFICATE,
                                            DIRECTION_TLS_NAMES,  DIRECTION_TLS_VERSION,
                                            DIRECTION_TLS_CIPHER, DIRECTION_TLS_SERVER_NAME,
                                            DIRECTION_SILENCE,    DIRECTION_TLS_NOTHING_LEFT,
                                            DIRECTION_WAIT,       DIRECTION_WITHIN,
                                            DIRECTION_FLUSH,      DIRECTION_OCTETS,
                                            DIRECTION_PACE,       DIRECTION_TOGETHER,
                                            DIRECTION_PIECES,     DIRECTION_JUDGE,
                                            DIRECTION_EXIT,       DIRECTION_STORE,
                                            DIRECTION_NOTHING};
    for (size_t i = 0; i < sizeof silent / sizeof silent[0]; i++) {
        if (direction == silent[i]) {
            return true;
        }
    }
    return false;
}

static void take_direction(struct dialogue *dialogue, enum direction direction, enum side side,
                           unsigned connection)
{
    if (direction == DIRECTION_OPEN) {
        if (dialogue->ended && !dialogue->ours && connection == 1) {
            stored_session_end(dialogue->session);
            dialogue->id = NULL;
        }
        ensure_session(dialogue);
        dialogue->opened[connection] = false;
    }
    ensure_session(dialogue);
    open_connection(dialogue, connection);
    if (direction == DIRECTION_CLOSE || direction == DIRECTION_RESET) {
        close_connection(dialogue, side, connection,
                         direction == DIRECTION_CLOSE ? CLOSE_END : CLOSE_RESET);
    } else if (direction == DIRECTION_TLS || direction == DIRECTION_TLS_FAILS) {
        secure(dialogue, connection, direction == DIRECTION_TLS);
    } else if (direction != DIRECTION_OPEN && !says_nothing(direction)) {
        lose(dialogue, connection, "octets that are not there: nothing behind them is judged");
    }
}

/* In message data "<" is text, but for what the language reads there. */
static bool is_direction(const struct dialogue *dialogue, const struct lexed *lexed, enum side side,
                         enum direction *direction_r)
{
    const struct span text = span_trim(lexed->text);
    if (!bytes_starts(text.text, "<")) {
        return false;
    }
    *direction_r = direction_match(text).direction;
    const bool in_data = side == SIDE_CLIENT && dialogue->in_data;
    return !in_data || (*direction_r != DIRECTION_NONE && direction_info(*direction_r)->in_data);
}

static int take_speech(struct dialogue *dialogue, const struct lexed *lexed)
{
    const enum side side = speaker_of(dialogue, lexed->speaker);
    enum direction direction = DIRECTION_NONE;
    if (dialogue->receiver && lexed->speaker == 'C') {
        return problem(dialogue, "R: does not go with C:: write C: and S:, or as RFC 821 does S: "
                                 "for the sender and R: for the receiver");
    }
    if (is_direction(dialogue, lexed, side, &direction)) {
        take_direction(dialogue, direction, side, lexed->connection);
        return 0;
    }
    if (lexed->marked || lexed->flags != 0) {
        return problem(dialogue, "a line with a mark is a pattern of a scenario: check takes what "
                                 "was said, behind C: or S:");
    }
    return take_text(dialogue, lexed, side);
}

/* ---- Comments ---- */

/* "12.345 ms", as print_ms() of transcript_text.c writes it. */
static bool read_ms(struct bytes text, int64_t *time_us_r, struct bytes *behind_r)
{
    enum { MOST = 100000000 };
    struct bytes word = {0};
    struct bytes unit = {0};
    struct bytes ms = {0};
    uint64_t whole = 0;
    uint64_t thousandths = 0;
    if (!bytes_next_word(&text, &word) || !bytes_next_word(&text, &unit) ||
        !bytes_is(bytes_trim_right(unit), "ms") || !bytes_next(&word, '.', &ms) || word.n != 3 ||
        !bytes_to_u64(ms, &whole) || !bytes_to_u64(word, &thousandths) || whole > MOST) {
        return false;
    }
    *time_us_r = (int64_t)(whole * 1000 + thousandths);
    *behind_r = text;
    return true;
}

/* "connected: ...", "connection 2  connected: ..."; "tls: ...": before anything was said it is TLS from the start. */
static void take_told(struct dialogue *dialogue, struct bytes text)
{
    struct bytes word = {0};
    uint64_t connection = 1;
    if (!bytes_next_word(&text, &word)) {
        return;
    }
    if (bytes_is(word, "connection") && bytes_next_word(&text, &word) &&
        bytes_to_u64(word, &connection)) {
        (void)bytes_next_word(&text, &word);
    }
    if (connection < 1 || connection > LEXED_MAX_CONNECTION) {
        return;
    }
    if (bytes_is(word, "connected:")) {
        dialogue->opened[connection] = false;
    } else if (bytes_is(word, "tls:") && !dialogue->opened[connection]) {
        open_connection(dialogue, (unsigned)connection);
        secure(dialogue, (unsigned)connection, true);
    }
}

static void take_tested(struct dialogue *dialogue, struct bytes text)
{
    const unsigned known = dialogue->tested == BOTH_SIDES ? 0 : dialogue->tested;
    for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
        if (bytes_is(bytes_trim(text), side_name(side))) {
            dialogue->tested = known | 1U << (unsigned)side;
        }
    }
}

/* The first one of a transcript is the id of its case. */
static void take_comment(struct dialogue *dialogue, struct bytes text)
{
    static const char tested[] = "tested: ";
    struct bytes behind = {0};
    int64_t time_us = 0;
    const bool begun = dialogue->session->program != NULL;
    if (bytes_is(bytes_trim_right(text), &TRANSCRIPT_CUT[2]) && begun) {
        stored_session_cut(dialogue->session);
    } else if (read_ms(text, &time_us, &behind)) {
        ensure_session(dialogue);
        dialogue->has_times = true;
        dialogue->time_us = time_us > dialogue->time_us ? time_us : dialogue->time_us;
        take_told(dialogue, behind);
    } else if (!begun && bytes_starts(text, tested)) {
        take_tested(dialogue, bytes_skip(text, sizeof tested - 1));
    } else if (!begun && dialogue->title != NULL && dialogue->id == NULL &&
               bytes_trim(text).n > 0 && !bytes_has_control(text)) {
        dialogue->id = arena_text(dialogue->session->arena, bytes_trim(text));
    }
}

/* ---- Lines ---- */

/* "Title: ..." or another field: letters and hyphens, then a colon. */
static bool is_field(struct bytes text)
{
    size_t at = 0;
    while (at < text.n && (octet_is_alpha(text.p[at]) || text.p[at] == '-')) {
        at++;
    }
    return at > 1 && at < text.n && text.p[at] == ':';
}

static void take_field(struct dialogue *dialogue, struct bytes text)
{
    static const char title[] = "Title:";
    if (bytes_starts_nocase(text, title)) {
        end_session(dialogue);
        dialogue->ours = true;
        dialogue->title =
            arena_text(dialogue->session->arena, bytes_trim(bytes_skip(text, sizeof title - 1)));
    }
    dialogue->in_header = true;
}

static int take_other(struct dialogue *dialogue, struct bytes text)
{
    const bool at_title = bytes_starts_nocase(text, "Title:");
    if (is_field(text) && (dialogue->session->program == NULL || at_title)) {
        take_field(dialogue, text);
        return 0;
    }
    if (dialogue->in_header && dialogue->session->program == NULL &&
        (text.p[0] == ' ' || text.p[0] == '\t')) {
        return 0; /* the rest of a field */
    }
    return problem(dialogue, "nobody says this: put C: or S: in front of it, or # if it was not "
                             "said; a line that was broken belongs behind the one above");
}

static int take_line(struct dialogue *dialogue)
{
    const struct lexed lexed = line_lex(dialogue->line, NULL);
    switch (lexed.kind) {
    case LEXED_SPEECH:
        return take_speech(dialogue, &lexed);
    case LEXED_COMMENT:
        take_comment(dialogue, lexed.text.text);
        return 0;
    case LEXED_BLANK:
    case LEXED_COMMENTARY:
    case LEXED_NOTE:
        return 0;
    case LEXED_DIRECTION: {
        const enum direction direction = direction_match(lexed.text).direction;
        take_direction(dialogue, direction, direction_info(direction)->default_side, 1);
        return 0;
    }
    case LEXED_ELLIPSIS:
        lose(dialogue, 1, "what is left out here is not known: nothing behind it is judged");
        return 0;
    case LEXED_EITHER:
    case LEXED_OR:
    case LEXED_CONTINUATION:
    case LEXED_UNKNOWN:
        return take_other(dialogue, dialogue->line.text);
    }
    return 0;
}

static bool some_line(struct bytes text, char speaker)
{
    struct bytes line;
    while (text.n > 0 && bytes_next(&text, '\n', &line)) {
        const struct lexed lexed = line_lex((struct span){.text = line}, NULL);
        if (lexed.kind == LEXED_SPEECH && (lexed.speaker == speaker || speaker == '\0')) {
            return true;
        }
    }
    return false;
}

/* A transcript of a case in which nothing was said has its header. */
bool stored_dialogue_is(struct bytes text)
{
    return bytes_starts(text, "Title: ") || bytes_starts(text, TRANSCRIPT_OPEN_NOTE) ||
           some_line(text, '\0');
}

int stored_dialogue_read(struct stored_session *session, struct error *error)
{
    struct dialogue dialogue = {
        .session = session, .error = error, .rest = session->source->text, .tested = BOTH_SIDES};
    struct bytes text;
    int failed = 0;
    dialogue.receiver = some_line(session->source->text, 'R');
    while (failed == 0 && dialogue.rest.n > 0) {
        dialogue.from = dialogue.rest;
        (void)bytes_next(&dialogue.rest, '\n', &text);
        dialogue.number++;
        dialogue.line =
            (struct span){.text = bytes_ends(text, "\r") ? bytes_slice(text, 0, text.n - 1) : text};
        failed = take_line(&dialogue);
        if (failed == 0 && session->count > STORED_MAX_SESSIONS) {
            failed = problem(&dialogue, "more than a million sessions in a file");
        }
    }
    if (failed == 0 && session->count == 0) {
        begin_session(&dialogue);
    }
    return failed;
}
