#include "fake_servers/smtp_turn.h"

#include <stdlib.h>

#include "base/mem.h"
#include "proto/smtp_reply.h"

enum {
    MAX_REPLY_LINE_OCTETS = 2048, /* kept; RFC 821 4.5.3: a reply line has at most 512 */
    PIECE_OCTETS = 4096
};

/* Whose reply is waited for. */
enum turn_step {
    TURN_GREETING,
    TURN_HELO,
    TURN_MAIL,
    TURN_RCPT,
    TURN_DATA,
    TURN_CONTENT, /* nothing is waited for: the message goes out */
    TURN_END_OF_DATA,
    TURN_RSET,
    TURN_QUIT,
    TURN_STEP_COUNT
};

struct smtp_turn {
    enum turn_step step;
    unsigned code;      /* of the lines of the reply so far, 0: none came */
    size_t reply_lines; /* of the reply that is coming in */
    uint64_t newest; /* message that was there when TURN came: later ones wait for another TURN */
    uint64_t number; /* of the message that is being sent, or was last */
    struct store_message *message;
    struct store_message *loaded; /* its octets in memory, from DATA on */
    bool *refused;                /* by forward-path */
    size_t recipient;             /* that RCPT names, or named last */
    size_t accepted;              /* recipients of this message */
    struct bytes unsent;          /* of the message */
    bool within_line;             /* of what is unsent */
};

/* ---- the outbox ---- */

static void forget_message(struct smtp_turn *turn)
{
    store_message_unref(&turn->loaded);
    store_message_unref(&turn->message);
    free(turn->refused);
    turn->refused = NULL;
    turn->recipient = 0;
    turn->accepted = 0;
}

/*
 * HELO offers nothing, so a path in UTF-8 cannot go (RFC 6531 3.2). What was found in the folder has no envelope.
 */
static bool can_be_sent(const struct store_envelope *envelope)
{
    if (envelope == NULL || !bytes_is_ascii(bytes_of(envelope->reverse_path))) {
        return false;
    }
    for (size_t i = 0; i < envelope->count; i++) {
        if (!bytes_is_ascii(bytes_of(envelope->forward_paths[i]))) {
            return false;
        }
    }
    return true;
}

static const struct maildrop_entry *next_entry(const struct smtp_session *session)
{
    const struct maildrop *outbox = store_outbox(session->store);
    for (size_t i = 0; i < maildrop_count(outbox); i++) {
        const struct maildrop_entry *entry = maildrop_entry(outbox, i);
        if (entry->number > session->turn->number && entry->number <= session->turn->newest &&
            can_be_sent(entry->message->envelope)) {
            return entry;
        }
    }
    return NULL;
}

/* Those that have the message now need it no more; for the others it stays. */
static void settle(struct smtp_session *session)
{
    struct smtp_turn *turn = session->turn;
    const struct store_envelope *envelope = turn->message->envelope;
    char **left = mem_array(envelope->count, sizeof *left);
    size_t count = 0;
    for (size_t i = 0; i < envelope->count; i++) {
        if (turn->refused[i]) {
            left[count++] = mem_strdup(envelope->forward_paths[i]);
        }
    }
    if (count == 0) {
        /* A file that cannot be removed is sent again another time: twice is better than never (RFC 5321 6.1). */
        maildrop_remove(store_outbox(session->store), &turn->number, 1, NULL);
    } else {
        char *reverse_path = mem_strdup(envelope->reverse_path);
        store_message_set_envelope(turn->message, reverse_path, (const char *const *)left, count);
        free(reverse_path);
    }
    while (count > 0) {
        free(left[--count]);
    }
    free((void *)left);
}

/* ---- what is said ---- */

static void say(struct smtp_session *session, enum turn_step step, const char *text)
{
    session->turn->step = step;
    buf_append_text(session->out, text);
}

static void say_helo(struct smtp_session *session)
{
    say(session, TURN_HELO, "HELO ");
    buf_printf(session->out, "%s\r\n", session->settings->hostname);
}

static void say_quit(struct smtp_session *session)
{
    say(session, TURN_QUIT, "QUIT\r\n");
}

static void say_rset(struct smtp_session *session)
{
    say(session, TURN_RSET, "RSET\r\n");
}

/*
 * RFC 821 3.6: a host that passes mail on puts its name at the beginning of the reverse-path; a null one stays null. RFC 5321
 * appendix C wants no such routes any more.
 */
static void say_mail(struct smtp_session *session)
{
    const char *reverse_path = session->turn->message->envelope->reverse_path;
    say(session, TURN_MAIL, "MAIL FROM:<");
    if (session->settings->profile == PROFILE_RFC821 && reverse_path[0] != '\0') {
        buf_printf(session->out, "@%s%c", session->settings->hostname,
                   reverse_path[0] == '@' ? ',' : ':');
    }
    buf_printf(session->out, "%s>\r\n", reverse_path);
}

static void say_rcpt(struct smtp_session *session)
{
    const struct smtp_turn *turn = session->turn;
    say(session, TURN_RCPT, "RCPT TO:<");
    buf_printf(session->out, "%s>\r\n", turn->message->envelope->forward_paths[turn->recipient]);
}

static void next_message(struct smtp_session *session)
{
    struct smtp_turn *turn = session->turn;
    forget_message(turn);
    const struct maildrop_entry *entry = next_entry(session);
    if (entry == NULL) {
        say_quit(session);
        return;
    }
    turn->number = entry->number;
    turn->message = store_message_ref(entry->message);
    turn->refused = mem_array(entry->message->envelope->count, sizeof *turn->refused);
    say_mail(session);
}

/* ---- what a reply leads to ---- */

static void recipient_done(struct smtp_session *session, bool accepted)
{
    struct smtp_turn *turn = session->turn;
    turn->refused[turn->recipient++] = !accepted;
    turn->accepted += accepted;
    if (turn->recipient < turn->message->envelope->count) {
        say_rcpt(session);
        return;
    }
    if (turn->accepted > 0) {
        turn->loaded = store_message_load(turn->message, NULL);
    }
    if (turn->loaded != NULL) {
        say(session, TURN_DATA, "DATA\r\n");
    } else {
        say_rset(session);
    }
}

static void accept_recipient(struct smtp_session *session)
{
    recipient_done(session, true);
}

static void refuse_recipient(struct smtp_session *session)
{
    recipient_done(session, false);
}

/* What this server put on top when it took the message for its own users; Received stays (RFC 821 4.1.1, DATA). */
static struct bytes without_delivery_lines(struct bytes content)
{
    while (bytes_starts_nocase(content, "Return-Path:") ||
           bytes_starts_nocase(content, "Envelope-To:")) {
        do {
            size_t lf = bytes_index(content, '\n', 0);
            content = lf == BYTES_NONE ? (struct bytes){0} : bytes_skip(content, lf + 1);
        } while (bytes_starts(content, " ") || bytes_starts(content, "\t"));
    }
    return content;
}

static void begin_content(struct smtp_session *session)
{
    struct smtp_turn *turn = session->turn;
    turn->step = TURN_CONTENT;
    turn->unsent = without_delivery_lines(bytes_make(turn->loaded->p, turn->loaded->n));
    turn->within_line = false;
}

static void settle_and_go_on(struct smtp_session *session)
{
    settle(session);
    next_message(session);
}

static void hang_up(struct smtp_session *session)
{
    smtp_turn_end(session);
    session->state = SMTP_STATE_OVER;
}

struct turn_row {
    unsigned class; /* of the code that means yes */
    void (*yes)(struct smtp_session *session);
    void (*no)(struct smtp_session *session);
};

static const struct turn_row turn_rows[TURN_STEP_COUNT] = {
    [TURN_GREETING] = {2, say_helo,         say_quit        },
    [TURN_HELO] = {2, next_message,     say_quit        },
    [TURN_MAIL] = {2, say_rcpt,         next_message    },
    [TURN_RCPT] = {2, accept_recipient, refuse_recipient},
    [TURN_DATA] = {3, begin_content,    say_rset        },
    [TURN_CONTENT] = {2, hang_up,          hang_up         },
    [TURN_END_OF_DATA] = {2, settle_and_go_on, next_message    },
    [TURN_RSET] = {2, next_message,     say_quit        },
    [TURN_QUIT] = {2, hang_up,          hang_up         },
};

/* ---- octets ---- */

/* RFC 821 4.5.2: a line that begins with a period gets another one. */
static void send_piece(struct smtp_session *session)
{
    struct smtp_turn *turn = session->turn;
    struct bytes window = bytes_slice(turn->unsent, 0, PIECE_OCTETS);
    size_t crlf = bytes_find(window, BYTES_LIT("\r\n"), 0);
    size_t n = crlf == BYTES_NONE ? window.n : crlf + 2;
    if (crlf == BYTES_NONE && n < turn->unsent.n && window.p[n - 1] == '\r') {
        n--; /* its LF may be the next one */
    }
    struct bytes piece = bytes_slice(window, 0, n);
    if (!turn->within_line && piece.p[0] == '.') {
        buf_append_octet(session->out, '.');
    }
    buf_append(session->out, piece);
    turn->within_line = crlf == BYTES_NONE;
    turn->unsent = bytes_skip(turn->unsent, piece.n);
    if (turn->unsent.n == 0 && !bytes_ends(piece, "\r\n")) {
        buf_append_text(session->out, "\r\n");
    }
}

/* True when all of it is written, and its end. */
static bool send_content(struct smtp_session *session)
{
    struct smtp_turn *turn = session->turn;
    for (size_t begin = session->out->n;
         turn->unsent.n > 0 && session->out->n - begin < PIECE_OCTETS;) {
        send_piece(session);
    }
    if (turn->unsent.n > 0) {
        return false;
    }
    say(session, TURN_END_OF_DATA, ".\r\n");
    return true;
}

static void run_reply(struct smtp_session *session)
{
    const struct turn_row *row = &turn_rows[session->turn->step];
    unsigned code = session->turn->code;
    session->turn->code = 0;
    session->turn->reply_lines = 0;
    if (code == 421) {
        hang_up(session);
    } else if (code / 100 == row->class) {
        row->yes(session);
    } else {
        row->no(session);
    }
}

static void run_reply_line(struct smtp_session *session, struct bytes raw)
{
    static const unsigned fatal = SMTP_REPLY_NO_CODE | SMTP_REPLY_BAD_CODE |
                                  SMTP_REPLY_BAD_SEPARATOR | SMTP_REPLY_FOUR_DIGITS;
    struct smtp_turn *turn = session->turn;
    struct wire_line wire = wire_line_of(raw);
    struct smtp_reply_line line = smtp_reply_line_read(&wire);
    bool other_code = turn->reply_lines > 0 && line.code != turn->code;
    if ((line.defects & fatal) != 0 || other_code || turn->reply_lines == SMTP_REPLY_MAX_LINES) {
        hang_up(session);
        return;
    }
    turn->code = line.code;
    turn->reply_lines++;
    if (!line.more) {
        run_reply(session);
    }
}

size_t smtp_turn_take(struct smtp_session *session, struct bytes octets)
{
    bool complete = false;
    if (session->turn->step == TURN_CONTENT) {
        return send_content(session) ? 1 : 0; /* the LF of the 354 */
    }
    size_t used = line_in_take(&session->line, octets, MAX_REPLY_LINE_OCTETS, &complete);
    if (!complete) {
        return used;
    }
    run_reply_line(session, buf_bytes(&session->line.kept));
    line_in_reset(&session->line);
    bool content = session->turn != NULL && session->turn->step == TURN_CONTENT;
    return content ? used - 1 : used;
}

/* ---- its begin and end ---- */

bool smtp_do_turn(struct smtp_session *session, const struct smtp_command *command)
{
    struct maildrop *outbox = store_outbox(session->store);
    (void)command;
    if (session->settings->turn == TURN_503) {
        smtp_answer(session, 503, "5.5.1", "Bad sequence of commands: no change of roles now");
        return false;
    }
    if (!maildrop_lock(outbox)) {
        smtp_answer(session, 502, "5.5.1", "Another session sends what is kept here");
        return false;
    }
    size_t count = maildrop_count(outbox);
    smtp_session_clear(session);
    session->turn = mem_alloc(sizeof *session->turn);
    session->turn->newest = count > 0 ? maildrop_entry(outbox, count - 1)->number : 0;
    smtp_answer(session, 250, "2.0.0", "OK, the roles change");
    return true;
}

void smtp_turn_end(struct smtp_session *session)
{
    if (session->turn == NULL) {
        return;
    }
    forget_message(session->turn);
    free(session->turn);
    session->turn = NULL;
    maildrop_unlock(store_outbox(session->store));
}
