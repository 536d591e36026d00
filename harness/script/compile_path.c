/*
 * compile_path - a path that a dialogue writes without its angle brackets, and wants to see accepted
 *
 * Path = "<" [ A-d-l ":" ] Mailbox ">"     ; RFC 5321 4.1.2
 *
 * A case may well try what a server says to that. One that has nothing but an acceptance for it was written by mistake.
 */
#include "script/compiler.h"

static bool accepts_only(const struct reply *reply)
{
    for (size_t i = 0; i < reply->code_count; i++) {
        if (reply->codes[i].code[0] != '2') {
            return false;
        }
    }
    return reply->code_count > 0;
}

void compile_path(struct compiler *compiler, const struct outstanding *command,
                  const struct reply *reply)
{
    struct buf literal = {0};
    bool has_path = command->kind == OUTSTANDING_COMMAND &&
                    (command->verb == VERB_MAIL || command->verb == VERB_RCPT);
    if (has_path && accepts_only(reply) && text_literal(&command->text, &literal)) {
        struct bytes text = buf_bytes(&literal);
        size_t colon = bytes_index(text, ':', 0);
        size_t begin = colon == BYTES_NONE ? text.n : colon + 1;
        while (begin < text.n && text.p[begin] == ' ') {
            begin++;
        }
        if (begin < text.n && text.p[begin] != '<') {
            problems_warning(compiler->problems, text_place(&command->text, begin, text.n - begin),
                             "a path stands in angle brackets: expected \"<\"");
        }
    }
    buf_deinit(&literal);
}
