/* command_wait - wait until a message stands in a store, print it; the exit status tells */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/file.h"
#include "base/mem.h"
#include "cli/commands.h"
#include "cli/mail_scan.h"
#include "cli/mail_seen.h"
#include "net/folder_watch.h"
#include "proto/message_field.h"
#include "reports/show.h"

enum {
    SLOW_LOOK_MS = 250, /* where the system tells nothing */
    STANDARD_TIMEOUT_MS = 10000,
    MOST_WANTED = 100000
};

enum print_what { PRINT_MESSAGE, PRINT_CONTENT, PRINT_PATH, PRINT_NOTHING };
static const char *const print_words[] = {"message", "content", "path", "nothing"};

struct wait {
    const struct options *options;
    const char *store;
    bool is_not; /* --not: the message must not come */
    unsigned wanted;
    unsigned print; /* enum print_what */
    int64_t timeout_ms;
    const char *timeout_text;
    struct mail_criteria *criteria;
    struct mail_scan *scan;
    struct loop *loop;
    struct folder_watch *watch;
    bool found;    /* and printed */
    bool failed;   /* it could not be printed, `error` tells why */
    bool readable; /* the store could be looked through the last time */
    struct error error;
};

/* ---- Options ---- */

static int read_timeout(struct wait *wait, struct error *error)
{
    const char *text = options_get(wait->options, OPTION_TIMEOUT);
    wait->timeout_text = text != NULL ? text : "10s";
    wait->timeout_ms = STANDARD_TIMEOUT_MS;
    if (text != NULL && !duration_read(bytes_of(text), &wait->timeout_ms)) {
        return error_set(error, "%s: expected a time with its unit, as in 10s, found \"%s\"",
                         wait->options->value[OPTION_TIMEOUT].where, text);
    }
    return 0;
}

static int read_print(struct wait *wait, struct error *error)
{
    unsigned standard = wait->is_not       ? PRINT_NOTHING
                        : wait->wanted > 1 ? PRINT_PATH
                                           : PRINT_MESSAGE;
    if (options_choice(wait->options, OPTION_PRINT, print_words,
                       sizeof print_words / sizeof print_words[0], standard, &wait->print,
                       error) != 0) {
        return -1;
    }
    if (wait->wanted > 1 && wait->print < PRINT_PATH) {
        return error_set(error,
                         "several messages behind each other could not be told apart: with "
                         "--count %u use --print path",
                         wait->wanted);
    }
    return 0;
}

static int read_options(struct wait *wait, struct error *error)
{
    const struct options *options = wait->options;
    wait->store = options_get(options, OPTION_STORE);
    wait->is_not = options_given(options, OPTION_NOT);
    if (wait->store == NULL) {
        return error_set(error, "--store names the folder to look into; none is given");
    }
    if (options->operand_count > 0) {
        return error_set(error,
                         "\"%s\" is no option; conditions are --to, --from, --subject and "
                         "--header",
                         options->operands[0]);
    }
    if (wait->is_not &&
        (options_given(options, OPTION_COUNT_OF) || options_given(options, OPTION_REMOVE))) {
        return error_set(error, "--not waits for nothing, so --count and --remove mean nothing");
    }
    if (options_number(options, OPTION_COUNT_OF, MOST_WANTED, 1, &wait->wanted, error) != 0 ||
        read_timeout(wait, error) != 0 || read_print(wait, error) != 0) {
        return -1;
    }
    wait->criteria = mail_criteria_new(options, error);
    return wait->criteria != NULL ? 0 : -1;
}

/* ---- Printing what was found ---- */

/* Where the printing begins: PRINT_CONTENT leaves out what the delivery put before the message. */
static int skip_trace(FILE *file)
{
    char octets[BUFSIZ];
    struct buf header = {0};
    size_t n = 1;
    while (n > 0 && header.n < MAIL_HEADER_OCTETS) {
        n = fread(octets, 1, sizeof octets, file);
        buf_append(&header, bytes_make(octets, n));
    }
    long offset = (long)message_trace_octets(buf_bytes(&header));
    buf_deinit(&header);
    return fseek(file, offset, SEEK_SET);
}

static int print_file(const struct wait *wait, FILE *file, const char *path, struct error *error)
{
    char octets[BUFSIZ];
    if (wait->print == PRINT_CONTENT && skip_trace(file) != 0) {
        return error_set(error, "%s cannot be read: %s", path, strerror(errno));
    }
    for (size_t n = sizeof octets; n == sizeof octets && ferror(stdout) == 0;) {
        n = fread(octets, 1, sizeof octets, file);
        fwrite(octets, 1, n, stdout);
    }
    return ferror(file) != 0 ? error_set(error, "%s cannot be read to its end", path) : 0;
}

static int print_found(const struct wait *wait, FILE *file, const char *path, struct error *error)
{
    if (wait->print == PRINT_PATH) {
        printf("%s\n", path);
    } else if (wait->print != PRINT_NOTHING) {
        return print_file(wait, file, path, error);
    }
    return 0;
}

/* Only what has been printed goes; a full disk behind standard output loses nothing. */
static int take_away(const struct wait *wait, const char *path, struct error *error)
{
    if (!options_given(wait->options, OPTION_REMOVE) || fflush(stdout) != 0 ||
        ferror(stdout) != 0) {
        return 0; /* main() tells of standard output */
    }
    return unlink(path) == 0 || errno == ENOENT
               ? 0
               : error_set(error, "%s cannot be removed: %s", path, strerror(errno));
}

/* Of several that take messages away at the same time one gets this: the others see it locked, or gone. */
static bool is_ours(const struct wait *wait, FILE *file, const char *path)
{
    if (!options_given(wait->options, OPTION_REMOVE)) {
        return true;
    }
    return (flock(fileno(file), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) &&
           file_exists(path);
}

/* Somebody may have moved it from new to cur since it was seen. NULL: it is gone, or cannot be read (wait->error). */
static FILE *open_found(struct wait *wait, const char *key, char **path_r)
{
    for (unsigned tries = 0; tries < 2; tries++) {
        const struct mail_found *found = mail_scan_find(wait->scan, key);
        FILE *file = found != NULL ? fopen(found->path, "re") : NULL;
        if (file != NULL) {
            *path_r = mem_strdup(found->path);
            return file;
        }
        if (found != NULL && errno != ENOENT) {
            error_set(&wait->error, "%s cannot be read: %s", found->path, strerror(errno));
            return NULL;
        }
        (void)mail_scan_look(wait->scan, NULL);
    }
    return NULL;
}

/* False: it is not there any more, or it failed. */
static bool give_one(struct wait *wait, const char *key)
{
    char *path = NULL;
    FILE *file = open_found(wait, key, &path);
    bool given = file != NULL && is_ours(wait, file, path);
    if (given && (print_found(wait, file, path, &wait->error) != 0 ||
                  take_away(wait, path, &wait->error) != 0)) {
        given = false;
    }
    if (file != NULL) {
        fclose(file);
    }
    free(path);
    return given;
}

/* The keys of all that are wanted, the oldest first: whoever looks again meanwhile finds them by these. */
static char **wanted_keys(const struct wait *wait, size_t *count_r)
{
    size_t count = mail_scan_count(wait->scan);
    char **keys = mem_alloc((count + 1) * sizeof *keys);
    *count_r = 0;
    for (size_t i = 0; i < count; i++) {
        const struct mail_found *found = mail_scan_at(wait->scan, i);
        if (found->missed == 0 && !found->again) {
            keys[(*count_r)++] = mem_strdup(found->key);
        }
    }
    return keys;
}

/* What others took away before anything was printed is as good as never come: false. */
static bool give_found(struct wait *wait)
{
    size_t count = 0;
    char **keys = wanted_keys(wait, &count);
    unsigned given = 0;
    wait->error.text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        if (given < wait->wanted && wait->error.text[0] == '\0' && give_one(wait, keys[i])) {
            given++;
        }
        free(keys[i]);
    }
    free((void *)keys);
    if (wait->error.text[0] == '\0' && given > 0 && given < wait->wanted) {
        error_set(&wait->error, "%u messages came, and somebody has removed one since",
                  wait->wanted);
    }
    wait->failed = wait->error.text[0] != '\0';
    return wait->failed || given > 0;
}

/* ---- Waiting ---- */

static void watch_folder(void *self, const char *path)
{
    struct wait *wait = self;
    folder_watch_add(wait->watch, path);
}

static void look(void *self)
{
    struct wait *wait = self;
    wait->readable = mail_scan_look(wait->scan, &wait->error) == 0;
    wait->found =
        mail_scan_matches(wait->scan) >= wait->wanted && (give_found(wait) || wait->is_not);
    if (wait->found) {
        loop_stop(wait->loop);
    }
}

static void give_up(void *self)
{
    struct wait *wait = self;
    if (!wait->found) {
        look(wait); /* what came since the last look came in time */
    }
    loop_stop(wait->loop);
}

static void wait_for_it(struct wait *wait)
{
    struct timer *end = timer_new(wait->loop, give_up, wait);
    wait->watch = folder_watch_new(wait->loop, SLOW_LOOK_MS, look, wait);
    wait->scan = mail_scan_new(wait->store, wait->criteria, watch_folder, wait);
    timer_start(end, wait->timeout_ms);
    look(wait);
    if (!wait->found) {
        loop_run(wait->loop);
    }
    timer_free(&end);
}

/* ---- Telling what was seen ---- */

static void describe(const struct wait *wait, struct buf *out)
{
    struct buf criteria = {0};
    mail_criteria_describe(wait->criteria, &criteria);
    buf_append_text(out, criteria.n > 0 ? " " : "");
    show_line(out, buf_bytes(&criteria));
    buf_deinit(&criteria);
}

static enum exit_status not_found(const struct wait *wait)
{
    struct buf what = {0};
    size_t matches = mail_scan_matches(wait->scan);
    if (wait->wanted == 1) {
        buf_append_text(&what, "no message");
    } else {
        buf_printf(&what, "%zu of %u messages", matches, wait->wanted);
    }
    describe(wait, &what);
    buf_printf(&what, " came within %s", wait->timeout_text);
    mail_seen_print(wait->scan, wait->criteria, buf_bytes(&what));
    buf_deinit(&what);
    return EXIT_NOT_ACCEPTABLE;
}

static enum exit_status unwanted_came(const struct wait *wait)
{
    struct buf what = {0};
    buf_append_text(&what, "a message");
    describe(wait, &what);
    buf_append_text(&what, " came, and none should");
    mail_seen_print(wait->scan, wait->criteria, buf_bytes(&what));
    buf_deinit(&what);
    return EXIT_NOT_ACCEPTABLE;
}

/* Who could not look has seen nothing. */
static enum exit_status none_came(const struct wait *wait)
{
    const char *hard = mail_criteria_gave_up(wait->criteria);
    if (hard != NULL) {
        return complain(EXIT_TARGET,
                        "%s took too long for a message, so nobody knows whether it is one that "
                        "should not come",
                        hard);
    }
    return mail_scan_maildirs(wait->scan) > 0
               ? EXIT_ACCEPTABLE
               : complain(EXIT_TARGET, "%s holds no Maildir (waited %s)", wait->store,
                          wait->timeout_text);
}

static enum exit_status judge(struct wait *wait)
{
    if (wait->found) {
        if (wait->failed) {
            complain(EXIT_TARGET, "%s", wait->error.text);
        }
        return wait->is_not ? unwanted_came(wait) : wait->failed ? EXIT_TARGET : EXIT_ACCEPTABLE;
    }
    if (!wait->readable) {
        return complain(EXIT_TARGET, "%s (waited %s)", wait->error.text, wait->timeout_text);
    }
    return wait->is_not ? none_came(wait) : not_found(wait);
}

enum exit_status command_wait(const struct options *options, struct arena *arena)
{
    struct wait wait = {.options = options};
    struct error error = {""};
    (void)arena;
    if (read_options(&wait, &error) != 0) {
        return complain(EXIT_USAGE, "%s", error.text);
    }
    wait.loop = loop_new();
    wait_for_it(&wait);
    enum exit_status status = judge(&wait);
    folder_watch_free(&wait.watch); /* what is printed may be looked for once more */
    mail_scan_free(&wait.scan);
    mail_criteria_free(&wait.criteria);
    loop_free(&wait.loop);
    return status;
}
