#include "cli/run.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/temp_folder.h"
#include "cli/away.h"
#include "cli/built_in.h"
#include "cli/built_in_client.h"
#include "cli/collect.h"
#include "cli/conforming.h"
#include "cli/order.h"
#include "cli/rehearsal.h"
#include "cli/target_commands.h"
#include "judge/judge.h"
#include "record/pcap_writer.h"
#include "record/redact_sink.h"
#include "record/transcript.h"

enum { RUN_ID_SIZE = 8, SWEEP_MS = 1 };
enum { LOOK_AROUND_MS = 200, PATIENCE_MS = 500 };

/* The server of one case with Given: */
struct given_server {
    size_t case_number;
    struct built_in *built_in;
    bool ended; /* its case has */
    bool seen;  /* by a sweep since then */
};

struct run {
    const struct run_request *request;
    struct loop *loop;
    struct built_in_trust *trust; /* NULL: nothing is built in */
    struct built_in_world world;
    struct built_in *built_in; /* shared by all cases without Given: */
    struct given_server *given;
    size_t given_count;
    size_t given_capacity;
    struct timer *limit; /* --for */
    struct timer *look_around;
    int64_t start_us;
    size_t out_of_time;
    struct timer *sweep; /* takes away those whose case has ended */
    bool sweeping;       /* it is on */
    struct engine *engine;
    struct target client; /* the client of this program */
    struct clock clock;
    struct rehearsal *rehearsal;     /* NULL: there was none */
    struct tls_authority *authority; /* of the certificates that we show */
    struct responder responder;
    struct built_in_clients clients;
    struct client_starter starter;
    struct judge *judge; /* of servers */
    struct judge *client_judge;
    struct transcript *transcript;
    struct pcap_writer *pcap;
    struct collector *collector;
    struct redact_sink *shown; /* in front of the collector: reports show no secret */
    size_t case_count;
    size_t next;
    struct order *order;
    char run_id[RUN_ID_SIZE];
    char *broken_off;
    struct arena *arena;
    struct away away;
    bool interrupted;
    struct error given_error;
};

static const struct fault_set *server_faults(const struct run_request *request)
{
    return request->faults == NULL ? NULL : &request->faults->server;
}

static struct built_in_clients clients_of(const struct run_request *request)
{
    return (struct built_in_clients){
        .faults = request->faults == NULL ? NULL : &request->faults->client,
        .asked = request->asked == NULL ? NULL : request->asked + FAULT_COUNT,
        .asked_step = FAULTS_COUNT,
        .memory = client_memory_new(),
    };
}

/* ---- secrets ---- */

static const char *const *secrets_of(const struct target *target, struct arena *arena)
{
    const char **secrets = arena_array(arena, target->user_count + 1, sizeof *secrets);
    for (size_t i = 0; i < target->user_count; i++) {
        secrets[i] = target->users[i].secret;
    }
    return secrets;
}

static struct redact *redact_for(const struct run *run, const struct target *target)
{
    return run->request->show_secrets
               ? redact_new_open()
               : redact_new(secrets_of(target, run->arena), target->user_count);
}

/* ---- what the engine asks ---- */

/* Which side is put to the test: where nobody is named, the one that the dialogue's rules are about. */
static enum role role_for(const struct run *run, const struct program *program)
{
    const struct run_request *request = run->request;
    if (request->against_itself) {
        return ROLE_BOTH;
    }
    if (request->target != NULL) {
        return request->target->client.kind == CLIENT_NONE ? ROLE_CLIENT : ROLE_SERVER;
    }
    return suite_tests_client(request->rules, program) ? ROLE_SERVER : ROLE_CLIENT;
}

static const struct target *target_for(struct run *run, const struct program *program,
                                       size_t case_number, enum role role)
{
    if (run->request->target != NULL) {
        return run->request->target;
    }
    if (role == ROLE_SERVER) {
        return &run->client;
    }
    bool *asked = run->request->asked;
    if ((program->given_count == 0 && asked == NULL) || role == ROLE_BOTH) {
        return built_in_target(run->built_in);
    }
    struct built_in_world world = run->world;
    struct fault_set faults = {0};
    if (asked != NULL) {
        faults.asked = asked + case_number * FAULTS_COUNT;
        world.faults = &faults;
    }
    struct built_in *built_in =
        built_in_new(&world, program->given_count > 0 ? program : NULL, &run->given_error);
    if (built_in == NULL) {
        return NULL;
    }
    run->given = mem_grow(run->given, run->given_count, &run->given_capacity, sizeof *run->given);
    run->given[run->given_count++] =
        (struct given_server){.case_number = case_number, .built_in = built_in};
    return built_in_target(built_in);
}

/* Starting it again would put it off. */
static void sweep_soon(struct run *run)
{
    if (!run->sweeping) {
        run->sweeping = true;
        timer_start(run->sweep, SWEEP_MS);
    }
}

static void given_ended(struct run *run, size_t case_number)
{
    for (size_t i = 0; i < run->given_count; i++) {
        if (run->given[i].case_number == case_number) {
            run->given[i].ended = true;
            sweep_soon(run);
        }
    }
}

/*
 * The engine lets go of a case in the round behind CASE_END, and its connections with it: what is taken away now was seen
 * here, ended, one sweep before.
 */
static void sweep_given(void *self)
{
    struct run *run = self;
    size_t kept = 0;
    bool again = false;
    for (size_t i = 0; i < run->given_count; i++) {
        struct given_server *given = &run->given[i];
        if (given->seen) {
            built_in_free(&given->built_in);
            continue;
        }
        given->seen = given->ended;
        again = again || given->seen;
        run->given[kept++] = *given;
    }
    run->given_count = kept;
    run->sweeping = false;
    if (again) {
        sweep_soon(run);
    }
}

static bool next_case(void *self, struct engine_case *case_r)
{
    struct run *run = self;
    if (run->next >= run->case_count) {
        return false;
    }
    size_t number = order_at(run->order, run->next++);
    const struct program *program =
        suite_program(run->request->suite, number % suite_count(run->request->suite));
    enum role role = role_for(run, program);
    const struct target *target = target_for(run, program, number, role);
    if (target == NULL) {
        run->next = run->case_count;
        free(run->broken_off);
        run->broken_off = mem_strdup(run->given_error.text);
        return false;
    }
    *case_r = (struct engine_case){
        program, number, target, role,
        rehearsal_failure(run->rehearsal, number % suite_count(run->request->suite))};
    return true;
}

static void finished(void *self, const char *broken_off)
{
    struct run *run = self;
    if (broken_off != NULL) {
        free(run->broken_off);
        run->broken_off = mem_strdup(broken_off);
    }
    loop_stop(run->loop);
}

static void interrupted(void *self, int signal)
{
    struct run *run = self;
    (void)signal;
    run->interrupted = true;
    engine_interrupt(run->engine);
}

/* Until it has ended nothing else goes on here, and there is nobody to speak to. */
static int revive(void *self, struct error *error)
{
    struct run *run = self;
    const struct run_request *request = run->request;
    struct redact *redact = redact_for(run, request->target);
    bool stopped = false;
    int failed = target_start_again(request->target, redact, request->time_scale, &stopped, error);
    redact_free(&redact);
    if (stopped) {
        interrupted(run, 0);
    }
    return failed;
}

static void absent(void *self, const struct engine_absence *absence)
{
    struct run *run = self;
    away_absent(&run->away, run->collector, absence);
}

static void listening(void *self, const struct program *program, const char *text)
{
    struct run *run = self;
    if (run->request->on_listening != NULL) {
        run->request->on_listening(run->request->self, program, text);
    }
}

static void replied(void *self, const struct engine_reply *reply)
{
    struct run *run = self;
    run->request->on_reply(run->request->self, reply);
}

static void time_is_up(void *self)
{
    struct run *run = self;
    bool waits = run->request->target != NULL &&
                 run->request->target->client.kind == CLIENT_LISTEN; /* nobody came, that is all */
    run->out_of_time = waits ? 0 : run->case_count - collector_ended(run->collector);
    engine_stop(run->engine, "the time was up (--for)");
}

/* ---- sinks ---- */

/* Only whom the case puts to the test is judged: the other side are we, and may be told to be wrong. */
static void emit_to_judge(struct run *run, const struct event *event)
{
    enum role role = event->program == NULL ? ROLE_BOTH : role_for(run, event->program);
    struct event_sink sink = {0};
    if (role == ROLE_CLIENT) {
        sink = judge_sink(run->judge);
    } else if (role == ROLE_SERVER) {
        sink = judge_sink(run->client_judge);
    }
    if (sink.on_event != NULL) {
        event_emit(&sink, event);
    }
}

static void on_event(void *self, const struct event *event)
{
    struct run *run = self;
    struct event_sink sink;
    if (run->transcript != NULL) {
        sink = transcript_sink(run->transcript);
        event_emit(&sink, event);
    }
    if (run->pcap != NULL) {
        sink = pcap_writer_sink(run->pcap);
        event_emit(&sink, event);
    }
    /* The judge before the collector: findings belong to a case that has not ended. */
    emit_to_judge(run, event);
    sink = redact_sink_events(run->shown);
    event_emit(&sink, event);
    if (run->request->on_event != NULL) {
        run->request->on_event(run->request->self, event);
    }
    if (event->kind == EVENT_CASE_END) {
        given_ended(run, event->case_number);
    }
}

static const char *transcript_of(void *self, size_t case_number)
{
    struct run *run = self;
    return run->transcript != NULL ? transcript_path(run->transcript, case_number) : NULL;
}

static const char *selector_of(void *self, size_t program_number)
{
    struct run *run = self;
    return suite_selector(run->request->suite, program_number);
}

static void on_case(void *self, const struct case_result *result)
{
    struct run *run = self;
    away_case(&run->away, result);
    run->request->on_case(run->request->self, result);
}

static void on_ended(void *self, const struct case_result *result)
{
    struct run *run = self;
    run->request->on_ended(run->request->self, result);
}

/* What has ended is told though others are still under way. */
static void look_around(void *self)
{
    struct run *run = self;
    collector_time(run->collector, loop_now_us(run->loop) - run->start_us);
    timer_start(run->look_around, LOOK_AROUND_MS);
}

/* ---- putting it together ---- */

static void make_run_id(struct run *run)
{
    static const char digits[] = "abcdefghijkmnpqrstuvwxyz23456789";
    struct clock clock = clock_system();
    uint64_t seed = (uint64_t)clock_wall_us(&clock);
    for (size_t i = 0; i + 1 < RUN_ID_SIZE; i++) {
        run->run_id[i] = digits[seed % 32];
        seed /= 32;
    }
}

static void join_collector(struct run *run, const struct target *target)
{
    const struct run_request *request = run->request;
    struct collector_config config = {
        .rules = request->rules,
        .known = request->known,
        .case_count = run->case_count,
        .program_count = suite_count(request->suite),
        .repeat = request->repeat,
        .keep_wire = request->keep_wire,
        .again = request->again,
        .selector = selector_of,
        .transcript = transcript_of,
        .on_case = on_case,
        .on_ended = request->on_ended != NULL ? on_ended : NULL,
        .patience_us = PATIENCE_MS * INT64_C(1000),
        .self = run,
    };
    run->collector = collector_new(&config);
    run->shown = redact_sink_new(redact_for(run, target), collector_event_sink(run->collector),
                                 collector_finding_sink(run->collector));
    run->judge = judge_new(request->rules, JUDGE_SERVERS, redact_sink_findings(run->shown));
    run->client_judge = judge_new(request->rules, JUDGE_CLIENTS, redact_sink_findings(run->shown));
}

static void join_transcript(struct run *run, const struct target *target)
{
    if (run->request->transcripts == NULL) {
        return;
    }
    struct transcript_config config = {.folder = run->request->transcripts,
                                       .secrets = secrets_of(target, run->arena),
                                       .secret_count = target->user_count,
                                       .show_secrets = run->request->show_secrets};
    run->transcript = transcript_new(&config);
}

static void join_pcap(struct run *run, const struct target *target)
{
    if (run->request->pcap != NULL) {
        run->pcap = pcap_writer_new(redact_for(run, target), clock_wall_us(&run->clock));
    }
}

/* Ours are not watched: they are part of this program. */
static bool watches(const struct run_request *request)
{
    return request->target != NULL && request->target->client.kind == CLIENT_NONE;
}

static void join_engine(struct run *run)
{
    const struct run_request *request = run->request;
    struct engine_config config = {
        .loop = run->loop,
        .sink = {on_event, run},
        .jobs = request->jobs,
        .time_scale = request->time_scale,
        .keep_going = request->keep_going,
        .variables = request->variables,
        .variable_count = request->variable_count,
        .responder = &run->responder,
        .built_in_client = &run->starter,
        .run_id = run->run_id,
        .next_case = next_case,
        .finished = finished,
        .listening = listening,
        .watches = watches(request),
        .expects_loss = request->expects_loss,
        .revive = watches(request) && request->target->start != NULL ? revive : NULL,
        .absent = absent,
        .replied = request->on_reply != NULL ? replied : NULL,
        .self = run,
    };
    run->engine = engine_new(&config);
}

static void run_deinit(struct run *run)
{
    engine_free(&run->engine);
    for (size_t i = 0; i < run->given_count; i++) {
        built_in_free(&run->given[i].built_in);
    }
    free(run->given);
    timer_free(&run->sweep);
    timer_free(&run->limit);
    timer_free(&run->look_around);
    built_in_free(&run->built_in);
    built_in_trust_free(&run->trust);
    judge_free(&run->judge);
    judge_free(&run->client_judge);
    redact_sink_free(&run->shown);
    transcript_free(&run->transcript);
    pcap_writer_free(&run->pcap);
    collector_free(&run->collector);
    order_free(&run->order);
    free(run->broken_off);
    away_deinit(&run->away);
    loop_free(&run->loop);
    tls_authority_free(&run->authority);
    temp_folder_remove_left(); /* what clients wrote to until they were gone with the loop */
    client_memory_free(&run->clients.memory);
}

static int run_begin(struct run *run, struct error *error)
{
    const struct run_request *request = run->request;
    const struct target *target = request->target;
    if (target == NULL) {
        run->trust = built_in_trust_new(run->authority, "alice", error);
        if (run->trust == NULL) {
            return -1;
        }
        run->world =
            (struct built_in_world){run->loop, server_faults(request), run->trust, request->tls};
        run->built_in = built_in_new(&run->world, NULL, error);
        if (run->built_in == NULL) {
            return -1;
        }
        target = built_in_target(run->built_in);
    }
    if (request->on_begin != NULL) {
        request->on_begin(request->self, target);
    }
    join_collector(run, target);
    join_transcript(run, target);
    join_pcap(run, target);
    join_engine(run);
    if (request->catch_interrupts) {
        return loop_on_interrupt(run->loop, interrupted, run);
    }
    return 0;
}

/* The list is the caller's to free, once nobody reads the summary any more. */
static const char **take_remarks(struct run *run, struct run_summary *summary)
{
    const char **remarks = NULL;
    size_t capacity = 0;
    struct buf text = {0};
    for (size_t i = 0; run->engine != NULL && engine_remark(run->engine, i, &text); i++) {
        if (text.n > 0) {
            remarks = mem_grow(remarks, summary->remark_count, &capacity, sizeof remarks[0]);
            remarks[summary->remark_count++] = arena_text(run->arena, buf_bytes(&text));
        }
        buf_clear(&text);
    }
    summary->remarks = remarks;
    buf_deinit(&text);
    return remarks;
}

/* The first reason is told. */
static void finish_pcap(struct run *run, struct error *error_r)
{
    struct error error = {""};
    if (run->pcap != NULL && pcap_writer_finish(run->pcap, run->request->pcap, &error) != 0 &&
        error_r->text[0] == '\0') {
        *error_r = error;
    }
}

static void run_finish(struct run *run, struct error *transcript_error_r)
{
    struct run_summary summary = {0};
    collector_finish(run->collector, &summary);
    summary.interrupted = run->interrupted;
    summary.broken_off = away_broken_off(&run->away, run->broken_off);
    summary.absences = run->away.absences;
    summary.absence_count = run->away.count;
    summary.out_of_time = run->out_of_time;
    const char **remarks = take_remarks(run, &summary);
    if (run->transcript != NULL) {
        transcript_finish(run->transcript, transcript_error_r);
    }
    finish_pcap(run, transcript_error_r);
    run->request->on_end(run->request->self, &summary);
    free(remarks);
}

int run_execute(const struct run_request *request, struct error *transcript_error_r,
                struct error *error)
{
    struct run run = {.request = request};
    run.case_count = suite_count(request->suite) * request->repeat;
    run.arena = arena_new();
    run.away.arena = run.arena;
    run.order = order_new(request);
    run.loop = loop_new();
    run.sweep = timer_new(run.loop, sweep_given, &run);
    run.limit = timer_new(run.loop, time_is_up, &run);
    run.look_around = timer_new(run.loop, look_around, &run);
    run.clock = clock_system();
    run.authority = tls_authority_open(NULL, error);
    run.responder = conforming_responder(&run.clock, run.authority);
    run.client = built_in_client_target();
    run.clients = clients_of(request);
    run.starter = built_in_client_starter(&run.clients);
    make_run_id(&run);
    if (request->rehearse && run.authority != NULL) {
        run.rehearsal = rehearsal_new(request, error);
    }
    bool ready = run.authority != NULL && (!request->rehearse || run.rehearsal != NULL);
    int failed = ready ? run_begin(&run, error) : -1;
    if (failed == 0) {
        run.start_us = loop_now_us(run.loop);
        engine_start(run.engine);
        if (request->on_ended != NULL && order_is_ours(request)) {
            timer_start(run.look_around, LOOK_AROUND_MS);
        }
        if (request->for_ms > 0) {
            timer_start(run.limit, request->for_ms);
        }
        loop_run(run.loop);
        run_finish(&run, transcript_error_r);
    }
    run_deinit(&run);
    rehearsal_free(&run.rehearsal);
    arena_free(&run.arena);
    return failed;
}
