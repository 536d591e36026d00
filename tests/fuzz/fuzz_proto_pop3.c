/* POP3: octet 0 chooses how the stream is cut; each line is read as command, as status line and as body line. */
#include "proto/pop3.h"
#include "proto_fuzz.h"

static void check_command(struct bytes text)
{
    struct pop3_command command = pop3_command_read(text);
    FUZZ_MUST(fuzz_within(command.word, text));
    FUZZ_MUST(fuzz_within(command.argument, text));
    FUZZ_MUST(command.verb == POP3_UNKNOWN ||
              bytes_is_nocase(command.word, pop3_verb_row(command.verb)->name));
    FUZZ_MUST(!pop3_is_multiline(&command) || command.verb != POP3_UNKNOWN);
}

static void check_status(const struct wire_line *line, struct buf *seen)
{
    struct bytes timestamp = {0};
    struct pop3_status status = pop3_status_read(line);
    FUZZ_MUST(fuzz_within(status.text, line->text));
    FUZZ_MUST(((status.defects & POP3_NO_INDICATOR) != 0) ==
              (status.indicator == POP3_INDICATOR_NONE));
    if (pop3_timestamp_find(status.text, &timestamp)) {
        FUZZ_MUST(fuzz_within(timestamp, status.text) && timestamp.n >= 5);
        FUZZ_MUST(bytes_starts(timestamp, "<") && bytes_ends(timestamp, ">"));
    }
    buf_printf(seen, "%d %u %d ", (int)status.indicator, status.defects,
               pop3_is_unique_id(status.text));
    pop3_defects_print(seen, status.defects);
}

static void feed(struct bytes octets, size_t piece, struct buf *seen)
{
    struct wire_reader reader;
    struct wire_line line;
    wire_reader_init(&reader, 600);
    for (size_t i = 0; i < octets.n; i += piece) {
        wire_reader_feed(&reader, bytes_slice(octets, i, i + piece));
        while (wire_reader_next(&reader, &line)) {
            struct pop3_body_line body = pop3_body_line_read(&line);
            FUZZ_MUST(fuzz_within(body.content, line.text));
            FUZZ_MUST(!body.end || body.content.n == 0);
            check_command(line.text);
            check_status(&line, seen);
            buf_append(seen, body.content);
            buf_printf(seen, " %d %u;", body.end, body.defects);
        }
    }
    wire_reader_deinit(&reader);
}

/* A message without bare LF comes back line by line, and the end is found where it is. */
static void check_round_trip(struct bytes content)
{
    struct buf stuffed = {0};
    struct buf back = {0};
    struct wire_reader reader;
    struct wire_line line;
    bool end = false;
    pop3_stuff(&stuffed, content);
    wire_reader_init(&reader, SIZE_MAX);
    wire_reader_feed(&reader, buf_bytes(&stuffed));
    while (wire_reader_next(&reader, &line)) {
        if ((line.defects & WIRE_BARE_LF) != 0) {
            break;
        }
        struct pop3_body_line body = pop3_body_line_read(&line);
        FUZZ_MUST(!end && body.defects == 0);
        end = body.end;
        buf_append(&back, body.content);
        buf_append_text(&back, end ? "" : "\r\n");
    }
    FUZZ_MUST(!end || bytes_equal(bytes_slice(buf_bytes(&back), 0, content.n), content));
    FUZZ_MUST(end || bytes_index(content, '\n', 0) != BYTES_NONE);
    wire_reader_deinit(&reader);
    buf_deinit(&stuffed);
    buf_deinit(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes octets = bytes_skip(bytes_make(data, size), 1);
    fuzz_feed_both_ways(feed, octets, size > 0 ? 1 + data[0] % 32 : 1);
    check_round_trip(octets);
    return 0;
}
