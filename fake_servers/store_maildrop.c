/* One maildrop: its entries, in the order in which they came, and its lock. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fake_servers/store_inside.h"

struct maildrop *maildrop_new(struct store *store, const char *folder_name)
{
    struct maildrop *maildrop = mem_alloc(sizeof *maildrop);
    maildrop->store = store;
    maildrop->last_login_us = -1;
    if (store->folder != NULL) {
        struct buf folder = {0};
        buf_printf(&folder, "%s/%s", store->folder, folder_name);
        maildrop->folder = buf_steal(&folder);
    }
    return maildrop;
}

void maildrop_free(struct maildrop *maildrop)
{
    for (size_t i = 0; i < maildrop->count; i++) {
        store_message_unref(&maildrop->entries[maildrop->first + i].message);
    }
    if (maildrop->folder != NULL) {
        maildir_sweep(maildrop->folder, &maildrop->store->namer);
    }
    free(maildrop->entries);
    free(maildrop->folder);
    free(maildrop->name);
    free(maildrop->secret);
    free(maildrop->address);
    free(maildrop->timestamp);
    free(maildrop);
}

const struct server_user *maildrop_user(const struct maildrop *maildrop)
{
    return maildrop->name != NULL ? &maildrop->user : NULL;
}

size_t maildrop_count(const struct maildrop *maildrop)
{
    return maildrop->count;
}

const struct maildrop_entry *maildrop_entry(const struct maildrop *maildrop, size_t index)
{
    assert(index < maildrop->count);
    return &maildrop->entries[maildrop->first + index];
}

/* ---- entries ---- */

/* Where half of the room is used up by entries that are gone, the others move to the front. */
static void close_gap(struct maildrop *maildrop)
{
    if (maildrop->first > 0 && maildrop->first >= maildrop->capacity / 2) {
        memmove(maildrop->entries, maildrop->entries + maildrop->first,
                maildrop->count * sizeof *maildrop->entries);
        maildrop->first = 0;
    }
}

static uint64_t next_number(const struct maildrop *maildrop)
{
    const struct store *store = maildrop->store;
    if (!fault_is_on(&store->settings->faults, FAULT_POP3_UIDL_NOT_REUSED_2)) {
        return store_next_number(maildrop->store);
    }
    return maildrop->count > 0 ? maildrop_entry(maildrop, maildrop->count - 1)->number + 1 : 1;
}

void maildrop_append(struct maildrop *maildrop, struct store_message *message)
{
    close_gap(maildrop);
    size_t end = maildrop->first + maildrop->count;
    maildrop->entries =
        mem_grow(maildrop->entries, end, &maildrop->capacity, sizeof *maildrop->entries);
    maildrop->entries[end] = (struct maildrop_entry){message, next_number(maildrop)};
    maildrop->count++;
    maildrop->octets += message->n;
    maildrop->store->octets += message->n;
}

static void forget(struct maildrop *maildrop, struct maildrop_entry *entry)
{
    maildrop->octets -= entry->message->n;
    maildrop->store->octets -= entry->message->n;
    store_message_unref(&entry->message);
}

void maildrop_drop_oldest(struct maildrop *maildrop)
{
    assert(maildrop->count > 0);
    struct maildrop_entry *oldest = &maildrop->entries[maildrop->first++];
    maildrop->count--;
    store_message_drop_file(oldest->message);
    forget(maildrop, oldest);
}

void maildrop_keep_only(struct maildrop *maildrop,
                        bool (*is_kept)(void *self, const struct maildrop_entry *entry), void *self)
{
    size_t end = maildrop->first + maildrop->count;
    size_t kept = maildrop->first;
    for (size_t i = maildrop->first; i < end; i++) {
        if (is_kept(self, &maildrop->entries[i])) {
            maildrop->entries[kept++] = maildrop->entries[i];
        } else {
            forget(maildrop, &maildrop->entries[i]);
        }
    }
    maildrop->count = kept - maildrop->first;
}

/* ---- removing ---- */

struct removal {
    const uint64_t *numbers;
    size_t count;
    size_t next; /* both are in ascending order, so one pass is enough */
};

static bool is_named(struct removal *removal, const struct maildrop_entry *entry)
{
    while (removal->next < removal->count && removal->numbers[removal->next] < entry->number) {
        removal->next++;
    }
    return removal->next < removal->count && removal->numbers[removal->next] == entry->number;
}

/* A file that is not there may have been moved by another program; one look at the folder tells so for all. */
static int remove_files(struct maildrop *maildrop, struct removal removal, struct error *error)
{
    bool has_looked = false;
    int status = 0;
    for (size_t i = 0; i < maildrop->count; i++) {
        struct maildrop_entry *entry = &maildrop->entries[maildrop->first + i];
        struct store_file *file = entry->message->file;
        if (file == NULL || !is_named(&removal, entry)) {
            continue;
        }
        int found = maildir_remove(file->folder, file->place, error);
        if (found == 1 && !has_looked) {
            has_looked = true;
            maildrop_find_moved(maildrop);
            found = maildir_remove(file->folder, file->place, error);
        }
        file->is_marked = found < 0;
        status = found < 0 ? -1 : status;
    }
    return status;
}

static bool survives(void *self, const struct maildrop_entry *entry)
{
    const struct store_file *file = entry->message->file;
    return !is_named(self, entry) || (file != NULL && file->is_marked);
}

int maildrop_remove(struct maildrop *maildrop, const uint64_t *numbers, size_t count,
                    struct error *error)
{
    struct removal removal = {.numbers = numbers, .count = count};
    int status = remove_files(maildrop, removal, error);
    maildrop_keep_only(maildrop, survives, &removal);
    return status;
}

/* ---- sessions ---- */

uint64_t maildrop_updates(const struct maildrop *maildrop)
{
    return maildrop->updates;
}

void maildrop_count_update(struct maildrop *maildrop)
{
    maildrop->updates++;
}

int64_t maildrop_last_login_us(const struct maildrop *maildrop)
{
    return maildrop->last_login_us;
}

void maildrop_note_login(struct maildrop *maildrop, int64_t monotonic_us)
{
    maildrop->last_login_us = monotonic_us;
}

const char *maildrop_timestamp(const struct maildrop *maildrop)
{
    return maildrop->timestamp;
}

void maildrop_keep_timestamp(struct maildrop *maildrop, const char *timestamp)
{
    free(maildrop->timestamp);
    maildrop->timestamp = mem_strdup(timestamp);
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
