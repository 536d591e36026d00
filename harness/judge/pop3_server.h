/*
 * pop3_server - what a POP3 server has told so far: what rules go by that compare one response with another
 *
 * Capabilities before the login and behind it, sizes and numbers of messages, response codes. The session tracker tells it every
 * response and every line of a multi-line one, in order, before the judges see them.
 */
#ifndef MAILSPEC_JUDGE_POP3_SERVER_H
#define MAILSPEC_JUDGE_POP3_SERVER_H

#include "judge/pending.h"
#include "proto/pop3.h"

enum { POP3_SIZES_MAX = 128, POP3_NUMBERS_MAX = 4096 };

enum pop3_login_state { POP3_BEFORE_LOGIN, POP3_BEHIND_LOGIN, POP3_LOGIN_STATE_COUNT };

/* LOGIN-DELAY or EXPIRE. */
struct pop3_offered_value {
    bool offered;
    bool readable; /* digits, or NEVER, which is larger than all */
    bool is_worst; /* USER stands behind it: other users have another one */
    uint64_t value;
};

struct pop3_offers {
    bool told; /* the list was complete */
    bool resp_codes;
    bool auth_resp_code;
    bool utf8;
    bool stls;
    struct pop3_offered_value login_delay;
    struct pop3_offered_value expire;
};

struct pop3_size {
    uint64_t number;
    uint64_t octets;
};

/* Numbers in the lines of LIST or UIDL. */
struct pop3_numbers {
    bool readable; /* all lines so far, and none above POP3_NUMBERS_MAX */
    bool twice;    /* one of them */
    uint64_t count;
    uint64_t highest;
    uint64_t seen[POP3_NUMBERS_MAX / 64 + 1]; /* set of numbers */
};

struct pop3_server {
    enum pop3_login_state state;
    struct pop3_offers offers[POP3_LOGIN_STATE_COUNT];
    bool code_told;                         /* -ERR with a response code that a document lists */
    bool auth_told;                         /* and [AUTH] */
    bool capa_refused;                      /* the last CAPA was */
    bool utf8_mode;                         /* UTF8 was answered, whatever the answer */
    bool marked;                            /* DELE was accepted since the login or RSET */
    struct pop3_size sizes[POP3_SIZES_MAX]; /* told by LIST; of more than these nothing is known */
    size_t size_count;

    /* Of the response that is being read. */
    struct pop3_offers reading;
    struct pop3_numbers numbers;
    uint64_t octets; /* of a message, without stuffed dots */
    bool in_header;
};

/* A response, or the first line of one. */
void pop3_server_response(struct pop3_server *server, const struct pending *pending,
                          const struct pop3_status *status);
/* A line behind it; `is_end`: the one with the dot. */
void pop3_server_line(struct pop3_server *server, const struct pending *pending,
                      const struct wire_line *line, bool is_end);
/* The size that LIST told of that message; false: none. */
bool pop3_server_size(const struct pop3_server *server, uint64_t number, uint64_t *octets_r);
/* Is it a response code of RFC 2449, 3206 or 6856 that the text begins with? */
bool pop3_is_listed_code(struct bytes text);
/* [AUTH], or a deeper level of it. */
bool pop3_is_auth_code(struct bytes text);

#endif
