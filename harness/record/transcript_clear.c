#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "record/transcript.h"

/* The first line of a .jsonl says what it is within its first octets, with paths and names of any sensible length. */
enum { FIRST_OCTETS = 16384 };

static bool is_transcript(const char *path)
{
    static const char schema[] = "\"schema\":\"mailspec-transcript/";
    unsigned char first[FIRST_OCTETS];
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        return false;
    }
    size_t n = fread(first, 1, sizeof first, file);
    (void)fclose(file);
    struct bytes octets = bytes_make(first, n);
    size_t end = bytes_index(octets, '\n', 0);
    octets = bytes_slice(octets, 0, end == BYTES_NONE ? n : end);
    return bytes_find(octets, BYTES_LIT(schema), 0) != BYTES_NONE;
}

static void remove_transcript(void *self, const char *path)
{
    (void)self;
    if (is_transcript(path)) {
        struct buf other = {0};
        buf_append(&other, bytes_slice(bytes_of(path), 0, strlen(path) - strlen("jsonl")));
        buf_append_text(&other, "txt");
        (void)unlink(buf_text(&other));
        (void)unlink(path);
        buf_deinit(&other);
    }
}

void transcript_clear(const char *folder)
{
    if (file_is_folder(folder)) {
        (void)file_walk(folder, ".jsonl", remove_transcript, NULL, NULL);
    }
}
