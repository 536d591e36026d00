/* What each reply means (RFC 5321 4.2, 4.3.2). */
#include "fake_clients/sender_session.h"
#include "proto/smtp_ehlo.h"

/* The first digit that lets the client go on (RFC 5321 4.3.2). */
static const unsigned wanted_digit[SENDER_STAGE_COUNT] = {
    [SENDER_GREETING] = 2, [SENDER_HELLO] = 2, [SENDER_OLD_HELLO] = 2, [SENDER_MAIL] = 2,
    [SENDER_RCPT] = 2,     [SENDER_DATA] = 3,  [SENDER_CONTENT] = 2,   [SENDER_QUIT] = 2,
    [SENDER_AUTH] = 2,     [SENDER_ASIDE] = 2, [SENDER_TLS] = 2,
};

/* The code of the last line counts. 0: the reply cannot be read. */
static unsigned code_of(const struct smtp_reply *reply)
{
    bool unreadable = (reply->defects & (SMTP_REPLY_NO_CODE | SMTP_REPLY_FOUR_DIGITS)) != 0;
    return unreadable ? 0 : reply->lines[reply->count - 1].code;
}

/* RFC 5321 4.2, 4.3.2: the first digit tells, also of a code that no list has. Only 354 itself lets message data go (3.3). */
static enum client_result result_of(unsigned code, enum sender_stage stage)
{
    unsigned digit = code / 100;
    if (stage == SENDER_DATA ? code == 354 : digit == wanted_digit[stage]) {
        return CLIENT_DONE;
    }
    if (digit == 4) {
        return CLIENT_REFUSED_FOR_NOW;
    }
    return digit == 5 ? CLIENT_REFUSED : CLIENT_PROTOCOL_ERROR;
}

/* ---- extensions ---- */

struct keyword_row {
    const char *keyword;
    const char *parameter; /* that must be among those of the keyword, or NULL */
};

static const struct keyword_row keywords[SENDER_EXTENSION_COUNT] = {
    [SENDER_PIPELINING] = {"PIPELINING", NULL      },
      [SENDER_SIZE] = {"SIZE",       NULL      },
    [SENDER_8BITMIME] = {"8BITMIME",   NULL      },
      [SENDER_BINARYMIME] = {"BINARYMIME", NULL      },
    [SENDER_CHUNKING] = {"CHUNKING",   NULL      },
      [SENDER_AUTH_PLAIN] = {"AUTH",       "PLAIN"   },
    [SENDER_AUTH_CRAM_MD5] = {"AUTH",       "CRAM-MD5"},
      [SENDER_STARTTLS] = {"STARTTLS",   NULL      },
};

/* RFC 5321 2.4: in any case. */
static bool is_word(const struct sender *sender, struct bytes word, const char *wanted)
{
    const bool is_overlooked = sender_has_fault(sender, CLIENT_FAULT_KEYWORD_ANY_CASE)
                                   ? !bytes_is(word, wanted)
                                   : sender_has_fault(sender, CLIENT_FAULT_KEYWORD_ANY_CASE_2) &&
                                         client_fault_is_mixed_case(word);
    return !is_overlooked && bytes_is_nocase(word, wanted);
}

static bool offers(const struct sender *sender, struct bytes text, const struct keyword_row *row)
{
    struct smtp_ehlo_line line = smtp_ehlo_line_read(text);
    struct bytes parameter = {0};
    if (!is_word(sender, line.keyword, row->keyword)) {
        return false;
    }
    while (row->parameter != NULL && bytes_next_word(&line.params, &parameter)) {
        if (is_word(sender, parameter, row->parameter)) {
            return true;
        }
    }
    return row->parameter == NULL;
}

/* RFC 1870 section 3: 0 is no fixed limit, and nothing says nothing of one. */
static bool has_size(struct bytes text, const char *parameter)
{
    return bytes_is(smtp_ehlo_line_read(text).params, parameter);
}

/* RFC 5321 4.1.1.1: the first line has no keyword. */
static void read_extensions(struct sender *sender)
{
    const struct smtp_reply *reply = &sender->reply;
    for (size_t i = 1; i < reply->count; i++) {
        sender_wish_read(sender, reply->lines[i].text);
        for (size_t k = 0; k < SENDER_EXTENSION_COUNT; k++) {
            bool offered = offers(sender, reply->lines[i].text, &keywords[k]);
            sender->offered[k] = sender->offered[k] || offered;
            sender->size_is_zero |=
                offered && k == SENDER_SIZE && has_size(reply->lines[i].text, "0");
            sender->size_is_bare |=
                offered && k == SENDER_SIZE && has_size(reply->lines[i].text, "");
        }
    }
}

/* RFC 5321 3.2: the server does not know EHLO. RFC 2033 section 4.1: LMTP has nothing older. */
static bool is_old_server(const struct sender *sender, unsigned code)
{
    return sender->settings->protocol == CLIENT_SMTP && code / 10 == 50;
}

static void take_hello(struct sender *sender, unsigned code, enum client_result result)
{
    if (is_old_server(sender, code) && !sender_has_fault(sender, CLIENT_FAULT_HELO_FALLBACK)) {
        sender_say_old_hello(sender);
        return;
    }
    sender_note(sender, result);
    if (result == CLIENT_DONE) {
        sender->extended = true;
        sender->hello_accepted = true;
        read_extensions(sender);
    }
}

/* RFC 3207 section 4: refused, it goes on without, and without a login. */
static void take_starttls(struct sender *sender, unsigned code, enum client_result result)
{
    bool begins_anyway =
        (code / 100 == 4 && sender_has_fault(sender, CLIENT_FAULT_TLS_AFTER_220)) ||
        (code / 100 == 5 && sender_has_fault(sender, CLIENT_FAULT_TLS_AFTER_220_2));
    sender->wants_tls = result == CLIENT_DONE || begins_anyway;
    if (result == CLIENT_PROTOCOL_ERROR) {
        sender_note(sender, result);
    }
    if (sender->wants_tls && sender_has_fault(sender, CLIENT_FAULT_STARTTLS_LAST_2)) {
        buf_append_text(sender->out, "NOOP\r\n");
    }
}

/* ---- the mail transaction ---- */

/*
 * RFC 5321 4.5.3.1.10: servers used to say 552 for too many recipients, and only one behind others can be one too many.
 * In a pipelined group the refusals behind that of MAIL tell nothing new.
 */
static void take_rcpt(struct sender *sender, unsigned code, enum client_result result)
{
    sender->refused_for_good = result == CLIENT_REFUSED;
    if (result == CLIENT_DONE) {
        sender->accepted += sender->mail_accepted ? 1 : 0;
    } else if (sender->mail_accepted) {
        bool too_many = code == 552 && sender->accepted > 0;
        sender_note(sender, too_many ? CLIENT_REFUSED_FOR_NOW
                                     : sender_misreports(sender, SENDER_RCPT, code, result));
    }
}

/* The refusals that a client with the each-status fault has not looked at are forgotten. */
static void take_data(struct sender *sender, unsigned code, enum client_result result)
{
    sender->data_asked_for = result == CLIENT_DONE;
    sender->data_is_odd = code / 100 == 2;
    if (sender->data_asked_for && sender_pipelines(sender) &&
        sender_has_fault(sender, CLIENT_FAULT_EACH_STATUS)) {
        sender->trusts_data = true;
        sender->result = CLIENT_DONE;
    }
    if (sender->accepted > 0) {
        sender_note(sender, sender_misreports(sender, SENDER_DATA, code, result));
    }
}

/* Without a recipient only a dot was sent, and the refusal of that is expected (RFC 2920 3.1). */
static void take_content(struct sender *sender, unsigned code, enum client_result result)
{
    sender->resends = result == CLIENT_REFUSED;
    if (sender->accepted == 0 && result == CLIENT_DONE &&
        sender_has_fault(sender, CLIENT_FAULT_EACH_STATUS_2)) {
        sender->result = CLIENT_DONE;
    }
    if (sender->accepted > 0 || sender->trusts_data) {
        sender_note(sender, sender_misreports(sender, SENDER_CONTENT, code, result));
    }
}

/* A reply that was there before the end of data was sent does not answer it. 421 may come at any time (RFC 5321 3.8). */
static void look_at_time(struct sender *sender, enum sender_stage stage, unsigned code)
{
    if (stage == SENDER_CONTENT && sender->is_too_early && code != 421 &&
        !sender_has_fault(sender, CLIENT_FAULT_REPLY_TOO_EARLY)) {
        sender_note(sender, CLIENT_PROTOCOL_ERROR);
    }
}

/* A fault's command may be taken for good: where DATA is, nothing but a dot follows; AUTH is cancelled. */
static void take_aside(struct sender *sender, unsigned code)
{
    if (code / 100 == 3 && sender->result == CLIENT_DONE) {
        sender_note(sender, CLIENT_PROTOCOL_ERROR);
        sender_say_aside(sender, sender->behind_aside,
                         code == 334 ? BYTES_LIT("*") : BYTES_LIT("."));
    }
}

void sender_take_reply(struct sender *sender, enum sender_stage stage)
{
    unsigned code = sender_misreads_code(sender, stage, code_of(&sender->reply));
    enum client_result result = sender_misreads(sender, stage, code, result_of(code, stage));
    sender_report_reply(sender, stage, result);
    look_at_time(sender, stage, code);
    if (code == 421) {
        bool hello = stage == SENDER_HELLO || stage == SENDER_OLD_HELLO;
        bool hides = (stage >= SENDER_MAIL && stage <= SENDER_CONTENT &&
                      sender_has_fault(sender, CLIENT_FAULT_CLOSING_421)) ||
                     (hello && sender_has_fault(sender, CLIENT_FAULT_CLOSING_421_2));
        sender_lose(sender, hides ? SENDER_QUIT : stage);
        return;
    }
    if (sender_untwists(sender, stage, code)) {
        return;
    }
    switch (stage) {
    case SENDER_HELLO:
        take_hello(sender, code, result);
        break;
    case SENDER_OLD_HELLO:
        sender->hello_accepted = result == CLIENT_DONE;
        sender_note(sender, result);
        break;
    case SENDER_GREETING:
        sender_note(sender, result);
        break;
    case SENDER_TLS:
        take_starttls(sender, code, result);
        break;
    case SENDER_AUTH:
        if (sender_wish_is_login(sender)) {
            sender_wish_take_auth(sender, code, result);
        } else {
            sender_take_auth(sender, code, result);
        }
        break;
    case SENDER_MAIL:
        sender->mail_accepted = result == CLIENT_DONE;
        sender->size_refused = sender->offered[SENDER_SIZE] && (code == 452 || code == 552);
        sender_note(sender, sender_misreports(sender, stage, code, result));
        break;
    case SENDER_RCPT:
        take_rcpt(sender, code, result);
        break;
    case SENDER_DATA:
        take_data(sender, code, result);
        break;
    case SENDER_CONTENT:
        take_content(sender, code, result);
        break;
    case SENDER_ASIDE:
        take_aside(sender, code);
        break;
    case SENDER_QUIT:
        if (result != CLIENT_DONE) {
            sender_ends_oddly(sender);
        }
        break;
    case SENDER_STAGE_COUNT:
        break;
    }
}
