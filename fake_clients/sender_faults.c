/*
 * The sender's faults that are more than a condition in the honest code: commands in a wrong form, commands too many, replies
 * misread, results misreported. Each is made so that only its rule is broken: where a server does not take a wrong form, the
 * right one follows; nothing hangs on the reply to a command too many; and what is misreported does not change the dialogue.
 */
#include "fake_clients/sender_session.h"
#include "proto/smtp_data.h"

/* ---- wrong forms ---- */

bool sender_twists(struct sender *sender, enum sender_stage stage, enum client_fault fault)
{
    if (!sender_has_fault(sender, fault) || sender->right_forms[stage]) {
        return false;
    }
    sender->wrong_form = true;
    return true;
}

/* RFC 5321 4.2.2, 4.1.1.11: syntax. 500 and 502 to EHLO tell of an old server, other codes of a refusal. */
static bool is_about_form(enum sender_stage stage, unsigned code)
{
    switch (code) {
    case 501:
        return true;
    case 500:
    case 504:
    case 553:
    case 555:
        return stage != SENDER_HELLO;
    default:
        return false;
    }
}

bool sender_untwists(struct sender *sender, enum sender_stage stage, unsigned code)
{
    bool again = sender->wrong_form && is_about_form(stage, code);
    sender->wrong_form = false;
    if (!again) {
        return false;
    }
    sender->right_forms[stage] = true;
    if (stage == SENDER_HELLO) {
        sender_say_hello(sender);
    } else if (stage == SENDER_MAIL) {
        sender_say_mail(sender);
    } else if (stage == SENDER_RCPT) {
        sender->asked--;
        sender_say_rcpt(sender);
    } else {
        sender_say_quit(sender);
    }
    return true;
}

/* ---- commands too many ---- */

enum {
    LONG_NOOP_OCTETS = 600,
    LONG_AUTH_OCTETS = 600,
    AUTH_OCTETS_TOO_MANY = 500,
    LONG_REPLY_OCTETS = 494 /* of text; 500 with a code, a blank and CRLF */
};

struct digression {
    enum client_fault fault;
    enum sender_stage behind;
    bool (*is_occasion)(const struct sender *sender);
    void (*write)(const struct sender *sender, struct buf *text);
};

static void write_mail(const struct sender *sender, struct buf *text)
{
    bool has_body = sender->has_8bit && sender->offered[SENDER_8BITMIME];
    buf_printf(text, "MAIL FROM:<%s>%s", sender_reverse_path(sender),
               has_body ? " BODY=8BITMIME" : "");
}

static void write_first_rcpt(const struct sender *sender, struct buf *text)
{
    buf_printf(text, "RCPT TO:<%s>", sender->settings->recipients[0]);
}

static void write_last_rcpt(const struct sender *sender, struct buf *text)
{
    buf_printf(text, "RCPT TO:<%s>", sender->settings->recipients[sender->asked - 1]);
}

static void write_data(const struct sender *sender, struct buf *text)
{
    (void)sender;
    buf_append_text(text, "DATA");
}

static void write_long_noop(const struct sender *sender, struct buf *text)
{
    (void)sender;
    buf_append_text(text, "NOOP ");
    buf_append_fill(text, 'x', LONG_NOOP_OCTETS);
}

static void write_noop(const struct sender *sender, struct buf *text)
{
    (void)sender;
    buf_append_text(text, "NOOP");
}

static void write_chunk(const struct sender *sender, struct buf *text)
{
    buf_append_text(text, sender->offered[SENDER_CHUNKING] ? "" : "BDAT 0");
}

static void write_chunk_before_data(const struct sender *sender, struct buf *text)
{
    const bool next_is_data =
        sender->accepted > 0 && sender->asked == sender->settings->recipient_count;
    buf_append_text(text, next_is_data && sender->offered[SENDER_CHUNKING] ? "BDAT 0" : "");
}

static void write_starttls(const struct sender *sender, struct buf *text)
{
    buf_append_text(text, sender->in_tls ? "STARTTLS" : "");
}

/* Nothing unless PLAIN is offered, and no other mechanism that the answer may lead to. */
static void write_plain(const struct sender *sender, const char *response, size_t fill_octets,
                        struct buf *text)
{
    if (sender->offered[SENDER_AUTH_PLAIN] && !sender->offered[SENDER_AUTH_CRAM_MD5]) {
        buf_printf(text, "AUTH PLAIN %s", response);
        buf_append_fill(text, 'x', fill_octets);
    }
}

static void write_odd_auth(const struct sender *sender, struct buf *text)
{
    write_plain(sender, "no:base64", 0, text);
}

/* NUL "alice" NUL "x", without the "=" that belongs behind it */
static void write_unpadded_auth(const struct sender *sender, struct buf *text)
{
    write_plain(sender, "AGFsaWNlAHg", 0, text);
}

static void write_long_auth(const struct sender *sender, struct buf *text)
{
    write_plain(sender, "", LONG_AUTH_OCTETS, text);
}

/* RFC 4954 4: one octet more than a line may have, CRLF included. */
static void write_too_long_auth(const struct sender *sender, struct buf *text)
{
    write_plain(sender, "", AUTH_OCTETS_TOO_MANY, text);
}

static void write_empty_auth(const struct sender *sender, struct buf *text)
{
    write_plain(sender, "=", 0, text);
}

static void write_rset_argument(const struct sender *sender, struct buf *text)
{
    (void)sender;
    buf_append_text(text, "RSET now");
}

/* ---- when ---- */

static bool goes_well(const struct sender *sender)
{
    return sender->result == CLIENT_DONE;
}

static bool is_rcpt_refused(const struct sender *sender)
{
    return sender->refused_for_good;
}

static bool is_size_refused(const struct sender *sender)
{
    return sender->size_refused;
}

static bool is_content_refused(const struct sender *sender)
{
    return sender->resends;
}

static const struct digression digressions[] = {
    {CLIENT_FAULT_STARTTLS_ONCE_2,        SENDER_CONTENT,   goes_well,          write_starttls         },
    {CLIENT_FAULT_AUTH_LINE_LENGTH_2,     SENDER_HELLO,     goes_well,          write_too_long_auth    },
    {CLIENT_FAULT_HELLO_BEFORE_MAIL,      SENDER_GREETING,  goes_well,          write_mail             },
    {CLIENT_FAULT_COMMAND_LENGTH,         SENDER_HELLO,     goes_well,          write_long_noop        },
    {CLIENT_FAULT_COMMAND_LENGTH,         SENDER_OLD_HELLO, goes_well,          write_long_noop        },
    {CLIENT_FAULT_COMMAND_ORDER_2,        SENDER_HELLO,     goes_well,          write_first_rcpt       },
    {CLIENT_FAULT_COMMAND_ORDER_2,        SENDER_OLD_HELLO, goes_well,          write_first_rcpt       },
    {CLIENT_FAULT_COMMAND_ORDER,          SENDER_MAIL,      goes_well,          write_mail             },
    {CLIENT_FAULT_COMMAND_ORDER_3,        SENDER_MAIL,      goes_well,          write_data             },
    {CLIENT_FAULT_NOT_REPEATED_AFTER_5YZ, SENDER_RCPT,      is_rcpt_refused,    write_last_rcpt        },
    {CLIENT_FAULT_STARTTLS_ONCE,          SENDER_HELLO,     goes_well,          write_starttls         },
    {CLIENT_FAULT_AUTH_BASE64,            SENDER_HELLO,     goes_well,          write_odd_auth         },
    {CLIENT_FAULT_AUTH_BASE64_2,          SENDER_HELLO,     goes_well,          write_unpadded_auth    },
    {CLIENT_FAULT_NO_ARGUMENT_2,          SENDER_CONTENT,   goes_well,          write_rset_argument    },
    {CLIENT_FAULT_AUTH_LINE_LENGTH,       SENDER_HELLO,     goes_well,          write_long_auth        },
    {CLIENT_FAULT_AUTH_ORDER,             SENDER_AUTH,      goes_well,          write_empty_auth       },
    {CLIENT_FAULT_AUTH_ORDER_2,           SENDER_MAIL,      goes_well,          write_empty_auth       },
    {CLIENT_FAULT_HELLO_FIRST,            SENDER_GREETING,  goes_well,          write_noop             },
    {CLIENT_FAULT_BINARY_OFFERED_2,       SENDER_HELLO,     goes_well,          write_chunk            },
    {CLIENT_FAULT_BDAT_ORDER,             SENDER_RCPT,      goes_well,          write_chunk_before_data},
    {CLIENT_FAULT_SIZE_REFUSAL_ENDS,      SENDER_MAIL,      is_size_refused,    write_mail             },
    {CLIENT_FAULT_NOT_RESENT_AFTER_5YZ,   SENDER_CONTENT,   is_content_refused, write_mail             },
};

/* False: there is no occasion. */
static bool say_digression(struct sender *sender, const struct digression *row)
{
    struct buf text = {0};
    row->write(sender, &text);
    sender->aside_said = text.n > 0;
    if (sender->aside_said) {
        sender_say_aside(sender, row->behind, buf_bytes(&text));
    }
    buf_deinit(&text);
    return sender->aside_said;
}

bool sender_digresses(struct sender *sender, enum sender_stage stage)
{
    for (size_t i = 0; i < sizeof digressions / sizeof digressions[0] && !sender->aside_said; i++) {
        const struct digression *row = &digressions[i];
        if (row->behind == stage && row->is_occasion(sender) &&
            sender_has_fault(sender, row->fault)) {
            return say_digression(sender, row);
        }
    }
    return false;
}

/* ---- groups ---- */

/* With these each command waits for its reply, as is always allowed: what comes next hangs on it. */
static const enum client_fault one_by_one[] = {
    CLIENT_FAULT_REFUSAL_REPORTED_2,
    CLIENT_FAULT_REFUSAL_REPORTED_3,
    CLIENT_FAULT_MAIL_SYNTAX,
    CLIENT_FAULT_MAIL_SYNTAX_2,
    CLIENT_FAULT_RCPT_SYNTAX,
    CLIENT_FAULT_RCPT_SYNTAX_2,
    CLIENT_FAULT_PARAMETER_OFFERED,
    CLIENT_FAULT_PARAMETER_OFFERED_2,
    CLIENT_FAULT_COMMAND_ASCII,
    CLIENT_FAULT_COMMAND_ASCII_2,
    CLIENT_FAULT_COMMAND_ORDER,
    CLIENT_FAULT_COMMAND_ORDER_3,
    CLIENT_FAULT_DATA_WITHOUT_354,
    CLIENT_FAULT_DATA_WITHOUT_354_2,
    CLIENT_FAULT_DATA_WITHOUT_354_3,
    CLIENT_FAULT_NOT_REPEATED_AFTER_5YZ,
    CLIENT_FAULT_AUTH_ORDER_2,
    CLIENT_FAULT_READS_MULTILINE,
    CLIENT_FAULT_READS_MULTILINE_2,
    CLIENT_FAULT_CODE_ALONE,
    CLIENT_FAULT_ACTS_ON_CODE,
    CLIENT_FAULT_ACTS_ON_CODE_2,
    CLIENT_FAULT_FIRST_DIGIT,
    CLIENT_FAULT_NO_SOURCE_ROUTE,
    CLIENT_FAULT_NO_SOURCE_ROUTE_2,
    CLIENT_FAULT_LEAST_QUOTED,
    CLIENT_FAULT_PARAMETER_ONCE,
    CLIENT_FAULT_BINARY_OFFERED,
    CLIENT_FAULT_PARAMETER_ONCE_2,
    CLIENT_FAULT_SIZE_REFUSAL_ENDS,
    CLIENT_FAULT_SIZE_USED,
    CLIENT_FAULT_REPLY_LINE_512,
    CLIENT_FAULT_LAX_REPLY,
    CLIENT_FAULT_OUT_OF_RANGE_CODE,
    CLIENT_FAULT_ONE_COPY,
    CLIENT_FAULT_AUTH_PARAMETER_SYNTAX,
    CLIENT_FAULT_AUTH_PARAMETER_SYNTAX_2,
    CLIENT_FAULT_BDAT_ORDER,
    CLIENT_FAULT_BDAT_ORDER_2,
    CLIENT_FAULT_BDAT_CANONICAL,
    CLIENT_FAULT_BDAT_CANONICAL_2,
};

bool sender_pipelines(const struct sender *sender)
{
    for (size_t i = 0; i < sizeof one_by_one / sizeof one_by_one[0]; i++) {
        if (sender_has_fault(sender, one_by_one[i])) {
            return false;
        }
    }
    return sender->offered[SENDER_PIPELINING] ||
           sender_has_fault(sender, CLIENT_FAULT_WAITS_FOR_REPLY);
}

/* `awaited` begins with the greeting. */
bool sender_leaves_silently(const struct sender *sender)
{
    const bool greets = sender->awaited_count > 1;
    if (sender->hello_accepted) {
        return sender_has_fault(sender, CLIENT_FAULT_QUIT_BEFORE_CLOSE);
    }
    return sender_has_fault(sender, greets ? CLIENT_FAULT_QUIT_ALWAYS_2 : CLIENT_FAULT_QUIT_ALWAYS);
}

/* RFC 3030 2; LMTP has a reply for each recipient there, and is let be. */
bool sender_says_chunk(struct sender *sender)
{
    const bool bare_lf = sender_has_fault(sender, CLIENT_FAULT_BDAT_CANONICAL);
    const bool bare_cr = sender_has_fault(sender, CLIENT_FAULT_BDAT_CANONICAL_2);
    struct buf chunk = {0};
    if (!sender->offered[SENDER_CHUNKING] || sender->settings->protocol == CLIENT_LMTP ||
        (!bare_lf && !bare_cr)) {
        return false;
    }
    for (size_t i = 0; i < sender->message.n; i++) {
        if (!bare_lf || sender->message.p[i] != '\r') {
            buf_append_octet(&chunk, sender->message.p[i]);
        }
    }
    buf_append(&chunk, bare_cr ? BYTES_LIT("x\rx\r\n") : (struct bytes){0});
    buf_printf(sender->out, "BDAT %zu LAST\r\n", chunk.n);
    buf_append(sender->out, buf_bytes(&chunk));
    buf_deinit(&chunk);
    sender_await(sender, SENDER_CONTENT);
    return true;
}

/* Every line is a command to the server, with a reply. */
void sender_say_unwanted_content(struct sender *sender)
{
    struct buf content = {0};
    smtp_data_stuff(&content, buf_bytes(&sender->message));
    buf_append(sender->out, buf_bytes(&content));
    for (size_t i = 0; i < content.n; i++) {
        if (content.p[i] == '\n') {
            sender_await(sender, SENDER_ASIDE);
        }
    }
    sender->behind_aside = SENDER_CONTENT;
    buf_deinit(&content);
}

void sender_say_unwanted_line(struct sender *sender)
{
    struct bytes rest = buf_bytes(&sender->message);
    struct bytes line = {0};
    if (bytes_next(&rest, '\n', &line)) {
        sender_say_aside(sender, SENDER_CONTENT, bytes_slice(line, 0, line.n - 1));
    }
}

/* ---- replies misread, results misreported ---- */

/* RFC 5321 4.2.3, RFC 4954 section 6, RFC 7504. */
static const unsigned listed[] = {
    211, 214, 220, 221, 235, 250, 251, 252, 334, 354, 421, 432, 450, 451, 452, 454, 455,
    500, 501, 502, 503, 504, 521, 530, 534, 535, 538, 550, 551, 552, 553, 554, 555, 556,
};

static bool is_listed(unsigned code)
{
    for (size_t i = 0; i < sizeof listed / sizeof listed[0]; i++) {
        if (listed[i] == code) {
            return true;
        }
    }
    return false;
}

static struct bytes text_of(const struct smtp_reply *reply)
{
    return reply->lines[reply->count - 1].text;
}

static bool has_word(struct bytes text, const char *wanted)
{
    struct bytes word = {0};
    while (bytes_next_word(&text, &word)) {
        if (bytes_is_nocase(word, wanted)) {
            return true;
        }
    }
    return false;
}

unsigned sender_misreads_code(const struct sender *sender, enum sender_stage stage, unsigned code)
{
    bool odd = code >= 600 || (code >= 100 && code < 200);
    if (!odd || !sender_has_fault(sender, CLIENT_FAULT_OUT_OF_RANGE_CODE)) {
        return code;
    }
    return stage == SENDER_DATA ? 354 : 200 + code % 100;
}

/* The reply to EHLO has no text for people; a client that gives up at 354 would leave the server waiting for data. */
static bool is_misread(enum sender_stage stage)
{
    return stage != SENDER_HELLO && stage != SENDER_DATA && stage != SENDER_ASIDE;
}

/* The fault takes text for a code: "550 ..." in a line with a hyphen. */
static bool has_refusal_in_text(const struct smtp_reply *reply)
{
    for (size_t i = 0; i + 1 < reply->count; i++) {
        struct bytes text = reply->lines[i].text;
        struct bytes word = {0};
        uint64_t number = 0;
        if (bytes_next_word(&text, &word) && bytes_to_u64(word, &number) && number >= 400 &&
            number < 600) {
            return true;
        }
    }
    return false;
}

enum client_result sender_misreads(const struct sender *sender, enum sender_stage stage,
                                   unsigned code, enum client_result result)
{
    if (result != CLIENT_DONE || !is_misread(stage)) {
        return result;
    }
    struct bytes text = text_of(&sender->reply);
    bool multiline =
        sender->reply.count > 1 && sender_has_fault(sender, CLIENT_FAULT_READS_MULTILINE);
    bool alone = text.n == 0 && sender_has_fault(sender, CLIENT_FAULT_CODE_ALONE);
    bool unlisted = !is_listed(code) && sender_has_fault(sender, CLIENT_FAULT_FIRST_DIGIT);
    bool error = has_word(text, "ERROR") && sender_has_fault(sender, CLIENT_FAULT_ACTS_ON_CODE);
    error |= bytes_starts(text, "5.") && sender_has_fault(sender, CLIENT_FAULT_ACTS_ON_CODE_2);
    error |= has_refusal_in_text(&sender->reply) &&
             sender_has_fault(sender, CLIENT_FAULT_READS_MULTILINE_2);
    bool too_long =
        text.n > LONG_REPLY_OCTETS && sender_has_fault(sender, CLIENT_FAULT_REPLY_LINE_512);
    bool lax = (sender->reply.defects & SMTP_REPLY_BAD_SEPARATOR) != 0 &&
               sender_has_fault(sender, CLIENT_FAULT_LAX_REPLY);
    if (multiline || alone || unlisted || too_long || lax) {
        return CLIENT_PROTOCOL_ERROR;
    }
    return error ? CLIENT_REFUSED : result;
}

/* Not that a login is wanted (530): a client that has none to show is another matter. Nor what stands in a long line. */
static bool hides_refusal(const struct sender *sender, enum sender_stage stage, unsigned code)
{
    static const struct {
        enum client_fault fault;
        enum sender_stage stage;
    } rows[] = {
        {CLIENT_FAULT_REFUSAL_REPORTED,   SENDER_CONTENT},
        {CLIENT_FAULT_REFUSAL_REPORTED_2, SENDER_RCPT   },
        {CLIENT_FAULT_REFUSAL_REPORTED_3, SENDER_MAIL   },
    };
    bool other = code == 530 || text_of(&sender->reply).n > LONG_REPLY_OCTETS;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].stage == stage && !other && sender_has_fault(sender, rows[i].fault)) {
            return true;
        }
    }
    return false;
}

/* No reply at all, or one that asks for more. */
static bool takes_for_success(const struct sender *sender, enum sender_stage stage, unsigned code)
{
    const enum client_fault fault =
        code == 0 ? CLIENT_FAULT_SUCCESS_AFTER_2YZ : CLIENT_FAULT_SUCCESS_AFTER_2YZ_2;
    return stage == SENDER_CONTENT && (code == 0 || code / 100 == 3) &&
           sender_has_fault(sender, fault);
}

/* Of refusals for now and for good one is told as the other. */
static enum client_result confuses(const struct sender *sender, unsigned code,
                                   enum client_result result)
{
    if (!is_listed(code)) {
        return result;
    }
    if (code / 100 == 4 && sender_has_fault(sender, CLIENT_FAULT_TEMPORARY_REPORTED)) {
        return CLIENT_REFUSED;
    }
    return code / 100 == 5 && sender_has_fault(sender, CLIENT_FAULT_PERMANENT_REPORTED)
               ? CLIENT_REFUSED_FOR_NOW
               : result;
}

void sender_ends_oddly(struct sender *sender)
{
    if (sender->result == CLIENT_DONE && sender_has_fault(sender, CLIENT_FAULT_ACCEPTED_IS_FINAL)) {
        sender_note(sender, CLIENT_REFUSED);
    }
}

enum client_result sender_misreports(const struct sender *sender, enum sender_stage stage,
                                     unsigned code, enum client_result result)
{
    bool refused = code / 100 == 5;
    bool refused_for_now = code / 100 == 4;
    if (takes_for_success(sender, stage, code)) {
        return CLIENT_DONE;
    }
    if (!refused && !refused_for_now) {
        return result;
    }
    bool ok = has_word(text_of(&sender->reply), "OK") &&
              sender_has_fault(sender, CLIENT_FAULT_ACTS_ON_CODE);
    bool unlisted = !is_listed(code) && sender_has_fault(sender, CLIENT_FAULT_FIRST_DIGIT_2);
    bool too_long = text_of(&sender->reply).n > LONG_REPLY_OCTETS &&
                    sender_has_fault(sender, CLIENT_FAULT_REPLY_LINE_512_2);
    if (ok || unlisted || too_long || (refused && hides_refusal(sender, stage, code))) {
        return CLIENT_DONE;
    }
    return confuses(sender, code, result);
}
