/* What cases had to do with the server, told by events: who has served whom, and since when. */
#include "engine/contact.h"
#include "unit.h"

struct world {
    struct contacts contacts;
    struct contact cases[3];
};

static void tell(struct world *world, size_t number, enum event_kind kind, enum side side,
                 enum protocol protocol)
{
    const struct event event = {.kind = kind,
                                .time_us = 7,
                                .case_number = number,
                                .connection = 1,
                                .protocol = protocol,
                                .side = side};

    contacts_event(&world->contacts, &event, &world->cases[number]);
}

/* "c" connects, "o" is open, "C" and "S" speak, "s" the server ends it, "q" we do, "E" the case is at its end. */
static uint64_t play(struct world *world, size_t number, enum protocol protocol, const char *events)
{
    static const struct {
        char letter;
        enum event_kind kind;
        enum side side;
    } rows[] = {
        {'c', EVENT_CONNECTING, SIDE_CLIENT},
        {'o', EVENT_CONNECTED,  SIDE_CLIENT},
        {'C', EVENT_OCTETS,     SIDE_CLIENT},
        {'S', EVENT_OCTETS,     SIDE_SERVER},
        {'s', EVENT_CLOSED,     SIDE_SERVER},
        {'q', EVENT_CLOSED,     SIDE_CLIENT},
    };
    uint64_t ended = 0;

    for (const char *at = events; *at != '\0'; at++) {
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            if (rows[i].letter == *at) {
                tell(world, number, rows[i].kind, rows[i].side, protocol);
            }
        }
        ended = *at == 'E' ? contacts_end(&world->contacts, number) : ended;
    }
    return ended;
}

struct proof_row {
    const char *name;
    const char
        *before; /* what another case does before the first one is at its end, and behind that */
    const char *behind;
    bool proven;
};

static const struct proof_row proof_rows[] = {
    {"nobody came",            "",     "",        false},
    {"served behind it",       "",     "coSCS",   true },
    {"a greeting alone",       "",     "coS",     false},
    {"nothing was said to it", "",     "coSS",    false},
    {"no answer",              "",     "coSC",    false},
    {"it had come before",     "coSC", "S",       false},
    {"before and once more",   "coSC", "SqcoSCS", true },
};

static void test_proofs(void)
{
    for (size_t i = 0; i < sizeof proof_rows / sizeof proof_rows[0]; i++) {
        const struct proof_row *row = &proof_rows[i];
        struct world world = {.contacts = {.count = 0}};
        play(&world, 1, PROTOCOL_SMTP, row->before);
        uint64_t ended = play(&world, 0, PROTOCOL_LMTP, "coSCSqE");
        play(&world, 1, PROTOCOL_SMTP, row->behind);
        UNIT_ROW(row->name,
                 contacts_prove(&world.contacts, world.cases[0].endpoints, ended) == row->proven);
        contacts_deinit(&world.contacts);
    }
}

/* Each endpoint that a case has turned to has to serve. */
static void test_endpoints(void)
{
    struct world world = {.contacts = {.count = 0}};
    play(&world, 0, PROTOCOL_SMTP, "coSCSq");
    uint64_t ended = play(&world, 0, PROTOCOL_POP3, "coSCSqE");
    unsigned both = CONTACT_SET(CONTACT_MAIL) | CONTACT_SET(CONTACT_POP3);
    CU_ASSERT_EQUAL(world.cases[0].endpoints, both);
    play(&world, 1, PROTOCOL_SMTP, "coSCS");
    CU_ASSERT(!contacts_prove(&world.contacts, both, ended));
    CU_ASSERT(contacts_prove(&world.contacts, CONTACT_SET(CONTACT_MAIL), ended));
    contacts_served(&world.contacts, CONTACT_POP3, contacts_visit(&world.contacts));
    CU_ASSERT(contacts_prove(&world.contacts, both, ended));
    contacts_deinit(&world.contacts);
}

struct missed_row {
    const char *name;
    const char *beside; /* what another case does meanwhile */
    const char *events;
    bool missed;
    bool missed_alone;
    bool cut_alone;
};

static const struct missed_row missed_rows[] = {
    {"refused, and alone",       "",     "cs",   true,  true,  false},
    {"refused beside another",   "co",   "cs",   true,  false, false},
    {"beside one that connects", "c",    "cs",   true,  true,  false},
    {"beside one that has left", "coSq", "cs",   true,  true,  false},
    {"given up by us",           "",     "cq",   false, false, false},
    {"cut, and alone",           "",     "cos",  false, false, true },
    {"cut beside another",       "co",   "cos",  false, false, false},
    {"closed behind a greeting", "",     "coSs", false, false, false},
};

static void check_missed(const struct missed_row *row)
{
    struct world world = {.contacts = {.count = 0}};
    const struct contacts *contacts = &world.contacts;
    play(&world, 1, PROTOCOL_SMTP, row->beside);
    play(&world, 0, PROTOCOL_SMTP, row->events);
    UNIT_ROW(row->name, contacts->missed == row->missed && world.cases[0].missed == row->missed);
    UNIT_ROW(row->name, contacts->missed_alone == row->missed_alone);
    UNIT_ROW(row->name, contacts->cut_alone == row->cut_alone);
    UNIT_ROW(row->name, contacts->missed_us == (row->missed ? 7 : 0));
    contacts_settle(&world.contacts);
    UNIT_ROW(row->name, !contacts->missed && !contacts->missed_alone && !contacts->cut_alone);
    contacts_deinit(&world.contacts);
}

static void test_missed(void)
{
    for (size_t i = 0; i < sizeof missed_rows / sizeof missed_rows[0]; i++) {
        check_missed(&missed_rows[i]);
    }
}

static const struct unit_test tests[] = {
    {"proofs",    test_proofs   },
    {"endpoints", test_endpoints},
    {"missed",    test_missed   },
};

UNIT_MAIN("engine: contacts", tests)
