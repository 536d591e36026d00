/* Second faults in what is kept of a message and its envelope. */
#include <string.h>

#include "fake_servers/smtp_faulty_more.h"

/* ---- The envelope ---- */

void smtp_faulty_more_reverse_path(struct smtp_session *session)
{
    enum { MOST_OCTETS = 63, MOST_OF_MAILBOX = 200 };
    char *path = session->transaction.reverse_path;
    size_t at = bytes_index(bytes_of(path), '@', 0);
    if (at != BYTES_NONE && at > MOST_OCTETS && smtp_has_fault(session, FAULT_LOCAL_PART_64_2)) {
        memmove(path + MOST_OCTETS, path + at, strlen(path + at) + 1);
    }
    if (strlen(path) > MOST_OF_MAILBOX && smtp_has_fault(session, FAULT_PATH_256_2)) {
        path[MOST_OF_MAILBOX] = '\0';
    }
}

uint64_t smtp_faulty_more_size(const struct smtp_session *session, uint64_t size)
{
    return smtp_has_fault(session, FAULT_SIZE_REFUSED_2) ? (uint32_t)size : size;
}

bool smtp_faulty_more_lacks_return_path(const struct smtp_session *session,
                                        const struct trace *trace)
{
    return trace->reverse_path[0] == '\0' && smtp_has_fault(session, FAULT_RETURN_PATH_ADDED_2);
}

/* ---- Message data as it comes ---- */

bool smtp_faulty_more_keeps_dots(const struct smtp_session *session)
{
    return smtp_has_fault(session, FAULT_DOT_UNSTUFFING_2);
}

/* Does the octet stand behind a dot that the reader drops? */
static bool is_behind_dot(struct smtp_end_seen *seen, unsigned char octet)
{
    bool is_behind = seen->line == 1 && seen->before == '.' && octet != '\r';
    seen->line = octet == '\n' && seen->before == '\r' ? 0 : seen->line + 1;
    seen->before = octet;
    return is_behind;
}

size_t smtp_faulty_more_read_data(struct smtp_session *session, struct bytes octets)
{
    struct smtp_content *content = &session->content;
    size_t used = 0;
    while (used < octets.n && !content->reader.complete) {
        struct bytes one = bytes_slice(octets, used, used + 1);
        struct buf *sink = smtp_content_sink(session, 1);
        if (is_behind_dot(&content->seen, one.p[0]) && sink != NULL) {
            buf_append_octet(sink, '.');
        }
        smtp_data_read(&content->reader, one, sink);
        used++;
    }
    return used;
}

static bool is_over(const struct smtp_session *session, uint64_t octets)
{
    uint64_t declared = session->transaction.declared_octets;
    return declared > 0 && octets > declared && smtp_has_fault(session, FAULT_SIZE_NOT_END_2);
}

struct bytes smtp_faulty_more_data(const struct smtp_session *session, struct bytes octets)
{
    uint64_t so_far = session->content.reader.octets;
    uint64_t most = session->transaction.declared_octets + 1;
    return is_over(session, so_far + octets.n) ? bytes_slice(octets, 0, (size_t)(most - so_far))
                                               : octets;
}

void smtp_faulty_more_data_read(struct smtp_session *session)
{
    struct smtp_content *content = &session->content;
    if (!content->reader.complete && is_over(session, content->reader.octets)) {
        content->too_large = true;
        content->reader.complete = true;
    }
}

bool smtp_faulty_more_counts_chunk_alone(const struct smtp_session *session)
{
    size_t most = session->settings->max_message_octets;
    return session->content.size > most && session->chunk.chunk.octets <= most &&
           smtp_has_fault(session, FAULT_SIZE_ENFORCED_2);
}

bool smtp_faulty_more_misses_binary(const struct smtp_session *session, struct bytes value)
{
    return bytes_has_lower(value) && smtp_has_fault(session, FAULT_DATA_AFTER_BINARYMIME_2);
}

/* ---- Content ---- */

bool smtp_faulty_more_dislikes_part(const struct smtp_session *session)
{
    if (!smtp_has_fault(session, FAULT_BINARY_LABEL_ACCEPTED_2)) {
        return false;
    }
    struct bytes octets = buf_bytes(&session->content.octets);
    size_t body = bytes_find(octets, BYTES_LIT("\r\n\r\n"), session->content.trace_octets);
    return body != BYTES_NONE &&
           bytes_find(octets, BYTES_LIT("\r\nContent-Transfer-Encoding: binary"), body) !=
               BYTES_NONE;
}

bool smtp_faulty_more_has_long_line(const struct smtp_session *session)
{
    enum { MOST_OCTETS = 1000, STUFFED_DOT = 1, LF = 1 };
    const struct smtp_content *content = &session->content;
    struct bytes rest = bytes_skip(buf_bytes(&content->octets), content->trace_octets);
    struct bytes line;
    if (session->verb != SMTP_DATA || !smtp_has_fault(session, FAULT_TEXT_LINE_1000_2)) {
        return false;
    }
    while (bytes_next(&rest, '\n', &line)) {
        if (bytes_starts(line, ".") && line.n + LF + STUFFED_DOT > MOST_OCTETS) {
            return true;
        }
    }
    return false;
}

static bool is_control(unsigned char c)
{
    return (c < ' ' && c != '\t' && c != '\r' && c != '\n') || c == 127;
}

void smtp_faulty_more_content(struct smtp_session *session)
{
    struct buf *octets = &session->content.octets;
    size_t kept = 0;
    if (session->transaction.is_eight_bit || !smtp_has_fault(session, FAULT_CONTENT_KEPT_2)) {
        return;
    }
    for (size_t i = 0; i < octets->n; i++) {
        if (!is_control(octets->p[i])) {
            octets->p[kept++] = octets->p[i];
        }
    }
    octets->n = kept;
}
