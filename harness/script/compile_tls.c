/*
 * compile_tls - directions that say what a TLS session is to be, and the whole exchange of a login
 *
 * What is said of a certificate, of the server name or of octets in clear text is about the side that the line names: playing that
 * side it is nothing, for it is our own. Version and cipher are those of both sides.
 */
#include "model/sasl_mechanism.h"
#include "model/tls.h"
#include "script/compiler.h"

/* The words behind <the certificate is ...>; "not " may stand in front of each. */
static const struct word {
    const char *text;
    enum tls_fact fact;
    bool negated;
} words[] = {
    {"valid",            TLS_FACT_VALID,         false},
    {"invalid",          TLS_FACT_VALID,         true },
    {"trusted",          TLS_FACT_TRUSTED,       false},
    {"untrusted",        TLS_FACT_TRUSTED,       true },
    {"expired",          TLS_FACT_EXPIRED,       false},
    {"not yet valid",    TLS_FACT_NOT_YET_VALID, false},
    {"self-signed",      TLS_FACT_SELF_SIGNED,   false},
    {"for another name", TLS_FACT_OTHER_NAME,    false},
    {"a wildcard",       TLS_FACT_WILDCARD,      false},
};

static struct span first_argument(const struct flat *flat)
{
    return flat->item->direction.arguments[0];
}

/* The argument with the columns of Each: filled in; false: a problem was told, or it has a value that only a run knows. */
static bool read_literal(struct compiler *compiler, struct span argument, struct buf *out)
{
    struct pieces pieces = pieces_read(&compiler->pieces, PIECES_CELL, argument);
    if (pieces.failed) {
        return false;
    }
    if (!text_literal(&pieces.text, out)) {
        problems_error(compiler->problems, span_whole_place(argument),
                       "the words must stand here themselves; only columns of Each: are filled in");
        return false;
    }
    return true;
}

static bool find_word(struct bytes text, struct step *step)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (bytes_is_nocase(text, words[i].text)) {
            step->fact = words[i].fact;
            step->negated = words[i].negated;
            return true;
        }
    }
    return false;
}

void compile_tls_certificate(struct compiler *compiler, const struct flat *flat, struct step *step)
{
    struct span argument = first_argument(flat);
    struct buf literal = {0};
    if (read_literal(compiler, argument, &literal)) {
        struct bytes text = bytes_trim(buf_bytes(&literal));
        bool known = find_word(text, step);
        if (!known && bytes_starts_nocase(text, "not ") &&
            find_word(bytes_trim(bytes_skip(text, 4)), step)) {
            step->negated = !step->negated;
            known = true;
        }
        if (!known) {
            problems_error(compiler->problems, span_whole_place(argument),
                           "a certificate is valid, trusted, expired, not yet valid, self-signed, "
                           "for another name or a wildcard; \"not\" may stand in front");
        }
    }
    buf_deinit(&literal);
}

void compile_tls_shows(struct compiler *compiler, const struct flat *flat, struct step *step)
{
    struct span argument = first_argument(flat);
    step->fact = TLS_FACT_SHOWN;
    step->negated = bytes_is_nocase(argument.text, "no");
    if (!step->negated && !bytes_is_nocase(argument.text, "a")) {
        problems_error(compiler->problems, span_whole_place(argument),
                       "expected <shows a certificate> or <shows no certificate>");
    }
}

/* version = [ "at least" ] ( "1.0" | "1.1" | "1.2" | "1.3" ) */
void compile_tls_version(struct compiler *compiler, const struct flat *flat, struct step *step)
{
    static const char least[] = "at least ";
    struct span argument = first_argument(flat);
    bool at_least = bytes_starts_nocase(argument.text, least);
    if (at_least) {
        argument = span_trim(span_skip(argument, sizeof least - 1));
    }
    step->fact = at_least ? TLS_FACT_LEAST_VERSION : TLS_FACT_VERSION;
    step->text = compile_known_text(compiler, PIECES_CELL, argument);
    struct buf literal = {0};
    enum tls_version version = TLS_ANY;
    if (text_literal(&step->text, &literal) &&
        (!tls_version_from_name(buf_bytes(&literal), &version) || version == TLS_ANY)) {
        problems_error(compiler->problems, span_whole_place(argument),
                       "expected a version of TLS: 1.0, 1.1, 1.2 or 1.3");
    }
    buf_deinit(&literal);
}

void compile_tls_text(struct compiler *compiler, const struct flat *flat, struct step *step)
{
    struct span argument = first_argument(flat);
    enum direction direction = flat->item->direction.direction;
    step->fact = direction == DIRECTION_TLS_NAMES    ? TLS_FACT_NAMES
                 : direction == DIRECTION_TLS_CIPHER ? TLS_FACT_CIPHER
                                                     : TLS_FACT_SERVER_NAME;
    if (argument.text.n > 0) {
        step->text = compile_known_text(compiler, PIECES_CELL, argument);
    }
}

void compile_tls_nothing_left(struct compiler *compiler, const struct flat *flat, struct step *step)
{
    (void)compiler;
    (void)flat;
    step->fact = TLS_FACT_NOTHING_LEFT;
}

void compile_tls_fails(struct compiler *compiler, const struct flat *flat, struct step *step)
{
    (void)compiler;
    step->either = !flat->item->has_speaker || flat->item->both;
}

/* ---- <authenticate MECHANISM as USER> ---- */

/* Is the next line of the connection one of the server? Then it is the final reply. */
static bool server_speaks_next(const struct compiler *compiler, size_t at)
{
    unsigned connection = compiler->flats.items[at].connection;
    for (size_t i = at + 1; i < compiler->flats.count; i++) {
        const struct flat *flat = &compiler->flats.items[i];
        bool speaks = flat->item->kind == ITEM_SPEECH || flat->item->kind == ITEM_DIRECTION;
        if (!speaks || flat->connection != connection ||
            flat->item->direction.direction == DIRECTION_WITHIN) {
            continue;
        }
        return flat->item->kind == ITEM_SPEECH && flat->item->side == SIDE_SERVER &&
               !compile_is_direction(compiler, flat);
    }
    return false;
}

/* Nothing is written behind the login: it must succeed (RFC 4954 6, RFC 5034 4). */
static void add_reply(struct compiler *compiler, const struct flat *flat, bool pop3)
{
    const char *code = pop3 ? "+OK" : "235";
    struct code_choice *choice = arena_alloc(compiler->arena, sizeof *choice);
    struct piece *piece = arena_alloc(compiler->arena, sizeof *piece);
    struct line *line = arena_alloc(compiler->arena, sizeof *line);
    struct place place = flat->item->place;
    const char *written = flat->connection == 1
                              ? arena_printf(compiler->arena, "S: %s", code)
                              : arena_printf(compiler->arena, "S%u: %s", flat->connection, code);
    place.source = bytes_of(written);
    place.column = 1 + (unsigned)(place.source.n - bytes_of(code).n);
    place.width = (unsigned)bytes_of(code).n;
    choice->code = code;
    *piece = (struct piece){.octets = bytes_of(code), .place = place};
    *line = (struct line){
        .text = {piece, 1},
          .compare = COMPARE_FRAME, .place = place
    };
    struct step *step = compile_add_step(compiler, STEP_REPLY, flat);
    step->side = SIDE_SERVER;
    step->reply = (struct reply){
        .codes = choice, .code_count = 1, .lines = line, .line_count = 1, .codes_alone = true};
}

/* The mechanism may be a column of Each:. */
static const char *read_mechanism(struct compiler *compiler, struct span argument)
{
    struct buf literal = {0};
    struct buf expected = {0};
    enum sasl_mechanism mechanism = SASL_PLAIN;
    const char *name = NULL;
    if (!read_literal(compiler, argument, &literal)) {
        return NULL;
    }
    if (sasl_mechanism_from_name(buf_bytes(&literal), &mechanism)) {
        name = sasl_mechanism_name(mechanism);
    } else {
        sasl_mechanism_print_expected(buf_bytes(&literal), &expected);
        problems_error(compiler->problems, span_whole_place(argument),
                       "unknown mechanism %s: %s; the exchange of another one is written line by "
                       "line",
                       problems_quote(compiler->problems, buf_bytes(&literal)),
                       buf_text(&expected));
    }
    buf_deinit(&literal);
    buf_deinit(&expected);
    return name;
}

void compile_authenticate(struct compiler *compiler, size_t at, struct step *step)
{
    const struct flat *flat = &compiler->flats.items[at];
    const struct span *arguments = flat->item->direction.arguments;
    struct talk *talk = compile_talk(compiler, flat);
    step->name = read_mechanism(compiler, arguments[0]);
    if (arguments[1].text.n > 0) {
        step->text = compile_known_text(compiler, PIECES_CELL, arguments[1]);
    } else {
        struct piece *piece = arena_alloc(compiler->arena, sizeof *piece);
        *piece = (struct piece){.kind = PIECE_VARIABLE, .name = "user", .place = step->place};
        step->text = (struct text){piece, 1};
    }
    if (arguments[2].text.n > 0) {
        step->secret = compile_known_text(compiler, PIECES_CELL, arguments[2]);
    }
    if (talk_first(talk) != NULL) {
        problems_error(compiler->problems, flat->item->place,
                       "the replies to the commands above come first: a login is an exchange of "
                       "its own");
        return;
    }
    if (server_speaks_next(compiler, at)) {
        talk_command(talk, (struct outstanding){.verb = VERB_AUTH, .argument = true});
    } else {
        add_reply(compiler, flat, talk->protocol == PROTOCOL_POP3);
    }
}
