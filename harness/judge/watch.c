#include "judge/watch.h"

#include <string.h>

void watch_init(struct watch *watch, struct moment_sink sink)
{
    *watch = (struct watch){.sink = sink};
}

void watch_deinit(struct watch *watch)
{
    if (watch->begun && watch->protocol == PROTOCOL_POP3) {
        pop3_tracker_deinit(&watch->tracker.pop3);
    } else if (watch->begun) {
        smtp_tracker_deinit(&watch->tracker.smtp);
    }
    watch->begun = false;
}

static void give_client(struct watch *watch, struct bytes octets, int64_t time_us)
{
    if (watch->protocol == PROTOCOL_POP3) {
        pop3_tracker_client(&watch->tracker.pop3, octets, time_us);
    } else {
        smtp_tracker_client(&watch->tracker.smtp, octets, time_us);
    }
}

static void begin_tls(struct watch *watch, enum side side, struct bytes octets, int64_t time_us)
{
    if (watch->protocol == PROTOCOL_POP3) {
        pop3_tracker_secured(&watch->tracker.pop3, side, octets, time_us);
    } else {
        smtp_tracker_secured(&watch->tracker.smtp, side, octets, time_us);
    }
}

static void begin(struct watch *watch, enum protocol protocol, int64_t time_us)
{
    watch->begun = true;
    watch->protocol = protocol;
    if (protocol == PROTOCOL_POP3) {
        pop3_tracker_init(&watch->tracker.pop3, watch->sink);
    } else {
        smtp_tracker_init(&watch->tracker.smtp, protocol == PROTOCOL_LMTP, watch->sink);
    }
    if (watch->in_tls) {
        begin_tls(watch, SIDE_CLIENT, (struct bytes){0}, time_us);
    }
    if (watch->early_n > 0) {
        give_client(watch, bytes_make(watch->early, watch->early_n), time_us);
    }
}

/* A greeting that begins with a status indicator is POP3's, whatever the event says. */
static enum protocol protocol_of(const struct event *event)
{
    unsigned char first = event->octets.p[0];
    return first == '+' || first == '-' ? PROTOCOL_POP3 : event->protocol;
}

static void give_server(struct watch *watch, const struct event *event)
{
    if (!watch->begun) {
        begin(watch, protocol_of(event), event->time_us);
    }
    if (watch->protocol == PROTOCOL_POP3) {
        pop3_tracker_server(&watch->tracker.pop3, event->octets, event->time_us);
    } else {
        smtp_tracker_server(&watch->tracker.smtp, event->octets, event->time_us);
    }
}

/* That the client spoke is what counts; the octets are for people. */
static void keep_early(struct watch *watch, struct bytes octets)
{
    const struct bytes kept = bytes_slice(octets, 0, sizeof watch->early - watch->early_n);
    if (kept.n > 0) {
        memcpy(watch->early + watch->early_n, kept.p, kept.n);
    }
    watch->early_n += kept.n;
}

static void give_altered(struct watch *watch, const struct event *event)
{
    if (watch->protocol == PROTOCOL_POP3) {
        pop3_tracker_altered(&watch->tracker.pop3, event->side, event->octets);
    } else {
        smtp_tracker_altered(&watch->tracker.smtp, event->side);
    }
}

static void give_octets(struct watch *watch, const struct event *event)
{
    if (event->octets.n == 0) {
        return;
    }
    if (event->altered && watch->begun) {
        give_altered(watch, event);
    }
    if (event->side == SIDE_SERVER) {
        give_server(watch, event);
    } else if (watch->begun) {
        give_client(watch, event->octets, event->time_us);
    } else {
        keep_early(watch, event->octets);
    }
}

static void lose(struct watch *watch, const struct event *event)
{
    if (watch->protocol == PROTOCOL_POP3) {
        pop3_tracker_not_secured(&watch->tracker.pop3, event->side, event->octets);
    } else {
        smtp_tracker_not_secured(&watch->tracker.smtp, event->side, event->octets);
    }
}

/* From the start, what came before was TLS. */
static void give_secured(struct watch *watch, const struct event *event)
{
    const bool secured = event->tls == NULL || event->tls->secured;
    if (!watch->begun) {
        watch->early_n = 0;
        watch->in_tls = secured;
        watch->failed = !secured;
        return;
    }
    if (secured) {
        begin_tls(watch, event->side, event->octets, event->time_us);
    } else {
        lose(watch, event);
    }
}

static void give_timeout(struct watch *watch, const struct event *event)
{
    if (event->side != SIDE_SERVER || event->short_wait) {
        return;
    }
    if (!watch->begun) {
        begin(watch, event->protocol, event->time_us);
    }
    if (watch->protocol == PROTOCOL_POP3) {
        pop3_tracker_timeout(&watch->tracker.pop3, event->sending);
    } else {
        smtp_tracker_timeout(&watch->tracker.smtp, event->sending);
    }
}

static void give_close(struct watch *watch, const struct event *event)
{
    if (watch->begun && watch->protocol == PROTOCOL_POP3) {
        pop3_tracker_closed(&watch->tracker.pop3, event->side, event->close);
    } else if (watch->begun) {
        smtp_tracker_closed(&watch->tracker.smtp, event->side, event->close, event->time_us);
    }
}

void watch_event(struct watch *watch, const struct event *event)
{
    if (watch->failed) {
        return;
    }
    switch (event->kind) {
    case EVENT_OCTETS:
        give_octets(watch, event);
        break;
    case EVENT_TIMEOUT:
        give_timeout(watch, event);
        break;
    case EVENT_SECURED:
        give_secured(watch, event);
        break;
    case EVENT_CLOSED:
        give_close(watch, event);
        break;
    case EVENT_CASE_BEGIN:
    case EVENT_CONNECTING:
    case EVENT_CONNECTED:
    case EVENT_STEP:
    case EVENT_NOTE:
    case EVENT_CASE_END:
    case EVENT_KIND_COUNT:
        break;
    }
}
