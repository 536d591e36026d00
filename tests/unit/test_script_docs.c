/*
 * Every example of docs/language.md: ```scenario has no problems, ```scenario-error has those of the ```text behind it.
 */
#include <string.h>

#include "base/file.h"
#include "script_dump.h"
#include "unit.h"

#define PATH "docs/language.md"

struct fence {
    struct bytes info; /* behind ``` */
    struct bytes body;
    unsigned line; /* of the body */
};

/* The next fenced block at or behind *at; false: there is none. */
static bool next_fence(struct bytes text, size_t *at, unsigned *line, struct fence *fence_r)
{
    bool inside = false;
    while (*at < text.n) {
        size_t from = *at;
        size_t end = bytes_index(text, '\n', from);
        end = end == BYTES_NONE ? text.n : end;
        struct bytes whole = bytes_slice(text, from, end);
        *at = end + 1;
        (*line)++;
        if (!bytes_starts(whole, "```")) {
            continue;
        }
        if (inside) {
            fence_r->body.n = (size_t)((text.p + from) - fence_r->body.p);
            return true;
        }
        inside = true;
        fence_r->info = bytes_skip(whole, 3);
        fence_r->body = bytes_skip(text, *at);
        fence_r->line = *line + 1;
    }
    return false;
}

static void check_example(const struct fence *example, struct bytes expected)
{
    struct scenario_options options = {.library = "scenarios", .id = "example"};
    struct scenario *scenario = scenario_read("example.scn", example->body, &options);
    struct buf out = {0};
    char name[64];
    snprintf(name, sizeof name, PATH ":%u", example->line);
    dump_problems(&out, scenario);
    bool same = bytes_equal(buf_bytes(&out), expected);
    if (!same) {
        fprintf(stderr, "got:\n%s", buf_text(&out));
    }
    UNIT_ROW(name, same);
    UNIT_ROW(name, expected.n > 0 || scenario_program_count(scenario) > 0);
    buf_deinit(&out);
    scenario_free(&scenario);
}

static void examples(void)
{
    struct buf file = {0};
    struct error error;
    CU_ASSERT_EQUAL_FATAL(file_read(PATH, (size_t)1 << 20, &file, &error), 0);
    struct bytes text = buf_bytes(&file);
    struct fence fence = {0};
    size_t at = 0;
    unsigned line = 0;
    unsigned good = 0;
    unsigned bad = 0;
    while (next_fence(text, &at, &line, &fence)) {
        if (bytes_is(fence.info, "scenario")) {
            check_example(&fence, (struct bytes){0});
            good++;
        } else if (bytes_is(fence.info, "scenario-error")) {
            struct fence expected = {0};
            bool found = next_fence(text, &at, &line, &expected);
            UNIT_ROW(PATH, found && bytes_is(expected.info, "text") && expected.body.n > 0);
            check_example(&fence, expected.body);
            bad++;
        }
    }
    CU_ASSERT_TRUE(good >= 10 && bad >= 5);
    buf_deinit(&file);
}

static const struct unit_test tests[] = {
    {"examples", examples},
};

UNIT_MAIN("script docs", tests)
