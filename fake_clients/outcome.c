#include "fake_clients/outcome.h"

/* More is told by nobody in earnest. */
enum { LONGEST_TEXT = 2000 };

void client_reply_print(struct buf *out, const struct smtp_reply *reply)
{
    const size_t begin = out->n;
    for (size_t i = 0; i < reply->count; i++) {
        const struct bytes text = bytes_trim(reply->lines[i].text);
        if (i == 0 && reply->lines[i].code > 0) {
            buf_printf(out, "%03u", reply->lines[i].code);
        }
        if (text.n > 0) {
            buf_append_text(out, out->n > begin ? " " : "");
            buf_append(out, bytes_slice(text, 0, LONGEST_TEXT));
        }
        if (out->n - begin > LONGEST_TEXT) {
            break;
        }
    }
}

void client_outcome_set(struct client_outcome *outcome, enum client_result result,
                        const struct smtp_reply *reply)
{
    outcome->is_told = true;
    outcome->result = result;
    buf_clear(&outcome->text);
    client_reply_print(&outcome->text, reply);
}

void client_outcome_deinit(struct client_outcome *outcome)
{
    buf_deinit(&outcome->text);
}

void client_trouble_set(struct buf *trouble, const char *format, ...)
{
    va_list args;
    if (trouble->n > 0) {
        return;
    }
    va_start(args, format);
    buf_vprintf(trouble, format, args);
    va_end(args);
}
