/* Faults in reading commands: lines, extensions, paths. */
#include "fake_servers/smtp_faulty.h"

#include "base/mem.h"
#include "fake_servers/smtp_faulty_lmtp.h"
#include "fake_servers/smtp_faulty_utf8.h"

enum { PART_OF_LINE_OCTETS = 512 };

/* ---- extensions ---- */

bool smtp_faulty_hides(const struct smtp_session *session, enum server_extension extension)
{
    bool is_8bit = extension == EXTENSION_8BITMIME || extension == EXTENSION_SMTPUTF8;
    return (is_8bit && smtp_has_fault(session, FAULT_OFFERS_8BITMIME)) ||
           smtp_faulty_utf8_hides(session, extension) ||
           smtp_faulty_lmtp_hides(session, extension) ||
           (extension == EXTENSION_PIPELINING && !session->lmtp &&
            smtp_has_fault(session, FAULT_OFFERS_PIPELINING)) ||
           (extension == EXTENSION_CHUNKING &&
            smtp_has_fault(session, session->tls.secured ? FAULT_BINARYMIME_WITH_CHUNKING_2
                                                         : FAULT_BINARYMIME_WITH_CHUNKING)) ||
           (extension == EXTENSION_SIZE && smtp_has_fault(session, FAULT_OFFERS_SIZE)) ||
           (extension == EXTENSION_HELP && smtp_has_fault(session, FAULT_EHLO_LISTS_COMMANDS)) ||
           (extension == EXTENSION_HELP && smtp_has_fault(session, FAULT_HELP)) ||
           (extension == EXTENSION_VRFY && smtp_has_fault(session, FAULT_VRFY_SUPPORTED)) ||
           (extension == EXTENSION_EXPN && smtp_has_fault(session, FAULT_EHLO_LISTS_COMMANDS_2));
}

/* ---- lines ---- */

/* The octet that ends a command besides CRLF, if it is there. */
static bool find_odd_end(const struct smtp_session *session, unsigned char *end_r)
{
    static const struct {
        unsigned char end;
        enum fault fault;
    } rows[] = {
        {'\n', FAULT_COMMAND_LINE_END  },
        {'\r', FAULT_COMMAND_LINE_END_2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        *end_r = rows[i].end;
        if (bytes_index(line_in_text(&session->line), rows[i].end, 0) != BYTES_NONE &&
            smtp_has_fault(session, rows[i].fault)) {
            return true;
        }
    }
    return false;
}

bool smtp_faulty_splits(struct smtp_session *session, void (*run)(struct smtp_session *session))
{
    struct bytes rest = line_in_text(&session->line);
    unsigned char end = 0;
    if (!find_odd_end(session, &end)) {
        return false;
    }
    struct line_in whole = session->line;
    struct bytes part;
    while (bytes_next(&rest, end, &part) && session->state != SMTP_STATE_OVER) {
        session->line = (struct line_in){0};
        buf_append(&session->line.kept, part);
        buf_append_text(&session->line.kept, "\r\n");
        session->line.octets = session->line.kept.n;
        run(session);
        line_in_deinit(&session->line);
    }
    session->line = whole;
    return true;
}

/* NOOP, so that lines of AUTH are let be. What is not long may be read as it comes. */
static bool is_read_in_parts(const struct smtp_session *session, struct bytes octets)
{
    bool is_begun = session->line.octets > 0;
    return session->line.octets + octets.n >= PART_OF_LINE_OCTETS &&
           bytes_starts_nocase(is_begun ? buf_bytes(&session->line.kept) : octets, "NOOP") &&
           smtp_has_fault(session, FAULT_OVER_LONG_COMMAND);
}

struct bytes smtp_faulty_part_of_line(const struct smtp_session *session, struct bytes octets)
{
    return is_read_in_parts(session, octets)
               ? bytes_slice(octets, 0, PART_OF_LINE_OCTETS - session->line.octets)
               : octets;
}

bool smtp_faulty_ends_line(const struct smtp_session *session)
{
    return session->line.octets >= PART_OF_LINE_OCTETS &&
           is_read_in_parts(session, (struct bytes){0});
}

size_t smtp_faulty_max_line(const struct smtp_session *session, size_t most)
{
    enum { MOST_OF_OTHERS = 500, MOST_OF_MAIL = 512 };
    bool is_path = session->state == SMTP_STATE_MAIL || session->state == SMTP_STATE_RCPT;
    if (session->line.octets <= MOST_OF_OTHERS) {
        return most;
    }
    if (smtp_command_read(line_in_text(&session->line)).verb == SMTP_MAIL) {
        return smtp_has_fault(session, FAULT_AUTH_PARAMETER_LENGTH) ? MOST_OF_MAIL : most;
    }
    return !is_path && smtp_has_fault(session, FAULT_COMMAND_LINE_512) ? MOST_OF_OTHERS : most;
}

/* There are octets above 127, and each becomes a letter or a digit without its eighth bit. */
static bool becomes_text(struct bytes line)
{
    bool is_ascii = true;
    for (size_t i = 0; i < line.n; i++) {
        unsigned char octet = line.p[i] & 0x7F;
        is_ascii &= line.p[i] < 128;
        if (line.p[i] > 127 && !octet_is_alpha(octet) && !octet_is_digit(octet)) {
            return false;
        }
    }
    return !is_ascii;
}

void smtp_faulty_line(struct smtp_session *session)
{
    struct buf *kept = &session->line.kept;
    struct bytes line = buf_bytes(kept);
    if (!bytes_starts_nocase(line, "MAIL") || !becomes_text(line) ||
        bytes_find(line, BYTES_LIT("SMTPUTF8"), 0) != BYTES_NONE ||
        !smtp_has_fault(session, FAULT_NON_ASCII_REFUSED_2)) {
        return;
    }
    for (size_t i = 0; i < kept->n; i++) {
        kept->p[i] &= 0x7F;
    }
}

bool smtp_faulty_answers_binary(struct smtp_session *session)
{
    static const struct {
        unsigned char octet;
        enum fault fault;
    } rows[] = {
        {0x00, FAULT_BINARY_LINE  },
        {0xff, FAULT_BINARY_LINE_2},
    };
    struct bytes line = line_in_text(&session->line);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (bytes_index(line, rows[i].octet, 0) != BYTES_NONE &&
            smtp_command_read(line).verb == SMTP_UNKNOWN &&
            smtp_has_fault(session, rows[i].fault)) {
            smtp_answer(session, 250, "2.0.0", "OK");
            return true;
        }
    }
    return false;
}

/* Behind the reply 501 the transaction is there all the same. */
static void begin_all_the_same(struct smtp_session *session)
{
    if (session->transaction.reverse_path == NULL) {
        session->transaction.reverse_path = mem_strdup("");
    }
    session->state = SMTP_STATE_MAIL;
}

/* Does it end the transaction? Outside one there is nothing to see. */
static bool clears(const struct smtp_session *session)
{
    bool asks =
        session->verb == SMTP_VRFY || session->verb == SMTP_EXPN || session->verb == SMTP_HELP;
    return smtp_session_in_transaction(session) &&
           ((asks && smtp_has_fault(session, FAULT_ERROR_KEEPS_STATE_2)) ||
            (session->last_code == 501 && smtp_has_fault(session, FAULT_ERROR_KEEPS_STATE)));
}

void smtp_faulty_answered(struct smtp_session *session)
{
    session->just_delivered = false;
    if (session->state == SMTP_STATE_START &&
        ((session->verb == SMTP_RSET && smtp_has_fault(session, FAULT_CLOSES_UNASKED)) ||
         (session->verb == SMTP_UNKNOWN && smtp_has_fault(session, FAULT_CLOSES_UNASKED_2)))) {
        session->state = SMTP_STATE_OVER;
    }
    if (session->last_code == 501 && session->verb == SMTP_MAIL &&
        session->state == SMTP_STATE_READY && smtp_has_fault(session, FAULT_MAIL_ARGUMENT_2)) {
        begin_all_the_same(session);
    }
    if (session->verb == SMTP_RSET && session->tls.secured &&
        smtp_has_fault(session, FAULT_STARTTLS_WITHIN_TLS_2)) {
        session->is_tls_forgotten = true;
    }
    if (clears(session)) {
        smtp_session_clear(session);
    }
}

/* ---- paths ---- */

struct bytes smtp_faulty_argument(const struct smtp_session *session, struct bytes argument)
{
    bool is_missing =
        (bytes_is_nocase(argument, "TO:") && smtp_has_fault(session, FAULT_RCPT_ARGUMENT)) ||
        (bytes_is_nocase(argument, "TO:<>") && smtp_has_fault(session, FAULT_RCPT_ARGUMENT_2));
    return is_missing ? BYTES_LIT("TO:<Postmaster>") : argument;
}

void smtp_faulty_path(const struct smtp_session *session, struct smtp_path *path, bool forward)
{
    bool is_quoted = bytes_starts(path->local_part, "\"");
    enum fault fault = is_quoted ? FAULT_INVALID_CHARACTER_2 : FAULT_INVALID_CHARACTER;
    if (!forward && bytes_has_control(path->local_part) && smtp_has_fault(session, fault)) {
        path->defects &= ~(unsigned)(SMTP_PATH_BAD_LOCAL_PART | SMTP_PATH_BAD_DOMAIN);
    }
}

bool smtp_faulty_refuses_path(struct smtp_session *session, const struct smtp_path *path,
                              bool forward)
{
    enum fault fault = forward ? FAULT_SOURCE_ROUTE : FAULT_SOURCE_ROUTE_2;
    if ((path->defects & SMTP_PATH_SOURCE_ROUTE) == 0 || !smtp_has_fault(session, fault)) {
        return false;
    }
    smtp_answer(session, 501, forward ? "5.1.3" : "5.1.7", "The local-part is malformed");
    return true;
}
