/* The answers to the challenges of AUTH (RFC 5034 section 4). */
#include "fake_clients/challenge.h"
#include "fake_clients/fetcher_session.h"

/* What a client with faults takes for the challenge; `room` is for it. */
static struct bytes as_read(const struct fetcher *fetcher, struct bytes challenge, struct buf *room)
{
    if (fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_AUTH_LONG_CHALLENGE)) {
        return challenge_cut(challenge);
    }
    if (fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_AUTH_CANCELS)) {
        challenge_pass_over(room, challenge);
        return buf_bytes(room);
    }
    return challenge;
}

static bool answers(struct fetcher *fetcher, struct bytes challenge)
{
    struct buf room = {0};
    bool is_too_long = challenge_is_long(challenge) &&
                       fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_AUTH_LONG_CHALLENGE_2);
    bool answered =
        !fetcher->responded && !is_too_long &&
        challenge_answer(fetcher->out, as_read(fetcher, challenge, &room), fetcher->settings);
    buf_deinit(&room);
    return answered;
}

/* A server that goes on even then is left. */
static void cancel(struct fetcher *fetcher)
{
    bool again = fetcher->result == CLIENT_PROTOCOL_ERROR;
    fetcher_note(fetcher, CLIENT_PROTOCOL_ERROR);
    if (again || fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_AUTH_CANCELS_2)) {
        fetcher_say(fetcher, FETCHER_QUIT);
    } else {
        buf_append_text(fetcher->out, "*\r\n");
    }
}

/* CRAM-MD5 has one challenge. */
void fetcher_take_challenge(struct fetcher *fetcher, struct bytes challenge)
{
    if (answers(fetcher, challenge)) {
        buf_append_text(fetcher->out, "\r\n");
    } else {
        cancel(fetcher);
    }
    fetcher->responded = true;
}
