/*
 * functions_auth - the functions that write out logins: {{plain ...}}, {{scram-first ...}} and their like (docs/language.md)
 *
 * What they give is base64, as it stands behind AUTH, in a response or in a challenge. Names and secrets are taken as they are, so
 * that wrong ones can be said, too. -1: an argument is wrong; the error is a sentence.
 */
#ifndef MAILSPEC_ENGINE_FUNCTIONS_AUTH_H
#define MAILSPEC_ENGINE_FUNCTIONS_AUTH_H

#include "engine/functions.h"

/* [AUTHZID] USER SECRET */
int function_plain(struct buf *out, const struct function_call *call, struct error *error);
/* USER SECRET CHALLENGE64 */
int function_cram_md5(struct buf *out, const struct function_call *call, struct error *error);
/* USER TOKEN */
int function_xoauth2(struct buf *out, const struct function_call *call, struct error *error);
/* USER TOKEN [HOST [PORT]] */
int function_oauthbearer(struct buf *out, const struct function_call *call, struct error *error);
/* USER NONCE */
int function_scram_first(struct buf *out, const struct function_call *call, struct error *error);
/* FIRST64 NONCE SALT64 ITERATIONS */
int function_scram_challenge(struct buf *out, const struct function_call *call,
                             struct error *error);
/* MECHANISM SECRET FIRST64 CHALLENGE64 */
int function_scram_final(struct buf *out, const struct function_call *call, struct error *error);
/* MECHANISM SECRET FIRST64 CHALLENGE64 FINAL64 */
int function_scram_signature(struct buf *out, const struct function_call *call,
                             struct error *error);

#endif
