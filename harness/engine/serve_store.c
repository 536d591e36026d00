/*
 * <store message N>: does what the client stored hold the body of the message, octet for octet? Its fields may have got more on top,
 * and line ends do not matter.
 */
#include "base/file.h"
#include "engine/expand.h"
#include "engine/serve_internal.h"

enum { MOST_FETCHED = 64 * 1024 * 1024 };

/* Lines as a file may have them: CRLF and LF are one. */
static void append_plain(struct buf *out, struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != '\r' || i + 1 >= text.n || text.p[i + 1] != '\n') {
            buf_append_octet(out, text.p[i]);
        }
    }
}

static int read_fetched(struct serve *serve, struct buf *out, struct error *error)
{
    const struct client *client = &serve->run->target->client;

    if (client->kind != CLIENT_COMMAND || client->fetched == NULL) {
        buf_append(out, serve->end.output);
        return 0;
    }
    struct buf path = {0};
    struct bytes rest = bytes_of(client->fetched);
    size_t at = bytes_find(rest, BYTES_LIT("{{dir}}"), 0);
    if (at == BYTES_NONE) {
        buf_append(&path, rest);
    } else {
        buf_append(&path, bytes_slice(rest, 0, at));
        buf_append_text(&path, serve->folder);
        buf_append(&path, bytes_skip(rest, at + 7));
    }
    int status = file_read(buf_text(&path), MOST_FETCHED, out, error);
    buf_deinit(&path);
    return status;
}

/* The body, for what fetches may put its own fields on top. */
static struct bytes body_of(struct bytes message)
{
    size_t at = bytes_find(message, BYTES_LIT("\n\n"), 0);

    return at == BYTES_NONE ? message : bytes_skip(message, at + 2);
}

static enum step_result check_stored(struct serve *serve, const struct step *step,
                                     struct bytes message)
{
    struct mismatch mismatch = mismatch_make(VERDICT_FAIL);
    struct error error = {""};
    struct buf raw = {0};
    struct buf stored = {0};
    struct buf wanted = {0};
    enum step_result result = STEP_DONE;

    mismatch.place = step->place;
    mismatch.final = false;
    if (read_fetched(serve, &raw, &error) != 0) {
        result = outcome_mismatch(serve->run, &mismatch, "nothing was stored: %s", error.text);
    } else {
        append_plain(&stored, buf_bytes(&raw));
        append_plain(&wanted, message);
        struct bytes body = body_of(buf_bytes(&wanted));
        if (bytes_find(buf_bytes(&stored), body, 0) == BYTES_NONE) {
            mismatch.expected = bytes_slice(body, 0, 2048);
            mismatch.actual = bytes_slice(body_of(buf_bytes(&stored)), 0, 2048);
            mismatch.offset = 0;
            while (mismatch.offset < mismatch.actual.n && mismatch.offset < mismatch.expected.n &&
                   mismatch.actual.p[mismatch.offset] == mismatch.expected.p[mismatch.offset]) {
                mismatch.offset++;
            }
            result = outcome_mismatch(
                serve->run, &mismatch,
                "what the client stored does not hold the body of the message as it was sent");
        }
    }
    buf_deinit(&raw);
    buf_deinit(&stored);
    buf_deinit(&wanted);
    return result;
}

static enum step_result store_is_due(struct serve *serve, const struct step *step)
{
    struct case_run *run = serve->run;
    struct mismatch mismatch = mismatch_make(VERDICT_ERROR);
    struct buf number_text = {0};
    struct error error = {""};
    struct bytes message = {0};
    uint64_t number = 0;
    enum step_result result = STEP_DONE;

    if (!serve_may_judge_end(serve) || !run->target->client.fetches) {
        return STEP_DONE;
    }
    if (serve->child_runs) {
        return STEP_WAITS;
    }
    if (serve_judge_death(serve)) {
        return STEP_ENDS;
    }
    if (expand_text(&number_text, &step->text, &run->scope, &error) != 0) {
        result = outcome_mismatch(run, &mismatch, "%s", error.text);
    } else if (!bytes_to_u64(buf_bytes(&number_text), &number) || number == 0 ||
               !serve->responder->first_message(serve->room, (size_t)number, &message)) {
        result = outcome_mismatch(run, &mismatch, "the maildrop has no message %s",
                                  buf_text(&number_text));
    } else {
        result = check_stored(serve, step, message);
    }
    buf_deinit(&number_text);
    return result;
}

enum step_result serve_store_begin(struct case_run *run, const struct step *step)
{
    return store_is_due(run->serve, step);
}
