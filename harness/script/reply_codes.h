/*
 * reply_codes - the codes that an expected reply begins with: "250", "4yz | 5yz", "503 | ?5yz", "+OK | -ERR"
 */
#ifndef MAILSPEC_SCRIPT_REPLY_CODES_H
#define MAILSPEC_SCRIPT_REPLY_CODES_H

#include "base/arena.h"
#include "model/program.h"

enum codes_kind {
    CODES_NONE,  /* no reply begins like that: `expected` says what is wrong */
    CODES_ALONE, /* nothing but codes */
    CODES_TEXT   /* one code, and something behind it */
};

enum { CODES_MOST_CHOICES = 16 };

struct codes {
    enum codes_kind kind;
    const struct code_choice *choices;
    size_t count;
    bool pop3;               /* status indicators */
    unsigned char separator; /* behind the code: ' ' or '-'; 0: none, or not known here */
    size_t bad_at;
    size_t bad_width;
    const char *expected;
};

/* `whole`: nothing follows; else `text` ends where the first variable begins. */
struct codes codes_read(struct bytes text, bool whole, struct arena *arena);
/* Of a marked line: taken only when it begins with a literal code. Never CODES_ALONE, and no problem. */
struct codes codes_read_marked(struct bytes text, enum compare compare, struct arena *arena);
/* The first choice is a positive intermediate one of that kind: 3yz to DATA, 334 and "+" to AUTH. */
bool codes_begin_with(const struct code_choice *choices, size_t count, const char *prefix);

#endif
