#include "engine/outstanding.h"

#include <stdlib.h>

#include "base/mem.h"
#include "proto/pop3.h"
#include "proto/smtp_command.h"

/* Of a command line as much is kept as tells which command it is. */
enum { LINE_KEPT = 1024 };

static void add(struct outstanding *outstanding, struct awaited awaited)
{
    outstanding->items = mem_grow(outstanding->items, outstanding->count, &outstanding->capacity,
                                  sizeof(outstanding->items[0]));
    outstanding->items[outstanding->count++] = awaited;
}

void outstanding_add(struct outstanding *outstanding, enum awaited_kind kind)
{
    add(outstanding, (struct awaited){.kind = kind});
}

static enum awaited_kind smtp_awaited(enum smtp_verb verb)
{
    static const struct {
        enum smtp_verb verb;
        enum awaited_kind kind;
    } rows[] = {
        {SMTP_EHLO, AWAITED_HELLO},
        {SMTP_LHLO, AWAITED_HELLO},
        {SMTP_HELO, AWAITED_CLEAR},
        {SMTP_MAIL, AWAITED_CLEAR},
        {SMTP_RSET, AWAITED_CLEAR},
        {SMTP_RCPT, AWAITED_RCPT },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].verb == verb) {
            return rows[i].kind;
        }
    }
    return AWAITED_OTHER;
}

static void say_smtp(struct outstanding *outstanding, struct bytes line, unsigned recipients)
{
    struct smtp_command command = smtp_command_read(line);
    struct smtp_chunk chunk;

    if (command.verb == SMTP_BDAT && smtp_chunk_read(command.argument, &chunk) && chunk.last) {
        for (unsigned i = 0; i < recipients; i++) {
            outstanding_add(outstanding, AWAITED_DATA_END);
        }
        return;
    }
    outstanding->quit_sent |= command.verb == SMTP_QUIT;
    add(outstanding,
        (struct awaited){.kind = smtp_awaited(command.verb),
                         .logs_in = command.verb == SMTP_AUTH,
                         .never_refused = command.verb == SMTP_NOOP || command.verb == SMTP_RSET ||
                                          command.verb == SMTP_QUIT});
}

static void say_pop3(struct outstanding *outstanding, struct bytes line)
{
    struct pop3_command command = pop3_command_read(line);
    struct awaited awaited = {.multiline = pop3_is_multiline(&command)};

    awaited.logs_in = command.verb == POP3_USER || command.verb == POP3_PASS ||
                      command.verb == POP3_APOP || command.verb == POP3_AUTH;
    awaited.kind = command.verb == POP3_CAPA ? AWAITED_HELLO : AWAITED_OTHER;
    outstanding->quit_sent |= command.verb == POP3_QUIT;
    outstanding->dele_sent |= command.verb == POP3_DELE;
    add(outstanding, awaited);
}

void outstanding_say(struct outstanding *outstanding, enum protocol protocol, struct bytes octets,
                     unsigned recipients)
{
    for (size_t i = 0; i < octets.n; i++) {
        if (octets.p[i] != '\n') {
            if (outstanding->line.n < LINE_KEPT) {
                buf_append_octet(&outstanding->line, octets.p[i]);
            }
            continue;
        }
        struct bytes line = bytes_trim_right(buf_bytes(&outstanding->line));
        if (protocol == PROTOCOL_POP3) {
            say_pop3(outstanding, line);
        } else {
            say_smtp(outstanding, line, recipients);
        }
        buf_clear(&outstanding->line);
    }
}

struct awaited outstanding_next(const struct outstanding *outstanding)
{
    if (outstanding->first == outstanding->count) {
        return (struct awaited){.kind = AWAITED_NOTHING};
    }
    return outstanding->items[outstanding->first];
}

struct awaited outstanding_take(struct outstanding *outstanding)
{
    struct awaited next = outstanding_next(outstanding);

    if (next.kind != AWAITED_NOTHING) {
        outstanding->first++;
    }
    if (outstanding->first == outstanding->count) {
        outstanding->first = 0;
        outstanding->count = 0;
    }
    return next;
}

unsigned outstanding_leading(const struct outstanding *outstanding, enum awaited_kind kind)
{
    unsigned count = 0;

    for (size_t i = outstanding->first;
         i < outstanding->count && outstanding->items[i].kind == kind; i++) {
        count++;
    }
    return count;
}

size_t outstanding_count(const struct outstanding *outstanding)
{
    return outstanding->count - outstanding->first;
}

bool outstanding_in_sync(const struct outstanding *outstanding)
{
    return outstanding_count(outstanding) == 0 && outstanding->line.n == 0;
}

void outstanding_deinit(struct outstanding *outstanding)
{
    free(outstanding->items);
    buf_deinit(&outstanding->line);
    *outstanding = (struct outstanding){0};
}
