#include "model/loss.h"

#include <assert.h>

#include "model/names.h"

static const char *const names[] = {
    [LOSS_NONE] = "none",       [LOSS_WENT_AWAY] = "went-away", [LOSS_HANGS] = "hangs",
    [LOSS_DIED] = "died",       [LOSS_RESET] = "reset",         [LOSS_CLOSED] = "closed",
    [LOSS_SILENT] = "no-reply", [LOSS_SUSPECT] = "suspect",
};
static_assert(NAMES_COUNT(names) == LOSS_COUNT, "a name for each loss");

static const char *const words[] = {
    [LOSS_NONE] = "",
    [LOSS_WENT_AWAY] = "went away",
    [LOSS_HANGS] = "hangs",
    [LOSS_DIED] = "its process ended",
    [LOSS_RESET] = "reset the connection",
    [LOSS_CLOSED] = "closed the connection",
    [LOSS_SILENT] = "no reply",
    [LOSS_SUSPECT] = "was there",
};
static_assert(NAMES_COUNT(words) == LOSS_COUNT, "words for each loss");

const char *loss_name(enum loss loss)
{
    return names_get(names, LOSS_COUNT, loss);
}

bool loss_from_name(struct bytes name, enum loss *loss_r)
{
    size_t i = names_find(names, LOSS_COUNT, name);
    if (i == BYTES_NONE) {
        return false;
    }
    *loss_r = (enum loss)i;
    return true;
}

const char *loss_words(enum loss loss)
{
    return names_get(words, LOSS_COUNT, loss);
}
