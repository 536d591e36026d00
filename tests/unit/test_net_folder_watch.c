/* A change in a folder is told soon, by the system or by the clock, also in one that was removed and made again. */
#include "unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/temp_folder.h"
#include "net/folder_watch.h"

enum { NEVER_MS = 3600 * 1000, WATCHDOG_MS = 30000 };

struct watching {
    struct loop *loop;
    struct folder_watch *watch;
    struct timer *watchdog;
    char *folder;
    struct buf inner; /* a folder in it, which is watched */
    unsigned told;
    bool late;
};

static void on_change(void *self)
{
    struct watching *watching = self;
    watching->told++;
    loop_stop(watching->loop);
}

static void on_late(void *self)
{
    struct watching *watching = self;
    watching->late = true;
    loop_stop(watching->loop);
}

static void watching_init(struct watching *watching, int64_t slow_ms)
{
    *watching = (struct watching){.loop = loop_new(), .folder = temp_folder_new(NULL)};
    CU_ASSERT_FATAL(watching->loop != NULL && watching->folder != NULL);
    buf_printf(&watching->inner, "%s/inner", watching->folder);
    CU_ASSERT(mkdir(buf_text(&watching->inner), 0700) == 0);
    watching->watchdog = timer_new(watching->loop, on_late, watching);
    watching->watch = folder_watch_new(watching->loop, slow_ms, on_change, watching);
    folder_watch_add(watching->watch, buf_text(&watching->inner));
}

static bool is_told(struct watching *watching)
{
    unsigned before = watching->told;
    timer_start(watching->watchdog, WATCHDOG_MS);
    loop_run(watching->loop);
    timer_stop(watching->watchdog);
    return watching->told == before + 1 && !watching->late;
}

static void watching_deinit(struct watching *watching)
{
    folder_watch_free(&watching->watch);
    timer_free(&watching->watchdog);
    loop_free(&watching->loop);
    temp_folder_remove(&watching->folder);
    buf_deinit(&watching->inner);
}

/* As a delivery does it: written elsewhere, then moved in. */
static void deliver(struct watching *watching, const char *name)
{
    struct buf from = {0};
    struct buf to = {0};
    buf_printf(&from, "%s/%s", watching->folder, name);
    buf_printf(&to, "%s/inner/%s", watching->folder, name);
    CU_ASSERT(file_write(buf_text(&from), BYTES_LIT("x"), NULL) == 0);
    CU_ASSERT(rename(buf_text(&from), buf_text(&to)) == 0);
    buf_deinit(&from);
    buf_deinit(&to);
}

static void test_event(void)
{
    struct watching watching;
    watching_init(&watching, NEVER_MS);
    deliver(&watching, "a");
    CU_ASSERT(is_told(&watching));
    folder_watch_add(watching.watch, buf_text(&watching.inner));
    for (char name[] = "b"; name[0] < 'z'; name[0]++) {
        deliver(&watching, name);
    }
    CU_ASSERT(is_told(&watching));
    watching_deinit(&watching);
}

static void test_made_again(void)
{
    struct watching watching;
    watching_init(&watching, NEVER_MS);
    CU_ASSERT(rmdir(buf_text(&watching.inner)) == 0);
    CU_ASSERT(is_told(&watching));
    folder_watch_add(watching.watch, buf_text(&watching.inner)); /* not there: nothing */
    CU_ASSERT(mkdir(buf_text(&watching.inner), 0700) == 0);
    folder_watch_add(watching.watch, buf_text(&watching.inner));
    deliver(&watching, "a");
    CU_ASSERT(is_told(&watching));
    watching_deinit(&watching);
}

static void test_clock(void)
{
    struct watching watching;
    watching_init(&watching, 1);
    CU_ASSERT(is_told(&watching));
    CU_ASSERT(is_told(&watching));
    watching_deinit(&watching);
}

/* Nobody is told behind the end. */
static void test_freed(void)
{
    struct watching watching;
    watching_init(&watching, NEVER_MS);
    deliver(&watching, "a");
    folder_watch_free(&watching.watch);
    timer_start(watching.watchdog, 1);
    loop_run(watching.loop);
    CU_ASSERT(watching.told == 0 && watching.late);
    watching_deinit(&watching);
}

static const struct unit_test tests[] = {
    {"an event",                test_event     },
    {"removed, and made again", test_made_again},
    {"the clock alone",         test_clock     },
    {"freed in between",        test_freed     },
};

UNIT_MAIN("net/folder_watch", tests)
