/* The store: its life, its users, and whose maildrop an address means. */
#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "fake_servers/store_inside.h"
#include "proto/smtp_path.h"

/* ---- maildrops ---- */

static struct maildrop *add_maildrop(struct store *store, const char *folder_name)
{
    struct maildrop *maildrop = maildrop_new(store, folder_name);
    store->maildrops = mem_grow((void *)store->maildrops, store->count, &store->capacity,
                                sizeof(struct maildrop *));
    return store->maildrops[store->count++] = maildrop;
}

/* A user that is called as one of the two others gets a folder of another name: its first letter is escaped. */
static struct maildrop *add_user(struct store *store, const char *name)
{
    struct buf folder_name = {0};
    if (bytes_is(bytes_of(name), "postmaster") || bytes_is(bytes_of(name), "outbox")) {
        buf_printf(&folder_name, "%%%02X", (unsigned char)*name++);
    }
    maildir_print_user(&folder_name, bytes_of(name));
    struct maildrop *maildrop = add_maildrop(store, buf_text(&folder_name));
    buf_deinit(&folder_name);
    return maildrop;
}

/* Also of users that are gone. */
static struct maildrop *find_user(const struct store *store, const char *name)
{
    for (size_t i = STORE_USERS; i < store->count; i++) {
        if (bytes_is(bytes_of(name), store->maildrops[i]->name)) {
            return store->maildrops[i];
        }
    }
    return NULL;
}

static void replace(char **text_p, const char *text)
{
    free(*text_p);
    *text_p = mem_strdup(text);
}

static void copy_user(struct maildrop *maildrop, const struct server_user *user)
{
    replace(&maildrop->name, user->name);
    replace(&maildrop->secret, user->secret);
    replace(&maildrop->address, user->address);
    maildrop->user = (struct server_user){maildrop->name, maildrop->secret, maildrop->address};
}

/* One that a session has is not looked into: files that wait for the end of that session would be taken for new messages. */
static int open_folder(struct maildrop *maildrop, struct error *error)
{
    if (maildrop->folder == NULL) {
        return 0;
    }
    int status = maildir_make(maildrop->folder, error);
    return status == 0 && !maildrop->locked ? maildrop_refresh(maildrop, error) : status;
}

/* Two rows of one name are one user, the first. */
static bool is_listed(const struct store *store, const struct maildrop *maildrop)
{
    for (size_t i = 0; i < store->user_count; i++) {
        if (store->users[i] == maildrop) {
            return true;
        }
    }
    return false;
}

static int take_user(struct store *store, const struct server_user *user, struct error *error)
{
    struct maildrop *maildrop = find_user(store, user->name);
    if (maildrop == NULL) {
        maildrop = add_user(store, user->name);
    } else if (is_listed(store, maildrop)) {
        return 0;
    }
    copy_user(maildrop, user);
    store->users[store->user_count++] = maildrop;
    return open_folder(maildrop, error);
}

/* The error is that of the first maildrop that cannot be opened; the others are. */
int store_settings_changed(struct store *store, struct error *error)
{
    const struct server_settings *settings = store->settings;
    int status = 0;
    free((void *)store->users);
    store->users = mem_array(settings->user_count + 1, sizeof(struct maildrop *));
    store->user_count = 0;
    for (size_t i = 0; i < settings->user_count; i++) {
        if (take_user(store, &settings->users[i], status == 0 ? error : NULL) != 0) {
            status = -1;
        }
    }
    return status;
}

/* ---- the store ---- */

static void add_given_messages(struct store *store)
{
    const struct server_settings *settings = store->settings;
    for (size_t i = 0; i < settings->message_count; i++) {
        struct maildrop *maildrop = store_by_user(store, bytes_of(settings->messages[i].user));
        if (maildrop == NULL) {
            continue;
        }
        struct buf content = {0};
        buf_append(&content, settings->messages[i].content);
        struct store_message *message = store_message_new(&content);
        maildrop_add(maildrop, message);
        store_message_unref(&message);
    }
    store->delivered = 0;
}

static struct store *new_store(const struct server_settings *settings, const char *folder,
                               struct error *error)
{
    struct store *store = mem_alloc(sizeof *store);
    store->settings = settings;
    store->epoch = (uint64_t)clock_wall_us(&settings->clock);
    store->folder = mem_strdup(folder);
    store->held = -1;
    maildir_namer_init(&store->namer);
    int status = folder != NULL ? maildir_hold(folder, &store->held, error) : 0;
    status = status == 0 ? open_folder(add_maildrop(store, "postmaster"), error) : status;
    status = status == 0 ? open_folder(add_maildrop(store, "outbox"), error) : status;
    status = status == 0 ? store_settings_changed(store, error) : status;
    if (status != 0) {
        store_free(&store);
        return NULL;
    }
    add_given_messages(store);
    return store;
}

struct store *store_new(const struct server_settings *settings)
{
    return new_store(settings, NULL, NULL);
}

struct store *store_open(const struct server_settings *settings, struct error *error)
{
    return new_store(settings, settings->store_folder, error);
}

void store_free(struct store **store_p)
{
    struct store *store = *store_p;
    *store_p = NULL;
    if (store == NULL) {
        return;
    }
    for (size_t i = 0; i < store->count; i++) {
        maildrop_free(store->maildrops[i]);
    }
    free((void *)store->maildrops);
    free((void *)store->users);
    free((void *)store->senders); /* given back, all of them: sessions end before their store */
    maildir_namer_deinit(&store->namer);
    maildir_unhold(&store->held);
    free(store->folder);
    free(store);
}

uint64_t store_next_number(struct store *store)
{
    return ++store->last_number;
}

void store_wound(struct store *store)
{
    store->is_wounded = true;
}

bool store_is_wounded(const struct store *store)
{
    return store->is_wounded;
}

static size_t find_sender(const struct store *store, const char *reverse_path)
{
    size_t i = 0;
    while (i < store->sender_count && !bytes_is(bytes_of(store->senders[i]), reverse_path)) {
        i++;
    }
    return i;
}

bool store_take_sender(struct store *store, const char *reverse_path)
{
    if (find_sender(store, reverse_path) < store->sender_count) {
        return false;
    }
    store->senders = mem_grow((void *)store->senders, store->sender_count, &store->sender_capacity,
                              sizeof *store->senders);
    store->senders[store->sender_count++] = mem_strdup(reverse_path);
    return true;
}

void store_give_sender(struct store *store, const char *reverse_path)
{
    size_t i = find_sender(store, reverse_path);
    assert(i < store->sender_count);
    free(store->senders[i]);
    store->senders[i] = store->senders[--store->sender_count];
}

uint64_t store_epoch(const struct store *store)
{
    return store->epoch;
}

bool store_hold(struct store *store, size_t octets)
{
    size_t most = store->settings->max_held_octets;
    if (store->held_octets > most || octets > most - store->held_octets) {
        return false;
    }
    store->held_octets += octets;
    return true;
}

void store_release(struct store *store, size_t octets)
{
    assert(octets <= store->held_octets);
    store->held_octets -= octets;
}

static size_t clear_maildrop(struct maildrop *maildrop)
{
    maildrop_refresh(maildrop, NULL);
    size_t before = maildrop_count(maildrop);
    uint64_t *numbers = mem_array(before + 1, sizeof *numbers);
    for (size_t i = 0; i < before; i++) {
        numbers[i] = maildrop_entry(maildrop, i)->number;
    }
    maildrop_remove(maildrop, numbers, before, NULL);
    free(numbers);
    return before - maildrop_count(maildrop);
}

size_t store_clear(struct store *store)
{
    size_t cleared = 0;
    for (size_t i = 0; i < store->count; i++) {
        cleared += store->maildrops[i]->locked ? 0 : clear_maildrop(store->maildrops[i]);
    }
    return cleared;
}

/* ---- whose maildrop ---- */

struct maildrop *store_first(struct store *store)
{
    return store->user_count > 0 ? store->users[0] : store->maildrops[STORE_POSTMASTER];
}

struct maildrop *store_outbox(struct store *store)
{
    return store->maildrops[STORE_OUTBOX];
}

struct maildrop *store_by_user(struct store *store, struct bytes name)
{
    for (size_t i = 0; i < store->user_count; i++) {
        if (bytes_is(name, store->users[i]->name)) {
            return store->users[i];
        }
    }
    return NULL;
}

static bool is_our_domain(const struct store *store, struct bytes domain)
{
    for (size_t i = 0; i < store->settings->domain_count; i++) {
        if (bytes_is_nocase(domain, store->settings->domains[i])) {
            return true;
        }
    }
    return domain.n == 0;
}

/* The settings may have it quoted as well. */
static bool is_local_part(struct bytes given, struct bytes name)
{
    struct buf plain = {0};
    if (bytes_equal_nocase(given, name)) {
        return true;
    }
    if (!bytes_starts(given, "\"") && bytes_index(given, '\\', 0) == BYTES_NONE) {
        return false;
    }
    smtp_local_part_unquote(given, &plain);
    bool is_same = bytes_equal_nocase(buf_bytes(&plain), name);
    buf_deinit(&plain);
    return is_same;
}

/* local-part@domain of the user against the two parts given; without domain the local-part decides. */
static bool is_address_of(const struct server_user *user, struct bytes local_part,
                          struct bytes domain)
{
    struct bytes address = bytes_of(user->address);
    size_t at = bytes_index(address, '@', 0);
    struct bytes host = at == BYTES_NONE ? (struct bytes){0} : bytes_skip(address, at + 1);
    return is_local_part(bytes_slice(address, 0, at), local_part) &&
           (domain.n == 0 || host.n == 0 || bytes_equal_nocase(host, domain));
}

static struct maildrop *find_mailbox(struct store *store, struct bytes local_part,
                                     struct bytes domain)
{
    for (size_t i = 0; i < store->user_count; i++) {
        if (is_address_of(&store->users[i]->user, local_part, domain)) {
            return store->users[i];
        }
    }
    /* RFC 5321 4.5.1: the postmaster is there in every domain, whether or not a user is called so. */
    return bytes_is_nocase(local_part, "postmaster") ? store->maildrops[STORE_POSTMASTER] : NULL;
}

enum store_lookup store_by_address(struct store *store, struct bytes local_part,
                                   struct bytes domain, struct maildrop **maildrop_r)
{
    *maildrop_r = NULL;
    if (!is_our_domain(store, domain)) {
        return STORE_FOREIGN;
    }
    struct buf name = {0};
    smtp_local_part_unquote(local_part, &name);
    *maildrop_r = find_mailbox(store, buf_bytes(&name), domain);
    buf_deinit(&name);
    return *maildrop_r != NULL ? STORE_FOUND : STORE_NO_USER;
}
