#include "auth/prepare.h"

#include <gsasl.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

static bool is_utf8(struct bytes text)
{
    while (text.n > 0) {
        uint32_t code_point = 0;
        size_t length = utf8_read(text, &code_point);
        if (length == 0 || code_point == 0) {
            return false;
        }
        text = bytes_skip(text, length);
    }
    return true;
}

char *prepare_text(struct bytes text, bool stored)
{
    if (text.n > PREPARE_MAX || !is_utf8(text)) {
        return NULL;
    }
    struct buf ended = {0};
    buf_append(&ended, text);
    char *prepared = NULL;
    char *own = NULL;
    if (gsasl_saslprep(buf_text(&ended), stored ? 0 : GSASL_ALLOW_UNASSIGNED, &prepared, NULL) ==
        GSASL_OK) {
        own = mem_strdup(prepared);
        gsasl_free(prepared);
    }
    buf_deinit(&ended);
    return own;
}
