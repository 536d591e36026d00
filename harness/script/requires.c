/*
 * requires - what a case needs: "ehlo SIZE, delivery, messages 2" (declared in field_values.h)
 */
#include <assert.h>

#include "script/field_values.h"

#define MOST_NEEDED 1000

enum argument { ARGUMENT_NONE, ARGUMENT_WORD, ARGUMENT_NUMBER };

static const struct {
    const char *name;
    enum argument argument;
} rows[] = {
    [NEED_EHLO] = {"ehlo",            ARGUMENT_WORD  },
    [NEED_CAPA] = {"capa",            ARGUMENT_WORD  },
    [NEED_TLS] = {"tls",             ARGUMENT_NONE  },
    [NEED_AUTH] = {"auth",            ARGUMENT_WORD  },
    [NEED_DELIVERY] = {"delivery",        ARGUMENT_NONE  },
    [NEED_MESSAGES] = {"messages",        ARGUMENT_NUMBER},
    [NEED_EMPTY] = {"empty-maildrop",  ARGUMENT_NONE  },
    [NEED_SMTP] = {"smtp",            ARGUMENT_NONE  },
    [NEED_LMTP] = {"lmtp",            ARGUMENT_NONE  },
    [NEED_POP3] = {"pop3",            ARGUMENT_NONE  },
    [NEED_TCP] = {"tcp",             ARGUMENT_NONE  },
    [NEED_APOP] = {"apop",            ARGUMENT_NONE  },
    [NEED_UNKNOWN_USER] = {"unknown-user",    ARGUMENT_NONE  },
    [NEED_RELAY_DOMAIN] = {"relay-domain",    ARGUMENT_NONE  },
    [NEED_USERS] = {"users",           ARGUMENT_NUMBER},
    [NEED_BUILT_IN] = {"built-in",        ARGUMENT_NONE  },
    [NEED_SENDS] = {"sends",           ARGUMENT_WORD  },
    [NEED_FETCHED] = {"fetched",         ARGUMENT_NONE  },
    [NEED_MESSAGE_FILE] = {"message-file",    ARGUMENT_NONE  },
    [NEED_UNENDED_MESSAGE] = {"unended-message", ARGUMENT_NONE  },
    [NEED_TOLD] = {"told",            ARGUMENT_WORD  },
};
static_assert(sizeof rows / sizeof rows[0] == NEED_COUNT, "one row for each need");

static bool read_argument(const struct field *field, struct span item, struct span argument,
                          struct need *need)
{
    struct problems *problems = field->context->problems;
    const char *name = rows[need->kind].name;
    uint64_t number = 0;
    switch (rows[need->kind].argument) {
    case ARGUMENT_NONE:
        if (argument.text.n > 0) {
            problems_error(problems, span_whole_place(argument),
                           "%s takes no word behind it; needs are separated by commas", name);
            return false;
        }
        return true;
    case ARGUMENT_WORD:
        if (argument.text.n == 0 || bytes_index(argument.text, ' ', 0) != BYTES_NONE) {
            problems_error(problems, span_whole_place(item),
                           "%s takes one word, such as \"%s %s\"; needs are separated by commas",
                           name, name,
                           need->kind == NEED_AUTH    ? "PLAIN"
                           : need->kind == NEED_SENDS ? "TOP"
                           : need->kind == NEED_TOLD  ? "rcpt2"
                                                      : "SIZE");
            return false;
        }
        need->word = arena_text(field->context->arena, argument.text);
        return true;
    case ARGUMENT_NUMBER:
        if (!bytes_to_u64(argument.text, &number) || number == 0 || number > MOST_NEEDED) {
            problems_error(problems, span_whole_place(item), "%s takes a number, such as \"%s 2\"",
                           name, name);
            return false;
        }
        need->number = (unsigned)number;
        return true;
    }
    return false;
}

static bool read_need(const struct field *field, struct span item, struct need *need)
{
    const char *names[NEED_COUNT];
    for (size_t i = 0; i < NEED_COUNT; i++) {
        names[i] = rows[i].name;
    }
    struct span rest = item;
    struct span word;
    field_next_word(&rest, "", &word);
    size_t kind = field_choice(field, word, names, NEED_COUNT);
    if (kind == BYTES_NONE) {
        return false;
    }
    need->kind = (enum need_kind)kind;
    return read_argument(field, item, span_trim(rest), need);
}

void requires_read(const struct field *field, struct settings *settings)
{
    size_t most = 0;
    for (size_t i = 0; i < field->count; i++) {
        most += field->lines[i].text.n / 2 + 1;
    }
    struct need *needs = arena_array(field->context->arena, most, sizeof *needs);
    size_t count = 0;
    for (size_t i = 0; i < field->count; i++) {
        struct span rest = field->lines[i];
        struct span item;
        while (field_next_part(&rest, ',', &item)) {
            if (item.text.n > 0 && read_need(field, item, &needs[count])) {
                count++;
            }
        }
    }
    settings->needs = needs;
    settings->need_count = count;
}
