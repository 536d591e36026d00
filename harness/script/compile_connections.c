/*
 * compile_connections - what each connection speaks, and how far it goes before line one
 */
#include "script/compiler.h"

struct bytes compile_first_word(const struct compiler *compiler, const struct flat *flat)
{
    struct bytes text = span_trim_left(flat->item->text).text;
    if (bytes_starts(text, "{{")) {
        struct bytes name = bytes_slice(text, 2, bytes_index(text, '}', 0));
        const struct name_value *column = pieces_column(&compiler->pieces, bytes_trim(name));
        text = column != NULL && column->value.count > 0 ? column->value.pieces[0].octets
                                                         : (struct bytes){0};
    }
    struct bytes word = {0};
    return bytes_next_word(&text, &word) ? word : (struct bytes){0};
}

static void set_protocol(struct talk *talk, enum protocol protocol)
{
    bool excluded = protocol == PROTOCOL_POP3 && talk->replies_by_number;
    if (!talk->protocol_known && !excluded) {
        talk->protocol = protocol;
        talk->protocol_known = true;
    }
}

static void look_at_client(struct talk *talk, enum verb verb)
{
    const struct verb_info *info = verb_info(verb);
    if (info->tells) {
        set_protocol(talk, info->protocol);
    }
    talk->greets_by_verb |= info->greets;
    talk->logs_in |= info->logs_in;
}

static void look_at_server(struct talk *talk, struct bytes word)
{
    if (bytes_starts(word, "+OK") || bytes_starts(word, "-ERR")) {
        set_protocol(talk, PROTOCOL_POP3);
    } else if (word.n >= 3 && octet_is_digit(word.p[0])) {
        talk->replies_by_number |= !talk->protocol_known;
    }
}

static void look_at_direction(struct talk *talk, const struct direction_match *match)
{
    struct bytes form = bytes_of(match->canonical);
    if (match->direction == DIRECTION_OPEN) {
        for (int i = 0; i < PROTOCOL_COUNT; i++) {
            const char *name = protocol_name((enum protocol)i);
            if (bytes_find(form, bytes_of(name), 0) != BYTES_NONE) {
                set_protocol(talk, (enum protocol)i);
            }
        }
    } else if (match->direction == DIRECTION_AWAIT) {
        set_protocol(talk, PROTOCOL_POP3);
        talk->logs_in = true;
    } else if (match->direction == DIRECTION_AUTHENTICATE) {
        talk->logs_in = true;
    }
}

/* Where the connection begins, from its first line that says so. */
struct beginning {
    bool known;
    bool server; /* the server speaks, or the client does what begins with the connection itself */
    enum verb verb;
    bool authenticates;
};

static void look_at_beginning(const struct compiler *compiler, const struct flat *flat,
                              struct beginning *beginning)
{
    enum direction direction = flat->item->direction.direction;
    if (beginning->known) {
        return;
    }
    switch (direction) {
    case DIRECTION_NONE:
        beginning->known = true;
        beginning->server = flat->item->side == SIDE_SERVER;
        beginning->verb = verb_find(compile_first_word(compiler, flat));
        break;
    case DIRECTION_AWAIT:
    case DIRECTION_BODY:
    case DIRECTION_TOP_BODY:
        beginning->known = true;
        beginning->server = true;
        break;
    case DIRECTION_AUTHENTICATE:
        beginning->known = true;
        beginning->authenticates = true;
        break;
    case DIRECTION_CLOSE:
    case DIRECTION_RESET:
    case DIRECTION_TLS:
    case DIRECTION_TLS_FAILS:
    case DIRECTION_SEND_MESSAGE:
    case DIRECTION_SEND_FILE:
    case DIRECTION_MESSAGE:
        beginning->known = true;
        break;
    case DIRECTION_OPEN:
    case DIRECTION_WAIT:
    case DIRECTION_SILENCE:
    case DIRECTION_WITHIN:
    case DIRECTION_FLUSH:
    case DIRECTION_OCTETS:
    case DIRECTION_PACE:
    case DIRECTION_PIECES:
    case DIRECTION_TOGETHER:
    case DIRECTION_USE:
    case DIRECTION_IF:
    case DIRECTION_END:
    case DIRECTION_JUDGE:
    case DIRECTION_EXIT:
    case DIRECTION_STORE:
    case DIRECTION_TLS_SHOWS:
    case DIRECTION_TLS_CERTIFICATE:
    case DIRECTION_TLS_NAMES:
    case DIRECTION_TLS_VERSION:
    case DIRECTION_TLS_CIPHER:
    case DIRECTION_TLS_SERVER_NAME:
    case DIRECTION_TLS_NOTHING_LEFT:
    case DIRECTION_NOTHING:
    case DIRECTION_COUNT:
        break;
    }
}

/*
 * AUTH comes right behind the greeting in POP3 only: SMTP offers it in the reply to EHLO.
 */
static enum start default_start(const struct talk *talk, const struct beginning *beginning)
{
    bool pop3 = talk->protocol == PROTOCOL_POP3;
    bool begins = verb_info(beginning->verb)->begins && (pop3 || beginning->verb != VERB_AUTH);
    if (beginning->server) {
        return START_CONNECT;
    }
    if (begins || (pop3 && beginning->authenticates)) {
        return START_GREETING;
    }
    return pop3 ? START_AUTH : START_EHLO;
}

static void check_start(struct compiler *compiler, const struct talk *talk)
{
    bool pop3 = talk->protocol == PROTOCOL_POP3;
    enum start start = compiler->start;
    bool smtp_only =
        start == START_EHLO || start == START_MAIL || start == START_RCPT || start == START_DATA;
    if ((pop3 && smtp_only) || (!pop3 && start == START_POP3_TRANSACTION)) {
        problems_error(compiler->problems, compiler->start_place,
                       "connection 1 speaks %s, which has no such state", pop3 ? "POP3" : "SMTP");
    }
}

/* What Start: says about connection 1. */
static void first_connection(const struct compiler *compiler, struct talk *talk)
{
    if (compiler->has_start && compiler->start == START_POP3_TRANSACTION) {
        set_protocol(talk, PROTOCOL_POP3);
    }
}

static void default_protocol(struct compiler *compiler, struct talk *talk)
{
    const struct settings *settings = compiler->settings;
    for (size_t i = 0; i < settings->need_count; i++) {
        if (settings->needs[i].kind == NEED_POP3) {
            set_protocol(talk, PROTOCOL_POP3);
        } else if (settings->needs[i].kind == NEED_LMTP && talk->protocol == PROTOCOL_SMTP &&
                   !talk->greets_by_verb) {
            talk->protocol = PROTOCOL_LMTP; /* a reply code alone could be of either */
            talk->protocol_known = true;
        }
    }
}

static void finish_connection(struct compiler *compiler, struct talk *talk,
                              const struct beginning *beginning)
{
    if (talk->number == 1) {
        default_protocol(compiler, talk);
    }
    talk->start = default_start(talk, beginning);
    if (talk->number == 1 && compiler->has_start) {
        check_start(compiler, talk);
        talk->start = compiler->start;
    }
    talk->greeting_due = talk->start == START_CONNECT;
    talk->greeting_first = talk->greeting_due && talk->number == 1 && compiler->has_start;
    talk->state = talk->start == START_DATA ? TALK_DATA : TALK_COMMANDS;
    talk->accepted = talk->start == START_RCPT || talk->start == START_DATA ? 1 : 0;
}

static void look_at(struct compiler *compiler, const struct flat *flat)
{
    struct talk *talk = &compiler->talks[flat->connection];
    if (flat->item->direction.direction != DIRECTION_NONE) {
        look_at_direction(talk, &flat->item->direction);
    } else if (flat->item->side == SIDE_SERVER) {
        look_at_server(talk, compile_first_word(compiler, flat));
    } else {
        look_at_client(talk, verb_find(compile_first_word(compiler, flat)));
    }
}

/* A connection that only Finally: speaks on is opened there, or its lines could never be said. */
static void check_opened(struct compiler *compiler, const struct flat *flat)
{
    enum direction direction = flat->item->direction.direction;
    if (direction != DIRECTION_OPEN && direction != DIRECTION_AWAIT) {
        problems_error(compiler->problems, flat->item->place,
                       "connection %u is not open here: the dialogue does not speak on it, and "
                       "Finally: has no <open connection> for it",
                       flat->connection);
    }
}

void compile_connections(struct compiler *compiler, bool finally)
{
    struct beginning beginnings[LEXED_MAX_CONNECTION + 1] = {{0}};
    bool is_new[LEXED_MAX_CONNECTION + 1] = {false};
    if (!finally) {
        first_connection(compiler, &compiler->talks[1]);
    }
    for (size_t i = 0; i < compiler->flats.count; i++) {
        const struct flat *flat = &compiler->flats.items[i];
        struct talk *talk = &compiler->talks[flat->connection];
        if (flat->item->kind != ITEM_SPEECH && flat->item->kind != ITEM_DIRECTION) {
            continue;
        }
        if (finally && !talk->used) {
            check_opened(compiler, flat);
        }
        is_new[flat->connection] |= !talk->used;
        talk->used = true;
        talk->number = flat->connection;
        look_at(compiler, flat);
        look_at_beginning(compiler, flat, &beginnings[flat->connection]);
    }
    for (unsigned i = 1; i <= LEXED_MAX_CONNECTION; i++) {
        if (is_new[i]) {
            finish_connection(compiler, &compiler->talks[i], &beginnings[i]);
        }
    }
}
