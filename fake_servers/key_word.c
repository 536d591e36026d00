#include "fake_servers/key_word.h"

#include <string.h>

bool key_word_has_stage(enum stage stage)
{
    static const bool has[STAGE_COUNT] = {
        [STAGE_MAIL] = true, [STAGE_RCPT] = true, [STAGE_DATA] = true, [STAGE_END_OF_DATA] = true,
        [STAGE_BDAT] = true, [STAGE_VRFY] = true, [STAGE_EXPN] = true, [STAGE_NOOP] = true,
        [STAGE_RSET] = true, [STAGE_QUIT] = true, [STAGE_AUTH] = true,
    };
    return has[stage];
}

bool key_word_read(struct bytes local_part, enum stage *stage_r, struct asked_reply *reply_r)
{
    struct bytes rest = local_part;
    struct bytes stage;
    struct bytes word;
    struct bytes status = {0};
    if (!bytes_next(&rest, '+', &stage) || !bytes_next(&rest, '+', &word) ||
        !stage_find(stage, stage_r) || !key_word_has_stage(*stage_r) ||
        !reply_read_word(word, reply_r)) {
        return false;
    }
    bool has_status = bytes_next(&rest, '+', &status);
    if ((reply_r->form == REPLY_OF_SMTP && word.n != 3) || rest.p != NULL) {
        return false;
    }
    if (has_status && (!reply_is_status(status) || status.n > REPLY_STATUS_MAX ||
                       reply_r->form != REPLY_OF_SMTP)) {
        return false;
    }
    memcpy(reply_r->status, status.p != NULL ? (const char *)status.p : "", status.n);
    return true;
}
