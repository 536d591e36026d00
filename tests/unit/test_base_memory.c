#include "unit.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"

static void test_buf(void)
{
    struct buf b = {0};
    CU_ASSERT(strcmp(buf_text(&b), "") == 0);
    buf_append(&b, bytes_of(NULL));
    CU_ASSERT(b.n == 0);
    buf_append_text(&b, "abc");
    buf_append_octet(&b, '\0');
    buf_append_fill(&b, 'x', 3);
    buf_printf(&b, "%d-%s", 42, "y");
    buf_printf(&b, "%s", "");
    CU_ASSERT(bytes_equal(buf_bytes(&b), BYTES_LIT("abc\0xxx42-y")));
    buf_consume(&b, 4);
    CU_ASSERT(bytes_is(buf_bytes(&b), "xxx42-y"));
    buf_consume(&b, 99);
    CU_ASSERT(b.n == 0);
    buf_append_text(&b, "again");
    CU_ASSERT(strcmp(buf_text(&b), "again") == 0);
    buf_clear(&b);
    CU_ASSERT(b.n == 0 && b.capacity > 0);
    buf_append_text(&b, "given");
    char *text = buf_steal(&b);
    CU_ASSERT(strcmp(text, "given") == 0);
    CU_ASSERT(b.p == NULL && b.n == 0 && b.capacity == 0);
    free(text);
    buf_deinit(&b);
    buf_deinit(&b);
}

static void test_buf_grows(void)
{
    struct buf b = {0};
    for (unsigned i = 0; i < 100000; i++) {
        buf_append_octet(&b, (unsigned char)i);
    }
    CU_ASSERT(b.n == 100000);
    bool kept = true;
    for (unsigned i = 0; i < 100000; i++) {
        kept = kept && b.p[i] == (unsigned char)i;
    }
    CU_ASSERT(kept);
    buf_deinit(&b);
}

static void test_arena(void)
{
    static const size_t sizes[] = {0, 1, 7, 16, 4096, 4097, 16384, 100000, 3};
    struct arena *arena = arena_new();
    size_t total = 0;
    for (unsigned round = 0; round < 50; round++) {
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            unsigned char *p = arena_alloc(arena, sizes[i]);
            bool zero = true;
            for (size_t j = 0; j < sizes[i]; j++) {
                zero = zero && p[j] == 0;
                p[j] = 0xff; /* so that an overlap with the next one is seen */
            }
            CU_ASSERT(zero);
            CU_ASSERT((uintptr_t)p % _Alignof(max_align_t) == 0);
            total += sizes[i];
        }
    }
    CU_ASSERT(arena_size(arena) == total);
    arena_free(&arena);
    CU_ASSERT_PTR_NULL(arena);
    arena_free(&arena);
}

static void test_arena_text(void)
{
    struct arena *arena = arena_new();
    CU_ASSERT_PTR_NULL(arena_strdup(arena, NULL));
    CU_ASSERT_STRING_EQUAL(arena_strdup(arena, "abc"), "abc");
    CU_ASSERT_STRING_EQUAL(arena_text(arena, bytes_of(NULL)), "");
    CU_ASSERT_STRING_EQUAL(arena_printf(arena, "%s/%u", "smtp", 7U), "smtp/7");
    struct bytes copy = arena_copy(arena, BYTES_LIT("a\0b"));
    CU_ASSERT(bytes_equal(copy, BYTES_LIT("a\0b")));
    unsigned *numbers = arena_array(arena, 1000, sizeof *numbers);
    CU_ASSERT(numbers[999] == 0);
    arena_free(&arena);
}

static void test_mem(void)
{
    CU_ASSERT_PTR_NULL(mem_strdup(NULL));
    char *text = mem_strdup("abc");
    CU_ASSERT_STRING_EQUAL(text, "abc");
    free(text);
    unsigned *numbers = NULL;
    size_t capacity = 0;
    for (unsigned i = 0; i < 1000; i++) {
        numbers = mem_grow(numbers, i, &capacity, sizeof *numbers);
        CU_ASSERT(capacity > i);
        numbers[i] = i;
    }
    CU_ASSERT(numbers[999] == 999 && numbers[0] == 0);
    free(numbers);
}

static void overflow_array(void)
{
    mem_array(SIZE_MAX / 2, 3);
}

static void overflow_resize(void)
{
    mem_resize(NULL, SIZE_MAX / 2, 3);
}

static void overflow_arena(void)
{
    arena_array(arena_new(), SIZE_MAX / 2, 3);
}

static void overflow_fill(void)
{
    struct buf b = {0};
    buf_append_fill(&b, 'x', SIZE_MAX - 1);
}

static const struct death_row {
    const char *name;
    void (*run)(void);
} death_rows[] = {
    {"array",  overflow_array },
    {"resize", overflow_resize},
    {"arena",  overflow_arena },
    {"fill",   overflow_fill  },
};

/* What asks for more than there is ends the process with status 7 and says so. */
static void test_out_of_memory(void)
{
    for (size_t i = 0; i < sizeof death_rows / sizeof death_rows[0]; i++) {
        int ends[2];
        CU_ASSERT_FATAL(pipe(ends) == 0);
        fflush(NULL);
        pid_t child = fork();
        CU_ASSERT_FATAL(child >= 0);
        if (child == 0) {
            dup2(ends[1], STDERR_FILENO);
            death_rows[i].run();
            _exit(0);
        }
        close(ends[1]);
        char said[100] = "";
        CU_ASSERT(read(ends[0], said, sizeof said - 1) > 0);
        close(ends[0]);
        int status = 0;
        CU_ASSERT(waitpid(child, &status, 0) == child);
        UNIT_ROW(death_rows[i].name, WIFEXITED(status) && WEXITSTATUS(status) == 7);
        UNIT_ROW(death_rows[i].name, strcmp(said, "mailspec: out of memory\n") == 0);
    }
}

static void test_error(void)
{
    struct error error;
    CU_ASSERT(error_set(&error, "%s is missing", "x") == -1);
    CU_ASSERT_STRING_EQUAL(error.text, "x is missing");
    char longer[2 * sizeof error.text];
    memset(longer, 'y', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    CU_ASSERT(error_set(&error, "%s", longer) == -1);
    CU_ASSERT(strlen(error.text) == sizeof error.text - 1);
    CU_ASSERT(error_set(NULL, "%s", longer) == -1);
}

static void test_clock(void)
{
    struct clock_set set = {.monotonic_us = 5, .wall_us = 7};
    struct clock clock = clock_from_set(&set);
    CU_ASSERT(clock_monotonic_us(&clock) == 5);
    CU_ASSERT(clock_wall_us(&clock) == 7);
    set.monotonic_us += 10;
    CU_ASSERT(clock_monotonic_us(&clock) == 15);
    struct clock machine = clock_system();
    int64_t before = clock_monotonic_us(&machine);
    CU_ASSERT(clock_monotonic_us(&machine) >= before);
    CU_ASSERT(clock_wall_us(&machine) > INT64_C(1700000000000000));
}

static const struct unit_test tests[] = {
    {"buf",           test_buf          },
    {"buf grows",     test_buf_grows    },
    {"arena",         test_arena        },
    {"arena text",    test_arena_text   },
    {"mem",           test_mem          },
    {"out of memory", test_out_of_memory},
    {"error",         test_error        },
    {"clock",         test_clock        },
};

UNIT_MAIN("base/memory", tests)
