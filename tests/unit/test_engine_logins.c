/* What a dialogue wants of its logins, and who holds a maildrop for how long. */
#include "unit.h"

#include "engine/lease.h"
#include "engine/logins.h"
#include "engine_dialogue.h"
#include "engine_play.h"

/* ---- What the logins of a dialogue are to do ---- */

struct wish_row {
    const char *dialogue; /* of connection 1, POP3; connection 2 is SMTP */
    size_t step;
    enum login_wish wish;
    bool leaves_room;
};

static const struct wish_row wish_rows[] = {
    {"C USER x\nS +OK\nC PASS {{secret}}\nS +OK",                       2, LOGIN_TO_PASS, false},
    {"C USER x\nS +OK\nC PASS {{secret}}\nS +OK",                       0, LOGIN_NONE,    false},
    {"C PASS wrong\nS -ERR",                                            0, LOGIN_TO_FAIL, true },
    {"C PASS wrong\nS -ERR | +OK",                                      0, LOGIN_TO_FAIL, true },
    {"C PASS {{secret}}\nS -ERR | +OK",                                 0, LOGIN_TO_PASS, false},
    {"C PASS {{secret}}\nS -ERR",                                       0, LOGIN_TO_FAIL, true },
    {"C PASS wrong\nC STAT\nS -ERR\nS -ERR",                            0, LOGIN_TO_FAIL, true },
    {"C NOOP\nC PASS wrong\nS -ERR\nS -ERR",                            1, LOGIN_TO_PASS, false},
    {"C APOP x {{apop}}\nS +OK",                                        0, LOGIN_TO_PASS, false},
    {"C AUTH PLAIN\nS +\nC {{base64 user secret}}\nS +OK",              0, LOGIN_TO_FAIL, true },
    {"C AUTH PLAIN {{base64 user secret}}\nS +OK",                      0, LOGIN_TO_PASS, false},
    {"C AUTH PLAIN {{base64 user secret}}\nS -ERR",                     0, LOGIN_TO_FAIL, true },
    {"< auth PLAIN alice\nS +OK",                                       0, LOGIN_TO_PASS, false},
    {"< auth PLAIN alice wrong\nS -ERR",                                0, LOGIN_TO_FAIL, true },
    {"C2 AUTH PLAIN {{base64 user secret}}\nS2 235",                    0, LOGIN_TO_PASS, false},
    {"C2 AUTH PLAIN xyz\nS2 535",                                       0, LOGIN_TO_FAIL, true },
    {"C PASS wrong\nS -ERR\nC PASS {{secret}}\nS +OK",                  0, LOGIN_TO_FAIL, true },
    {"C PASS wrong\nS -ERR\nC PASS {{secret}}\nS +OK",                  2, LOGIN_TO_PASS, true },
    {"C PASS wrong\nS -ERR\nC PASS {{secret}}\nS +OK\nC DELE 1\nS +OK", 0, LOGIN_TO_FAIL, false},
    {"C PASS wrong\nS -ERR\n< await <1@x>",                             0, LOGIN_TO_FAIL, false},
    {"C NOOP\nS +OK",                                                   0, LOGIN_NONE,    true },
};

static void make(struct arena *arena, struct program *program, const char *dialogue)
{
    static const struct program_connection connections[] = {
        {1, PROTOCOL_POP3, false, START_GREETING},
        {2, PROTOCOL_SMTP, false, START_EHLO    },
    };
    *program = (struct program){.id = "t/case",
                                .connections = connections,
                                .connection_count = 2,
                                .uses_maildrop = true,
                                .playable_client = true};
    program->steps = dialogue_steps(arena, dialogue, &program->step_count);
}

static void test_wishes(void)
{
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof wish_rows / sizeof wish_rows[0]; i++) {
        const struct wish_row *row = &wish_rows[i];
        struct program program;
        make(arena, &program, row->dialogue);
        UNIT_ROW(row->dialogue, logins_wish(&program, row->step) == row->wish);
        UNIT_ROW(row->dialogue, logins_leave_room(&program) == row->leaves_room);
    }
    arena_free(&arena);
}

/* A response of SASL proves the secret as well. */
static void test_wish_behind_a_challenge(void)
{
    struct arena *arena = arena_new();
    struct program program;
    make(arena, &program, "C AUTH PLAIN\nS +\nC {{base64 user secret}}\nS +OK");
    struct step *steps = arena_array(arena, program.step_count, sizeof *steps);
    memcpy(steps, program.steps, program.step_count * sizeof *steps);
    steps[2].kind = STEP_RESPONSE;
    program.steps = steps;
    CU_ASSERT_EQUAL(logins_wish(&program, 0), LOGIN_TO_PASS);
    CU_ASSERT_EQUAL(logins_first(&program), LOGIN_TO_PASS);
    CU_ASSERT_FALSE(logins_fail(&program));
    arena_free(&arena);
}

/* ---- Who holds a maildrop ---- */

struct lease_world {
    struct arena *arena;
    struct program whole;
    struct program room;
    struct target_user users[2];
    struct target target;
    struct leases leases;
    bool slow;
    bool alone;
};

static void world_init(struct lease_world *world)
{
    *world = (struct lease_world){.arena = arena_new(), .slow = true};
    make(world->arena, &world->whole, "C PASS {{secret}}\nS +OK");
    make(world->arena, &world->room, "C PASS wrong\nS -ERR\nC PASS {{secret}}\nS +OK");
    world->users[0] = (struct target_user){"alice", "a", "alice@example.test"};
    world->users[1] = (struct target_user){"bob", "b", "bob@example.test"};
    world->target = (struct target){.users = world->users, .user_count = 1};
    world->target.pop3.kind = ENDPOINT_TCP;
}

static void world_deinit(struct lease_world *world)
{
    leases_deinit(&world->leases);
    arena_free(&world->arena);
}

static bool take(struct lease_world *world, const struct program *program, struct lease *lease_r)
{
    struct engine_case given = {.program = program, .target = &world->target};
    return lease_take(&world->leases, &given, world->slow, world->alone, lease_r);
}

static void test_whole_and_shared(void)
{
    struct lease_world world;
    struct lease whole;
    struct lease one;
    struct lease other;
    world_init(&world);
    CU_ASSERT(take(&world, &world.whole, &whole));
    CU_ASSERT(take(&world, &world.room, &one) && one.shared);
    CU_ASSERT(take(&world, &world.room, &other) && other.shared);
    CU_ASSERT_FALSE(lease_enter(&world.leases, &one));
    lease_return(&world.leases, &whole);
    CU_ASSERT_FALSE(take(&world, &world.whole, &whole)); /* one waits, and was there first */
    CU_ASSERT(lease_enter(&world.leases, &one));
    CU_ASSERT(lease_enter(&world.leases, &one)); /* it has it */
    CU_ASSERT_FALSE(lease_enter(&world.leases, &other));
    lease_leave(&world.leases, &one);
    CU_ASSERT(lease_enter(&world.leases, &other));
    lease_return(&world.leases, &other);
    CU_ASSERT(take(&world, &world.whole, &whole));
    lease_return(&world.leases, &whole);
    lease_return(&world.leases, &one);
    world_deinit(&world);
}

/* Each has a user of its own where there are enough. */
static void test_shares_where_it_must(void)
{
    struct lease_world world;
    struct lease leases[4];
    world_init(&world);
    world.target.user_count = 2;
    CU_ASSERT(take(&world, &world.whole, &leases[0]));
    CU_ASSERT_PTR_EQUAL(leases[0].user, &world.users[1]);
    for (size_t i = 1; i < 4; i++) {
        CU_ASSERT(take(&world, &world.room, &leases[i]));
    }
    CU_ASSERT_PTR_EQUAL(leases[1].user, &world.users[0]);
    CU_ASSERT_PTR_EQUAL(leases[2].user, &world.users[1]);
    CU_ASSERT_PTR_EQUAL(leases[3].user, &world.users[0]);
    for (size_t i = 0; i < 4; i++) {
        lease_return(&world.leases, &leases[i]);
    }
    world_deinit(&world);
}

static void test_intruders(void)
{
    struct lease_world world;
    struct lease one;
    struct lease other;
    struct lease later;
    world_init(&world);
    CU_ASSERT(take(&world, &world.room, &one));
    CU_ASSERT(take(&world, &world.room, &other));
    for (int i = 0; i < 3; i++) {
        lease_intrude(&world.leases, &one);
    }
    CU_ASSERT_FALSE(lease_is_disturbed(&world.leases, &one));
    CU_ASSERT(lease_is_disturbed(&world.leases, &other));
    CU_ASSERT_FALSE(lease_enter(&world.leases, &other));
    lease_leave(&world.leases, &one);
    lease_begin(&world.leases, &other);
    CU_ASSERT_FALSE(lease_is_disturbed(&world.leases, &other));
    CU_ASSERT(lease_enter(&world.leases, &other));
    lease_return(&world.leases, &one);
    CU_ASSERT_FALSE(take(&world, &world.room, &later)); /* it is shared no more */
    lease_return(&world.leases, &other);
    CU_ASSERT(take(&world, &world.room, &later) && !later.shared);
    lease_return(&world.leases, &later);
    world_deinit(&world);
}

/* Whoever else had the maildrop while mail waited there may have deleted it. */
static void test_left_alone(void)
{
    struct lease_world world;
    struct program sends;
    struct lease late;
    struct lease whole;
    world_init(&world);
    make(world.arena, &sends, "C2 DATA\nS2 354\n< await <1@x>");
    CU_ASSERT(take(&world, &sends, &late) && late.late);
    lease_begin(&world.leases, &late);
    CU_ASSERT(lease_was_left_alone(&world.leases, &late));
    CU_ASSERT(lease_enter(&world.leases, &late)); /* it comes back to look again */
    lease_leave(&world.leases, &late);
    CU_ASSERT(lease_enter(&world.leases, &late));
    CU_ASSERT(lease_was_left_alone(&world.leases, &late));
    lease_leave(&world.leases, &late);
    CU_ASSERT(take(&world, &world.whole, &whole));
    CU_ASSERT_FALSE(lease_was_left_alone(&world.leases, &late));
    lease_begin(&world.leases, &late); /* who is in there now may still delete */
    CU_ASSERT_FALSE(lease_was_left_alone(&world.leases, &late));
    lease_return(&world.leases, &whole);
    lease_begin(&world.leases, &late);
    CU_ASSERT(lease_was_left_alone(&world.leases, &late));
    lease_return(&world.leases, &late);
    world.alone = true;
    CU_ASSERT(take(&world, &sends, &late) && !late.late && !late.shared);
    lease_return(&world.leases, &late);
    world_deinit(&world);
}

/* Without POP3 there is no maildrop to hold. */
static void test_no_pop3(void)
{
    struct lease_world world;
    struct lease lease;
    world_init(&world);
    world.target.pop3.kind = ENDPOINT_NONE;
    CU_ASSERT(take(&world, &world.whole, &lease));
    CU_ASSERT_PTR_NULL(lease.user);
    world_deinit(&world);
}

/* ---- In a run ---- */

/* A case that waits for a user holds up none that needs no user. */
static void test_passing(void)
{
    static const char *const pop3[] = {"+OK\r\n", "+OK\r\n", "+OK\r\n", "+OK\r\n", NULL};
    static const char *const mail[] = {"220 a\r\n", "250 a\r\n", "250 a\r\n", "250 a\r\n", NULL};
    struct play play;
    play_init(&play);
    play.config.jobs = 4;
    play.target.user_count = 1;
    play_add(&play, PROTOCOL_POP3, START_AUTH, "C NOOP\nS +OK\n< wait 200", NULL);
    play_add(&play, PROTOCOL_POP3, START_AUTH, "C NOOP\nS +OK", NULL);
    play_add(&play, PROTOCOL_SMTP, START_EHLO, "C NOOP\nS 250", NULL);
    play_script(&play.pop3, pop3);
    play_script(&play.mail, mail);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[2].place, 1);
    CU_ASSERT_EQUAL(play.cases[0].place, 2);
    CU_ASSERT_EQUAL(play.cases[1].place, 3);
    for (size_t i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL(play.cases[i].verdict, VERDICT_PASS);
    }
    play_deinit(&play);
}

/* Our own server is set up for each case as it begins: there nothing is passed. */
static void test_no_passing_at_home(void)
{
    static const char *const pop3[] = {"+OK\r\n", "+OK\r\n", "+OK\r\n", "+OK\r\n", NULL};
    static const char *const mail[] = {"220 a\r\n", "250 a\r\n", "250 a\r\n", "250 a\r\n", NULL};
    struct play play;
    play_init(&play);
    play.config.jobs = 4;
    play.target.user_count = 1;
    play.target.built_in = true;
    play_add(&play, PROTOCOL_POP3, START_AUTH, "C NOOP\nS +OK\n< wait 100", NULL);
    play_add(&play, PROTOCOL_POP3, START_AUTH, "C NOOP\nS +OK", NULL);
    play_add(&play, PROTOCOL_SMTP, START_EHLO, "C NOOP\nS 250", NULL);
    play_script(&play.pop3, pop3);
    play_script(&play.mail, mail);
    CU_ASSERT(play_run(&play));
    for (size_t i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL(play.order[i], i);
    }
    CU_ASSERT_EQUAL(play.cases[0].place, 1);
    play_deinit(&play);
}

static const struct unit_test tests[] = {
    {"wishes",                    test_wishes                 },
    {"a wish behind a challenge", test_wish_behind_a_challenge},
    {"whole and shared leases",   test_whole_and_shared       },
    {"shares where it must",      test_shares_where_it_must   },
    {"intruders",                 test_intruders              },
    {"left alone",                test_left_alone             },
    {"no lease without POP3",     test_no_pop3                },
    {"passing those who wait",    test_passing                },
    {"no passing at our own",     test_no_passing_at_home     },
};

UNIT_MAIN("engine_logins", tests)
