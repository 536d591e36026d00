/* A command line, and its argument as a reverse-path and as a forward-path. */
#include "proto/smtp_command.h"
#include "proto_fuzz.h"

/* A path without a defect can be put together again from its parts. */
static void check_good(const struct smtp_path *path, const char *keyword, struct bytes argument)
{
    struct buf again = {0};
    buf_append_text(&again, keyword);
    buf_append(&again, path->whole);
    for (size_t i = 0; i < path->param_count; i++) {
        const struct smtp_param *param = &path->params[i];
        buf_append_octet(&again, ' ');
        buf_append(&again, param->keyword);
        buf_append_text(&again, param->has_value ? "=" : "");
        buf_append(&again, param->value);
    }
    FUZZ_MUST(bytes_equal_nocase(buf_bytes(&again), argument));
    FUZZ_MUST(bytes_starts(path->whole, "<") && bytes_ends(path->whole, ">"));
    FUZZ_MUST(path->mailbox.n == 0 || bytes_is_nocase(path->mailbox, "postmaster") ||
              smtp_is_mailbox(path->mailbox));
    buf_deinit(&again);
}

static void check_places(const struct smtp_path *path, struct bytes argument)
{
    FUZZ_MUST(fuzz_within(path->whole, argument));
    FUZZ_MUST(fuzz_within(path->mailbox, path->whole));
    FUZZ_MUST(fuzz_within(path->local_part, path->mailbox));
    FUZZ_MUST(fuzz_within(path->domain, path->mailbox));
    FUZZ_MUST(path->param_count <= SMTP_MAX_PARAMS);
    for (size_t i = 0; i < path->param_count; i++) {
        FUZZ_MUST(fuzz_within(path->params[i].keyword, argument));
        FUZZ_MUST(fuzz_within(path->params[i].value, argument));
    }
}

/* Without an octet above 127 both grammars are the same. */
static void check_utf8_path(const struct smtp_path *strict, struct bytes argument, bool forward)
{
    struct smtp_path path = smtp_path_read_utf8(argument, forward);
    check_places(&path, argument);
    if ((strict->defects & SMTP_PATH_EIGHT_BIT) == 0) {
        bool is_visible = path.defects == strict->defects;
        FUZZ_MUST(is_visible || path.defects == (strict->defects | SMTP_PATH_BAD_DOMAIN));
        FUZZ_MUST(bytes_equal(path.whole, strict->whole));
    }
}

static void check_path(struct bytes argument, bool forward)
{
    struct smtp_path path = smtp_path_read(argument, forward);
    struct buf names = {0};
    check_places(&path, argument);
    check_utf8_path(&path, argument, forward);
    if ((path.defects & ~(unsigned)SMTP_PATH_SOURCE_ROUTE) == 0) {
        check_good(&path, forward ? "TO:" : "FROM:", argument);
    }
    smtp_path_defects_print(&names, path.defects);
    buf_deinit(&names);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes line = bytes_make(data, size);
    struct smtp_command command = smtp_command_read(line);
    FUZZ_MUST(fuzz_within(command.word, line));
    FUZZ_MUST(fuzz_within(command.argument, line));
    FUZZ_MUST(command.has_blank || command.argument.n == 0);
    FUZZ_MUST(command.verb == SMTP_UNKNOWN ||
              bytes_is_nocase(command.word, smtp_verb_row(command.verb)->name));
    check_path(command.argument, false);
    check_path(command.argument, true);
    smtp_is_mailbox(line);
    struct smtp_chunk chunk;
    FUZZ_MUST(!smtp_chunk_read(command.argument, &chunk) ||
              !chunk.last == (bytes_index(command.argument, 'T', 0) == BYTES_NONE &&
                              bytes_index(command.argument, 't', 0) == BYTES_NONE));
    return 0;
}
