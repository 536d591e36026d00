/* What stands in a maildrop's folder, compared with what was known: other programs add, move and remove, too. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fake_servers/store_inside.h"

struct places {
    char **places;
    size_t count;
    size_t capacity;
};

static void collect(void *self, const char *place)
{
    struct places *found = self;
    found->places = mem_grow((void *)found->places, found->count, &found->capacity, sizeof(char *));
    found->places[found->count++] = mem_strdup(place);
}

static void places_free(struct places *found)
{
    for (size_t i = 0; i < found->count; i++) {
        free(found->places[i]);
    }
    free((void *)found->places);
}

/* By base, which begins with the time; where two have one base, new/ comes behind cur/. */
static int compare_places(const void *a, const void *b)
{
    const char *left = *(const char *const *)a;
    const char *right = *(const char *const *)b;
    int order = bytes_compare(maildir_base(left), maildir_base(right));
    return order != 0 ? order : strcmp(left, right);
}

static int compare_files(const void *a, const void *b)
{
    const struct store_file *left = *(const struct store_file *const *)a;
    const struct store_file *right = *(const struct store_file *const *)b;
    return bytes_compare(maildir_base(left->place), maildir_base(right->place));
}

/* The files of all entries in the order of their bases, unmarked. */
static struct store_file **known_files(const struct maildrop *maildrop)
{
    struct store_file **files = mem_array(maildrop->count + 1, sizeof(struct store_file *));
    for (size_t i = 0; i < maildrop->count; i++) {
        files[i] = maildrop_entry(maildrop, i)->message->file;
        files[i]->is_marked = false;
    }
    qsort((void *)files, maildrop->count, sizeof(struct store_file *), compare_files);
    return files;
}

static void note_place(struct store_file *file, const char *place)
{
    if (strcmp(file->place, place) != 0) {
        free(file->place);
        file->place = mem_strdup(place);
    }
}

/*
 * Both are sorted by base. Files that are known are marked, and their places brought up to date; of the others, and of those that
 * somebody has changed, the places are moved to the front of `found`: returns how many.
 */
static size_t match(struct store_file **files, size_t count, struct places *found)
{
    size_t fresh = 0;
    size_t at = 0;
    struct bytes last = {0};
    for (size_t i = 0; i < found->count; i++) {
        struct bytes base = maildir_base(found->places[i]);
        while (at < count && bytes_compare(maildir_base(files[at]->place), base) < 0) {
            at++;
        }
        bool is_known = at < count && bytes_equal(maildir_base(files[at]->place), base);
        if (is_known) {
            files[at]->is_marked = !files[at]->is_changed;
            note_place(files[at], found->places[i]);
        }
        if ((!is_known || files[at]->is_changed) && (!bytes_equal(base, last) || last.n == 0)) {
            char *place = found->places[i];
            found->places[i] = found->places[fresh];
            found->places[fresh++] = place;
            last = maildir_base(place);
        }
    }
    return fresh;
}

static int look(struct maildrop *maildrop, struct places *found, size_t *fresh_r,
                struct error *error)
{
    if (maildir_scan(maildrop->folder, collect, found, error) != 0) {
        return -1;
    }
    if (found->count > 0) {
        qsort((void *)found->places, found->count, sizeof(char *), compare_places);
    }
    struct store_file **files = known_files(maildrop);
    *fresh_r = match(files, maildrop->count, found);
    free((void *)files);
    return 0;
}

void maildrop_find_moved(struct maildrop *maildrop)
{
    struct places found = {0};
    size_t fresh = 0;
    look(maildrop, &found, &fresh, NULL);
    places_free(&found);
}

static bool is_there(void *self, const struct maildrop_entry *entry)
{
    (void)self;
    return entry->message->file->is_marked;
}

/* What is no file, or cannot be read, is no message. */
static void add_fresh(struct maildrop *maildrop, const struct places *found, size_t fresh)
{
    struct maildir_size size;
    for (size_t i = 0; i < fresh; i++) {
        if (maildir_measure(maildrop->folder, found->places[i], &size, NULL) == 0) {
            maildrop_append(maildrop, store_message_in_file(maildrop, found->places[i], &size));
        }
    }
}

int maildrop_refresh(struct maildrop *maildrop, struct error *error)
{
    struct places found = {0};
    size_t fresh = 0;
    if (maildrop->folder == NULL) {
        return 0;
    }
    int status = look(maildrop, &found, &fresh, error);
    if (status == 0) {
        maildrop_keep_only(maildrop, is_there, NULL);
        add_fresh(maildrop, &found, fresh);
    }
    places_free(&found);
    return status;
}
