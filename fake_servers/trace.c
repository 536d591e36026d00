#include "fake_servers/trace.h"

#include <inttypes.h>
#include <time.h>

void trace_date(struct buf *out, int64_t wall_us)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t seconds = (time_t)(wall_us / 1000000);
    struct tm t = {0};
    gmtime_r(&seconds, &t);
    /* strftime() would write the names of the locale. */
    buf_printf(out, "%s, %d %s %04d %02d:%02d:%02d +0000", days[t.tm_wday], t.tm_mday,
               months[t.tm_mon], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

void trace_return_path(struct buf *out, const struct trace *trace)
{
    buf_printf(out, "Return-Path: <%s>\r\n", trace->reverse_path);
}

void trace_received(struct buf *out, const struct trace *trace)
{
    buf_printf(out,
               "Received: from %s (%s)\r\n\tby %s (mailspec)\r\n\twith %s id %" PRIu64 ";\r\n\t",
               trace->client_name, trace->client, trace->hostname, trace->protocol, trace->number);
    trace_date(out, trace->wall_us);
    buf_append_text(out, "\r\n");
}
