#include "cli/mail_criteria.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/mail_pattern.h"
#include "proto/encoded_word.h"
#include "proto/mailbox_list.h"
#include "proto/message_field.h"

enum { MOST_CRITERIA = 32, MOST_SHOWN_OCTETS = 1000 };

enum criterion_kind { CRITERION_TO, CRITERION_FROM, CRITERION_SUBJECT, CRITERION_HEADER };

struct criterion {
    enum criterion_kind kind;
    const char *text;   /* as it was written */
    struct bytes field; /* CRITERION_HEADER: the name */
    struct mail_pattern pattern;
};

struct mail_criteria {
    struct criterion rows[MOST_CRITERIA];
    size_t count;
};

static const struct kind_row {
    const char *name;
    const char *sentence; /* "no message ..." */
} kinds[] = {
    {"to",      "to"          },
    {"from",    "from"        },
    {"subject", "with subject"},
    {"",        "with"        },
};

/* ---- Reading the options ---- */

static int add(struct mail_criteria *criteria, struct criterion row, const char *pattern,
               const char *where, struct error *error)
{
    struct error cause = {""};
    if (criteria->count == MOST_CRITERIA) {
        return error_set(error, "%s: at most %d conditions are taken", where, MOST_CRITERIA);
    }
    if (mail_pattern_read(&row.pattern, pattern, &cause) != 0) {
        return error_set(error, "%s: %s", where, cause.text);
    }
    criteria->rows[criteria->count++] = row;
    return 0;
}

static int add_header(struct mail_criteria *criteria, const char *text, const char *where,
                      struct error *error)
{
    const char *colon = strchr(text, ':');
    if (colon == NULL || colon == text) {
        return error_set(error,
                         "%s: expected a field and its text, as in 'Reply-To: /help/', "
                         "found \"%s\"",
                         where, text);
    }
    struct criterion row = {
        .kind = CRITERION_HEADER,
        .text = text,
        .field = bytes_trim(bytes_make(text, (size_t)(colon - text))),
    };
    return add(criteria, row, colon + 1 + strspn(colon + 1, " \t"), where, error);
}

static int add_options(struct mail_criteria *criteria, const struct options *options,
                       struct error *error)
{
    static const enum option_id ids[] = {OPTION_TO, OPTION_FROM, OPTION_SUBJECT};
    for (unsigned i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        const char *text = options_get(options, ids[i]);
        struct criterion row = {.kind = (enum criterion_kind)i, .text = text};
        if (options->value[ids[i]].count > 1) {
            return error_set(error,
                             "%s is given twice; one /PATTERN/ can say more than one thing, and "
                             "--header may be repeated",
                             options->value[ids[i]].where);
        }
        if (text != NULL && add(criteria, row, text, options->value[ids[i]].where, error) != 0) {
            return -1;
        }
    }
    const struct option_value *headers = &options->value[OPTION_HEADER];
    for (size_t i = 0; i < headers->count; i++) {
        if (add_header(criteria, headers->values[i], headers->where, error) != 0) {
            return -1;
        }
    }
    return 0;
}

struct mail_criteria *mail_criteria_new(const struct options *options, struct error *error)
{
    struct mail_criteria *criteria = mem_alloc(sizeof *criteria);
    if (add_options(criteria, options, error) != 0) {
        mail_criteria_free(&criteria);
    }
    return criteria;
}

void mail_criteria_free(struct mail_criteria **criteria_p)
{
    struct mail_criteria *criteria = *criteria_p;
    if (criteria == NULL) {
        return;
    }
    *criteria_p = NULL;
    for (size_t i = 0; i < criteria->count; i++) {
        mail_pattern_deinit(&criteria->rows[i].pattern);
    }
    free(criteria);
}

/* ---- Looking at a message ---- */

/* Where an address may stand; the earlier kind, where it is there, counts alone for --to. */
enum place { PLACE_NONE, PLACE_ENVELOPE_TO, PLACE_TO, PLACE_FROM };

struct look {
    struct mail_criteria *criteria;
    struct mail_summary *summary;
    struct mail_pattern maildrop;
    uint32_t met;
    bool has_envelope_to;
    bool behind_trace; /* Received: was there, what follows is the sender's word */
};

static enum place place_of(const struct look *look, struct bytes name)
{
    if (message_field_is_envelope_to(name)) {
        return look->behind_trace ? PLACE_NONE : PLACE_ENVELOPE_TO;
    }
    if (bytes_is_nocase(name, "To") || bytes_is_nocase(name, "Cc")) {
        return look->has_envelope_to ? PLACE_NONE : PLACE_TO;
    }
    if (bytes_is_nocase(name, "Return-Path")) {
        return look->behind_trace ? PLACE_NONE : PLACE_FROM;
    }
    return bytes_is_nocase(name, "From") ? PLACE_FROM : PLACE_NONE;
}

static void note_text(struct buf *out, struct bytes text)
{
    bool again = out->n >= text.n && bytes_equal(bytes_skip(buf_bytes(out), out->n - text.n), text);
    if (out->n < MOST_SHOWN_OCTETS && !again) {
        buf_append_text(out, out->n > 0 ? ", " : "");
        buf_append(out, bytes_slice(text, 0, MOST_SHOWN_OCTETS));
    }
}

/*
 * Envelope-To: names all recipients of the transaction, and each of their maildrops has the message: the one whose maildrop it
 * is can be told when the folder is called like its address or local-part.
 */
static bool has_own(struct look *look, struct bytes value)
{
    struct buf address = {0};
    bool found = false;
    while (!found && mailbox_list_next(&value, &address)) {
        found = mail_pattern_is_address(&look->maildrop, buf_bytes(&address));
    }
    buf_deinit(&address);
    return found;
}

static void meet_addresses(struct look *look, enum criterion_kind kind, struct bytes value,
                           struct buf *shown)
{
    struct buf address = {0};
    bool own_only = kind == CRITERION_TO && has_own(look, value);
    while (mailbox_list_next(&value, &address)) {
        if (own_only && !mail_pattern_is_address(&look->maildrop, buf_bytes(&address))) {
            continue;
        }
        if (shown != NULL) {
            note_text(shown, address.n > 0 ? buf_bytes(&address) : BYTES_LIT("<>"));
        }
        for (size_t i = 0; i < look->criteria->count; i++) {
            struct criterion *row = &look->criteria->rows[i];
            if (row->kind == kind && mail_pattern_is_address(&row->pattern, buf_bytes(&address))) {
                look->met |= UINT32_C(1) << i;
            }
        }
    }
    buf_deinit(&address);
}

static void meet_texts(struct look *look, struct bytes name, struct bytes value)
{
    bool is_subject = bytes_is_nocase(name, "Subject");
    for (size_t i = 0; i < look->criteria->count; i++) {
        struct criterion *row = &look->criteria->rows[i];
        bool concerned = (row->kind == CRITERION_SUBJECT && is_subject) ||
                         (row->kind == CRITERION_HEADER && bytes_equal_nocase(row->field, name));
        if (concerned && mail_pattern_finds(&row->pattern, value)) {
            look->met |= UINT32_C(1) << i;
        }
    }
    if (is_subject && look->summary != NULL) {
        note_text(&look->summary->subject, value);
    }
}

static void look_at_field(struct look *look, const struct message_field *field)
{
    struct buf line = {0};
    struct buf text = {0};
    struct mail_summary *summary = look->summary;
    enum place place = place_of(look, field->name);
    message_field_unfold(&line, field->value);
    if (place == PLACE_FROM) {
        meet_addresses(look, CRITERION_FROM, buf_bytes(&line),
                       summary != NULL ? &summary->from : NULL);
    } else if (place != PLACE_NONE) {
        meet_addresses(look, CRITERION_TO, buf_bytes(&line), summary != NULL ? &summary->to : NULL);
    }
    encoded_words_read(&text, buf_bytes(&line));
    meet_texts(look, field->name, buf_bytes(&text));
    buf_deinit(&line);
    buf_deinit(&text);
    look->behind_trace = look->behind_trace || bytes_is_nocase(field->name, "Received");
}

/* Fields of the delivery stand above the first Received:; a message that was put there without one is searched whole. */
static bool has_envelope_to(struct bytes header)
{
    struct message_field field;
    while (message_field_next(&header, &field) && !bytes_is_nocase(field.name, "Received")) {
        if (message_field_is_envelope_to(field.name)) {
            return true;
        }
    }
    return false;
}

uint32_t mail_criteria_missed(struct mail_criteria *criteria, struct bytes header,
                              const char *maildrop, struct mail_summary *summary)
{
    struct look look = {.criteria = criteria,
                        .summary = summary,
                        .maildrop = {.plain = bytes_of(maildrop)},
                        .has_envelope_to = has_envelope_to(header)};
    struct message_field field;
    while (message_field_next(&header, &field)) {
        look_at_field(&look, &field);
    }
    uint32_t all =
        criteria->count == MOST_CRITERIA ? UINT32_MAX : (UINT32_C(1) << criteria->count) - 1;
    return all & ~look.met;
}

/* ---- Telling ---- */

void mail_criteria_describe(const struct mail_criteria *criteria, struct buf *out)
{
    for (size_t i = 0; i < criteria->count; i++) {
        const struct criterion *row = &criteria->rows[i];
        buf_printf(out, "%s%s %s", i > 0 ? ", " : "", kinds[row->kind].sentence, row->text);
    }
}

void mail_criteria_names(const struct mail_criteria *criteria, uint32_t set, struct buf *out)
{
    const char *between = "";
    for (size_t i = 0; i < criteria->count; i++) {
        const struct criterion *row = &criteria->rows[i];
        if ((set >> i & 1) != 0) {
            buf_printf(out, "%s%s", between, kinds[row->kind].name);
            buf_append(out, row->field);
            between = ", ";
        }
    }
}

const char *mail_criteria_gave_up(const struct mail_criteria *criteria)
{
    for (size_t i = 0; i < criteria->count; i++) {
        if (criteria->rows[i].pattern.gave_up) {
            return criteria->rows[i].text;
        }
    }
    return NULL;
}

void mail_summary_deinit(struct mail_summary *summary)
{
    buf_deinit(&summary->to);
    buf_deinit(&summary->from);
    buf_deinit(&summary->subject);
}
