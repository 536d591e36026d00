/*
 * smtp_session - what the files of the SMTP session share; private to them
 *
 * smtp.c has the table of verbs and the states; smtp_verbs.c, smtp_mail.c, smtp_query.c, smtp_help.c, smtp_tls.c and smtp_auth.c
 * what each verb does, smtp_param.c the parameters of MAIL and RCPT, smtp_content.c message data, smtp_header.c its header,
 * smtp_chunk.c BDAT, smtp_deliver.c delivery, smtp_list.c what lists send on, smtp_outbox.c what goes on to others, smtp_dsn.c
 * the notification of delivery, smtp_history.c what the profiles change, smtp_turn.c the sender that TURN makes of it,
 * smtp_told.c what others have answered, smtp_script.c replies that were asked for, smtp_write.c how a reply becomes octets, smtp_texts.c replies in the words of other
 * servers, smtp_faulty*.c what most faults do.
 */
#ifndef MAILSPEC_FAKE_SERVERS_SMTP_SESSION_H
#define MAILSPEC_FAKE_SERVERS_SMTP_SESSION_H

#include "fake_servers/auth.h"
#include "fake_servers/line_in.h"
#include "fake_servers/recipient.h"
#include "fake_servers/smtp.h"
#include "fake_servers/smtp_script.h"
#include "proto/smtp_command.h"
#include "proto/smtp_data.h"

/*
 * Octets of output, and names compared, after which a session takes no more input until it is fed again: a client that names a long
 * list in many pipelined RCPTs must not make the others wait.
 */
enum { SMTP_MAX_OUTPUT_OCTETS = 16 * 1024, SMTP_MAX_COMPARED = 1000 * 1000 };

enum smtp_state {
    SMTP_STATE_START, /* greeted, no EHLO or HELO yet */
    SMTP_STATE_READY,
    SMTP_STATE_MAIL,   /* MAIL accepted */
    SMTP_STATE_RCPT,   /* a recipient accepted */
    SMTP_STATE_BDAT,   /* a chunk was accepted, the last one has not come (RFC 3030) */
    SMTP_STATE_DATA,   /* receiving the message */
    SMTP_STATE_TURNED, /* TURN accepted: we are the sender, see smtp_turn.h */
    SMTP_STATE_OVER,
    SMTP_STATE_COUNT
};

/* RFC 3461 4.1 */
enum smtp_notify {
    SMTP_NOTIFY_NEVER = 1,
    SMTP_NOTIFY_SUCCESS = 2,
    SMTP_NOTIFY_FAILURE = 4,
    SMTP_NOTIFY_DELAY = 8
};

/* An accepted RCPT. */
struct smtp_recipient {
    char *path;      /* as given, with brackets */
    char *original;  /* ORCPT (RFC 3461 4.2): "rfc822;bob@example.test", decoded; or NULL */
    unsigned notify; /* 0: nothing was said */
    struct maildrop **maildrops; /* where its mail goes */
    size_t maildrop_count;
    char **onward; /* without brackets: mailboxes that mail in the outbox is for */
    size_t onward_count;
    bool is_list;
    bool is_delivered;
};

/* A maildrop that mail of the transaction goes into. */
struct smtp_target {
    struct maildrop *maildrop;
    bool of_list;  /* and no recipient names it but by a list */
    bool has_mail; /* already */
};

/* From MAIL to the end of data, RSET, EHLO or the end of the session. */
struct smtp_transaction {
    char *reverse_path; /* without brackets */
    char *envid;        /* ENVID (RFC 3461 4.4), decoded; or NULL */
    uint64_t declared_octets;
    bool has_refused;  /* a recipient */
    bool is_utf8;      /* SMTPUTF8 was given (RFC 6531) */
    bool is_binary;    /* BODY=BINARYMIME (RFC 3030) */
    bool is_eight_bit; /* BODY=8BITMIME, or BINARYMIME */
    bool to_terminal;  /* SEND began it, and nobody is at a terminal */
    struct smtp_recipient *recipients;
    size_t recipient_count;
    size_t recipient_capacity;
    struct smtp_target *targets; /* each maildrop once */
    size_t target_count;
    size_t target_capacity;
};

/* For the faults that read message data in their own way. */
struct smtp_end_seen {
    unsigned char last[5]; /* octets, as the fault reads them */
    unsigned char before;  /* the octet before, as it came */
    bool behind_nul;       /* in the same line */
    size_t line;           /* octets of the line, or of a part of it */
    unsigned
        defects; /* of the content up to here, without line ends and dots that may belong to its end */
};

/* A message that is coming in; see smtp_content.c. */
struct smtp_content {
    struct smtp_data_reader reader;
    struct buf octets;   /* trace lines, then the content */
    size_t trace_octets; /* how many of them are trace lines */
    size_t held_octets;  /* asked of the store */
    size_t size;         /* of the content, kept or not */
    uint64_t number;
    bool too_large;
    bool no_room;
    bool is_cut;  /* under keep=none: not all of it was kept */
    bool is_over; /* a fault: what comes is thrown away, up to the end */
    struct smtp_end_seen seen;
};

/* The octets behind a BDAT; see smtp_chunk.c. */
struct smtp_chunk_in {
    struct smtp_chunk chunk;
    uint64_t left;   /* octets that still come */
    bool is_refused; /* it may not come here: they are thrown away, and answered */
};

struct smtp_session {
    const struct server_settings *settings;
    struct store *store;
    char *client;
    char *client_name; /* from EHLO or HELO */
    bool extended;     /* EHLO, not HELO */
    bool lmtp;         /* RFC 2033 */
    bool had_mail;     /* MAIL was accepted once */
    bool knows_bdat;   /* CHUNKING was offered to this client once */
    bool wants_tls;    /* STARTTLS was accepted: the next octets are TLS */
    bool no_service;   /* the greeting has refused */
    struct client_tls tls;
    struct auth *auth; /* AUTH is going on; or NULL */
    char *user;        /* who has logged in by AUTH; or NULL */
    size_t failed_logins;
    enum smtp_state state;
    enum smtp_verb verb; /* that is being answered; SMTP_VERB_COUNT: the greeting */
    unsigned last_code;  /* of the last reply written */
    size_t refused;      /* commands so far */
    size_t compared;     /* names, by the call that runs */
    struct line_in line;
    struct smtp_transaction transaction;
    struct smtp_content content;
    struct smtp_chunk_in chunk;
    struct smtp_turn *turn; /* in SMTP_STATE_TURNED */
    struct smtp_script script;
    struct reply_marks marks; /* of the output since somebody took it */
    bool is_at_response;      /* a response of AUTH is being answered */
    /* for faults */
    struct buf held;             /* refusals that are not written yet */
    bool is_tls_forgotten;       /* that TLS has begun */
    bool refuses_all;            /* behind a false end of data, up to the true one */
    bool is_behind_data;         /* what comes stood in one segment with the end of data */
    bool is_behind_last;         /* the last chunk has come, and no transaction since */
    bool has_refused_chunk;      /* one came out of order */
    bool just_delivered;         /* a message, and no other command came */
    char *taken_sender;          /* from the store: no other session may have it */
    struct store_message *taken; /* the last one, and its maildrop */
    struct maildrop *taken_into;
    struct store_message *refused_message; /* and its maildrop */
    struct maildrop *refused_for;
    struct buf *out; /* of the call that runs */
};

static inline bool smtp_has_fault(const struct smtp_session *session, enum fault fault)
{
    return fault_is_on(&session->settings->faults, fault);
}

/* ---- smtp.c ---- */

/* Forget the transaction; the state goes back to READY or START. */
void smtp_session_clear(struct smtp_session *session);
bool smtp_session_in_transaction(const struct smtp_session *session);
/* Is it offered to this client, which has said EHLO? */
bool smtp_session_may_use(const struct smtp_session *session, enum server_extension extension);
/* Has the greeting refused, and is this none of the commands that are answered all the same? Then it is answered. */
bool smtp_lacks_service(struct smtp_session *session, enum smtp_verb verb);
/* 503 with what is wrong in this state; returns false. */
bool smtp_refuse_order(struct smtp_session *session);

/* recipient_find(), counted. */
void smtp_find_recipient(struct smtp_session *session, struct bytes local_part, struct bytes domain,
                         struct recipient *found);

/* ---- smtp_write.c ---- */

/*
 * One reply. `status` is the enhanced status code put before each line's text, or NULL. Lines of the text are
 * separated by LF. Nothing that the client sent goes into it.
 */
void smtp_answer(struct smtp_session *session, unsigned code, const char *status,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Is the command, or "." for the end of data, one of settings->refusals? Then it is answered, and 421 ends the session. */
bool smtp_refuse(struct smtp_session *session, const char *command);
/* Does an enhanced status code stand in the reply to what is being answered (RFC 2034 4)? */
bool smtp_takes_status(const struct smtp_session *session);
/* At which stage is the session that is about to answer? */
enum stage smtp_stage(const struct smtp_session *session);
/* A reply has been written to its end. */
void smtp_mark_reply(struct smtp_session *session, enum stage stage);
/* Write replies that were held back. */
void smtp_answer_held(struct smtp_session *session);

/* Is it in the reply to EHLO? Also those that others bring along or need. */
bool smtp_offers(const struct server_settings *settings, enum server_extension extension);
/* May it stand in a reply: printable US-ASCII, and UTF-8 where that is allowed (RFC 6531 3.7.4)? */
bool smtp_can_show(const char *address, bool utf8_allowed);

/* ---- smtp_verbs.c, smtp_mail.c, smtp_query.c, smtp_help.c: true when the command was accepted ---- */

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

/* Fills in where mail for `found` goes, and takes it out of that. */
void smtp_recipient_take(struct smtp_session *session, const struct smtp_path *path,
                         struct recipient *found, struct smtp_recipient *recipient);
void smtp_recipient_deinit(struct smtp_recipient *recipient);
/* The maildrops of a recipient. */
void smtp_add_targets(struct smtp_session *session, const struct smtp_recipient *recipient);
/* One more accepted RCPT; it is the transaction's from then on. */
void smtp_add_recipient(struct smtp_session *session, struct smtp_recipient recipient);
/* The first `count` are recipients no more; the targets are those of the others. */
void smtp_drop_recipients(struct smtp_session *session, size_t count);
/* The maildrop of the user with that mailbox; NULL: there is none. */
struct maildrop *smtp_user_maildrop(const struct smtp_session *session, const char *mailbox);

/* ---- smtp_tls.c ---- */

bool smtp_do_starttls(struct smtp_session *session, const struct smtp_command *command);
/* Must TLS begin before this command, and has not? Then it is answered. */
bool smtp_lacks_tls(struct smtp_session *session, enum smtp_verb verb);
/* Is it in the reply to EHLO: it is there, and TLS has not begun? */
bool smtp_offers_tls(const struct smtp_session *session);
/* What the client has said is not known any more (RFC 3207 4.2). */
void smtp_session_forget(struct smtp_session *session);

/* ---- smtp_auth.c ---- */

bool smtp_do_auth(struct smtp_session *session, const struct smtp_command *command);
/* Take octets of the client's next response; returns how many. Answers at its end. */
size_t smtp_auth_take(struct smtp_session *session, struct bytes octets);
/* Those of its protocol, by the settings. */
const struct server_mechanisms *smtp_mechanisms(const struct smtp_session *session);
/* Is there AUTH, and with it the parameter of MAIL? */
bool smtp_has_auth(const struct smtp_session *session);
/* Append " PLAIN LOGIN"; nothing when none is offered. */
void smtp_print_mechanisms(const struct smtp_session *session, struct buf *out);
/* Is mail taken only behind AUTH, which has not been? Then it is answered. */
bool smtp_lacks_login(struct smtp_session *session);
void smtp_session_forget_login(struct smtp_session *session);

/* ---- smtp_param.c: false when they were refused, and that was answered ---- */

bool smtp_take_mail_params(struct smtp_session *session, const struct smtp_path *path);
bool smtp_take_rcpt_params(struct smtp_session *session, const struct smtp_path *path,
                           struct smtp_recipient *recipient);

/* ---- smtp_content.c ---- */

bool smtp_do_data(struct smtp_session *session, const struct smtp_command *command);
/* Take octets of message data; returns how many of them belong to it. Answers at its end. */
size_t smtp_content_take(struct smtp_session *session, struct bytes octets);
/* Begin a message: its number and its trace lines. */
void smtp_content_begin(struct smtp_session *session);
/* Where to put so many octets that come, or NULL when they are thrown away. */
struct buf *smtp_content_sink(struct smtp_session *session, size_t octets);
/* Octets of content as they are; what does not fit is thrown away. */
void smtp_content_add(struct smtp_session *session, struct bytes octets);
/* Has it a line with that prefix and more than so many octets, LF included? */
bool smtp_content_has_line(const struct smtp_content *content, size_t octets, const char *prefix);
void smtp_content_clear(struct smtp_session *session);

/* ---- smtp_chunk.c ---- */

bool smtp_do_bdat(struct smtp_session *session, const struct smtp_command *command);
/* Take octets of the chunk; returns how many of them belong to it. Answers at its end. */
size_t smtp_chunk_take(struct smtp_session *session, struct bytes octets);

/* ---- smtp_deliver.c ---- */

/* Why no message of this size can be taken is answered, if it is so. */
bool smtp_refuse_content(struct smtp_session *session);
/* The message is there: deliver it, answer, and end the transaction. */
void smtp_deliver(struct smtp_session *session);

/* ---- smtp_dsn.c ---- */

/* Tells the reverse-path of delivery, where that was asked for (RFC 3461). */
void smtp_dsn_send(struct smtp_session *session, struct bytes message);

#endif
