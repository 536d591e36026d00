/* The rooms of the conforming server: what Given: and Requires: put there. */
#include "conforming_world.h"

struct room_row {
    const char *name;
    struct program program;
    const char *user;
    size_t message_count;
    const char *recipient; /* the first message is for it */
};

#define GIVEN(name, raw)                                                                           \
    {                                                                                              \
        name, {NULL, 0}, BYTES_INIT(raw)                                                           \
    }

static const struct piece given_piece = {.kind = PIECE_OCTETS,
                                         .octets = BYTES_INIT("To: x\n\n.\n")};

static const struct name_value given_users[] = {
    GIVEN("hostname", "mail.example"),
    GIVEN("domain", "one.example"),
    GIVEN("user", "mrose tanstaaf"),
    GIVEN("user", "second secret"),
};
static const struct name_value given_message[] = {
    GIVEN("user", "mrose tanstaaf"),
    {"message", {&given_piece, 1}, BYTES_INIT("mrose one")  },
    {"message", {&given_piece, 1}, BYTES_INIT("mrose two")  },
    {"message", {&given_piece, 1}, BYTES_INIT("mrose three")},
};
static const struct name_value given_domain[] = {GIVEN("domain", "one.example")};
static const struct need needs_three[] = {
    {NEED_POP3,     NULL, 0},
    {NEED_MESSAGES, NULL, 3}
};
static const struct need needs_one[] = {
    {NEED_MESSAGES, NULL, 1}
};
static const struct need needs_many[] = {
    {NEED_MESSAGES, NULL, 4000000000U}
};
static const struct need needs_none[] = {
    {NEED_EMPTY, NULL, 0}
};

// clang-format off
static const struct room_row room_rows[] = {
    {"nothing given", {0}, "carol", 2, "To: <carol@example.test>\r\n"},
    {"a mailbox", {0}, "carol@there.example", 2, "To: <carol@there.example>\r\n"},
    {"no name", {0}, NULL, 2, "To: <alice@example.test>\r\n"},
    {"users", {.given = given_users, .given_count = 4}, "carol", 2, "To: <mrose@one.example>\r\n"},
    {"messages", {.given = given_message, .given_count = 4}, "carol", 3, "To: x\r\n\r\n.\r\n"},
    {"messages before needs", {.given = given_message, .given_count = 4, .needs = needs_none, .need_count = 1}, "carol", 3, "To: x\r\n"},
    {"domain", {.given = given_domain, .given_count = 1}, "carol", 2, "To: <carol@one.example>\r\n"},
    {"three wanted", {.needs = needs_three, .need_count = 2}, "carol", 3, "To: <carol@example.test>\r\n"},
    {"one wanted", {.needs = needs_one, .need_count = 1}, "carol", 2, "To: <carol@example.test>\r\n"},
    {"too many wanted", {.needs = needs_many, .need_count = 1}, "carol", 1000, "To: <carol@example.test>\r\n"},
    {"empty maildrop wanted", {.needs = needs_none, .need_count = 1}, "carol", 0, NULL},
};
// clang-format on

static void test_rooms(void)
{
    for (size_t i = 0; i < sizeof room_rows / sizeof room_rows[0]; i++) {
        const struct room_row *row = &room_rows[i];
        struct world world;
        world_open(&world, &row->program, row->user);
        UNIT_ROW(row->name, count_messages(&world) == row->message_count);
        if (row->recipient != NULL) {
            UNIT_ROW(row->name, holds(message(&world, 1), row->recipient));
        }
        world_close(&world);
    }
}

static void test_wrong_given(void)
{
    static const struct name_value given[] = {GIVEN("user", "without-secret")};
    struct program program = {.given = given, .given_count = 1};
    struct world world;
    world_open(&world, &program, "carol");
    CU_ASSERT(world.room == NULL);
    world_close(&world);
}

/* What every fetching client finds there. */
static void test_shipped_messages(void)
{
    struct world world;
    world_open(&world, NULL, "bob");
    struct bytes content = message(&world, 1);
    CU_ASSERT(content.n < 500 && bytes_ends(content, "\r\n\r\nHello.\r\n"));
    content = message(&world, 2);
    CU_ASSERT(holds(content, "\r\n\r\n.\r\n..\r\n.one dot\r\n"));
    CU_ASSERT(holds(content, "\r\nLine 40 of 40"));
    CU_ASSERT(!world.responder.message(world.room, 0, &content));
    CU_ASSERT(!world.responder.message(world.room, 3, &content) && content.n == 0);
    world_close(&world);
}

/* Given: nonce stands in the greeting, and any digest will do. */
static void test_given_greeting(void)
{
    static const struct name_value given[] = {
        GIVEN("greeting", "mail.example at your service"),
        GIVEN("pop3-greeting", "POP3 server ready"),
        GIVEN("nonce", "<1896.697170952@dbc.mtview.ca.us>"),
    };
    struct program program = {.given = given, .given_count = 3};
    struct world world;
    world_open(&world, &program, "bob");
    struct responder_talk *smtp = begin(&world, PROTOCOL_SMTP);
    CU_ASSERT(bytes_is(buf_bytes(&world.out), "220 mail.example at your service\r\n"));
    struct responder_talk *pop3 = begin(&world, PROTOCOL_POP3);
    CU_ASSERT(holds(buf_bytes(&world.out), "<1896.697170952@dbc.mtview.ca.us>"));
    CU_ASSERT(answers(&world, pop3, "APOP who 0\r\n", "+OK"));
    world.responder.end(&smtp);
    world.responder.end(&pop3);
    world_close(&world);
}

/* What the server offers beside a dialogue; chunks are nothing that it can follow, whatever Given: says. */
static void test_offers(void)
{
    static const struct name_value given[] = {GIVEN("offer", "CHUNKING SMTPUTF8 DSN")};
    struct program program = {.given = given, .given_count = 1};
    struct world world;
    world_open(&world, NULL, "bob");
    struct responder_talk *smtp = begin(&world, PROTOCOL_SMTP);
    CU_ASSERT(answers(&world, smtp, "EHLO c\r\n", "250"));
    CU_ASSERT(
        bytes_is(buf_bytes(&world.out),
                 "250-mx.example.test\r\n250-PIPELINING\r\n250-SIZE 33554432\r\n250-8BITMIME\r\n"
                 "250-ENHANCEDSTATUSCODES\r\n250-EXPN\r\n250 HELP\r\n"));
    world.responder.end(&smtp);
    world_close(&world);
    world_open(&world, &program, "bob");
    smtp = begin(&world, PROTOCOL_SMTP);
    CU_ASSERT(answers(&world, smtp, "EHLO c\r\n", "250"));
    CU_ASSERT(bytes_is(buf_bytes(&world.out),
                       "250-mx.example.test\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 DSN\r\n"));
    CU_ASSERT(answers(&world, smtp, "BDAT 5 LAST\r\n", "502"));
    world.responder.end(&smtp);
    world_close(&world);
}

/* {{column}} of Each: is filled in where it stands in Given:. */
static void test_given_column(void)
{
    static const struct piece pieces[] = {
        {.kind = PIECE_OCTETS, .octets = BYTES_INIT("NOOP ")},
        {.kind = PIECE_OCTETS, .octets = BYTES_INIT("451")  },
    };
    static const struct piece unknown = {.kind = PIECE_VARIABLE};
    static const struct name_value given[] = {
        {"refuse", {pieces, 2}, BYTES_INIT("{{verb}} {{code}}")}
    };
    static const struct name_value wrong[] = {
        {"max-errors", {&unknown, 1}, BYTES_INIT("{{number}}")}
    };
    struct program program = {.given = given, .given_count = 1};
    struct program wrong_program = {.given = wrong, .given_count = 1};
    struct world world;
    world_open(&world, &program, "bob");
    struct responder_talk *smtp = begin(&world, PROTOCOL_SMTP);
    CU_ASSERT(answers(&world, smtp, "NOOP\r\n", "451"));
    world.responder.end(&smtp);
    world_close(&world);
    world_open(&world, &wrong_program, "bob");
    CU_ASSERT(world.room == NULL);
    world_close(&world);
}

static const struct unit_test tests[] = {
    {"offers",           test_offers          },
    {"rooms",            test_rooms           },
    {"wrong given",      test_wrong_given     },
    {"shipped messages", test_shipped_messages},
    {"given greeting",   test_given_greeting  },
    {"given column",     test_given_column    },
};

UNIT_MAIN("cli_conforming_rooms", tests)
