#include "fake_servers/auth.h"

#include <stdlib.h>

#include "auth/prepare.h"
#include "base/base64.h"
#include "base/mem.h"

/* More than any mechanism has. */
enum { MAX_RESPONSES = 8 };

struct auth {
    const struct server_settings *settings;
    struct sasl_server *server;
    enum sasl_mechanism mechanism;
    size_t responses; /* so far */
    struct auth_errors errors;
    bool is_late;        /* there was no initial response, and one could have been */
    bool acts_as_nobody; /* the last response said so */
    bool proved;         /* the last challenge was the server's proof; an empty response ends it */
};

/* ---- what is offered ---- */

static bool is_listed(const struct server_mechanisms *mechanisms, enum sasl_mechanism mechanism)
{
    for (size_t i = 0; i < mechanisms->count; i++) {
        if (mechanisms->list[i] == mechanism) {
            return true;
        }
    }
    return false;
}

/* RFC 4954 4, RFC 5034 4: no mechanism that can be overheard without TLS, where the settings say so. */
static bool wants_tls(const struct server_settings *settings, const struct client_tls *tls,
                      enum sasl_mechanism mechanism)
{
    return settings_keeps_login(settings, tls->secured, sasl_tells_secret(mechanism));
}

bool auth_needs_tls(const struct server_settings *settings,
                    const struct server_mechanisms *mechanisms, const struct client_tls *tls,
                    enum sasl_mechanism mechanism)
{
    return is_listed(mechanisms, mechanism) && wants_tls(settings, tls, mechanism);
}

bool auth_offers(const struct server_settings *settings, const struct server_mechanisms *mechanisms,
                 const struct client_tls *tls, enum sasl_mechanism mechanism)
{
    return is_listed(mechanisms, mechanism) && !wants_tls(settings, tls, mechanism) &&
           (mechanism != SASL_EXTERNAL || tls->has_certificate);
}

void auth_print_mechanisms(const struct server_settings *settings,
                           const struct server_mechanisms *mechanisms, const struct client_tls *tls,
                           struct buf *out)
{
    for (size_t i = 0; i < mechanisms->count; i++) {
        if (auth_offers(settings, mechanisms, tls, mechanisms->list[i])) {
            buf_printf(out, " %s", sasl_mechanism_name(mechanisms->list[i]));
        }
    }
}

/* ---- the exchange ---- */

static const char *secret_of(void *self, const char *name)
{
    const struct auth *auth = self;
    const struct server_user *user = settings_find_user(auth->settings, bytes_of(name));
    return user != NULL ? user->secret : NULL;
}

struct auth *auth_new(const struct server_settings *settings, const struct client_tls *tls,
                      enum sasl_mechanism mechanism, const struct auth_errors *errors)
{
    struct auth *auth = mem_alloc(sizeof *auth);
    struct sasl_lookup lookup = {
        .secret = secret_of, .external_user = tls->user, .any = settings->any_login, .self = auth};
    /* Of SCRAM, a nonce that somebody knows before would prove nothing; and a timestamp is none. */
    const char *nonce = mechanism == SASL_CRAM_MD5 ? settings->apop_timestamp : NULL;
    auth->settings = settings;
    auth->mechanism = mechanism;
    auth->errors = *errors;
    auth->server = sasl_server_new(mechanism, &lookup, settings->hostname, nonce, NULL);
    if (auth->server == NULL) {
        auth_free(&auth);
    }
    return auth;
}

/* Does an error let a client in that may not act as that identity? */
static bool takes_identity(const struct auth *auth)
{
    return sasl_server_failure(auth->server) == SASL_FAILURE_IDENTITY &&
           (auth->errors.takes_any_identity || (auth->errors.takes_nobody && auth->acts_as_nobody));
}

static enum auth_step step_of_failure(const struct auth *auth)
{
    bool is_named = sasl_server_user(auth->server) != NULL;
    if (auth->errors.takes_wrong_secret && is_named &&
        sasl_server_failure(auth->server) == SASL_FAILURE_CREDENTIALS) {
        return AUTH_DONE;
    }
    if (is_named && takes_identity(auth)) {
        return AUTH_DONE;
    }
    return sasl_server_failure(auth->server) == SASL_FAILURE_MALFORMED ? AUTH_MALFORMED
                                                                       : AUTH_REFUSED;
}

/* Does an error refuse what is right? */
static bool refuses(const struct auth *auth)
{
    return (auth->errors.refuses_digest && auth->mechanism == SASL_CRAM_MD5) ||
           (auth->errors.refuses_late && auth->is_late);
}

static enum auth_step take(struct auth *auth, bool has_response, struct bytes response,
                           struct buf *challenge)
{
    struct buf out = {0};
    enum auth_step step = AUTH_GOES_ON;
    switch (sasl_server_step(auth->server, has_response, response, &out)) {
    case SASL_GOES_ON:
        break;
    case SASL_DONE:
        auth->proved = out.n > 0;
        step = auth->proved ? AUTH_GOES_ON : AUTH_DONE;
        step = step == AUTH_DONE && refuses(auth) ? AUTH_REFUSED : step;
        break;
    case SASL_FAILED:
        step = step_of_failure(auth);
        break;
    }
    if (step == AUTH_GOES_ON) {
        base64_encode(challenge, buf_bytes(&out));
    }
    buf_deinit(&out);
    return step;
}

/* Those of the alphabet, and as many "=" at the end as they need. */
static void keep_base64(struct bytes text, struct buf *out)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = text.p[i];
        if (octet_is_alpha(c) || octet_is_digit(c) || c == '+' || c == '/') {
            buf_append_octet(out, c);
        }
    }
    buf_append_fill(out, '=', (4 - out->n % 4) % 4);
}

/* authzid NUL authcid NUL passwd (RFC 4616 2) */
static bool is_too_much(const struct auth *auth, struct bytes response)
{
    enum { MOST_OCTETS = 100 };
    struct bytes part;
    bool is_long = false;
    while (response.n > 0 && bytes_next(&response, '\0', &part)) {
        is_long |= part.n > MOST_OCTETS;
    }
    return auth->errors.takes_little && auth->mechanism == SASL_PLAIN && is_long;
}

/* What stands before the first NUL, and preparation takes all of it away (RFC 3454 B.1). */
static bool names_nobody(struct bytes response)
{
    struct bytes identity = {0};
    if (response.n == 0 || !bytes_next(&response, '\0', &identity) || identity.n == 0) {
        return false;
    }
    char *prepared = prepare_text(identity);
    bool is_nobody = prepared != NULL && prepared[0] == '\0';
    free(prepared);
    return is_nobody;
}

/* What the errors make of a PLAIN response. */
static void make_three_parts(const struct auth *auth, struct buf *response)
{
    enum { NULS = 2 };
    size_t count = 0;
    size_t third = response->n;
    for (size_t i = 0; i < response->n && auth->mechanism == SASL_PLAIN; i++) {
        count += response->p[i] == '\0';
        third = response->p[i] == '\0' && count == NULS + 1 ? i : third;
    }
    if (auth->errors.takes_four_parts) {
        response->n = third;
    }
    if (auth->errors.takes_two_parts && count == 1) {
        struct buf whole = {0};
        buf_append_octet(&whole, '\0');
        buf_append(&whole, buf_bytes(response));
        buf_deinit(response);
        *response = whole;
    }
}

/* An empty secret of LOGIN, where an error takes it, becomes the right one. */
static void fill_in_secret(struct auth *auth, struct buf *response)
{
    const char *name = sasl_server_user(auth->server);
    if (auth->errors.takes_no_secret && auth->mechanism == SASL_LOGIN && response->n == 0 &&
        name != NULL) {
        const struct server_user *user = settings_find_user(auth->settings, bytes_of(name));
        buf_append_text(response, user != NULL ? user->secret : "");
    }
}

static enum auth_step take_base64(struct auth *auth, struct bytes text, struct buf *challenge)
{
    struct buf response = {0};
    struct buf kept = {0};
    enum auth_step step = AUTH_NOT_BASE64;
    if (auth->errors.passes_over_octets) {
        keep_base64(text, &kept);
        text = buf_bytes(&kept);
    }
    if (base64_decode(&response, text) == 0) {
        make_three_parts(auth, &response);
        fill_in_secret(auth, &response);
        auth->acts_as_nobody = auth->errors.takes_nobody && names_nobody(buf_bytes(&response));
        step = is_too_much(auth, buf_bytes(&response))
                   ? AUTH_MALFORMED
                   : take(auth, true, buf_bytes(&response), challenge);
    }
    buf_deinit(&kept);
    buf_deinit(&response);
    return step;
}

/* RFC 4954 4; LOGIN, which no standard has, is known to take the name there. */
static bool takes_initial(enum sasl_mechanism mechanism)
{
    return sasl_client_speaks_first(mechanism) || mechanism == SASL_LOGIN;
}

enum auth_step auth_begin(struct auth *auth, bool has_initial, struct bytes initial,
                          struct buf *challenge)
{
    bool may_begin = sasl_client_speaks_first(auth->mechanism);
    has_initial = has_initial && (may_begin || !auth->errors.passes_over_initial);
    if (!has_initial && may_begin && auth->errors.wants_initial) {
        return AUTH_MALFORMED;
    }
    auth->is_late = !has_initial && may_begin;
    if (!has_initial) {
        return take(auth, false, (struct bytes){0}, challenge);
    }
    if (!takes_initial(auth->mechanism)) {
        return AUTH_NO_INITIAL;
    }
    if (bytes_is(initial, "=")) {
        return take(auth, true, (struct bytes){0}, challenge);
    }
    return take_base64(auth, initial, challenge);
}

static enum auth_step respond(struct auth *auth, struct bytes line, struct buf *challenge)
{
    if (bytes_is(line, "*") && auth->errors.takes_star && auth->mechanism == SASL_LOGIN) {
        return take(auth, true, line, challenge);
    }
    if (bytes_is(line, "*")) {
        return AUTH_CANCELLED;
    }
    if (auth->proved) {
        return line.n == 0 ? AUTH_DONE : AUTH_MALFORMED;
    }
    if (++auth->responses > MAX_RESPONSES) {
        return AUTH_MALFORMED;
    }
    return take_base64(auth, line, challenge);
}

size_t auth_take(struct auth *auth, struct line_in *line, struct bytes octets, bool *complete_r,
                 enum auth_step *step_r, struct buf *challenge)
{
    enum { WITH_CRLF = AUTH_MAX_LINE_OCTETS + 2, SHORT = 512 };
    size_t used = line_in_take(line, octets, WITH_CRLF, complete_r);
    if (*complete_r) {
        size_t most = auth->errors.takes_short_lines ? SHORT : WITH_CRLF;
        *step_r =
            line->octets > most ? AUTH_TOO_LONG : respond(auth, line_in_text(line), challenge);
        line_in_reset(line);
    }
    return used;
}

const char *auth_user(const struct auth *auth)
{
    return sasl_server_user(auth->server);
}

void auth_free(struct auth **auth_p)
{
    struct auth *auth = *auth_p;
    *auth_p = NULL;
    if (auth != NULL) {
        sasl_server_free(&auth->server);
        free(auth);
    }
}
