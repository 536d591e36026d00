/*
 * fetcher_session - what the files of the fetcher share; private to them
 *
 * fetcher.c takes responses apart and knows what comes next, fetcher_responses.c what each response means, fetcher_login.c answers challenges,
 * fetcher_group.c has what is sent together, fetcher_memory.c knows what was fetched before, fetcher_write.c how commands become octets; fetcher_faults.c has the faults that are more than a condition in one of those.
 */
#ifndef MAILSPEC_FAKE_CLIENTS_FETCHER_SESSION_H
#define MAILSPEC_FAKE_CLIENTS_FETCHER_SESSION_H

#include "fake_clients/fetcher.h"
#include "fake_clients/fetcher_wishes.h"
#include "fake_clients/line_reader.h"
#include "fake_clients/result.h"
#include "proto/pop3.h"
#include "proto/smtp_data.h"

/* The command whose response is waited for. */
enum fetcher_step {
    FETCHER_GREETING,
    FETCHER_CAPA,
    FETCHER_STLS,
    FETCHER_AUTH, /* CRAM-MD5, where it is offered, instead of USER and PASS */
    FETCHER_APOP,
    FETCHER_USER,
    FETCHER_PASS,
    FETCHER_STAT,
    FETCHER_LIST,
    FETCHER_UIDL,
    FETCHER_TOP,
    FETCHER_RETR,
    FETCHER_DELE,
    FETCHER_QUIT,
    FETCHER_STEP_COUNT
};

enum { FETCHER_GROUP_MOST = 8 };

/* RETR commands that were sent together. */
struct fetcher_group {
    size_t begin; /* index into `numbers` */
    size_t count; /* 0: there is no group */
    size_t answered;
    size_t refused;
    size_t named; /* by DELE, or passed over */
    bool fetched[FETCHER_GROUP_MOST];
};

struct fetcher_id {
    uint64_t number;
    size_t begin; /* in `text` */
    size_t octets;
};

/* As UIDL has them, where the client has a memory. */
struct fetcher_ids {
    struct fetcher_id *rows;
    size_t count;
    size_t capacity;
    struct buf text;
};

struct fetcher {
    const struct client_settings *settings;
    enum fetcher_step step;
    bool done;       /* the last step brought what it was for */
    bool said_ahead; /* the command of the next step was sent already */
    struct line_reader line;
    bool in_body;                   /* of a multi-line response */
    struct smtp_data_reader reader; /* the same rule: RFC 1939 section 3, RFC 5321 4.5.2 */
    struct buf body;
    bool offers_top;
    bool offers_pipelining;
    bool offers_stls;
    bool offers_plain; /* SASL PLAIN */
    bool offers_cram_md5;
    bool challenged; /* the login goes on */
    bool responded;
    bool wants_tls;
    bool in_tls;
    bool used_top;
    uint64_t *numbers; /* of the messages, as LIST has them */
    size_t number_count;
    size_t number_capacity;
    size_t known_count; /* of the first of them: fetched in an earlier session */
    struct fetcher_ids ids;
    size_t current; /* index into `numbers` */
    size_t deleted;
    struct fetcher_group group;
    struct buf messages;
    size_t message_count;
    struct fetcher_wished wished;
    enum client_result result;
    bool over;
    struct buf *out; /* of the call that runs */
    /* for faults */
    bool in_aside; /* the response to a command of a fault is waited for: nothing hangs on it */
    bool aside_is_multiline;
    bool aside_said;
    size_t said_octets; /* of the CAPA that comes next */
    bool is_bad_certificate;
    bool timestamp_is_odd; /* of the greeting: no msg-id */
    unsigned char tail[6]; /* the last octets of a body as they came */
    struct buf left;       /* what came in clear text behind the +OK to STLS */
    bool is_cut;           /* an end was seen where none is, behind `cut_octets` of the body */
    size_t cut_octets;
};

static inline bool fetcher_has_fault(const struct fetcher *fetcher, enum client_fault fault)
{
    return client_fault_is_on(&fetcher->settings->faults, fault);
}

/* ---- fetcher.c ---- */

void fetcher_note(struct fetcher *fetcher, enum client_result result);

/* ---- fetcher_responses.c: they set `done` ---- */

void fetcher_take_ok(struct fetcher *fetcher, struct bytes text);
void fetcher_take_error(struct fetcher *fetcher, struct bytes text);
/* The body behind +OK, unstuffed; `done` is set already. */
void fetcher_take_body(struct fetcher *fetcher, struct bytes body);

/* ---- fetcher_group.c ---- */

/* Is there more than one message to be fetched, and may RETR be sent together? */
bool fetcher_may_group(const struct fetcher *fetcher);
void fetcher_say_group(struct fetcher *fetcher);
/* A response is there. True: another one of the group is waited for. */
bool fetcher_group_waits(struct fetcher *fetcher);
/* Behind the group: the next message to be deleted becomes the current one. False: there is none, and the group is over. */
bool fetcher_finds_fetched(struct fetcher *fetcher);

/* ---- fetcher_memory.c ---- */

/* A line of the response to UIDL. */
void fetcher_read_id(struct fetcher *fetcher, struct bytes line);
/* Behind UIDL: what is known comes first. */
void fetcher_sort_known(struct fetcher *fetcher);
/* A message has come whole. */
void fetcher_remember(struct fetcher *fetcher);
void fetcher_ids_deinit(struct fetcher_ids *ids);

/* ---- fetcher_wishes.c ---- */

void fetcher_wish_end(struct fetcher *fetcher);
void fetcher_wish_forget(struct fetcher *fetcher);
/* A line of the response to CAPA; the greeting; lines of those to LIST and UIDL. */
void fetcher_wish_read_capability(struct fetcher *fetcher, struct bytes tag, struct bytes rest);
void fetcher_wish_read_greeting(struct fetcher *fetcher, struct bytes text);
void fetcher_wish_read_listed(struct fetcher *fetcher, uint64_t number, struct bytes rest);
void fetcher_wish_read_id(struct fetcher *fetcher, struct bytes line);
/* How it logs in; QUIT: not at all, and the trouble is told. */
enum fetcher_step fetcher_wish_login(struct fetcher *fetcher);
bool fetcher_wish_is_login(const struct fetcher *fetcher);
/* Behind CAPA: the trouble is told where TLS is demanded and has not begun. */
bool fetcher_wish_takes_clear(struct fetcher *fetcher);
void fetcher_wish_say_auth(struct fetcher *fetcher);
void fetcher_wish_say_apop(struct fetcher *fetcher);
void fetcher_wish_take_challenge(struct fetcher *fetcher, struct bytes challenge);
/* The login is done: was it time? */
void fetcher_wish_logged_in(struct fetcher *fetcher);
/* Behind the listings: only the messages that are wanted are left. */
void fetcher_wish_choose(struct fetcher *fetcher);
/* A message, or its header, is there. False: it is not kept. */
bool fetcher_wish_take(struct fetcher *fetcher, struct bytes message);
void fetcher_wish_refuse(struct fetcher *fetcher, enum client_result result, const char *reason);
void fetcher_wish_tell(struct fetcher *fetcher, struct bytes text);
void fetcher_wish_nonsense(struct fetcher *fetcher);

/* ---- fetcher_login.c ---- */

/* Say what answers it: a response, or that the login is cancelled. */
void fetcher_take_challenge(struct fetcher *fetcher, struct bytes challenge);

/* ---- fetcher_write.c ---- */

/* Send the command of that step; the messages are taken in their order. */
void fetcher_say(struct fetcher *fetcher, enum fetcher_step step);
/* The number of the message whose turn it is. */
uint64_t fetcher_number(const struct fetcher *fetcher);
bool fetcher_is_multiline(enum fetcher_step step);

/* ---- fetcher_faults.c ---- */

/* True: a command of a fault was sent, and what comes next waits for its response. */
bool fetcher_digresses(struct fetcher *fetcher);
/* Does a client with faults take +OK with that text for a refusal? */
bool fetcher_misreads(const struct fetcher *fetcher, struct bytes text);
/* What a client with faults reports of it. */
enum client_result fetcher_misreports(const struct fetcher *fetcher, enum client_result result);
void fetcher_begin_body(struct fetcher *fetcher);
/* Takes octets of a body like smtp_data_read(), and may see an end before it; once complete, the rest is gone. */
size_t fetcher_read_body(struct fetcher *fetcher, struct bytes octets);

#endif
