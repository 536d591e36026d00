#include "model/names.h"

const char *names_get(const char *const *names, size_t count, size_t value)
{
    return value < count && names[value] != NULL ? names[value] : "?";
}

size_t names_find(const char *const *names, size_t count, struct bytes name)
{
    for (size_t i = 0; i < count; i++) {
        if (names[i] != NULL && bytes_is_nocase(name, names[i])) {
            return i;
        }
    }
    return BYTES_NONE;
}
