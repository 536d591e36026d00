/*
 * error - what went wrong, as a value
 *
 * A function that can fail takes a struct error * as its last parameter and returns -1 (or NULL,
 * or false). The text is one sentence in plain words that says what was wrong, where, and, where
 * it helps, what to do. A null pointer is allowed: the caller does not want to know.
 */
#ifndef MAILSPEC_BASE_ERROR_H
#define MAILSPEC_BASE_ERROR_H

struct error {
    char text[512];
};

/* Set the text, cut where too long. Returns -1, so that `return error_set(...)` reads well. */
int error_set(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
