/* The store: what fits, what goes to make room, and users that come and go under running sessions. */
#include "unit.h"

#include "base/mem.h"
#include "fake_dialogue.h"

static struct store_message *message_of(size_t octets)
{
    struct buf content = {0};
    buf_append_fill(&content, 'x', octets - 2);
    buf_append_text(&content, "\r\n");
    return store_message_new(&content);
}

/* ---- room ---- */

enum { MAX_STEPS = 6 };

struct step {
    const char *to; /* maildrops by name; "postmaster" and "outbox" as well */
    size_t octets;
    enum store_delivery delivery;
    size_t alice; /* messages behind it */
    size_t bob;
    size_t postmaster;
};

struct room_row {
    const char *name;
    enum server_keep keep;
    size_t max_maildrop;
    size_t max_store;
    struct step steps[MAX_STEPS];
};

// clang-format off
static const struct room_row room_rows[] = {
    {"all: maildrop", KEEP_ALL, 100, 1000, {
        {"alice",     60,  STORE_DELIVERED,     1, 0, 0},
        {"alice",     41,  STORE_MAILDROP_FULL, 1, 0, 0},
        {"alice",     40,  STORE_DELIVERED,     2, 0, 0},
        {"bob alice", 2,   STORE_MAILDROP_FULL, 2, 0, 0},
        {"bob",       101, STORE_MAILDROP_FULL, 2, 0, 0}}},
    {"all: store", KEEP_ALL, 100, 150, {
        {"alice",     60,  STORE_DELIVERED,     1, 0, 0},
        {"alice bob", 46,  STORE_MAILDROP_FULL, 1, 0, 0},
        {"bob",       91,  STORE_FULL,          1, 0, 0},
        {"alice bob", 40,  STORE_DELIVERED,     2, 1, 0},
        {"bob",       11,  STORE_FULL,          2, 1, 0},
        {"bob",       10,  STORE_DELIVERED,     2, 2, 0}}},
    {"all: store, several at once", KEEP_ALL, 100, 150, {
        {"alice bob postmaster", 51, STORE_FULL, 0, 0, 0},
        {"alice bob postmaster", 50, STORE_DELIVERED, 1, 1, 1},
        {"alice",     2,   STORE_FULL,          1, 1, 1},
        {"postmaster", 2,  STORE_DELIVERED,     1, 1, 1},
        {"alice",     48,  STORE_DELIVERED,     2, 1, 1}}},
    {"all: what must stay", KEEP_ALL, 100, 150, {
        {"alice",     90,  STORE_DELIVERED,     1, 0, 0},
        {"postmaster", 60, STORE_DELIVERED,     1, 0, 1},
        {"alice postmaster", 10, STORE_DELIVERED, 2, 0, 1}}},
    {"newest: maildrop", KEEP_NEWEST, 100, 1000, {
        {"alice",     60,  STORE_DELIVERED,     1, 0, 0},
        {"alice",     40,  STORE_DELIVERED,     2, 0, 0},
        {"alice",     41,  STORE_DELIVERED,     2, 0, 0},
        {"alice bob", 100, STORE_DELIVERED,     1, 1, 0},
        {"alice",     101, STORE_MAILDROP_FULL, 1, 1, 0}}},
    {"newest: store", KEEP_NEWEST, 100, 150, {
        {"alice",     90,  STORE_DELIVERED,     1, 0, 0},
        {"bob",       61,  STORE_FULL,          1, 0, 0},
        {"bob",       30,  STORE_DELIVERED,     1, 1, 0},
        {"bob",       30,  STORE_DELIVERED,     1, 2, 0},
        {"bob",       31,  STORE_DELIVERED,     1, 1, 0},
        {"alice bob", 75,  STORE_DELIVERED,     1, 1, 0}}},
    {"none", KEEP_NONE, 100, 100, {
        {"alice bob", 1000, STORE_DELIVERED,    0, 0, 0},
        {"alice",     90,  STORE_DELIVERED,     0, 0, 0}}},
    {"nobody reads the postmaster's", KEEP_ALL, 100, 100, {
        {"postmaster", 60, STORE_DELIVERED,     0, 0, 1},
        {"postmaster", 40, STORE_DELIVERED,     0, 0, 2},
        {"postmaster", 2,  STORE_DELIVERED,     0, 0, 2},
        {"outbox",    59,  STORE_FULL,          0, 0, 2},
        {"outbox",    58,  STORE_DELIVERED,     0, 0, 2},
        {"postmaster", 42, STORE_DELIVERED,     0, 0, 1}}},
};
// clang-format on

static struct maildrop *maildrop_of(struct store *store, struct bytes name)
{
    struct maildrop *maildrop = NULL;
    if (bytes_is(name, "outbox")) {
        return store_outbox(store);
    }
    store_by_address(store, name, (struct bytes){0}, &maildrop);
    return maildrop;
}

static enum store_delivery take_step(struct store *store, const struct step *step)
{
    struct maildrop *maildrops[3];
    struct bytes rest = bytes_of(step->to);
    struct bytes name;
    size_t count = 0;
    while (bytes_next_word(&rest, &name)) {
        maildrops[count++] = maildrop_of(store, name);
    }
    struct store_message *message = message_of(step->octets);
    enum store_delivery room = maildrop_room(maildrops[0], step->octets);
    enum store_delivery delivery = store_deliver(store, maildrops, count, message, NULL);
    if (count == 1) {
        UNIT_ROW(step->to, room == delivery);
    }
    store_message_unref(&message);
    return delivery;
}

static void test_room(void)
{
    for (size_t i = 0; i < sizeof room_rows / sizeof room_rows[0]; i++) {
        const struct room_row *row = &room_rows[i];
        struct server_settings settings = dialogue_settings();
        settings.keep = row->keep;
        settings.max_maildrop_octets = row->max_maildrop;
        settings.max_store_octets = row->max_store;
        struct store *store = store_new(&settings);
        uint64_t delivered = 0;
        for (size_t j = 0; j < MAX_STEPS && row->steps[j].to != NULL; j++) {
            const struct step *step = &row->steps[j];
            enum store_delivery delivery = take_step(store, step);
            delivered += delivery == STORE_DELIVERED;
            bool is_right =
                delivery == step->delivery && store_delivered(store) == delivered &&
                maildrop_count(maildrop_of(store, BYTES_LIT("alice"))) == step->alice &&
                maildrop_count(maildrop_of(store, BYTES_LIT("bob"))) == step->bob &&
                maildrop_count(maildrop_of(store, BYTES_LIT("postmaster"))) == step->postmaster;
            if (!is_right) {
                fprintf(stderr, "step %zu: %d\n", j + 1, (int)delivery);
            }
            UNIT_ROW(row->name, is_right);
        }
        store_free(&store);
    }
}

/* Many come and the oldest go: numbers go up, the order stays. */
static void test_turnover(void)
{
    struct server_settings settings = dialogue_settings();
    settings.keep = KEEP_NEWEST;
    settings.max_maildrop_octets = 100;
    struct store *store = store_new(&settings);
    struct maildrop *maildrop = store_by_user(store, BYTES_LIT("alice"));
    for (size_t i = 0; i < 1000; i++) {
        struct store_message *message = message_of(10);
        CU_ASSERT(maildrop_add(maildrop, message));
        store_message_unref(&message);
    }
    CU_ASSERT_FATAL(maildrop_count(maildrop) == 10);
    for (size_t i = 0; i < 10; i++) {
        CU_ASSERT(maildrop_entry(maildrop, i)->number == 991 + i);
    }
    const uint64_t numbers[] = {1, 991, 995, 1000};
    CU_ASSERT(maildrop_remove(maildrop, numbers, 4, NULL) == 0);
    CU_ASSERT(maildrop_count(maildrop) == 7 && maildrop_entry(maildrop, 0)->number == 992);
    CU_ASSERT(store_clear(store) == 7 && maildrop_count(maildrop) == 0);
    store_free(&store);
}

/* RFC 5321 4.2.3: 452 says that there is no room now; the reply tells whose room it is. */
static void test_replies(void)
{
    const struct {
        size_t max_maildrop;
        size_t max_store;
        size_t max_held;
        const char *reply;
    } rows[] = {
        {5000, 5000, 5000, "250 2.0.0 "                                  },
        {50,   5000, 5000, "452 4.2.2 A recipient's maildrop is full\r\n"},
        {5000, 50,   5000, "452 4.3.1 Insufficient system storage\r\n"   },
        {5000, 5000, 5,    "452 4.3.1 Insufficient system storage\r\n"   },
    };
    static const char input[] =
        "EHLO c.example\r\nMAIL FROM:<a@b.example>\r\n"
        "RCPT TO:<alice@example.test>\r\nDATA\r\nSubject: x\r\n\r\nx\r\n.\r\n";
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const size_t cuts[] = {0, SIZE_MAX, 100};
        for (size_t j = 0; j < 3; j++) {
            struct server_settings settings = dialogue_settings();
            settings.max_maildrop_octets = rows[i].max_maildrop;
            settings.max_store_octets = rows[i].max_store;
            settings.max_held_octets = rows[i].max_held;
            struct store *store = store_new(&settings);
            struct buf out = {0};
            dialogue_smtp_on(store, &settings, bytes_of(input), cuts[j], &out);
            UNIT_ROW(rows[i].reply, strstr(buf_text(&out), rows[i].reply) != NULL);
            UNIT_ROW(rows[i].reply,
                     maildrop_count(store_first(store)) == (rows[i].reply[0] == '2' ? 1 : 0));
            CU_ASSERT(store_hold(store, rows[i].max_held));
            buf_deinit(&out);
            store_release(store, rows[i].max_held);
            store_free(&store);
        }
    }
}

/* The bound may be lowered below what is held already. */
static void test_held(void)
{
    struct server_settings settings = dialogue_settings();
    settings.max_held_octets = 100;
    struct store *store = store_new(&settings);
    CU_ASSERT(store_hold(store, 60) && !store_hold(store, 41) && store_hold(store, 40));
    settings.max_held_octets = 50;
    CU_ASSERT(!store_hold(store, 1) && !store_hold(store, SIZE_MAX));
    store_release(store, 100);
    CU_ASSERT(store_hold(store, 50) && !store_hold(store, 1));
    store_release(store, 50);
    store_free(&store);
}

/* ---- users that come and go ---- */

/* Settings whose strings are freed as soon as others are there. */
struct users {
    struct server_user users[4];
    size_t count;
};

static void users_take(struct server_settings *settings, struct users *users, const char *names)
{
    struct users old = *users;
    struct bytes rest = bytes_of(names);
    struct bytes name;
    *users = (struct users){0};
    while (bytes_next_word(&rest, &name)) {
        struct buf text = {0};
        struct buf address = {0};
        buf_append(&text, name);
        buf_printf(&address, "%s@example.test", buf_text(&text));
        users->users[users->count++] = (struct server_user){
            mem_strdup(buf_text(&text)), mem_strdup("secret"), buf_steal(&address)};
        buf_deinit(&text);
    }
    settings->users = users->users;
    settings->user_count = users->count;
    for (size_t i = 0; i < old.count; i++) {
        free((void *)(uintptr_t)old.users[i].name);
        free((void *)(uintptr_t)old.users[i].secret);
        free((void *)(uintptr_t)old.users[i].address);
    }
}

static void test_users(void)
{
    struct server_settings settings = dialogue_settings();
    struct users users = {0};
    struct buf out = {0};
    users_take(&settings, &users, "alice bob");
    struct store *store = store_new(&settings);
    struct maildrop *alice = store_by_user(store, BYTES_LIT("alice"));
    struct smtp_session *smtp = smtp_session_new(&settings, store, "[127.0.0.1]", &out);
    struct pop3_session *pop3 = pop3_session_new(&settings, store, &out);
    dialogue_feed_smtp(
        smtp, BYTES_LIT("EHLO c.example\r\nMAIL FROM:<>\r\nRCPT TO:<alice@example.test>\r\n"),
        &out);
    dialogue_feed_pop3(pop3, BYTES_LIT("USER alice\r\nPASS secret\r\n"), &out);

    users_take(&settings, &users, "carol bob");
    CU_ASSERT(store_settings_changed(store, NULL) == 0);
    CU_ASSERT(store_by_user(store, BYTES_LIT("alice")) == NULL);
    CU_ASSERT(store_by_user(store, BYTES_LIT("carol")) == store_first(store));
    CU_ASSERT(strcmp(maildrop_user(alice)->name, "alice") == 0);
    CU_ASSERT(strcmp(maildrop_user(store_first(store))->address, "carol@example.test") == 0);
    CU_ASSERT(maildrop_of(store, BYTES_LIT("alice")) == NULL);

    /* The transaction has its recipient, the session its maildrop. */
    buf_clear(&out);
    dialogue_feed_smtp(
        smtp, BYTES_LIT("DATA\r\nx\r\n.\r\nRCPT TO:<alice@example.test>\r\nQUIT\r\n"), &out);
    CU_ASSERT(strstr(buf_text(&out), "250 2.0.0 ") != NULL);
    dialogue_feed_pop3(pop3, BYTES_LIT("STAT\r\nQUIT\r\n"), &out);
    CU_ASSERT(strstr(buf_text(&out), "+OK 0 0\r\n") != NULL);
    smtp_session_free(&smtp);
    pop3_session_free(&pop3);
    CU_ASSERT(maildrop_count(alice) == 1);

    users_take(&settings, &users, "");
    CU_ASSERT(store_settings_changed(store, NULL) == 0);
    CU_ASSERT(maildrop_user(store_first(store)) == NULL);

    users_take(&settings, &users, "bob alice alice");
    CU_ASSERT(store_settings_changed(store, NULL) == 0);
    CU_ASSERT(store_by_user(store, BYTES_LIT("alice")) == alice && maildrop_count(alice) == 1);
    CU_ASSERT(maildrop_lock(alice));
    users_take(&settings, &users, "");
    store_free(&store);
    buf_deinit(&out);
}

static const struct unit_test tests[] = {
    {"room",     test_room    },
    {"turnover", test_turnover},
    {"replies",  test_replies },
    {"held",     test_held    },
    {"users",    test_users   },
};

UNIT_MAIN("fake_servers_store_limits", tests)
