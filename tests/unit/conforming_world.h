/*
 * conforming_world - the conforming server behind a dialogue, with a room of its own for each check
 */
#ifndef MAILSPEC_TESTS_CONFORMING_WORLD_H
#define MAILSPEC_TESTS_CONFORMING_WORLD_H

#include "unit.h"

#include "cli/conforming.h"

static struct clock_set clock_now = {.monotonic_us = 0, .wall_us = 1700000000000000};

struct world {
    struct clock clock;
    struct responder responder;
    struct responder_room *room;
    struct buf out; /* the last answer */
};

static inline void world_open(struct world *world, const struct program *program, const char *user)
{
    *world = (struct world){.clock = clock_from_set(&clock_now)};
    world->responder = conforming_responder(&world->clock, NULL);
    struct responder_wish wish = {.program = program, .user = user, .secret = "secret"};
    world->room = world->responder.open(world->responder.self, &wish);
}

static inline void world_close(struct world *world)
{
    world->responder.close(world->responder.self, world->room);
    buf_deinit(&world->out);
}

static inline struct responder_talk *begin(struct world *world, enum protocol protocol)
{
    buf_clear(&world->out);
    return world->responder.begin(world->room, protocol, &world->out);
}

static inline struct bytes answer(struct world *world, struct responder_talk *talk,
                                  struct bytes unit)
{
    buf_clear(&world->out);
    world->responder.answer(talk, unit, &world->out);
    return buf_bytes(&world->out);
}

static inline bool answers(struct world *world, struct responder_talk *talk, const char *unit,
                           const char *expected)
{
    struct bytes got = answer(world, talk, bytes_of(unit));
    bool ok =
        expected[0] == '\0' ? got.n == 0 : bytes_starts(got, expected) && bytes_ends(got, "\r\n");
    if (!ok) {
        fprintf(stderr, "%s: expected %s, got %s\n", unit, expected, buf_text(&world->out));
    }
    return ok;
}

static inline void note(struct world *world, struct responder_talk *talk, const char *unit,
                        const char *code)
{
    world->responder.note(talk, bytes_of(unit), code);
}

static inline size_t count_messages(struct world *world)
{
    struct bytes content;
    size_t count = 0;
    while (world->responder.message(world->room, count + 1, &content)) {
        count++;
    }
    return count;
}

static inline struct bytes message(struct world *world, size_t number)
{
    struct bytes content = {0};
    CU_ASSERT(world->responder.message(world->room, number, &content));
    return content;
}

static inline bool holds(struct bytes content, const char *text)
{
    return bytes_find(content, bytes_of(text), 0) != BYTES_NONE;
}

#endif
