#include "fake_servers/client_tls.h"

#include <stdlib.h>

#include "base/buf.h"

/* ---- the subject, as RFC 2253 writes it: "CN=alice,O=Example\, Ltd" ---- */

static int hex_digit(unsigned char c)
{
    if (octet_is_digit(c)) {
        return c - '0';
    }
    unsigned char lower = (unsigned char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* "\," is a comma, "\2C" as well; returns how many octets stood for it. */
static size_t read_escaped(struct bytes text, struct buf *out)
{
    int high = text.n >= 3 ? hex_digit(text.p[1]) : -1;
    int low = text.n >= 3 ? hex_digit(text.p[2]) : -1;
    if (high >= 0 && low >= 0) {
        buf_append_octet(out, (unsigned char)(16 * high + low));
        return 3;
    }
    buf_append(out, bytes_slice(text, 1, 2));
    return text.n < 2 ? text.n : 2;
}

/* The next value of the list, appended to `value`; its type is returned. What stands behind it is left in `rest`. */
static struct bytes next_attribute(struct bytes *rest, struct buf *value)
{
    size_t equals = bytes_index(*rest, '=', 0);
    struct bytes type = bytes_trim(bytes_slice(*rest, 0, equals));
    size_t at = equals == BYTES_NONE ? rest->n : equals + 1;
    while (at < rest->n && rest->p[at] != ',' && rest->p[at] != '+') {
        if (rest->p[at] == '\\') {
            at += read_escaped(bytes_skip(*rest, at), value);
        } else {
            buf_append_octet(value, rest->p[at++]);
        }
    }
    *rest = bytes_skip(*rest, at + 1);
    return type;
}

static bool names_a_user(struct bytes type)
{
    return bytes_is_nocase(type, "CN") || bytes_is_nocase(type, "emailAddress");
}

/* NULL: nobody is called so. */
static const char *user_of(const struct server_settings *settings, struct bytes name)
{
    const struct server_user *user = settings_find_user(settings, name);
    return user != NULL ? user->name : NULL;
}

static char *copy(struct bytes text)
{
    struct buf kept = {0};
    buf_append(&kept, text);
    return buf_steal(&kept);
}

static char *find_user(const struct server_settings *settings, struct bytes subject)
{
    struct buf value = {0};
    char *found = NULL;
    while (subject.n > 0 && found == NULL) {
        buf_clear(&value);
        struct bytes type = next_attribute(&subject, &value);
        if (!names_a_user(type) || value.n == 0) {
            continue;
        }
        const char *user = user_of(settings, buf_bytes(&value));
        if (user != NULL) {
            found = copy(bytes_of(user));
        } else if (settings->any_login) {
            found = copy(buf_bytes(&value));
        }
    }
    buf_deinit(&value);
    return found;
}

/* ---- the session ---- */

void client_tls_take(struct client_tls *tls, const struct server_settings *settings,
                     const struct tls_facts *facts)
{
    client_tls_deinit(tls);
    tls->secured = true;
    tls->has_certificate =
        facts->has_certificate && facts->trusted && !facts->expired && !facts->not_yet_valid;
    if (tls->has_certificate) {
        tls->user = find_user(settings, bytes_of(facts->subject));
    }
}

void client_tls_deinit(struct client_tls *tls)
{
    free(tls->user);
    *tls = (struct client_tls){0};
}
