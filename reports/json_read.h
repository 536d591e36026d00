/*
 * json_read - members of JSON objects that somebody else wrote, each with its type checked
 *
 * The first thing that is wrong is kept and named by its place ("cases[3].place.line: ..."); whatever is read after it is zero, so that
 * a reader asks at the end only. Strings are copied into the arena.
 */
#ifndef MAILSPEC_REPORTS_JSON_READ_H
#define MAILSPEC_REPORTS_JSON_READ_H

#include <jansson.h>

#include "base/arena.h"
#include "base/error.h"

struct json_reader {
    struct arena *arena;
    struct error *error;
    bool failed;
};

/* An object and what it is called in messages. */
struct json_part {
    const json_t *object;
    const char *name;
};

/* What is wrong with `member` ("" for the part itself): "NAME.MEMBER: expected WANTED". */
void json_read_fail(struct json_reader *reader, struct json_part part, const char *member,
                    const char *wanted);
/* The part that is that member. json_read_part_or_null(): its object is NULL for null or where it is absent. */
struct json_part json_read_part(struct json_reader *reader, struct json_part part,
                                const char *member);
struct json_part json_read_part_or_null(struct json_reader *reader, struct json_part part,
                                        const char *member);
/* An array; NULL when it is none. */
const json_t *json_read_array(struct json_reader *reader, struct json_part part,
                              const char *member);
/* Item `i` of the array that is that member. */
struct json_part json_read_item(struct json_reader *reader, struct json_part part,
                                const char *member, size_t i);
const char *json_read_text(struct json_reader *reader, struct json_part part, const char *member);
/* NULL for null, and where it is absent. */
const char *json_read_text_or_null(struct json_reader *reader, struct json_part part,
                                   const char *member);
const char *const *json_read_texts(struct json_reader *reader, struct json_part part,
                                   const char *member, size_t *count_r);
/* From 0 to `max`; `json_read_count_or` is `otherwise` for null, and where it is absent. */
size_t json_read_count(struct json_reader *reader, struct json_part part, const char *member,
                       size_t max);
size_t json_read_count_or(struct json_reader *reader, struct json_part part, const char *member,
                          size_t max, size_t otherwise);
bool json_read_bool(struct json_reader *reader, struct json_part part, const char *member);
/* False where it is absent. */
bool json_read_mark(struct json_reader *reader, struct json_part part, const char *member);
/* Milliseconds, as microseconds. */
int64_t json_read_ms(struct json_reader *reader, struct json_part part, const char *member);
/* The octets behind that member's "base64". */
struct bytes json_read_base64(struct json_reader *reader, struct json_part part);

#endif
