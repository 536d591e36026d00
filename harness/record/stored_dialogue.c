/*
 * Dialogues of C: and S: lines: those that this program writes beside the JSON lines, those that `serve` writes, and what a person pastes.
 *
 * Lines are read as the scenario language has them (escapes, \c, <CRLF>, // behind a command, R: of RFC 821). A transcript
 * tells the time in comments. What stands for octets that are not there (a direction, an ellipsis) ends the judging of its connection.
 */
#include "record/stored_dialogue.h"

#include "record/stored_said.h"
#include "record/transcript_file.h"
#include "script/directions.h"
#include "script/notations.h"

static int problem(const struct dialogue *dialogue, const char *what)
{
    return stored_problem(dialogue->session->source, dialogue->number, dialogue->error, "%s", what);
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
    dialogue_ensure(dialogue);
    dialogue_open(dialogue, lexed->connection);
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
        dialogue_follow(dialogue, side, lexed->connection, buf_bytes(&said.shown));
    }
    stored_said_deinit(&said);
    return wrong == NULL ? 0 : problem(dialogue, wrong);
}

/* ---- Directions ---- */

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
        dialogue_ensure(dialogue);
        dialogue->heard[connection].opened = false;
    }
    dialogue_ensure(dialogue);
    dialogue_open(dialogue, connection);
    if (direction == DIRECTION_CLOSE || direction == DIRECTION_RESET) {
        dialogue_close(dialogue, side, connection,
                       direction == DIRECTION_CLOSE ? CLOSE_END : CLOSE_RESET);
    } else if (direction == DIRECTION_TLS || direction == DIRECTION_TLS_FAILS) {
        dialogue_secure(dialogue, connection, direction == DIRECTION_TLS);
    } else if (direction != DIRECTION_OPEN && !says_nothing(direction)) {
        dialogue_lose(dialogue, connection,
                      "octets that are not there: nothing behind them is judged");
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
    const enum side side = dialogue_speaker(dialogue, lexed->speaker);
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
        dialogue_end(dialogue);
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
        dialogue_lose(dialogue, 1,
                      "what is left out here is not known: nothing behind it is judged");
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
        dialogue_comment(dialogue, lexed.text.text);
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
        dialogue_begin(&dialogue);
    }
    dialogue_forget(&dialogue);
    return failed;
}
