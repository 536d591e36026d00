#include "engine/pace.h"

void pace_note(struct pace *pace, int64_t reply_us)
{
    pace->slowest_us = reply_us > pace->slowest_us ? reply_us : pace->slowest_us;
}

bool pace_is_slow(const struct pace *pace)
{
    return pace->slowest_us >= PACE_SLOW_MS * INT64_C(1000);
}

int64_t pace_reply_ms(const struct pace *pace, bool loopback)
{
    if (pace_is_slow(pace)) {
        return loopback ? PACE_PATIENT_LOOPBACK_MS : PACE_PATIENT_REMOTE_MS;
    }
    return loopback ? PACE_LOOPBACK_MS : PACE_REMOTE_MS;
}
