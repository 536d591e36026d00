#include "auth/prepare.h"

#include <gsasl.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/escape.h"
#include "base/mem.h"

/*
 * Unassigned code points pass with one value of the flag and not with the other; libgsasl 2.2.0 has them the wrong way round,
 * so both are tried.
 */
static char *prepare(const char *text)
{
    static const Gsasl_saslprep_flags flags[] = {GSASL_ALLOW_UNASSIGNED, (Gsasl_saslprep_flags)0};
    char *own = NULL;
    for (size_t i = 0; own == NULL && i < sizeof flags / sizeof flags[0]; i++) {
        char *prepared = NULL;
        if (gsasl_saslprep(text, flags[i], &prepared, NULL) == GSASL_OK) {
            own = mem_strdup(prepared);
            gsasl_free(prepared);
        }
    }
    return own;
}

char *prepare_text(struct bytes text)
{
    if (text.n > PREPARE_MAX || !escape_is_utf8(text) || bytes_index(text, '\0', 0) != BYTES_NONE) {
        return NULL;
    }
    struct buf ended = {0};
    buf_append(&ended, text);
    char *prepared = prepare(buf_text(&ended));
    buf_deinit(&ended);
    return prepared;
}
