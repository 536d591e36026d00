/*
 * facts - what a server offers, as it said itself
 *
 * Offers are the keyword lines of EHLO, LHLO or CAPA with their parameters. Facts are those of both
 * endpoints of a target, found out once before its first case (engine/probe.h). What a hostile
 * server offers is bounded: what is more than that is not kept.
 */
#ifndef MAILSPEC_ENGINE_FACTS_H
#define MAILSPEC_ENGINE_FACTS_H

#include "base/arena.h"
#include "base/buf.h"

enum { OFFERS_MAX = 200, OFFERS_MAX_OCTETS = 64 * 1024 };

struct offer {
    struct bytes keyword;
    struct bytes params;
};

/* A zeroed struct is empty and ready for use. */
struct offers {
    struct arena *arena; /* private */
    size_t octets;       /* private */
    size_t count;
    struct offer items[OFFERS_MAX];
};

void offers_add(struct offers *offers, struct bytes keyword, struct bytes params); /* copies */
/* A keyword that is not there yet, without parameters. */
void offers_add_once(struct offers *offers, struct bytes keyword);
/* Keywords know no case. The parameters are empty for a keyword without any. */
bool offers_get(const struct offers *offers, const char *keyword, struct bytes *params_r);
void offers_clear(struct offers *offers);

/* How a connection is brought on before it is used (engine/login.h). */
struct login_way {
    bool tls;              /* STARTTLS or STLS */
    bool sasl;             /* AUTH; for POP3 instead of USER and PASS */
    const char *mechanism; /* sasl: which one; NULL: none is offered that we have */
};

struct facts {
    struct offers mail;        /* EHLO or LHLO, in clear text unless TLS is implicit */
    struct offers pop3;        /* CAPA, likewise */
    struct offers mail_tls;    /* behind STARTTLS; empty: TLS cannot be begun */
    struct offers pop3_tls;    /* behind STLS */
    struct login_way pop3_way; /* of logins by POP3 */
    bool helo_only;            /* EHLO was refused for good (RFC 5321 section 3.2) */
    bool one_client;           /* a second connection is not greeted while one is open ... */
    bool listens_for_one;      /* ... but refused: nobody listens while a client is served */
    struct offers sends_mail;  /* a client: the commands that it sends of itself */
    struct offers sends_pop3;
    struct offers sends_inside; /* of both those inside TLS */
    bool insists_tls;           /* a client: it does not get on with a server that offers no TLS */
    bool insists_auth;          /* the same of AUTH */
    struct buf timestamp;       /* of the POP3 greeting, with its brackets; empty: none */
    struct buf
        no_login; /* POP3: what the server answers to USER, when it refuses that; empty: it does not */
};

void facts_deinit(struct facts *facts);

#endif
