/* The languages of the responses, and UTF-8 mode (RFC 6856). */
#include "fake_servers/pop3_session.h"

enum { MAX_SUBTAG_OCTETS = 8 };

/* ---- tags: those of the settings that there are texts for ---- */

static const char *tag_at(const struct server_settings *settings, size_t i,
                          enum pop3_language *language_r)
{
    const char *tag = settings->languages.names[i];
    return pop3_language_find(bytes_of(tag), language_r) ? tag : NULL;
}

/* LANG "*", and what a session begins in: the administrator's choice, the same for every user. */
static const char *preferred_tag(const struct server_settings *settings,
                                 enum pop3_language *language_r)
{
    const char *tag = NULL;
    for (size_t i = 0; i < settings->languages.count && tag == NULL; i++) {
        tag = tag_at(settings, i, language_r);
    }
    return tag;
}

enum pop3_language pop3_first_language(const struct server_settings *settings)
{
    enum pop3_language language = POP3_ENGLISH;
    preferred_tag(settings, &language);
    return language;
}

/* ---- matching (RFC 4647) ---- */

/* language-range = (1*8ALPHA *("-" 1*8alphanum)) / "*" */
static bool is_range(struct bytes text)
{
    struct bytes rest = text;
    struct bytes subtag;
    bool is_first = true;
    while (bytes_next(&rest, '-', &subtag)) {
        for (size_t i = 0; i < subtag.n; i++) {
            if (!octet_is_alpha(subtag.p[i]) && (is_first || !octet_is_digit(subtag.p[i]))) {
                return false;
            }
        }
        if (subtag.n == 0 || subtag.n > MAX_SUBTAG_OCTETS) {
            return false;
        }
        is_first = false;
    }
    return !is_first;
}

typedef bool (*matches_fn)(struct bytes tag, struct bytes range);

/* RFC 4647 3.3.1: "de" matches "de" and "de-CH", not "den". */
static bool filter_matches(struct bytes tag, struct bytes range)
{
    return bytes_equal_nocase(bytes_slice(tag, 0, range.n), range) &&
           (tag.n == range.n || tag.p[range.n] == '-');
}

/* The first tag that matches; NULL: none. */
static const char *find_tag(const struct server_settings *settings, struct bytes range,
                            matches_fn matches, enum pop3_language *language_r)
{
    for (size_t i = 0; i < settings->languages.count; i++) {
        const char *tag = tag_at(settings, i, language_r);
        if (tag != NULL && matches(bytes_of(tag), range)) {
            return tag;
        }
    }
    return NULL;
}

/*
 * RFC 4647 3.4: without its last subtag. One of a single letter may come last then; no tag ends so, and the next turn drops it.
 */
static struct bytes truncated(struct bytes range)
{
    size_t end = range.n;
    while (end > 0 && range.p[end - 1] != '-') {
        end--;
    }
    return bytes_slice(range, 0, end > 0 ? end - 1 : 0);
}

/*
 * What the range names, or the nearest that is there: "de-AT" gets "de" (lookup), and "de" gets "de-AT" where there is no "de"
 * (filtering).
 */
static const char *match(const struct server_settings *settings, struct bytes range,
                         enum pop3_language *language_r)
{
    const char *tag = NULL;
    if (bytes_is(range, "*")) {
        return preferred_tag(settings, language_r);
    }
    if (is_range(range)) {
        tag = find_tag(settings, range, bytes_equal_nocase, language_r);
        tag = tag != NULL ? tag : find_tag(settings, range, filter_matches, language_r);
    }
    while (tag == NULL && is_range(range)) {
        range = truncated(range);
        tag = find_tag(settings, range, bytes_equal_nocase, language_r);
    }
    return tag;
}

/* ---- LANG, UTF8 ---- */

static void print_tag(const struct pop3_session *session, const char *tag, struct buf *out)
{
    const char *behind = " ";
    if (pop3_session_has_fault(session, FAULT_POP3_LANG_LIST)) {
        behind = "=";
    }
    if (pop3_session_has_fault(session, FAULT_POP3_LANG_LIST_2)) {
        behind = "  ";
    }
    buf_printf(out, "%s%s", tag, behind);
}

/* language-listing = tag [SP description], the description in the language itself */
static void list_languages(struct pop3_session *session)
{
    const struct server_settings *settings = session->settings;
    static const struct pop3_words none = {.name = ""};
    struct buf lines = {0};
    for (size_t i = 0; i < settings->languages.count; i++) {
        enum pop3_language language = POP3_ENGLISH;
        const char *tag = tag_at(settings, i, &language);
        if (tag != NULL) {
            print_tag(session, tag, &lines);
            pop3_text_print(&lines, pop3_language_name(language), session->utf8, &none);
            buf_append_text(&lines, "\n");
        }
    }
    pop3_say(session, POP3_TEXT_LANGUAGES);
    pop3_answer_lines(session, buf_text(&lines));
    buf_deinit(&lines);
}

void pop3_do_lang(struct pop3_session *session, const struct pop3_argument *argument)
{
    enum pop3_language language = session->language;
    if (argument->count == 0) {
        list_languages(session);
        return;
    }
    const char *tag = match(session->settings, argument->words[0], &language);
    if (tag == NULL) {
        pop3_say(session, POP3_TEXT_NO_LANGUAGE);
        return;
    }
    session->language = language; /* from this response on */
    struct buf told = {0};
    if (!pop3_session_has_fault(session, FAULT_POP3_LANG_ANSWER)) {
        bool has_colon = pop3_session_has_fault(session, FAULT_POP3_LANG_ANSWER_2);
        buf_printf(&told, "%s%s", tag, has_colon ? ":" : "");
    }
    pop3_say_with(session, POP3_TEXT_LANGUAGE, (struct pop3_words){.name = buf_text(&told)});
    buf_deinit(&told);
}

void pop3_do_utf8(struct pop3_session *session, const struct pop3_argument *argument)
{
    (void)argument;
    session->utf8 = true;
    pop3_say(session, POP3_TEXT_UTF8);
}
