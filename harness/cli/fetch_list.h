/*
 * fetch_list - the list of a maildrop, a line for each message: number, octets, unique-id, From, Subject
 */
#ifndef MAILSPEC_CLI_FETCH_LIST_H
#define MAILSPEC_CLI_FETCH_LIST_H

#include "fake_clients/wishes.h"

struct fetch_list;

struct fetch_list *fetch_list_new(void);
void fetch_list_add(struct fetch_list *list, const struct client_listed *listed);
/* Of a message that was added. */
void fetch_list_header(struct fetch_list *list, uint64_t number, struct bytes header);
/* To standard output. */
void fetch_list_print(const struct fetch_list *list);
void fetch_list_free(struct fetch_list **list_p);

#endif
