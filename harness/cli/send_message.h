/*
 * send_message - what mailspec send is to send, and to whom: --from, --to, --attach, --eml and their like
 */
#ifndef MAILSPEC_CLI_SEND_MESSAGE_H
#define MAILSPEC_CLI_SEND_MESSAGE_H

#include "base/buf.h"
#include "cli/commands.h"
#include "mail/draft.h"

struct send_message {
    const char *sender;      /* reverse-path, without brackets */
    const char **recipients; /* forward-paths, each once */
    size_t recipient_count;
    bool needs_utf8; /* SMTPUTF8, for an address or the header */
    struct buf octets;
};

/* Strings live in `arena`. -1: an option is wrong, or a file cannot be read. Standard input is read last. */
int send_message_read(struct send_message *message_r, const struct options *options,
                      struct arena *arena, struct error *error);
void send_message_deinit(struct send_message *message);

#endif
