#include "judge/sasl_text.h"

#include "base/base64.h"

bool sasl_text_is_base64(struct bytes text)
{
    struct buf drop = {0};
    const unsigned defects = base64_decode(&drop, text);
    buf_deinit(&drop);
    return (defects & ~(unsigned)BASE64_LOOSE_BITS) == 0;
}

bool sasl_text_is_response(struct bytes text)
{
    return bytes_is(text, "*") || sasl_text_is_base64(text);
}

bool sasl_text_response_is_broken(const struct wire_line *line)
{
    return (line->defects & WIRE_CUT) == 0 && !sasl_text_is_response(line->text);
}

bool sasl_text_auth_is_broken(const struct wire_line *line, struct bytes argument)
{
    struct bytes initial;
    return (line->defects & WIRE_CUT) == 0 && sasl_text_initial(argument, &initial) &&
           !bytes_is(initial, "=") && !sasl_text_is_base64(initial);
}

bool sasl_text_initial(struct bytes argument, struct bytes *initial_r)
{
    const size_t blank = bytes_index(argument, ' ', 0);
    *initial_r = blank == BYTES_NONE ? (struct bytes){0} : bytes_skip(argument, blank + 1);
    return initial_r->n > 0;
}
