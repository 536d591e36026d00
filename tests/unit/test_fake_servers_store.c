/* The store: whose maildrop an address means, what fits, what is removed. */
#include "unit.h"

#include "fake_dialogue.h"

struct address_row {
    const char *local_part;
    const char *domain;
    enum store_lookup found;
    const char *user; /* NULL: postmaster */
};

static const struct address_row address_rows[] = {
    {"alice",           "example.test",  STORE_FOUND,   "alice"},
    {"ALICE",           "EXAMPLE.TEST",  STORE_FOUND,   "alice"},
    {"\"alice\"",       "example.test",  STORE_FOUND,   "alice"},
    {"\"a\\lice\"",     "example.test",  STORE_FOUND,   "alice"},
    {"alice",           "",              STORE_FOUND,   "alice"},
    {"\"odd local\"",   "example.test",  STORE_FOUND,   "odd"  },
    {"\"odd\\ local\"", "example.test",  STORE_FOUND,   "odd"  },
    {"postmaster",      "",              STORE_FOUND,   NULL   },
    {"PostMaster",      "example.test",  STORE_FOUND,   NULL   },
    {"\"",              "example.test",  STORE_NO_USER, NULL   },
    {"\"\\",            "example.test",  STORE_NO_USER, NULL   },
    {"",                "example.test",  STORE_NO_USER, NULL   },
    {"alic",            "example.test",  STORE_NO_USER, NULL   },
    {"alice",           "example.tes",   STORE_FOREIGN, NULL   },
    {"postmaster",      "other.example", STORE_FOREIGN, NULL   },
};

static void test_addresses(void)
{
    struct server_settings settings = dialogue_settings();
    struct store *store = store_new(&settings);
    for (size_t i = 0; i < sizeof address_rows / sizeof address_rows[0]; i++) {
        const struct address_row *row = &address_rows[i];
        struct maildrop *maildrop = NULL;
        enum store_lookup found =
            store_by_address(store, bytes_of(row->local_part), bytes_of(row->domain), &maildrop);
        UNIT_ROW(row->local_part, found == row->found);
        if (found == STORE_FOUND) {
            const struct server_user *user = maildrop_user(maildrop);
            UNIT_ROW(row->local_part, row->user == NULL
                                          ? user == NULL
                                          : user != NULL && strcmp(user->name, row->user) == 0);
        }
    }
    store_free(&store);
}

struct message_row {
    const char *content;
    size_t octets;
    size_t pop3_octets;
};

static const struct message_row message_rows[] = {
    {"",                0, 0 },
    {"a\r\n",           3, 3 },
    {"a",               1, 3 },
    {"\n",              1, 2 },
    {"a\nb\r\nc\r\r\n", 9, 10},
    {"\r",              1, 3 },
    {"a\nb",            3, 6 },
};

static void test_messages(void)
{
    for (size_t i = 0; i < sizeof message_rows / sizeof message_rows[0]; i++) {
        const struct message_row *row = &message_rows[i];
        struct buf content = {0};
        buf_append_text(&content, row->content);
        struct store_message *message = store_message_new(&content);
        UNIT_ROW(row->content, message->n == row->octets);
        UNIT_ROW(row->content, message->pop3_octets == row->pop3_octets);
        UNIT_ROW(row->content, content.n == 0);
        store_message_unref(&message);
    }
}

static void add(struct maildrop *maildrop, size_t octets, bool fits)
{
    struct buf content = {0};
    buf_append_fill(&content, 'x', octets - 2);
    buf_append_text(&content, "\r\n");
    struct store_message *message = store_message_new(&content);
    CU_ASSERT((maildrop_room(maildrop, octets) == STORE_DELIVERED) == fits);
    CU_ASSERT(maildrop_add(maildrop, message) == fits);
    store_message_unref(&message);
}

static void test_maildrop(void)
{
    struct server_settings settings = dialogue_settings();
    settings.max_maildrop_octets = 100;
    struct store *store = store_new(&settings);
    struct maildrop *maildrop = store_by_user(store, BYTES_LIT("alice"));
    CU_ASSERT_FATAL(maildrop != NULL);
    add(maildrop, 50, true);
    add(maildrop, 51, false);
    add(maildrop, 30, true);
    add(maildrop, 20, true);
    add(maildrop, 2, false);
    const uint64_t numbers[] = {0, 1, 3, 99};
    CU_ASSERT(maildrop_remove(maildrop, numbers, 4, NULL) == 0);
    CU_ASSERT_FATAL(maildrop_count(maildrop) == 1);
    CU_ASSERT(maildrop_entry(maildrop, 0)->number == 2);
    add(maildrop, 70, true);
    CU_ASSERT(maildrop_entry(maildrop, 1)->number == 4);

    CU_ASSERT(maildrop_lock(maildrop) && !maildrop_lock(maildrop));
    maildrop_unlock(maildrop);
    CU_ASSERT(maildrop_lock(maildrop));
    store_free(&store);
    CU_ASSERT(store == NULL);
}

/* The oldest go, and a message larger than the whole maildrop is refused. */
static void test_postmaster(void)
{
    struct server_settings settings = dialogue_settings();
    settings.max_maildrop_octets = 100;
    struct store *store = store_new(&settings);
    struct maildrop *maildrop = NULL;
    store_by_address(store, BYTES_LIT("postmaster"), (struct bytes){0}, &maildrop);
    CU_ASSERT_FATAL(maildrop != NULL);
    add(maildrop, 60, true);
    add(maildrop, 40, true);
    add(maildrop, 60, true);
    CU_ASSERT(maildrop_count(maildrop) == 2 && maildrop_entry(maildrop, 0)->number == 2);
    add(maildrop, 101, false);
    CU_ASSERT(maildrop_count(maildrop) == 2);
    store_free(&store);
}

/* What all sessions are receiving together is bounded. */
static void test_hold(void)
{
    struct server_settings settings = dialogue_settings();
    struct store *store = store_new(&settings);
    size_t held = 0;
    const size_t step = (size_t)1024 * 1024;
    while (held < SIZE_MAX / 2 && store_hold(store, step)) {
        held += step;
    }
    CU_ASSERT(held >= 16 * step && held <= 1024 * step);
    CU_ASSERT(!store_hold(store, SIZE_MAX));
    store_release(store, step);
    CU_ASSERT(store_hold(store, step) && !store_hold(store, step));
    store_release(store, held);
    store_free(&store);
}

static void test_default_settings(void)
{
    struct server_settings settings = settings_default();
    struct store *store = store_new(&settings);
    CU_ASSERT(settings.user_count == 26 && settings.max_recipients >= 100);
    CU_ASSERT(settings.max_line_octets >= 512 && settings.max_message_octets >= 64 * 1024);
    CU_ASSERT(settings.idle_ms >= (int64_t)5 * 60 * 1000);
    for (size_t i = 0; i < settings.user_count; i++) {
        struct bytes address = bytes_of(settings.users[i].address);
        size_t at = bytes_index(address, '@', 0);
        struct maildrop *maildrop = NULL;
        CU_ASSERT_FATAL(at != BYTES_NONE);
        UNIT_ROW(settings.users[i].name,
                 store_by_address(store, bytes_slice(address, 0, at), bytes_skip(address, at + 1),
                                  &maildrop) == STORE_FOUND);
        UNIT_ROW(settings.users[i].name,
                 maildrop == store_by_user(store, bytes_of(settings.users[i].name)));
    }
    store_free(&store);
}

static const struct unit_test tests[] = {
    {"addresses",        test_addresses       },
    {"messages",         test_messages        },
    {"maildrop",         test_maildrop        },
    {"postmaster",       test_postmaster      },
    {"hold",             test_hold            },
    {"default settings", test_default_settings},
};

UNIT_MAIN("fake_servers_store", tests)
