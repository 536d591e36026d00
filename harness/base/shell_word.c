#include "base/shell_word.h"

#include <string.h>

void shell_word_append(struct buf *out, const char *word)
{
    if (word[0] != '\0' && word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                             "0123456789_@%+=:,./-")] == '\0') {
        buf_append_text(out, word);
        return;
    }
    buf_append_octet(out, '\'');
    for (const char *p = word; *p != '\0'; p++) {
        if (*p == '\'') {
            buf_append_text(out, "'\\''");
        } else {
            buf_append_octet(out, (unsigned char)*p);
        }
    }
    buf_append_octet(out, '\'');
}
