/* Which cases bear which others in a maildrop, and what leases make of that. */
#include "unit.h"

#include "engine/company.h"
#include "engine/lease.h"
#include "engine_dialogue.h"

struct company_row {
    const char *dialogue; /* of connection 1, POP3; connection 2 is SMTP */
    enum company company;
    bool sends;
};

static const struct company_row rows[] = {
    {"C STAT\nS +OK",                                       COMPANY_ANY,     false},
    {"C DELE 1\nS +OK",                                     COMPANY_NO_MAIL, false},
    {"C dele {{m}}\nS +OK",                                 COMPANY_NO_MAIL, false},
    {"< await <1@x>\nC DELE {{n}}\nS +OK",                  COMPANY_ANY,     false},
    {"< await <1@x>\nC DELE {{add n 1}}\nS +OK",            COMPANY_NOBODY,  false},
    {"< await <1@x>\nC RETR {{add n 1}}\nS +OK",            COMPANY_NOBODY,  false},
    {"C RETR {{add before 1}}\nS +OK",                      COMPANY_ANY,     false},
    {"< await <1@x>\nC DELE {{n}}\nC DELE 2\nS +OK\nS +OK", COMPANY_NO_MAIL, false},
    {"C {{command}}\nS +OK",                                COMPANY_NO_MAIL, false},
    {"C {{deletes}}\nS +OK",                                COMPANY_NO_MAIL, false},
    {"C {{reads}}\nS +OK",                                  COMPANY_ANY,     false},
    {"C2 DATA\nS2 354",                                     COMPANY_ANY,     true },
    {"C2 BDAT 5 LAST\nS2 250",                              COMPANY_ANY,     true },
    {"C2 {{command}}\nS2 250",                              COMPANY_ANY,     true },
    {"C2 MAIL FROM:<>\nS2 250\nC2 RSET\nS2 250",            COMPANY_ANY,     false},
};

static struct text written_text(struct arena *arena, const char *text)
{
    return written(arena, bytes_of(text));
}

static void make(struct arena *arena, struct program *program, const char *dialogue)
{
    static const struct program_connection connections[] = {
        {1, PROTOCOL_POP3, false, START_GREETING},
        {2, PROTOCOL_SMTP, false, START_EHLO    },
    };
    struct name_value *row = arena_array(arena, 2, sizeof *row);
    row[0] = (struct name_value){.name = "deletes", .value = written_text(arena, "DELE 1")};
    row[1] = (struct name_value){.name = "reads", .value = written_text(arena, "RETR 1")};
    *program = (struct program){.id = "t/case",
                                .connections = connections,
                                .connection_count = 2,
                                .row = row,
                                .row_count = 2,
                                .uses_maildrop = true,
                                .playable_client = true};
    program->steps = dialogue_steps(arena, dialogue, &program->step_count);
}

static void test_rows(void)
{
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct program program;
        make(arena, &program, rows[i].dialogue);
        UNIT_ROW(rows[i].dialogue, company_of(&program) == rows[i].company);
        UNIT_ROW(rows[i].dialogue, company_sends(&program) == rows[i].sends);
    }
    arena_free(&arena);
}

static void test_of_the_header(void)
{
    static const struct need empty = {.kind = NEED_EMPTY};
    static const struct program_connection connection = {2, PROTOCOL_SMTP, false, START_DATA};
    struct arena *arena = arena_new();
    struct program program;
    make(arena, &program, "C STAT\nS +OK");
    program.needs = &empty;
    program.need_count = 1;
    CU_ASSERT_EQUAL(company_of(&program), COMPANY_NO_MAIL);
    program.connections = &connection;
    program.connection_count = 1;
    CU_ASSERT(company_sends(&program));
    arena_free(&arena);
}

/* ---- Leases ---- */

struct world {
    struct arena *arena;
    struct program late;   /* sends its mail first, and looks for it */
    struct program reads;  /* bears anybody */
    struct program clears; /* may delete any mail */
    struct program counts; /* finds its mail by what stands beside it */
    struct program sends;  /* to the first user, and never looks */
    struct program silent; /* needs no maildrop, and sends nothing */
    struct target_user users[2];
    struct target target;
    struct leases leases;
};

static void world_init(struct world *world, size_t users)
{
    *world = (struct world){.arena = arena_new()};
    make(world->arena, &world->late, "C2 DATA\nS2 354\n< await <1@x>");
    make(world->arena, &world->reads, "C PASS {{secret}}\nS +OK\nC STAT\nS +OK");
    make(world->arena, &world->clears, "C PASS {{secret}}\nS +OK\nC DELE 1\nS +OK");
    make(world->arena, &world->counts,
         "C PASS {{secret}}\nS +OK\n< await <1@x>\nC RETR {{add n 1}}\nS +OK");
    make(world->arena, &world->sends, "C2 DATA\nS2 354");
    make(world->arena, &world->silent, "C2 NOOP\nS2 250");
    world->sends.uses_maildrop = false;
    world->silent.uses_maildrop = false;
    world->users[0] = (struct target_user){"alice", "a", "alice@example.test"};
    world->users[1] = (struct target_user){"bob", "b", "bob@example.test"};
    world->target = (struct target){.users = world->users, .user_count = users};
    world->target.pop3.kind = ENDPOINT_TCP;
}

static void world_deinit(struct world *world)
{
    leases_deinit(&world->leases);
    arena_free(&world->arena);
}

static bool take(struct world *world, const struct program *program, struct lease *lease_r)
{
    struct engine_case given = {.program = program, .target = &world->target};
    return lease_take(&world->leases, &given, false, false, lease_r);
}

/* Mail that waits to be fetched is not to be deleted by another case. */
static void test_no_mail(void)
{
    struct world world;
    struct lease late;
    struct lease other;
    world_init(&world, 1);
    CU_ASSERT(take(&world, &world.late, &late) && late.late);
    CU_ASSERT(take(&world, &world.reads, &other));
    CU_ASSERT_FALSE(lease_enter(&world.leases, &late));
    lease_return(&world.leases, &other);
    CU_ASSERT(lease_enter(&world.leases, &late));
    lease_leave(&world.leases, &late); /* it will look again */
    CU_ASSERT_FALSE(take(&world, &world.clears, &other));
    lease_return(&world.leases, &late);
    CU_ASSERT(take(&world, &world.clears, &other));
    CU_ASSERT_FALSE(take(&world, &world.late, &late) && late.late);
    lease_return(&world.leases, &other);
    world_deinit(&world);
}

static void test_nobody(void)
{
    struct world world;
    struct lease sends;
    struct lease counts;
    struct lease silent;
    size_t returns = 0;
    world_init(&world, 1);
    CU_ASSERT(take(&world, &world.sends, &sends) && !lease_is_empty(&sends));
    CU_ASSERT_PTR_NULL(sends.user);
    CU_ASSERT_FALSE(take(&world, &world.counts, &counts));
    returns = world.leases.returns;
    lease_return(&world.leases, &sends);
    CU_ASSERT_EQUAL(world.leases.returns, returns + 1); /* those that wait are looked at again */
    CU_ASSERT(take(&world, &world.counts, &counts));
    CU_ASSERT_FALSE(take(&world, &world.sends, &sends));
    CU_ASSERT(take(&world, &world.silent, &silent) && lease_is_empty(&silent));
    lease_return(&world.leases, &counts);
    CU_ASSERT(take(&world, &world.sends, &sends));
    CU_ASSERT(take(&world, &world.clears, &counts)); /* what is only sent may go */
    lease_return(&world.leases, &sends);
    lease_return(&world.leases, &counts);
    world_deinit(&world);
}

/* With another user nobody waits. */
static void test_two_users(void)
{
    struct world world;
    struct lease sends;
    struct lease counts;
    struct lease late;
    world_init(&world, 2);
    CU_ASSERT(take(&world, &world.sends, &sends));
    CU_ASSERT(take(&world, &world.counts, &counts));
    CU_ASSERT_PTR_EQUAL(counts.user, &world.users[1]);
    CU_ASSERT(take(&world, &world.late, &late) && late.late);
    CU_ASSERT_PTR_EQUAL(late.user, &world.users[0]);
    lease_return(&world.leases, &late);
    lease_return(&world.leases, &counts);
    lease_return(&world.leases, &sends);
    world_deinit(&world);
}

static const struct unit_test tests[] = {
    {"dialogues",                     test_rows         },
    {"what the header says",          test_of_the_header},
    {"mail that waits to be fetched", test_no_mail      },
    {"nobody beside it",              test_nobody       },
    {"two users",                     test_two_users    },
};

UNIT_MAIN("engine: company in a maildrop", tests)
