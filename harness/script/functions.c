#include "script/functions.h"

#include "base/glob.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct function functions[] = {
    {"repeat",          2, 2,  1 << 0         },
    {"base64",          1, 16, 0              },
    {"unbase64",        1, 1,  0              },
    {"md5",             1, 1,  0              },
    {"hmac-md5",        2, 2,  0              },
    {"apop",            0, 0,  0              },
    {"plain",           2, 3,  0              },
    {"cram-md5",        3, 3,  0              },
    {"xoauth2",         2, 2,  0              },
    {"oauthbearer",     2, 4,  1 << 3         },
    {"scram-first",     2, 2,  0              },
    {"scram-challenge", 4, 4,  1 << 3         },
    {"scram-final",     4, 4,  0              },
    {"scram-signature", 5, 5,  0              },
    {"add",             2, 2,  1 << 0 | 1 << 1},
    {"length",          1, 1,  0              },
    {"upper",           1, 1,  0              },
    {"lower",           1, 1,  0              },
};

static const char *const variables[] = {
    "client",         "sender",        "message-id",
    "rcpt",           "rcpt2",         "user",
    "secret",         "domain",        "unknown",
    "relay",          "case",          "run",
    "host",           "port",          "timestamp",
    "tls:version",    "tls:cipher",    "tls:certificate",
    "tls:subject",    "tls:issuer",    "tls:names",
    "tls:not-before", "tls:not-after", "tls:server-name",
    "tls:left",       "tls:failure",
};

static const char *const prefixes[] = {"secret:", "ehlo:", "tls:"};

const struct function *function_find(struct bytes name)
{
    for (size_t i = 0; i < COUNT(functions); i++) {
        if (bytes_is(name, functions[i].name)) {
            return &functions[i];
        }
    }
    return NULL;
}

bool variable_has_prefix(struct bytes name)
{
    for (size_t i = 0; i < COUNT(prefixes); i++) {
        if (bytes_starts(name, prefixes[i])) {
            return true;
        }
    }
    return false;
}

bool variable_is_predefined(struct bytes name)
{
    for (size_t i = 0; i < COUNT(variables); i++) {
        if (bytes_is(name, variables[i])) {
            return true;
        }
    }
    /* What is known of a TLS session is a list; users and keywords may have any name. */
    return variable_has_prefix(name) && !bytes_starts(name, "tls:");
}

const char *variable_nearest(struct bytes name)
{
    return glob_nearest(name, variables, COUNT(variables));
}

const char *function_nearest(struct bytes name)
{
    const char *names[COUNT(functions)];
    for (size_t i = 0; i < COUNT(functions); i++) {
        names[i] = functions[i].name;
    }
    return glob_nearest(name, names, COUNT(names));
}
