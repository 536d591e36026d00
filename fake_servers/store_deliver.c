/* Delivery: what there is room for, and one message into all maildrops or none. */
#include <stdlib.h>

#include "base/mem.h"
#include "fake_servers/store_inside.h"

/* Another process may give the same names for a moment, with the clock of a test also one before this. */
enum { MAX_NAME_TRIES = 100 };

/* ---- room ---- */

static bool keeps_newest(const struct maildrop *maildrop)
{
    return maildrop->name == NULL || maildrop->store->settings->keep == KEEP_NEWEST;
}

static enum store_delivery room_in(const struct maildrop *maildrop, size_t octets)
{
    size_t most = maildrop->store->settings->max_maildrop_octets;
    size_t taken = keeps_newest(maildrop) ? 0 : maildrop->octets;
    return octets <= most && taken <= most - octets ? STORE_DELIVERED : STORE_MAILDROP_FULL;
}

/* What may go to make room. */
static size_t droppable(const struct maildrop *maildrop)
{
    return keeps_newest(maildrop) ? maildrop->octets : 0;
}

static bool fits(const struct store *store, size_t dropped, size_t octets, size_t count)
{
    size_t most = store->settings->max_store_octets;
    size_t taken = store->octets - dropped;
    return taken <= most && (octets == 0 || count <= (most - taken) / octets);
}

static enum store_delivery room_for(const struct store *store, struct maildrop *const *maildrops,
                                    size_t count, size_t octets)
{
    size_t dropped = 0;
    for (size_t i = 0; i < count; i++) {
        enum store_delivery room = room_in(maildrops[i], octets);
        if (room != STORE_DELIVERED) {
            return room;
        }
        dropped += droppable(maildrops[i]);
    }
    return fits(store, dropped, octets, count) ? STORE_DELIVERED : STORE_FULL;
}

enum store_delivery maildrop_room(const struct maildrop *maildrop, size_t octets)
{
    if (maildrop->store->settings->keep == KEEP_NONE) {
        return STORE_DELIVERED;
    }
    enum store_delivery room = room_in(maildrop, octets);
    if (room == STORE_DELIVERED && !fits(maildrop->store, droppable(maildrop), octets, 1)) {
        room = STORE_FULL;
    }
    return room;
}

static void make_room_in(struct maildrop *maildrop, size_t octets)
{
    size_t most = maildrop->store->settings->max_maildrop_octets;
    while (maildrop->count > 0 && maildrop->octets > most - octets) {
        maildrop_drop_oldest(maildrop);
    }
}

/* There is room for sure once all that may go is gone. */
static void make_room(struct store *store, struct maildrop *const *maildrops, size_t count,
                      size_t octets)
{
    size_t most = store->settings->max_store_octets - octets * count;
    for (size_t i = 0; i < count; i++) {
        if (keeps_newest(maildrops[i])) {
            make_room_in(maildrops[i], octets);
        }
    }
    for (size_t i = 0; i < count && store->octets > most; i++) {
        while (keeps_newest(maildrops[i]) && maildrops[i]->count > 0 && store->octets > most) {
            maildrop_drop_oldest(maildrops[i]);
        }
    }
}

/* ---- delivery ---- */

/* Into the files of all maildrops, under one name, which the caller frees; NULL: into none. */
static char *write_files(struct store *store, struct maildrop *const *maildrops, size_t count,
                         struct bytes octets, struct error *error)
{
    const char **folders = mem_array(count, sizeof *folders);
    enum maildir_result result = MAILDIR_TAKEN;
    char *name = NULL;
    for (size_t i = 0; i < count; i++) {
        folders[i] = maildrops[i]->folder;
    }
    for (unsigned i = 0; i < MAX_NAME_TRIES && result == MAILDIR_TAKEN; i++) {
        free(name);
        name = maildir_next_name(&store->namer, clock_wall_us(&store->settings->clock));
        result = maildir_write(folders, count, name, octets, error);
    }
    free((void *)folders);
    if (result != MAILDIR_DONE) {
        free(name);
        return NULL;
    }
    return name;
}

static struct store_message *as_file(struct maildrop *maildrop, const char *name,
                                     const struct store_message *message)
{
    struct buf place = {0};
    const struct maildir_size size = store_message_size(message);
    buf_printf(&place, "new/%s", name);
    struct store_message *filed = store_message_in_file(maildrop, buf_text(&place), &size);
    if (message->envelope != NULL) {
        store_message_set_envelope(filed, message->envelope->reverse_path,
                                   (const char *const *)message->envelope->forward_paths,
                                   message->envelope->count);
    }
    buf_deinit(&place);
    return filed;
}

static int put(struct store *store, struct maildrop *const *maildrops, size_t count,
               struct store_message *message, struct error *error)
{
    char *name = NULL;
    if (store->folder != NULL) {
        name = write_files(store, maildrops, count, bytes_make(message->p, message->n), error);
        if (name == NULL) {
            return -1;
        }
    }
    make_room(store, maildrops, count, message->n);
    for (size_t i = 0; i < count; i++) {
        maildrop_append(maildrops[i], name != NULL ? as_file(maildrops[i], name, message)
                                                   : store_message_ref(message));
    }
    free(name);
    return 0;
}

enum store_delivery store_deliver(struct store *store, struct maildrop *const *maildrops,
                                  size_t count, struct store_message *message, struct error *error)
{
    if (store->settings->keep != KEEP_NONE && count > 0) {
        enum store_delivery room = room_for(store, maildrops, count, message->n);
        if (room != STORE_DELIVERED) {
            return room;
        }
        if (put(store, maildrops, count, message, error) != 0) {
            return STORE_FAILED;
        }
    }
    store->delivered += !message->is_counted;
    message->is_counted = true;
    return STORE_DELIVERED;
}

bool maildrop_add(struct maildrop *maildrop, struct store_message *message)
{
    return store_deliver(maildrop->store, &maildrop, 1, message, NULL) == STORE_DELIVERED;
}

uint64_t store_delivered(const struct store *store)
{
    return store->delivered;
}
