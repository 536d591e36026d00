/*
 * recipient - who gets the mail for a mailbox (RFC 5321 3.4, 3.5, 3.9)
 *
 * Looks a mailbox up in the settings, in this order: moved, forward, ambiguous, alias, list, user. What an alias, a list or a forward
 * leads to is looked up the same way; addresses of other domains that the settings lead to go into the outbox, whatever
 * is said of relaying.
 */
#ifndef MAILSPEC_FAKE_SERVERS_RECIPIENT_H
#define MAILSPEC_FAKE_SERVERS_RECIPIENT_H

#include "fake_servers/store.h"

enum recipient_kind {
    RECIPIENT_LOCAL,     /* a user, or the postmaster */
    RECIPIENT_LIST,      /* its members */
    RECIPIENT_FORWARDED, /* taken, for `address` */
    RECIPIENT_RELAYED,   /* taken, for another domain */
    RECIPIENT_MOVED,     /* refused, `address` is to be tried */
    RECIPIENT_AMBIGUOUS, /* several may be meant */
    RECIPIENT_FULL,      /* a user, but the maildrop is full */
    RECIPIENT_LOCKED,    /* a user, but the mailbox is busy */
    RECIPIENT_UNKNOWN,
    RECIPIENT_FOREIGN, /* a domain that is not ours */
    RECIPIENT_LOOP,    /* aliases that lead back to themselves */
    RECIPIENT_KIND_COUNT
};

/* A zeroed struct is empty. Address and list are the settings', the maildrops the store's. */
struct recipient {
    enum recipient_kind kind;
    const char
        *address; /* the user's, or where mail goes; NULL: the postmaster, or another domain */
    const struct server_list *list; /* it is one, or leads to one */
    struct maildrop **maildrops;    /* each once; none unless mail is taken */
    size_t count;
    size_t capacity;
    const char **onward; /* addresses of the settings that mail in the outbox is for */
    size_t onward_count;
    size_t onward_capacity;
    bool goes_on;   /* mail in the outbox is for the mailbox itself */
    size_t lookups; /* how many mailboxes were looked up to know that */
};

/* `local_part` may be quoted; an empty domain stands for our own. */
void recipient_find(const struct server_settings *settings, struct store *store,
                    struct bytes local_part, struct bytes domain, struct recipient *recipient);
/* Is mail for it taken, as far as the settings know? */
bool recipient_is_taken(const struct recipient *recipient);
/* Adds where its mail goes, once. */
void recipient_add(struct recipient *recipient, struct maildrop *maildrop);
void recipient_deinit(struct recipient *recipient);
/*
 * An address of the settings as replies show it, whole (RFC 5321 3.5.1): behind a bare name stands the domain of the user who is
 * called so, or the first one of ours.
 */
void recipient_print_address(const struct server_settings *settings, struct store *store,
                             const char *address, struct buf *out);

#endif
