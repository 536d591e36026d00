/* What somebody else has answered: where it leaves the session. */
#include <stdlib.h>

#include "fake_servers/pop3_session.h"

/* ---- what a command does that was answered +OK ---- */

typedef void (*pop3_told_fn)(struct pop3_session *session, struct bytes unit,
                             struct bytes argument);

/* The session does the same, and its own answer is thrown away. */
static void told_to_run(struct pop3_session *session, struct bytes unit, struct bytes argument)
{
    struct buf thrown = {0};
    (void)argument;
    pop3_session_feed(session, unit, &thrown);
    buf_deinit(&thrown);
}

static void told_pass(struct pop3_session *session, struct bytes unit, struct bytes argument)
{
    (void)unit;
    (void)argument;
    pop3_session_admit(session, bytes_of(session->user));
}

static void told_apop(struct pop3_session *session, struct bytes unit, struct bytes argument)
{
    struct bytes name = {0};
    (void)unit;
    bytes_next_word(&argument, &name);
    pop3_session_admit(session, name);
}

/* RFC 5034 section 4. Without a mechanism it asks, in old servers, for a list of them. */
static void told_auth(struct pop3_session *session, struct bytes unit, struct bytes argument)
{
    (void)unit;
    if (bytes_trim(argument).n > 0) {
        pop3_session_admit(session, (struct bytes){0});
    }
}

static void told_utf8(struct pop3_session *session, struct bytes unit, struct bytes argument)
{
    (void)unit;
    (void)argument;
    session->utf8 = true;
}

static void told_stls(struct pop3_session *session, struct bytes unit, struct bytes argument)
{
    (void)unit;
    (void)argument;
    session->wants_tls = true;
}

static void told_quit(struct pop3_session *session, struct bytes unit, struct bytes argument)
{
    struct buf thrown = {0};
    (void)unit;
    (void)argument;
    session->out = &thrown;
    pop3_do_quit(session, NULL);
    session->out = NULL;
    buf_deinit(&thrown);
}

static void told_unknown(struct pop3_session *session, struct bytes unit, struct bytes argument)
{
    (void)unit;
    (void)argument;
    session->vouched = true;
}

/* The other commands change nothing. */
static const pop3_told_fn accepted[POP3_VERB_COUNT] = {
    [POP3_USER] = told_to_run, [POP3_PASS] = told_pass,       [POP3_APOP] = told_apop,
    [POP3_AUTH] = told_auth,   [POP3_DELE] = told_to_run,     [POP3_RSET] = told_to_run,
    [POP3_LANG] = told_to_run, [POP3_UTF8] = told_utf8,       [POP3_QUIT] = told_quit,
    [POP3_STLS] = told_stls,   [POP3_UNKNOWN] = told_unknown,
};

/* ---- commands ---- */

/* RFC 1939 section 6: also when the update has failed, the lock is released and the connection closed. */
static void told_of_failure(struct pop3_session *session, enum pop3_verb verb)
{
    if (verb == POP3_QUIT && session->state == POP3_STATE_TRANSACTION) {
        pop3_close_maildrop(session);
        session->state = POP3_STATE_OVER;
    }
}

void pop3_session_told(struct pop3_session *session, struct bytes unit, bool positive)
{
    struct bytes line = bytes_ends(unit, "\r\n") ? bytes_slice(unit, 0, unit.n - 2) : unit;
    struct pop3_command command = pop3_command_read(line);
    session->wants_tls = false;
    auth_free(&session->auth);
    if (session->state == POP3_STATE_OVER) {
        return;
    }
    if (!positive) {
        told_of_failure(session, command.verb);
    } else if (accepted[command.verb] != NULL) {
        accepted[command.verb](session, unit, command.argument);
    }
    if (!positive || command.verb != POP3_USER) {
        free(session->user); /* PASS may come only just behind USER */
        session->user = NULL;
    }
}
