/*
 * mail_scan - what stands in a store now, and which of it is what somebody waits for
 *
 * Each message is read once, however often the store is looked through and wherever the message moves meanwhile.
 */
#ifndef MAILSPEC_CLI_MAIL_SCAN_H
#define MAILSPEC_CLI_MAIL_SCAN_H

#include "cli/mail_criteria.h"

struct mail_scan;

struct mail_found {
    char *key;       /* what stays the same when the message is moved within its Maildir */
    char *path;      /* as it was last seen */
    int64_t time_us; /* of its file */
    uint64_t device; /* with the inode: one file that stands in several maildrops is one message */
    uint64_t inode;
    uint32_t missed; /* criteria that do not hold */
    bool again;      /* it is that of another row */
};

/* `folder` is called for each folder that is looked into, before it is. The criteria outlive the scan. */
struct mail_scan *mail_scan_new(const char *root, struct mail_criteria *criteria,
                                void (*folder)(void *self, const char *path), void *self);
void mail_scan_free(struct mail_scan **scan_p);
/* Look through the store. -1: it is not there, or not all of it can be read. */
int mail_scan_look(struct mail_scan *scan, struct error *error);
/* All messages of the last look, the oldest first, each in each of its maildrops. */
size_t mail_scan_count(const struct mail_scan *scan);
const struct mail_found *mail_scan_at(const struct mail_scan *scan, size_t i);
/* Folders `new` that the last look has gone through. */
size_t mail_scan_maildirs(const struct mail_scan *scan);
/* Of the last look; NULL: it is gone. */
const struct mail_found *mail_scan_find(const struct mail_scan *scan, const char *key);
/* How many different ones meet all criteria. */
size_t mail_scan_matches(const struct mail_scan *scan);
/* The name of the folder above new and cur; the caller frees it. */
char *mail_found_maildrop(const struct mail_found *found);

/* Enough of a message to hold its header. */
enum { MAIL_HEADER_OCTETS = 1024 * 1024 };

#endif
