/*
 * bytes - a view of octets that somebody else owns
 *
 * All wire data is passed as struct bytes or kept in struct buf; char * is only for program text
 * that we wrote ourselves. A view may hold any octet, NUL included, and is valid as long as what
 * it points into. The empty view may have a null pointer.
 */
#ifndef MAILSPEC_BASE_BYTES_H
#define MAILSPEC_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
    const unsigned char *p;
    size_t n;
};

/* Returned by the searches below when there is nothing to find. */
#define BYTES_NONE ((size_t)-1)

/* A view of a string literal, NULs inside it included; BYTES_INIT stands in constant tables. */
#define BYTES_INIT(literal)                                                                        \
    {                                                                                              \
        (const unsigned char *)(literal), sizeof(literal) - 1                                      \
    }
#define BYTES_LIT(literal) ((struct bytes)BYTES_INIT(literal))

struct bytes bytes_of(const char *text); /* NULL gives the empty view */
struct bytes bytes_make(const void *p, size_t n);
/* Octets [from, to), both clipped to the view. */
struct bytes bytes_slice(struct bytes b, size_t from, size_t to);
struct bytes bytes_skip(struct bytes b, size_t n);
struct bytes bytes_trim(struct bytes b);       /* without blanks, tabs, CR and LF at both ends */
struct bytes bytes_trim_left(struct bytes b);  /* the same at the left end only */
struct bytes bytes_trim_right(struct bytes b); /* at the right end only */
bool bytes_equal(struct bytes a, struct bytes b);
bool bytes_equal_nocase(struct bytes a, struct bytes b); /* US-ASCII letters only */
bool bytes_is(struct bytes b, const char *text);
bool bytes_is_nocase(struct bytes b, const char *text);
bool bytes_is_ascii(struct bytes b);    /* no octet above 127 */
bool bytes_has_lower(struct bytes b);   /* a letter of US-ASCII that is small */
bool bytes_has_upper(struct bytes b);   /* a capital one */
bool bytes_has_control(struct bytes b); /* below 32 or 127, but for the tab, which is a blank */
bool bytes_starts(struct bytes b, const char *prefix);
bool bytes_starts_nocase(struct bytes b, const char *prefix);
bool bytes_ends(struct bytes b, const char *suffix);
/* <0, 0 or >0: unsigned octet order, a prefix is smaller. */
int bytes_compare(struct bytes a, struct bytes b);
/* Index of the first `octet` at or after `from`, or BYTES_NONE. */
size_t bytes_index(struct bytes b, unsigned char octet, size_t from);
size_t bytes_find(struct bytes b, struct bytes needle, size_t from);
/*
 * Cut the next field ended by `separator` (or by the end) from *rest into *field_r, the separator
 * in neither. False when *rest is used up, its pointer null then; a trailing separator gives a
 * last, empty field, and so does an empty view with a pointer.
 */
bool bytes_next(struct bytes *rest, unsigned char separator, struct bytes *field_r);
/* Cut the next line off *rest, without the LF or CRLF that ends it. False: nothing is left; an empty rest is no line. */
bool bytes_next_line(struct bytes *rest, struct bytes *line_r);
/* The next run of octets other than blank and tab; false when there is none. */
bool bytes_next_word(struct bytes *rest, struct bytes *word_r);
/* The whole view as an unsigned decimal: digits only, at least one, no overflow. */
bool bytes_to_u64(struct bytes b, uint64_t *value_r);

bool octet_is_digit(unsigned char c);
bool octet_is_alpha(unsigned char c);
unsigned char octet_lower(unsigned char c);
unsigned char octet_upper(unsigned char c);

#endif
