#include "engine/expand.h"

#include <string.h>

#include "engine/functions.h"

enum { MAX_DEPTH = 16 }; /* functions within arguments of functions */

struct expansion {
    const struct scope *scope;
    struct error *error;
    unsigned depth;
    bool sent; /* what a sample gives was said: it is the variable's value from now on */
};

static int append_limited(struct buf *out, struct bytes octets, struct error *error)
{
    if (octets.n > EXPAND_MAX_OCTETS - out->n) {
        return error_set(error, "the line would be longer than 64 MiB");
    }
    buf_append(out, octets);
    return 0;
}

static int expand_pieces(struct buf *out, const struct text *text, struct expansion *expansion);

static int expand_function(struct buf *out, const struct piece *piece, struct expansion *expansion)
{
    struct buf values[FUNCTION_MAX_ARGUMENTS] = {{0}};
    struct bytes arguments[FUNCTION_MAX_ARGUMENTS] = {{0}};
    size_t count = piece->argument_count;
    if (count > FUNCTION_MAX_ARGUMENTS || expansion->depth >= MAX_DEPTH) {
        return error_set(expansion->error, "{{%s}}: too many arguments, or nested too deep",
                         piece->name);
    }
    int status = 0;
    expansion->depth++;
    for (size_t i = 0; i < count && status == 0; i++) {
        status = expand_pieces(&values[i], &piece->arguments[i], expansion);
        arguments[i] = buf_bytes(&values[i]);
    }
    expansion->depth--;
    if (status == 0) {
        struct function_call call = {arguments, count, expansion->scope,
                                     EXPAND_MAX_OCTETS - out->n};
        status = function_call(out, piece->name, &call, expansion->error);
    }
    for (size_t i = 0; i < count; i++) {
        buf_deinit(&values[i]);
    }
    return status;
}

/* Names that the connection gives are never bound: what they stand for changes. */
static bool may_bind(const struct scope *scope, const char *name)
{
    return scope->vars != NULL && strchr(name, ':') == NULL && strcmp(name, "timestamp") != 0;
}

static int expand_variable(struct buf *out, const struct piece *piece, struct expansion *expansion)
{
    struct bytes value;
    if (!scope_get(expansion->scope, piece->name, &value)) {
        if (strcmp(piece->name, "secret:*") == 0) { /* the mark of harness/record/redact.h */
            return error_set(expansion->error,
                             "{{secret:*}} stands for a secret that the transcript leaves out; "
                             "write {{secret:NAME}} for the secret of --user NAME");
        }
        if (!piece->has_sample) {
            return error_set(expansion->error, "{{%s}} has no value here", piece->name);
        }
        value = piece->sample;
        if (expansion->sent && may_bind(expansion->scope, piece->name)) {
            vars_set(expansion->scope->vars, piece->name, value);
        }
    }
    return append_limited(out, value, expansion->error);
}

static int expand_piece(struct buf *out, const struct piece *piece, struct expansion *expansion)
{
    switch (piece->kind) {
    case PIECE_OCTETS:
        return append_limited(out, piece->octets, expansion->error);
    case PIECE_VARIABLE:
        return expand_variable(out, piece, expansion);
    case PIECE_FUNCTION:
        return expand_function(out, piece, expansion);
    }
    return -1;
}

static int expand_pieces(struct buf *out, const struct text *text, struct expansion *expansion)
{
    for (size_t i = 0; i < text->count; i++) {
        if (expand_piece(out, &text->pieces[i], expansion) != 0) {
            return -1;
        }
    }
    return 0;
}

/* What `out` holds already does not count. */
static int expand(struct buf *out, const struct text *text, const struct scope *scope, bool sent,
                  struct error *error)
{
    struct expansion expansion = {.scope = scope, .error = error, .sent = sent};
    if (out->n == 0) {
        return expand_pieces(out, text, &expansion);
    }
    struct buf value = {0};
    int status = expand_pieces(&value, text, &expansion);
    if (status == 0) {
        buf_append(out, buf_bytes(&value));
    }
    buf_deinit(&value);
    return status;
}

int expand_text(struct buf *out, const struct text *text, const struct scope *scope,
                struct error *error)
{
    return expand(out, text, scope, false, error);
}

int expand_sent_text(struct buf *out, const struct text *text, const struct scope *scope,
                     struct error *error)
{
    return expand(out, text, scope, true, error);
}

int expand_sent_line(struct buf *out, const struct line *line, const struct scope *scope,
                     struct error *error)
{
    int status = expand_sent_text(out, &line->text, scope, error);
    if (status == 0 && (line->flags & LINE_NO_END) == 0) {
        buf_append(out, BYTES_LIT("\r\n"));
    }
    return status;
}
