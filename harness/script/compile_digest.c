/*
 * compile_digest - a digest that was computed over somebody's challenge holds for that challenge only
 *
 * APOP, CRAM-MD5 and their like answer what the server just made up. A dialogue that has such an answer printed in it can
 * succeed only where Given: makes the server say the same again; so it needs that, and the built-in server. Cast: may exchange
 * it for one that is computed, elsewhere.
 */
#include "script/compiler.h"

#define APOP_HEX_OCTETS 32

static bool is_hex(struct bytes word)
{
    for (size_t i = 0; i < word.n; i++) {
        unsigned char c = octet_lower(word.p[i]);
        if (!octet_is_digit(c) && (c < 'a' || c > 'f')) {
            return false;
        }
    }
    return true;
}

/* apop = "APOP" SP name SP digest     ; RFC 1939 7 */
static bool has_printed_digest(const struct text *command, struct buf *digest_r)
{
    struct buf literal = {0};
    bool whole = text_literal(command, &literal);
    struct bytes rest = buf_bytes(&literal);
    struct bytes word = {0};
    struct bytes digest = {0};
    size_t count = 0;
    while (bytes_next_word(&rest, &word)) {
        digest = word;
        count++;
    }
    bool printed = whole && count == 3 && digest.n == APOP_HEX_OCTETS && is_hex(digest);
    buf_append(digest_r, digest);
    buf_deinit(&literal);
    return printed;
}

static bool is_challenge_mechanism(const struct text *command)
{
    struct buf literal = {0};
    text_literal(command, &literal);
    struct bytes rest = buf_bytes(&literal);
    struct bytes word = {0};
    bytes_next_word(&rest, &word);
    bytes_next_word(&rest, &word);
    bool is = bytes_is_nocase(word, "CRAM-MD5") || bytes_is_nocase(word, "DIGEST-MD5") ||
              bytes_starts_nocase(word, "SCRAM-");
    buf_deinit(&literal);
    return is;
}

static bool is_given(const struct settings *settings)
{
    for (size_t i = 0; i < settings->given_count; i++) {
        if (bytes_is(bytes_of(settings->given[i].name), "nonce")) {
            return true;
        }
    }
    return false;
}

static bool is_cast(const struct settings *settings, struct bytes digest)
{
    for (size_t i = 0; i < settings->cast_count; i++) {
        if (bytes_is_nocase(digest, settings->cast[i].name)) {
            return true;
        }
    }
    return false;
}

static bool succeeds(const struct reply *reply)
{
    return codes_begin_with(reply->codes, reply->code_count, "2") ||
           codes_begin_with(reply->codes, reply->code_count, "+OK");
}

/* Is an answer to a challenge printed there? digest_r: the answer. */
static bool is_printed(struct talk *talk, const struct outstanding *command, struct buf *digest_r)
{
    if (command->kind == OUTSTANDING_COMMAND) {
        talk->challenged = command->verb == VERB_AUTH && is_challenge_mechanism(&command->text);
        return command->verb == VERB_APOP && has_printed_digest(&command->text, digest_r);
    }
    return command->kind == OUTSTANDING_RESPONSE && talk->challenged &&
           text_literal(&command->text, digest_r) && digest_r->n > 0;
}

void compile_digest(struct compiler *compiler, struct talk *talk, const struct outstanding *command,
                    const struct reply *reply)
{
    const struct settings *settings = compiler->settings;
    struct buf digest = {0};
    bool printed = is_printed(talk, command, &digest);
    bool cast = printed && is_cast(settings, buf_bytes(&digest));
    buf_deinit(&digest);
    if (!printed || !succeeds(reply)) {
        return;
    }
    if (is_given(settings)) {
        compiler->needs_built_in |= !cast;
        return;
    }
    if (cast && settings->given_count == 0) {
        return;
    }
    struct place place = text_place(&command->text, 0, 1);
    problems_warning(compiler->problems, place,
                     "this digest holds for one challenge only: write {{apop}} or <authenticate "
                     "...>, or give the nonce under Given:");
    compile_unplayable(compiler, SIDE_CLIENT, place,
                       "the digest holds for one challenge only, and Given: has no nonce");
}
