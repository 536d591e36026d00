#include "base/octet_count.h"

/* count = 1*DIGIT [ "k" / "M" / "G" ] */
bool octet_count_read(struct bytes text, uint64_t *count_r)
{
    static const char units[] = "kMG";
    uint64_t number = 0;
    unsigned shift = 0;
    for (unsigned i = 0; units[i] != '\0' && text.n > 0; i++) {
        if (octet_lower(text.p[text.n - 1]) == octet_lower((unsigned char)units[i])) {
            shift = 10 * (i + 1);
        }
    }
    if (!bytes_to_u64(shift > 0 ? bytes_slice(text, 0, text.n - 1) : text, &number) ||
        number > UINT64_MAX >> 32) {
        return false;
    }
    *count_r = number << shift;
    return true;
}
