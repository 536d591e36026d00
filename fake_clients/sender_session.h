/*
 * sender_session - what the files of the sender share; private to them
 *
 * sender.c takes replies apart and knows what comes next, sender_message.c makes the message ready, sender_login.c logs in,
 * sender_replies.c has what each reply means, sender_write.c how commands and message data become octets; sender_faults.c has the
 * faults that are more than a condition in one of those. sender_wishes.c and sender_report.c are for people who send (sender_wishes.h).
 */
#ifndef MAILSPEC_FAKE_CLIENTS_SENDER_SESSION_H
#define MAILSPEC_FAKE_CLIENTS_SENDER_SESSION_H

#include "fake_clients/line_reader.h"
#include "fake_clients/result.h"
#include "fake_clients/sender.h"
#include "fake_clients/sender_wishes.h"
#include "proto/smtp_reply.h"

/* What a reply is waited for. */
enum sender_stage {
    SENDER_GREETING,
    SENDER_HELLO,     /* EHLO, LHLO */
    SENDER_OLD_HELLO, /* HELO, behind a refused EHLO */
    SENDER_TLS,       /* STARTTLS */
    SENDER_AUTH,
    SENDER_MAIL,
    SENDER_RCPT,
    SENDER_DATA,
    SENDER_CONTENT, /* the end of data; under LMTP once for each accepted recipient */
    SENDER_QUIT,
    SENDER_ASIDE, /* a command that a fault adds: nothing hangs on its reply */
    SENDER_STAGE_COUNT
};

enum sender_extension {
    SENDER_PIPELINING,
    SENDER_SIZE,
    SENDER_8BITMIME,
    SENDER_BINARYMIME,
    SENDER_CHUNKING,
    SENDER_AUTH_PLAIN,
    SENDER_AUTH_CRAM_MD5,
    SENDER_STARTTLS,
    SENDER_EXTENSION_COUNT
};

struct sender {
    const struct client_settings *settings;
    struct buf message; /* every line with CRLF, not stuffed */
    bool has_8bit;
    bool unmarked; /* its body has octets above 127, and MIME does not say what they are */
    struct line_reader line;
    struct smtp_reply reply;
    enum sender_stage *awaited; /* commands sent, in order (RFC 2920 3.1: paired by count) */
    size_t awaited_count;
    size_t awaited_capacity;
    size_t answered; /* of `awaited` */
    bool extended;   /* EHLO was accepted */
    bool hello_accepted;
    bool offered[SENDER_EXTENSION_COUNT];
    bool wants_tls;
    bool in_tls;
    bool certificate_is_good;
    enum sender_extension mechanism;       /* of the last AUTH */
    bool too_weak[SENDER_EXTENSION_COUNT]; /* of the mechanisms: answered by 534 */
    bool responded;                        /* to the challenge of CRAM-MD5 */
    bool size_is_zero;                     /* the parameter of SIZE */
    bool size_is_bare;                     /* SIZE has none */
    size_t asked;                          /* RCPT commands sent */
    size_t accepted;
    bool mail_accepted;
    bool data_asked_for; /* 354 came */
    bool data_is_odd;    /* 2yz came instead */
    bool has_spoken;     /* what is left of the octets that were fed came before the last command */
    bool is_too_early;   /* the reply did */
    enum client_result result;
    bool over;
    struct buf *out; /* of the call that runs */
    struct sender_wished wished;
    /* for faults */
    bool wrong_form; /* of the last command; it is sent again if that is not taken */
    bool right_forms[SENDER_STAGE_COUNT]; /* no wrong form any more in that stage */
    bool aside_said;
    enum sender_stage behind_aside; /* what was answered before it */
    bool size_refused;              /* MAIL was, with SIZE=, by 452 or 552 */
    bool resends;                   /* the message was refused for good at its end */
    bool refused_for_good;          /* the last RCPT */
    bool trusts_data;               /* 354 came: no other reply counts */
    bool unended;                   /* the last line of the message that was given */
    struct buf left;                /* what came in clear text behind the 220 to STARTTLS */
};

static inline bool sender_has_fault(const struct sender *sender, enum client_fault fault)
{
    return client_fault_is_on(&sender->settings->faults, fault);
}

/* Without brackets; "" is the null one. */
static inline const char *sender_reverse_path(const struct sender *sender)
{
    return sender->settings->sender != NULL ? sender->settings->sender : "";
}

/* ---- sender.c ---- */

/* A reply to that is waited for now. */
void sender_await(struct sender *sender, enum sender_stage stage);
void sender_note(struct sender *sender, enum client_result result);
/* The connection ends where the reply to that is waited for (RFC 5321 3.8). */
void sender_lose(struct sender *sender, enum sender_stage stage);
/* Nothing that comes can be made sense of: QUIT is sent, its reply not waited for. */
void sender_give_up(struct sender *sender);

/* ---- sender_message.c ---- */

/* Make sender->message of what it was given. */
void sender_read_message(struct sender *sender);
/* RFC 6152 section 3: 8-bit content is not sent to a server that does not take it, nor without MIME (RFC 5321 2.4). */
bool sender_takes_content(const struct sender *sender);
/* Why not, where it does not. */
const char *sender_content_defect(const struct sender *sender);

/* ---- sender_replies.c ---- */

/* The reply in sender->reply answers that command. */
void sender_take_reply(struct sender *sender, enum sender_stage stage);

/* ---- sender_login.c ---- */

/* Is a mechanism left that it knows, and may the password be shown? */
bool sender_may_log_in(const struct sender *sender);
void sender_say_auth(struct sender *sender);
void sender_take_auth(struct sender *sender, unsigned code, enum client_result result);

/* ---- sender_wishes.c ---- */

/* Look at the message that was given. */
void sender_wish_begin(struct sender *sender);
void sender_wish_end(struct sender *sender);
/* A line of the reply to EHLO; what was offered before TLS is forgotten. */
void sender_wish_read(struct sender *sender, struct bytes text);
void sender_wish_forget(struct sender *sender);
/* May it go on in clear text, though TLS has not begun? False: it ends, and the trouble is told. */
bool sender_wish_takes_clear(struct sender *sender);
/* True: AUTH was sent, or it ends because there can be no login. */
bool sender_wish_logs_in(struct sender *sender);
bool sender_wish_is_login(const struct sender *sender);
void sender_wish_take_auth(struct sender *sender, unsigned code, enum client_result result);
/* Does the server offer what the message and its envelope need? False: the trouble is told. */
bool sender_wish_takes_message(struct sender *sender);
void sender_wish_write_mail(const struct sender *sender, struct buf *argument);
void sender_wish_write_rcpt(const struct sender *sender, struct buf *argument);
/* Is the message to go by BDAT, and is it sent so? */
bool sender_wish_chunks(const struct sender *sender);
void sender_wish_say_chunk(struct sender *sender);

/* ---- sender_report.c ---- */

void sender_report_reply(struct sender *sender, enum sender_stage stage, enum client_result result);
/* The sender ends for a reason of its own. */
void sender_report_refuse(struct sender *sender, enum client_result result, const char *reason);
/* The server cannot be understood. */
void sender_report_nonsense(struct sender *sender);

/* ---- sender_write.c: each sends and awaits ---- */

/* One line. */
void sender_say(struct sender *sender, enum sender_stage stage, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void sender_say_hello(struct sender *sender);
void sender_say_old_hello(struct sender *sender);
void sender_say_starttls(struct sender *sender);
void sender_say_mail(struct sender *sender);
void sender_say_rcpt(struct sender *sender); /* for the next recipient */
void sender_say_data(struct sender *sender);
void sender_say_content(struct sender *sender);
void sender_say_quit(struct sender *sender);
/* A command of a fault; then it goes on as behind the reply to `behind`. `text` has no line end. */
void sender_say_aside(struct sender *sender, enum sender_stage behind, struct bytes text);

/* ---- sender_faults.c ---- */

/* Is that command to be sent in the wrong form that the fault asks for? */
bool sender_twists(struct sender *sender, enum sender_stage stage, enum client_fault fault);
/* True: the wrong form was not taken, and the command has been sent again. */
bool sender_untwists(struct sender *sender, enum sender_stage stage, unsigned code);
/* True: a command of a fault was sent, and what comes next waits for its reply. */
bool sender_digresses(struct sender *sender, enum sender_stage stage);
/* May MAIL, RCPT and DATA go together? */
bool sender_pipelines(const struct sender *sender);
/* Does it close where QUIT should come? */
bool sender_leaves_silently(const struct sender *sender);
/* The message in a chunk instead of DATA; false: no fault asks for that. */
bool sender_says_chunk(struct sender *sender);
/* DATA was refused: the message as so many commands. */
void sender_say_unwanted_content(struct sender *sender);
/* The same, but its first line alone. */
void sender_say_unwanted_line(struct sender *sender);
/* The code as a client with faults reads it. */
unsigned sender_misreads_code(const struct sender *sender, enum sender_stage stage, unsigned code);
/* How a client with faults understands a reply that means `result`. */
enum client_result sender_misreads(const struct sender *sender, enum sender_stage stage,
                                   unsigned code, enum client_result result);
/* The message is the server's, and the session ends in another way than by 2yz to QUIT. */
void sender_ends_oddly(struct sender *sender);
/* What a client with faults reports of it. */
enum client_result sender_misreports(const struct sender *sender, enum sender_stage stage,
                                     unsigned code, enum client_result result);

#endif
