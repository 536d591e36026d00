#include "cli/dialogue_show.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "record/redact.h"
#include "record/transcript_text.h"
#include "reports/show.h"

/* Lines in a row of one side, and octets of a line that are kept for its end. */
enum { MOST_LINES = 60, LONGEST_LINE = 8192 };

struct dialogue_show {
    enum protocol protocol;
    struct redact *redact;
    struct redact_session session;
    struct buf lines[2]; /* by enum side: what has no end yet */
    enum side side;      /* who spoke last */
    size_t in_a_row;     /* lines of it */
};

struct dialogue_show *dialogue_show_new(enum protocol protocol, const char *secret,
                                        bool shows_secrets)
{
    struct dialogue_show *show = mem_alloc(sizeof *show);
    show->protocol = protocol;
    show->redact = shows_secrets ? redact_new_open() : redact_new(&secret, secret != NULL ? 1 : 0);
    if (shows_secrets) {
        fputs("# " SHOW_OPEN_NOTE "\n", stderr);
    }
    return show;
}

/* How many were left out of the lines in a row. */
static void end_row(struct dialogue_show *show)
{
    if (show->in_a_row > MOST_LINES) {
        fprintf(stderr, "# ... %zu more lines\n", show->in_a_row - MOST_LINES);
    }
    show->in_a_row = 0;
}

static void show_part(struct dialogue_show *show, enum side side, struct bytes part)
{
    struct redact_ranges ranges = {0};
    struct buf text = {0};
    redact_line(show->redact, &show->session, side, show->protocol, part, &ranges);
    if (side != show->side) {
        end_row(show);
        show->side = side;
    }
    if (++show->in_a_row <= MOST_LINES) {
        transcript_text_line(&text, 1, side, part, &ranges);
        (void)fwrite(text.p, 1, text.n, stderr);
    }
    redact_ranges_deinit(&ranges);
    buf_deinit(&text);
}

/* A line that is too long is shown in parts, but for what may be the beginning of a secret. */
static void show_long_line(struct dialogue_show *show, enum side side)
{
    struct buf *line = &show->lines[side];
    const size_t held =
        redact_held(show->redact, &show->session, side, buf_bytes(line), REDACT_GOES_ON);
    if (held < line->n) {
        const size_t shown = line->n - held;
        show_part(show, side, bytes_slice(buf_bytes(line), 0, shown));
        buf_consume(line, shown);
    }
}

void dialogue_show_octets(struct dialogue_show *show, enum side side, struct bytes octets)
{
    if (show == NULL) {
        return;
    }
    while (octets.n > 0) {
        struct buf *line = &show->lines[side];
        const size_t end = bytes_index(octets, '\n', 0);
        const size_t taken = end == BYTES_NONE ? octets.n : end + 1;
        buf_append(line, bytes_slice(octets, 0, taken));
        octets = bytes_skip(octets, taken);
        if (end != BYTES_NONE) {
            show_part(show, side, buf_bytes(line));
            buf_clear(line);
        } else if (line->n > LONGEST_LINE) {
            show_long_line(show, side);
        }
    }
}

static void show_rest(struct dialogue_show *show)
{
    for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
        if (show->lines[side].n > 0) {
            show_part(show, side, buf_bytes(&show->lines[side]));
            buf_clear(&show->lines[side]);
        }
    }
    end_row(show);
}

void dialogue_show_note(struct dialogue_show *show, const char *text)
{
    struct buf line = {0};
    if (show == NULL) {
        return;
    }
    show_rest(show);
    show_text(&line, text);
    fprintf(stderr, "# %s\n", buf_text(&line));
    buf_deinit(&line);
}

void dialogue_show_secured(struct dialogue_show *show, const struct tls_facts *facts)
{
    struct buf text = {0};
    if (show == NULL) {
        return;
    }
    show_rest(show);
    tls_facts_print(facts, &text);
    fprintf(stderr, "C & S: <%s>\n",
            facts->secured ? "negotiate a TLS session" : "TLS negotiation fails");
    dialogue_show_note(show, buf_text(&text));
    redact_session_secured(&show->session);
    buf_deinit(&text);
}

void dialogue_show_free(struct dialogue_show **show_p)
{
    struct dialogue_show *show = *show_p;
    *show_p = NULL;
    if (show == NULL) {
        return;
    }
    show_rest(show);
    buf_deinit(&show->lines[SIDE_CLIENT]);
    buf_deinit(&show->lines[SIDE_SERVER]);
    redact_session_deinit(&show->session);
    redact_free(&show->redact);
    free(show);
}
