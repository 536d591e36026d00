#include "reports/reporter.h"

#include "reports/kinds.h"

static const struct reporter_kind *const kinds[] = {&report_console, &report_tap, &report_tap13,
                                                    &report_junit, &report_json};

const struct reporter_kind *reporter_at(size_t i)
{
    return i < sizeof kinds / sizeof kinds[0] ? kinds[i] : NULL;
}

const struct reporter_kind *reporter_find(const char *name)
{
    for (size_t i = 0; reporter_at(i) != NULL; i++) {
        if (bytes_is(bytes_of(name), kinds[i]->name)) {
            return kinds[i];
        }
    }
    return NULL;
}
