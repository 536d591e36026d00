/*
 * store - the maildrops of one server, shared by its SMTP and POP3 sessions
 *
 * One maildrop for each user, one for the postmaster, and the outbox. Messages are counted references to octets that never
 * change, so that one message in many maildrops, or open in a POP3 session, stands in memory once. With
 * settings->store_folder they stand in files (maildir.h), DIR/USER, DIR/postmaster and DIR/outbox, and in memory only while a POP3
 * session sends them. Bounded: what a maildrop holds, all maildrops, and what all sessions together are receiving or sending.
 *
 * Files are read and written at once, not in the background: a server does nothing else meanwhile. They are not synced: a
 * message that was accepted outlives the process, however that ends, but not the machine.
 */
#ifndef MAILSPEC_FAKE_SERVERS_STORE_H
#define MAILSPEC_FAKE_SERVERS_STORE_H

#include "base/buf.h"
#include "base/error.h"
#include "fake_servers/settings.h"

struct store;
struct maildrop;
struct store_file;

/* For mail that is to go on: what MAIL and RCPT say of it, without brackets. */
struct store_envelope {
    char *reverse_path;   /* "" for the null path */
    char **forward_paths; /* with what is left of their source routes */
    size_t count;
};

struct store_message {
    unsigned references;
    unsigned char *p; /* NULL: the octets stand in a file, see store_message_load() */
    size_t n;
    size_t pop3_octets; /* as POP3 counts and sends it: every line ended by CRLF */
    struct store_file *file;
    struct store_message *source; /* of what was loaded */
    bool is_counted;              /* by store_delivered(), or never to be */
    struct store_envelope
        *envelope; /* NULL: it is for this server's users only, or was found in a folder */
};

/* One message in one maildrop. Its number is never given again in the store's life. */
struct maildrop_entry {
    struct store_message *message;
    uint64_t number;
};

/* Takes the octets out of `content`, which is empty then, and leaves them as they are; one reference, the caller's. */
struct store_message *store_message_new(struct buf *content);
struct store_message *store_message_ref(struct store_message *message);
void store_message_unref(struct store_message **message_p);
/* Copies all; another envelope that was there goes. Before delivery, so that it is in every maildrop. */
void store_message_set_envelope(struct store_message *message, const char *reverse_path,
                                const char *const *forward_paths, size_t count);
/*
 * The message with its octets in memory, one reference more: itself, or a copy that all who ask share. NULL when its file is gone,
 * was changed or cannot be read, or when all sessions together hold too much.
 */
struct store_message *store_message_load(struct store_message *message, struct error *error);
/*
 * RFC 1939 section 7: 1 to 70 octets in the range 0x21 to 0x7E. In files it comes from the file's name, and is the same in
 * every store that is opened there; in memory it lasts as long as the store.
 */
void store_print_unique_id(const struct store *store, const struct store_message *message,
                           uint64_t number, struct buf *out);

/* The settings outlive the store. Their messages are put into their users' maildrops. In memory, whatever the folder. */
struct store *store_new(const struct server_settings *settings);
/*
 * In settings->store_folder, where there is one: its folders are made, the messages that are there already are taken in. NULL and a
 * sentence when that cannot be.
 */
struct store *store_open(const struct server_settings *settings, struct error *error);
/*
 * The settings have been changed in place. New users get maildrops; those of users that are gone cannot be reached, but keep their
 * messages, and are there for sessions that have them and when such a user comes again. -1 and a sentence when a folder cannot
 * be made; mail for that user is refused then.
 */
int store_settings_changed(struct store *store, struct error *error);
void store_free(struct store **store_p);
/* 1, 2, 3, ...: numbers for messages, sessions and transactions. */
uint64_t store_next_number(struct store *store);
/* For the serves-after-loss faults: a session was lost, and those that come hear of it. */
void store_wound(struct store *store);
bool store_is_wounded(const struct store *store);
/* For the two-transactions fault: one session at a time has a reverse-path; false: another one has it. */
bool store_take_sender(struct store *store, const char *reverse_path);
void store_give_sender(struct store *store, const char *reverse_path);
/* Part of every unique-id: differs from the one of a store made at another time. */
uint64_t store_epoch(const struct store *store);
/* Ask for room to receive a message; false: all sessions together hold too much. */
bool store_hold(struct store *store, size_t octets);
void store_release(struct store *store, size_t octets);
/* Drop all messages of all maildrops but those that are locked; returns how many. */
size_t store_clear(struct store *store);

enum store_lookup { STORE_FOUND, STORE_NO_USER, STORE_FOREIGN };

/* The first user's, or the postmaster's when there are no users: whose mail it is that has no other owner. */
struct maildrop *store_first(struct store *store);
/* Mail for other domains that was taken: only TURN sends it on, to the client that says so. */
struct maildrop *store_outbox(struct store *store);
/* POP3 login name; NULL when there is no such user. */
struct maildrop *store_by_user(struct store *store, struct bytes name);
/*
 * The maildrop of a mailbox. The local-part may be quoted; letter case is ignored. An empty domain stands for
 * our own. STORE_FOREIGN: a domain that is not ours.
 */
enum store_lookup store_by_address(struct store *store, struct bytes local_part,
                                   struct bytes domain, struct maildrop **maildrop_r);

enum store_delivery {
    STORE_DELIVERED,
    STORE_MAILDROP_FULL, /* one of them */
    STORE_FULL,          /* all together */
    STORE_FAILED         /* it cannot be written; `error` says why */
};

/*
 * The message into all of these maildrops, each named once, or into none. It is there when this returns, in files as well. The
 * caller's reference stays the caller's; what stands in files is not kept in memory. settings->keep: `all` refuses what does not
 * fit, `newest` drops the oldest messages of the same maildrop, `none` drops the message. The postmaster's maildrop and the outbox,
 * which nobody reads, are always as with `newest`.
 */
enum store_delivery store_deliver(struct store *store, struct maildrop *const *maildrops,
                                  size_t count, struct store_message *message, struct error *error);
/* How many messages have been delivered, each once, whatever the number of its maildrops, and of deliveries. */
uint64_t store_delivered(const struct store *store);

/* NULL: postmaster, outbox. Valid until the settings change. */
const struct server_user *maildrop_user(const struct maildrop *maildrop);
/* Is there room for a message of that size; where not? STORE_DELIVERED: there is. */
enum store_delivery maildrop_room(const struct maildrop *maildrop, size_t octets);
/* store_deliver() to one; false: it was not taken. */
bool maildrop_add(struct maildrop *maildrop, struct store_message *message);
/* Look for what other programs have put into the folder or taken out of it. -1: it cannot be read. */
int maildrop_refresh(struct maildrop *maildrop, struct error *error);
size_t maildrop_count(const struct maildrop *maildrop);
const struct maildrop_entry *maildrop_entry(const struct maildrop *maildrop, size_t index);
/*
 * Remove the entries with these numbers, which are in ascending order; others are left alone. -1 when the file of one of
 * them cannot be removed: that entry stays, the others go.
 */
int maildrop_remove(struct maildrop *maildrop, const uint64_t *numbers, size_t count,
                    struct error *error);
/* How many sessions have ended in QUIT: for servers whose unique-ids do not last. */
uint64_t maildrop_updates(const struct maildrop *maildrop);
void maildrop_count_update(struct maildrop *maildrop);
/* When somebody was let in the last time, on the settings' clock of monotonic time; -1: never. */
int64_t maildrop_last_login_us(const struct maildrop *maildrop);
void maildrop_note_login(struct maildrop *maildrop, int64_t monotonic_us);
/* The timestamp by which somebody was let in the last time: for servers that take it again. NULL: nobody yet. */
const char *maildrop_timestamp(const struct maildrop *maildrop);
void maildrop_keep_timestamp(struct maildrop *maildrop, const char *timestamp);
/* One session at a time; false: another one has it. */
bool maildrop_lock(struct maildrop *maildrop);
void maildrop_unlock(struct maildrop *maildrop);

#endif
