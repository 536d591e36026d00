/* A server that goes away, hangs, and comes back: who did it, what the others get, and where nobody is accused. */
#include "unit.h"

#include "engine_noop.h"

struct world {
    struct play play;
    size_t revived;
    bool revive_fails;
    bool comes_back; /* by itself, when somebody who looks for it has missed it */
    size_t absent;
    bool convicted;
    bool cut;
    char text[256];
};

/* The play is the first member: what the engine calls gets either. */
static int revive(void *self, struct error *error)
{
    struct world *world = self;

    world->revived++;
    if (world->revive_fails) {
        return error_set(error, "no disk");
    }
    if (world->play.mail.listener != NULL) {
        stub_die(&world->play.mail);
        timer_stop(world->play.mail.back);
    }
    stub_listen(&world->play.mail);
    return 0;
}

static void absent(void *self, const struct engine_absence *absence)
{
    struct world *world = self;

    world->absent++;
    world->convicted = absence->convicted;
    world->cut = absence->cut;
    snprintf(world->text, sizeof world->text, "%s", absence->text);
}

static void on_event(void *self, const struct event *event)
{
    struct world *world = self;
    bool missed = event->program == NULL && event->kind == EVENT_CLOSED &&
                  event->close == CLOSE_ERROR && world->play.mail.listener == NULL;

    play_event(self, event);
    if (missed && world->comes_back) {
        timer_start(world->play.mail.back, 1);
    }
}

static void world_init(struct world *world, unsigned jobs)
{
    *world = (struct world){.revived = 0};
    play_init(&world->play);
    world->play.target.pop3.kind = ENDPOINT_NONE;
    world->play.config.watches = true;
    world->play.config.sink = (struct event_sink){on_event, world};
    world->play.config.absent = absent;
    world->play.config.jobs = jobs;
    world->play.config.time_scale = 0.02;
    play_script(&world->play.mail, noop);
}

static struct program *add(struct world *world, const char *dialogue)
{
    return play_add(&world->play, PROTOCOL_SMTP, START_EHLO, dialogue, NULL);
}

static void add_quiet(struct world *world, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        add(world, "C NOOP\nS 250");
    }
}

static bool all_pass_but(const struct world *world, size_t guilty)
{
    for (size_t i = 0; i < world->play.count; i++) {
        if (i != guilty &&
            (world->play.cases[i].verdict != VERDICT_PASS || world->play.cases[i].ends != 1)) {
            return false;
        }
    }
    return true;
}

enum { NOBODY = PLAY_CASES };

/* ---- One case takes it away ---- */

struct guilty_row {
    const char *name;
    unsigned jobs;
    bool comes_back; /* by itself */
    const char *dialogue;
    const char *deadly;
    const char *stunning;
    enum loss loss;
    const char *reason; /* a part of it */
};

// clang-format off
static const struct guilty_row guilty_rows[] = {
    {"alone, it comes back",    1, true,  "C RSET\nS 250",           "RSET\r\n", NULL,       LOSS_WENT_AWAY, "the server went away: it reset the connection, and nothing listened at smtp://"},
    {"alone, it is started",    1, false, "C RSET\nS 250",           "RSET\r\n", NULL,       LOSS_WENT_AWAY, " until Start was run again"},
    {"beside others",           4, true,  "C RSET\nS 250",           "RSET\r\n", NULL,       LOSS_WENT_AWAY, "the server went away: "},
    {"beside others, started",  4, false, "C RSET\nS 250",           "RSET\r\n", NULL,       LOSS_WENT_AWAY, " until Start was run again"},
    {"when it has left",        1, true,  "C RSET\n< close-c\n",         "RSET\r\n", NULL,       LOSS_WENT_AWAY, "the server went away: nothing listened at smtp://"},
    {"it hangs",                1, false, "C RSET\nS 250",           NULL,       "RSET\r\n", LOSS_HANGS,     "the server hangs: nobody was greeted at smtp://"},
    {"it hangs beside others",  4, false, "C RSET\nS 250",           NULL,       "RSET\r\n", LOSS_HANGS,     ", until Start was run again"},
};
// clang-format on

static void check_guilty(const struct guilty_row *row)
{
    struct world world;
    enum { GUILTY = 4 };

    world_init(&world, row->jobs);
    world.play.mail.deadly = row->deadly;
    world.play.mail.stunning = row->stunning;
    world.comes_back = row->comes_back;
    world.play.config.revive = row->comes_back ? NULL : revive;
    add_quiet(&world, GUILTY);
    add(&world, row->dialogue);
    add_quiet(&world, GUILTY);
    UNIT_ROW(row->name, play_run(&world.play));
    const struct play_case *guilty = &world.play.cases[GUILTY];
    UNIT_ROW(row->name, world.play.broken_off[0] == '\0');
    UNIT_ROW(row->name, guilty->verdict == VERDICT_FAIL && guilty->absolute && !guilty->in_start);
    UNIT_ROW(row->name, guilty->loss == row->loss && guilty->lost_connection == 1);
    UNIT_ROW(guilty->reason, strstr(guilty->reason, row->reason) != NULL);
    UNIT_ROW(row->name, all_pass_but(&world, GUILTY));
    UNIT_ROW(row->name, world.absent == 1 && world.convicted);
    UNIT_ROW(row->name, row->comes_back ? world.revived == 0 : world.revived == 2);
    play_deinit(&world.play);
}

static void test_one_does_it(void)
{
    for (size_t i = 0; i < sizeof guilty_rows / sizeof guilty_rows[0]; i++) {
        check_guilty(&guilty_rows[i]);
    }
}

/* The last case of all, behind which nobody would come. */
static void test_the_last_one(void)
{
    struct world world;

    world_init(&world, 1);
    world.play.mail.deadly = "RSET\r\n";
    world.comes_back = true;
    add(&world, "C RSET\n< close-c\n");
    CU_ASSERT(play_run(&world.play));
    CU_ASSERT_EQUAL(world.play.cases[0].verdict, VERDICT_FAIL);
    CU_ASSERT_EQUAL(world.play.cases[0].begins, 3); /* it ended in order, and is tried twice */
    CU_ASSERT_EQUAL(world.play.cases[0].loss, LOSS_WENT_AWAY);
    play_deinit(&world.play);
}

/* It is known by now that the case does it, and is to be seen again: once is enough, and Start is run at once. */
static void test_it_is_expected(void)
{
    struct world world;

    world_init(&world, 1);
    world.play.mail.deadly = "RSET\r\n";
    world.play.config.revive = revive;
    world.play.config.expects_loss = true;
    add(&world, "C RSET\nS 250");
    CU_ASSERT(play_run(&world.play));
    CU_ASSERT_EQUAL(world.play.cases[0].verdict, VERDICT_FAIL);
    CU_ASSERT_EQUAL(world.play.cases[0].begins, 1);
    CU_ASSERT_EQUAL(world.play.cases[0].loss, LOSS_WENT_AWAY);
    CU_ASSERT_EQUAL(world.revived, 1);
    CU_ASSERT(world.absent == 1 && world.convicted);
    play_deinit(&world.play);
}

/* ---- Nobody does it alone ---- */

static void test_two_at_once(void)
{
    struct world world;

    world_init(&world, 4);
    world.comes_back = true;
    world.play.mail.crowd = 3; /* the two of the probe are none */
    add_quiet(&world, 9);
    CU_ASSERT(play_run(&world.play));
    CU_ASSERT_STRING_EQUAL(world.play.broken_off, "");
    CU_ASSERT(all_pass_but(&world, NOBODY));
    CU_ASSERT(world.play.mail.deaths > 0 && world.play.mail.deaths <= 2); /* 4 at a time, 2, 1 */
    CU_ASSERT_EQUAL(world.absent, world.play.mail.deaths);
    CU_ASSERT(!world.convicted);
    CU_ASSERT(strstr(world.text, "the server went away for ") == world.text);
    play_deinit(&world.play);
}

/* A server that is away behind every session, also a harmless one: that is its way. */
static void test_comes_and_goes(void)
{
    struct world world;

    world_init(&world, 1);
    world.play.mail.away_ms = 1;
    world.play.mail.deadly = "QUIT\r\n";
    add_quiet(&world, 5);
    CU_ASSERT(play_run(&world.play));
    CU_ASSERT_STRING_EQUAL(world.play.broken_off, "");
    CU_ASSERT(all_pass_but(&world, NOBODY));
    CU_ASSERT_EQUAL(world.absent, 0);
    play_deinit(&world.play);
}

/* It refuses whoever comes while another one is served; with room for two beside that the probe has seen. */
static void test_no_room(void)
{
    struct world world;

    world_init(&world, 4);
    world.play.mail.room = 1;
    add_quiet(&world, 6);
    CU_ASSERT(play_run(&world.play));
    CU_ASSERT_STRING_EQUAL(world.play.broken_off, "");
    CU_ASSERT(all_pass_but(&world, NOBODY));
    CU_ASSERT_EQUAL(world.absent, 0);
    play_deinit(&world.play);
}

/* ---- It does not come back ---- */

struct gone_row {
    const char *name;
    const char *deadly;
    const char *stunning;
    const char *broken_off; /* its beginning */
    bool starts;
    bool start_fails;
    enum verdict verdict;
    enum loss loss;
};

// clang-format off
static const struct gone_row gone_rows[] = {
    {"away",              "RSET\r\n", NULL,       "the server went away and did not come back in ",              false, false, VERDICT_ERROR, LOSS_RESET},
    {"Start fails",       "RSET\r\n", NULL,       "the server went away, and could not be started again: no disk", true,  true,  VERDICT_ERROR, LOSS_RESET},
    {"it hangs",          NULL,       "RSET\r\n", "the server hangs: nobody was greeted at smtp://",             false, false, VERDICT_ERROR, LOSS_SILENT},
};
// clang-format on

static void check_gone(const struct gone_row *row)
{
    struct world world;
    enum { GUILTY = 2, LEFT = 3 };

    world_init(&world, 1);
    world.play.mail.deadly = row->deadly;
    world.play.mail.stunning = row->stunning;
    world.revive_fails = row->start_fails;
    world.play.config.revive = row->starts ? revive : NULL;
    add_quiet(&world, GUILTY);
    add(&world, "C RSET\nS 250");
    add_quiet(&world, LEFT);
    UNIT_ROW(row->name, play_run(&world.play));
    const struct play_case *guilty = &world.play.cases[GUILTY];
    UNIT_ROW(world.play.broken_off,
             strncmp(world.play.broken_off, row->broken_off, strlen(row->broken_off)) == 0);
    UNIT_ROW(row->name, guilty->verdict == row->verdict && guilty->loss == row->loss);
    UNIT_ROW(row->name, guilty->suspect == 1);
    for (size_t i = 0; i < GUILTY; i++) {
        UNIT_ROW(row->name, world.play.cases[i].verdict == VERDICT_PASS);
    }
    UNIT_ROW(row->name, world.play.cases[GUILTY + LEFT].begins == 0);
    play_deinit(&world.play);
}

static void test_gone(void)
{
    for (size_t i = 0; i < sizeof gone_rows / sizeof gone_rows[0]; i++) {
        check_gone(&gone_rows[i]);
    }
}

static void stop_waiting(void *self)
{
    struct world *world = self;

    engine_interrupt(world->play.engine);
}

/* While it is away the user has enough: what is known is told. */
static void test_interrupted(void)
{
    struct world world;

    world_init(&world, 1);
    world.play.config.time_scale = 10;
    world.play.mail.deadly = "RSET\r\n";
    add_quiet(&world, 1);
    add(&world, "C RSET\nS 250");
    add_quiet(&world, 2);
    struct timer *timer = timer_new(world.play.loop, stop_waiting, &world);
    timer_start(timer, 200);
    CU_ASSERT(play_run(&world.play));
    CU_ASSERT_STRING_EQUAL(world.play.broken_off, "");
    CU_ASSERT_EQUAL(world.play.cases[0].verdict, VERDICT_PASS);
    CU_ASSERT_EQUAL(world.play.cases[1].verdict, VERDICT_ERROR);
    CU_ASSERT_EQUAL(world.play.cases[1].loss, LOSS_RESET);
    timer_free(&timer);
    play_deinit(&world.play);
}

/* Each is found; but a server that goes away again and again ends the run. */
static void test_one_after_the_other(void)
{
    enum { MOST = 20 };
    struct world world;

    world_init(&world, 1);
    world.play.mail.deadly = "NOOP\r\n";
    world.comes_back = true;
    add_quiet(&world, PLAY_CASES);
    CU_ASSERT(play_run(&world.play));
    CU_ASSERT_STRING_EQUAL(world.play.broken_off, "the server went away, or hung, 20 times");
    for (size_t i = 0; i < MOST; i++) {
        CU_ASSERT_EQUAL(world.play.cases[i].loss, LOSS_WENT_AWAY);
    }
    CU_ASSERT_EQUAL(world.play.cases[PLAY_CASES - 1].begins, 0);
    play_deinit(&world.play);
}

static const struct unit_test tests[] = {
    {"one case does it",       test_one_does_it        },
    {"the last case does it",  test_the_last_one       },
    {"it is expected",         test_it_is_expected     },
    {"several do it together", test_two_at_once        },
    {"it comes and goes",      test_comes_and_goes     },
    {"it has no room",         test_no_room            },
    {"it does not come back",  test_gone               },
    {"interrupted meanwhile",  test_interrupted        },
    {"one after the other",    test_one_after_the_other},
};

UNIT_MAIN("engine: absences of the server", tests)
