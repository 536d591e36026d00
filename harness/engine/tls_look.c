#include "engine/tls_look.h"

#include "base/escape.h"

enum { SHOWN_MAX = 200 };

static bool is_valid(const struct tls_facts *facts)
{
    bool name_is_right = facts->checked_name[0] == '\0' || facts->name_matches;

    return facts->has_certificate && facts->trusted && !facts->expired && !facts->not_yet_valid &&
           name_is_right;
}

static bool is_for_another(const struct tls_facts *facts)
{
    return facts->checked_name[0] != '\0' && !facts->name_matches;
}

void tls_look_certificate(const struct tls_facts *facts, struct buf *out)
{
    const struct {
        bool is;
        const char *text;
    } rows[] = {
        {!facts->has_certificate,                                          "none"            },
        {is_valid(facts),                                                  "valid"           },
        {facts->expired,                                                   "expired"         },
        {facts->not_yet_valid,                                             "not yet valid"   },
        {facts->self_signed,                                               "self-signed"     },
        {is_for_another(facts),                                            "for another name"},
        {facts->has_certificate && !facts->trusted && !facts->self_signed, "untrusted"       },
    };
    const char *before = "";

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].is) {
            buf_printf(out, "%s%s", before, rows[i].text);
            before = ", ";
        }
    }
}

static void append_names(const struct tls_facts *facts, const char *between, struct buf *out)
{
    for (size_t i = 0; i < facts->name_count; i++) {
        buf_printf(out, "%s%s", i > 0 ? between : "", facts->names[i]);
    }
}

static void set(struct vars *vars, const char *name, struct bytes value)
{
    if (value.n > 0) {
        vars_set(vars, name, value);
    }
}

void tls_look_names(struct vars *vars, const struct tls_facts *facts, struct bytes left)
{
    struct buf certificate = {0};
    struct buf names = {0};

    tls_look_certificate(facts, &certificate);
    append_names(facts, " ", &names);
    set(vars, "tls:version",
        facts->secured ? bytes_of(tls_version_name(facts->version)) : (struct bytes){0});
    set(vars, "tls:cipher", bytes_of(facts->cipher));
    set(vars, "tls:certificate", buf_bytes(&certificate));
    set(vars, "tls:subject", bytes_of(facts->subject));
    set(vars, "tls:issuer", bytes_of(facts->issuer));
    set(vars, "tls:names", buf_bytes(&names));
    set(vars, "tls:not-before", bytes_of(facts->not_before));
    set(vars, "tls:not-after", bytes_of(facts->not_after));
    set(vars, "tls:server-name", bytes_of(facts->server_name));
    set(vars, "tls:failure", bytes_of(facts->failure));
    vars_set(vars, "tls:left", left);
    buf_deinit(&certificate);
    buf_deinit(&names);
}

/* ---- What is said of it ---- */

static void append_quoted(struct buf *out, struct bytes text)
{
    buf_append_octet(out, '"');
    escape_append(out, bytes_slice(text, 0, SHOWN_MAX), ESCAPE_UTF8);
    buf_append_octet(out, '"');
}

/* What is there, for the sentence. */
static void tell_certificate(const struct tls_facts *facts, struct buf *why)
{
    if (!facts->has_certificate) {
        buf_append_text(why, "there is no certificate");
        return;
    }
    buf_append_text(why, "the certificate of ");
    append_quoted(why, bytes_of(facts->subject));
    buf_append_text(why, " is ");
    tls_look_certificate(facts, why);
    if (facts->wildcard) {
        buf_append_text(why, ", by a wildcard");
    }
    if (is_for_another(facts)) {
        buf_append_text(why, " (asked for was ");
        append_quoted(why, bytes_of(facts->checked_name));
        buf_append_octet(why, ')');
    }
    if (!facts->trusted && !facts->self_signed && facts->trust_failure[0] != '\0') {
        buf_printf(why, " (%s)", facts->trust_failure);
    }
}

static void tell_names(const struct tls_facts *facts, struct buf *why)
{
    struct buf names = {0};

    append_names(facts, ", ", &names);
    buf_append_text(why, "the names of the certificate are ");
    append_quoted(why, buf_bytes(&names));
    buf_deinit(&names);
}

static bool has_name(const struct tls_facts *facts, struct bytes name)
{
    for (size_t i = 0; i < facts->name_count; i++) {
        if (bytes_equal_nocase(bytes_of(facts->names[i]), name)) {
            return true;
        }
    }
    return false;
}

static bool check_certificate(const struct tls_facts *facts, enum tls_fact fact)
{
    switch (fact) {
    case TLS_FACT_VALID:
        return is_valid(facts);
    case TLS_FACT_TRUSTED:
        return facts->has_certificate && facts->trusted;
    case TLS_FACT_EXPIRED:
        return facts->expired;
    case TLS_FACT_NOT_YET_VALID:
        return facts->not_yet_valid;
    case TLS_FACT_SELF_SIGNED:
        return facts->self_signed;
    case TLS_FACT_OTHER_NAME:
        return is_for_another(facts);
    case TLS_FACT_WILDCARD:
        return facts->wildcard;
    case TLS_FACT_SHOWN:
    case TLS_FACT_NAMES:
    case TLS_FACT_VERSION:
    case TLS_FACT_LEAST_VERSION:
    case TLS_FACT_CIPHER:
    case TLS_FACT_SERVER_NAME:
    case TLS_FACT_NOTHING_LEFT:
    case TLS_FACT_COUNT:
        break;
    }
    return facts->has_certificate;
}

static bool check_version(const struct tls_facts *facts, enum tls_fact fact, struct bytes value,
                          struct buf *why)
{
    enum tls_version wanted = TLS_ANY;
    bool known = tls_version_from_name(value, &wanted) && wanted != TLS_ANY;

    buf_printf(why, "the TLS version is %s", tls_version_name(facts->version));
    if (known) {
        buf_printf(why, ", wanted is %s%s", fact == TLS_FACT_VERSION ? "" : "at least ",
                   tls_version_name(wanted));
    } else {
        buf_append_text(why, ", and there is none that is called ");
        append_quoted(why, value);
    }
    return known &&
           (fact == TLS_FACT_VERSION ? facts->version == wanted : facts->version >= wanted);
}

static bool check_server_name(const struct tls_facts *facts, struct bytes value, struct buf *why)
{
    struct bytes sent = bytes_of(facts->server_name);

    buf_append_text(why, sent.n == 0 ? "the client sent no server name" : "the server name is ");
    if (sent.n > 0) {
        append_quoted(why, sent);
    }
    return value.n == 0 ? sent.n > 0 : bytes_equal_nocase(sent, value);
}

/* The sentence says what is there, whether it is what was wanted or not. */
static bool is_so(const struct tls_facts *facts, struct bytes left, enum tls_fact fact,
                  struct bytes value, struct buf *why)
{
    switch (fact) {
    case TLS_FACT_NAMES:
        tell_names(facts, why);
        return has_name(facts, value);
    case TLS_FACT_VERSION:
    case TLS_FACT_LEAST_VERSION:
        return check_version(facts, fact, value, why);
    case TLS_FACT_CIPHER:
        buf_printf(why, "the cipher is %s, wanted is ", facts->cipher);
        append_quoted(why, value);
        return bytes_is_nocase(value, facts->cipher);
    case TLS_FACT_SERVER_NAME:
        return check_server_name(facts, value, why);
    case TLS_FACT_NOTHING_LEFT:
        buf_append_text(why, "when the TLS session began, this was left in clear text: ");
        append_quoted(why, left);
        return left.n == 0;
    case TLS_FACT_SHOWN:
    case TLS_FACT_VALID:
    case TLS_FACT_TRUSTED:
    case TLS_FACT_EXPIRED:
    case TLS_FACT_NOT_YET_VALID:
    case TLS_FACT_SELF_SIGNED:
    case TLS_FACT_OTHER_NAME:
    case TLS_FACT_WILDCARD:
    case TLS_FACT_COUNT:
        break;
    }
    tell_certificate(facts, why);
    return check_certificate(facts, fact);
}

bool tls_look_holds(const struct tls_facts *facts, struct bytes left, const struct step *step,
                    struct bytes value, struct buf *why)
{
    enum tls_fact fact = step->fact;
    bool is_there = facts->has_certificate || fact == TLS_FACT_SHOWN || fact > TLS_FACT_NAMES;

    return is_so(facts, left, fact, value, why) != step->negated && is_there;
}

bool tls_look_is_of_one_side(enum tls_fact fact)
{
    return fact != TLS_FACT_VERSION && fact != TLS_FACT_LEAST_VERSION && fact != TLS_FACT_CIPHER;
}
