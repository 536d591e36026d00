#include "fake_clients/sasl_login.h"

#include "base/base64.h"

void sasl_login_offer(struct sasl_login *login, struct bytes name)
{
    enum sasl_mechanism mechanism;
    if (sasl_mechanism_from_name(name, &mechanism)) {
        login->offered[mechanism] = true;
    }
}

static void end_exchange(struct sasl_login *login)
{
    sasl_client_free(&login->exchange);
    buf_clear(&login->first);
    login->first_waits = false;
    login->is_done = false;
}

void sasl_login_forget(struct sasl_login *login)
{
    end_exchange(login);
    for (size_t i = 0; i < SASL_MECHANISM_COUNT; i++) {
        login->offered[i] = false;
        login->too_weak[i] = false;
    }
}

/* The best first: for those who may see the secret the simplest, which every server's store of secrets can do. */
static const enum sasl_mechanism in_private[] = {SASL_PLAIN, SASL_SCRAM_SHA_256, SASL_SCRAM_SHA_1,
                                                 SASL_CRAM_MD5, SASL_LOGIN};
static const enum sasl_mechanism in_public[] = {SASL_SCRAM_SHA_256, SASL_SCRAM_SHA_1,
                                                SASL_CRAM_MD5};

static bool choose_of(struct sasl_login *login, const enum sasl_mechanism *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (login->offered[list[i]] && !login->too_weak[list[i]]) {
            login->mechanism = list[i];
            return true;
        }
    }
    return false;
}

bool sasl_login_choose(struct sasl_login *login, const struct client_wishes *wishes,
                       bool is_private)
{
    if (wishes->login == CLIENT_LOGIN_SASL) {
        return choose_of(login, &wishes->mechanism, 1);
    }
    return is_private ? choose_of(login, in_private, sizeof in_private / sizeof in_private[0])
                      : choose_of(login, in_public, sizeof in_public / sizeof in_public[0]);
}

/* An empty response is written "=" (RFC 4954 section 4). */
static void append_initial(struct sasl_login *login, size_t most, struct buf *out)
{
    struct buf text = {0};
    base64_encode(&text, buf_bytes(&login->first));
    if (text.n == 0) {
        buf_append_octet(&text, '=');
    }
    login->first_waits = out->n + 1 + text.n > most;
    if (!login->first_waits) {
        buf_append_octet(out, ' ');
        buf_append(out, buf_bytes(&text));
    }
    buf_deinit(&text);
}

bool sasl_login_begin(struct sasl_login *login, const struct client_settings *settings, size_t most,
                      struct buf *out, struct error *error)
{
    const struct sasl_identity identity = {.user = settings->user, .secret = settings->secret};
    end_exchange(login);
    login->exchange = sasl_client_new(login->mechanism, &identity, error);
    if (login->exchange == NULL) {
        return false;
    }
    struct buf text = {0};
    bool good = true;
    buf_append_text(&text, sasl_mechanism_name(login->mechanism));
    if (sasl_client_speaks_first(login->mechanism)) {
        const enum sasl_result result =
            sasl_client_step(login->exchange, (struct bytes){0}, &login->first, error);
        login->is_done = result == SASL_DONE;
        good = result != SASL_FAILED;
        append_initial(login, most, &text);
    }
    if (good) {
        buf_append(out, buf_bytes(&text));
    }
    buf_deinit(&text);
    return good;
}

/* False: what the server said is wrong, or comes where nothing should. */
static bool step(struct sasl_login *login, struct bytes challenge, struct buf *response,
                 struct error *error)
{
    if (login->is_done) {
        error_set(error, "the server asks for more than %s has",
                  sasl_mechanism_name(login->mechanism));
        return false;
    }
    const enum sasl_result result = sasl_client_step(login->exchange, challenge, response, error);
    login->is_done = result == SASL_DONE;
    return result != SASL_FAILED;
}

bool sasl_login_answer(struct sasl_login *login, struct bytes challenge, struct buf *out,
                       struct error *error)
{
    struct buf octets = {0};
    struct buf response = {0};
    bool good = login->exchange != NULL;
    const unsigned defects = base64_decode(&octets, challenge) & ~(unsigned)BASE64_LOOSE_BITS;
    if (defects != 0) {
        error_set(error, "the challenge is not base64");
        good = false;
    } else if (login->first_waits) {
        buf_append(&response, buf_bytes(&login->first));
        login->first_waits = false;
    } else {
        good = good && step(login, buf_bytes(&octets), &response, error);
    }
    if (good) {
        base64_encode(out, buf_bytes(&response));
    }
    buf_deinit(&response);
    buf_deinit(&octets);
    return good;
}

bool sasl_login_may_succeed(const struct sasl_login *login)
{
    return login->is_done && !login->first_waits;
}

void sasl_login_deinit(struct sasl_login *login)
{
    sasl_client_free(&login->exchange);
    buf_deinit(&login->first);
}
