#include "unit.h"

#include "auth/prepare.h"
#include "auth/sasl.h"
#include "sasl_pair.h"

enum {
    ALL = 255, /* every mechanism but EXTERNAL */
    RIGHT = SASL_FAILURE_NONE,
    WRONG = SASL_FAILURE_CREDENTIALS,
    OTHER = SASL_FAILURE_IDENTITY,
};

/*
 * Who logs in, what the server knows, and how that ends. SASLprep (RFC 4013 section 3): a soft hyphen is mapped to nothing,
 * U+2168 to IX, U+00AA to a.
 */
static const struct row {
    int mechanism;
    const char *user, *secret, *authorize_as;
    struct pair_known known;
    int failure;
} rows[] = {
    {ALL,                "alice",        "wonderland",       NULL,    {"alice", "wonderland"},               RIGHT},
    {ALL,                "alice",        "wonderlane",       NULL,    {"alice", "wonderland"},               WRONG},
    {ALL,                "alice",        "wonderlands",      NULL,    {"alice", "wonderland"},               WRONG},
    {ALL,                "alice",        "wonderlan",        NULL,    {"alice", "wonderland"},               WRONG},
    {ALL,                "bob",          "wonderland",       NULL,    {"alice", "wonderland"},               WRONG},
    {ALL,                "bob",          "wonderland",       NULL,    {NULL, NULL},                          WRONG},
    {ALL,                "a,b=c",        "w",                NULL,    {"a,b=c", "w"},                        RIGHT},
    {ALL,                "a b c",        "w",                NULL,    {"a b c", "w"},                        RIGHT},
    {SASL_PLAIN,         "I\xc2\xadX",   "w",                NULL,    {"IX", "w"},                           RIGHT},
    {SASL_LOGIN,         "I\xc2\xadX",   "w",                NULL,    {"IX", "w"},                           RIGHT},
    {SASL_CRAM_MD5,      "\xe2\x85\xa8", "w",                NULL,    {"IX", "w"},                           RIGHT},
    {SASL_PLAIN,
     "u\xe1\xba\x9e",                    "\xf0\x9f\x98\x80",
     NULL,                                                            {"u\xe1\xba\x9e", "\xf0\x9f\x98\x80"},
     RIGHT                                                                                                        },
    {SASL_LOGIN,
     "u\xe1\xba\x9e",                    "\xf0\x9f\x98\x80",
     NULL,                                                            {"u\xe1\xba\x9e", "\xf0\x9f\x98\x80"},
     RIGHT                                                                                                        },
    {SASL_CRAM_MD5,
     "u\xe1\xba\x9e",                    "\xf0\x9f\x98\x80",
     NULL,                                                            {"u\xe1\xba\x9e", "\xf0\x9f\x98\x80"},
     RIGHT                                                                                                        },
    {SASL_SCRAM_SHA_1,
     "u\xe1\xba\x9e",                    "\xf0\x9f\x98\x80",
     NULL,                                                            {"u\xe1\xba\x9e", "\xf0\x9f\x98\x80"},
     RIGHT                                                                                                        },
    {SASL_SCRAM_SHA_256,
     "u\xe1\xba\x9e",                    "\xf0\x9f\x98\x80",
     NULL,                                                            {"u\xe1\xba\x9e", "\xf0\x9f\x98\x80"},
     RIGHT                                                                                                        },
    {SASL_SCRAM_SHA_1,   "\xe2\x85\xa8", "w",                NULL,    {"IX", "w"},                           RIGHT},
    {SASL_SCRAM_SHA_256, "I\xc2\xadX",   "w",                NULL,    {"IX", "w"},                           RIGHT},
    {SASL_XOAUTH2,       "I\xc2\xadX",   "w",                NULL,    {"IX", "w"},                           RIGHT},
    {SASL_OAUTHBEARER,   "I\xc2\xadX",   "w",                NULL,    {"IX", "w"},                           RIGHT},
    {SASL_PLAIN,         "u",            "\xc2\xaa",         NULL,    {"u", "a"},                            RIGHT},
    {SASL_LOGIN,         "u",            "\xc2\xaa",         NULL,    {"u", "a"},                            RIGHT},
    {SASL_CRAM_MD5,      "u",            "\xc2\xaa",         NULL,    {"u", "a"},                            RIGHT},
    {SASL_SCRAM_SHA_1,   "u",            "\xc2\xaa",         NULL,    {"u", "a"},                            RIGHT},
    {SASL_SCRAM_SHA_256, "u",            "a",                NULL,    {"u", "\xc2\xaa"},                     RIGHT},
    {SASL_PLAIN,         "u",            "a",                NULL,    {"u", "\xc2\xaa"},                     RIGHT},
    {SASL_PLAIN,         "u",            "w",                "u",     {"u", "w"},                            RIGHT},
    {SASL_PLAIN,         "u",            "w",                "v",     {"u", "w"},                            OTHER},
    {SASL_PLAIN,         "u",            "x",                "v",     {"u", "w"},                            WRONG},
    {SASL_SCRAM_SHA_1,   "u,",           "w",                "u,",    {"u,", "w"},                           RIGHT},
    {SASL_SCRAM_SHA_256, "u",            "w",                "v",     {"u", "w"},                            OTHER},
    {SASL_SCRAM_SHA_256, "u",            "x",                "v",     {"u", "w"},                            WRONG},
    {SASL_SCRAM_SHA_1,   "bob",          "",                 NULL,    {"alice", "w"},                        WRONG},
    {SASL_SCRAM_SHA_256, "bob",          "",                 NULL,    {NULL, NULL},                          WRONG},
    {SASL_CRAM_MD5,      "bob",          "",                 NULL,    {"alice", "w"},                        WRONG},
    {SASL_EXTERNAL,      NULL,           NULL,               NULL,    {"alice", NULL},                       RIGHT},
    {SASL_EXTERNAL,      NULL,           NULL,               "alice", {"alice", NULL},                       RIGHT},
    {SASL_EXTERNAL,      "bob",          NULL,               "bob",   {"alice", NULL},                       OTHER},
    {SASL_EXTERNAL,      NULL,           NULL,               NULL,    {NULL, NULL},                          WRONG},
    {SASL_EXTERNAL,      NULL,           NULL,               "bob",   {NULL, NULL},                          WRONG},
};

/* Every name and every secret will do, where that can be. */
static const struct row any_rows[] = {
    {SASL_PLAIN,       "x",   "y",  NULL,  {NULL, NULL}, RIGHT},
    {SASL_LOGIN,       "x",   "y",  NULL,  {NULL, NULL}, RIGHT},
    {SASL_CRAM_MD5,    "x",   "y",  NULL,  {NULL, NULL}, RIGHT},
    {SASL_XOAUTH2,     "x",   "y",  NULL,  {NULL, NULL}, RIGHT},
    {SASL_OAUTHBEARER, "x",   "y",  NULL,  {NULL, NULL}, RIGHT},
    {SASL_SCRAM_SHA_1, "x",   "y",  NULL,  {NULL, NULL}, WRONG},
    {SASL_EXTERNAL,    "bob", NULL, "bob", {NULL, NULL}, RIGHT},
    {SASL_EXTERNAL,    NULL,  NULL, NULL,  {NULL, NULL}, WRONG},
};

static bool is_oauth(enum sasl_mechanism mechanism)
{
    return mechanism == SASL_XOAUTH2 || mechanism == SASL_OAUTHBEARER;
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void check(const struct row *row, enum sasl_mechanism mechanism, bool any)
{
    char name[160];
    struct pair pair;
    struct sasl_identity who = {
        .user = row->user, .secret = row->secret, .authorize_as = row->authorize_as};
    struct sasl_lookup lookup = {.secret = pair_find, .external_user = row->known.user, .any = any};
    struct pair_known known = row->known;
    lookup.self = &known;
    bool token = is_oauth(mechanism) && row->failure == WRONG;
    int failure = token ? SASL_FAILURE_TOKEN : row->failure;
    bool is_known = failure == RIGHT && known.user != NULL;
    snprintf(name, sizeof name, "%s: %s, %s, known %s", sasl_mechanism_name(mechanism),
             row->user == NULL ? "nobody" : row->user,
             row->secret == NULL ? "nothing" : row->secret,
             known.user == NULL ? "nobody" : known.user);
    pair_begin(&pair, mechanism, &who, &lookup);
    pair_run(&pair, mechanism);
    UNIT_ROW(name, (int)sasl_server_failure(pair.server) == failure);
    UNIT_ROW(name, pair.server_result == (failure == RIGHT ? SASL_DONE : SASL_FAILED));
    UNIT_ROW(name, failure != RIGHT || pair.client_result == SASL_DONE);
    UNIT_ROW(name, same_text(sasl_server_user(pair.server), is_known ? known.user : row->user));
    pair_end(&pair);
}

static void check_all(const struct row *table, size_t count, bool any)
{
    for (size_t i = 0; i < count; i++) {
        for (int m = 0; m < SASL_MECHANISM_COUNT; m++) {
            if (table[i].mechanism == m || (table[i].mechanism == ALL && m != SASL_EXTERNAL)) {
                check(&table[i], (enum sasl_mechanism)m, any);
            }
        }
    }
}

static void test_rows(void)
{
    check_all(rows, sizeof rows / sizeof rows[0], false);
}

static void test_any(void)
{
    check_all(any_rows, sizeof any_rows / sizeof any_rows[0], true);
}

/* A name that cannot be sent, or a secret that is none: no exchange begins, and the error says why. */
static const struct refused {
    int mechanism;
    const char *user, *secret, *nonce;
    const char *said;
} refused[] = {
    {ALL,                NULL,    "x",     NULL,  "needs the name of a user"},
    {ALL,                "x",     NULL,    NULL,  "needs the secret of x"   },
    {SASL_SCRAM_SHA_1,   "",      "x",     NULL,  "is empty"                },
    {SASL_SCRAM_SHA_1,   "\xff",  "x",     NULL,  "not UTF-8"               },
    {SASL_SCRAM_SHA_256, "x",     "\xff",  NULL,  "not UTF-8"               },
    {SASL_SCRAM_SHA_256, "x",     "a\x07", NULL,  "prohibits"               },
    {SASL_SCRAM_SHA_256, "x",     "y",     "a,b", "nonce"                   },
    {SASL_SCRAM_SHA_256, "x",     "y",     "",    "nonce"                   },
    {SASL_XOAUTH2,       "x",     "",      NULL,  "bearer token"            },
    {SASL_XOAUTH2,       "",      "t",     NULL,  "bearer token"            },
    {SASL_XOAUTH2,       "x",     "a b",   NULL,  "bearer token"            },
    {SASL_OAUTHBEARER,   "x",     "a\x01", NULL,  "bearer token"            },
    {SASL_XOAUTH2,       "x\x01", "a",     NULL,  "bearer token"            },
};

static void check_refused(const struct refused *row, enum sasl_mechanism mechanism)
{
    struct error error = {""};
    struct sasl_identity who = {.user = row->user, .secret = row->secret, .nonce = row->nonce};
    struct sasl_client *client = sasl_client_new(mechanism, &who, &error);
    UNIT_ROW(row->said, client == NULL && strstr(error.text, row->said) != NULL);
    sasl_client_free(&client);
}

static void test_refused(void)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        for (int m = 0; m < SASL_MECHANISM_COUNT; m++) {
            if (refused[i].mechanism == m || (refused[i].mechanism == ALL && m != SASL_EXTERNAL)) {
                check_refused(&refused[i], (enum sasl_mechanism)m);
            }
        }
    }
}

/* What the library prepares when it is to send it: the first step fails. */
static void test_unprepared(void)
{
    struct buf out = {0};
    struct error error = {""};
    const struct sasl_identity identity = {.user = "u", .secret = "\xff"};
    struct sasl_client *client = sasl_client_new(SASL_CRAM_MD5, &identity, &error);
    CU_ASSERT(sasl_client_step(client, bytes_of("<1@a>"), &out, &error) == SASL_FAILED);
    CU_ASSERT(strstr(error.text, "CRAM-MD5: ") != NULL);
    CU_ASSERT(out.n == 0);
    sasl_client_free(&client);
    buf_deinit(&out);
}

static void test_prepare(void)
{
    struct buf text = {0};
    CU_ASSERT(prepare_text(BYTES_LIT("a\0b")) == NULL);
    CU_ASSERT(prepare_text(BYTES_LIT("a\xc0\x80")) == NULL);
    CU_ASSERT(prepare_text(BYTES_LIT("a\x07")) == NULL);
    /* U+0221 and U+1F600 were unassigned in Unicode 3.2. */
    char *unassigned = prepare_text(BYTES_LIT("\xc8\xa1\xc2\xad\xf0\x9f\x98\x80"));
    CU_ASSERT_FATAL(unassigned != NULL);
    CU_ASSERT_STRING_EQUAL(unassigned, "\xc8\xa1\xf0\x9f\x98\x80");
    free(unassigned);
    buf_append_fill(&text, 'x', PREPARE_MAX);
    char *longest = prepare_text(buf_bytes(&text));
    CU_ASSERT(longest != NULL && strlen(longest) == PREPARE_MAX);
    free(longest);
    buf_append_octet(&text, 'x');
    CU_ASSERT(prepare_text(buf_bytes(&text)) == NULL);
    buf_deinit(&text);
}

static void test_names(void)
{
    enum sasl_mechanism mechanism = SASL_PLAIN;
    for (int m = 0; m < SASL_MECHANISM_COUNT; m++) {
        const char *name = sasl_mechanism_name((enum sasl_mechanism)m);
        UNIT_ROW(name, sasl_mechanism_from_name(bytes_of(name), &mechanism));
        UNIT_ROW(name, (int)mechanism == m);
    }
    CU_ASSERT(sasl_mechanism_from_name(BYTES_LIT("scram-sha-1"), &mechanism));
    CU_ASSERT(mechanism == SASL_SCRAM_SHA_1);
    CU_ASSERT(!sasl_mechanism_from_name(BYTES_LIT("SCRAM-SHA-1-PLUS"), &mechanism));
    CU_ASSERT(!sasl_mechanism_from_name(BYTES_LIT(""), &mechanism));
    CU_ASSERT(sasl_tells_secret(SASL_OAUTHBEARER) && !sasl_tells_secret(SASL_CRAM_MD5));
}

/* Two exchanges have other nonces, and salts. */
static void test_random(void)
{
    struct pair pairs[2];
    struct pair_known known = {"u", "w"};
    const struct sasl_identity identity = {.user = "u", .secret = "w"};
    const struct sasl_lookup lookup = {.secret = pair_find, .self = &known};
    static const enum sasl_mechanism mechanisms[] = {SASL_SCRAM_SHA_1, SASL_SCRAM_SHA_256,
                                                     SASL_CRAM_MD5};
    for (size_t m = 0; m < sizeof mechanisms / sizeof mechanisms[0]; m++) {
        for (size_t i = 0; i < 2; i++) {
            pair_begin(&pairs[i], mechanisms[m], &identity, &lookup);
            pair_run(&pairs[i], mechanisms[m]);
        }
        for (size_t i = 0; i < pairs[0].count && i < 2; i++) {
            UNIT_ROW(sasl_mechanism_name(mechanisms[m]),
                     !bytes_equal(buf_bytes(&pairs[0].said[i]), buf_bytes(&pairs[1].said[i])));
        }
        pair_end(&pairs[0]);
        pair_end(&pairs[1]);
    }
}

static const struct unit_test tests[] = {
    {"client against server",                   test_rows      },
    {"any will do",                             test_any       },
    {"identities that cannot be",               test_refused   },
    {"secrets that the library cannot prepare", test_unprepared},
    {"SASLprep",                                test_prepare   },
    {"names",                                   test_names     },
    {"random nonces",                           test_random    },
};

UNIT_MAIN("auth/sasl_pair", tests)
