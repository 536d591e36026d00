/*
 * smtp_session - what the files of the SMTP session share; private to them
 *
 * smtp.c has the table of verbs and the states, smtp_verbs.c and smtp_mail.c what each verb does, smtp_content.c
 * message data and delivery, smtp_history.c what the profiles change, smtp_turn.c the sender that TURN makes of it, smtp_told.c
 * what others have answered, smtp_write.c how a reply becomes octets, and which commands are refused whatever they say.
 */
#ifndef MAILSPEC_FAKE_SERVERS_SMTP_SESSION_H
#define MAILSPEC_FAKE_SERVERS_SMTP_SESSION_H

#include "fake_servers/line_in.h"
#include "fake_servers/smtp.h"
#include "proto/smtp_command.h"
#include "proto/smtp_data.h"

/* Octets of output after which a session takes no more input until it is fed again. */
enum { SMTP_MAX_OUTPUT_OCTETS = 16 * 1024 };

enum smtp_state {
    SMTP_STATE_START, /* greeted, no EHLO or HELO yet */
    SMTP_STATE_READY,
    SMTP_STATE_MAIL,   /* MAIL accepted */
    SMTP_STATE_RCPT,   /* a recipient accepted */
    SMTP_STATE_DATA,   /* receiving the message */
    SMTP_STATE_TURNED, /* TURN accepted: we are the sender, see smtp_turn.h */
    SMTP_STATE_OVER,
    SMTP_STATE_COUNT
};

/* From MAIL to the end of data, RSET, EHLO or the end of the session. */
struct smtp_transaction {
    char *reverse_path; /* without brackets */
    uint64_t declared_octets;
    struct maildrop **maildrops; /* each once */
    size_t maildrop_count;
    size_t maildrop_capacity;
    size_t recipients; /* accepted RCPTs, the same one counted each time */
    bool to_terminal;  /* SEND began it, and nobody is at a terminal */
};

/* A message that is coming in; see smtp_content.c. */
struct smtp_content {
    struct smtp_data_reader reader;
    struct buf octets;   /* trace lines, then the content */
    size_t trace_octets; /* how many of them are trace lines */
    size_t held_octets;  /* asked of the store */
    uint64_t number;
    bool too_large;
    bool no_room;
    unsigned char last[2]; /* octets: for the end-of-data fault */
};

struct smtp_session {
    const struct server_settings *settings;
    struct store *store;
    char *client;
    char *client_name; /* from EHLO or HELO */
    bool extended;     /* EHLO, not HELO */
    bool lmtp;         /* RFC 2033 */
    bool had_mail;     /* MAIL was accepted once */
    enum smtp_state state;
    enum smtp_verb verb; /* that is being answered; SMTP_VERB_COUNT: the greeting */
    unsigned last_code;  /* of the last reply written */
    struct line_in line;
    struct smtp_transaction transaction;
    struct smtp_content content;
    struct smtp_turn *turn; /* in SMTP_STATE_TURNED */
    struct buf held;        /* pipelining-order fault: refusals not yet written */
    struct buf *out;        /* of the call that runs */
};

static inline bool smtp_session_has_fault(const struct smtp_session *session, enum fault fault)
{
    return session->settings->faults.on[fault];
}

/* ---- smtp.c ---- */

/* Forget the transaction; the state goes back to READY or START. */
void smtp_session_clear(struct smtp_session *session);
bool smtp_session_in_transaction(const struct smtp_session *session);

/* ---- smtp_write.c ---- */

/*
 * One reply. `status` is the enhanced status code put before each line's text, or NULL. Lines of the text are
 * separated by LF. Nothing that the client sent goes into it.
 */
void smtp_answer(struct smtp_session *session, unsigned code, const char *status,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Is the command, or "." for the end of data, one of settings->refusals? Then it is answered, and 421 ends the session. */
bool smtp_refuse(struct smtp_session *session, const char *command);
/* Write replies that were held back. */
void smtp_answer_held(struct smtp_session *session);

/* ---- smtp_verbs.c, smtp_mail.c: true when the command was accepted ---- */

bool smtp_do_helo(struct smtp_session *session, const struct smtp_command *command);
bool smtp_do_ehlo(struct smtp_session *session, const struct smtp_command *command);
bool smtp_do_rset(struct smtp_session *session, const struct smtp_command *command);
bool smtp_do_noop(struct smtp_session *session, const struct smtp_command *command);
bool smtp_do_vrfy(struct smtp_session *session, const struct smtp_command *command);
bool smtp_do_expn(struct smtp_session *session, const struct smtp_command *command);
bool smtp_do_help(struct smtp_session *session, const struct smtp_command *command);
bool smtp_do_quit(struct smtp_session *session, const struct smtp_command *command);
bool smtp_do_unimplemented(struct smtp_session *session, const struct smtp_command *command);
bool smtp_do_unknown(struct smtp_session *session, const struct smtp_command *command);
bool smtp_do_mail(struct smtp_session *session, const struct smtp_command *command);
bool smtp_do_rcpt(struct smtp_session *session, const struct smtp_command *command);

/* One more accepted RCPT, whose mail goes into that maildrop. */
void smtp_add_recipient(struct smtp_session *session, struct maildrop *maildrop);

/* ---- smtp_content.c ---- */

bool smtp_do_data(struct smtp_session *session, const struct smtp_command *command);
/* Take octets of message data; returns how many of them belong to it. Answers at its end. */
size_t smtp_content_take(struct smtp_session *session, struct bytes octets);
void smtp_content_clear(struct smtp_session *session);

#endif
