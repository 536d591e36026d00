#include "base/duration.h"

#define LONGEST_MS (UINT64_C(24) * 60 * 60 * 1000)

static const struct unit {
    const char *name;
    uint64_t ms;
} units[] = {
    {"ms", 1      },
    {"s",  1000   },
    {"m",  60000  },
    {"h",  3600000}
};

/* duration = 1*DIGIT ( "ms" / "s" / "m" / "h" ) */
bool duration_read(struct bytes text, int64_t *ms_r)
{
    size_t digits = 0;
    while (digits < text.n && octet_is_digit(text.p[digits])) {
        digits++;
    }
    uint64_t number = 0;
    if (!bytes_to_u64(bytes_slice(text, 0, digits), &number) || number > LONGEST_MS) {
        return false;
    }
    struct bytes name = bytes_skip(text, digits);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (bytes_is(name, units[i].name) && number * units[i].ms <= LONGEST_MS) {
            *ms_r = (int64_t)(number * units[i].ms);
            return true;
        }
    }
    return false;
}
