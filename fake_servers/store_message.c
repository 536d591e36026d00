/* Messages: octets in memory, or a file that is read when it is asked for. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "fake_servers/store_inside.h"

enum { MAX_UNIQUE_ID_OCTETS = 70 };

static bool ends_line(struct bytes content)
{
    return content.n == 0 || bytes_ends(content, "\n");
}

/* RFC 1939 section 3: each line of a response ends in CRLF: a bare LF goes out as one, and the last line gets one that lacks it. */
static size_t pop3_octets(struct bytes content)
{
    size_t octets = content.n + (ends_line(content) ? 0 : 2);
    for (size_t at = bytes_index(content, '\n', 0); at != BYTES_NONE;
         at = bytes_index(content, '\n', at + 1)) {
        octets += at == 0 || content.p[at - 1] != '\r';
    }
    return octets;
}

/* A buffer grows in great steps; what it has too much of is given back. */
struct store_message *store_message_new(struct buf *content)
{
    struct store_message *message = mem_alloc(sizeof *message);
    message->references = 1;
    message->n = content->n;
    message->pop3_octets = pop3_octets(buf_bytes(content));
    message->p = mem_resize(buf_steal(content), message->n, 1);
    return message;
}

struct maildir_size store_message_size(const struct store_message *message)
{
    bool is_ended = ends_line(bytes_make(message->p, message->n));
    return (struct maildir_size){
        .octets = message->n,
        .bare_lfs = message->pop3_octets - message->n - (is_ended ? 0 : 2),
        .ends_line = is_ended,
    };
}

struct store_message *store_message_in_file(struct maildrop *maildrop, const char *place,
                                            const struct maildir_size *size)
{
    struct store_message *message = mem_alloc(sizeof *message);
    message->references = 1;
    message->n = size->octets;
    message->pop3_octets = size->octets + size->bare_lfs + (size->ends_line ? 0 : 2);
    message->file = mem_alloc(sizeof *message->file);
    message->file->store = maildrop->store;
    message->file->folder = maildrop->folder;
    message->file->place = mem_strdup(place);
    return message;
}

struct store_message *store_message_ref(struct store_message *message)
{
    message->references++;
    return message;
}

static void drop_envelope(struct store_message *message)
{
    struct store_envelope *envelope = message->envelope;
    message->envelope = NULL;
    if (envelope == NULL) {
        return;
    }
    for (size_t i = 0; i < envelope->count; i++) {
        free(envelope->forward_paths[i]);
    }
    free((void *)envelope->forward_paths);
    free(envelope->reverse_path);
    free(envelope);
}

void store_message_set_envelope(struct store_message *message, const char *reverse_path,
                                const char *const *forward_paths, size_t count)
{
    struct store_envelope *envelope = mem_alloc(sizeof *envelope);
    envelope->reverse_path = mem_strdup(reverse_path);
    envelope->forward_paths = mem_array(count, sizeof(char *));
    envelope->count = count;
    for (size_t i = 0; i < count; i++) {
        envelope->forward_paths[i] = mem_strdup(forward_paths[i]);
    }
    drop_envelope(message);
    message->envelope = envelope;
}

static void file_free(struct store_file *file)
{
    if (file != NULL && file->is_dropped) {
        maildir_remove(file->folder, file->place, NULL);
    }
    if (file != NULL) {
        free(file->place);
    }
    free(file);
}

void store_message_unref(struct store_message **message_p)
{
    struct store_message *message = *message_p;
    *message_p = NULL;
    if (message == NULL || --message->references > 0) {
        return;
    }
    if (message->source != NULL) {
        message->source->file->loaded = NULL;
        store_release(message->source->file->store, message->n);
        store_message_unref(&message->source);
    }
    file_free(message->file);
    drop_envelope(message);
    free(message->p);
    free(message);
}

void store_message_drop_file(struct store_message *message)
{
    if (message->file != NULL) {
        message->file->is_dropped = true;
    }
}

/* ---- from a file ---- */

/* Another program may have moved it from new/ to cur/ or changed its flags. */
static int read_wherever(struct store_file *file, unsigned char *p, size_t n, struct error *error)
{
    if (maildir_read(file->folder, file->place, p, n, error) == 0) {
        return 0;
    }
    char *place = maildir_find(file->folder, maildir_base(file->place));
    if (place == NULL) {
        return -1;
    }
    free(file->place);
    file->place = place;
    return maildir_read(file->folder, place, p, n, error);
}

struct store_message *store_message_load(struct store_message *message, struct error *error)
{
    struct store_file *file = message->file;
    if (file == NULL) {
        return store_message_ref(message);
    }
    if (file->loaded != NULL) {
        return store_message_ref(file->loaded);
    }
    if (!store_hold(file->store, message->n)) {
        error_set(error, "too many octets are held at a time");
        return NULL;
    }
    struct store_message *loaded = mem_alloc(sizeof *loaded);
    *loaded = (struct store_message){
        .references = 1,
        .p = mem_alloc(message->n),
        .n = message->n,
        .pop3_octets = message->pop3_octets,
        .source = store_message_ref(message),
    };
    file->loaded = loaded;
    int status = read_wherever(file, loaded->p, loaded->n, error);
    /* What was told by LIST must be what is sent. */
    if (status == 0 && pop3_octets(bytes_make(loaded->p, loaded->n)) != loaded->pop3_octets) {
        status =
            error_set(error, "%s/%s is another message than before", file->folder, file->place);
    }
    file->is_changed = status != 0;
    if (status != 0) {
        store_message_unref(&loaded);
    }
    return loaded;
}

/* ---- unique-ids ---- */

static bool is_unique_id(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < 0x21 || text.p[i] > 0x7E) {
            return false;
        }
    }
    return text.n >= 1 && text.n <= MAX_UNIQUE_ID_OCTETS;
}

/* FNV-1a; with two beginnings two numbers that have nothing to do with each other. */
static uint64_t hash(struct bytes text, uint64_t begin)
{
    for (size_t i = 0; i < text.n; i++) {
        begin = (begin ^ text.p[i]) * UINT64_C(0x100000001B3);
    }
    return begin;
}

void store_print_unique_id(const struct store *store, const struct store_message *message,
                           uint64_t number, struct buf *out)
{
    struct bytes base =
        message->file != NULL ? maildir_base(message->file->place) : (struct bytes){0};
    if (message->file == NULL) {
        buf_printf(out, "%" PRIx64 ".%" PRIu64, store_epoch(store), number);
    } else if (is_unique_id(base)) {
        buf_append(out, base);
    } else {
        buf_printf(out, "%016" PRIx64 "%016" PRIx64, hash(base, UINT64_C(0xCBF29CE484222325)),
                   hash(base, UINT64_C(0x9E3779B97F4A7C15)));
    }
}
