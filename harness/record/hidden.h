/*
 * hidden - what a transcript still tells of a secret that it does not show, and what stands in its place for judges
 *
 * Judges look at the form of a line, not at what it says. Of a secret its form is kept: base64 (RFC 4954 section 4), a digest of
 * APOP (RFC 1939 section 7) or other text, and whether it holds octets that no line may hold. From that comes a filler of the same form.
 * The length of a secret is not kept, but that of a line where limits begin to matter.
 */
#ifndef MAILSPEC_RECORD_HIDDEN_H
#define MAILSPEC_RECORD_HIDDEN_H

#include "base/buf.h"
#include "model/side.h"

enum {
    HIDDEN_LONG_LINE =
        200, /* a shorter one is no matter of any limit: POP3 has 255 octets (RFC 2449 section 4) */
    HIDDEN_LONGEST_LINE = 65536, /* a longer one is beyond them all */
};

enum hidden_form { HIDDEN_BASE64, HIDDEN_DIGEST, HIDDEN_TEXT, HIDDEN_FORM_COUNT };

/* A set. */
enum hidden_holds {
    HIDDEN_BLANK = 1,
    HIDDEN_EIGHT_BIT = 2,
    HIDDEN_CONTROL = 4,
    HIDDEN_CR = 8,
    HIDDEN_NUL = 16,
    HIDDEN_HOLDS_COUNT = 5 /* how many there are */
};

struct hidden {
    size_t at; /* in the line with its marks */
    enum hidden_form form;
    unsigned holds;
    bool
        continued; /* it goes on with a secret that began in an earlier part: no mark stands there */
};

const char *hidden_form_name(enum hidden_form form); /* "base64", "digest", "text" */
bool hidden_form_from_name(struct bytes name, enum hidden_form *form_r);
const char *hidden_holds_name(size_t i); /* of 1 << i: "blank", "eight-bit", ... */

/* By its place alone: `line` has the mark at `at`. */
struct hidden hidden_guess(enum side side, struct bytes line, size_t at);
/*
 * The form that `secret` really has, told only where its place demands one: of a password it would be one hint more. `whole`: no part of it came
 * earlier or comes later, so that the end of base64 can be told.
 */
struct hidden hidden_describe(enum side side, struct bytes line, size_t at, struct bytes secret,
                              bool whole);
/*
 * `line` of `side` with fillers in place of the marks; `octets` is how many it had, 0: not known. Text that stands where base64 is
 * demanded gets a filler that is none. False: a mark is not where it should be; `out` is unchanged then.
 */
bool hidden_fill(struct buf *out, enum side side, struct bytes line, const struct hidden *parts,
                 size_t count, size_t octets);

#endif
