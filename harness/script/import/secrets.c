#include "script/import/secrets.h"

#include "base/base64.h"
#include "base/buf.h"
#include "base/escape.h"
#include "model/sasl_mechanism.h"
#include "script/verbs.h"

static const char *name_of(const struct talk *talk)
{
    return talk->user[0] != '\0' ? talk->user : "imported";
}

static void tell(const struct talk *talk, struct arena *arena, struct secret *secret)
{
    secret->note = arena_printf(
        arena, "the secret is written {{secret:%s}}: name it with --user %s:SECRET or in Given:",
        name_of(talk), name_of(talk));
}

/* XLOGIN of some servers: "XLOGIN name secret". */
static void of_xlogin(struct talk *talk, struct bytes rest, struct arena *arena,
                      struct secret *secret)
{
    struct bytes name = {0};
    if (!bytes_next_word(&rest, &name)) {
        return;
    }
    struct buf shown = {0};
    talk_user(talk, name);
    escape_append(&shown, name, ESCAPE_BRACE | ESCAPE_UTF8);
    secret->text = arena_printf(arena, "XLOGIN %s {{secret:%s}}", buf_text(&shown), name_of(talk));
    tell(talk, arena, secret);
    buf_deinit(&shown);
}

/* As an argument of a function: quoted. */
static void quote(struct buf *out, struct bytes octets)
{
    struct bytes part;
    struct bytes rest = octets;
    for (size_t n = 0; bytes_next(&rest, '"', &part); n++) {
        buf_append_text(out, n > 0 ? "\\\"" : "");
        escape_append(out, part, ESCAPE_BRACE | ESCAPE_UTF8);
    }
}

/* RFC 4616: [authzid] NUL authcid NUL passwd. What is none gives the secret all the same. */
static const char *plain(struct talk *talk, struct bytes response, struct arena *arena)
{
    struct buf octets = {0};
    struct buf text = {0};
    struct bytes authzid = {0};
    struct bytes authcid = {0};
    base64_decode(&octets, response);
    struct bytes rest = buf_bytes(&octets);
    if (bytes_next(&rest, '\0', &authzid) && bytes_next(&rest, '\0', &authcid) && rest.p != NULL) {
        talk_user(talk, authcid);
    } else {
        authzid = authcid = (struct bytes){0};
    }
    buf_append_text(&text, "{{base64 \"");
    quote(&text, authzid);
    buf_append_text(&text, "\\0");
    quote(&text, authcid.n > 0 ? authcid : bytes_of(name_of(talk)));
    buf_printf(&text, "\\0{{secret:%s}}\"}}", name_of(talk));
    const char *result = arena_text(arena, buf_bytes(&text));
    buf_deinit(&octets);
    buf_deinit(&text);
    return result;
}

static void note_name(struct talk *talk, struct bytes response)
{
    talk->named = true;
    struct buf name = {0};
    base64_decode(&name, response);
    talk_user(talk, buf_bytes(&name));
    buf_deinit(&name);
}

static const char *login_secret(const struct talk *talk, struct arena *arena)
{
    return arena_printf(arena, "{{base64 \"{{secret:%s}}\"}}", name_of(talk));
}

static bool of_response(struct talk *talk, struct bytes line, struct arena *arena,
                        struct secret *secret)
{
    if (bytes_is(line, "*")) {
        return false; /* RFC 4954 4: the client gives up */
    }
    if (talk->login && !talk->named) {
        note_name(talk, line);
        return false;
    }
    secret->text = talk->plain ? plain(talk, line, arena) : login_secret(talk, arena);
    tell(talk, arena, secret);
    return true;
}

static bool of_auth(struct talk *talk, struct bytes rest, struct arena *arena,
                    struct secret *secret)
{
    struct bytes mechanism = {0};
    struct bytes initial = {0};
    if (!bytes_next_word(&rest, &mechanism)) {
        return false;
    }
    bool has_initial = bytes_next_word(&rest, &initial);
    talk->plain = bytes_is_nocase(mechanism, "PLAIN");
    talk->login = bytes_is_nocase(mechanism, "LOGIN");
    talk->named = false;
    if (talk->plain) {
        if (has_initial && !bytes_is(initial, "=")) {
            secret->text = arena_printf(arena, "AUTH PLAIN %s", plain(talk, initial, arena));
            tell(talk, arena, secret);
        }
        return secret->text != NULL;
    }
    if (talk->login) {
        if (has_initial) {
            note_name(talk, initial);
        }
        return false;
    }
    struct buf name = {0};
    escape_append(&name, bytes_slice(mechanism, 0, 20), 0);
    secret->whole = true;
    secret->text = arena_printf(arena, "<authenticate %s>", buf_text(&name));
    enum sasl_mechanism known = SASL_PLAIN;
    secret->note =
        sasl_mechanism_from_name(mechanism, &known)
            ? arena_printf(arena,
                           "the responses of AUTH %s hold for one challenge: <authenticate %s> "
                           "stands for the exchange",
                           buf_text(&name), buf_text(&name))
            : arena_printf(arena,
                           "the responses of AUTH %s hold for one challenge, and none are made by "
                           "that mechanism here: the exchange is left out",
                           buf_text(&name));
    buf_deinit(&name);
    return true;
}

struct bytes secret_cut(struct bytes text)
{
    static const char *const words[] = {"PASS", "APOP", "AUTH", "XLOGIN"};
    struct bytes rest = text;
    struct bytes word;
    while (bytes_next_word(&rest, &word)) {
        for (size_t i = 0; i < sizeof words / sizeof words[0] && rest.n > 0; i++) {
            if (bytes_is(word, words[i])) {
                return bytes_slice(text, 0, (size_t)(word.p + word.n - text.p));
            }
        }
    }
    return text;
}

bool secret_find(struct talk *talk, struct bytes line, struct arena *arena, struct secret *secret_r)
{
    struct bytes rest = line;
    struct bytes word;
    if (talk->turn == TALK_DATA) {
        return false;
    }
    if (talk->turn == TALK_RESPONSE) {
        return of_response(talk, line, arena, secret_r);
    }
    if (!bytes_next_word(&rest, &word)) {
        return false;
    }
    enum verb verb = verb_find(word);
    if (verb == VERB_USER) {
        talk_user(talk, bytes_trim(rest));
    } else if (verb == VERB_PASS) {
        secret_r->text = arena_printf(arena, "PASS {{secret:%s}}", name_of(talk));
        tell(talk, arena, secret_r);
    } else if (bytes_is_nocase(word, "XLOGIN")) {
        of_xlogin(talk, rest, arena, secret_r);
    } else if (verb == VERB_APOP) {
        secret_r->text = "APOP {{user}} {{apop}}";
        secret_r->note = "the digest of APOP holds for one greeting: written {{apop}}, that of "
                         "the test user";
    } else if (verb == VERB_AUTH) {
        return of_auth(talk, rest, arena, secret_r);
    }
    return secret_r->text != NULL;
}
