#include "fake_servers/smtp_outbox.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct onward {
    const char *path;
    size_t place; /* in the order of the RCPTs */
    bool of_list;
};

/* ---- each path once ---- */

static int compare_places(const void *a, const void *b)
{
    const struct onward *left = a;
    const struct onward *right = b;
    return (left->place > right->place) - (left->place < right->place);
}

/* Of those that are alike, what the client has named stands before what lists have. */
static int compare_paths(const void *a, const void *b)
{
    const struct onward *left = a;
    const struct onward *right = b;
    int order = strcmp(left->path, right->path);
    if (order == 0) {
        order = (int)left->of_list - (int)right->of_list;
    }
    return order != 0 ? order : compare_places(a, b);
}

/* The first of those that are alike stays; returns how many are left. */
static size_t drop_repeated(struct onward *onward, size_t count)
{
    size_t kept = 0;
    qsort(onward, count, sizeof *onward, compare_paths);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || strcmp(onward[kept - 1].path, onward[i].path) != 0) {
            onward[kept++] = onward[i];
        }
    }
    qsort(onward, kept, sizeof *onward, compare_places);
    return kept;
}

static struct onward *list_paths(const struct smtp_transaction *transaction, size_t *count_r)
{
    struct onward *onward = NULL;
    size_t count = 0;
    size_t capacity = 0;
    for (size_t i = 0; i < transaction->recipient_count; i++) {
        const struct smtp_recipient *recipient = &transaction->recipients[i];
        for (size_t k = 0; k < recipient->onward_count; k++) {
            onward = mem_grow(onward, count, &capacity, sizeof *onward);
            onward[count] = (struct onward){recipient->onward[k], count, recipient->is_list};
            count++;
        }
    }
    *count_r = count > 0 ? drop_repeated(onward, count) : 0;
    return onward;
}

/* ---- envelopes ---- */

/* The target of what lists send there, where there is another one. */
static void drop_target_of_lists(struct smtp_session *session)
{
    struct smtp_transaction *transaction = &session->transaction;
    struct smtp_target *of_list = NULL;
    bool has_other = false;
    for (size_t i = 0; i < transaction->target_count; i++) {
        struct smtp_target *target = &transaction->targets[i];
        if (target->maildrop == store_outbox(session->store)) {
            of_list = target->of_list ? target : of_list;
            has_other |= !target->of_list;
        }
    }
    if (of_list != NULL && has_other) {
        struct smtp_target *last = &transaction->targets[--transaction->target_count];
        memmove(of_list, of_list + 1, (size_t)(last - of_list) * sizeof *last);
    }
}

/* The paths that a list has led to, or the others; returns how many there are. */
static size_t write_envelope(struct store_message *message, const char *reverse_path,
                             const struct onward *onward, size_t count, bool of_list)
{
    const char **paths = mem_array(count + 1, sizeof *paths);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (onward[i].of_list == of_list) {
            paths[n++] = onward[i].path;
        }
    }
    if (n > 0) {
        store_message_set_envelope(message, reverse_path, paths, n);
    }
    free((void *)paths);
    return n;
}

void smtp_outbox_address(struct smtp_session *session, struct store_message *direct,
                         struct store_message *of_list, const char *keeper)
{
    const char *reverse_path = session->transaction.reverse_path; /* NULL with a fault alone */
    size_t count = 0;
    struct onward *onward = list_paths(&session->transaction, &count);
    for (size_t i = 0; i < count && of_list == NULL; i++) {
        onward[i].of_list = false;
    }
    write_envelope(direct, reverse_path != NULL ? reverse_path : "", onward, count, false);
    if (of_list == NULL || write_envelope(of_list, keeper, onward, count, true) == 0) {
        drop_target_of_lists(session);
    }
    free(onward);
}
