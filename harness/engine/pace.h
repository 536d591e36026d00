/*
 * pace - how slowly a server has answered so far, and how long it is waited for
 *
 * Servers make clients wait on purpose: behind a refused login, behind many errors, before the greeting. The RFCs let them: a client
 * has to wait for minutes (RFC 5321 4.5.3.2). One that was seen to take its time gets more of it before "no reply" is said. Times
 * are in ms and us, not scaled.
 */
#ifndef MAILSPEC_ENGINE_PACE_H
#define MAILSPEC_ENGINE_PACE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    PACE_LOOPBACK_MS = 10 * 1000, /* for a reply, on this machine */
    PACE_REMOTE_MS = 30 * 1000,
    PACE_SLOW_MS = 1000, /* a reply that took so long was held back */
    PACE_PATIENT_LOOPBACK_MS = 30 * 1000,
    PACE_PATIENT_REMOTE_MS = 60 * 1000
};

/* A zeroed struct knows of no reply. */
struct pace {
    int64_t slowest_us;
};

void pace_note(struct pace *pace, int64_t reply_us);
bool pace_is_slow(const struct pace *pace);
int64_t pace_reply_ms(const struct pace *pace, bool loopback);

#endif
