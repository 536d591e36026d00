/*
 * Dialogues of C: and S: lines: those that this program writes beside the JSON lines, those that `serve` writes, and what a person pastes.
 *
 * Lines are read as the scenario language has them (escapes, \c, <CRLF>, // behind a command, R: of RFC 821). A transcript
 * tells the time in comments. What stands for octets that are not there (a direction, an ellipsis) ends the judging of its connection.
 */
#include <string.h>

#include "base/escape.h"
#include "record/stored_said.h"
#include "record/stored_session.h"
#include "record/transcript_file.h"
#include "record/transcript_text.h"
#include "script/directions.h"
#include "script/line_lexer.h"
#include "script/notations.h"
#include "script/talk.h"

enum {
    LOOK_AHEAD_LINES = 200,    /* for the command that tells LMTP from SMTP */
    UNKNOWN_PAUSE_US = 2000000 /* where no times are told: a silence, of which nothing is known */
};

/* A connection of the session under way. */
struct heard {
    bool opened;
    struct talk talk;   /* whose turn it is */
    struct buf part[2]; /* by enum side: what is there of a line that was interrupted */
    struct buf left;    /* in clear text behind that, when TLS begins: a comment said it before */
    enum side left_side;
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
    bool in_note; /* it goes on in the next line */
    enum lexed_kind note;
    bool ours;      /* a header stands in front: sessions have headers */
    bool quit_said; /* connection 1: last, and not in a group */
    bool ended;     /* connection 1: a greeting begins another session */
    struct heard heard[LEXED_MAX_CONNECTION + 1];
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

static void forget(struct heard *heard)
{
    buf_deinit(&heard->part[SIDE_CLIENT]);
    buf_deinit(&heard->part[SIDE_SERVER]);
    heard->opened = false;
    talk_init(&heard->talk);
}

static void forget_all(struct dialogue *dialogue)
{
    for (size_t i = 0; i <= LEXED_MAX_CONNECTION; i++) {
        forget(&dialogue->heard[i]);
        buf_deinit(&dialogue->heard[i].left);
    }
}

static void begin_session(struct dialogue *dialogue)
{
    struct stored_session *session = dialogue->session;
    const char *id = dialogue->id != NULL ? dialogue->id : session->source->id;
    dialogue->sessions++;
    if (dialogue->sessions > 1 && dialogue->id == NULL) {
        id = arena_printf(session->arena, "%s#%u", id, dialogue->sessions);
    }
    stored_session_begin(session, id, dialogue->title, dialogue->tested);
    forget_all(dialogue);
    dialogue->in_header = false;
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
    dialogue->tested = SIDES_BOTH;
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
    if (!dialogue->heard[connection].opened) {
        forget(&dialogue->heard[connection]);
        dialogue->heard[connection].opened = true;
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

/* Lines of a message are said as they stand; of what else the server says, replies alone may have a comment behind them. */
static bool is_in_message(const struct talk *talk, enum side side, struct bytes text)
{
    return side == SIDE_CLIENT ? talk->turn == TALK_DATA
                               : talk->turn == TALK_BODY || !talk_is_reply(text);
}

/* Behind the colon and one blank; without what a book puts behind a command, and without <CRLF>. */
static struct bytes text_of(const struct dialogue *dialogue, const struct lexed *lexed,
                            enum side side)
{
    const struct talk *talk = &dialogue->heard[lexed->connection].talk;
    const size_t blank = bytes_starts(lexed->text.text, " ") ? 1 : 0;
    struct span text = lexed->text;
    if (!is_in_message(talk, side, bytes_skip(text.text, blank))) {
        text = span_slice(text, 0, notation_said(text.text));
    }
    const struct bytes said = notation_without_line_end(text, dialogue->session->arena).text;
    return bytes_starts(said, " ") ? bytes_skip(said, 1) : said;
}

static void follow_client(struct dialogue *dialogue, unsigned connection, struct bytes line)
{
    struct talk *talk = &dialogue->heard[connection].talk;
    struct bytes rest = line;
    struct bytes verb = {0};
    if (connection == 1) {
        dialogue->quit_said = talk->turn == TALK_COMMAND && bytes_next_word(&rest, &verb) &&
                              bytes_is_nocase(verb, "QUIT");
    }
    talk_client(talk, line);
}

static void follow_server(struct dialogue *dialogue, unsigned connection, struct bytes line)
{
    struct talk *talk = &dialogue->heard[connection].talk;
    const bool in_body = talk->turn == TALK_BODY;
    talk_server(talk, line);
    if (connection == 1 && !in_body && !talk->in_reply && talk_is_reply(line)) {
        dialogue->ended |= dialogue->quit_said || bytes_starts(line, "421");
    }
}

/* Line by line, whatever came in pieces. */
static void follow(struct dialogue *dialogue, enum side side, unsigned connection,
                   struct bytes octets)
{
    struct buf *part = &dialogue->heard[connection].part[side];
    buf_append(part, octets);
    if (!bytes_ends(octets, "\n")) {
        return;
    }
    struct bytes line = bytes_slice(buf_bytes(part), 0, part->n - 1);
    line = bytes_ends(line, "\r") ? bytes_slice(line, 0, line.n - 1) : line;
    if (side == SIDE_CLIENT) {
        follow_client(dialogue, connection, line);
    } else {
        follow_server(dialogue, connection, line);
    }
    buf_clear(part);
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
        follow(dialogue, side, lexed->connection, buf_bytes(&said.shown));
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
    struct heard *heard = &dialogue->heard[connection];
    stored_session_event(dialogue->session,
                         &(struct event){.kind = EVENT_SECURED,
                                         .time_us = dialogue->time_us,
                                         .connection = connection,
                                         .tls = &facts,
                                         .side = heard->left_side,
                                         .octets = buf_bytes(&heard->left),
                                         .text = secured ? "TLS" : "TLS could not begin"});
    talk_secured(&heard->talk);
    buf_clear(&heard->left);
    buf_clear(&heard->part[SIDE_CLIENT]);
    buf_clear(&heard->part[SIDE_SERVER]);
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
        dialogue->heard[connection].opened = false;
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
    const bool in_data =
        side == SIDE_CLIENT && dialogue->heard[lexed->connection].talk.turn == TALK_DATA;
    return !in_data || (*direction_r != DIRECTION_NONE && direction_info(*direction_r)->in_data);
}

static int take_speech(struct dialogue *dialogue, const struct lexed *lexed)
{
    const enum side side = speaker_of(dialogue, lexed->speaker);
    enum direction direction = DIRECTION_NONE;
    if (dialogue->receiver && lexed->speaker == 'C' && !lexed->both) {
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

/* "the client had sent in clear text before: NOOP\r\n"; false: it says something else. */
static bool take_left(struct heard *heard, struct bytes text)
{
    struct bytes rest = text;
    struct bytes side = {0};
    if (!bytes_next_word(&rest, &side) || !bytes_is(side, "the") ||
        !bytes_next_word(&rest, &side) || !side_from_name(side, &heard->left_side) ||
        !bytes_starts(rest, TRANSCRIPT_LEFT)) {
        return false;
    }
    rest = bytes_skip(rest, sizeof TRANSCRIPT_LEFT - 1);
    while (rest.n > 0) {
        unsigned char octet = rest.p[0];
        size_t used = 1;
        if (octet == '\\' && escape_read(rest, &octet, &used) != ESCAPE_READ_OCTET) {
            used = 1;
        }
        buf_append_octet(&heard->left, octet);
        rest = bytes_skip(rest, used);
    }
    return true;
}

/* TLS from the start, when it is told before anything was said. */
static void take_tls(struct dialogue *dialogue, unsigned connection, struct bytes text)
{
    struct heard *heard = &dialogue->heard[connection];
    if (!take_left(heard, text) && !heard->opened) {
        open_connection(dialogue, connection);
        secure(dialogue, connection, !bytes_starts(text, "TLS failed"));
    }
}

/* "connected: ...", "connection 2  connected: ..."; "tls: ...". */
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
        dialogue->heard[connection].opened = false;
    } else if (bytes_is(word, "tls:")) {
        take_tls(dialogue, (unsigned)connection, bytes_trim(text));
    }
}

static void take_tested(struct dialogue *dialogue, struct bytes text)
{
    const unsigned known = dialogue->tested == SIDES_BOTH ? 0 : dialogue->tested;
    enum side side = SIDE_CLIENT;
    if (side_from_name(bytes_trim(text), &side)) {
        dialogue->tested = known | SIDE_SET(side);
    } else if (bytes_is(bytes_trim(text), TRANSCRIPT_NOBODY)) {
        dialogue->tested = 0;
    }
}

/* The first one of a transcript is the id of its case. */
static void take_comment(struct dialogue *dialogue, struct bytes text)
{
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
    } else if (!begun && bytes_starts(text, &TRANSCRIPT_TESTED[2])) {
        take_tested(dialogue, bytes_skip(text, sizeof TRANSCRIPT_TESTED - 3));
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

/* "(TLS negotiation)", "... TLS ...", "(a remark", "...". */
static void take_note(struct dialogue *dialogue, const struct lexed *lexed)
{
    const struct item note = notation_note(lexed->text, lexed->kind, dialogue->session->arena);
    dialogue->in_note = notation_note_is_open(lexed->text.text, lexed->kind);
    dialogue->note = lexed->kind;
    if (note.kind == ITEM_DIRECTION) {
        take_direction(dialogue, note.direction.direction, SIDE_CLIENT, 1);
    } else if (lexed->kind == LEXED_ELLIPSIS) {
        lose(dialogue, 1, "what is left out here is not known: nothing behind it is judged");
    }
}

/* Does the line belong to a note that the line above left open? */
static bool goes_on_with_note(struct dialogue *dialogue, const struct lexed *lexed)
{
    if (!dialogue->in_note || !notation_goes_on(lexed->kind)) {
        dialogue->in_note = false;
        return false;
    }
    dialogue->in_note = notation_note_is_open(lexed->text.text, dialogue->note);
    return true;
}

static int take_line(struct dialogue *dialogue)
{
    const struct lexed lexed = line_lex(dialogue->line, NULL);
    if (goes_on_with_note(dialogue, &lexed)) {
        return 0;
    }
    switch (lexed.kind) {
    case LEXED_SPEECH:
        return take_speech(dialogue, &lexed);
    case LEXED_COMMENT:
        take_comment(dialogue, lexed.text.text);
        return 0;
    case LEXED_BLANK:
    case LEXED_COMMENTARY:
        return 0;
    case LEXED_DIRECTION: {
        const enum direction direction = direction_match(lexed.text).direction;
        take_direction(dialogue, direction, direction_info(direction)->default_side, 1);
        return 0;
    }
    case LEXED_NOTE:
    case LEXED_ELLIPSIS:
        take_note(dialogue, &lexed);
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
        .session = session, .error = error, .rest = session->source->text, .tested = SIDES_BOTH};
    struct bytes text;
    int failed = 0;
    dialogue.receiver = some_line(session->source->text, 'R');
    while (failed == 0 && dialogue.rest.n > 0) {
        dialogue.from = dialogue.rest;
        (void)bytes_next(&dialogue.rest, '\n', &text);
        if (dialogue.has_times && dialogue.rest.n == 0 && !bytes_ends(dialogue.from, "\n")) {
            break; /* the program that wrote it was stopped in the middle of the line */
        }
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
    forget_all(&dialogue);
    return failed;
}
