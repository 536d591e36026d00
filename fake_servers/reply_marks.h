/*
 * reply_marks - where each reply ends in what a session has written, and at which stage it was said
 */
#ifndef MAILSPEC_FAKE_SERVERS_REPLY_MARKS_H
#define MAILSPEC_FAKE_SERVERS_REPLY_MARKS_H

#include "fake_servers/stage.h"

struct reply_mark {
    enum stage stage;
    size_t end; /* in the output of the call that wrote it */
};

/* Zeroed: none. Whoever takes the output clears them. */
struct reply_marks {
    struct reply_mark *rows;
    size_t count;
    size_t capacity;
};

void reply_marks_add(struct reply_marks *marks, enum stage stage, size_t end);
void reply_marks_clear(struct reply_marks *marks);
void reply_marks_deinit(struct reply_marks *marks);

#endif
