/*
 * serve_internal - what the files of a case that plays the server share; nobody else includes it
 *
 * serve.c has the phases, serve_links.c the connections, serve_answers.c what is answered on them, serve_table.c what each kind of
 * step does, serve_command.c and serve_data.c the client's lines, serve_reply.c ours, serve_tls.c TLS, serve_auth.c logins,
 * serve_client.c how the client is started, serve_insists.c when it may leave, serve_exit.c and serve_store.c what its end and what it stored are worth.
 */
#ifndef MAILSPEC_ENGINE_SERVE_INTERNAL_H
#define MAILSPEC_ENGINE_SERVE_INTERNAL_H

#include "engine/line_match.h"
#include "engine/outcome.h"
#include "engine/serve.h"
#include "engine/visitor.h"

/* A unit that the dialogue has named and not answered yet. Its octets are owned. */
struct named_unit {
    enum unit_kind kind;
    struct buf octets;
    bool told;       /* to the responder: under LMTP it has several replies */
    bool off_script; /* said behind one that waits: the responder answers it in its turn */
    struct named_unit *next;
};

/* How far a connection has come by what was accepted; for Start:. */
enum progress {
    PROGRESS_NONE,
    PROGRESS_HELLO,
    PROGRESS_LOGIN,
    PROGRESS_MAIL,
    PROGRESS_RCPT,
    PROGRESS_DATA
};

/* One connection by its number; those behind the dialogue's own are none of it. */
struct serve_link {
    struct visitor *visitor; /* the last one under that number, or NULL */
    unsigned visit;          /* which of the case's visits it is, from 1 */
    bool began;              /* a line of the dialogue was said on it */
    bool scripted_greeting;
    bool greeted;
    bool turned_away; /* the greeting refused it */
    enum progress progress;
    bool logged_in;
    bool
        asked; /* EHLO, HELO, LHLO or CAPA was answered: the client knows what is offered, or that nothing is */
    struct named_unit *named;  /* in order */
    const struct step **never; /* C!: what it must not say now */
    size_t never_count;
    size_t never_capacity;
    bool replaced; /* the one before left, and the dialogue has not come to that yet */
    enum conn_end replaced_end;
    struct tls_facts *replaced_tls; /* of its handshake, when that failed, or NULL */
    bool tls_told;                  /* the responder knows that TLS has begun */
    struct vars *tls_names;         /* what tls:NAME stands for then, or NULL */
};

enum serve_phase {
    SERVE_STEPS,
    SERVE_REST, /* the dialogue is over: the responder answers until the client has left and ended */
    SERVE_STOP, /* something went wrong: the client is stopped */
    SERVE_OVER
};

/* What was said to the client, for what its exit status should be. */
struct serve_tally {
    unsigned accepted_messages;  /* 2yz to the end of data */
    unsigned accepted_elsewhere; /* of them those that the dialogue does not have */
    unsigned refused;            /* 4yz, 5yz or -ERR to anything that mail depends on */
    unsigned broken;             /* connections that ended without being wished well */
};

struct serve {
    struct case_run *run;
    const struct responder *responder;
    struct responder_room *room;
    const struct client_starter *starter;
    struct client_child *child;
    bool child_runs;
    bool child_ended;      /* at least once */
    struct client_end end; /* of the last one; its views point into the buffers below */
    struct buf output;
    struct buf error_output;
    struct buf error_text;
    unsigned starts;
    unsigned visits_before; /* the last start */
    struct listener *mail;
    struct listener *pop3;
    struct tls_context *tls;                       /* NULL until it is needed */
    struct serve_auth *auth;                       /* the login at hand, or NULL */
    struct serve_link links[CASE_MAX_CONNECTIONS]; /* by number from 1 */
    unsigned others;                               /* connections that the dialogue does not have */
    unsigned visits;
    unsigned responded; /* units that the responder has answered */
    bool told_too_many; /* there were too many of them */
    enum serve_phase phase;
    const struct line **data_lines; /* written so far of message data that is still coming */
    size_t data_count;
    size_t data_capacity;
    unsigned timed_visit;           /* that the wait at hand counts from; 0: it is not there yet */
    bool awaits_start;              /* the step at hand stands where Start: has not come yet */
    bool flushing;                  /* a paced reply is still going out */
    bool waits_for_child;           /* the connection is gone; its end is worth knowing */
    struct line_difference nearest; /* of the command that has the verb but not the text */
    struct buf nearest_came;
    bool exit_checked; /* by an <exit> */
    struct serve_tally tally;
    struct offers verbs;        /* that the client has said */
    struct offers verbs_inside; /* of them those inside TLS */
    struct buf message;         /* that the client is to send */
    char *folder;
};

/* ---- serve.c ---- */

/* SMTP, or LMTP where the client speaks that, or the dialogue that is played against itself. */
enum protocol serve_mail_protocol(const struct serve *serve);
/* End the case: the client is stopped. STEP_ENDS. */
enum step_result serve_stop(struct serve *serve);

/* ---- serve_links.c ---- */

void serve_accept(struct serve *serve, struct listener *listener, enum protocol protocol);
struct serve_link *serve_link(struct serve *serve, const struct step *step);
unsigned serve_last_number(const struct serve *serve); /* of the dialogue's connections */
/* Is a step of that connection left? */
bool serve_is_due(const struct serve *serve, unsigned number);
bool serve_is_opened_again(const struct serve *serve, unsigned number);
/* Has the connection come as far as the dialogue's Start: says? */
bool serve_start_reached(const struct serve *serve, unsigned number);
/* Connections that no step is left for, and those that are none of the dialogue; true: something was done. */
bool serve_idle_links(struct serve *serve);
bool serve_all_left(const struct serve *serve);
/* Has no connection been open for a while? Then the client has nothing to wait for. */
bool serve_has_nothing_to_wait_for(const struct serve *serve);
void serve_links_deinit(struct serve *serve);

/* ---- serve_answers.c ---- */

/* Have there not been too many units yet that the dialogue does not have? */
bool serve_is_patient(const struct serve *serve);
/* The responder answers the unit; a connection that is over is closed. */
void serve_respond(struct serve *serve, struct serve_link *link, const struct unit *unit);
/* The first of those that wait for a reply is answered so. */
void serve_respond_named(struct serve *serve, struct serve_link *link);
/* The dialogue named the unit: it waits for its reply. */
struct named_unit *serve_name_unit(struct serve_link *link, const struct unit *unit);
struct named_unit *serve_next_named(struct serve_link *link);
void serve_drop_named(struct serve_link *link);
/* The dialogue has answered the first one: it is dropped, and those off script behind it are answered. */
void serve_named_answered(struct serve *serve, struct serve_link *link);
/* The unit was answered, by whomever. */
void serve_note_answer(struct serve *serve, struct serve_link *link, const struct unit *unit,
                       struct bytes reply);
/* The same for a connection that was answered before it was ours: what it said, and how far it came. */
void serve_note_said(struct serve *serve, struct serve_link *link, const struct unit *unit,
                     struct bytes reply);

/* ---- serve_tls.c ---- */

/* Begin the handshake; false: it cannot be, the outcome says why, and the connection is closed. */
bool serve_begin_tls(struct serve *serve, struct serve_link *link);
/* Tell the responder that TLS has begun, when it has, once. */
void serve_note_secured(struct serve *serve, struct serve_link *link);
/* 220 has gone out, and the handshake has not begun: nothing that comes in clear text is answered any more. */
bool serve_tls_is_due(const struct serve *serve, const struct serve_link *link);
/*
 * As visitor_take(), with TLS where the client asked for it and no line of the dialogue said so. VISITOR_TAKE_ENDED also when a
 * handshake failed: the connection is closed then.
 */
enum visitor_take serve_take(struct serve *serve, struct serve_link *link);
/* "the TLS handshake failed: ..."; false: it did not. */
bool serve_print_tls_failure(const struct serve_link *link, struct buf *out);
enum step_result serve_tls_begin(struct case_run *run, const struct step *step);
enum step_result serve_tls_changed(struct case_run *run, const struct step *step);
enum step_result serve_tls_fails_changed(struct case_run *run, const struct step *step);
enum step_result serve_tls_fact_begin(struct case_run *run, const struct step *step);
enum step_result serve_tls_fact_changed(struct case_run *run, const struct step *step);

/* ---- serve_auth.c ---- */

enum step_result serve_auth_begin(struct case_run *run, const struct step *step);
enum step_result serve_auth_changed(struct case_run *run, const struct step *step);
void serve_auth_free(struct serve *serve);
/* Has the client said AUTH, and the exchange is not over? */
bool serve_auth_has_begun(const struct serve *serve);

/* ---- serve_command.c ---- */

/* The connection of a step that the client has to act on: STEP_DONE when it is there. */
enum step_result serve_need_visitor(struct serve *serve, const struct step *step);
/* It sent a line that is too long to be one. */
enum step_result serve_too_long(struct case_run *run, const struct step *step);
/* The client has closed its connection, or we have: STEP_WAITS for how it ends, then what it never said. */
enum step_result serve_left(struct serve *serve, const struct step *step);
/* The client is gone, or says nothing: what it never said. */
enum step_result serve_never_sent(struct serve *serve, const struct step *step, const char *why);
/* Before a step that is no line of the client's: the responder answers until its connection is where Start: says. */
enum step_result serve_await_start(struct serve *serve, const struct step *step);
enum step_result serve_command_begin(struct case_run *run, const struct step *step);
enum step_result serve_command_changed(struct case_run *run, const struct step *step);
enum step_result serve_command_timed_out(struct case_run *run, const struct step *step);
/* What is not the next thing of the dialogue. STEP_DONE: answered. */
enum step_result serve_off_script(struct serve *serve, const struct step *step,
                                  const struct unit *unit);
/* C!: from now on. */
enum step_result serve_never(struct case_run *run, const struct step *step);
/* Did the client say what it must not? STEP_DONE: it did not, or the dialogue goes on all the same. */
enum step_result serve_check_never(struct serve *serve, struct serve_link *link,
                                   const struct unit *unit);
/* Skip the step at hand with the replies behind it. */
void serve_skip(struct serve *serve);

/* ---- serve_compare.c ---- */

/* Of the lines in `data_lines` those that are to be compared, with the message data or the chunk that came. */
enum step_result serve_compare_data(struct serve *serve, const struct unit *unit);

/* ---- serve_data.c ---- */

enum step_result serve_data_begin(struct case_run *run, const struct step *step);
enum step_result serve_data_changed(struct case_run *run, const struct step *step);
enum step_result serve_data_timed_out(struct case_run *run, const struct step *step);
enum step_result serve_chunk_begin(struct case_run *run, const struct step *step);

/* ---- serve_reply.c ---- */

enum step_result serve_reply_begin(struct case_run *run, const struct step *step);
enum step_result serve_reply_changed(struct case_run *run, const struct step *step);

/* ---- serve_client.c ---- */

/* Start the client (again); -1: nothing can be started, the outcome says why. */
int serve_start_client(struct serve *serve);
void serve_stop_client(struct serve *serve);
/* A sentence piece: "it ended with status 55", "it was killed by signal 11 (...)"; empty while it runs. */
void serve_print_end(const struct serve *serve, struct buf *out);
/* It ended without ever connecting; the same, but it still runs. */
void serve_never_came(struct serve *serve);
void serve_does_not_come(struct serve *serve);

/* ---- serve_insists.c ---- */

/*
 * Has the client left because it insists on a login, and the dialogue, which is about something else, offers none? Then it is right, whatever
 * stands behind: no FAIL but INCONCLUSIVE, and the reason is added to `out`.
 */
void serve_excuse(const struct serve *serve, struct mismatch *mismatch, struct buf *out);

/* ---- serve_exit.c ---- */

/* The client has ended and nothing is left to wait for: is how it ended what it should be? */
void serve_judge_end(struct serve *serve);
/* What needs no expectation: a crash, a hang, a flood. False: it ended by itself. */
bool serve_judge_death(struct serve *serve);
/* Is there a client whose end we see, and that is not ourselves? */
bool serve_may_judge_end(const struct serve *serve);
enum step_result serve_exit_begin(struct case_run *run, const struct step *step);
enum step_result serve_exit_changed(struct case_run *run, const struct step *step);

/* ---- serve_store.c ---- */

enum step_result serve_store_begin(struct case_run *run, const struct step *step);

#endif
