#include "cli/send_message.h"

#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/file.h"
#include "proto/message_field.h"

/* Of what is read; base64 makes a third more of attachments. */
enum { MOST_MESSAGE_OCTETS = 64 * 1024 * 1024, MOST_ATTACHMENTS = 1000 };

/* ---- addresses ---- */

static int fail_at(const struct options *options, enum option_id id, const char *why,
                   struct error *error)
{
    return error_set(error, "%s: %s", options->value[id].where, why);
}

static int read_addresses(const struct options *options, enum option_id id, struct arena *arena,
                          struct mail_address **addresses_r, size_t *count_r, struct error *error)
{
    const struct option_value *value = &options->value[id];
    struct error why = {""};
    *addresses_r = arena_array(arena, value->count + 1, sizeof **addresses_r);
    *count_r = value->count;
    for (size_t i = 0; i < value->count; i++) {
        if (mail_address_read(&(*addresses_r)[i], value->values[i], arena, &why) != 0) {
            return fail_at(options, id, why.text, error);
        }
    }
    return 0;
}

static void add_recipients(struct send_message *message, const struct mail_address *addresses,
                           size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool is_there = false;
        for (size_t k = 0; k < message->recipient_count; k++) {
            is_there = is_there || strcmp(message->recipients[k], addresses[i].mailbox) == 0;
        }
        if (!is_there) {
            message->recipients[message->recipient_count++] = addresses[i].mailbox;
        }
        message->needs_utf8 |= addresses[i].is_utf8;
    }
}

/* Everybody that it goes to; Bcc: is for the envelope alone. */
static int read_recipients(struct send_message *message, const struct options *options,
                           struct mail_draft *draft, struct arena *arena, struct error *error)
{
    struct mail_address *to = NULL;
    struct mail_address *cc = NULL;
    struct mail_address *bcc = NULL;
    size_t bcc_count = 0;
    if (read_addresses(options, OPTION_TO, arena, &to, &draft->to_count, error) != 0 ||
        read_addresses(options, OPTION_CC, arena, &cc, &draft->cc_count, error) != 0 ||
        read_addresses(options, OPTION_BCC, arena, &bcc, &bcc_count, error) != 0) {
        return -1;
    }
    draft->to = to;
    draft->cc = cc;
    message->recipients = arena_array(arena, draft->to_count + draft->cc_count + bcc_count + 1,
                                      sizeof *message->recipients);
    add_recipients(message, to, draft->to_count);
    add_recipients(message, cc, draft->cc_count);
    add_recipients(message, bcc, bcc_count);
    return message->recipient_count > 0
               ? 0
               : error_set(error, "--to ADDRESS says who it goes to; none is given");
}

/* "<>" is the null reverse-path, of which no From: can be made. */
static int read_sender(struct send_message *message, const struct options *options,
                       struct mail_draft *draft, struct arena *arena, struct error *error)
{
    const char *text = options_get(options, OPTION_FROM);
    struct mail_address *from = arena_alloc(arena, sizeof *from);
    struct error why = {""};
    if (text == NULL) {
        return error_set(error, "--from ADDRESS says who sends it; <> is nobody, as of a bounce");
    }
    message->sender = "";
    if (strcmp(text, "<>") == 0) {
        return 0;
    }
    if (mail_address_read(from, text, arena, &why) != 0) {
        return fail_at(options, OPTION_FROM, why.text, error);
    }
    message->sender = from->mailbox;
    message->needs_utf8 |= from->is_utf8;
    draft->from = from;
    return 0;
}

/* ---- the header ---- */

static bool is_one_line_of_utf8(const char *text)
{
    return !bytes_has_control(bytes_of(text)) && escape_is_utf8(bytes_of(text));
}

static int read_subject(const struct options *options, struct mail_draft *draft,
                        struct error *error)
{
    draft->subject = options_get(options, OPTION_SUBJECT);
    return draft->subject == NULL || is_one_line_of_utf8(draft->subject)
               ? 0
               : fail_at(options, OPTION_SUBJECT,
                         "a subject is UTF-8 without line ends and control characters", error);
}

static int read_headers(const struct options *options, struct mail_draft *draft,
                        struct arena *arena, struct error *error)
{
    const struct option_value *value = &options->value[OPTION_HEADER];
    struct mail_header *headers = arena_array(arena, value->count + 1, sizeof *headers);
    for (size_t i = 0; i < value->count; i++) {
        struct bytes rest = bytes_of(value->values[i]);
        struct bytes name = {0};
        if (strchr(value->values[i], ':') == NULL || !bytes_next(&rest, ':', &name)) {
            return error_set(error, "%s: expected \"NAME: VALUE\", found \"%s\"", value->where,
                             value->values[i]);
        }
        const char *defect = mail_header_defect(name, rest);
        if (defect != NULL) {
            return error_set(error, "%s: \"%s\": %s", value->where, value->values[i], defect);
        }
        headers[i].name = arena_text(arena, name);
        headers[i].value = arena_text(arena, bytes_trim(rest));
    }
    draft->headers = headers;
    draft->header_count = value->count;
    return 0;
}

/* ---- content ---- */

static int read_octets(const char *path, struct arena *arena, struct bytes *octets_r,
                       struct error *error)
{
    struct buf octets = {0};
    const int failed = file_read(path, MOST_MESSAGE_OCTETS, &octets, error);
    *octets_r = arena_copy(arena, buf_bytes(&octets));
    buf_deinit(&octets);
    return failed;
}

static int read_text(const struct options *options, struct mail_draft *draft, struct arena *arena,
                     struct error *error)
{
    const char *body = options_get(options, OPTION_BODY);
    const char *path = options_get(options, OPTION_BODY_FILE);
    if (body != NULL && path != NULL) {
        return error_set(error, "--body and --body-file: a message has one text");
    }
    if (body != NULL) {
        draft->text = bytes_of(body);
        return 0;
    }
    return read_octets(path != NULL ? path : "-", arena, &draft->text, error);
}

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static int read_attachments(const struct options *options, struct mail_draft *draft,
                            struct arena *arena, struct error *error)
{
    const struct option_value *value = &options->value[OPTION_ATTACH];
    struct mail_attachment *attachments = arena_array(arena, value->count + 1, sizeof *attachments);
    size_t octets = 0;
    if (value->count > MOST_ATTACHMENTS) {
        return error_set(error, "--attach: more than %u files", (unsigned)MOST_ATTACHMENTS);
    }
    for (size_t i = 0; i < value->count; i++) {
        attachments[i].name = name_of(value->values[i]);
        if (!is_one_line_of_utf8(attachments[i].name)) {
            return fail_at(options, OPTION_ATTACH,
                           "the name of a file is UTF-8 without control characters", error);
        }
        if (read_octets(value->values[i], arena, &attachments[i].octets, error) != 0) {
            return -1;
        }
        octets += attachments[i].octets.n;
        if (octets > MOST_MESSAGE_OCTETS) {
            return fail_at(options, OPTION_ATTACH, "more than 64 MiB together", error);
        }
    }
    draft->attachments = attachments;
    draft->attachment_count = value->count;
    return 0;
}

/* 128 random bits: no part holds such a line, and no other message such an id. */
static const char *random_word(struct arena *arena)
{
    uint64_t bits[2] = {0};
    (void)!getrandom(bits, sizeof bits, 0); /* it fails on kernels older than itself alone */
    return arena_printf(arena, "%016llx%016llx", (unsigned long long)bits[0],
                        (unsigned long long)bits[1]);
}

static void make_unique(struct mail_draft *draft, struct arena *arena)
{
    const struct clock clock = clock_system();
    const time_t now = (time_t)(clock_wall_us(&clock) / 1000000);
    const char *at = draft->from != NULL ? strrchr(draft->from->mailbox, '@') : NULL;
    const char *word = random_word(arena);
    struct tm local = {0};
    (void)localtime_r(&now, &local);
    draft->time_s = now;
    draft->zone_minutes = (int)(local.tm_gmtoff / 60);
    draft->message_id = arena_printf(arena, "%s@%s", word, at != NULL ? at + 1 : "localhost");
    draft->boundary = arena_printf(arena, "=_%s", word);
}

static int write_draft(struct send_message *message, const struct options *options,
                       struct mail_draft *draft, struct arena *arena, struct error *error)
{
    if (read_subject(options, draft, error) != 0 ||
        read_headers(options, draft, arena, error) != 0 ||
        read_attachments(options, draft, arena, error) != 0 ||
        read_text(options, draft, arena, error) != 0) {
        return -1;
    }
    if (draft->from == NULL && !mail_draft_has(draft, "From")) {
        return error_set(error, "with --from <> the message needs --header \"From: ADDRESS\"");
    }
    make_unique(draft, arena);
    mail_draft_write(draft, &message->octets);
    return 0;
}

/* ---- a ready message ---- */

/* RFC 6532: UTF-8 in the header is for servers that offer SMTPUTF8. */
static bool has_utf8_header(struct bytes message)
{
    struct bytes rest = message;
    struct message_field field;
    while (message_field_next(&rest, &field)) {
        if (!bytes_is_ascii(field.value) && escape_is_utf8(field.value)) {
            return true;
        }
    }
    return false;
}

static int read_ready(struct send_message *message, const struct options *options,
                      struct error *error)
{
    static const enum option_id made[] = {OPTION_SUBJECT, OPTION_HEADER, OPTION_BODY,
                                          OPTION_BODY_FILE, OPTION_ATTACH};
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
        if (options->value[made[i]].origin == ORIGIN_COMMAND_LINE) {
            return error_set(error, "--eml has a message that is ready; --%s would change it",
                             option_row(made[i])->name);
        }
    }
    if (file_read(options_get(options, OPTION_EML), MOST_MESSAGE_OCTETS, &message->octets, error) !=
        0) {
        return -1;
    }
    message->needs_utf8 |= has_utf8_header(buf_bytes(&message->octets));
    return 0;
}

int send_message_read(struct send_message *message_r, const struct options *options,
                      struct arena *arena, struct error *error)
{
    struct mail_draft draft = {0};
    *message_r = (struct send_message){0};
    if (read_sender(message_r, options, &draft, arena, error) != 0 ||
        read_recipients(message_r, options, &draft, arena, error) != 0) {
        return -1;
    }
    return options_get(options, OPTION_EML) != NULL
               ? read_ready(message_r, options, error)
               : write_draft(message_r, options, &draft, arena, error);
}

void send_message_deinit(struct send_message *message)
{
    buf_deinit(&message->octets);
}
