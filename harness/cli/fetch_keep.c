#include "cli/fetch_keep.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "cli/mail_header.h"
#include "cli/new_file.h"
#include "mail/file_name.h"
#include "mail/parts.h"
#include "reports/show.h"

struct named {
    uint64_t number;
    char *id;
};

struct fetch_keep {
    const char *folder;      /* NULL: no files */
    const char *attachments; /* NULL: none */
    bool text;
    bool quiet;
    struct named *names; /* in the order in which they come */
    size_t count;
    size_t capacity;
    size_t next;
    struct error failure;
};

struct fetch_keep *fetch_keep_new(const struct options *options)
{
    struct fetch_keep *keep = mem_alloc(sizeof *keep);
    keep->folder = options_get(options, OPTION_OUT);
    keep->attachments = options_get(options, OPTION_ATTACHMENTS);
    keep->text = options_given(options, OPTION_TEXT);
    keep->quiet = options_given(options, OPTION_QUIET);
    return keep;
}

void fetch_keep_name(struct fetch_keep *keep, const struct client_listed *listed)
{
    struct buf id = {0};
    buf_append(&id, listed->id);
    keep->names = mem_grow(keep->names, keep->count, &keep->capacity, sizeof *keep->names);
    keep->names[keep->count++] = (struct named){listed->number, mem_strdup(buf_text(&id))};
    buf_deinit(&id);
}

/* The unique-id, so that the file can be told again in a later session; else the number. */
static void write_name(struct fetch_keep *keep, uint64_t number, struct buf *name)
{
    struct buf plain = {0};
    while (keep->next < keep->count && keep->names[keep->next].number != number) {
        keep->next++;
    }
    buf_printf(&plain, "message-%" PRIu64, number);
    mail_file_name(name, bytes_of(keep->next < keep->count ? keep->names[keep->next].id : ""),
                   buf_text(&plain));
    buf_append_text(name, ".eml");
    buf_deinit(&plain);
}

static void tell_file(const struct fetch_keep *keep, uint64_t number, struct buf *path)
{
    struct buf shown = {0};
    if (!keep->quiet && !keep->text) {
        show_text(&shown, buf_text(path));
        printf("%" PRIu64 ": %s\n", number, buf_text(&shown));
    }
    buf_deinit(&shown);
}

static int keep_file(struct fetch_keep *keep, uint64_t number, struct bytes message)
{
    struct buf name = {0};
    struct buf path = {0};
    write_name(keep, number, &name);
    const int failed =
        new_file_write(keep->folder, buf_text(&name), message, &path, &keep->failure);
    if (failed == 0) {
        tell_file(keep, number, &path);
    }
    buf_deinit(&name);
    buf_deinit(&path);
    return failed;
}

/* ---- standard output ---- */

static int after_printing(struct fetch_keep *keep)
{
    return fflush(stdout) == 0 && ferror(stdout) == 0
               ? 0
               : error_set(&keep->failure, "cannot write to standard output");
}

/* What a stranger wrote may hold sequences that a terminal acts on; lines stay lines. */
static void print_shown(struct bytes text)
{
    struct bytes line;
    while (text.n > 0 && bytes_next(&text, '\n', &line)) {
        struct buf shown = {0};
        struct bytes piece;
        line = bytes_slice(line, 0, line.n - (bytes_ends(line, "\r") ? 1 : 0));
        bool is_first = true;
        while (bytes_next(&line, '\t', &piece)) {
            buf_append_text(&shown, is_first ? "" : "\t");
            show_line(&shown, piece);
            is_first = false;
        }
        puts(buf_text(&shown));
        buf_deinit(&shown);
    }
}

/* As it came where it goes to a file or a program. */
static int print_message(struct fetch_keep *keep, struct bytes message)
{
    if (isatty(STDOUT_FILENO) == 1) {
        print_shown(message);
    } else {
        (void)fwrite(message.p, 1, message.n, stdout);
    }
    return after_printing(keep);
}

static void print_field(struct bytes message, const char *name)
{
    char *value = mail_header_show(message, name);
    if (value[0] != '\0') {
        printf("%s: %s\n", name, value);
    }
    free(value);
}

static int print_text(struct fetch_keep *keep, struct bytes message, const struct mail_part *parts,
                      size_t count)
{
    static const char *const fields[] = {"Date", "From", "To", "Cc", "Subject"};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        print_field(message, fields[i]);
    }
    for (size_t i = 0; i < count; i++) {
        if (mail_part_is_text(&parts[i])) {
            struct buf text = {0};
            mail_part_text(&parts[i], &text);
            putchar('\n');
            print_shown(buf_bytes(&text));
            buf_deinit(&text);
        }
    }
    putchar('\n');
    return after_printing(keep);
}

/* ---- attachments ---- */

static int keep_attachment(struct fetch_keep *keep, uint64_t number, const struct mail_part *part)
{
    struct buf name = {0};
    struct buf octets = {0};
    struct buf path = {0};
    mail_file_name(&name, part->name, "attachment");
    mail_part_content(part, &octets);
    const int failed = new_file_write(keep->attachments, buf_text(&name), buf_bytes(&octets), &path,
                                      &keep->failure);
    if (failed == 0) {
        tell_file(keep, number, &path);
    }
    buf_deinit(&name);
    buf_deinit(&octets);
    buf_deinit(&path);
    return failed;
}

static int keep_attachments(struct fetch_keep *keep, uint64_t number, const struct mail_part *parts,
                            size_t count)
{
    int failed = 0;
    for (size_t i = 0; i < count && failed == 0; i++) {
        if (parts[i].is_attachment || parts[i].name.n > 0) {
            failed = keep_attachment(keep, number, &parts[i]);
        }
    }
    return failed;
}

bool fetch_keep_message(struct fetch_keep *keep, uint64_t number, struct bytes message)
{
    const bool wants_parts = keep->text || keep->attachments != NULL;
    struct arena *arena = arena_new();
    size_t count = 0;
    const struct mail_part *parts = wants_parts ? mail_parts_read(message, arena, &count) : NULL;
    int failed = keep->folder != NULL ? keep_file(keep, number, message) : 0;
    if (failed == 0 && keep->attachments != NULL) {
        failed = keep_attachments(keep, number, parts, count);
    }
    if (failed == 0 && keep->text) {
        failed = print_text(keep, message, parts, count);
    }
    if (failed == 0 && keep->folder == NULL && !wants_parts) {
        failed = print_message(keep, message);
    }
    arena_free(&arena);
    return failed == 0;
}

const char *fetch_keep_failure(const struct fetch_keep *keep)
{
    return keep->failure.text[0] != '\0' ? keep->failure.text : NULL;
}

void fetch_keep_free(struct fetch_keep **keep_p)
{
    struct fetch_keep *keep = *keep_p;
    *keep_p = NULL;
    if (keep == NULL) {
        return;
    }
    for (size_t i = 0; i < keep->count; i++) {
        free(keep->names[i].id);
    }
    free(keep->names);
    free(keep);
}
