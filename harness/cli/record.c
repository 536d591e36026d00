#include "cli/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "cli/case_file.h"
#include "cli/record_play.h"
#include "cli/text_diff.h"
#include "record/recording.h"
#include "reports/show.h"
#include "script/scenario.h"

int record_check(const struct run_command *run, struct error *error)
{
    static const enum option_id others[] = {OPTION_OUT, OPTION_REPORT, OPTION_REPEAT, OPTION_SELF};
    bool record = options_given(run->options, OPTION_RECORD);
    bool accept = options_given(run->options, OPTION_ACCEPT);
    const char *name = record ? "--record" : "--accept";
    if (!record && !accept) {
        return 0;
    }
    if (record && accept) {
        return error_set(error, "--record and --accept: leave one of them out");
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (options_given(run->options, others[i])) {
            return error_set(error, "%s does not go together with --%s", name,
                             option_row(others[i])->name);
        }
    }
    if (run_tests_client(run)) {
        return error_set(error, "%s pins what a server says: leave out --client and --listen",
                         name);
    }
    if (accept && run->options->operand_count == 0) {
        return error_set(error, "--accept: name the recorded scenarios, or their folder");
    }
    return 0;
}

static void say(const struct run_command *run, bool always, const char *what, const char *where,
                const char *why)
{
    if (run->reporter.quiet && !always) {
        return;
    }
    struct buf text = {0};
    buf_printf(&text, "%-10s ", what);
    show_text(&text, where);
    if (why != NULL) {
        buf_append_text(&text, ": ");
        show_text(&text, why);
    }
    printf("%s\n", buf_text(&text));
    buf_deinit(&text);
}

/* ---- --record ---- */

struct tally {
    size_t written;
    size_t not_again;
    size_t left_out;
    bool unwritable;
};

static void write_record(struct run_command *run, struct record_item *item, struct tally *tally)
{
    struct error error = {{0}};
    if (item->text.n == 0) {
        struct buf why = {0};
        buf_printf(&why, "%s: %s", verdict_name(item->verdict),
                   item->reason != NULL ? item->reason : "the server said nothing");
        say(run, false, "left out", item->id, buf_text(&why));
        buf_deinit(&why);
        tally->left_out++;
        return;
    }
    const char *path = item->passes ? item->path : arena_printf(run->arena, "%s.txt", item->path);
    /* The case itself, when DIR is its folder, or what somebody wrote by hand: that is not taken away. */
    if (case_file_is_somebodys(item->path, recording_is_one)) {
        (void)complain(EXIT_REPORT, "%s is no record, so it stays: choose another folder",
                       item->path);
        tally->unwritable = true;
        return;
    }
    (void)unlink(item->path); /* what an earlier record said */
    (void)unlink(arena_printf(run->arena, "%s.txt", item->path));
    if (file_write(path, buf_bytes(&item->text), &error) != 0) {
        (void)complain(EXIT_REPORT, "%s", error.text);
        tally->unwritable = true;
        return;
    }
    tally->written++;
    tally->not_again += item->passes ? 0 : 1;
    say(run, !item->passes, item->passes ? "recorded" : "not again", path,
        item->passes ? NULL : item->not_again);
}

static enum exit_status record_status(const struct tally *tally)
{
    if (tally->unwritable) {
        return EXIT_REPORT;
    }
    if (tally->written == 0) {
        return complain(EXIT_NOTHING, "nothing could be recorded");
    }
    return tally->not_again > 0 ? EXIT_NOT_ACCEPTABLE : EXIT_ACCEPTABLE;
}

static enum exit_status record(struct run_command *run)
{
    const char *folder = options_get(run->options, OPTION_RECORD);
    struct record_items items;
    struct tally tally = {0};
    struct error error = {{0}};
    suite_keep_tests(run->suite, SUITE_TESTS_SERVER);
    record_items_init(&items, run->suite);
    for (size_t i = 0; i < items.count; i++) {
        items.items[i].path = case_file_path(run->arena, folder, items.items[i].id);
    }
    enum exit_status status = EXIT_TARGET;
    if (record_play(run, run->suite, &items, &error) != 0) {
        (void)complain(EXIT_TARGET, "%s", error.text);
    } else {
        for (size_t i = 0; i < items.count; i++) {
            write_record(run, &items.items[i], &tally);
        }
        printf("%zu recorded, %zu of them do not pass again; %zu left out\n", tally.written,
               tally.not_again, tally.left_out);
        status = record_status(&tally);
    }
    record_items_deinit(&items);
    return status;
}

/* ---- --accept ---- */

struct accepting {
    size_t same;
    size_t left_out;
    size_t accepted;
    size_t refused;
    bool unwritable;
};

/* Those that fail now, without the texts that were pinned. */
static struct suite *loose_suite(struct run_command *run, struct record_items *items,
                                 struct accepting *accepting)
{
    struct suite *suite = suite_new(scenarios_folder(run->options), &run->rules);
    for (size_t i = 0; i < items->count; i++) {
        struct record_item *item = &items->items[i];
        struct buf text = {0};
        struct buf loose = {0};
        struct error error = {{0}};
        if (item->verdict == VERDICT_PASS) {
            accepting->same++;
            say(run, false, "same", item->path, NULL);
        } else if (item->verdict == VERDICT_UNSUPPORTED || item->verdict == VERDICT_SKIP) {
            accepting->left_out++;
            say(run, false, "left out", item->path, item->reason);
        } else if (file_read(item->path, SCENARIO_MAX_OCTETS, &text, &error) != 0 ||
                   !recording_loosen(buf_bytes(&text), &loose)) {
            accepting->refused++;
            say(run, true, "refused", item->path, "no recorded scenario: it has no Compare: text");
        } else {
            suite_add_text(suite, item->path, item->id, buf_bytes(&loose));
        }
        buf_deinit(&text);
        buf_deinit(&loose);
    }
    return suite;
}

static void accept_item(struct run_command *run, struct record_item *item,
                        struct accepting *accepting)
{
    bool only_texts = item->verdict == VERDICT_PASS || item->verdict == VERDICT_NON_STRICT;
    struct buf before = {0};
    struct buf shown = {0};
    struct error error = {{0}};
    if (!only_texts || item->text.n == 0 || !item->passes) {
        accepting->refused++;
        say(run, true, "refused", item->path, only_texts ? item->not_again : item->reason);
    } else if (file_read(item->path, SCENARIO_MAX_OCTETS, &before, &error) != 0 ||
               file_write(item->path, buf_bytes(&item->text), &error) != 0) {
        (void)complain(EXIT_REPORT, "%s", error.text);
        accepting->unwritable = true;
    } else {
        accepting->accepted++;
        say(run, true, "accepted", item->path, NULL);
        text_diff(&shown, item->path, buf_bytes(&before), buf_bytes(&item->text));
        (void)fwrite(buf_text(&shown), 1, shown.n, stdout);
    }
    buf_deinit(&before);
    buf_deinit(&shown);
}

static enum exit_status accept_status(const struct accepting *accepting)
{
    if (accepting->unwritable) {
        return EXIT_REPORT;
    }
    if (accepting->same + accepting->accepted + accepting->refused == 0) {
        return complain(EXIT_NOTHING, "nothing could be accepted: every case was left out");
    }
    return accepting->refused > 0 ? EXIT_NOT_ACCEPTABLE : EXIT_ACCEPTABLE;
}

static int accept_changed(struct run_command *run, struct record_items *items,
                          struct accepting *accepting, struct error *error)
{
    struct record_items changed;
    struct suite *loose = loose_suite(run, items, accepting);
    record_items_init(&changed, loose);
    int failed = record_play(run, loose, &changed, error);
    for (size_t i = 0; i < changed.count && failed == 0; i++) {
        accept_item(run, &changed.items[i], accepting);
    }
    record_items_deinit(&changed);
    suite_free(&loose);
    return failed;
}

static enum exit_status accept(struct run_command *run)
{
    struct record_items items;
    struct accepting accepting = {0};
    struct error error = {{0}};
    record_items_init(&items, run->suite);
    enum exit_status status = EXIT_TARGET;
    if (record_play_once(run, run->suite, &items, &error) != 0 ||
        accept_changed(run, &items, &accepting, &error) != 0) {
        (void)complain(EXIT_TARGET, "%s", error.text);
    } else {
        printf("%zu the same, %zu accepted, %zu refused; %zu left out\n", accepting.same,
               accepting.accepted, accepting.refused, accepting.left_out);
        status = accept_status(&accepting);
    }
    record_items_deinit(&items);
    return status;
}

enum exit_status record_execute(struct run_command *run)
{
    return options_given(run->options, OPTION_RECORD) ? record(run) : accept(run);
}
