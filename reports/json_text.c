#include "reports/json_text.h"

#include <stdlib.h>

#include "reports/show.h"

json_t *json_text(const char *text)
{
    if (text == NULL) {
        return json_null();
    }
    struct buf shown = {0};
    show_text(&shown, text);
    json_t *string = json_string(buf_text(&shown));
    buf_deinit(&shown);
    return string;
}

json_t *json_texts(const char *const *texts, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(array, json_text(texts[i]));
    }
    return array;
}

void json_print(struct buf *out, const json_t *value, unsigned digits)
{
    char *text = json_dumps(value, JSON_INDENT(2) | JSON_REAL_PRECISION(digits));
    buf_append_text(out, text != NULL ? text : "null");
    buf_append_octet(out, '\n');
    free(text);
}
