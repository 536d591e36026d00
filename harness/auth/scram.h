/*
 * scram - the messages and the computations of SCRAM (RFC 5802, RFC 7677), for both sides and for dialogues that write them out
 *
 * Own code over OpenSSL, because libgsasl takes neither the client's nor the server's nonce from its caller: golden vectors and
 * recorded exchanges could not be repeated. No channel binding.
 */
#ifndef MAILSPEC_AUTH_SCRAM_H
#define MAILSPEC_AUTH_SCRAM_H

#include "auth/sasl.h"

enum {
    SCRAM_OCTETS_MAX = 32,
    SCRAM_ITERATIONS = 4096,        /* the least that a server should ask for */
    SCRAM_ITERATIONS_MAX = 1000000, /* a peer that asks for more wants to stop us */
};

/* A digest of the mechanism's hash, or a key. */
struct scram_digest {
    unsigned char octets[SCRAM_OCTETS_MAX];
    size_t n;
};

/* What a secret becomes, RFC 5802 section 3. */
struct scram_keys {
    struct scram_digest client; /* ClientKey */
    struct scram_digest stored; /* StoredKey */
    struct scram_digest server; /* ServerKey */
};

/* The views point into the message. */
struct scram_client_first {
    struct bytes header;       /* "n,a=...," as it is repeated in base64 */
    struct bytes authorize_as; /* with =2C and =3D; null pointer: none */
    struct bytes bare;         /* client-first-message-bare */
    struct bytes user;         /* with =2C and =3D */
    struct bytes nonce;
};

struct scram_server_first {
    struct bytes nonce;
    struct bytes salt64;
    unsigned iterations;
};

struct scram_client_final {
    struct bytes header64;
    struct bytes nonce;
    struct bytes without_proof;
    struct bytes proof64;
};

/* False: not that message; a mandatory extension ("m=") is none either, section 5.1. */
bool scram_parse_client_first(struct bytes text, struct scram_client_first *message_r);
bool scram_parse_server_first(struct bytes text, struct scram_server_first *message_r);
bool scram_parse_client_final(struct bytes text, struct scram_client_final *message_r);
/* "v=" with the signature in *value_r, or "e=" with the error and *is_error_r true. */
bool scram_parse_server_final(struct bytes text, struct bytes *value_r, bool *is_error_r);

/* Printable US-ASCII without a comma, at least one octet. */
bool scram_is_nonce(struct bytes text);
/* Append with ',' and '=' as "=2C" and "=3D"; the reverse is false for any other "=". */
void scram_append_name(struct buf *out, struct bytes name);
bool scram_decode_name(struct buf *out, struct bytes name);

/* Append the message. `authorize_as` may have a null pointer. */
void scram_append_client_first(struct buf *out, struct bytes authorize_as, struct bytes user,
                               struct bytes nonce);
void scram_append_server_first(struct buf *out, struct bytes nonce, struct bytes salt,
                               unsigned iterations);
/* Without the proof: "c=...,r=..." */
void scram_append_final_bare(struct buf *out, struct bytes header, struct bytes nonce);

/* `secret` is prepared already. False: not SCRAM, or OpenSSL cannot do it. */
bool scram_keys(enum sasl_mechanism mechanism, struct bytes secret, struct bytes salt,
                unsigned iterations, struct scram_keys *keys_r);
/* AuthMessage */
void scram_append_auth(struct buf *out, struct bytes client_first_bare, struct bytes server_first,
                       struct bytes final_bare);
/* ClientProof, ServerSignature */
bool scram_proof(enum sasl_mechanism mechanism, const struct scram_keys *keys, struct bytes auth,
                 struct scram_digest *proof_r);
bool scram_signature(enum sasl_mechanism mechanism, const struct scram_keys *keys,
                     struct bytes auth, struct scram_digest *signature_r);
/* Is the base64 that of the digest (no timing)? */
bool scram_is_digest(struct bytes base64, const struct scram_digest *digest);

#endif
