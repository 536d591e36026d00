#include "fake_servers/reply_marks.h"

#include <stdlib.h>

#include "base/mem.h"

void reply_marks_add(struct reply_marks *marks, enum stage stage, size_t end)
{
    marks->rows = mem_grow(marks->rows, marks->count, &marks->capacity, sizeof *marks->rows);
    marks->rows[marks->count++] = (struct reply_mark){stage, end};
}

void reply_marks_clear(struct reply_marks *marks)
{
    marks->count = 0;
}

void reply_marks_deinit(struct reply_marks *marks)
{
    free(marks->rows);
    *marks = (struct reply_marks){0};
}
