/* command_fetch - list or fetch the messages of a maildrop; the exit status tells */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/fetch_keep.h"
#include "cli/fetch_list.h"
#include "cli/mail_server.h"
#include "reports/show.h"

/* A message that was asked for by its number. */
struct wanted {
    uint64_t number;
    bool is_there;
};

struct fetching {
    const struct options *options;
    struct mail_server server;
    struct client_maildrop maildrop;
    struct wanted *wanted;
    size_t wanted_count;
    bool all;
    struct fetch_list *list; /* NULL: messages are fetched */
    struct fetch_keep *keep; /* NULL: they are listed */
};

/* ---- options ---- */

static int read_numbers(struct fetching *fetching, struct arena *arena, struct error *error)
{
    const struct options *options = fetching->options;
    fetching->wanted_count = options->operand_count - 1;
    fetching->wanted = arena_array(arena, options->operand_count, sizeof *fetching->wanted);
    for (size_t i = 0; i < fetching->wanted_count; i++) {
        const char *text = options->operands[i + 1];
        if (!bytes_to_u64(bytes_of(text), &fetching->wanted[i].number) ||
            fetching->wanted[i].number == 0) {
            return error_set(error,
                             "expected the number of a message, as the list has it, found "
                             "\"%s\"",
                             text);
        }
    }
    fetching->all = options_given(options, OPTION_ALL);
    return fetching->all && fetching->wanted_count > 0
               ? error_set(error, "--all and numbers: the one or the others")
               : 0;
}

/* What says what becomes of messages is nothing without messages. */
static int check_uses(const struct fetching *fetching, struct error *error)
{
    static const enum option_id uses[] = {OPTION_OUT, OPTION_TEXT, OPTION_ATTACHMENTS,
                                          OPTION_DELETE};
    for (size_t i = 0; i < sizeof uses / sizeof uses[0]; i++) {
        if (!fetching->all && fetching->wanted_count == 0 &&
            fetching->options->value[uses[i]].origin == ORIGIN_COMMAND_LINE) {
            return error_set(error, "--%s: of which messages? Numbers, or --all",
                             option_row(uses[i])->name);
        }
    }
    return 0;
}

static int read_options(struct fetching *fetching, struct arena *arena, struct error *error)
{
    const struct options *options = fetching->options;
    return mail_server_read(&fetching->server, options, true, arena, error) != 0 ||
                   read_numbers(fetching, arena, error) != 0 || check_uses(fetching, error) != 0 ||
                   mail_server_read_secret(&fetching->server, arena, error) != 0
               ? -1
               : 0;
}

/* ---- the maildrop ---- */

static bool wants(void *self, const struct client_listed *listed)
{
    struct fetching *fetching = self;
    bool is_wanted = fetching->all;
    for (size_t i = 0; i < fetching->wanted_count; i++) {
        if (fetching->wanted[i].number == listed->number) {
            fetching->wanted[i].is_there = true;
            is_wanted = true;
        }
    }
    if (fetching->list != NULL) {
        fetch_list_add(fetching->list, listed);
        return true;
    }
    if (is_wanted) {
        fetch_keep_name(fetching->keep, listed);
    }
    return is_wanted;
}

static bool take(void *self, uint64_t number, struct bytes message)
{
    struct fetching *fetching = self;
    if (fetching->list != NULL) {
        fetch_list_header(fetching->list, number, message);
        return true;
    }
    return fetch_keep_message(fetching->keep, number, message);
}

/* ---- the end ---- */

static enum exit_status tell_missing(const struct fetching *fetching, enum exit_status status)
{
    for (size_t i = 0; i < fetching->wanted_count && status == EXIT_ACCEPTABLE; i++) {
        if (!fetching->wanted[i].is_there) {
            status = complain(EXIT_NOT_ACCEPTABLE, "there is no message %" PRIu64 " at %s",
                              fetching->wanted[i].number, fetching->server.url);
        }
    }
    return status;
}

static enum exit_status finish(struct fetching *fetching, enum exit_status status)
{
    if (fetching->keep != NULL && fetch_keep_failure(fetching->keep) != NULL) {
        return complain(EXIT_REPORT, "%s; it stays in the maildrop",
                        fetch_keep_failure(fetching->keep));
    }
    if (fetching->list != NULL && status == EXIT_ACCEPTABLE &&
        !options_given(fetching->options, OPTION_QUIET)) {
        fetch_list_print(fetching->list);
    }
    return tell_missing(fetching, status);
}

static enum exit_status run(struct fetching *fetching)
{
    const struct options *options = fetching->options;
    struct mail_session session = {0};
    struct loop *loop = loop_new();
    if (fetching->all || fetching->wanted_count > 0) {
        fetching->keep = fetch_keep_new(options);
    } else {
        fetching->list = fetch_list_new();
    }
    fetching->maildrop = (struct client_maildrop){
        .self = fetching, .headers_only = fetching->list != NULL, .wants = wants, .take = take};
    fetching->server.settings.wishes.maildrop = &fetching->maildrop;
    fetching->server.settings.keep = !options_given(options, OPTION_DELETE);
    mail_session_run(&session, &fetching->server, options, loop);
    const enum exit_status status = finish(fetching, session.status);
    mail_session_end(&session);
    loop_free(&loop);
    fetch_keep_free(&fetching->keep);
    fetch_list_free(&fetching->list);
    return status;
}

enum exit_status command_fetch(const struct options *options, struct arena *arena)
{
    struct fetching fetching = {.options = options};
    struct error error = {""};
    if (read_options(&fetching, arena, &error) != 0) {
        return complain(EXIT_USAGE, "%s", error.text);
    }
    return run(&fetching);
}
