/*
 * pop3_session - what the files of the POP3 session share; private to them
 *
 * pop3.c has the table of keywords and the states, pop3_login.c the AUTHORIZATION state, pop3_maildrop.c the TRANSACTION and
 * UPDATE states, pop3_capa.c what is offered, pop3_lang.c languages and UTF-8, pop3_told.c what others have answered,
 * pop3_write.c how a response becomes octets.
 */
#ifndef MAILSPEC_FAKE_SERVERS_POP3_SESSION_H
#define MAILSPEC_FAKE_SERVERS_POP3_SESSION_H

#include "fake_servers/auth.h"
#include "fake_servers/line_in.h"
#include "fake_servers/pop3.h"
#include "fake_servers/pop3_script.h"
#include "fake_servers/pop3_texts.h"
#include "proto/pop3.h"

enum {
    POP3_MAX_OUTPUT_OCTETS = 64 * 1024, /* of one call */
    POP3_MAX_COMMAND_OCTETS = 255,      /* RFC 2449 section 4, with CRLF */
    POP3_MAX_ARGUMENTS = 2
};

enum pop3_state { POP3_STATE_AUTHORIZATION, POP3_STATE_TRANSACTION, POP3_STATE_OVER };

/* A message as it was when the maildrop was opened. */
struct pop3_message {
    struct store_message *message;
    uint64_t number; /* in the store */
    bool deleted;
    bool retrieved;  /* by RETR */
    bool was_marked; /* by DELE, whether RSET came or not */
};

enum pop3_body_kind { POP3_BODY_NONE, POP3_BODY_CONTENT, POP3_BODY_SIZES, POP3_BODY_IDS };

/* What is still to be sent of a multi-line response. */
struct pop3_body {
    enum pop3_body_kind kind;
    struct store_message *message; /* CONTENT: one reference */
    size_t next;                   /* octet of the message, or index of the next message */
    size_t end;                    /* where to stop */
    size_t changed; /* retr-content faults: a letter there, at a line's begin, is changed */
    unsigned char changed_to;
};

struct pop3_argument {
    struct bytes words[POP3_MAX_ARGUMENTS];
    size_t count; /* of words in the line, of which the first are kept */
};

struct pop3_session {
    const struct server_settings *settings;
    struct store *store;
    uint64_t number; /* of the session */
    char *timestamp; /* of the greeting, with brackets; NULL: none, so no APOP */
    enum pop3_state state;
    enum pop3_verb verb; /* that is being answered; POP3_VERB_COUNT: the greeting */
    struct line_in line;
    enum pop3_language language;
    bool utf8;          /* UTF-8 mode (RFC 6856 2.1) */
    char *user;         /* of the USER command just before, else NULL */
    bool vouched;       /* somebody else may have let the client in */
    bool refused;       /* the last response was -ERR */
    bool pass_refused;  /* the last command was a PASS, and was answered -ERR */
    bool shows_marked;  /* a fault: a message that is marked, too */
    bool group_refused; /* faults: what came together with the last command gets -ERR */
    bool stuck;         /* faults: so does all that follows */
    bool wants_tls;     /* STLS was accepted: the next octets are TLS */
    struct client_tls tls;
    struct auth *auth; /* AUTH is going on; or NULL */
    bool auth_failed;  /* the last AUTH did, or was cancelled */
    bool auth_done;
    struct maildrop *maildrop;
    bool has_lock;
    struct pop3_message *messages;
    size_t message_count;
    struct pop3_body body;
    struct pop3_script script;
    struct reply_marks marks; /* of the output since somebody took it */
    bool is_at_response;      /* a response of AUTH was answered last */
    struct buf *out;          /* of the call that runs */
};

static inline bool pop3_session_has_fault(const struct pop3_session *session, enum fault fault)
{
    return fault_is_on(&session->settings->faults, fault);
}

/* ---- pop3_write.c ---- */

/* The one line of a response, or the first of many, in the session's language. */
void pop3_say(struct pop3_session *session, enum pop3_text text);
void pop3_say_with(struct pop3_session *session, enum pop3_text text, struct pop3_words words);
/* The same for what clients take apart, which is no language; `positive` is +OK. */
void pop3_answer(struct pop3_session *session, bool positive, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The lines of a multi-line response that is short: separated by LF, the end is added. */
void pop3_answer_lines(struct pop3_session *session, const char *lines);
/* Go on with the body until it is complete or the output is long enough. */
void pop3_write_body(struct pop3_session *session, size_t max_octets);

/* ---- pop3_capa.c ---- */

void pop3_do_capa(struct pop3_session *session, const struct pop3_argument *argument);
/* Is it offered? What is not does not work either. */
bool pop3_offers(const struct pop3_session *session, enum server_capability capability);

/* ---- pop3_lang.c ---- */

void pop3_do_lang(struct pop3_session *session, const struct pop3_argument *argument);
void pop3_do_utf8(struct pop3_session *session, const struct pop3_argument *argument);
/* The language that a session begins in. */
enum pop3_language pop3_first_language(const struct server_settings *settings);

/* ---- pop3_tls.c ---- */

void pop3_do_stls(struct pop3_session *session, const struct pop3_argument *argument);
/* Is it in the response to CAPA: there, and permitted in this state (RFC 2595 4)? */
bool pop3_offers_tls(const struct pop3_session *session);

/* ---- pop3_auth.c ---- */

void pop3_do_auth(struct pop3_session *session, const struct pop3_argument *argument);
/* Take octets of the client's next response; returns how many. Answers at its end. */
size_t pop3_auth_take(struct pop3_session *session, struct bytes octets);
bool pop3_has_auth(const struct pop3_session *session);
/* Append " PLAIN LOGIN"; nothing when none is offered. */
void pop3_print_mechanisms(const struct pop3_session *session, struct buf *out);
/* Is it a login that works only under TLS, which has not begun? */
bool pop3_needs_tls(const struct pop3_session *session, enum pop3_verb verb);

/* ---- pop3_login.c ---- */

void pop3_do_user(struct pop3_session *session, const struct pop3_argument *argument);
void pop3_do_pass(struct pop3_session *session, const struct pop3_argument *argument);
void pop3_do_apop(struct pop3_session *session, const struct pop3_argument *argument);
/* That user has proved to be who it is: open its maildrop, and answer. */
void pop3_log_in_as(struct pop3_session *session, struct bytes name);
void pop3_close_maildrop(struct pop3_session *session);

/* ---- pop3_maildrop.c ---- */

void pop3_do_stat(struct pop3_session *session, const struct pop3_argument *argument);
void pop3_do_list(struct pop3_session *session, const struct pop3_argument *argument);
void pop3_do_uidl(struct pop3_session *session, const struct pop3_argument *argument);
void pop3_do_retr(struct pop3_session *session, const struct pop3_argument *argument);
void pop3_do_top(struct pop3_session *session, const struct pop3_argument *argument);
void pop3_do_dele(struct pop3_session *session, const struct pop3_argument *argument);
void pop3_do_rset(struct pop3_session *session, const struct pop3_argument *argument);
void pop3_do_noop(struct pop3_session *session, const struct pop3_argument *argument);
void pop3_do_quit(struct pop3_session *session, const struct pop3_argument *argument);
/* Messages that are not deleted, and their octets. */
size_t pop3_count(const struct pop3_session *session, size_t *octets_r);
/* Is it listed, with RETR and LIST and the rest working on it? */
bool pop3_is_shown(const struct pop3_session *session, size_t index);
void pop3_print_size(struct pop3_session *session, size_t index, struct buf *out);
void pop3_print_unique_id(struct pop3_session *session, size_t index, struct buf *out);
/* Remove the marked messages from the maildrop; -1: not all of them could be removed. */
int pop3_update(struct pop3_session *session);
/* The connection ends in the TRANSACTION state, without QUIT (RFC 1939 section 6). */
void pop3_lose(struct pop3_session *session);

#endif
