/*
 * <authenticate MECHANISM as USER> when we play the server (RFC 4954 4, RFC 5034 4): the client's AUTH is waited for, and the whole
 * exchange done, but for the final reply where the dialogue has one.
 *
 * A dialogue that refuses the login takes any secret, and does not prove that we know it. A client that was not told user and
 * secret by us is let in with its own, where the mechanism can do without.
 */
#include <stdlib.h>
#include <string.h>

#include "auth/sasl.h"
#include "base/base64.h"
#include "base/escape.h"
#include "base/mem.h"
#include "engine/case_names.h"
#include "engine/expand.h"
#include "engine/serve_internal.h"
#include "proto/pop3.h"
#include "proto/smtp_command.h"

/* No mechanism has more; a client could go on for ever. */
enum { RESPONSES_MAX = 20, SHOWN_MAX = 100 };

struct serve_auth {
    enum sasl_mechanism mechanism;
    struct sasl_server *server; /* NULL: the client has not said AUTH yet */
    struct sasl_lookup lookup;
    const char *user;   /* NULL: anybody */
    const char *secret; /* NULL: not known */
    bool refuses;       /* the dialogue does, whatever the client says */
    bool proved;        /* the last challenge was our proof: an empty response ends it */
    unsigned responses;
};

void serve_auth_free(struct serve *serve)
{
    if (serve->auth != NULL) {
        sasl_server_free(&serve->auth->server);
        free(serve->auth);
        serve->auth = NULL;
    }
}

bool serve_auth_has_begun(const struct serve *serve)
{
    return serve->auth != NULL && serve->auth->server != NULL;
}

/* ---- Who is to log in ---- */

/* The final reply is the reply that stands next. */
static bool refuses(const struct case_run *run, const struct step *step)
{
    const struct frame *steps = &run->steps;

    for (size_t i = steps->next + 1; i < steps->count; i++) {
        const struct step *next = &steps->steps[i];
        if (next->connection == step->connection && next->kind == STEP_REPLY) {
            const char *code = next->reply.code_count > 0 ? next->reply.codes[0].code : "";
            return code[0] == '4' || code[0] == '5' || code[0] == '-';
        }
    }
    return false;
}

/* That of {{user}} may be changed by --var; the others' are the target's. */
static const char *secret_by_name(struct case_run *run, const char *user)
{
    const char *name = arena_printf(run->arena, "secret:%s", user);
    struct bytes own = {0};
    struct bytes value = {0};
    bool known = vars_get(run->vars, "user", &own) && bytes_is(own, user)
                     ? vars_get(run->vars, "secret", &value)
                     : case_names_outer(run, name, &value);

    return known ? arena_text(run->arena, value) : NULL;
}

static const char *expanded(struct case_run *run, const struct text *text)
{
    struct buf value = {0};
    bool known = expand_text(&value, text, &run->scope, NULL) == 0;
    const char *copy = known ? arena_text(run->arena, buf_bytes(&value)) : NULL;

    buf_deinit(&value);
    return copy;
}

static const char *lookup_secret(void *self, const char *user)
{
    const struct serve_auth *auth = self;
    bool is_wanted = auth->user == NULL || strcmp(auth->user, user) == 0;

    return is_wanted ? auth->secret : NULL;
}

static void find_identity(struct case_run *run, const struct step *step, struct serve_auth *auth)
{
    struct bytes told = {0};
    bool is_told = vars_get(run->vars, "secret", &told);

    auth->refuses = refuses(run, step);
    auth->user = expanded(run, &step->text);
    if (step->secret.count > 0) {
        auth->secret = expanded(run, &step->secret);
    } else if (is_told && auth->user != NULL) {
        auth->secret = secret_by_name(run, auth->user);
    }
    auth->lookup = (struct sasl_lookup){
        .secret = lookup_secret, .any = auth->secret == NULL || auth->refuses, .self = auth};
}

/* Whom the client's certificate names (RFC 4422 appendix A): its CN, where the certificate is to be trusted; NULL: nobody. */
static const char *certified_user(struct case_run *run, const struct visitor *visitor)
{
    const struct tls_facts *facts = visitor->tls == VISITOR_SECURED ? visitor->tls_facts : NULL;

    if (facts == NULL || !facts->has_certificate || !facts->trusted ||
        !bytes_starts(bytes_of(facts->subject), "CN=")) {
        return NULL;
    }
    struct bytes rest = bytes_skip(bytes_of(facts->subject), 3);
    struct bytes name = {0};
    (void)bytes_next(&rest, ',', &name);
    return arena_text(run->arena, name);
}

/* ---- What we say ---- */

/* One reply or challenge of ours to the unit, outside the dialogue's lines. */
static void say(struct serve *serve, struct serve_link *link, const struct unit *unit,
                struct bytes octets, const char *code)
{
    serve->responder->note(link->visitor->talk, unit->octets, code);
    visitor_say(link->visitor, octets);
    (void)visitor_flush(link->visitor);
    serve_note_answer(serve, link, unit, octets);
}

/* "334 " and "+ ", also before nothing at all. */
static void say_challenge(struct serve *serve, struct serve_link *link, const struct unit *unit,
                          struct bytes challenge)
{
    const char *code = link->visitor->protocol == PROTOCOL_POP3 ? "+" : "334";
    struct buf line = {0};

    buf_printf(&line, "%s ", code);
    base64_encode(&line, challenge);
    buf_append_text(&line, "\r\n");
    say(serve, link, unit, buf_bytes(&line), code);
    buf_deinit(&line);
}

/* The dialogue ends here, but not the client. */
static void say_refusal(struct serve *serve, struct serve_link *link, const struct unit *unit)
{
    bool pop3 = link->visitor->protocol == PROTOCOL_POP3;

    say(serve, link, unit,
        pop3 ? BYTES_LIT("-ERR [AUTH] Authentication failed\r\n")
             : BYTES_LIT("535 5.7.8 Authentication failed\r\n"),
        pop3 ? "-ERR" : "535");
}

/* The last unit of the exchange is the one that the reply behind it answers. */
static enum step_result finish(struct case_run *run, const struct step *step,
                               const struct unit *unit)
{
    struct serve *serve = run->serve;
    struct serve_link *link = serve_link(serve, step);

    if (!serve->auth->refuses) {
        const char *user = sasl_server_user(serve->auth->server);
        serve->responder->admit(link->visitor->talk, user == NULL ? "" : user);
    }
    (void)serve_name_unit(link, unit);
    serve_auth_free(serve);
    return STEP_DONE;
}

/* ---- What the client says ---- */

static enum step_result went_wrong(struct case_run *run, const struct step *step,
                                   const struct unit *unit, enum verdict verdict, const char *why)
{
    struct mismatch mismatch = mismatch_make(verdict);
    const char *mechanism = sasl_mechanism_name(run->serve->auth->mechanism);

    say_refusal(run->serve, serve_link(run->serve, step), unit);
    serve_auth_free(run->serve);
    mismatch.place = step->place;
    return outcome_mismatch(run, &mismatch, "the login by %s went wrong: %s", mechanism, why);
}

static enum step_result failed(struct case_run *run, const struct step *step,
                               const struct unit *unit)
{
    static const char *const reasons[] = {
        [SASL_FAILURE_NONE] = "it did not come to its end",
        [SASL_FAILURE_MALFORMED] = "what the client sent is no response of this mechanism",
        [SASL_FAILURE_CREDENTIALS] = "the client sent other credentials than it was told",
        [SASL_FAILURE_IDENTITY] = "the client asks to act as another user",
        [SASL_FAILURE_TOKEN] = "the client sent other credentials than it was told",
    };
    const struct serve_auth *auth = run->serve->auth;
    enum sasl_failure failure = sasl_server_failure(auth->server);
    bool is_login = failure == SASL_FAILURE_CREDENTIALS || failure == SASL_FAILURE_TOKEN;

    if (is_login && auth->refuses) {
        return finish(run, step, unit);
    }
    if (is_login && auth->secret == NULL) {
        return went_wrong(run, step, unit, VERDICT_INCONCLUSIVE,
                          "this mechanism needs the client's secret, and its command takes none "
                          "from us ({{user}}, {{secret}})");
    }
    return went_wrong(run, step, unit, VERDICT_FAIL, reasons[failure]);
}

static enum step_result check_user(struct case_run *run, const struct step *step,
                                   const struct unit *unit)
{
    const struct serve_auth *auth = run->serve->auth;
    const char *user = sasl_server_user(auth->server);

    if (auth->user != NULL && user != NULL && strcmp(auth->user, user) != 0 && !auth->refuses) {
        return went_wrong(run, step, unit, VERDICT_FAIL, "the client logged in as another user");
    }
    return finish(run, step, unit);
}

static enum step_result take_message(struct case_run *run, const struct step *step,
                                     const struct unit *unit, bool has_message,
                                     struct bytes message)
{
    struct serve *serve = run->serve;
    struct serve_auth *auth = serve->auth;
    struct serve_link *link = serve_link(serve, step);
    struct buf challenge = {0};
    enum step_result result = STEP_WAITS;

    switch (sasl_server_step(auth->server, has_message, message, &challenge)) {
    case SASL_GOES_ON:
        say_challenge(serve, link, unit, buf_bytes(&challenge));
        break;
    case SASL_DONE:
        auth->proved = challenge.n > 0 && !auth->refuses;
        if (auth->proved) {
            say_challenge(serve, link, unit, buf_bytes(&challenge));
        } else {
            result = check_user(run, step, unit);
        }
        break;
    case SASL_FAILED:
        result = failed(run, step, unit);
        break;
    }
    buf_deinit(&challenge);
    return result;
}

/* base64, or "=" for an initial response of no octets. */
static enum step_result take_base64(struct case_run *run, const struct step *step,
                                    const struct unit *unit, bool is_initial, struct bytes text)
{
    struct serve_auth *auth = run->serve->auth;
    struct buf message = {0};
    bool is_empty = is_initial && bytes_is(text, "=");
    bool has_message = !is_initial || text.n > 0;
    enum step_result result;

    if (!is_empty && base64_decode(&message, text) != 0) {
        result = went_wrong(run, step, unit, VERDICT_FAIL, "what the client sent is not base64");
    } else if (auth->proved && message.n == 0) {
        result = check_user(run, step, unit);
    } else if (auth->proved) {
        result = went_wrong(run, step, unit, VERDICT_FAIL,
                            "the client answered our proof with more than an empty line");
    } else {
        result = take_message(run, step, unit, has_message, buf_bytes(&message));
    }
    buf_deinit(&message);
    return result;
}

static enum step_result take_response(struct case_run *run, const struct step *step,
                                      const struct unit *unit)
{
    struct serve_auth *auth = run->serve->auth;
    struct bytes text = bytes_trim_right(unit->octets);

    if (bytes_is(text, "*")) {
        return went_wrong(run, step, unit, VERDICT_FAIL, "the client cancelled it");
    }
    if (++auth->responses > RESPONSES_MAX) {
        return went_wrong(run, step, unit, VERDICT_FAIL, "it does not come to an end");
    }
    return take_base64(run, step, unit, false, text);
}

/* Is it AUTH of that mechanism? `initial_r` is what stands behind it. */
static bool is_auth(const struct serve *serve, const struct step *step, const struct unit *unit,
                    struct bytes *initial_r)
{
    const struct visitor *visitor = serve->links[step->connection - 1].visitor;
    struct bytes line = bytes_trim_right(unit->octets);
    struct bytes mechanism = {0};
    bool is_verb = visitor->protocol == PROTOCOL_POP3 ? pop3_command_read(line).verb == POP3_AUTH
                                                      : smtp_command_read(line).verb == SMTP_AUTH;

    (void)bytes_next_word(&line, &mechanism); /* the verb */
    if (unit->kind != UNIT_COMMAND || !is_verb || !bytes_next_word(&line, &mechanism) ||
        !bytes_is_nocase(mechanism, sasl_mechanism_name(serve->auth->mechanism))) {
        return false;
    }
    *initial_r = bytes_trim(line);
    return serve_start_reached(serve, step->connection);
}

static enum step_result begin_exchange(struct case_run *run, const struct step *step,
                                       const struct unit *unit, struct bytes initial)
{
    struct serve *serve = run->serve;
    struct serve_auth *auth = serve->auth;
    struct serve_link *link = serve_link(serve, step);
    struct error error = {""};

    link->began = true;
    link->never_count = 0;
    run->before_line_one = false;
    auth->lookup.external_user = certified_user(run, link->visitor);
    auth->server =
        sasl_server_new(auth->mechanism, &auth->lookup, run->target->domain, NULL, &error);
    if (auth->server == NULL) {
        return went_wrong(run, step, unit, VERDICT_ERROR, error.text);
    }
    return take_base64(run, step, unit, true, initial);
}

static enum step_result take_unit(struct case_run *run, const struct step *step,
                                  const struct unit *unit)
{
    struct serve *serve = run->serve;
    struct bytes initial = {0};

    if (serve->auth->server != NULL) {
        return take_response(run, step, unit);
    }
    if (is_auth(serve, step, unit, &initial)) {
        return begin_exchange(run, step, unit, initial);
    }
    enum step_result result = serve_check_never(serve, serve_link(serve, step), unit);
    result = result == STEP_DONE ? serve_off_script(serve, step, unit) : result;
    return result == STEP_DONE ? STEP_WAITS : result;
}

/* ---- The step ---- */

enum step_result serve_auth_begin(struct case_run *run, const struct step *step)
{
    struct mismatch mismatch = mismatch_make(VERDICT_ERROR);
    struct serve_auth *auth = mem_alloc(sizeof *auth);

    serve_auth_free(run->serve);
    run->serve->auth = auth;
    run->serve->waits_for_child = false;
    if (step->name == NULL || !sasl_mechanism_from_name(bytes_of(step->name), &auth->mechanism)) {
        serve_auth_free(run->serve);
        mismatch.place = step->place;
        return outcome_mismatch(run, &mismatch, "the mechanism %s is not known here",
                                step->name == NULL ? "" : step->name);
    }
    find_identity(run, step, auth);
    run_wait(run, run_reply_ms(run));
    return serve_auth_changed(run, step);
}

enum step_result serve_auth_changed(struct case_run *run, const struct step *step)
{
    struct serve *serve = run->serve;
    struct serve_link *link = serve_link(serve, step);
    enum step_result result = STEP_WAITS;

    while (result == STEP_WAITS) {
        result = link->replaced ? STEP_DONE : serve_need_visitor(serve, step);
        if (result != STEP_DONE) {
            return result;
        }
        bool gone = link->replaced || link->visitor == NULL;
        switch (gone ? VISITOR_TAKE_ENDED : serve_take(serve, link)) {
        case VISITOR_TAKE_NOTHING:
            return STEP_WAITS;
        case VISITOR_TAKE_TOO_LONG:
            return serve_too_long(run, step);
        case VISITOR_TAKE_ENDED:
            return serve_left(serve, step);
        case VISITOR_TAKE_UNIT:
            break;
        }
        result = take_unit(run, step, &link->visitor->unit);
        if (result == STEP_WAITS) {
            run_wait(run, run_reply_ms(run)); /* it spoke: its time begins anew */
        }
    }
    return result;
}
