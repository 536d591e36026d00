/*
 * store - the maildrops of one server, shared by its SMTP and POP3 sessions
 *
 * One maildrop for each user, one for the postmaster, and the outbox. Messages are counted references to octets that never
 * change, so that one message in many maildrops, or open in a POP3 session, stands in memory once. Bounded: what
 * a maildrop holds, and what all sessions together are receiving.
 */
#ifndef MAILSPEC_FAKE_SERVERS_STORE_H
#define MAILSPEC_FAKE_SERVERS_STORE_H

#include "base/buf.h"
#include "fake_servers/settings.h"

struct store;
struct maildrop;

struct store_message {
    unsigned references;
    unsigned char *p;
    size_t n;
    size_t pop3_octets; /* as POP3 counts and sends it: every line ended by CRLF */
};

/* One message in one maildrop. Its number is never given again in the store's life. */
struct maildrop_entry {
    struct store_message *message;
    uint64_t number;
};

/* Takes the octets out of `content`, which is empty then; one reference, the caller's. */
struct store_message *store_message_new(struct buf *content);
struct store_message *store_message_ref(struct store_message *message);
void store_message_unref(struct store_message **message_p);

/* The settings outlive the store. Their messages are put into their users' maildrops. */
struct store *store_new(const struct server_settings *settings);
void store_free(struct store **store_p);
/* 1, 2, 3, ...: numbers for messages, sessions and transactions. */
uint64_t store_next_number(struct store *store);
/* Part of every unique-id: differs from the one of a store made at another time. */
uint64_t store_epoch(const struct store *store);
/* Ask for room to receive a message; false: all sessions together hold too much. */
bool store_hold(struct store *store, size_t octets);
void store_release(struct store *store, size_t octets);

enum store_lookup { STORE_FOUND, STORE_NO_USER, STORE_FOREIGN };

/* The first user's, or the postmaster's when there are no users: whose mail it is that has no other owner. */
struct maildrop *store_first(struct store *store);
/* Mail for other domains that was taken: it is never sent on. */
struct maildrop *store_outbox(struct store *store);
/* POP3 login name; NULL when there is no such user. */
struct maildrop *store_by_user(struct store *store, struct bytes name);
/*
 * The maildrop of a mailbox. The local-part may be quoted; letter case is ignored. An empty domain stands for
 * our own. STORE_FOREIGN: a domain that is not ours.
 */
enum store_lookup store_by_address(struct store *store, struct bytes local_part,
                                   struct bytes domain, struct maildrop **maildrop_r);

const struct server_user *
maildrop_user(const struct maildrop *maildrop); /* NULL: postmaster, outbox */
bool maildrop_has_room(const struct maildrop *maildrop, size_t octets);
/*
 * Keeps a reference of its own; false when there is no room. The postmaster's maildrop, which nobody reads, always has
 * room: its oldest messages go.
 */
bool maildrop_add(struct maildrop *maildrop, struct store_message *message);
size_t maildrop_count(const struct maildrop *maildrop);
const struct maildrop_entry *maildrop_entry(const struct maildrop *maildrop, size_t index);
/* Remove the entries with these numbers, which are in ascending order; others are left alone. */
void maildrop_remove(struct maildrop *maildrop, const uint64_t *numbers, size_t count);
/* How many sessions have ended in QUIT: for servers whose unique-ids do not last. */
uint64_t maildrop_updates(const struct maildrop *maildrop);
void maildrop_count_update(struct maildrop *maildrop);
/* One session at a time; false: another one has it. */
bool maildrop_lock(struct maildrop *maildrop);
void maildrop_unlock(struct maildrop *maildrop);

#endif
