#include "base/glob.h"

#define NEAREST_DISTANCE 2
#define LONGEST_WORD     64

/* ---- Over octets ---- */

bool glob_match(struct bytes pattern, struct bytes text)
{
    size_t p = 0;
    size_t t = 0;
    size_t star = BYTES_NONE; /* behind the last "*" of the pattern */
    size_t star_text = 0;     /* where the text goes on behind what that star took */
    while (t < text.n || p < pattern.n) {
        if (p < pattern.n && pattern.p[p] == '*') {
            star = ++p;
            star_text = t;
            continue;
        }
        bool quoted = p + 1 < pattern.n && pattern.p[p] == '\\';
        size_t literal = quoted ? p + 1 : p;
        if (t < text.n && literal < pattern.n &&
            (pattern.p[literal] == text.p[t] || (!quoted && pattern.p[p] == '?'))) {
            p = literal + 1;
            t++;
            continue;
        }
        /* A later star takes whatever an earlier one could, so only the last one is tried again. */
        if (star == BYTES_NONE || star_text >= text.n) {
            return false;
        }
        p = star;
        t = ++star_text;
    }
    return true;
}

/* ---- Over ids ---- */

/* One run of a pattern over an id: where both stand, and where to go on after a dead end. */
struct id_match {
    struct bytes pattern;
    struct bytes id;
    size_t p, t;
    size_t star, star_t;     /* the last "*" since the last "**" */
    size_t globstar, deep_t; /* the last double star */
    bool at_folder;          /* it was written with "/" behind it: go on at the start of a name */
};

static void take_star(struct id_match *m)
{
    struct bytes rest = bytes_skip(m->pattern, m->p);
    if (!bytes_starts(rest, "**")) {
        m->star = ++m->p;
        m->star_t = m->t;
        return;
    }
    bool at_start = m->p == 0 || m->pattern.p[m->p - 1] == '/';
    m->at_folder = at_start && rest.n > 2 && rest.p[2] == '/';
    m->p += m->at_folder ? 3 : 2;
    m->globstar = m->p;
    m->deep_t = m->t;
    m->star = BYTES_NONE;
}

/* Let the last star, or else the last double star, take one octet more; false: no way left. */
static bool take_more(struct id_match *m)
{
    if (m->star != BYTES_NONE && m->star_t < m->id.n && m->id.p[m->star_t] != '/') {
        m->p = m->star;
        m->t = ++m->star_t;
        return true;
    }
    if (m->globstar == BYTES_NONE) {
        return false;
    }
    do {
        if (m->deep_t >= m->id.n) {
            return false;
        }
        m->deep_t++;
    } while (m->at_folder && m->id.p[m->deep_t - 1] != '/');
    m->p = m->globstar;
    m->t = m->deep_t;
    m->star = BYTES_NONE;
    return true;
}

static bool take_octet(struct id_match *m)
{
    bool quoted = m->p + 1 < m->pattern.n && m->pattern.p[m->p] == '\\';
    size_t literal = quoted ? m->p + 1 : m->p;
    if (m->t >= m->id.n || literal >= m->pattern.n) {
        return false;
    }
    bool any = !quoted && m->pattern.p[literal] == '?' && m->id.p[m->t] != '/';
    if (!any && m->pattern.p[literal] != m->id.p[m->t]) {
        return false;
    }
    m->p = literal + 1;
    m->t++;
    return true;
}

bool glob_match_id(const char *pattern, const char *id)
{
    struct id_match m = {.pattern = bytes_of(pattern), .id = bytes_of(id)};
    m.star = m.globstar = BYTES_NONE;
    bool below_only = bytes_ends(m.pattern, "/");
    while (bytes_ends(m.pattern, "/")) {
        m.pattern.n--;
    }
    if (m.pattern.n == 0) {
        return false;
    }
    for (;;) {
        if (m.p == m.pattern.n && (m.t < m.id.n ? m.id.p[m.t] == '/' : !below_only)) {
            return true;
        }
        if (m.p < m.pattern.n && m.pattern.p[m.p] == '*') {
            take_star(&m);
        } else if (!take_octet(&m) && !take_more(&m)) {
            return false;
        }
    }
}

/* ---- Nearest word ---- */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/*
 * Edit distance with exchanged neighbours as one edit (optimal string alignment), case ignored.
 * Both are at most LONGEST_WORD long. Row i of the table is about the first i octets of `a`.
 */
static size_t distance(struct bytes a, struct bytes b)
{
    size_t rows[3][LONGEST_WORD + 1];
    for (size_t j = 0; j <= b.n; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= a.n; i++) {
        size_t *now = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3];
        const size_t *above_that = rows[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            unsigned char ca = octet_lower(a.p[i - 1]);
            unsigned char cb = octet_lower(b.p[j - 1]);
            now[j] = least(least(above[j], now[j - 1]) + 1, above[j - 1] + (ca != cb));
            if (i > 1 && j > 1 && ca == octet_lower(b.p[j - 2]) && octet_lower(a.p[i - 2]) == cb) {
                now[j] = least(now[j], above_that[j - 2] + 1);
            }
        }
    }
    return rows[a.n % 3][b.n];
}

const char *glob_nearest(struct bytes word, const char *const *words, size_t count)
{
    const char *nearest = NULL;
    size_t nearest_distance = NEAREST_DISTANCE + 1;
    for (size_t i = 0; i < count && word.n <= LONGEST_WORD; i++) {
        struct bytes other = bytes_of(words[i]);
        if (other.n > LONGEST_WORD) {
            continue;
        }
        size_t d = distance(word, other);
        if (d < nearest_distance && 2 * d < word.n) {
            nearest = words[i];
            nearest_distance = d;
        }
    }
    return nearest;
}
