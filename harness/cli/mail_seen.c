#include "cli/mail_seen.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/escape.h"
#include "base/file.h"
#include "cli/commands.h"
#include "reports/show.h"

enum { NEAREST_SHOWN = 5, SHOWN_OCTETS = 120 };

static unsigned bits_of(uint32_t set)
{
    unsigned count = 0;
    for (; set != 0; set &= set - 1) {
        count++;
    }
    return count;
}

/* Whoever sent it wrote this; what people can read of it is kept. */
static void show_header_text(struct buf *out, const char *before, const struct buf *text)
{
    bool cut = text->n > SHOWN_OCTETS;
    buf_append_text(out, before);
    escape_append(out, bytes_slice(buf_bytes(text), 0, SHOWN_OCTETS), ESCAPE_UTF8 | ESCAPE_CI);
    buf_append_text(out, cut ? "..." : "");
}

static void print_message_line(struct mail_criteria *criteria, const struct mail_found *found)
{
    struct buf line = {0};
    struct buf header = {0};
    struct mail_summary summary = {0};
    struct error error;
    if (file_read_start(found->path, MAIL_HEADER_OCTETS, &header, &error) == 0) {
        char *maildrop = mail_found_maildrop(found);
        mail_criteria_missed(criteria, buf_bytes(&header), maildrop, &summary);
        free(maildrop);
    }
    show_header_text(&line, "  to ", &summary.to);
    show_header_text(&line, ", from ", &summary.from);
    show_header_text(&line, ", subject \"", &summary.subject);
    buf_append_text(&line, "\"");
    if (found->missed != 0) {
        buf_append_text(&line, " (differs: ");
        mail_criteria_names(criteria, found->missed, &line);
        buf_append_text(&line, ")");
    }
    buf_append_text(&line, "  ");
    show_text(&line, found->path);
    fprintf(stderr, "%s\n", buf_text(&line));
    mail_summary_deinit(&summary);
    buf_deinit(&header);
    buf_deinit(&line);
}

/* Those that miss the fewest conditions first, of these the youngest. */
static void print_nearest(const struct mail_scan *scan, struct mail_criteria *criteria)
{
    size_t left = NEAREST_SHOWN;
    for (unsigned missed = 0; missed <= 32 && left > 0; missed++) {
        for (size_t i = mail_scan_count(scan); i > 0 && left > 0; i--) {
            const struct mail_found *found = mail_scan_at(scan, i - 1);
            if (bits_of(found->missed) == missed) {
                print_message_line(criteria, found);
                left--;
            }
        }
    }
}

void mail_seen_print(const struct mail_scan *scan, struct mail_criteria *criteria,
                     struct bytes what)
{
    size_t count = mail_scan_count(scan);
    struct buf line = {0};
    buf_append(&line, what);
    if (count == 0) {
        buf_append_text(&line, mail_scan_maildirs(scan) > 0 ? "; the store holds no message at all"
                                                            : "; the store holds no Maildir");
    } else {
        buf_append_text(&line, "; the store holds ");
        show_count(&line, count, "message", "messages");
        buf_append_text(&line, count > NEAREST_SHOWN ? ", nearest:" : ":");
    }
    fprintf(stderr, "mailspec: %s\n", buf_text(&line));
    buf_deinit(&line);
    print_nearest(scan, criteria);
    const char *hard = mail_criteria_gave_up(criteria);
    if (hard != NULL) {
        complain(EXIT_NOT_ACCEPTABLE, "%s took too long for a message, which was let by", hard);
    }
}
