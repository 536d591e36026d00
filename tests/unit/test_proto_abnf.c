/*
 * The readers against rows that tests/tools/abnf_rows.py derived from the ABNF of RFC 5321. A row has a kind, "valid" or
 * "invalid", a text, and for a valid text its parts, all separated by tabs and escaped.
 */
#include "base/file.h"
#include "feed.h"
#include "proto/smtp_ehlo.h"
#include "proto/smtp_path.h"
#include "proto/smtp_reply.h"

enum { MAX_FILE_OCTETS = 1 << 20, MIN_ROWS = 300 };

/* Appends the parts as the row has them, each behind a tab; false: the text breaks a rule. */
typedef bool (*judge_fn)(struct bytes text, struct buf *parts);

static struct buf unescaped(struct bytes text)
{
    struct buf out = {0};
    size_t i = 0;
    while (i < text.n) {
        unsigned char octet = text.p[i];
        size_t used = 1;
        if (octet == '\\') {
            CU_ASSERT(escape_read(bytes_skip(text, i), &octet, &used) == ESCAPE_READ_OCTET);
        }
        buf_append_octet(&out, octet);
        i += used;
    }
    return out;
}

static void print_part(struct buf *parts, const char *name, struct bytes value)
{
    buf_printf(parts, "\t%s=", name);
    escape_append(parts, value, 0);
}

/* How many replies, the set of their defects, octets behind the last line; then code, lines and last text of each. */
static void feed_replies(const struct bytes *pieces, size_t count, struct buf *seen)
{
    struct wire_reader reader;
    struct wire_line line;
    struct smtp_reply reply = {0};
    struct buf replies = {0};
    unsigned complete = 0;
    unsigned defects = 0;
    wire_reader_init(&reader, 2048);
    for (size_t i = 0; i < count; i++) {
        wire_reader_feed(&reader, pieces[i]);
        while (wire_reader_next(&reader, &line)) {
            if (smtp_reply_add(&reply, &line)) {
                complete++;
                defects |= reply.defects;
                buf_printf(&replies, "\tcode=%u\tlines=%zu", reply.code, reply.count);
                print_part(&replies, "last", reply.lines[reply.count - 1].text);
            }
        }
    }
    smtp_reply_end(&reply);
    buf_printf(seen, "%u %u %zu", complete, defects | reply.defects, wire_reader_rest(&reader).n);
    buf_append(seen, buf_bytes(&replies));
    buf_deinit(&replies);
    smtp_reply_deinit(&reply);
    wire_reader_deinit(&reader);
}

static bool judge_reply(struct bytes text, struct buf *parts)
{
    static const char good[] = "1 0 0";
    CU_ASSERT(feed_every_way(feed_replies, text, parts));
    bool valid = bytes_starts(buf_bytes(parts), "1 0 0\t");
    buf_consume(parts, valid ? sizeof good - 1 : 0);
    return valid;
}

static bool judge_ehlo_line(struct bytes text, struct buf *parts)
{
    struct smtp_ehlo_line line = smtp_ehlo_line_read(text);
    print_part(parts, "keyword", line.keyword);
    print_part(parts, "params", line.params);
    return line.defects == 0;
}

static void print_mailbox(struct buf *parts, struct bytes local_part, struct bytes domain,
                          bool route)
{
    print_part(parts, "local-part", local_part);
    print_part(parts, "domain", domain);
    buf_printf(parts, "\troute=%s", route ? "yes" : "no");
}

static bool judge_path(struct bytes text, bool forward, struct buf *parts)
{
    struct buf argument = {0};
    buf_append_text(&argument, forward ? "TO:" : "FROM:");
    buf_append(&argument, text);
    struct smtp_path path = smtp_path_read(buf_bytes(&argument), forward);
    bool route = (path.defects & SMTP_PATH_SOURCE_ROUTE) != 0;
    print_mailbox(parts, path.local_part, path.domain, route);
    bool valid =
        (path.defects & ~(unsigned)SMTP_PATH_SOURCE_ROUTE) == 0 && bytes_equal(path.whole, text);
    buf_deinit(&argument);
    return valid;
}

static bool judge_reverse_path(struct bytes text, struct buf *parts)
{
    return judge_path(text, false, parts);
}

static bool judge_forward_path(struct bytes text, struct buf *parts)
{
    return judge_path(text, true, parts);
}

static bool judge_mailbox(struct bytes text, struct buf *parts)
{
    struct bytes local_part;
    struct bytes domain;
    smtp_mailbox_split(text, &local_part, &domain);
    print_mailbox(parts, local_part, domain, false);
    return smtp_is_mailbox(text);
}

static bool judge_domain(struct bytes text, struct buf *parts)
{
    (void)parts;
    return smtp_is_domain(text);
}

static bool judge_address_literal(struct bytes text, struct buf *parts)
{
    (void)parts;
    return smtp_is_address_literal(text);
}

/* `rest` is the row behind its kind: VALID, TEXT, PARTS... */
static void check_row(struct bytes rest, judge_fn judge)
{
    struct bytes validity = {0};
    struct bytes escaped = {0};
    struct buf parts = {0};
    CU_ASSERT(bytes_next(&rest, '\t', &validity));
    CU_ASSERT(bytes_next(&rest, '\t', &escaped));
    struct buf text = unescaped(escaped);
    struct bytes exact = feed_copy(buf_bytes(&text));
    struct buf name = {0};
    buf_append(&name, escaped);
    bool valid = judge(exact, &parts);
    UNIT_ROW(buf_text(&name), valid == bytes_is(validity, "valid"));
    if (bytes_is(validity, "valid")) {
        UNIT_ROW(buf_text(&name), bytes_equal(bytes_skip(buf_bytes(&parts), 1), rest));
    }
    free((void *)(uintptr_t)exact.p);
    buf_deinit(&name);
    buf_deinit(&text);
    buf_deinit(&parts);
}

static void check_file(const char *kind, judge_fn judge)
{
    struct buf path = {0};
    struct buf rows = {0};
    struct error error;
    buf_printf(&path, "tests/unit/rows/%s.tsv", kind);
    UNIT_ROW(kind, file_read(buf_text(&path), MAX_FILE_OCTETS, &rows, &error) == 0);
    struct bytes rest = buf_bytes(&rows);
    struct bytes row;
    size_t count = 0;
    while (bytes_next(&rest, '\n', &row) && row.n > 0) {
        struct bytes named = {0};
        bytes_next(&row, '\t', &named);
        UNIT_ROW(kind, bytes_is(named, kind));
        check_row(row, judge);
        count++;
    }
    UNIT_ROW(kind, count >= MIN_ROWS);
    buf_deinit(&rows);
    buf_deinit(&path);
}

static const struct {
    const char *kind;
    judge_fn judge;
} kinds[] = {
    {"reply",           judge_reply          },
    {"ehlo-line",       judge_ehlo_line      },
    {"reverse-path",    judge_reverse_path   },
    {"forward-path",    judge_forward_path   },
    {"mailbox",         judge_mailbox        },
    {"domain",          judge_domain         },
    {"address-literal", judge_address_literal},
};

static void test_rows(void)
{
    for (size_t i = 0; i < ROWS(kinds); i++) {
        check_file(kinds[i].kind, kinds[i].judge);
    }
}

static const struct unit_test tests[] = {
    {"rows derived from the ABNF", test_rows},
};

UNIT_MAIN("proto/abnf", tests)
