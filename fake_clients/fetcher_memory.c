/*
 * What was fetched in an earlier session is not fetched again, only deleted: it is told by its unique-id.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "fake_clients/fetcher_session.h"

void fetcher_read_id(struct fetcher *fetcher, struct bytes line)
{
    struct fetcher_ids *ids = &fetcher->ids;
    struct pop3_listing listing = {0};
    if (fetcher->settings->memory == NULL || !pop3_listing_read(line, &listing)) {
        return;
    }
    const struct bytes id = bytes_trim(listing.rest);
    ids->rows = mem_grow(ids->rows, ids->count, &ids->capacity, sizeof *ids->rows);
    ids->rows[ids->count++] = (struct fetcher_id){listing.number, ids->text.n, id.n};
    buf_append(&ids->text, id);
}

/* Empty: the server has not told it. */
static struct bytes id_of(const struct fetcher *fetcher, uint64_t number)
{
    const struct fetcher_ids *ids = &fetcher->ids;
    for (size_t i = 0; i < ids->count; i++) {
        if (ids->rows[i].number == number) {
            return bytes_slice(buf_bytes(&ids->text), ids->rows[i].begin,
                               ids->rows[i].begin + ids->rows[i].octets);
        }
    }
    return (struct bytes){0};
}

static bool is_known(const struct fetcher *fetcher, uint64_t number)
{
    const struct client_settings *settings = fetcher->settings;
    const struct bytes id = id_of(fetcher, number);
    return id.n > 0 && client_memory_has(settings->memory, settings->owner, id) &&
           !fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_NOT_FETCHED_AGAIN);
}

void fetcher_sort_known(struct fetcher *fetcher)
{
    uint64_t *sorted = mem_array(fetcher->number_count + 1, sizeof *sorted);
    size_t count = 0;
    for (int known = 1; known >= 0; known--) {
        for (size_t i = 0; i < fetcher->number_count; i++) {
            if (is_known(fetcher, fetcher->numbers[i]) == (known == 1)) {
                sorted[count++] = fetcher->numbers[i];
            }
        }
        fetcher->known_count = known == 1 ? count : fetcher->known_count;
    }
    free(fetcher->numbers);
    fetcher->numbers = sorted;
    fetcher->number_capacity = fetcher->number_count + 1;
    fetcher->current = fetcher->settings->keep ? fetcher->known_count : 0;
}

void fetcher_remember(struct fetcher *fetcher)
{
    const struct client_settings *settings = fetcher->settings;
    const struct fetcher_group *group = &fetcher->group;
    const size_t at = group->count > 0 ? group->begin + group->answered : fetcher->current;
    const struct bytes id =
        at < fetcher->number_count ? id_of(fetcher, fetcher->numbers[at]) : (struct bytes){0};
    if (id.n > 0) {
        client_memory_add(settings->memory, settings->owner, id);
    }
}

void fetcher_ids_deinit(struct fetcher_ids *ids)
{
    free(ids->rows);
    buf_deinit(&ids->text);
}
