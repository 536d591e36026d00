/*
 * reply_rule - a reply that somebody asks for: at which stage, when, and what is said
 *
 *     rule     = STAGE [ SP pattern ] [ ":" [":"] times ] [ "@" percent "%" ] "=" reply
 *     STAGE    = [ "smtp/" / "pop3/" ] a name of stage.h
 *     pattern  = glob / "/" regex "/"              of the argument; of MAIL, RCPT and end-of-data also of the mailbox
 *     times    = N / N "-" M / N "-"               one colon: in a connection; two: over all connections
 *     reply    = code [ SP status ] [ SP text ]    SMTP; "\n" begins one more line
 *              / "+OK" [ SP text ] / "-ERR" [ SP text ] / "+" [ SP text ]                                   POP3
 *              / "close" / "reset" / "half-close" / "silence"
 *
 * What it counts are the occasions at which stage and pattern fit, whether a rule before it has answered them or not. Everything is
 * bounded; a rule that cannot be is refused with a sentence that says why.
 */
#ifndef MAILSPEC_FAKE_SERVERS_REPLY_RULE_H
#define MAILSPEC_FAKE_SERVERS_REPLY_RULE_H

#include "base/arena.h"
#include "base/error.h"
#include "fake_servers/stage.h"

enum { REPLY_CODE_MAX = 4, REPLY_STATUS_MAX = 11, REPLY_LINES_MAX = 1000 };

enum reply_action {
    REPLY_SAY,
    REPLY_CLOSE,      /* without a word */
    REPLY_RESET,      /* RST */
    REPLY_HALF_CLOSE, /* FIN, and what comes is read and not answered */
    REPLY_SILENCE     /* nothing is said any more, what comes is read */
};

enum reply_form {
    REPLY_OF_ANY, /* an action */
    REPLY_OF_SMTP,
    REPLY_POP3_OK,
    REPLY_POP3_ERR,
    REPLY_POP3_CONTINUE /* "+ ", a challenge (RFC 5034 4) */
};

/* Small, so that sessions can keep some. */
struct asked_reply {
    enum reply_action action;
    enum reply_form form;
    char digits[REPLY_CODE_MAX + 1];   /* of SMTP, as written: "452", "25", "2500" */
    unsigned code;                     /* 0: they are not three digits */
    char status[REPLY_STATUS_MAX + 1]; /* "4.2.2", or "": none is asked for */
    const char *text; /* of the rule; lines are separated by LF; NULL: the usual one */
};

struct reply_times {
    uint64_t first; /* 1, 2 ...; 0: always */
    uint64_t last;
    bool over_all; /* counted over all connections */
};

enum reply_pattern { PATTERN_NONE, PATTERN_GLOB, PATTERN_REGEX };

struct reply_rule {
    const char *written; /* the rule as a text */
    enum stage stage;
    unsigned protocols; /* STAGE_SMTP, STAGE_POP3 or both */
    enum reply_pattern kind;
    struct bytes pattern;
    struct reply_times times;
    unsigned percent; /* 100: always */
    struct asked_reply reply;
};

/* What is to be answered. */
struct reply_moment {
    enum stage stage;
    unsigned protocol;
    struct bytes argument;
    struct bytes
        mailbox; /* of the argument; or those of the recipients, separated by blanks; may be empty */
};

/* -1 and a sentence: it is none. What the rule points to lives in `arena`. */
int reply_rule_read(struct bytes text, struct arena *arena, struct reply_rule *rule_r,
                    struct error *error);
/* The same up to the "=", and without a pattern: STAGE, times and percent. */
int reply_selector_read(struct bytes text, struct arena *arena, struct reply_rule *rule_r,
                        struct error *error);
/* "452", "close": what a key word in an address may ask for. */
bool reply_read_word(struct bytes word, struct asked_reply *reply_r);
/* X.Y.Z (RFC 3463 2) */
bool reply_is_status(struct bytes word);
/* -1 and a sentence: one of them is never used, or two contradict each other. */
int reply_rules_check(const struct reply_rule *rules, size_t count, struct error *error);
/* Do stage and pattern fit? A pattern that takes too long fits nothing. */
bool reply_rule_fits(const struct reply_rule *rule, const struct reply_moment *moment);

#endif
