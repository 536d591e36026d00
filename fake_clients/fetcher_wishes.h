/*
 * fetcher_wishes - what a fetcher does for people beside what it does in tests; private to the fetcher
 */
#ifndef MAILSPEC_FAKE_CLIENTS_FETCHER_WISHES_H
#define MAILSPEC_FAKE_CLIENTS_FETCHER_WISHES_H

#include "fake_clients/outcome.h"
#include "fake_clients/sasl_login.h"

/* A message as LIST and UIDL tell of it. */
struct fetcher_listed {
    uint64_t number;
    uint64_t octets;
    size_t id_begin; /* in `ids` */
    size_t id_octets;
};

struct fetcher_wished {
    struct sasl_login login;
    struct buf auth;      /* what stands behind AUTH */
    struct buf timestamp; /* of the greeting (RFC 1939 section 7) */
    struct fetcher_listed *listed;
    size_t listed_count;
    size_t listed_capacity;
    struct buf ids;
    bool stops; /* nothing more is fetched */
    struct buf trouble;
};

#endif
