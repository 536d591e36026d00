#include "engine/functions.h"

#include <inttypes.h>
#include <string.h>

#include "auth/digest.h"
#include "base/base64.h"
#include "base/escape.h"
#include "engine/functions_auth.h"

enum { SHOWN_MAX = 40 };

static int not_a_number(const char *function, struct bytes argument, struct error *error)
{
    struct buf text = {0};
    escape_append(&text, bytes_slice(argument, 0, SHOWN_MAX), 0);
    error_set(error, "{{%s}}: expected a decimal number, found \"%s\"", function, buf_text(&text));
    buf_deinit(&text);
    return -1;
}

static int too_long(const char *function, struct error *error)
{
    return error_set(error, "{{%s}}: the line would be longer than 64 MiB", function);
}

static int call_repeat(struct buf *out, const struct function_call *call, struct error *error)
{
    uint64_t times = 0;
    struct bytes text = call->arguments[1];
    if (!bytes_to_u64(call->arguments[0], &times)) {
        return not_a_number("repeat", call->arguments[0], error);
    }
    if (text.n > 0 && times > call->room / text.n) {
        return too_long("repeat", error);
    }
    for (uint64_t i = 0; text.n > 0 && i < times; i++) {
        buf_append(out, text);
    }
    return 0;
}

/* All arguments behind one another, as AUTH PLAIN needs them. */
static int call_base64(struct buf *out, const struct function_call *call, struct error *error)
{
    struct buf joined = {0};
    for (size_t i = 0; i < call->count; i++) {
        buf_append(&joined, call->arguments[i]);
    }
    int status = 0;
    if (joined.n > call->room / 4 * 3) {
        status = too_long("base64", error);
    } else {
        base64_encode(out, buf_bytes(&joined));
    }
    buf_deinit(&joined);
    return status;
}

static int call_unbase64(struct buf *out, const struct function_call *call, struct error *error)
{
    struct bytes text = call->arguments[0];
    struct buf octets = {0};
    int status = 0;
    if (base64_decode(&octets, text) != 0) {
        struct buf shown = {0};
        escape_append(&shown, bytes_slice(text, 0, SHOWN_MAX), 0);
        status = error_set(error, "{{unbase64}}: not base64 (RFC 4648 section 4): \"%s\"",
                           buf_text(&shown));
        buf_deinit(&shown);
    } else if (octets.n > call->room) {
        status = too_long("unbase64", error);
    } else {
        buf_append(out, buf_bytes(&octets));
    }
    buf_deinit(&octets);
    return status;
}

static int call_md5(struct buf *out, const struct function_call *call, struct error *error)
{
    (void)error;
    digest_md5(out, call->arguments[0]);
    return 0;
}

static int call_hmac_md5(struct buf *out, const struct function_call *call, struct error *error)
{
    (void)error;
    digest_hmac_md5(out, call->arguments[0], call->arguments[1]);
    return 0;
}

static int call_apop(struct buf *out, const struct function_call *call, struct error *error)
{
    struct bytes timestamp;
    struct bytes secret;
    if (!scope_get(call->scope, "timestamp", &timestamp)) {
        return error_set(error, "{{apop}}: the server's greeting has no timestamp");
    }
    if (!scope_get(call->scope, "secret", &secret)) {
        return error_set(error, "{{apop}}: no user's secret is known");
    }
    digest_apop(out, timestamp, secret);
    return 0;
}

static int call_add(struct buf *out, const struct function_call *call, struct error *error)
{
    uint64_t terms[2] = {0};
    for (size_t i = 0; i < 2; i++) {
        if (!bytes_to_u64(call->arguments[i], &terms[i])) {
            return not_a_number("add", call->arguments[i], error);
        }
    }
    if (terms[0] > UINT64_MAX - terms[1]) {
        return error_set(error, "{{add}}: the sum is too large");
    }
    buf_printf(out, "%" PRIu64, terms[0] + terms[1]);
    return 0;
}

static int call_length(struct buf *out, const struct function_call *call, struct error *error)
{
    (void)error;
    buf_printf(out, "%zu", call->arguments[0].n);
    return 0;
}

static int each_octet(struct buf *out, const struct function_call *call,
                      unsigned char (*change)(unsigned char octet), struct error *error)
{
    struct bytes text = call->arguments[0];
    if (text.n > call->room) {
        return too_long("upper", error);
    }
    for (size_t i = 0; i < text.n; i++) {
        buf_append_octet(out, change(text.p[i]));
    }
    return 0;
}

static int call_upper(struct buf *out, const struct function_call *call, struct error *error)
{
    return each_octet(out, call, octet_upper, error);
}

static int call_lower(struct buf *out, const struct function_call *call, struct error *error)
{
    return each_octet(out, call, octet_lower, error);
}

struct function {
    const char *name;
    size_t least;
    size_t most;
    int (*call)(struct buf *out, const struct function_call *call, struct error *error);
};

static const struct function functions[] = {
    {"repeat",          2, 2,                      call_repeat             },
    {"base64",          1, FUNCTION_MAX_ARGUMENTS, call_base64             },
    {"unbase64",        1, 1,                      call_unbase64           },
    {"md5",             1, 1,                      call_md5                },
    {"hmac-md5",        2, 2,                      call_hmac_md5           },
    {"apop",            0, 0,                      call_apop               },
    {"plain",           2, 3,                      function_plain          },
    {"cram-md5",        3, 3,                      function_cram_md5       },
    {"xoauth2",         2, 2,                      function_xoauth2        },
    {"oauthbearer",     2, 4,                      function_oauthbearer    },
    {"scram-first",     2, 2,                      function_scram_first    },
    {"scram-challenge", 4, 4,                      function_scram_challenge},
    {"scram-final",     4, 4,                      function_scram_final    },
    {"scram-signature", 5, 5,                      function_scram_signature},
    {"add",             2, 2,                      call_add                },
    {"length",          1, 1,                      call_length             },
    {"upper",           1, 1,                      call_upper              },
    {"lower",           1, 1,                      call_lower              },
};

int function_call(struct buf *out, const char *name, const struct function_call *call,
                  struct error *error)
{
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        if (strcmp(functions[i].name, name) != 0) {
            continue;
        }
        if (call->count < functions[i].least || call->count > functions[i].most) {
            return error_set(error, "{{%s}}: wrong number of arguments", name);
        }
        return functions[i].call(out, call, error);
    }
    return error_set(error, "there is no function {{%s ...}}", name);
}
