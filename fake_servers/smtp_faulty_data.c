/* Faults in reading message data: where it ends, its dots, its size. */
#include "fake_servers/smtp_faulty.h"

#include <string.h>

/* ---- the end ---- */

/*
 * Octets that are none are taken for CRLF "." CRLF (RFC 5321 4.1.1.4). Each of these servers reads the data in its own way, by
 * which other octets become the same as the end: the last of what it reads so are compared with the end that it knows.
 */

enum { PART_OCTETS = 1000 };

/* What a server makes of an octet before it looks for the end. */
enum reading {
    READS_ALL,
    READS_NO_CR,    /* passes over CR */
    READS_CR_AS_LF, /* CR and CRLF are both one LF */
    READS_ONE_CR,   /* of several CRs one */
    READS_NO_NUL,   /* passes over NUL */
    READS_TO_NUL,   /* of a line, up to a NUL */
    READS_PARTS     /* of a line, so many octets, which are one of its own */
};

/* What it does at the end that it has found. */
enum at_end { ENDS_DATA, ENDS_DATA_AND_REFUSES, ANSWERS, ENDS_STORING };

struct ending {
    enum fault fault;
    enum reading reading;
    enum at_end at_end;
    const char *end;
};

static const struct ending endings[] = {
    {FAULT_SMUGGLED_MESSAGE,   READS_ALL,      ENDS_DATA,             "\n.\n"    },
    {FAULT_SMUGGLED_MESSAGE_2, READS_NO_CR,    ENDS_DATA,             "\n.\n"    },
    {FAULT_SMUGGLED_MESSAGE_3, READS_ALL,      ENDS_DATA,             "\r.\r"    },
    {FAULT_SMUGGLED_MESSAGE_4, READS_CR_AS_LF, ENDS_DATA,             "\n.\n"    },
    {FAULT_SMUGGLED_MESSAGE_5, READS_ONE_CR,   ENDS_DATA,             "\r\n.\r\n"},
    {FAULT_SMUGGLED_MESSAGE_6, READS_NO_NUL,   ENDS_DATA,             "\r\n.\r\n"},
    {FAULT_SMUGGLED_MESSAGE_7, READS_TO_NUL,   ENDS_DATA,             "\r\n.\r\n"},
    {FAULT_SMUGGLED_MESSAGE_8, READS_PARTS,    ENDS_DATA,             "\n.\r\n"  },
    {FAULT_END_OF_DATA,        READS_NO_CR,    ENDS_DATA_AND_REFUSES, "\n.\n"    },
    {FAULT_END_OF_DATA_2,      READS_ALL,      ANSWERS,               "\n.\n"    },
    {FAULT_END_OF_DATA_3,      READS_ALL,      ENDS_STORING,          "\n.\n"    },
};

static const struct ending *ending_of(const struct smtp_session *session)
{
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        if (smtp_has_fault(session, endings[i].fault)) {
            return &endings[i];
        }
    }
    return NULL;
}

bool smtp_faulty_ends_elsewhere(const struct smtp_session *session)
{
    return ending_of(session) != NULL;
}

/* Is the octet passed over? It may be taken for another one. */
static bool passes_over(struct smtp_end_seen *seen, enum reading reading, unsigned char *octet)
{
    unsigned char before = seen->before;
    bool is_line_end = *octet == '\r' || *octet == '\n';
    seen->before = *octet;
    seen->behind_nul = *octet == 0 || (seen->behind_nul && !is_line_end);
    switch (reading) {
    case READS_ALL:
        return false;
    case READS_NO_CR:
        return *octet == '\r';
    case READS_CR_AS_LF:
        if (*octet == '\r') {
            *octet = '\n';
            return false;
        }
        return *octet == '\n' && before == '\r';
    case READS_ONE_CR:
        return *octet == '\r' && before == '\r';
    case READS_NO_NUL:
        return *octet == 0;
    case READS_TO_NUL:
        return seen->behind_nul;
    case READS_PARTS:
        return false;
    }
    return false;
}

/* Does what it has read so far end in its end? */
static bool is_at_end(struct smtp_end_seen *seen, const struct ending *ending, unsigned char octet)
{
    size_t n = strlen(ending->end);
    if (passes_over(seen, ending->reading, &octet)) {
        return false;
    }
    if (ending->reading == READS_PARTS && seen->line == PART_OCTETS) {
        memset(seen->last, '\n', sizeof seen->last);
        seen->line = 0;
    }
    seen->line = octet == '\n' ? 0 : seen->line + 1;
    memmove(seen->last, seen->last + 1, sizeof seen->last - 1);
    seen->last[sizeof seen->last - 1] = octet;
    return memcmp(seen->last + sizeof seen->last - n, ending->end, n) == 0;
}

/* Without the dot and what belongs to it, and with a line end as it should be. */
static void cut_end(struct smtp_session *session)
{
    struct buf *octets = &session->content.octets;
    while (octets->n > session->content.trace_octets &&
           memchr("\r\n.", octets->p[octets->n - 1], 4) != NULL) {
        octets->n--;
    }
    buf_append_text(octets, "\r\n");
}

static void end_here(struct smtp_session *session, enum at_end at_end)
{
    struct smtp_content *content = &session->content;
    if (at_end == ANSWERS) {
        smtp_answer(session, 250, "2.0.0", "Message accepted for delivery");
        return;
    }
    cut_end(session);
    content->is_over = at_end == ENDS_STORING;
    content->reader.careless |= content->is_over;
    content->reader.defects = content->seen.defects;
    content->reader.complete = at_end != ENDS_STORING;
    session->refuses_all = at_end == ENDS_DATA_AND_REFUSES;
}

/* What is left of an odd line end belongs to no command. */
static size_t count_rest(struct bytes octets)
{
    size_t n = 0;
    while (n < octets.n && memchr("\r\n", octets.p[n], 3) != NULL) {
        n++;
    }
    return n;
}

size_t smtp_faulty_read_data(struct smtp_session *session, struct bytes octets)
{
    const struct ending *ending = ending_of(session);
    struct smtp_content *content = &session->content;
    size_t used = 0;
    while (used < octets.n && !content->reader.complete) {
        struct bytes one = bytes_slice(octets, used, used + 1);
        smtp_data_read(&content->reader, one,
                       content->is_over ? NULL : smtp_content_sink(session, 1));
        used++;
        if (one.p[0] != '\r' && one.p[0] != '\n' && one.p[0] != '.') {
            content->seen.defects = content->reader.defects;
        }
        bool may_be_crlf = one.p[0] == '\r' && used == octets.n;
        if (is_at_end(&content->seen, ending, one.p[0]) && !content->reader.complete &&
            !may_be_crlf) {
            end_here(session, ending->at_end);
            used += content->reader.complete ? count_rest(bytes_skip(octets, used)) : 0;
        }
    }
    return used;
}

bool smtp_faulty_refuses_behind_end(struct smtp_session *session,
                                    const struct smtp_command *command)
{
    if (!session->refuses_all || command->verb == SMTP_UNKNOWN) {
        session->refuses_all =
            session->refuses_all && !bytes_equal(line_in_text(&session->line), BYTES_LIT("."));
        return false;
    }
    smtp_answer(session, 503, "5.5.1", "Bad sequence of commands: not in one segment with data");
    return true;
}

/* ---- dots ---- */

bool smtp_faulty_keeps_dots(const struct smtp_session *session)
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

size_t smtp_faulty_read_dots(struct smtp_session *session, struct bytes octets)
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

/* ---- the declared size ---- */

static bool ends_by_size(const struct smtp_session *session)
{
    return session->transaction.declared_octets > 0 && smtp_has_fault(session, FAULT_SIZE_NOT_END);
}

/* Is that more than was declared? */
static bool is_over(const struct smtp_session *session, uint64_t octets)
{
    uint64_t declared = session->transaction.declared_octets;
    return declared > 0 && octets > declared && smtp_has_fault(session, FAULT_SIZE_NOT_END_2);
}

struct bytes smtp_faulty_data(const struct smtp_session *session, struct bytes octets)
{
    uint64_t so_far = session->content.reader.octets;
    uint64_t left = session->transaction.declared_octets - so_far;
    if (left < octets.n && ends_by_size(session)) {
        return bytes_slice(octets, 0, (size_t)left);
    }
    return is_over(session, so_far + octets.n) ? bytes_slice(octets, 0, (size_t)left + 1) : octets;
}

void smtp_faulty_data_read(struct smtp_session *session)
{
    struct smtp_content *content = &session->content;
    if (content->reader.complete) {
        return;
    }
    if (is_over(session, content->reader.octets)) {
        content->too_large = true;
        content->reader.complete = true;
    } else if (content->reader.octets >= session->transaction.declared_octets) {
        content->reader.complete = ends_by_size(session);
    }
}
