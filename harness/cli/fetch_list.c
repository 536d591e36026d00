#include "cli/fetch_list.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "cli/mail_header.h"
#include "reports/show.h"

/* Columns of a terminal. */
enum { ID_WIDTH = 20, FROM_WIDTH = 30 };

struct row {
    uint64_t number;
    uint64_t octets;
    char *id;   /* what is shown of it */
    char *from; /* NULL: the server has no TOP */
    char *subject;
};

struct fetch_list {
    struct row *rows;
    size_t count;
    size_t capacity;
    size_t headers; /* rows that have one; they come in the order of the rows */
};

struct fetch_list *fetch_list_new(void)
{
    return mem_alloc(sizeof(struct fetch_list));
}

void fetch_list_add(struct fetch_list *list, const struct client_listed *listed)
{
    struct buf id = {0};
    show_octets(&id, listed->id, 70); /* RFC 1939 section 7 */
    list->rows = mem_grow(list->rows, list->count, &list->capacity, sizeof *list->rows);
    list->rows[list->count++] = (struct row){
        .number = listed->number, .octets = listed->octets, .id = mem_strdup(buf_text(&id))};
    buf_deinit(&id);
}

void fetch_list_header(struct fetch_list *list, uint64_t number, struct bytes header)
{
    while (list->headers < list->count && list->rows[list->headers].number != number) {
        list->headers++;
    }
    if (list->headers < list->count) {
        struct row *row = &list->rows[list->headers++];
        row->from = mail_header_show(header, "From");
        row->subject = mail_header_show(header, "Subject");
    }
}

static void pad(struct buf *line, size_t begin, size_t width)
{
    const size_t used = utf8_width(bytes_skip(buf_bytes(line), begin));
    buf_append_fill(line, ' ', used < width ? width - used : 0);
    buf_append_text(line, "  ");
}

/* Whole characters, as many as there is room for. */
static void append_cut(struct buf *line, const char *text, size_t width)
{
    struct bytes rest = bytes_of(text);
    size_t used = 0;
    while (rest.n > 0) {
        uint32_t code_point = 0;
        size_t octets = utf8_read(rest, &code_point);
        octets = octets > 0 ? octets : 1;
        used += utf8_width(bytes_slice(rest, 0, octets));
        if (used > width) {
            return;
        }
        buf_append(line, bytes_slice(rest, 0, octets));
        rest = bytes_skip(rest, octets);
    }
}

static void print_row(const struct row *row)
{
    struct buf line = {0};
    buf_printf(&line, "%5" PRIu64 "  %9" PRIu64 "  ", row->number, row->octets);
    size_t begin = line.n;
    buf_append_text(&line, row->id[0] != '\0' ? row->id : "-");
    pad(&line, begin, ID_WIDTH);
    begin = line.n;
    append_cut(&line, row->from != NULL ? row->from : "?", FROM_WIDTH);
    pad(&line, begin, FROM_WIDTH);
    buf_append_text(&line, row->subject != NULL ? row->subject : "?");
    const struct bytes shown = bytes_trim_right(buf_bytes(&line));
    printf("%.*s\n", (int)shown.n, buf_text(&line));
    buf_deinit(&line);
}

void fetch_list_print(const struct fetch_list *list)
{
    struct buf count = {0};
    uint64_t octets = 0;
    for (size_t i = 0; i < list->count; i++) {
        print_row(&list->rows[i]);
        octets += list->rows[i].octets;
    }
    show_count(&count, list->count, "message", "messages");
    printf("%s, %" PRIu64 " octets\n", buf_text(&count), octets);
    buf_deinit(&count);
}

void fetch_list_free(struct fetch_list **list_p)
{
    struct fetch_list *list = *list_p;
    *list_p = NULL;
    if (list == NULL) {
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        free(list->rows[i].id);
        free(list->rows[i].from);
        free(list->rows[i].subject);
    }
    free(list->rows);
    free(list);
}
