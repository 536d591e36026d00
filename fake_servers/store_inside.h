/*
 * store_inside - what the files of the store share; private to them
 *
 * store.c has the store and whose maildrop an address means, store_maildrop.c the entries of one maildrop, store_message.c
 * messages and their files, store_deliver.c room and delivery, store_scan.c what other programs do to a folder.
 */
#ifndef MAILSPEC_FAKE_SERVERS_STORE_INSIDE_H
#define MAILSPEC_FAKE_SERVERS_STORE_INSIDE_H

#include "fake_servers/maildir.h"
#include "fake_servers/store.h"

/* Where they stand among the maildrops. */
enum { STORE_POSTMASTER, STORE_OUTBOX, STORE_USERS };

/* Where the octets of a message are that is not in memory. */
struct store_file {
    struct store *store;
    const char *folder; /* the maildrop's */
    char *place;
    struct store_message *loaded; /* no reference of its own */
    bool is_dropped;              /* it goes with the last reference */
    bool is_changed;              /* it could not be read: it is measured again at the next look */
    bool is_marked;               /* by the function that runs */
};

struct maildrop {
    struct store *store;
    char *name; /* NULL: postmaster or outbox */
    char *secret;
    char *address;
    struct server_user user; /* the three, for others */
    char *folder;            /* NULL: in memory */
    struct maildrop_entry *entries;
    size_t first; /* before it stand entries that are gone */
    size_t count;
    size_t capacity;
    size_t octets;
    uint64_t updates;
    int64_t last_login_us; /* -1: never */
    char *timestamp;       /* of the last login by APOP; NULL: none yet */
    bool locked;
};

struct store {
    const struct server_settings *settings;
    char *folder; /* NULL: in memory */
    int held;     /* maildir_hold(), or -1 */
    struct maildrop *
        *maildrops; /* the postmaster's, the outbox, then those of all users there ever were */
    size_t count;
    size_t capacity;
    struct maildrop **users; /* those of today, in the order of the settings */
    size_t user_count;
    struct maildir_namer namer;
    size_t octets; /* of all maildrops */
    size_t held_octets;
    uint64_t last_number;
    char **senders; /* that sessions have taken */
    size_t sender_count;
    size_t sender_capacity;
    bool is_wounded;
    uint64_t epoch;
    uint64_t delivered;
};

/* ---- store_message.c ---- */

/* Of a message in memory. */
struct maildir_size store_message_size(const struct store_message *message);
/* A message of that size whose octets stand in a file; `place` is copied. */
struct store_message *store_message_in_file(struct maildrop *maildrop, const char *place,
                                            const struct maildir_size *size);
/* The last reference takes the file with it. */
void store_message_drop_file(struct store_message *message);

/* ---- store_maildrop.c ---- */

struct maildrop *maildrop_new(struct store *store, const char *folder_name);
void maildrop_free(struct maildrop *maildrop);
/* Behind the last one; takes over the caller's reference. */
void maildrop_append(struct maildrop *maildrop, struct store_message *message);
/* The oldest is no entry any more; its file stays until no session has it. */
void maildrop_drop_oldest(struct maildrop *maildrop);
/* Drop the entries that `is_kept` is false for, without touching their files. */
void maildrop_keep_only(struct maildrop *maildrop,
                        bool (*is_kept)(void *self, const struct maildrop_entry *entry),
                        void *self);

/* ---- store_scan.c ---- */

/* Note where files stand now that other programs have moved; nothing else is changed. */
void maildrop_find_moved(struct maildrop *maildrop);

#endif
