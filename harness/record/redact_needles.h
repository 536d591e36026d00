/*
 * redact_needles - what is searched for in texts that are shown, and where it was found (harness/record only)
 */
#ifndef MAILSPEC_RECORD_REDACT_NEEDLES_H
#define MAILSPEC_RECORD_REDACT_NEEDLES_H

#include "record/redact.h"

/* A secret shorter than this is too common to be searched for. */
#define REDACT_SHORTEST ((size_t)3)

enum redact_needle_kind {
    NEEDLE_PLAIN,
    NEEDLE_BASE64,     /* the whole run of base64 around it is hidden */
    NEEDLE_BASE64_URL, /* the same in the alphabet of URLs (RFC 4648 section 5) */
    NEEDLE_LINE        /* only as a whole line, or behind a prefix such as "C: " */
};

struct redact_needle {
    struct buf octets;
    size_t from; /* what is hidden of it begins there */
    enum redact_needle_kind kind;
    size_t next; /* in its bucket, counted from 1; 0: the last */
};

/* Add one, unless a plain one that is there finds it already; octets are copied. Needles of less than two octets are none. */
void redact_needles_add(struct redact_needles *needles, enum redact_needle_kind kind,
                        struct bytes octets, size_t from);
/*
 * A secret in every form that it may have in a text: as it is, in base64 at any alignment, hexadecimal, percent-encoded, as xtext
 * (RFC 3461 section 4), quoted-printable, escaped as this program shows octets, as a word of a shell; and its MD5.
 */
void redact_needles_add_secret(struct redact_needles *needles, struct bytes secret);
/* In base64, at any alignment. */
void redact_needles_add_base64(struct redact_needles *needles, struct bytes text);
/* A plain text as it is, and escaped as this program shows octets. */
void redact_needles_add_text(struct redact_needles *needles, struct bytes text);
/* Forget the oldest when there are more, or more octets. */
void redact_needles_bound(struct redact_needles *needles, size_t most, size_t most_octets);
void redact_needles_deinit(struct redact_needles *needles);

/*
 * With `whole` the octets are no part of a stream: those of NEEDLE_LINE and those that begin before what is hidden of them are looked for, too,
 * and the beginning of one that the end of the text, or of a quotation in it, cuts off.
 */
void redact_needles_find(const struct redact_needles *needles, struct bytes octets, bool whole,
                         struct redact_ranges *ranges);
/* The longest end of `octets` that is a beginning of a needle, but not all of it. */
size_t redact_needles_begun(const struct redact_needles *needles, struct bytes octets);

/* ---- Ranges ---- */

void redact_ranges_add(struct redact_ranges *ranges, size_t from, size_t to); /* empty: nothing */
/* Sort, and make one of those that touch. */
void redact_ranges_merge(struct redact_ranges *ranges);
/* Forget what lies before `start`, count from there. */
void redact_ranges_move(struct redact_ranges *ranges, size_t start);

#endif
