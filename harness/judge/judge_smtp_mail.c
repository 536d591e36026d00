#include "judge/judge_smtp_mail.h"

#include "proto/smtp_data.h"
#include "proto/smtp_path.h"
#include "proto/xtext.h"

/* ---- Commands ---- */

static bool has_path(const struct moment *moment)
{
    return (moment->smtp_verb == SMTP_MAIL || moment->smtp_verb == SMTP_RCPT) &&
           (moment->line->defects & WIRE_CUT) == 0;
}

static struct smtp_path path_of(const struct moment *moment)
{
    return smtp_path_read(smtp_command_read(moment->line->text).argument,
                          moment->smtp_verb == SMTP_RCPT);
}

bool judge_smtp_source_route(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return has_path(moment) && (path_of(moment).defects & SMTP_PATH_SOURCE_ROUTE) != 0;
}

/* RFC 5321 4.1.2: a backslash is needed before " and \ alone. */
static bool has_needless_backslash(struct bytes quoted)
{
    for (size_t i = 0; i + 1 < quoted.n; i++) {
        if (quoted.p[i] == '\\') {
            i++;
            if (quoted.p[i] != '"' && quoted.p[i] != '\\') {
                return true;
            }
        }
    }
    return false;
}

static bool is_dot_string(struct bytes text)
{
    return text.n > 0 && text.p[0] != '"' && smtp_is_local_part(text);
}

bool judge_smtp_over_quoted(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    if (!has_path(moment)) {
        return false;
    }
    const struct smtp_path path = path_of(moment);
    if ((path.defects & ~(unsigned)SMTP_PATH_SOURCE_ROUTE) != 0 ||
        !bytes_starts(path.local_part, "\"")) {
        return false;
    }
    struct buf plain = {0};
    smtp_local_part_unquote(path.local_part, &plain);
    const bool needless =
        is_dot_string(buf_bytes(&plain)) || has_needless_backslash(path.local_part);
    buf_deinit(&plain);
    return needless;
}

/* Those whose documents say that they stand there once. */
static bool is_single(struct bytes keyword)
{
    static const char *const keywords[] = {"SIZE", "BODY"};
    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
        if (bytes_is_nocase(keyword, keywords[i])) {
            return true;
        }
    }
    return false;
}

bool judge_smtp_parameter_twice(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    if (!has_path(moment) || moment->smtp_verb != SMTP_MAIL) {
        return false;
    }
    const struct smtp_path path = path_of(moment);
    for (size_t i = 1; i < path.param_count; i++) {
        for (size_t k = 0; k < i && is_single(path.params[i].keyword); k++) {
            if (bytes_equal_nocase(path.params[i].keyword, path.params[k].keyword)) {
                return true;
            }
        }
    }
    return false;
}

static bool is_auth_value(struct bytes value)
{
    struct buf decoded = {0};
    const bool right =
        xtext_decode(value, XTEXT_ABOVE_CODED, &decoded) &&
        (bytes_is(buf_bytes(&decoded), "<>") || smtp_is_mailbox(buf_bytes(&decoded)));
    buf_deinit(&decoded);
    return right;
}

/* Of a value that is no esmtp-value smtp/mail-syntax tells; with SMTPUTF8 it may be more (RFC 6531 3.4). */
bool judge_smtp_auth_parameter(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    if (!has_path(moment) || moment->smtp_verb != SMTP_MAIL ||
        !smtp_offer_has(&moment->smtp_client->offer, "AUTH")) {
        return false;
    }
    const struct smtp_path path = path_of(moment);
    bool broken = false;
    bool utf8 = false;
    for (size_t i = 0; i < path.param_count; i++) {
        utf8 |= bytes_is_nocase(path.params[i].keyword, "SMTPUTF8");
        broken |=
            bytes_is_nocase(path.params[i].keyword, "AUTH") && !is_auth_value(path.params[i].value);
    }
    return broken && !utf8 && (path.defects & SMTP_PATH_BAD_PARAM) == 0;
}

/* Where neither of the two is offered, BODY= itself is what smtp/parameter-offered is about. */
static bool body_is_unoffered(const struct smtp_offer *offer, enum smtp_body body)
{
    const bool eight_bit = smtp_offer_has(offer, "8BITMIME");
    const bool binary = smtp_offer_has(offer, "BINARYMIME");
    return (body == SMTP_BODY_BINARYMIME && eight_bit && !binary) ||
           (body == SMTP_BODY_8BITMIME && binary && !eight_bit);
}

bool judge_smtp_binary_unoffered(const struct moment *moment, struct bytes *evidence_r)
{
    const struct smtp_offer *offer = &moment->smtp_client->offer;
    (void)evidence_r;
    if (!offer->known) {
        return false;
    }
    if (moment->smtp_verb == SMTP_BDAT) {
        return !smtp_offer_has(offer, "CHUNKING");
    }
    return has_path(moment) && moment->smtp_verb == SMTP_MAIL &&
           body_is_unoffered(
               offer, smtp_mail_said_read(smtp_command_read(moment->line->text).argument).body);
}

/* What the client could not know of yet when it sent a group does not count: a refusal is noted when it is read. */
bool judge_smtp_chunk_order(const struct moment *moment, struct bytes *evidence_r)
{
    const struct smtp_client *client = moment->smtp_client;
    const struct smtp_chunks *chunks = &client->chunks;
    const enum smtp_verb verb = moment->smtp_verb;
    (void)evidence_r;
    const bool binary = client->transaction == SMTP_MAIL_OPEN && client->recipient_named &&
                        client->mail.body == SMTP_BODY_BINARYMIME;
    if (verb == SMTP_BDAT) {
        return chunks->refused || chunks->last_sent;
    }
    if (verb == SMTP_DATA) {
        return chunks->refused || (chunks->sent && !chunks->last_sent) || binary;
    }
    return (verb == SMTP_MAIL || verb == SMTP_RCPT) && chunks->refused;
}

bool judge_smtp_chunk_text(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return moment->data_defects != 0 && moment->smtp_client->mail.body != SMTP_BODY_BINARYMIME;
}

/* RCPT and DATA behind a refused MAIL are out of order anyway. */
bool judge_smtp_size_refusal_passed(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return moment->smtp_client->size_refused && moment->smtp_verb != SMTP_RSET &&
           moment->smtp_verb != SMTP_QUIT && moment->smtp_verb != SMTP_RCPT &&
           moment->smtp_verb != SMTP_DATA;
}

/* ---- Messages ---- */

bool judge_smtp_body_undeclared(const struct moment *moment, struct bytes *evidence_r)
{
    const enum smtp_body body = moment->smtp_client->mail.body;
    (void)evidence_r;
    return (moment->data_defects & SMTP_DATA_EIGHT_BIT) != 0 && body != SMTP_BODY_8BITMIME &&
           body != SMTP_BODY_BINARYMIME && smtp_offer_has(&moment->smtp_client->offer, "8BITMIME");
}

bool judge_smtp_size_too_small(const struct moment *moment, struct bytes *evidence_r)
{
    const struct smtp_mail_said *mail = &moment->smtp_client->mail;
    (void)evidence_r;
    return moment->data_complete && !moment->altered && mail->has_size &&
           moment->data_octets > mail->size && smtp_offer_has(&moment->smtp_client->offer, "SIZE");
}

/* RFC 2920 3.1: only a client that sends groups can be asked for such data. */
bool judge_smtp_data_for_nobody(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return moment->data_complete && moment->data_octets > 0 && moment->recipients == 0 &&
           moment->smtp_client->pipelining;
}

bool judge_smtp_long_text_line(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return (moment->data_defects & SMTP_DATA_LONG_LINE) != 0;
}

/* Who relays sends what came (RFC 5321 6.4, 4.4), and puts Received on top of it. */
static bool is_originated(const struct moment *moment)
{
    return moment->content != NULL && !moment->altered && !moment->content->has_received;
}

bool judge_smtp_not_mime(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return is_originated(moment) && moment->content->body_eight_bit &&
           moment->smtp_client->mail.body == SMTP_BODY_8BITMIME &&
           !(moment->content->has_mime_version && moment->content->has_eight_bit_encoding);
}

bool judge_smtp_return_path_sent(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return is_originated(moment) && moment->content->has_return_path;
}
