/*
 * mailbox_list - the addresses in the value of To:, Cc:, From:, Return-Path: and their like (RFC 5322 3.4)
 *
 *     mailbox = [display-name] "<" addr-spec ">" / addr-spec;   group = display-name ":" [mailbox-list] ";"
 *
 * For looking up who a stored message is for. Names, comments, groups and source routes are let by; no address is checked.
 */
#ifndef MAILSPEC_PROTO_MAILBOX_LIST_H
#define MAILSPEC_PROTO_MAILBOX_LIST_H

#include "base/buf.h"

/*
 * Put the next address of *rest, an unfolded value, into *address, which is emptied first; false when there is none left. The
 * null reverse-path "<>" is an empty address.
 */
bool mailbox_list_next(struct bytes *rest, struct buf *address);

#endif
