/* Settings as text: what is nearer wins, lists add up, and what is refused changes nothing. */
#include "unit.h"

#include <stddef.h>
#include <string.h>

#include "base/buf.h"
#include "cli/settings_text.h"

/* ---- what the standards are ---- */

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool same_texts(const char *const *a, size_t a_count, const char *const *b, size_t b_count)
{
    bool same = a_count == b_count;
    for (size_t i = 0; same && i < a_count; i++) {
        same = same_text(a[i], b[i]);
    }
    return same;
}

static bool same_users(const struct server_settings *a, const struct server_settings *b)
{
    bool same = a->user_count == b->user_count;
    for (size_t i = 0; same && i < a->user_count; i++) {
        same = same_text(a->users[i].name, b->users[i].name) &&
               same_text(a->users[i].secret, b->users[i].secret) &&
               same_text(a->users[i].address, b->users[i].address);
    }
    return same;
}

#define AT(member)                                                                                 \
    {                                                                                              \
#member, offsetof(struct server_settings, member),                                         \
            sizeof(((struct server_settings *)NULL)->member)                                       \
    }

/* What is no pointer, and no text without a standard. */
static const struct {
    const char *name;
    size_t offset;
    size_t size;
} plain[] = {
    AT(profile),
    AT(smtp_greeting),
    AT(pop3_greeting),
    AT(apop_timestamp),
    AT(messages),
    AT(message_count),
    AT(relay_stored),
    AT(any_recipient),
    AT(any_login),
    AT(offers),
    AT(capabilities),
    AT(vrfy),
    AT(expn),
    AT(send),
    AT(turn),
    AT(no_recipients),
    AT(max_message_octets),
    AT(max_maildrop_octets),
    AT(max_store_octets),
    AT(max_recipients),
    AT(max_line_octets),
    AT(max_text_line_octets),
    AT(max_errors),
    AT(max_connections),
    AT(idle_ms),
    AT(keep),
    AT(envelope_to),
    AT(login_delay_s),
    AT(expire_days),
    AT(store_folder),
    AT(faults),
};

static void check_plain(const struct server_settings *a, const struct server_settings *b)
{
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        UNIT_ROW(plain[i].name, memcmp((const char *)a + plain[i].offset,
                                       (const char *)b + plain[i].offset, plain[i].size) == 0);
    }
}

static void check_is_default(const struct server_settings *settings)
{
    const struct server_settings standard = settings_default();
    CU_ASSERT(same_text(settings->hostname, standard.hostname));
    CU_ASSERT(same_texts(settings->domains, settings->domain_count, standard.domains,
                         standard.domain_count));
    CU_ASSERT(same_texts(settings->languages.names, settings->languages.count,
                         standard.languages.names, standard.languages.count));
    CU_ASSERT(same_users(settings, &standard));
    CU_ASSERT_EQUAL(settings->aliases.count, 0);
    CU_ASSERT_EQUAL(settings->lists.count, 0);
    CU_ASSERT_EQUAL(settings->forwards.count, 0);
    CU_ASSERT_EQUAL(settings->moved.count, 0);
    CU_ASSERT_EQUAL(settings->full.count, 0);
    CU_ASSERT_EQUAL(settings->locked.count, 0);
    CU_ASSERT_EQUAL(settings->ambiguous.count, 0);
    check_plain(settings, &standard);
}

static void test_nothing_given_is_the_default(void)
{
    struct settings_text *text = settings_text_new();
    struct arena *arena = arena_new();
    struct server_settings settings;
    memset(&settings, 0xee, sizeof settings);
    CU_ASSERT_EQUAL(settings_text_compile(text, arena, &settings, NULL), 0);
    check_is_default(&settings);
    arena_free(&arena);
    settings_text_free(&text);
}

/* So the table tells the truth about them. */
static void test_standards_given_are_the_default(void)
{
    struct settings_text *standards = settings_text_new();
    struct settings_text *text = settings_text_new();
    struct arena *arena = arena_new();
    struct server_settings settings;
    struct error error = {""};
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        for (size_t k = 0; k < settings_text_count(standards, i); k++) {
            UNIT_ROW(server_setting_row(i)->name,
                     settings_text_give(text, i, SETTINGS_OPTION,
                                        settings_text_value(standards, i, k), &error) == 0);
        }
        UNIT_ROW(server_setting_row(i)->name, settings_text_origin(text, i) == SETTINGS_OPTION ||
                                                  server_setting_row(i)->standard == NULL);
    }
    CU_ASSERT_EQUAL(settings_text_compile(text, arena, &settings, &error), 0);
    check_is_default(&settings);
    arena_free(&arena);
    settings_text_free(&text);
    settings_text_free(&standards);
}

/* ---- rows ---- */

enum { MAX_STEPS = 6 };

enum action { END, GIVE_FILE, GIVE_OPTION, SET, ADD, REMOVE, RESET };

struct step {
    enum action action;
    const char *value;
    const char *error; /* what it says; NULL: it goes well */
};

struct row {
    const char *name;
    enum server_setting setting;
    struct step steps[MAX_STEPS];
    const char *values; /* afterwards, each ended by LF */
};

static const struct row rows[] = {
    {"trimmed",                           SETTING_HOSTNAME, {{GIVE_FILE, "  a.test\r\n", NULL}},                                                         "a.test\n"},
    {"the last one counts",
     SETTING_HOSTNAME,                                      {{GIVE_FILE, "a.test", NULL}, {GIVE_FILE, "b.test", NULL}},
     "b.test\n"                                                                                                                                                    },
    {"lists add up",
     SETTING_DOMAIN,                                        {{GIVE_FILE, "a.test", NULL}, {GIVE_FILE, "b.test", NULL}},
     "a.test\nb.test\n"                                                                                                                                            },
    {"the nearer replaces, then adds up",
     SETTING_DOMAIN,                                        {{GIVE_FILE, "a.test", NULL}, {GIVE_OPTION, "b.test", NULL}, {GIVE_OPTION, "c.test", NULL}},
     "b.test\nc.test\n"                                                                                                                                            },
    {"the farther is not heard",
     SETTING_DOMAIN,                                        {{GIVE_OPTION, "b.test", NULL}, {GIVE_FILE, "a.test", NULL}},
     "b.test\n"                                                                                                                                                    },
    {"the farther must still be right",
     SETTING_MAX_ERRORS,                                    {{GIVE_OPTION, "3", NULL}, {GIVE_FILE, "x", "max-errors: expected NUMBER, found \"x\""}},
     "3\n"                                                                                                                                                         },
    {"refused: as it was",
     SETTING_MAX_RECIPIENTS,                                {{GIVE_OPTION, "7", NULL}, {GIVE_OPTION, "many", "max-recipients: expected NUMBER"}},
     "7\n"                                                                                                                                                         },
    {"refused: empty",
     SETTING_HOSTNAME,                                      {{GIVE_FILE, " ", "hostname: expected NAME"}},
     "mx.example.test\n"                                                                                                                                           },
    {"refused: two lines",
     SETTING_GREETING,                                      {{GIVE_FILE, "a\nb", "greeting: a value holds no control characters"}},
     ""                                                                                                                                                            },
    {"refused: no keyword",
     SETTING_OFFER,                                         {{GIVE_OPTION, "SIZE DNS", "offer: no keyword of this server: \"DNS\""}},
     ""                                                                                                                                                            },
    {"set replaces a list",
     SETTING_DOMAIN,                                        {{GIVE_OPTION, "a.test", NULL}, {GIVE_OPTION, "b.test", NULL}, {SET, "c.test", NULL}},
     "c.test\n"                                                                                                                                                    },
    {"set refused: as it was",
     SETTING_IDLE,                                          {{SET, "3s", NULL}, {SET, "soon", "idle: expected TIME"}},
     "3s\n"                                                                                                                                                        },
    {"added to the standard",             SETTING_LANGUAGE, {{ADD, "de", NULL}},                                                                         "en\nde\n"},
    {"added to what was given",
     SETTING_FULL,                                          {{GIVE_FILE, "alice", NULL}, {ADD, "bob", NULL}},
     "alice\nbob\n"                                                                                                                                                },
    {"no list to add to",
     SETTING_RELAY,                                         {{ADD, "store", "relay has one value: nothing can be added to it, only set"}},
     "refuse\n"                                                                                                                                                    },
    {"removed by its first word",
     SETTING_ALIAS,                                         {{ADD, "sales bob@example.test", NULL},
      {ADD, "info alice@example.test", NULL},
      {REMOVE, "Sales", NULL}},
     "info alice@example.test\n"                                                                                                                                   },
    {"removed whole",
     SETTING_ALIAS,                                         {{ADD, "sales bob@example.test", NULL}, {REMOVE, "sales bob@example.test", NULL}},
     ""                                                                                                                                                            },
    {"not there to remove",
     SETTING_FULL,                                          {{ADD, "bob", NULL}, {REMOVE, "bo", "full: \"bo\" is not among its values"}},
     "bob\n"                                                                                                                                                       },
    {"removed from the standard",
     SETTING_LANGUAGE,                                      {{ADD, "de", NULL}, {REMOVE, "EN", NULL}},
     "de\n"                                                                                                                                                        },
    {"the last one stays",
     SETTING_DOMAIN,                                        {{REMOVE, "example.test", "domain: the last one stays; set another one instead"}},
     "example.test\n"                                                                                                                                              },
    {"nothing to take from",
     SETTING_NONCE,                                         {{REMOVE, "x", "nonce has one value: nothing can be taken from it"}},
     ""                                                                                                                                                            },
    {"reset",                             SETTING_RELAY,    {{SET, "store", NULL}, {RESET, "", NULL}},                                                   "refuse\n"},
    {"reset, then a file",
     SETTING_DOMAIN,                                        {{SET, "a.test", NULL}, {RESET, "", NULL}, {GIVE_FILE, "b.test", NULL}},
     "b.test\n"                                                                                                                                                    },
};

static int take(struct settings_text *text, enum server_setting setting, const struct step *step,
                struct error *error)
{
    struct bytes value = bytes_of(step->value);
    switch (step->action) {
    case GIVE_FILE:
        return settings_text_give(text, setting, SETTINGS_FILE, value, error);
    case GIVE_OPTION:
        return settings_text_give(text, setting, SETTINGS_OPTION, value, error);
    case SET:
        return settings_text_set(text, setting, value, error);
    case ADD:
        return settings_text_add(text, setting, value, error);
    case REMOVE:
        return settings_text_remove(text, setting, value, error);
    case RESET:
        settings_text_reset(text, setting);
        return 0;
    case END:
        break;
    }
    return 0;
}

static void print_values(const struct settings_text *text, enum server_setting setting,
                         struct buf *out)
{
    for (size_t i = 0; i < settings_text_count(text, setting); i++) {
        buf_append(out, settings_text_value(text, setting, i));
        buf_append_text(out, "\n");
    }
}

static void run_row(const struct row *row)
{
    struct settings_text *text = settings_text_new();
    struct buf values = {0};
    for (size_t i = 0; i < MAX_STEPS && row->steps[i].action != END; i++) {
        const struct step *step = &row->steps[i];
        struct error error = {""};
        int failed = take(text, row->setting, step, &error);
        UNIT_ROW(row->name, (failed != 0) == (step->error != NULL));
        UNIT_ROW(row->name,
                 bytes_starts(bytes_of(error.text), step->error != NULL ? step->error : ""));
    }
    struct settings_text *copy = settings_text_copy(text);
    settings_text_free(&text);
    print_values(copy, row->setting, &values);
    UNIT_ROW(row->name, strcmp(buf_text(&values), row->values) == 0);
    buf_deinit(&values);
    settings_text_free(&copy);
}

static void test_rows(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        run_row(&rows[i]);
    }
}

/* ---- compiled ---- */

static void test_users_follow_the_domain(void)
{
    struct settings_text *text = settings_text_new();
    struct arena *arena = arena_new();
    struct server_settings settings;
    CU_ASSERT_EQUAL(settings_text_set(text, SETTING_DOMAIN, bytes_of("a.test"), NULL), 0);
    CU_ASSERT_EQUAL(settings_text_compile(text, arena, &settings, NULL), 0);
    CU_ASSERT_STRING_EQUAL(settings.users[0].address, "alice@a.test");
    arena_free(&arena);
    settings_text_free(&text);
}

/* The standard of `send` is that of the standard profile, and must not undo what another one says. */
static void test_standards_leave_the_profile_alone(void)
{
    struct settings_text *text = settings_text_new();
    struct arena *arena = arena_new();
    struct server_settings settings;
    CU_ASSERT_EQUAL(settings_text_set(text, SETTING_PROFILE, bytes_of("rfc821"), NULL), 0);
    CU_ASSERT_EQUAL(settings_text_compile(text, arena, &settings, NULL), 0);
    CU_ASSERT_EQUAL(settings.send, SEND_MAIL);
    CU_ASSERT_FALSE(settings.offers[EXTENSION_SIZE]);
    CU_ASSERT_EQUAL(settings_text_set(text, SETTING_SEND, bytes_of("502"), NULL), 0);
    CU_ASSERT_EQUAL(settings_text_compile(text, arena, &settings, NULL), 0);
    CU_ASSERT_EQUAL(settings.send, SEND_502);
    arena_free(&arena);
    settings_text_free(&text);
}

static void test_unknown_names(void)
{
    enum server_setting setting = SETTING_COUNT;
    struct error error = {""};
    CU_ASSERT_EQUAL(settings_text_find(bytes_of("Max-Recipients"), &setting, &error), 0);
    CU_ASSERT_EQUAL(setting, SETTING_MAX_RECIPIENTS);
    CU_ASSERT_EQUAL(settings_text_find(bytes_of("max-recipient"), &setting, &error), -1);
    CU_ASSERT(strstr(error.text, "did you mean \"max-recipients\"?") != NULL);
    CU_ASSERT_EQUAL(settings_text_find(bytes_of("zzzzzzzz"), &setting, &error), -1);
    CU_ASSERT(strstr(error.text, "--set list") != NULL);
}

static const struct unit_test tests[] = {
    {"nothing given is the default",      test_nothing_given_is_the_default     },
    {"the standards are the default",     test_standards_given_are_the_default  },
    {"values given, set, added, removed", test_rows                             },
    {"users follow the domain",           test_users_follow_the_domain          },
    {"standards leave the profile alone", test_standards_leave_the_profile_alone},
    {"unknown names",                     test_unknown_names                    },
};

UNIT_MAIN("cli: settings as text", tests)
