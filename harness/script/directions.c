#include "script/directions.h"

#include <assert.h>

#include "base/glob.h"

/*
 * A pattern is a row of words: `a|b` either word, `[a|b]` one that may be missing, %w one word, %* all the rest.
 * Words are compared without case and without a comma behind them; {{...}} is one word whatever is in it.
 * `canonical` has %1, %2 and %3 for what %w and %* took; NULL: printed as it was written.
 */
static const struct form {
    enum direction direction;
    const char *pattern;
    const char *canonical;
} forms[] = {
    {DIRECTION_OPEN,             "open|opens [the|a] [tcp] connection [to] [the] [server]",            "open connection"                 },
    {DIRECTION_OPEN,             "open|opens [the|a] smtp connection [to] [the] [server]",
     "open smtp connection"                                                                                                              },
    {DIRECTION_OPEN,             "open|opens [the|a] lmtp connection [to] [the] [server]",
     "open lmtp connection"                                                                                                              },
    {DIRECTION_OPEN,             "open|opens [the|a] pop3 connection [to] [the] [server]",
     "open pop3 connection"                                                                                                              },
    {DIRECTION_CLOSE,            "close|closes|drop|drops [the] [tcp] connection",                     "close connection"                },
    {DIRECTION_RESET,            "reset|resets [the] [tcp] connection",                                "reset connection"                },
    {DIRECTION_TLS,              "negotiate|negotiates [a|the] tls [session]",                         "negotiate a TLS session"         },
    {DIRECTION_TLS,              "start|starts tls [negotiation]",                                     "negotiate a TLS session"         },
    {DIRECTION_TLS_FAILS,        "[the] tls negotiation|handshake fails",                              "TLS negotiation fails"           },
    {DIRECTION_TLS_FAILS,        "refuse|refuses [the] tls [session|negotiation]",
     "TLS negotiation fails"                                                                                                             },
    {DIRECTION_TLS_SHOWS,        "show|shows %w certificate",                                          "shows %1 certificate"            },
    {DIRECTION_TLS_CERTIFICATE,  "[the] certificate is %*",                                            "the certificate is %1"           },
    {DIRECTION_TLS_NAMES,        "[the] certificate names %w",                                         "the certificate names %1"        },
    {DIRECTION_TLS_VERSION,      "[the] tls version is %*",                                            "the TLS version is %1"           },
    {DIRECTION_TLS_CIPHER,       "[the] [tls] cipher is %w",                                           "the cipher is %1"                },
    {DIRECTION_TLS_SERVER_NAME,  "[the] [tls] server name is %w",                                      "the server name is %1"           },
    {DIRECTION_TLS_SERVER_NAME,  "send|sends a server name",                                           "sends a server name"             },
    {DIRECTION_TLS_NOTHING_LEFT, "nothing [is] left in clear text",
     "nothing is left in clear text"                                                                                                     },
    {DIRECTION_TLS,              "tls negotiation [%*]",                                               "negotiate a TLS session"         },
 /* Before <wait T>: "connection" is no time. */
    {DIRECTION_NOTHING,          "wait|waits for [the|a|next|open] connection [on] [tcp] [port] [%w]", NULL                              },
    {DIRECTION_WAIT,             "wait|waits [for] %w",                                                "wait %1"                         },
    {DIRECTION_SILENCE,          "silence [for] %w",                                                   "silence %1"                      },
    {DIRECTION_SILENCE,          "sends nothing for %w",                                               "silence %1"                      },
    {DIRECTION_WITHIN,           "within %w",                                                          "within %1"                       },
    {DIRECTION_FLUSH,            "flush|flushes",                                                      "flush"                           },
    {DIRECTION_OCTETS,           "octet by octet",                                                     "octet by octet"                  },
    {DIRECTION_PACE,             "pace %w",                                                            "pace %1"                         },
    {DIRECTION_PIECES,           "pieces of %w octets",                                                "pieces of %1 octets"             },
    {DIRECTION_TOGETHER,         "together",                                                           "together"                        },
    {DIRECTION_SEND_MESSAGE,     "send|sends [the] message %w",                                        "send message %1"                 },
    {DIRECTION_SEND_FILE,        "send|sends [the] file %w",                                           "send file %1"                    },
    {DIRECTION_MESSAGE,          "message %w",                                                         "message %1"                      },
    {DIRECTION_AUTHENTICATE,     "authenticate|authenticates [with|by] %w as %w with [the] secret %*",
     "authenticate %1 as %2 with the secret %3"                                                                                          },
    {DIRECTION_AUTHENTICATE,     "authenticate|authenticates [with|by] %w as %w",
     "authenticate %1 as %2"                                                                                                             },
    {DIRECTION_AUTHENTICATE,     "authenticate|authenticates [with|by] %w",                            "authenticate %1"                 },
    {DIRECTION_USE,              "use|uses %w",                                                        "use %1"                          },
    {DIRECTION_IF,               "if %*",                                                              "if %1"                           },
    {DIRECTION_END,              "end [if]",                                                           "end"                             },
    {DIRECTION_BODY,             "[the] [pop3] [server] sends message %w",                             "the POP3 server sends message %1"},
    {DIRECTION_BODY,             "[the] [pop3] [server] sends [the] entire message [here]",
     "the POP3 server sends the entire message here"                                                                                     },
    {DIRECTION_TOP_BODY,
     "[the] [pop3] [server] sends [the] headers|header of the message a blank line and the first "
     "%w "
     "lines of the body [of] [the] [message]",                                                         "the POP3 server sends the headers of the message, a blank line, and the first %1 lines of "
     "the body of the message"                                                             },
    {DIRECTION_AWAIT,            "await|awaits message %w as %w",                                      "await message %1 as %2"          },
    {DIRECTION_JUDGE,            "judge [from] [here] [on]",                                           "judge"                           },
    {DIRECTION_EXIT,             "exit|exits [with] %w",                                               "exit %1"                         },
    {DIRECTION_STORE,            "store|stores [the] message %w",                                      "store message %1"                },
    {DIRECTION_NOTHING,          "check|checks [the] result of [the] negotiation",                     NULL                              },
    {DIRECTION_NOTHING,          "continues by sending an smtp command",                               NULL                              },
};

/* Rows: who may be told so, whether it is read among message data, and whose it is without a speaker. */
static const struct direction_info infos[] = {
    [DIRECTION_NONE] = {true,  true,  false, SIDE_CLIENT},
    [DIRECTION_OPEN] = {true,  true,  false, SIDE_CLIENT},
    [DIRECTION_CLOSE] = {true,  true,  true,  SIDE_CLIENT},
    [DIRECTION_RESET] = {true,  true,  true,  SIDE_CLIENT},
    [DIRECTION_TLS] = {true,  true,  false, SIDE_CLIENT},
    [DIRECTION_TLS_FAILS] = {true,  true,  false, SIDE_CLIENT},
    [DIRECTION_TLS_SHOWS] = {true,  true,  false, SIDE_SERVER},
    [DIRECTION_TLS_CERTIFICATE] = {true,  true,  false, SIDE_SERVER},
    [DIRECTION_TLS_NAMES] = {true,  true,  false, SIDE_SERVER},
    [DIRECTION_TLS_VERSION] = {true,  true,  false, SIDE_SERVER},
    [DIRECTION_TLS_CIPHER] = {true,  true,  false, SIDE_SERVER},
    [DIRECTION_TLS_SERVER_NAME] = {true,  false, false, SIDE_CLIENT},
    [DIRECTION_TLS_NOTHING_LEFT] = {true,  true,  false, SIDE_SERVER},
    [DIRECTION_WAIT] = {true,  true,  true,  SIDE_CLIENT},
    [DIRECTION_SILENCE] = {true,  true,  true,  SIDE_SERVER},
    [DIRECTION_WITHIN] = {false, true,  false, SIDE_SERVER},
    [DIRECTION_FLUSH] = {true,  true,  true,  SIDE_CLIENT},
    [DIRECTION_OCTETS] = {true,  true,  true,  SIDE_CLIENT},
    [DIRECTION_PACE] = {true,  true,  true,  SIDE_CLIENT},
    [DIRECTION_PIECES] = {true,  false, true,  SIDE_CLIENT},
    [DIRECTION_TOGETHER] = {true,  false, false, SIDE_CLIENT},
    [DIRECTION_SEND_MESSAGE] = {true,  false, true,  SIDE_CLIENT},
    [DIRECTION_SEND_FILE] = {true,  false, true,  SIDE_CLIENT},
    [DIRECTION_MESSAGE] = {true,  false, true,  SIDE_CLIENT},
    [DIRECTION_AUTHENTICATE] = {true,  false, false, SIDE_CLIENT},
    [DIRECTION_USE] = {true,  true,  true,  SIDE_CLIENT},
    [DIRECTION_IF] = {true,  true,  false, SIDE_CLIENT},
    [DIRECTION_END] = {true,  true,  false, SIDE_CLIENT},
    [DIRECTION_BODY] = {false, true,  false, SIDE_SERVER},
    [DIRECTION_TOP_BODY] = {false, true,  false, SIDE_SERVER},
    [DIRECTION_AWAIT] = {true,  false, false, SIDE_CLIENT},
    [DIRECTION_JUDGE] = {true,  true,  false, SIDE_CLIENT},
    [DIRECTION_EXIT] = {true,  false, false, SIDE_CLIENT},
    [DIRECTION_STORE] = {true,  false, false, SIDE_CLIENT},
    [DIRECTION_NOTHING] = {true,  true,  false, SIDE_CLIENT},
};
static_assert(sizeof infos / sizeof infos[0] == DIRECTION_COUNT, "one row for each direction");

/* One of each for "did you mean"; the first words are compared when the whole is too far off. */
static const char *const known[] = {
    "open connection",
    "close connection",
    "reset connection",
    "negotiate a TLS session",
    "TLS negotiation fails",
    "shows a certificate",
    "the certificate is valid",
    "the certificate names NAME",
    "the TLS version is 1.3",
    "the cipher is NAME",
    "the server name is NAME",
    "sends a server name",
    "nothing is left in clear text",
    "wait 2s",
    "silence 500ms",
    "within 5s",
    "flush",
    "octet by octet",
    "pace 10/s",
    "pieces of 7 octets",
    "together",
    "send message NAME",
    "send file NAME",
    "message {{m}}",
    "authenticate MECHANISM as USER",
    "authenticate MECHANISM as USER with the secret SECRET",
    "use lib/NAME",
    "if SIZE",
    "end",
    "the POP3 server sends message 1",
    "await message {{message-id}} as {{n}}",
    "exit ok",
    "store message 1",
};
#define KNOWN_COUNT (sizeof known / sizeof known[0])

/* The next word of *rest_p, {{...}} in one piece; false when there is none. */
static bool next_word(struct span *rest_p, struct span *word_r)
{
    struct span rest = span_trim_left(*rest_p);
    size_t n = 0;
    unsigned depth = 0;
    while (n < rest.text.n && (depth > 0 || (rest.text.p[n] != ' ' && rest.text.p[n] != '\t'))) {
        if (bytes_starts(bytes_skip(rest.text, n), "{{")) {
            depth++;
            n += 2;
        } else if (depth > 0 && bytes_starts(bytes_skip(rest.text, n), "}}")) {
            depth--;
            n += 2;
        } else {
            n++;
        }
    }
    *word_r = span_slice(rest, 0, n);
    *rest_p = span_skip(rest, n);
    return n > 0;
}

/* `word` (a comma behind it left out) is one of `alternatives`, "a|b". */
static bool word_is(struct bytes word, struct bytes alternatives)
{
    struct bytes alternative;
    while (bytes_next(&alternatives, '|', &alternative)) {
        if (bytes_equal_nocase(word, alternative)) {
            return true;
        }
    }
    return false;
}

static struct bytes without_comma(struct bytes word)
{
    return word.n > 1 && bytes_ends(word, ",") ? bytes_slice(word, 0, word.n - 1) : word;
}

struct matching {
    struct span rest;
    struct direction_match *match;
    size_t argument_count;
};

static void take_argument(struct matching *matching, struct span argument)
{
    if (matching->argument_count < DIRECTION_MAX_ARGUMENTS) {
        matching->match->arguments[matching->argument_count++] = argument;
    }
}

/* One word of a pattern against the front of what is left. */
static bool match_word(struct matching *matching, struct bytes pattern)
{
    bool optional = bytes_starts(pattern, "[");
    if (optional) {
        pattern = bytes_slice(pattern, 1, pattern.n - 1);
    }
    if (bytes_is(pattern, "%*")) {
        struct span all = span_trim(matching->rest);
        take_argument(matching, all);
        matching->rest = span_skip(all, all.text.n);
        return optional || all.text.n > 0;
    }
    struct span rest = matching->rest;
    struct span word;
    if (!next_word(&rest, &word)) {
        return optional;
    }
    if (bytes_is(pattern, "%w")) {
        take_argument(matching, word);
    } else if (!word_is(without_comma(word.text), pattern)) {
        return optional;
    }
    matching->rest = rest;
    return true;
}

static bool match_form(const struct form *form, struct span inner, struct direction_match *match_r)
{
    *match_r = (struct direction_match){.direction = form->direction, .canonical = form->canonical};
    struct matching matching = {.rest = inner, .match = match_r};
    struct bytes pattern = bytes_of(form->pattern);
    struct bytes word;
    while (bytes_next_word(&pattern, &word)) {
        if (!match_word(&matching, word)) {
            return false;
        }
    }
    return span_trim(matching.rest).text.n == 0;
}

struct direction_match direction_match(struct span text)
{
    struct direction_match match = {0};
    struct span trimmed = span_trim(text);
    if (trimmed.text.n < 2 || !bytes_ends(trimmed.text, ">")) {
        return match;
    }
    struct span inner = span_slice(trimmed, 1, trimmed.text.n - 1);
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (match_form(&forms[i], inner, &match)) {
            if (match.canonical == NULL) {
                match.arguments[0] = inner;
                match.canonical = "%1";
            }
            return match;
        }
    }
    return (struct direction_match){0};
}

const struct direction_info *direction_info(enum direction direction)
{
    return &infos[direction];
}

static struct bytes first_word(struct bytes text)
{
    struct bytes word = {0};
    return bytes_next_word(&text, &word) ? word : (struct bytes){0};
}

/* "closing" is akin to "close": the first four letters are the same, or the whole of a shorter word. */
static bool is_akin(struct bytes word, struct bytes other)
{
    if (other.n < 4) {
        return bytes_equal_nocase(word, other);
    }
    return bytes_equal_nocase(bytes_slice(word, 0, 4), bytes_slice(other, 0, 4));
}

const char *direction_nearest(struct bytes text)
{
    struct bytes inner = bytes_trim(bytes_skip(text, 1));
    if (bytes_ends(inner, ">")) {
        inner = bytes_trim(bytes_slice(inner, 0, inner.n - 1));
    }
    const char *nearest = glob_nearest(inner, known, KNOWN_COUNT);
    if (nearest != NULL) {
        return nearest;
    }
    struct bytes word = first_word(inner);
    for (size_t i = 0; i < KNOWN_COUNT; i++) {
        if (is_akin(word, first_word(bytes_of(known[i])))) {
            return known[i];
        }
    }
    return NULL;
}

void direction_print(struct buf *out, const struct direction_match *match)
{
    buf_append_octet(out, '<');
    const char *canonical = match->canonical != NULL ? match->canonical : "";
    for (const char *p = canonical; *p != '\0'; p++) {
        if (*p == '%' && p[1] >= '1' && p[1] <= '0' + DIRECTION_MAX_ARGUMENTS) {
            buf_append(out, bytes_trim(match->arguments[p[1] - '1'].text));
            p++;
        } else {
            buf_append_octet(out, (unsigned char)*p);
        }
    }
    buf_append_octet(out, '>');
}
