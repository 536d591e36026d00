/*
 * reply_words - replies of a server as lines of a scenario that match again tomorrow
 *
 * A line is cut into words. A word that stands for one of the case's names becomes {{name}}; one of a form that is new each
 * time (a date, an id that a server gives, an address with a port) and one that differs between two plays of the same
 * dialogue become a typed capture, {{v1:word}}. What a capture took must come again where it stands again; dates and
 * short numbers do so by chance only, and get a capture of their own each time.
 */
#ifndef MAILSPEC_RECORD_REPLY_WORDS_H
#define MAILSPEC_RECORD_REPLY_WORDS_H

#include "base/arena.h"
#include "base/buf.h"
#include "match/regex.h"
#include "model/program.h"

/* A name of the case and what it stands for. */
struct reply_name {
    const char *name;
    struct bytes value;
};

enum reply_word_kind { REPLY_WORD_OCTETS, REPLY_WORD_NAME, REPLY_WORD_FORM };

struct reply_word {
    enum reply_word_kind kind;
    struct bytes octets;
    const char *name;     /* NAME */
    enum value_type type; /* FORM */
    bool again;           /* FORM: the same value elsewhere is the same thing */
};

struct reply_line {
    struct reply_word *words;
    size_t count;
    size_t capacity;
    struct bytes end; /* CRLF, or what stands there instead */
};

/* One reply, cut; what it points to lies in the arena it was cut with. */
struct reply_cut {
    struct reply_line *lines;
    size_t count;
    bool pop3;
    bool listing; /* the body of LIST or UIDL */
};

enum { REPLY_FORM_COUNT = 15 };

/* The forms, compiled. */
struct reply_forms {
    struct regex *regexes[REPLY_FORM_COUNT];
};
void reply_forms_init(struct reply_forms *forms);
void reply_forms_deinit(struct reply_forms *forms);

/*
 * Cut. `fixed`: the maildrop is the same each time (Given:); else the numbers in POP3 responses are new each time. Names
 * are tried in their order; both names and octets are copied.
 */
struct reply_cut *reply_cut_new(struct arena *arena, const struct reply_forms *forms,
                                struct bytes octets, bool pop3, bool fixed,
                                const struct reply_name *names, size_t count);

/* Does it begin as a reply does: "250", "+OK", "-ERR", "+"? A server that turned (TURN) says other things. */
bool reply_cut_has_code(const struct reply_cut *cut);

/* The captures of one scenario so far. Zeroed: none; deinit it. */
struct reply_captures {
    struct reply_capture *items;
    size_t count;
    size_t capacity;
    size_t last;       /* number of the last one */
    bool all_new;      /* none stands for another */
    bool no_body;      /* leave the bodies of POP3 responses out: any will do */
    bool no_messages;  /* those of messages: who put them there is another each time */
    bool own_messages; /* of messages only those that name the case: others came in meanwhile */
};
void reply_captures_deinit(struct reply_captures *captures);

/* Append the reply, as `connection` heard it in the first and in the second play (NULL: it was not played). */
void reply_print(struct buf *out, struct reply_captures *captures, unsigned connection,
                 const struct reply_cut *first, const struct reply_cut *second);

#endif
