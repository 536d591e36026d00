/*
 * tls - what a TLS session is to be, and what became of it
 *
 * Plain data. Versions are those of the protocol (RFC 8446, 5246, 4346, 2246); identities are checked as RFC 7817 and RFC 6125
 * say. What went wrong with a certificate is a fact like any other: only a client that is told to verify ends for it.
 */
#ifndef MAILSPEC_MODEL_TLS_H
#define MAILSPEC_MODEL_TLS_H

#include "base/bytes.h"

enum tls_version { TLS_ANY, TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3, TLS_VERSION_COUNT };

/* The certificate that a server of ours shows; all but TLS_CERTIFICATE_GOOD are faults. */
enum tls_certificate {
    TLS_CERTIFICATE_GOOD, /* for the names that were asked for, by our own authority */
    TLS_CERTIFICATE_EXPIRED,
    TLS_CERTIFICATE_NOT_YET_VALID,
    TLS_CERTIFICATE_OTHER_NAME,
    TLS_CERTIFICATE_COMMON_NAME_ONLY_RIGHT, /* the first name is its subject, and its dNSName is another */
    TLS_CERTIFICATE_SELF_SIGNED,
    TLS_CERTIFICATE_BROKEN_CHAIN, /* the authority between is left out */
    TLS_CERTIFICATE_WILDCARD,     /* no fault: *.DOMAIN of the first name */
    TLS_CERTIFICATE_COUNT
};

/* How a TLS session is disturbed by us; any side. */
enum tls_disturbance {
    TLS_DISTURB_NOTHING,
    TLS_DISTURB_GARBAGE,         /* octets that are no TLS, instead of the first flight */
    TLS_DISTURB_CUT,             /* the connection is closed behind `cut_at` octets of ours */
    TLS_DISTURB_NO_CLOSE_NOTIFY, /* closed without a close_notify alert */
    TLS_DISTURB_COUNT
};

/* Zeroed: the library's versions and ciphers, no certificate of a client, nothing verified. */
struct tls_settings {
    enum tls_version least; /* TLS_ANY: TLS 1.0 */
    enum tls_version most;  /* TLS_ANY: the newest */
    const char
        *ciphers; /* OpenSSL's list, for TLS 1.2 and older; NULL: its default, with the old ones */
    const char
        *name; /* client: for SNI and the identity check; NULL: the host, when it is a name */
    const char
        *certificate_file;   /* PEM: the chain; a client's, or a server's instead of a made one */
    const char *key_file;    /* PEM; NULL: in certificate_file */
    const char *ca_file;     /* PEM: what is trusted; NULL: what the system trusts */
    const char *keylog_file; /* NSS key log, appended to; NULL: none */
    bool verify;             /* client: a certificate that is not good ends the handshake */
    /* Of a server of ours: */
    const char *const *names; /* of the made certificate; the first is its subject */
    size_t name_count;
    enum tls_certificate certificate;
    bool asks_certificate; /* of the client: asked for, not demanded; EXTERNAL needs it */
    enum tls_disturbance disturbance;
    size_t cut_at; /* octets */
};

enum { TLS_MAX_NAMES = 16, TLS_NAME_SIZE = 256, TLS_INSTEAD_SIZE = 61 };

/* What is known of one TLS session; of the peer's certificate when it showed one. */
struct tls_facts {
    bool secured;                /* the handshake is done; else `failure` says why it is not */
    char failure[TLS_NAME_SIZE]; /* for people */
    bool alert_sent;             /* by us: the failure is a refusal of ours */
    bool alert_received;
    bool not_tls;                   /* what the peer sent for its part of the handshake is no TLS */
    char instead[TLS_INSTEAD_SIZE]; /* of the first record: its first line then, if it is text */
    enum tls_version version;
    char cipher[64];                 /* as IANA names it: "TLS_AES_256_GCM_SHA384" */
    char server_name[TLS_NAME_SIZE]; /* SNI as the client sent it; empty: none */
    bool asked_certificate;          /* of a client of ours: the server asked for its certificate */
    bool showed_certificate;         /* and was shown one */
    bool has_certificate;
    char subject[TLS_NAME_SIZE]; /* RFC 2253 form */
    char issuer[TLS_NAME_SIZE];
    char names[TLS_MAX_NAMES]
              [TLS_NAME_SIZE]; /* dNSName and iPAddress of subjectAltName, as they stand */
    size_t name_count;         /* at most TLS_MAX_NAMES are kept */
    char not_before[24];       /* "2026-11-29T18:00:00Z" */
    char not_after[24];
    char checked_name[TLS_NAME_SIZE]; /* what the certificate was compared with; empty: nothing */
    bool name_matches;
    bool wildcard; /* it matches by a wildcard */
    bool expired;
    bool not_yet_valid;
    bool self_signed;
    bool trusted; /* the chain leads to what is trusted, dates and name left aside */
    char trust_failure[TLS_NAME_SIZE]; /* why not, for people */
};

const char *tls_version_name(enum tls_version version); /* "1.2"; TLS_ANY: "any" */
bool tls_version_from_name(struct bytes name, enum tls_version *version_r);
const char *tls_certificate_name(
    enum tls_certificate certificate); /* "good", "expired", "not-yet-valid", "other-name", ... */
bool tls_certificate_from_name(struct bytes name, enum tls_certificate *certificate_r);
const char *tls_disturbance_name(
    enum tls_disturbance disturbance); /* "nothing", "garbage", "cut", "no-close-notify" */
bool tls_disturbance_from_name(struct bytes name, enum tls_disturbance *disturbance_r);

struct buf;
/* One line for transcripts: "TLS 1.3, TLS_AES_256_GCM_SHA384, certificate of CN=mx.example.test: name matches, self-signed, ..." */
void tls_facts_print(const struct tls_facts *facts, struct buf *out);

#endif
