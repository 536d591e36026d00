/*
 * TLS on the connections of a case that plays the server.
 *
 * The dialogue says where the handshake begins; where it does not, it begins behind the 220 or +OK that a STARTTLS or STLS got. From
 * then on the client is nobody that we know (RFC 3207 4.2, RFC 2595 4): what it said in clear text and nobody has answered goes
 * into EVENT_SECURED, and the responder is told.
 */
#include "engine/expand.h"
#include "engine/serve_internal.h"
#include "engine/tls_look.h"

/* As Given: says; the options of the run tell more, where they are given. */
static struct tls_settings settings_of(const struct serve *serve)
{
    const struct tls_settings *given = serve->responder->tls(serve->room);
    const struct tls_settings *target = &serve->run->target->tls;
    struct tls_settings settings = *given;

    if (settings.least == TLS_ANY && settings.most == TLS_ANY) {
        settings.least = target->least;
        settings.most = target->most;
    }
    settings.ciphers = settings.ciphers != NULL ? settings.ciphers : target->ciphers;
    settings.keylog_file = target->keylog_file;
    return settings;
}

static bool make_context(struct serve *serve)
{
    struct error error = {"there are no certificates for TLS"};

    if (serve->tls == NULL && serve->responder->authority != NULL) {
        struct tls_settings settings = settings_of(serve);
        serve->tls = tls_context_new_server(&settings, serve->responder->authority, &error);
    }
    if (serve->tls == NULL) {
        outcome_set(serve->run, VERDICT_ERROR, error.text);
    }
    return serve->tls != NULL;
}

bool serve_begins_in_tls(const struct program *program, const struct program_connection *connection)
{
    const struct step *first = NULL;

    for (size_t i = 0; i < program->step_count && first == NULL; i++) {
        const struct step *step = &program->steps[i];
        bool counts = step->connection == connection->number && step->kind != STEP_OPEN &&
                      step->kind != STEP_COMMENTARY && step->kind != STEP_JUDGE;
        first = counts ? step : NULL;
    }
    return connection->start == START_CONNECT && first != NULL &&
           (first->kind == STEP_TLS || first->kind == STEP_TLS_FAILS);
}

bool serve_is_implicit(const struct client *client, enum protocol protocol)
{
    const struct endpoint *endpoint = protocol == PROTOCOL_POP3 ? &client->pop3 : &client->mail;

    return client->kind == CLIENT_LISTEN ? endpoint->implicit_tls : client->implicit_tls;
}

static enum serve_beginning beginning_of(const struct visitor *visitor, bool implicit)
{
    if (!implicit) {
        return visitor->begins_like_tls ? SERVE_BEGINS_IN_TLS : SERVE_BEGINS_WELL;
    }
    if (visitor->tls == VISITOR_NEGOTIATES) {
        return SERVE_BEGINS_NOT_YET;
    }
    return visitor->tls == VISITOR_TLS_FAILED && visitor->tls_facts->not_tls ? SERVE_BEGINS_IN_CLEAR
                                                                             : SERVE_BEGINS_WELL;
}

enum serve_beginning serve_beginning(const struct serve *serve)
{
    enum serve_beginning beginning = SERVE_BEGINS_WELL;

    for (size_t i = 0; i < CASE_MAX_CONNECTIONS && beginning == SERVE_BEGINS_WELL; i++) {
        const struct visitor *visitor = serve->links[i].visitor;
        if (visitor != NULL) {
            beginning = beginning_of(
                visitor, serve_is_implicit(&serve->run->target->client, visitor->protocol));
        }
    }
    return beginning;
}

bool serve_is_to_refuse_tls(const struct program *program)
{
    for (size_t i = 0; i < program->step_count; i++) {
        const struct step *step = &program->steps[i];
        if (step->kind == STEP_TLS_FAILS && (step->either || step->side == SIDE_CLIENT)) {
            return true;
        }
    }
    return false;
}

/* Commands that wait behind the one that was answered came in clear text as well. */
static void set_named_apart(struct serve_link *link)
{
    while (link->named != NULL) {
        buf_append(&link->visitor->left, buf_bytes(&link->named->octets));
        serve_drop_named(link);
    }
}

bool serve_begin_tls(struct serve *serve, struct serve_link *link)
{
    if (!make_context(serve)) {
        visitor_close(link->visitor);
        return false;
    }
    set_named_apart(link);
    link->progress = PROGRESS_NONE; /* also where the handshake fails */
    link->logged_in = false;
    visitor_start_tls(link->visitor, serve->tls);
    return true;
}

bool serve_tls_is_due(const struct serve *serve, const struct serve_link *link)
{
    const struct visitor *visitor = link->visitor;

    return visitor->tls == VISITOR_CLEAR && visitor->talk != NULL &&
           serve->responder->wants_tls(visitor->talk);
}

static void set_names(struct serve_link *link)
{
    vars_free(&link->tls_names);
    link->tls_names = vars_new();
    tls_look_names(link->tls_names, link->visitor->tls_facts, buf_bytes(&link->visitor->left));
}

/* Whatever was said and answered before does not count. */
void serve_note_secured(struct serve *serve, struct serve_link *link)
{
    if (link->visitor->tls == VISITOR_SECURED && !link->tls_told) {
        link->tls_told = true;
        set_names(link);
        serve->responder->secured(link->visitor->talk, link->visitor->tls_facts);
    }
}

enum visitor_take serve_take(struct serve *serve, struct serve_link *link)
{
    struct visitor *visitor = link->visitor;

    if (serve_tls_is_due(serve, link) && visitor->state == VISITOR_OPEN) {
        (void)serve_begin_tls(serve, link);
    }
    serve_note_secured(serve, link);
    if (visitor->tls == VISITOR_TLS_FAILED) {
        visitor_close(visitor);
    }
    return visitor_take(visitor);
}

/* Why the handshake of the dialogue's connection failed, also when the client has come again since; NULL: it did not. */
static const struct tls_facts *failure_of(const struct serve_link *link)
{
    if (link->replaced) {
        return link->replaced_tls;
    }
    return link->visitor != NULL && link->visitor->tls == VISITOR_TLS_FAILED
               ? link->visitor->tls_facts
               : NULL;
}

bool serve_print_tls_failure(const struct serve_link *link, struct buf *out)
{
    const struct tls_facts *facts = failure_of(link);

    if (facts != NULL) {
        buf_printf(out, "the TLS handshake failed: %s", facts->failure);
    }
    return facts != NULL;
}

/* ---- <negotiate a TLS session> ---- */

enum step_result serve_tls_begin(struct case_run *run, const struct step *step)
{
    run_wait(run, run_reply_ms(run));
    run->serve->waits_for_child = false;
    return step->kind == STEP_TLS ? serve_tls_changed(run, step)
                                  : serve_tls_fails_changed(run, step);
}

/* Before the handshake began. */
static bool has_left(const struct serve_link *link)
{
    const struct visitor *visitor = link->visitor;

    return (link->replaced && link->replaced_tls == NULL) ||
           (visitor != NULL && visitor->tls == VISITOR_CLEAR && visitor->state != VISITOR_OPEN);
}

/* STEP_DONE: the handshake is over, one way or the other. */
static enum step_result handshake(struct serve *serve, const struct step *step)
{
    struct serve_link *link = serve_link(serve, step);
    struct visitor *visitor = link->visitor;

    if (link->replaced) {
        return link->replaced_tls != NULL ? STEP_DONE : serve_left(serve, step);
    }
    enum step_result result = serve_need_visitor(serve, step);
    if (result != STEP_DONE) {
        return result;
    }
    if (visitor == NULL || (visitor->tls == VISITOR_CLEAR && visitor->state != VISITOR_OPEN)) {
        return serve_left(serve, step);
    }
    if (visitor->tls == VISITOR_CLEAR && !serve_begin_tls(serve, link)) {
        return STEP_ENDS;
    }
    if (visitor->tls == VISITOR_NEGOTIATES) {
        return STEP_WAITS;
    }
    link->began = true;
    serve->run->before_line_one = false;
    serve_note_secured(serve, link);
    if (visitor->tls == VISITOR_TLS_FAILED) {
        set_names(link);
        visitor_close(visitor);
    }
    return STEP_DONE;
}

/* C & S?: the client may break it off, or leave before it begins. */
static enum step_result ends_there(struct serve *serve, const struct step *step)
{
    struct buf why = {0};

    (void)serve_print_tls_failure(serve_link(serve, step), &why);
    emit_note(&serve->run->emitter, step->connection,
              "no TLS session begins, and the dialogue ends there, as it may%s%s",
              why.n > 0 ? ": " : "", buf_text(&why));
    buf_deinit(&why);
    return run_end_dialogue(serve->run);
}

enum step_result serve_tls_changed(struct case_run *run, const struct step *step)
{
    struct serve_link *link = serve_link(run->serve, step);
    enum step_result result = STEP_DONE;

    if (step->optional && has_left(link)) {
        return ends_there(run->serve, step);
    }
    result = handshake(run->serve, step);
    if (result != STEP_DONE || failure_of(link) == NULL) {
        return result;
    }
    return step->optional ? ends_there(run->serve, step) : serve_left(run->serve, step);
}

/* ---- <TLS negotiation fails> ---- */

/* A client that leaves without an alert refuses, too; one that goes on in clear text does not. */
static bool refused_as_written(const struct step *step, const struct tls_facts *facts)
{
    if (facts->not_tls && step->side == SIDE_CLIENT && !step->either) {
        return false;
    }
    return step->either || facts->alert_sent == (step->side == SIDE_SERVER);
}

static enum step_result other_refused(struct case_run *run, const struct step *step,
                                      const struct tls_facts *facts)
{
    struct mismatch mismatch = mismatch_make(VERDICT_FAIL);

    mismatch.place = step->place;
    return outcome_mismatch(run, &mismatch, "the TLS handshake failed, but it was %s: %s",
                            step->side == SIDE_SERVER ? "the client that refused it"
                                                      : "we that refused it",
                            facts->failure);
}

static enum step_result not_refused(struct case_run *run, const struct step *step)
{
    struct mismatch mismatch = mismatch_make(VERDICT_FAIL);

    mismatch.place = step->place;
    mismatch.final = false;
    return outcome_mismatch(run, &mismatch,
                            "the TLS session began, where the handshake is to fail");
}

/*
 * Some clients look at the certificate when the handshake is over: one that leaves then without a word, or says QUIT (RFC 3207 4.1),
 * has refused it, too.
 */
static enum step_result refused_behind(struct case_run *run, const struct step *step)
{
    struct serve_link *link = serve_link(run->serve, step);
    struct visitor *visitor = link->visitor;
    bool may = step->either || step->side == SIDE_CLIENT;
    enum visitor_take take = may ? serve_take(run->serve, link) : VISITOR_TAKE_UNIT;

    if (take == VISITOR_TAKE_NOTHING) {
        return STEP_WAITS;
    }
    bool quits = may && take == VISITOR_TAKE_UNIT &&
                 bytes_is_nocase(bytes_trim(visitor->unit.octets), "QUIT");
    if (quits) {
        serve_respond(run->serve, link, &visitor->unit);
    } else if (take != VISITOR_TAKE_ENDED) {
        return not_refused(run, step);
    }
    emit_note(&run->emitter, step->connection,
              "the client %s behind the TLS handshake, as is written", quits ? "quits" : "leaves");
    return STEP_DONE;
}

enum step_result serve_tls_fails_changed(struct case_run *run, const struct step *step)
{
    enum step_result result = handshake(run->serve, step);
    struct serve_link *link = serve_link(run->serve, step);
    const struct tls_facts *facts = failure_of(link);

    if (result != STEP_DONE) {
        return result;
    }
    if (facts == NULL) {
        return link->visitor != NULL ? refused_behind(run, step) : not_refused(run, step);
    }
    if (!refused_as_written(step, facts)) {
        return other_refused(run, step, facts);
    }
    emit_note(&run->emitter, step->connection, "the TLS handshake failed, as is written: %s",
              facts->failure);
    return STEP_DONE;
}

/* ---- <the TLS version is ...>, <sends a server name> ---- */

static enum step_result check_fact(struct case_run *run, const struct step *step,
                                   const struct visitor *visitor)
{
    struct mismatch mismatch = mismatch_make(VERDICT_FAIL);
    struct error error = {""};
    struct buf text = {0};
    struct buf why = {0};
    enum step_result result = STEP_DONE;

    mismatch.place = step->place;
    mismatch.final = false;
    if (expand_text(&text, &step->text, &run->scope, &error) != 0) {
        mismatch.verdict = VERDICT_ERROR;
        result = outcome_mismatch(run, &mismatch, "%s", error.text);
    } else if (visitor == NULL || visitor->tls != VISITOR_SECURED) {
        result = outcome_mismatch(run, &mismatch, "there is no TLS session");
    } else if (!tls_look_holds(visitor->tls_facts, buf_bytes(&visitor->left), step,
                               buf_bytes(&text), &why)) {
        result = outcome_mismatch(run, &mismatch, "%s", buf_text(&why));
    }
    buf_deinit(&text);
    buf_deinit(&why);
    return result;
}

enum step_result serve_tls_fact_begin(struct case_run *run, const struct step *step)
{
    run_wait(run, run_reply_ms(run));
    run->serve->waits_for_child = false;
    return serve_tls_fact_changed(run, step);
}

/* A session that began before the greeting may not have begun yet. */
enum step_result serve_tls_fact_changed(struct case_run *run, const struct step *step)
{
    struct serve_link *link = serve_link(run->serve, step);

    if (step->side == SIDE_SERVER && tls_look_is_of_one_side(step->fact)) {
        return STEP_DONE; /* our own */
    }
    if (link->replaced) {
        return check_fact(run, step, NULL);
    }
    enum step_result result = serve_need_visitor(run->serve, step);
    if (result == STEP_DONE && link->visitor != NULL) {
        serve_note_secured(run->serve, link);
    }
    return result == STEP_DONE ? check_fact(run, step, link->visitor) : result;
}
