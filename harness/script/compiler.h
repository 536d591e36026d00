/*
 * compiler - the state of compiling one program (inside of compile*.c)
 */
#ifndef MAILSPEC_SCRIPT_COMPILER_H
#define MAILSPEC_SCRIPT_COMPILER_H

#include "script/compile.h"
#include "script/pieces.h"
#include "script/reply_codes.h"
#include "script/verbs.h"

/* An item where it stands after fragments were put in. */
struct flat {
    struct item *item;
    unsigned connection;
    const struct document *document; /* the file that it stands in */
};

struct flat_list {
    struct flat *items;
    size_t count;
    size_t capacity;
};

/* A command that has no reply yet. */
enum outstanding_kind { OUTSTANDING_COMMAND, OUTSTANDING_END_OF_DATA, OUTSTANDING_RESPONSE };

struct outstanding {
    enum outstanding_kind kind;
    enum verb verb;
    bool argument;    /* something stands behind the verb */
    struct text text; /* of the command */
    unsigned takes;   /* END_OF_DATA under LMTP: replies that it has; 0: not counted yet */
};

enum talk_state {
    TALK_COMMANDS,
    TALK_DATA,    /* C: lines are message data */
    TALK_RESPONSE /* the next C: line is a SASL response */
};

/* One connection, as far as the dialogue has come. */
struct talk {
    unsigned number;
    bool used;
    enum protocol protocol;
    bool protocol_known;
    bool replies_by_number; /* it is SMTP or LMTP, whichever */
    bool greets_by_verb;
    bool logs_in;
    enum start start;
    enum talk_state state;
    struct outstanding *queue;
    size_t queue_first;
    size_t queue_count;
    size_t queue_capacity;
    struct outstanding last; /* the command that the last reply belongs to */
    unsigned accepted;       /* recipients */
    bool challenged;         /* the last AUTH answers a challenge */
    bool greeting_due;
    bool greeting_first; /* the next reply is the greeting, whatever the client has said */
    bool opened;         /* by <open connection>, and nothing said yet */
    bool half_reply;     /* the server's last line had no end: its next one goes on */
    bool half_command;   /* the last line had no end: the next one goes on */
    bool turned;         /* TURN was accepted: what the server says are commands */
    bool message_sent;   /* the last thing said was a whole message, its end included */
    bool data_unsure;    /* DATA was said, and no literal code says yet whether data follows */
    bool data_begun;     /* a line of data was written since 354 */
    struct place data_place;
    unsigned char tail[5]; /* the last octets of the data */
    size_t body_end;       /* POP3: where the run of server lines ends that was looked at last */
};

enum { COMPILER_MAX_IFS = 8 };

struct open_if {
    size_t step;
    struct place place;
    size_t outstanding[LEXED_MAX_CONNECTION + 1];
};

struct step_list {
    struct step *items;
    size_t count;
    size_t capacity;
};

/* What stays the same from program to program. */
struct message_cache {
    struct cached_message {
        const struct document *user;
        struct bytes name;
        struct span text;
        bool ok;
    } * items;
    size_t count;
    size_t capacity;
};

struct compiler {
    const struct compile_input *input;
    const struct settings *settings;
    struct arena *arena;
    struct problems *problems;
    struct pieces_context pieces;
    struct message_cache *messages;
    struct flat_list flats; /* of the part that is compiled now: the dialogue, then Finally: */
    struct step_list steps;
    struct talk talks[LEXED_MAX_CONNECTION + 1]; /* by number */
    struct name_set captured;
    struct name_set typed; /* names that have a type, and "name:type" */
    struct open_if ifs[COMPILER_MAX_IFS];
    size_t if_count;
    bool has_start; /* Start: */
    enum start start;
    struct place start_place;
    bool needs_built_in; /* a printed digest */
    bool full;           /* too many steps */
    const char *unplayable_client;
    const char *unplayable_server;
};

/* ---- compile_connections.c ---- */

/* Protocol and start of every connection. Called once for the dialogue, then for Finally:. */
void compile_connections(struct compiler *compiler, bool finally);
/* The first word of a line, the columns of Each: filled in. */
struct bytes compile_first_word(const struct compiler *compiler, const struct flat *flat);

/* ---- compile_lines.c ---- */

/*
 * The text of a line. `span` is what is left of it when blanks and comments are off. Reports what is unknown, notes what the line captures,
 * and what cannot be sent.
 */
struct line compile_line(struct compiler *compiler, const struct flat *flat, struct span span);
/* Text that the client needs to know when the step begins: arguments of directions, messages. */
struct text compile_known_text(struct compiler *compiler, enum pieces_mode mode, struct span span);
void compile_check_known(struct compiler *compiler, const struct text *text);
void compile_capture(struct compiler *compiler, const char *name);
/* A command or reply without its leading blanks and course comment. */
struct span compile_trimmed(const struct flat *flat);
/* Message data: without exactly one blank. */
struct span compile_data_span(const struct flat *flat);
/* `side` cannot be played: the first reason is kept. */
void compile_unplayable(struct compiler *compiler, enum side side, struct place place,
                        const char *format, ...) __attribute__((format(printf, 4, 5)));

/* ---- compile_steps.c ---- */

struct step *compile_add_step(struct compiler *compiler, enum step_kind kind,
                              const struct flat *flat);
struct talk *compile_talk(struct compiler *compiler, const struct flat *flat);
/* Is it a direction here (among message data only some are)? */
bool compile_is_direction(const struct compiler *compiler, const struct flat *flat);
/* Index of the next line of the connection that has not to do with the file's looks; emits commentary on the way. */
size_t compile_next_line(struct compiler *compiler, size_t at);
/* All of compiler->flats. */
void compile_dialogue(struct compiler *compiler);

/* ---- compile_client.c, compile_data.c, compile_reply.c, compile_direction.c ---- */

/* Each compiles what begins at `at` and returns where to go on. */
size_t compile_client(struct compiler *compiler, size_t at);
size_t compile_data(struct compiler *compiler, size_t at);
size_t compile_chunk(struct compiler *compiler, size_t at, const struct text *command);
size_t compile_server(struct compiler *compiler, size_t at);
size_t compile_direction(struct compiler *compiler, size_t at);
void compile_end_of_data(struct talk *talk, enum verb verb);
/* The message of that name, read once; its `ok` is false after a problem. */
const struct cached_message *compile_find_message(struct compiler *compiler, struct span name,
                                                  const struct document *user);
/* The message data of a finished dialogue is finished, too. */
void compile_check_data(struct compiler *compiler, const struct talk *talk, struct place place,
                        const char *before);

/* ---- compile_tls.c ---- */

/* Each completes a step of what is said of a TLS session, and reports what is wrong. */
void compile_tls_certificate(struct compiler *compiler, const struct flat *flat, struct step *step);
void compile_tls_shows(struct compiler *compiler, const struct flat *flat, struct step *step);
void compile_tls_version(struct compiler *compiler, const struct flat *flat, struct step *step);
void compile_tls_text(struct compiler *compiler, const struct flat *flat, struct step *step);
void compile_tls_nothing_left(struct compiler *compiler, const struct flat *flat,
                              struct step *step);
void compile_tls_fails(struct compiler *compiler, const struct flat *flat, struct step *step);
/* <authenticate MECHANISM as USER>, at `at`. */
void compile_authenticate(struct compiler *compiler, size_t at, struct step *step);

/* ---- compile_path.c ---- */

/* MAIL or RCPT, with its reply: a warning where a path lacks its angle brackets and is to be accepted. */
void compile_path(struct compiler *compiler, const struct outstanding *command,
                  const struct reply *reply);

/* ---- compile_pairing.c ---- */

void talk_command(struct talk *talk, struct outstanding command);
void talk_command_text(struct talk *talk, const struct line *line);
/* Pair a reply with the oldest command; *found_r: there was one. Sets what the next C: line is. */
struct outstanding talk_reply(struct compiler *compiler, struct talk *talk, size_t at,
                              const struct reply *reply, bool *found_r);
/* What the next reply is to; NULL: nothing, or the greeting comes first. */
const struct outstanding *talk_first(const struct talk *talk);
/* What was said before counts no more. */
void talk_forget(struct talk *talk);
/* The same, and another connection begins. */
void talk_reset(struct talk *talk);
void talk_deinit(struct talk *talk);

/* ---- compile_digest.c ---- */

void compile_digest(struct compiler *compiler, struct talk *talk, const struct outstanding *command,
                    const struct reply *reply);

/* ---- compile_finish.c ---- */

void compile_pipelined(struct step *steps, size_t count);

#endif
