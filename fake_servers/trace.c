#include "fake_servers/trace.h"

#include <inttypes.h>
#include <time.h>

static void print_date(struct buf *out, int64_t wall_us, int year_digits, const char *zone)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t seconds = (time_t)(wall_us / 1000000);
    struct tm t = {0};
    gmtime_r(&seconds, &t);
    /* strftime() would write the names of the locale. */
    int year = t.tm_year + 1900;
    buf_printf(out, "%s, %d %s %0*d %02d:%02d:%02d %s", days[t.tm_wday], t.tm_mday,
               months[t.tm_mon], year_digits, year_digits < 4 ? year % 100 : year, t.tm_hour,
               t.tm_min, t.tm_sec, zone);
}

void trace_date(struct buf *out, int64_t wall_us)
{
    print_date(out, wall_us, 4, "+0000");
}

void trace_return_path(struct buf *out, const struct trace *trace)
{
    buf_printf(out, "Return-Path: <%s>\r\n", trace->reverse_path);
}

void trace_received(struct buf *out, const struct trace *trace)
{
    buf_append_text(out, "Received: ");
    if (trace->client_name != NULL && trace->client != NULL) {
        buf_printf(out, "from %s (%s)\r\n\t", trace->client_name, trace->client);
    } else if (trace->client_name != NULL) {
        buf_printf(out, "from %s\r\n\t", trace->client_name);
    }
    buf_printf(out, "by %s (mailspec)\r\n\twith %s id %" PRIu64, trace->hostname, trace->protocol,
               trace->number);
    if (trace->for_path != NULL) {
        buf_printf(out, "\r\n\tfor %s", trace->for_path);
    }
    if (trace->for_path != NULL && trace->second_path != NULL) {
        buf_printf(out, "%s %s", trace->two_clauses ? "\r\n\tfor" : ",", trace->second_path);
    }
    buf_append_text(out, ";\r\n\t");
    print_date(out, trace->wall_us, trace->short_year ? 2 : 4,
               trace->zone != NULL ? trace->zone : "+0000");
    buf_append_text(out, "\r\n");
}

/* RFC 5322 2.1.1: lines SHOULD have at most 78 characters. */
enum { MAX_COLUMNS = 78 };

void trace_field_begin(struct trace_field *field, const char *name)
{
    buf_append_text(field->out, name);
    field->column = bytes_of(name).n;
    field->has_one = false;
}

void trace_field_add(struct trace_field *field, const char *path)
{
    size_t n = bytes_of(path).n;
    if (field->has_one) {
        buf_append_octet(field->out, ',');
        field->column++;
    }
    /* Another comma may follow. */
    if (field->has_one && field->column + 1 + n + 1 > MAX_COLUMNS) {
        buf_append_text(field->out, "\r\n\t");
        field->column = 0;
    } else {
        buf_append_octet(field->out, ' ');
    }
    buf_append_text(field->out, path);
    field->column += 1 + n;
    field->has_one = true;
}

void trace_field_end(struct trace_field *field)
{
    buf_append_text(field->out, "\r\n");
}
