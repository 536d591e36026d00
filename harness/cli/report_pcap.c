#include "cli/report_pcap.h"

#include <string.h>

#include "base/file.h"
#include "cli/check_files.h"
#include "record/pcap_writer.h"
#include "reports/result_read.h"

#define REPORT_MAX_OCTETS ((size_t)1 << 30)

static const char report_name[] = "report.json";

struct capture {
    struct pcap_writer *writer;
    int64_t begin_us; /* of the session under way, since its run began */
    size_t sessions;  /* so far: transcripts of several runs have cases of one number */
};

/* With fillers in place of secrets, where they are known. */
static void on_event(void *self, const struct event *shown, const struct event *judged)
{
    struct capture *capture = self;
    struct event_sink sink = pcap_writer_sink(capture->writer);
    struct event event = judged != NULL ? *judged : *shown;
    if (event.kind == EVENT_CASE_BEGIN) {
        capture->begin_us = event.began_us;
        capture->sessions++;
    }
    event.time_us += capture->begin_us;
    event.case_number = capture->sessions;
    event_emit(&sink, &event);
}

/* The transcripts of a report stand beside it. */
static const char *transcripts_of(const char *name, struct arena *arena)
{
    const char *slash = strrchr(name, '/');
    const char *last = slash != NULL ? slash + 1 : name;
    const char *in_folder = arena_printf(arena, "%s/transcripts", name);
    if (strcmp(last, report_name) == 0) {
        return arena_printf(arena, "%.*stranscripts", (int)(last - name), name);
    }
    return file_is_folder(in_folder) ? in_folder : name;
}

/* When the run began, as its report says; the beginning of 1970 where there is none. */
static int64_t began_us(const char *name, struct arena *arena)
{
    const bool is_report = bytes_ends(bytes_of(name), report_name);
    const char *path = is_report ? name : arena_printf(arena, "%s/%s", name, report_name);
    struct buf text = {0};
    struct error error = {""};
    struct read_result result = {.name = path};
    const bool read = file_exists(path) && file_read(path, REPORT_MAX_OCTETS, &text, &error) == 0 &&
                      result_read(path, buf_bytes(&text), arena, &result, &error) == 0;
    buf_deinit(&text);
    return read ? result.info.wall_us : 0;
}

static enum exit_status write(const struct options *options, struct check_files *files,
                              int64_t begin_us, struct arena *arena)
{
    struct capture capture = {.writer = pcap_writer_new(redact_new_open(), begin_us)};
    const struct stored_sink sink = {on_event, &capture};
    struct error error = {""};
    enum exit_status status = EXIT_ACCEPTABLE;
    check_files_tell(files, arena, &sink);
    if (files->problem_count > 0) {
        print_problems(&files->problems);
        status = EXIT_SCENARIO;
    } else if (pcap_writer_finish(capture.writer, options_get(options, OPTION_PCAP), &error) != 0) {
        status = complain(EXIT_REPORT, "%s", error.text);
    }
    pcap_writer_free(&capture.writer);
    return status;
}

enum exit_status report_pcap(const struct options *options, const char *const *names, size_t count,
                             struct arena *arena)
{
    struct check_files files = {0};
    struct error error = {""};
    const char **paths = arena_array(arena, count + 1, sizeof *paths);
    if (count == 0 || !options_given(options, OPTION_PCAP)) {
        return complain(EXIT_USAGE, "report pcap: name the folder of a run and the capture, as in: "
                                    "mailspec report pcap mailspec-out --pcap run.pcap");
    }
    for (size_t i = 0; i < count; i++) {
        paths[i] = transcripts_of(names[i], arena);
    }
    enum exit_status status = EXIT_ACCEPTABLE;
    if (check_files_open(&files, paths, count, arena, &error) != 0) {
        status = complain(EXIT_NOTHING, "%s", error.text);
    } else if (files.problem_count > 0) {
        print_problems(&files.problems);
        status = EXIT_SCENARIO;
    } else {
        status = write(options, &files, began_us(names[0], arena), arena);
    }
    check_files_deinit(&files);
    return status;
}
