/*
 * program - a compiled scenario: one case, as plain data
 *
 * The text compiler (script/), unit tests and, later, the Python co-process produce it; one executor
 * (engine/) runs it, in either role. A step says who speaks, never who we are: playing the client,
 * the steps of SIDE_CLIENT are sent and those of SIDE_SERVER expected; playing the server, the
 * other way round. Everything belongs to the arena of its scenario and does not change.
 */
#ifndef MAILSPEC_MODEL_PROGRAM_H
#define MAILSPEC_MODEL_PROGRAM_H

#include "model/place.h"
#include "model/side.h"

/* ---- Text: octets, variables and functions ---- */

enum piece_kind { PIECE_OCTETS, PIECE_VARIABLE, PIECE_FUNCTION };

/* What an unbound variable takes from the wire. */
enum value_type {
    VALUE_TEXT,   /* one or more octets other than CR and LF, as few as will do */
    VALUE_INT,    /* one or more digits */
    VALUE_WORD,   /* one or more octets other than blank, tab, CR and LF */
    VALUE_HEX,    /* one or more hexadecimal digits */
    VALUE_BASE64, /* zero or more octets of the base64 alphabet and "=" */
    VALUE_TYPE_COUNT
};

struct text;

struct piece {
    enum piece_kind kind;
    struct bytes octets;  /* PIECE_OCTETS */
    const char *name;     /* variable: "rcpt", "secret:alice"; function: "repeat" */
    enum value_type type; /* variable */
    bool has_sample;      /* variable: {{n:int=5}} */
    struct bytes sample;
    const struct text *arguments; /* function */
    size_t argument_count;
    struct place place;
    bool typed; /* variable: its type was written, {{n:int}} */
};

struct text {
    const struct piece *pieces;
    size_t count;
};

/* ---- What is compared ---- */

enum compare {
    COMPARE_FRAME, /* code, verb and framing only */
    COMPARE_VALUES, /* the whole line, variables bound or matched ({{...}} in it, or Compare: text) */
    COMPARE_GLOB,   /* C*: S*: */
    COMPARE_REGEX, /* C/: S/: anchored at the start of the line */
    COMPARE_EXACT  /* C=: S=: every octet, the line end too */
};

enum { PROGRAM_MAX_ANY_ORDER = 256 }; /* neighbours with LINE_ANY_ORDER */

enum line_flag {
    LINE_OPTIONAL = 1,  /* S?: C?: */
    LINE_FORBIDDEN = 2, /* S!: */
    LINE_ANY_ORDER = 4, /* S~: */
    LINE_NO_END = 8,    /* \c: no CRLF is added */
    LINE_GAP = 16,      /* S: ... in the body of a POP3 response: any number of lines, also none */
    LINE_FOLDED =
        32 /* S+: there: a field, with the lines into which it is folded (RFC 5322 2.2.3) */
};

struct line {
    struct text text; /* without the line end */
    enum compare compare;
    unsigned flags;
    struct place place; /* column and width of the text */
};

/* One acceptable code: "250", "2yz", "25z"; "+OK", "-ERR", "+". */
struct code_choice {
    const char *code;
    bool second_choice; /* written with "?": accepted as NON-STRICT */
};

/*
 * One expected reply (SMTP) or response (POP3). Without codes the first line alone says what is
 * wanted (a marked line whose code is not literal).
 */
struct reply {
    const struct code_choice *codes;
    size_t code_count;
    const struct line *lines; /* the written ones; line 0 is the status line */
    size_t line_count;
    bool keywords; /* to EHLO, LHLO or CAPA: a compared line matches some line after the first */
    bool keywords_all; /* and under Compare: text no other line may be there */
    bool multiline;    /* the POP3 response to this command has a body when it is +OK */
    bool body_given;   /* POP3: lines up to S: . are written; else any body will do */
    bool optional;     /* S?: alone: the whole reply may come */
    bool ends_data;   /* to the end of data (under LMTP there is one for each accepted recipient) */
    bool goes_on;     /* of the reply before, whose last line ended in \c: no reply of its own */
    bool codes_alone; /* line 0 is its codes and nothing else: "503 | ?5yz" */
};

/* ---- Steps ---- */

enum step_kind {
    STEP_COMMAND,  /* client: one line */
    STEP_RESPONSE, /* client: one SASL response line, after 334 or "+ " */
    STEP_DATA,     /* client: message data, sent as written, `lines` up to and with the dot; without
                      the dot where a direction stands among the data: the rest follows */
    STEP_CHUNK,    /* client: the octets behind BDAT n, in `lines` */
    STEP_REPLY,    /* server: one reply */
    STEP_BODY,    /* server: <the POP3 server sends message N>: the rest of a multi-line response is
                          message `text` of the maildrop; `name`: only so many lines of it (TOP) */
    STEP_OPEN,    /* <open connection> */
    STEP_CLOSE,   /* <close connection> by `side` */
    STEP_RESET,   /* <reset connection> by `side` */
    STEP_WAIT,    /* <wait 2s> */
    STEP_SILENCE, /* <silence 500ms>: `side` sends nothing for that long */
    STEP_WITHIN,  /* <within 5s>: limit for the next reply */
    STEP_FLUSH, /* <flush>: what was said so far goes out in one write, the next begins a segment */
    STEP_PACE, /* <octet by octet> (duration 0), <pace 10/s> or <pieces of 7 octets>, until the end of the segment */
    STEP_TOGETHER,     /* <together> */
    STEP_SEND_MESSAGE, /* <send message NAME> or <send file NAME>: `text`, sent stuffed and
                          terminated; its lines end in CRLF */
    STEP_MESSAGE,      /* <message {{m}}>: captures the message data (`text` holds the variable) */
    STEP_AWAIT, /* <await message MESSAGE-ID as {{n}}>: log in by POP3 until the message is there */
    STEP_TLS,   /* <negotiate a TLS session> */
    STEP_TLS_FAILS, /* <TLS negotiation fails>: it is begun, and `side` refuses it; `either`: some side */
    STEP_TLS_FACT, /* <the certificate is expired>: `fact`, `text` and `negated`, of the session that `side` has */
    STEP_AUTHENTICATE, /* <authenticate MECHANISM as USER> */
    STEP_IF,           /* <if SIZE>: `text`; false: go on at step `jump` */
    STEP_END,          /* <end> */
    STEP_EXIT,  /* <exit ok>: the client that is tested ends, with a status of class `name` */
    STEP_STORE, /* <store message N>: what the client fetched holds message `text` of the maildrop */
    STEP_NEVER, /* C!: what the client must not say before its next line: one line */
    STEP_JUDGE, /* <judge>: what came before is preparation, a mismatch there is INCONCLUSIVE */
    STEP_COMMENTARY, /* > for transcripts and lessons */
    STEP_KIND_COUNT
};

/* What a dialogue can say of a TLS session. */
enum tls_fact {
    TLS_FACT_SHOWN, /* `side` shows a certificate */
    TLS_FACT_VALID, /* trusted, in its time, and for the name */
    TLS_FACT_TRUSTED,
    TLS_FACT_EXPIRED,
    TLS_FACT_NOT_YET_VALID,
    TLS_FACT_SELF_SIGNED,
    TLS_FACT_OTHER_NAME,
    TLS_FACT_WILDCARD,
    TLS_FACT_NAMES,         /* the name `text` stands in it */
    TLS_FACT_VERSION,       /* is `text`: "1.2" */
    TLS_FACT_LEAST_VERSION, /* is `text`, or newer */
    TLS_FACT_CIPHER,        /* is `text`, as IANA names it */
    TLS_FACT_SERVER_NAME,   /* the client sent `text` (SNI, RFC 6066 section 3); empty: any */
    TLS_FACT_NOTHING_LEFT,  /* `side` had said nothing more in clear text when the session began */
    TLS_FACT_COUNT
};

struct step {
    enum step_kind kind;
    enum side side;
    unsigned connection; /* from 1 */
    struct place place;
    const struct line *lines; /* COMMAND, RESPONSE: one; DATA, CHUNK: many */
    size_t line_count;
    struct reply reply; /* REPLY */
    struct text text;   /* BODY, MESSAGE, AWAIT (Message-ID), IF, COMMENTARY, AUTHENTICATE (user) */
    const char
        *name; /* AUTHENTICATE: mechanism; AWAIT: variable to bind; SEND_MESSAGE: as written */
    int64_t duration_ms; /* WAIT, SILENCE, WITHIN */
    int64_t pause_us;    /* PACE: between pieces */
    size_t piece_octets; /* PACE: how many octets go out in a write; 0: one */
    size_t jump;         /* IF: index of its END */
    bool pipelined;      /* COMMAND: goes out in one write with the client step behind it */
    struct text
        secret; /* AUTHENTICATE: with another secret than the user's own; without pieces: the user's */
    enum tls_fact fact; /* TLS_FACT */
    bool negated;       /* TLS_FACT: it is not so */
    bool either;        /* TLS_FAILS: whichever side refuses */
    bool optional;      /* TLS: the dialogue ends where it fails */
};

/* ---- Header ---- */

enum start {
    START_CONNECT,
    START_GREETING,
    START_EHLO,
    START_TLS,
    START_AUTH,
    START_MAIL,
    START_RCPT,
    START_DATA,
    START_POP3_TRANSACTION,
    START_COUNT
};

enum need_kind {
    NEED_EHLO, /* ehlo KEYWORD */
    NEED_CAPA, /* capa KEYWORD */
    NEED_TLS,
    NEED_AUTH,     /* auth MECHANISM */
    NEED_DELIVERY, /* mail sent is seen through POP3 */
    NEED_MESSAGES, /* messages N: at least N in the maildrop, put there when need be */
    NEED_EMPTY,    /* empty maildrop: nothing in it */
    NEED_SMTP,
    NEED_LMTP,
    NEED_POP3,
    NEED_TCP,          /* mail goes through a TCP connection, which has addresses */
    NEED_APOP,         /* a timestamp in the POP3 greeting */
    NEED_UNKNOWN_USER, /* the target names one */
    NEED_RELAY_DOMAIN,
    NEED_USERS,           /* users N */
    NEED_BUILT_IN,        /* only under Given: */
    NEED_SENDS,           /* sends VERB: the client does, of its own accord */
    NEED_FETCHED,         /* what the client fetched can be seen */
    NEED_MESSAGE_FILE,    /* the client sends the message that it is given */
    NEED_UNENDED_MESSAGE, /* the same, and the last line of that message has no line end */
    NEED_TOLD,            /* told NAME: the client is given {{NAME}}, and goes by it */
    NEED_COUNT
};

struct need {
    enum need_kind kind;
    const char *word; /* keyword or mechanism, else NULL */
    unsigned number;
};

struct name_value {
    const char *name;
    struct text
        value; /* Each cells: as text; Cast: the target's side; Given: message: its octets */
    struct bytes raw;
};

/* A connection the dialogue uses. */
struct program_connection {
    unsigned number;        /* from 1 */
    enum protocol protocol; /* SMTP also where either of SMTP and LMTP will do */
    bool greets_by_verb;    /* EHLO, HELO or LHLO stands in the dialogue: the protocol is fixed */
    enum start start;
};

struct program {
    const char *id;      /* "smtp/rcpt-without-mail", with "/row" for a row of Each */
    const char *file_id; /* without the row */
    const char *path;
    const char *title;
    const char *const *rules;
    size_t rule_count;
    const char *const *tags;
    size_t tag_count;
    const struct need *needs;
    size_t need_count;
    const struct name_value *given; /* Given: settings for the built-in server */
    size_t given_count;
    const struct name_value *cast; /* name in the dialogue = the target's */
    size_t cast_count;
    const struct name_value *row; /* Each: the columns of this case's row */
    size_t row_count;
    const struct program_connection *connections;
    size_t connection_count;
    bool uses_maildrop;
    bool compare_text;     /* Compare: text */
    bool off_script_fails; /* Off-script: fail */
    int64_t timeout_ms;    /* Timeout: for each reply; 0: the default */
    unsigned points;
    bool playable_client;                 /* can be run against a server */
    bool playable_server;                 /* can be run against a client */
    const char *unplayable_client_reason; /* why not, or NULL */
    const char *unplayable_server_reason;
    const struct step *steps;
    size_t step_count;
    const struct step *finally;
    size_t finally_count;
};

bool program_needs(const struct program *program, enum need_kind kind);
/*
 * The line of the other side that the step answers: the last one before it on its connection, and of a pipelined group the command that the
 * reply belongs to (RFC 2920 3.1). NULL: there is none, the step is about a whole session (STEP_EXIT,
 * STEP_STORE), or it stands elsewhere (in Finally).
 */
const struct line *program_said_before(const struct program *program, const struct step *step);

const char *start_name(enum start start); /* "connect", ..., "pop3-transaction" */
bool start_from_name(struct bytes name, enum start *start_r);
const char *step_kind_name(enum step_kind kind); /* "command", ... */
bool step_kind_from_name(struct bytes name, enum step_kind *kind_r);
const char *value_type_name(enum value_type type);
bool value_type_from_name(struct bytes name, enum value_type *type_r);
const char *need_kind_name(enum need_kind kind); /* "ehlo", "unknown-user", ... */
const char *tls_fact_name(enum tls_fact fact);   /* "expired", "version", ... */

#endif
