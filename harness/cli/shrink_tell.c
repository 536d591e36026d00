#include "cli/shrink_tell.h"

#include <stdio.h>

#include "base/file.h"
#include "base/shell_word.h"
#include "cli/case_file.h"
#include "record/redact_case.h"
#include "record/transcript_text.h"
#include "reports/show.h"
#include "script/scenario.h"

#define MARK "# Shrunk by mailspec run --shrink"

enum { INDENT = 6, COLUMNS = 94 };

bool shrink_tell_is_one(struct bytes text)
{
    return bytes_starts(text, MARK);
}

static FILE *stream_of(const struct run_command *run)
{
    return output_has_console(run->output) ? stdout : stderr;
}

/* ---- The file ---- */

static void file_text(struct run_command *run, const struct shrink_case *shrunk, struct buf *out)
{
    struct buf text = {0};
    struct buf source = {0};
    struct error error = {""};
    buf_printf(&text, MARK ": %zu of the %zu lines of ", shrunk->lines_after, shrunk->lines_before);
    transcript_text_sentence(&text, bytes_of(shrunk->program->id));
    buf_append_text(&text, ".\n");
    buf_append_text(
        &text, run->request.show_secrets ? "# Secrets are shown here (--show-secrets).\n" : "");
    buf_printf(&text, "# %s: ", verdict_name(shrunk->failure.verdict));
    transcript_text_sentence(&text, buf_bytes(&shrunk->why));
    buf_append_octet(&text, '\n');
    buf_append(&text, buf_bytes(&shrunk->text));
    (void)file_read(shrunk->program->path, SCENARIO_MAX_OCTETS, &source, &error);
    struct redact_case *secrets = redact_case_new(run->redact);
    redact_case_append(secrets, buf_bytes(&text), buf_bytes(&source), out);
    redact_case_free(&secrets);
    buf_deinit(&source);
    buf_deinit(&text);
}

enum written { WRITTEN, NOT_WHOLE, NOT_WRITABLE };

static enum written write_file(struct run_command *run, const struct shrink_case *shrunk,
                               const char *path)
{
    struct buf text = {0};
    struct error error = {""};
    enum written written = WRITTEN;
    file_text(run, shrunk, &text);
    if (!shrink_try_parses(run, path, shrunk->program->id, buf_bytes(&text), true)) {
        written = NOT_WHOLE;
    } else if (case_file_is_somebodys(path, shrink_tell_is_one)) {
        (void)complain(EXIT_REPORT, "%s was not written by --shrink, so it stays", path);
        written = NOT_WRITABLE;
    } else if (file_write(path, buf_bytes(&text), &error) != 0) {
        (void)complain(EXIT_REPORT, "%s", error.text);
        written = NOT_WRITABLE;
    }
    buf_deinit(&text);
    return written;
}

/* ---- The console ---- */

static void indented(struct buf *out, size_t indent, struct bytes text)
{
    struct bytes rest = text;
    struct bytes line;
    while (rest.n > 0 && bytes_next(&rest, '\n', &line)) {
        if (line.n > 0) {
            buf_append_fill(out, ' ', indent);
            show_line(out, line);
        }
        buf_append_text(out, rest.p != NULL ? "\n" : "");
    }
}

static void wrapped(struct buf *out, struct bytes text)
{
    if (text.n > 0) {
        buf_append_fill(out, ' ', INDENT);
        show_wrapped(out, text, INDENT, COLUMNS);
        buf_append_octet(out, '\n');
    }
}

static void head(struct buf *out, const struct shrink_case *shrunk)
{
    buf_append_octet(out, '\n');
    show_text(out, shrunk->program->id);
    buf_append_text(out, ": ");
    if (shrunk->result == SHRINK_SHRUNK) {
        buf_printf(out, "%zu lines -> %zu lines", shrunk->lines_before, shrunk->lines_after);
    } else if (shrunk->end == SHRINK_END_AWAY || shrunk->end == SHRINK_END_INTERRUPTED) {
        buf_append_text(out, "not shrunk");
    } else if (shrunk->result == SHRINK_NOT_AGAIN) {
        buf_append_text(out, "did not show again when the case was played alone");
    } else {
        buf_append_text(out, "not shrunk: its lines, as a scenario of their own, do not show it");
    }
    buf_printf(out, "  (%u tr%s, ", shrunk->tries, shrunk->tries == 1 ? "y" : "ies");
    show_duration(out, shrunk->took_us);
    buf_append_text(out, ")\n");
}

static void remarks(struct buf *out, const struct shrink_case *shrunk)
{
    static const char *const ends[SHRINK_END_COUNT] = {
        [SHRINK_GOES_ON] = "",
        [SHRINK_END_TIME] = "The time for one case was over before all was tried.",
        [SHRINK_END_TRIES] = "Not all was tried: so many tries are the most for one case.",
        [SHRINK_END_AWAY] = "The target could not be reached any more: ",
        [SHRINK_END_INTERRUPTED] = "Interrupted before all was tried.",
    };
    struct buf text = {0};
    buf_append_text(&text, ends[shrunk->end]);
    if (shrunk->end == SHRINK_END_AWAY) {
        buf_append(&text, buf_bytes(&shrunk->away));
    }
    wrapped(out, buf_bytes(&text));
    if (shrunk->result == SHRINK_SHRUNK && !shrunk->has_reference) {
        wrapped(out, BYTES_LIT("The built-in server does not pass the case as it stands, so there "
                               "is none to compare with: only what "
                               "comes behind the failure was taken out."));
    }
    if (shrunk->result == SHRINK_SHRUNK && !shrunk->shows_each_time) {
        wrapped(out,
                BYTES_LIT("Played once more at the end it did not show: it does not each time."));
    }
    buf_deinit(&text);
}

static void show_shrunk(struct run_command *run, const struct shrink_case *shrunk, const char *path,
                        enum written written, struct buf *out)
{
    buf_append_fill(out, ' ', INDENT);
    buf_append_text(out, "the scenario:\n");
    indented(out, INDENT + 2, shrink_case_dialogue(shrunk));
    buf_append_fill(out, ' ', INDENT);
    buf_append_text(out, "on the wire:\n");
    indented(out, INDENT - 4, buf_bytes(&shrunk->wire));
    if (written == WRITTEN) {
        struct buf word = {0};
        shell_word_append(&word, path);
        buf_append_fill(out, ' ', INDENT);
        buf_append_text(out, "Again: ");
        show_text(out, run->request.again);
        show_text(out, buf_text(&word));
        buf_append_octet(out, '\n');
        buf_deinit(&word);
    } else if (written == NOT_WHOLE) {
        wrapped(out, BYTES_LIT("Not written: it needs a file that lies beside the case."));
    }
}

static void show_same(const struct shrink_case *shrunk, const char *same_as, struct buf *out)
{
    head(out, shrunk);
    buf_append_fill(out, ' ', INDENT);
    buf_append_text(out, "the same dialogue as that of ");
    show_text(out, same_as);
    buf_append_octet(out, '\n');
}

bool shrink_tell(struct run_command *run, const struct shrink_case *shrunk, const char *path,
                 const char *same_as)
{
    struct buf out = {0};
    enum written written = WRITTEN;
    if (shrunk->result == SHRINK_SHRUNK) {
        written = write_file(run, shrunk, path);
    }
    if (same_as != NULL) {
        show_same(shrunk, same_as, &out);
    } else {
        head(&out, shrunk);
        wrapped(&out, buf_bytes(&shrunk->why));
        remarks(&out, shrunk);
    }
    if (same_as == NULL && shrunk->result == SHRINK_SHRUNK) {
        show_shrunk(run, shrunk, path, written, &out);
    }
    (void)fwrite(buf_text(&out), 1, out.n, stream_of(run));
    (void)fflush(stream_of(run));
    buf_deinit(&out);
    return written != NOT_WRITABLE;
}

void shrink_tell_rest(const struct run_command *run, size_t left_out, size_t of_clients)
{
    if (left_out > 0) {
        fprintf(stream_of(run), "\n%zu more failure%s not shrunk.\n", left_out,
                left_out == 1 ? " was" : "s were");
    }
    if (of_clients > 0) {
        fprintf(stream_of(run), "\n%zu failure%s of the built-in client %s not shrunk.\n",
                of_clients, of_clients == 1 ? "" : "s", of_clients == 1 ? "was" : "were");
    }
}
