#include "proto/defect_names.h"

void defect_names_print(struct buf *out, unsigned defects, const char *const *names, size_t count)
{
    const char *separator = "";
    for (size_t i = 0; i < count; i++) {
        if ((defects & (1U << i)) == 0) {
            continue;
        }
        buf_append_text(out, separator);
        buf_append_text(out, names[i]);
        separator = ", ";
    }
}
