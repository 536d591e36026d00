#include "engine/sasl_talk.h"

#include <stdlib.h>

#include "base/base64.h"
#include "base/escape.h"
#include "base/mem.h"

/*
 * Of a command with its line end: a longer one goes out without its initial response. RFC 5321 4.5.3.1.4; RFC 5034 section 4
 * with RFC 2449 section 4.
 */
enum { SMTP_LINE_MAX = 512, POP3_LINE_MAX = 255 };
/* No mechanism has more; a server could ask for ever. */
enum { CHALLENGES_MAX = 20, SHOWN_MAX = 100 };

struct sasl_talk {
    struct session *session;
    enum sasl_mechanism mechanism;
    char *user;
    char *secret;
    struct sasl_client *client;
    struct buf response; /* of the client, to be said when it is asked for */
    bool begun;
    bool has_response; /* made beforehand, and not sent with AUTH */
    bool done;         /* the client needs nothing more than the verdict */
    bool given_up;     /* "*" was said */
    unsigned challenges;
    struct error wrong;
};

struct sasl_talk *sasl_talk_new(struct session *session, enum sasl_mechanism mechanism,
                                const char *user, const char *secret, struct error *error)
{
    const struct endpoint *endpoint =
        session->protocol == PROTOCOL_POP3 ? &session->target->pop3 : &session->target->mail;
    struct sasl_talk *talk = mem_alloc(sizeof(*talk));

    talk->session = session;
    talk->mechanism = mechanism;
    talk->user = mem_strdup(user);
    talk->secret = secret == NULL ? NULL : mem_strdup(secret);
    struct sasl_identity identity = {.user = talk->user,
                                     .secret = talk->secret,
                                     .host = endpoint->host,
                                     .port = endpoint->host == NULL ? 0 : endpoint->port};
    talk->client = sasl_client_new(mechanism, &identity, error);
    if (talk->client == NULL) {
        sasl_talk_free(&talk);
    }
    return talk;
}

void sasl_talk_free(struct sasl_talk **talk_p)
{
    struct sasl_talk *talk = *talk_p;

    if (talk == NULL) {
        return;
    }
    sasl_client_free(&talk->client);
    free(talk->secret);
    free(talk->user);
    buf_deinit(&talk->response);
    free(talk);
    *talk_p = NULL;
}

const char *sasl_talk_text(const struct sasl_talk *talk)
{
    return talk->wrong.text;
}

/* ---- What we say ---- */

static void say_response(struct sasl_talk *talk, struct bytes response)
{
    struct buf line = {0};

    base64_encode(&line, response);
    buf_append_text(&line, "\r\n");
    outstanding_add(&talk->session->outstanding, AWAITED_OTHER);
    session_say_raw(talk->session, buf_bytes(&line));
    (void)session_flush(talk->session);
    buf_deinit(&line);
}

static void give_up(struct sasl_talk *talk)
{
    talk->given_up = true;
    outstanding_add(&talk->session->outstanding, AWAITED_OTHER);
    session_say_raw(talk->session, BYTES_LIT("*\r\n"));
    (void)session_flush(talk->session);
}

/* The client's next message; false: what the server said is wrong. */
static bool next_message(struct sasl_talk *talk, struct bytes challenge)
{
    buf_clear(&talk->response);
    switch (sasl_client_step(talk->client, challenge, &talk->response, &talk->wrong)) {
    case SASL_FAILED:
        return false;
    case SASL_DONE:
        talk->done = true;
        break;
    case SASL_GOES_ON:
        break;
    }
    return true;
}

/* AUTH SP mechanism [SP initial-response]; one without octets is "=". */
static void say_auth(struct sasl_talk *talk)
{
    size_t most = talk->session->protocol == PROTOCOL_POP3 ? POP3_LINE_MAX : SMTP_LINE_MAX;
    struct buf line = {0};
    struct buf initial = {0};

    buf_printf(&line, "AUTH %s", sasl_mechanism_name(talk->mechanism));
    if (talk->has_response) {
        base64_encode(&initial, buf_bytes(&talk->response));
        bool fits = line.n + initial.n + sizeof(" \r\n") - 1 <= most;
        if (fits) {
            buf_printf(&line, " %s", initial.n == 0 ? "=" : buf_text(&initial));
        }
        talk->has_response = !fits;
    }
    buf_append_text(&line, "\r\n");
    session_say(talk->session, buf_bytes(&line));
    (void)session_flush(talk->session);
    buf_deinit(&line);
    buf_deinit(&initial);
}

/* False: the client cannot even begin. */
static bool begin(struct sasl_talk *talk)
{
    if (sasl_client_speaks_first(talk->mechanism)) {
        talk->has_response = next_message(talk, (struct bytes){0});
        if (!talk->has_response) {
            return false;
        }
    }
    say_auth(talk);
    return true;
}

/* ---- What the server says ---- */

static bool is_challenge(const struct answer *answer)
{
    return answer->pop3 ? answer_is(answer, "+") : answer_is(answer, "334");
}

/*
 * 334 SP base64 CRLF, "+" SP base64 CRLF: nothing but base64, on one line (RFC 4954 section 4, RFC 5034 section 4). A missing
 * blank before nothing at all is let pass here; judges name it.
 */
static bool read_challenge(struct sasl_talk *talk, struct buf *challenge)
{
    const struct answer *answer = &talk->session->answer;
    struct bytes line = bytes_trim_right(answer_line(answer, 0));
    struct bytes text = bytes_skip(line, answer->pop3 ? 1 : 3);

    text = bytes_skip(text, text.n > 0 ? 1 : 0);
    if (answer_line_count(answer) == 1 && base64_decode(challenge, text) == 0) {
        return true;
    }
    struct buf shown = {0};
    escape_append(&shown, bytes_slice(text, 0, SHOWN_MAX), 0);
    error_set(&talk->wrong, "the challenge is not one line of base64: \"%s\"", buf_text(&shown));
    buf_deinit(&shown);
    return false;
}

/* A message made beforehand is for an empty challenge. */
static bool answer_challenge(struct sasl_talk *talk)
{
    struct buf challenge = {0};
    bool ok = read_challenge(talk, &challenge);

    if (ok && talk->has_response && challenge.n > 0) {
        error_set(&talk->wrong, "%s: the first challenge must be empty, for the client begins",
                  sasl_mechanism_name(talk->mechanism));
        ok = false;
    } else if (ok && !talk->has_response) {
        ok = next_message(talk, buf_bytes(&challenge));
    }
    if (ok) {
        talk->has_response = false;
        say_response(talk, buf_bytes(&talk->response));
    }
    buf_deinit(&challenge);
    return ok;
}

static enum sasl_talk_result final_reply(struct sasl_talk *talk)
{
    const struct answer *answer = &talk->session->answer;
    bool accepted = answer_is(answer, answer->pop3 ? "+OK" : "235");

    if (talk->given_up) {
        return SASL_TALK_WRONG;
    }
    if (accepted && (!talk->done || talk->has_response)) {
        error_set(&talk->wrong, "%s: the server accepts the login before the exchange is complete",
                  sasl_mechanism_name(talk->mechanism));
        return SASL_TALK_WRONG;
    }
    return accepted ? SASL_TALK_DONE : SASL_TALK_REFUSED;
}

static enum sasl_talk_result take_answer(struct sasl_talk *talk)
{
    if (talk->given_up || !is_challenge(&talk->session->answer)) {
        return final_reply(talk);
    }
    if (++talk->challenges > CHALLENGES_MAX) {
        error_set(&talk->wrong, "the server asks more than %d times", CHALLENGES_MAX);
        give_up(talk);
    } else if (!answer_challenge(talk)) {
        give_up(talk);
    }
    return SASL_TALK_WAITS;
}

enum sasl_talk_result sasl_talk_advance(struct sasl_talk *talk)
{
    enum sasl_talk_result result = SASL_TALK_WAITS;

    if (!talk->begun) {
        talk->begun = true;
        if (!begin(talk)) {
            return SASL_TALK_WRONG;
        }
    }
    while (result == SASL_TALK_WAITS) {
        switch (session_take(talk->session)) {
        case SESSION_TAKE_NOTHING:
            return SASL_TALK_WAITS;
        case SESSION_TAKE_ENDED:
        case SESSION_TAKE_TOO_LONG:
            return SASL_TALK_ENDED;
        case SESSION_TAKE_ANSWER:
            result = take_answer(talk);
            break;
        }
    }
    return result;
}
