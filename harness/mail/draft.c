#include "mail/draft.h"

#include <stdlib.h>
#include <time.h>

#include "base/escape.h"
#include "mail/field_write.h"
#include "mail/transfer.h"

/* ---- what may be added ---- */

const char *mail_header_defect(struct bytes name, struct bytes value)
{
    static const char *const ours[] = {"MIME-Version", "Content-Type", "Content-Transfer-Encoding",
                                       "Content-Disposition"};
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] <= ' ' || name.p[i] > '~' || name.p[i] == ':') {
            return "a name has printable US-ASCII without blanks";
        }
    }
    if (name.n == 0 || name.n > 70) {
        return "a name has 1 to 70 octets";
    }
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        if (bytes_is_nocase(name, ours[i])) {
            return "it is made to fit the content; give a ready message for another one";
        }
    }
    if (bytes_is_nocase(name, "Bcc")) {
        return "it would tell everybody; the option for it leaves it out";
    }
    if (bytes_has_control(value) || !escape_is_utf8(value)) {
        return "a value is UTF-8 without line ends and control characters";
    }
    return bytes_trim(value).n == 0 ? "it has no value" : NULL;
}

/* ---- the header ---- */

bool mail_draft_has(const struct mail_draft *draft, const char *name)
{
    for (size_t i = 0; i < draft->header_count; i++) {
        if (bytes_is_nocase(bytes_of(draft->headers[i].name), name)) {
            return true;
        }
    }
    return false;
}

/* RFC 5322 3.3; the names are English whatever the locale is. */
static void write_date(const struct mail_draft *draft, struct buf *out)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const time_t local = (time_t)(draft->time_s + 60 * (int64_t)draft->zone_minutes);
    const int zone = abs(draft->zone_minutes);
    struct tm tm = {0};
    (void)gmtime_r(&local, &tm);
    buf_printf(out, "Date: %s, %d %s %d %02d:%02d:%02d %c%02d%02d\r\n", days[tm.tm_wday],
               tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec,
               draft->zone_minutes < 0 ? '-' : '+', zone / 60, zone % 60);
}

static void write_list(const struct mail_draft *draft, struct buf *out, const char *name,
                       const struct mail_address *addresses, size_t count)
{
    if (!mail_draft_has(draft, name)) {
        mail_field_write_addresses(out, name, addresses, count);
    }
}

static void write_header(const struct mail_draft *draft, struct buf *out)
{
    if (!mail_draft_has(draft, "Date")) {
        write_date(draft, out);
    }
    write_list(draft, out, "From", draft->from, draft->from != NULL ? 1 : 0);
    write_list(draft, out, "To", draft->to, draft->to_count);
    write_list(draft, out, "Cc", draft->cc, draft->cc_count);
    if (!mail_draft_has(draft, "Message-ID")) {
        buf_printf(out, "Message-ID: <%s>\r\n", draft->message_id);
    }
    if (draft->subject != NULL && !mail_draft_has(draft, "Subject")) {
        mail_field_write(out, "Subject", bytes_of(draft->subject));
    }
    for (size_t i = 0; i < draft->header_count; i++) {
        mail_field_write(out, draft->headers[i].name, bytes_of(draft->headers[i].value));
    }
}

/* ---- parts ---- */

/* Text that is no UTF-8 is in a charset that nobody has named (RFC 1428). */
static const char *charset_of(struct bytes text)
{
    return bytes_is_ascii(text) ? "us-ascii" : escape_is_utf8(text) ? "utf-8" : "unknown-8bit";
}

static void write_text(struct buf *out, struct bytes text)
{
    const enum mail_transfer transfer = mail_transfer_for_text(text);
    buf_printf(out, "Content-Type: text/plain; charset=%s\r\n", charset_of(text));
    buf_printf(out, "Content-Transfer-Encoding: %s\r\n\r\n", mail_transfer_name(transfer));
    mail_text_write(out, text, transfer);
}

struct type_row {
    const char *suffix;
    const char *type;
};

/* Messages are missing: message/rfc822 may not be in base64 (RFC 2046 5.2.1), and as mere octets it arrives as it is. */
static const struct type_row types[] = {
    {".txt",  "text/plain"      },
    {".csv",  "text/csv"        },
    {".html", "text/html"       },
    {".htm",  "text/html"       },
    {".ics",  "text/calendar"   },
    {".pdf",  "application/pdf" },
    {".json", "application/json"},
    {".xml",  "application/xml" },
    {".zip",  "application/zip" },
    {".gz",   "application/gzip"},
    {".png",  "image/png"       },
    {".jpg",  "image/jpeg"      },
    {".jpeg", "image/jpeg"      },
    {".gif",  "image/gif"       },
    {".svg",  "image/svg+xml"   },
};

static const char *type_of(const char *name)
{
    const struct bytes whole = bytes_of(name);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        const struct bytes suffix = bytes_of(types[i].suffix);
        if (whole.n > suffix.n &&
            bytes_equal_nocase(bytes_skip(whole, whole.n - suffix.n), suffix)) {
            return types[i].type;
        }
    }
    return "application/octet-stream";
}

static void write_attachment(struct buf *out, const struct mail_attachment *attachment)
{
    const char *type = type_of(attachment->name);
    buf_printf(out, "Content-Type: %s", type);
    if (bytes_starts(bytes_of(type), "text/")) {
        mail_field_write_parameter(out, "charset", bytes_of(charset_of(attachment->octets)));
    }
    buf_append_text(out, "\r\nContent-Transfer-Encoding: base64\r\n");
    buf_append_text(out, "Content-Disposition: attachment");
    mail_field_write_parameter(out, "filename", bytes_of(attachment->name));
    buf_append_text(out, "\r\n\r\n");
    mail_base64_write(out, attachment->octets);
}

/* RFC 2046 5.1.1: the line end before a delimiter belongs to that. */
static void write_parts(const struct mail_draft *draft, struct buf *out)
{
    buf_append_text(out, "Content-Type: multipart/mixed");
    mail_field_write_parameter(out, "boundary", bytes_of(draft->boundary));
    buf_printf(out, "\r\n\r\n--%s\r\n", draft->boundary);
    write_text(out, draft->text);
    for (size_t i = 0; i < draft->attachment_count; i++) {
        buf_printf(out, "\r\n--%s\r\n", draft->boundary);
        write_attachment(out, &draft->attachments[i]);
    }
    buf_printf(out, "\r\n--%s--\r\n", draft->boundary);
}

void mail_draft_write(const struct mail_draft *draft, struct buf *out)
{
    write_header(draft, out);
    buf_append_text(out, "MIME-Version: 1.0\r\n");
    if (draft->attachment_count > 0) {
        write_parts(draft, out);
    } else {
        write_text(out, draft->text);
    }
}
