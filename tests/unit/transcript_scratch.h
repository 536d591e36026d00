/*
 * transcript_scratch - a transcript of a run in a folder of its own, told event by event and read back
 */
#ifndef MAILSPEC_TESTS_TRANSCRIPT_SCRATCH_H
#define MAILSPEC_TESTS_TRANSCRIPT_SCRATCH_H

#include "base/file.h"
#include "record/transcript.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const secrets[] = {"tanstaaf", "s3cr3t{}"};

static const struct program program = {
    .id = "smtp/dialogue", .path = "scenarios/smtp/dialogue.scn", .title = "A \\ dialogue \x1b!"};
/* ---- A run in a folder of its own ---- */

struct scratch {
    char folder[64];
    struct transcript *transcript;
};

static inline void scratch_open(struct scratch *scratch)
{
    (void)snprintf(scratch->folder, sizeof scratch->folder, "/tmp/mailspec-transcript-XXXXXX");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(scratch->folder));
    struct transcript_config config = {
        .folder = scratch->folder, .secrets = secrets, .secret_count = COUNT(secrets)};
    scratch->transcript = transcript_new(&config);
}

static inline void remove_file(void *self, const char *path)
{
    (void)self;
    (void)unlink(path);
}

static inline void scratch_close(struct scratch *scratch)
{
    static const char *const folders[] = {
        "/_./_./_up/_x_y", "/_./_./_up", "/_./_.", "/_.", "/smtp", ""};
    transcript_free(&scratch->transcript);
    CU_ASSERT_PTR_NULL(scratch->transcript);
    (void)file_walk(scratch->folder, "", remove_file, NULL, NULL);
    for (size_t i = 0; i < COUNT(folders); i++) {
        char path[128];
        (void)snprintf(path, sizeof path, "%s%s", scratch->folder, folders[i]);
        (void)rmdir(path);
    }
    CU_ASSERT_FALSE(file_is_folder(scratch->folder));
}

static inline void emit(const struct scratch *scratch, struct event event)
{
    struct event_sink sink = transcript_sink(scratch->transcript);
    event.program = event.program != NULL ? event.program : &program;
    sink.on_event(sink.self, &event);
}

static inline void say(const struct scratch *scratch, int64_t time_us, enum side side,
                       const char *octets)
{
    emit(scratch, (struct event){.kind = EVENT_OCTETS,
                                 .time_us = time_us,
                                 .connection = 1,
                                 .side = side,
                                 .octets = bytes_of(octets)});
}

static inline void end(const struct scratch *scratch, int64_t time_us, enum verdict verdict,
                       const char *reason)
{
    struct outcome outcome = {.verdict = verdict, .reason = reason};
    emit(scratch, (struct event){.kind = EVENT_CASE_END, .time_us = time_us, .outcome = &outcome});
}

static inline void read_back(const struct scratch *scratch, const char *name, struct buf *out)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", scratch->folder, name);
    CU_ASSERT_EQUAL(file_read(path, (size_t)64 << 20, out, NULL), 0);
}

static inline bool holds(const struct buf *text, const char *words)
{
    return bytes_find(buf_bytes(text), bytes_of(words), 0) != BYTES_NONE;
}

static inline void secured(const struct scratch *scratch, const char *left)
{
    struct tls_facts facts = {.secured = true};
    emit(scratch, (struct event){.kind = EVENT_SECURED,
                                 .connection = 1,
                                 .side = SIDE_CLIENT,
                                 .tls = &facts,
                                 .octets = bytes_of(left),
                                 .text = "TLS 1.3 with tanstaaf"});
}

#endif
