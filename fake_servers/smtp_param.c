/* Parameters of MAIL and RCPT (RFC 5321 4.1.2, RFC 1870, RFC 6152, RFC 3030, RFC 6531, RFC 3461). */
#include <stdlib.h>

#include "base/escape.h"
#include "fake_servers/smtp_faulty_dsn.h"
#include "fake_servers/smtp_faulty_extension.h"
#include "fake_servers/smtp_faulty_utf8.h"
#include "proto/smtp_path.h"
#include "proto/xtext.h"

/* RFC 3461 4.4 and 4.2. */
enum { MAX_ENVID_OCTETS = 100, MAX_ORCPT_OCTETS = 500 };

enum param_result { PARAM_OK, PARAM_BAD, PARAM_TOO_LARGE };

struct param_row {
    const char *keyword;
    enum server_extension extension;
    bool has_value;
    enum param_result (*take)(struct smtp_session *session, struct smtp_recipient *recipient,
                              struct bytes value);
};

/* ---- of MAIL ---- */

/* RFC 1870 section 3: size-value = 1*20DIGIT */
static enum param_result take_size(struct smtp_session *session, struct smtp_recipient *recipient,
                                   struct bytes value)
{
    uint64_t octets = 0;
    (void)recipient;
    if (value.n == 0 || value.n > 20) {
        return PARAM_BAD;
    }
    for (size_t i = 0; i < value.n; i++) {
        if (!octet_is_digit(value.p[i])) {
            return PARAM_BAD;
        }
    }
    if (!bytes_to_u64(value, &octets)) {
        octets = UINT64_MAX; /* 20 digits may be more than that */
    }
    octets = smtp_faulty_size(session, octets);
    session->transaction.declared_octets = octets;
    bool refuse = octets > session->settings->max_message_octets &&
                  !smtp_has_fault(session, FAULT_SIZE_REFUSED);
    return refuse ? PARAM_TOO_LARGE : PARAM_OK;
}

/* RFC 6152 section 2, RFC 3030 section 3: body-value = "7BIT" / "8BITMIME" / "BINARYMIME" */
static enum param_result take_body(struct smtp_session *session, struct smtp_recipient *recipient,
                                   struct bytes value)
{
    (void)recipient;
    const struct server_settings *settings = session->settings;
    bool is_binary = bytes_is_nocase(value, "BINARYMIME");
    bool known = bytes_is_nocase(value, "7BIT"); /* message data is 8-bit clean anyway */
    known |= bytes_is_nocase(value, "8BITMIME") && smtp_offers(settings, EXTENSION_8BITMIME);
    known |= is_binary && smtp_offers(settings, EXTENSION_BINARYMIME);
    session->transaction.is_binary = is_binary && !smtp_faulty_misses_binary(session, value);
    session->transaction.is_eight_bit = is_binary || bytes_is_nocase(value, "8BITMIME");
    return known ? PARAM_OK : PARAM_BAD;
}

static enum param_result take_utf8(struct smtp_session *session, struct smtp_recipient *recipient,
                                   struct bytes value)
{
    (void)recipient;
    (void)value;
    session->transaction.is_utf8 = true;
    return PARAM_OK;
}

/*
 * RFC 3461 4.3: RET speaks of notifications of failure alone, and none of those is made here: who is refused hears it in
 * the reply. The others have the header.
 */
static enum param_result take_ret(struct smtp_session *session, struct smtp_recipient *recipient,
                                  struct bytes value)
{
    (void)session;
    (void)recipient;
    bool known = bytes_is_nocase(value, "FULL") || bytes_is_nocase(value, "HDRS");
    return known ? PARAM_OK : PARAM_BAD;
}

static enum param_result take_envid(struct smtp_session *session, struct smtp_recipient *recipient,
                                    struct bytes value)
{
    struct buf decoded = {0};
    (void)recipient;
    if (value.n > MAX_ENVID_OCTETS || !xtext_decode(value, 0, &decoded)) {
        buf_deinit(&decoded);
        return PARAM_BAD;
    }
    if (smtp_has_fault(session, FAULT_DSN_FIELDS_2)) {
        buf_clear(&decoded);
        buf_append(&decoded, value);
    }
    session->transaction.envid = buf_steal(&decoded);
    return PARAM_OK;
}

/*
 * RFC 4954 5: an xtext, and in it a mailbox or "<>". Whom the client names is believed of nobody, and mail is sent on to nobody, so
 * nothing is kept of it.
 */
static enum param_result take_auth(struct smtp_session *session, struct smtp_recipient *recipient,
                                   struct bytes value)
{
    struct buf decoded = {0};
    (void)recipient;
    bool knows_mailbox = session->user != NULL || !smtp_has_fault(session, FAULT_AUTH_PARAMETER_2);
    bool is_good = xtext_decode(value, 0, &decoded) &&
                   (bytes_is(buf_bytes(&decoded), "<>") ||
                    (knows_mailbox && smtp_is_mailbox(buf_bytes(&decoded))));
    buf_deinit(&decoded);
    return is_good ? PARAM_OK : PARAM_BAD;
}

/* ---- of RCPT ---- */

static unsigned notify_word(struct bytes word)
{
    static const struct {
        const char *word;
        unsigned value;
    } words[] = {
        {"NEVER",   SMTP_NOTIFY_NEVER  },
        {"SUCCESS", SMTP_NOTIFY_SUCCESS},
        {"FAILURE", SMTP_NOTIFY_FAILURE},
        {"DELAY",   SMTP_NOTIFY_DELAY  },
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (bytes_is_nocase(word, words[i].word)) {
            return words[i].value;
        }
    }
    return 0;
}

/* RFC 3461 4.1: "NEVER" / 1#( "SUCCESS" / "FAILURE" / "DELAY" ) */
static enum param_result take_notify(struct smtp_session *session, struct smtp_recipient *recipient,
                                     struct bytes value)
{
    struct bytes rest = value;
    struct bytes word;
    unsigned notify = 0;
    (void)session;
    while (bytes_next(&rest, ',', &word)) {
        unsigned one = notify_word(word);
        if (one == 0 || (notify & one) != 0) {
            return PARAM_BAD;
        }
        notify |= one;
    }
    if ((notify & SMTP_NOTIFY_NEVER) != 0 && notify != SMTP_NOTIFY_NEVER) {
        return PARAM_BAD;
    }
    recipient->notify = notify;
    return PARAM_OK;
}

static bool is_atom(struct bytes text)
{
    return text.n > 0 && bytes_index(text, '.', 0) == BYTES_NONE && text.p[0] != '"' &&
           smtp_is_local_part(text);
}

/*
 * RFC 3461 4.2: addr-type ";" xtext; addr-type = atom. RFC 6533 section 3: who offers DSN and SMTPUTF8 takes the type utf-8 with UTF-8
 * in it; its other form, "\x{...}", is xtext anyway. Postfix codes UTF-8 as hexchars of the type rfc822, which 4.2 does not allow: where
 * the client has said SMTPUTF8 it is plain what is meant, and nobody would be helped by losing the mail.
 */
static enum param_result take_orcpt(struct smtp_session *session, struct smtp_recipient *recipient,
                                    struct bytes value)
{
    size_t semicolon = bytes_index(value, ';', 0);
    struct bytes type = bytes_slice(value, 0, semicolon);
    if (value.n > MAX_ORCPT_OCTETS || semicolon == BYTES_NONE || !is_atom(type)) {
        return PARAM_BAD;
    }
    struct buf address = {0};
    bool utf8 = smtp_session_may_use(session, EXTENSION_SMTPUTF8) && bytes_is_nocase(type, "utf-8");
    unsigned above =
        (utf8 ? XTEXT_ABOVE_PLAIN : 0) | (session->transaction.is_utf8 ? XTEXT_ABOVE_CODED : 0);
    if (!xtext_decode(bytes_skip(value, semicolon + 1), above, &address) ||
        !escape_is_utf8(buf_bytes(&address))) {
        buf_deinit(&address);
        return PARAM_BAD;
    }
    struct buf original = {0};
    buf_append(&original, bytes_is_ascii(buf_bytes(&address)) ? type : BYTES_LIT("utf-8"));
    buf_append_text(&original, ";");
    buf_append(&original, buf_bytes(&address));
    buf_deinit(&address);
    recipient->original = buf_steal(&original);
    return PARAM_OK;
}

/* ---- the tables ---- */

/* AUTH is a setting of its own. */
#define OF_AUTH EXTENSION_COUNT

static const struct param_row mail_rows[] = {
    {"SIZE",     EXTENSION_SIZE,       true,  take_size },
    {"BODY",     EXTENSION_8BITMIME,   true,  take_body },
    {"BODY",     EXTENSION_BINARYMIME, true,  take_body },
    {"SMTPUTF8", EXTENSION_SMTPUTF8,   false, take_utf8 },
    {"RET",      EXTENSION_DSN,        true,  take_ret  },
    {"ENVID",    EXTENSION_DSN,        true,  take_envid},
    {"AUTH",     OF_AUTH,              true,  take_auth },
    {NULL,       EXTENSION_COUNT,      false, NULL      },
};

static const struct param_row rcpt_rows[] = {
    {"NOTIFY", EXTENSION_DSN,   true,  take_notify},
    {"ORCPT",  EXTENSION_DSN,   true,  take_orcpt },
    {NULL,     EXTENSION_COUNT, false, NULL       },
};

static bool may_use(const struct smtp_session *session, const struct param_row *row)
{
    if (row->extension == OF_AUTH && session->user == NULL &&
        smtp_has_fault(session, FAULT_AUTH_PARAMETER)) {
        return false;
    }
    return row->extension == OF_AUTH ? session->extended && smtp_has_auth(session)
                                     : smtp_session_may_use(session, row->extension);
}

static const struct param_row *find_param(const struct smtp_session *session,
                                          const struct param_row *rows, struct bytes keyword)
{
    for (; rows->keyword != NULL; rows++) {
        if (bytes_is_nocase(keyword, rows->keyword) && may_use(session, rows)) {
            return rows;
        }
    }
    return NULL;
}

static bool is_repeated(const struct smtp_path *path, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (bytes_equal_nocase(path->params[i].keyword, path->params[index].keyword)) {
            return true;
        }
    }
    return false;
}

static bool answer_result(struct smtp_session *session, const struct param_row *row,
                          enum param_result result)
{
    switch (result) {
    case PARAM_OK:
        return true;
    case PARAM_BAD:
        smtp_answer(session, 501, "5.5.4", "%s must come once, %s", row->keyword,
                    row->has_value ? "with a value that it allows" : "without a value");
        return false;
    case PARAM_TOO_LARGE:
        smtp_answer(session, 552, "5.3.4", "Message too large: at most %zu octets",
                    session->settings->max_message_octets);
        return false;
    }
    return false;
}

static bool take_param(struct smtp_session *session, const struct param_row *row,
                       const struct smtp_path *path, size_t index, struct smtp_recipient *recipient)
{
    const struct smtp_param *param = &path->params[index];
    bool is_twice = is_repeated(path, index);
    bool is_bad = is_twice || param->has_value != row->has_value ||
                  smtp_faulty_bad_value(session, param) || smtp_faulty_dsn_refuses(session, param);
    enum param_result result = is_bad ? PARAM_BAD : row->take(session, recipient, param->value);
    bool is_passed_over = result == PARAM_BAD && (smtp_faulty_dsn_takes(session, param, is_twice) ||
                                                  smtp_faulty_takes_value(session, param));
    return is_passed_over || answer_result(session, row, result);
}

static bool take_params(struct smtp_session *session, const struct smtp_path *path,
                        const struct param_row *rows, struct smtp_recipient *recipient)
{
    for (size_t i = 0; i < path->param_count; i++) {
        const struct smtp_param *param = &path->params[i];
        const struct param_row *row = find_param(session, rows, param->keyword);
        bool is_mail = rows == mail_rows;
        if (row == NULL && smtp_has_fault(session, is_mail ? FAULT_UNKNOWN_PARAMETER
                                                           : FAULT_UNKNOWN_PARAMETER_2)) {
            continue;
        }
        if (row == NULL || smtp_faulty_unknown_parameter(session, param) ||
            smtp_faulty_utf8_unknown(session, param)) {
            smtp_answer(session, 555, "5.5.4", "Parameter of %s not recognised",
                        is_mail ? "MAIL" : "RCPT");
            return false;
        }
        if (!smtp_faulty_utf8_takes(session, param) &&
            !take_param(session, row, path, i, recipient)) {
            return false;
        }
    }
    return true;
}

bool smtp_take_mail_params(struct smtp_session *session, const struct smtp_path *path)
{
    return take_params(session, path, mail_rows, NULL);
}

bool smtp_take_rcpt_params(struct smtp_session *session, const struct smtp_path *path,
                           struct smtp_recipient *recipient)
{
    return take_params(session, path, rcpt_rows, recipient);
}
