#include "record/redact_dialogue.h"

#include "auth/digest.h"
#include "base/base64.h"
#include "proto/smtp_command.h"

/* What was hidden before is searched for from this length on; what is shorter only where it stood. */
#define HIDDEN_SHORTEST ((size_t)8)
/* Of a connection, with the digests of known secrets. */
#define HIDDEN_MOST   ((size_t)4096)
#define HIDDEN_OCTETS ((size_t)256 * 1024)
#define DIGESTS_MOST  ((size_t)1000)
/* A word of base64 that is shorter says little. */
#define RESPONSE_SHORTEST ((size_t)8)
enum { MD5_DIGITS = 32, CODE_OCTETS = 4 };

/* ---- Lines of the client ---- */

struct verb_row {
    const char *verb;
    size_t secret_word; /* its secret begins there; 0: it has none */
    bool pop3_only;
};

/* A line that begins with none of these where an answer to a challenge may stand is taken for one. */
static const struct verb_row verbs[] = {
    {"PASS",     1, true },
    {"APOP",     2, true },
    {"AUTH",     2, false},
    {"EHLO",     0, false},
    {"HELO",     0, false},
    {"LHLO",     0, false},
    {"MAIL",     0, false},
    {"RCPT",     0, false},
    {"DATA",     0, false},
    {"BDAT",     0, false},
    {"RSET",     0, false},
    {"NOOP",     0, false},
    {"QUIT",     0, false},
    {"HELP",     0, false},
    {"VRFY",     0, false},
    {"EXPN",     0, false},
    {"SEND",     0, false},
    {"SOML",     0, false},
    {"SAML",     0, false},
    {"TURN",     0, false},
    {"ETRN",     0, false},
    {"STARTTLS", 0, false},
    {"USER",     0, true },
    {"STAT",     0, true },
    {"LIST",     0, true },
    {"UIDL",     0, true },
    {"RETR",     0, true },
    {"DELE",     0, true },
    {"TOP",      0, true },
    {"CAPA",     0, true },
    {"STLS",     0, true },
    {"LANG",     0, true },
    {"UTF8",     0, true },
};

static const struct verb_row *verb_of(enum protocol protocol, struct bytes content)
{
    struct bytes rest = content;
    struct bytes verb = {0};
    (void)bytes_next_word(&rest, &verb);
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (bytes_is_nocase(verb, verbs[i].verb) &&
            (!verbs[i].pop3_only || protocol == PROTOCOL_POP3)) {
            return &verbs[i];
        }
    }
    return NULL;
}

/* Offset of word `index` (from 0) of the line, or BYTES_NONE. */
static size_t word_at(struct bytes line, size_t index)
{
    struct bytes rest = line;
    struct bytes word;
    for (size_t i = 0; i <= index; i++) {
        if (!bytes_next_word(&rest, &word)) {
            return BYTES_NONE;
        }
    }
    return (size_t)(word.p - line.p);
}

static bool all_base64(struct bytes content)
{
    return content.n > 0 && base64_is_alphabet(content);
}

/* Nothing was told yet (RFC 4954 section 4), or the client gives up. */
static bool tells_nothing(struct bytes response)
{
    return bytes_is(response, "=") || bytes_is(response, "*");
}

static size_t client_secret(const struct redact_session *session, enum protocol protocol,
                            struct bytes content)
{
    if (session->in_data || content.n == 0) {
        return BYTES_NONE;
    }
    if (session->challenged) {
        return tells_nothing(content) ? BYTES_NONE : 0;
    }
    const struct verb_row *row = verb_of(protocol, content);
    if (row != NULL) {
        size_t at = row->secret_word > 0 ? word_at(content, row->secret_word) : BYTES_NONE;
        return at != BYTES_NONE && tells_nothing(bytes_skip(content, at)) ? BYTES_NONE : at;
    }
    /* Sent ahead of its challenge, or in spite of a refusal. */
    bool late = session->auth_refused && content.n >= RESPONSE_SHORTEST && all_base64(content);
    return (session->auth_open || late) && !tells_nothing(content) ? 0 : BYTES_NONE;
}

static void begin_chunk(struct redact_session *session, struct bytes content)
{
    struct bytes rest = content;
    struct bytes verb = {0};
    struct smtp_chunk chunk;
    (void)bytes_next_word(&rest, &verb);
    if (smtp_chunk_read(bytes_trim(rest), &chunk)) {
        session->chunk_left = chunk.octets;
    }
}

static void begin_auth(struct redact_session *session, struct bytes content)
{
    size_t mechanism = word_at(content, 1);
    struct bytes rest =
        mechanism == BYTES_NONE ? (struct bytes){0} : bytes_skip(content, mechanism);
    struct bytes name = {0};
    (void)bytes_next_word(&rest, &name);
    session->auth_open = true;
    session->login = bytes_is_nocase(name, "LOGIN");
    session->responses = rest.n > 0 ? 1 : 0;
    session->before_auth = session->unanswered;
}

static void after_client_line(struct redact_session *session, enum protocol protocol,
                              struct bytes content)
{
    if (session->in_data) {
        session->in_data = !bytes_is(content, ".");
        session->unanswered += session->in_data ? 0 : 1;
        return;
    }
    if (session->challenged) {
        session->challenged = false;
        session->responses++;
        return;
    }
    const struct verb_row *row = verb_of(protocol, content);
    session->auth_refused = session->auth_refused && row == NULL;
    if (row != NULL && bytes_is(bytes_of(row->verb), "AUTH")) {
        begin_auth(session, content);
    } else if (row != NULL && bytes_is(bytes_of(row->verb), "BDAT") && protocol != PROTOCOL_POP3) {
        begin_chunk(session, content);
    }
    session->unanswered++;
}

/* ---- Lines of the server ---- */

/* The last line of a reply; in the body of a POP3 response no line is. */
static bool is_final(enum protocol protocol, struct bytes content)
{
    if (protocol == PROTOCOL_POP3) {
        return bytes_starts(content, "+OK") || bytes_starts(content, "-ERR");
    }
    return content.n < 4 || content.p[3] != '-';
}

static bool is_challenge(enum protocol protocol, struct bytes content)
{
    return protocol == PROTOCOL_POP3 ? bytes_is(content, "+") || bytes_starts(content, "+ ")
                                     : bytes_starts(content, "334");
}

/*
 * "v=" of SCRAM (RFC 5802 section 7) and "rspauth=" of DIGEST-MD5 (RFC 2831 section 2.1.3), in base64 and as they are: with what else
 * stands there they prove a guess right.
 */
static const char *const signatures[] = {"dj0",        "dj1", "dj2",     "dj3",
                                         "cnNwYXV0aD", "v=",  "rspauth="};

static size_t server_secret(const struct redact_session *session, enum protocol protocol,
                            struct bytes content)
{
    struct bytes rest = protocol == PROTOCOL_POP3 ? content : bytes_skip(content, CODE_OCTETS);
    struct bytes word;
    while (session->auth_open && bytes_next_word(&rest, &word)) {
        for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++) {
            if (bytes_starts(word, signatures[i])) {
                return (size_t)(word.p - content.p);
            }
        }
    }
    return BYTES_NONE;
}

typedef void digest_function(struct buf *out, struct bytes challenge, struct bytes secret);

static void digest_cram(struct buf *out, struct bytes challenge, struct bytes secret)
{
    digest_hmac_md5(out, secret, challenge);
}

/* The answers that a known secret gives: they stand in texts of ours before anybody sends them. */
static void expect_digests(const struct redact *redact, struct redact_session *session,
                           digest_function *function, struct bytes challenge)
{
    for (size_t i = 0; i < redact->count && i < DIGESTS_MOST && challenge.n > 0; i++) {
        struct buf digest = {0};
        function(&digest, challenge, buf_bytes(&redact->secrets[i]));
        redact_needles_add(&session->hidden, NEEDLE_PLAIN, buf_bytes(&digest), 0);
        redact_needles_add_base64(&session->hidden, buf_bytes(&digest)); /* as CRAM-MD5 sends it */
        buf_deinit(&digest);
    }
    redact_needles_bound(&session->hidden, HIDDEN_MOST, HIDDEN_OCTETS);
}

/* From the first "<" to the ">" behind it (RFC 1939 section 7). */
static struct bytes timestamp_in(struct bytes content)
{
    size_t from = bytes_index(content, '<', 0);
    size_t to = from == BYTES_NONE ? BYTES_NONE : bytes_index(content, '>', from);
    return to == BYTES_NONE ? (struct bytes){0} : bytes_slice(content, from, to + 1);
}

static void learn_challenge(const struct redact *redact, struct redact_session *session,
                            enum protocol protocol, struct bytes content)
{
    struct buf challenge = {0};
    size_t at = word_at(content, 1);
    if (!session->greeted && protocol == PROTOCOL_POP3) {
        expect_digests(redact, session, digest_apop, timestamp_in(content));
    } else if (session->challenged && at != BYTES_NONE) {
        (void)base64_decode(&challenge, bytes_trim(bytes_skip(content, at)));
        expect_digests(redact, session, digest_cram, buf_bytes(&challenge));
    }
    session->greeted = true;
    buf_deinit(&challenge);
}

/* A challenge that nobody asked for is none: what is said next is an ordinary line. */
static void after_server_line(struct redact_session *session, enum protocol protocol,
                              struct bytes content)
{
    session->challenged = session->auth_open && is_challenge(protocol, content);
    if (session->challenged || !is_final(protocol, content)) {
        return;
    }
    session->in_data = protocol != PROTOCOL_POP3 && bytes_starts(content, "354");
    session->unanswered -= session->unanswered > 0 ? 1 : 0;
    if (session->before_auth > 0) {
        session->before_auth--;
    } else if (session->auth_open) {
        session->auth_open = false;
        session->auth_refused = !bytes_starts(content, protocol == PROTOCOL_POP3 ? "+OK" : "2");
    }
}

/* ---- What was hidden ---- */

void redact_remember(struct redact_needles *hidden, struct bytes content, size_t secret_at)
{
    struct bytes secret = bytes_skip(content, secret_at);
    if (secret.n >= HIDDEN_SHORTEST) {
        redact_needles_add_text(hidden, secret);
    } else if (secret_at > 0) {
        redact_needles_add(hidden, NEEDLE_PLAIN, content, secret_at);
    } else {
        redact_needles_add(hidden, NEEDLE_LINE, content, 0);
    }
    redact_needles_bound(hidden, HIDDEN_MOST, HIDDEN_OCTETS);
}

static void remember_part(struct redact_session *session, struct bytes secret)
{
    if (secret.n >= HIDDEN_SHORTEST) {
        redact_needles_add_text(&session->hidden, secret);
    }
}

struct part_row {
    const char *label; /* what stands in front of it */
    unsigned char end; /* and behind it */
};

static const struct part_row parts[] = {
    {",p=",          ','   }, /* SCRAM: the client's proof */
    {"v=",           ','   }, /* SCRAM: the server's signature */
    {"rspauth=",     ','   }, /* DIGEST-MD5: the same */
    {"response=",    ','   }, /* DIGEST-MD5 */
    {"auth=Bearer ", '\x01'}, /* OAUTHBEARER (RFC 7628 section 3.1), XOAUTH2 */
    {"auth=bearer ", '\x01'},
};

/* NUL NAME NUL SECRET (RFC 4616), NAME SP DIGEST (RFC 2195). */
static struct bytes last_field(struct bytes plain)
{
    struct bytes rest = plain;
    struct bytes field = {0};
    size_t nul = bytes_index(plain, '\0', 0);
    if (nul != BYTES_NONE) {
        nul = bytes_index(plain, '\0', nul + 1);
        return nul == BYTES_NONE ? field : bytes_skip(plain, nul + 1);
    }
    while (bytes_next_word(&rest, &field) && rest.n > 0) {
    }
    return field.n == MD5_DIGITS && field.n < plain.n ? field : (struct bytes){0};
}

/* What is inside the base64 is a secret, too, and may be shown without it. */
static void learn_response(struct redact_session *session, struct bytes response)
{
    struct buf decoded = {0};
    (void)base64_decode(&decoded, bytes_trim(response));
    struct bytes plain = buf_bytes(&decoded);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        struct bytes label = bytes_of(parts[i].label);
        size_t at = bytes_find(plain, label, 0);
        if (at != BYTES_NONE) {
            size_t to = bytes_index(plain, parts[i].end, at + label.n);
            remember_part(session,
                          bytes_slice(plain, at + label.n, to == BYTES_NONE ? plain.n : to));
        }
    }
    remember_part(session, last_field(plain));
    if (session->login && session->responses == 1) {
        remember_part(session, plain);
    }
    buf_deinit(&decoded);
}

/* ---- Both ---- */

size_t redact_secret_begin(const struct redact_session *session, enum side side,
                           enum protocol protocol, struct bytes content)
{
    return side == SIDE_CLIENT ? client_secret(session, protocol, content)
                               : server_secret(session, protocol, content);
}

void redact_line_ended(const struct redact *redact, struct redact_session *session, enum side side,
                       enum protocol protocol, struct bytes content, size_t secret_at)
{
    if (secret_at != BYTES_NONE) {
        redact_remember(&session->hidden, content, secret_at);
        learn_response(session, bytes_skip(content, secret_at));
    }
    if (side == SIDE_CLIENT) {
        after_client_line(session, protocol, content);
    } else {
        after_server_line(session, protocol, content);
        learn_challenge(redact, session, protocol, content);
    }
}
