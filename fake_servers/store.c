#include "fake_servers/store.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"

/* What all sessions together may hold of messages that they are receiving. */
static const size_t store_max_held_octets = (size_t)256 * 1024 * 1024;

/* Where they stand among the maildrops. */
enum { POSTMASTER, OUTBOX, USERS };

struct maildrop {
    struct store *store;
    const struct server_user *user; /* NULL: postmaster or outbox */
    struct maildrop_entry *entries;
    size_t count;
    size_t capacity;
    size_t octets;
    uint64_t updates;
    bool locked;
};

struct store {
    const struct server_settings *settings;
    struct maildrop **maildrops; /* the postmaster's, the outbox, then one for each user */
    size_t count;
    size_t capacity;
    size_t held_octets;
    uint64_t last_number;
    uint64_t epoch;
};

/* ---- messages ---- */

/* RFC 1939 section 3: each line of a response ends in CRLF, so a bare LF goes out as CRLF. */
static size_t pop3_octets(struct bytes content)
{
    size_t octets = content.n;
    for (size_t at = bytes_index(content, '\n', 0); at != BYTES_NONE;
         at = bytes_index(content, '\n', at + 1)) {
        octets += at == 0 || content.p[at - 1] != '\r';
    }
    return octets;
}

struct store_message *store_message_new(struct buf *content)
{
    if (content->n > 0 && !bytes_ends(buf_bytes(content), "\n")) {
        buf_append_text(content, "\r\n");
    }
    struct store_message *message = mem_alloc(sizeof *message);
    message->references = 1;
    message->n = content->n;
    message->pop3_octets = pop3_octets(buf_bytes(content));
    message->p = (unsigned char *)buf_steal(content);
    return message;
}

struct store_message *store_message_ref(struct store_message *message)
{
    message->references++;
    return message;
}

void store_message_unref(struct store_message **message_p)
{
    struct store_message *message = *message_p;
    *message_p = NULL;
    if (message == NULL || --message->references > 0) {
        return;
    }
    free(message->p);
    free(message);
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
}

static void add_maildrop(struct store *store, const struct server_user *user)
{
    struct maildrop *maildrop = mem_alloc(sizeof *maildrop);
    maildrop->store = store;
    maildrop->user = user;
    store->maildrops = mem_grow((void *)store->maildrops, store->count, &store->capacity,
                                sizeof(struct maildrop *));
    store->maildrops[store->count++] = maildrop;
}

struct store *store_new(const struct server_settings *settings)
{
    struct store *store = mem_alloc(sizeof *store);
    store->settings = settings;
    store->epoch = (uint64_t)clock_wall_us(&settings->clock);
    add_maildrop(store, NULL);
    add_maildrop(store, NULL);
    for (size_t i = 0; i < settings->user_count; i++) {
        add_maildrop(store, &settings->users[i]);
    }
    add_given_messages(store);
    return store;
}

static void maildrop_free(struct maildrop *maildrop)
{
    for (size_t i = 0; i < maildrop->count; i++) {
        store_message_unref(&maildrop->entries[i].message);
    }
    free(maildrop->entries);
    free(maildrop);
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
    free(store);
}

uint64_t store_next_number(struct store *store)
{
    return ++store->last_number;
}

uint64_t store_epoch(const struct store *store)
{
    return store->epoch;
}

bool store_hold(struct store *store, size_t octets)
{
    if (octets > store_max_held_octets - store->held_octets) {
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

/* ---- whose maildrop ---- */

struct maildrop *store_first(struct store *store)
{
    return store->maildrops[store->count > USERS ? USERS : POSTMASTER];
}

struct maildrop *store_outbox(struct store *store)
{
    return store->maildrops[OUTBOX];
}

struct maildrop *store_by_user(struct store *store, struct bytes name)
{
    for (size_t i = 0; i < store->count; i++) {
        const struct server_user *user = store->maildrops[i]->user;
        if (user != NULL && bytes_is(name, user->name)) {
            return store->maildrops[i];
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

/* RFC 5321 4.1.2: "alice", alice and "al\ice" are one mailbox: the text without quotes and backslashes. */
static void unquote(struct bytes local_part, struct buf *out)
{
    if (local_part.n < 2 || local_part.p[0] != '"') {
        buf_append(out, local_part);
        return;
    }
    struct bytes inside = bytes_slice(local_part, 1, local_part.n - 1);
    for (size_t i = 0; i < inside.n; i++) {
        i += inside.p[i] == '\\' && i + 1 < inside.n;
        buf_append_octet(out, inside.p[i]);
    }
}

/* local-part@domain of the user against the two parts given; without domain the local-part decides. */
static bool is_address_of(const struct server_user *user, struct bytes local_part,
                          struct bytes domain)
{
    struct bytes address = bytes_of(user->address);
    size_t at = bytes_index(address, '@', 0);
    struct bytes host = at == BYTES_NONE ? (struct bytes){0} : bytes_skip(address, at + 1);
    return bytes_equal_nocase(bytes_slice(address, 0, at), local_part) &&
           (domain.n == 0 || host.n == 0 || bytes_equal_nocase(host, domain));
}

static struct maildrop *find_mailbox(struct store *store, struct bytes local_part,
                                     struct bytes domain)
{
    for (size_t i = 0; i < store->count; i++) {
        const struct server_user *user = store->maildrops[i]->user;
        if (user != NULL && is_address_of(user, local_part, domain)) {
            return store->maildrops[i];
        }
    }
    /* RFC 5321 4.5.1: the postmaster is there in every domain, whether or not a user is called so. */
    return bytes_is_nocase(local_part, "postmaster") ? store->maildrops[POSTMASTER] : NULL;
}

enum store_lookup store_by_address(struct store *store, struct bytes local_part,
                                   struct bytes domain, struct maildrop **maildrop_r)
{
    *maildrop_r = NULL;
    if (!is_our_domain(store, domain)) {
        return STORE_FOREIGN;
    }
    struct buf name = {0};
    unquote(local_part, &name);
    *maildrop_r = find_mailbox(store, buf_bytes(&name), domain);
    buf_deinit(&name);
    return *maildrop_r != NULL ? STORE_FOUND : STORE_NO_USER;
}

/* ---- one maildrop ---- */

const struct server_user *maildrop_user(const struct maildrop *maildrop)
{
    return maildrop->user;
}

bool maildrop_has_room(const struct maildrop *maildrop, size_t octets)
{
    size_t most = maildrop->store->settings->max_maildrop_octets;
    return octets <= most && (maildrop->user == NULL || maildrop->octets <= most - octets);
}

static void drop_oldest_until_room(struct maildrop *maildrop, size_t octets)
{
    size_t most = maildrop->store->settings->max_maildrop_octets;
    while (maildrop->count > 0 && maildrop->octets > most - octets) {
        uint64_t oldest = maildrop->entries[0].number;
        maildrop_remove(maildrop, &oldest, 1);
    }
}

bool maildrop_add(struct maildrop *maildrop, struct store_message *message)
{
    if (!maildrop_has_room(maildrop, message->n)) {
        return false;
    }
    drop_oldest_until_room(maildrop, message->n);
    maildrop->entries = mem_grow(maildrop->entries, maildrop->count, &maildrop->capacity,
                                 sizeof *maildrop->entries);
    maildrop->entries[maildrop->count++] =
        (struct maildrop_entry){store_message_ref(message), store_next_number(maildrop->store)};
    maildrop->octets += message->n;
    return true;
}

size_t maildrop_count(const struct maildrop *maildrop)
{
    return maildrop->count;
}

const struct maildrop_entry *maildrop_entry(const struct maildrop *maildrop, size_t index)
{
    assert(index < maildrop->count);
    return &maildrop->entries[index];
}

/* Entries stand in ascending order as well, so one pass over both is enough. */
void maildrop_remove(struct maildrop *maildrop, const uint64_t *numbers, size_t count)
{
    size_t kept = 0;
    size_t next = 0;
    for (size_t i = 0; i < maildrop->count; i++) {
        struct maildrop_entry entry = maildrop->entries[i];
        while (next < count && numbers[next] < entry.number) {
            next++;
        }
        if (next == count || numbers[next] != entry.number) {
            maildrop->entries[kept++] = entry;
            continue;
        }
        maildrop->octets -= entry.message->n;
        store_message_unref(&entry.message);
    }
    maildrop->count = kept;
}

uint64_t maildrop_updates(const struct maildrop *maildrop)
{
    return maildrop->updates;
}

void maildrop_count_update(struct maildrop *maildrop)
{
    maildrop->updates++;
}

bool maildrop_lock(struct maildrop *maildrop)
{
    if (maildrop->locked) {
        return false;
    }
    return maildrop->locked = true;
}

void maildrop_unlock(struct maildrop *maildrop)
{
    maildrop->locked = false;
}
