/*
 * maildir - messages as files: one folder with tmp/, new/ and cur/ for each maildrop
 *
 * A message is written into tmp/, closed, and only then linked into new/ under a name that nobody else gives; so what stands in
 * new/ is whole, whenever the process ends. The octets are kept as they came: lines end in CRLF where the client sent
 * CRLF. Nothing is synced to the disk: what was accepted outlives this process, not a loss of power.
 *
 * A file is called by its place below the folder: "new/NAME" or "cur/NAME:2,FLAGS". Other programs may move it from
 * new/ to cur/ and change its flags; its base, NAME, stays.
 */
#ifndef MAILSPEC_FAKE_SERVERS_MAILDIR_H
#define MAILSPEC_FAKE_SERVERS_MAILDIR_H

#include "base/buf.h"
#include "base/error.h"

/* ---- names ---- */

/* Gives the names of one store; a zeroed struct with `host` set is ready. */
struct maildir_namer {
    char *host; /* escaped as the Maildir rules say; owned */
    int64_t last_us;
    uint64_t sequence;
};

void maildir_namer_init(struct maildir_namer *namer);
void maildir_namer_deinit(struct maildir_namer *namer);
/*
 * SECONDS.M<microseconds>P<pid>Q<sequence>.HOST: later names are greater in byte order, also while `wall_us` stands
 * still. The caller frees it.
 */
char *maildir_next_name(struct maildir_namer *namer, int64_t wall_us);
/*
 * A user's name as the name of a folder: letters, digits and ".", "_", "-", "+", "@" stand for themselves, other octets and a
 * dot at the front are %XX. No two names become one.
 */
void maildir_print_user(struct buf *out, struct bytes user);
/* NAME of "new/NAME" and "cur/NAME:2,FLAGS". */
struct bytes maildir_base(const char *place);

/* ---- folders ---- */

/* Make `folder` and the three in it, for their owner only; those above it as well. 0 also when they are there. */
int maildir_make(const char *folder, struct error *error);
/*
 * Hold the folder, which is made, against other processes until maildir_unhold() or the end of this one; those who only put messages
 * there or take them need not ask. -1 and a sentence when another one holds it; a file system without locks lets everybody.
 */
int maildir_hold(const char *folder, int *held_r, struct error *error);
void maildir_unhold(int *held);
/*
 * Call `visit` for each message in new/ and cur/, in no particular order. Names that begin with a dot are left out, as the Maildir
 * rules say.
 */
int maildir_scan(const char *folder, void (*visit)(void *self, const char *place), void *self,
                 struct error *error);
/* Remove from tmp/ what this process, on this host, has left there. */
void maildir_sweep(const char *folder, const struct maildir_namer *namer);

/* ---- messages ---- */

enum maildir_result {
    MAILDIR_DONE,
    MAILDIR_FAILED,
    MAILDIR_TAKEN /* one of the folders has a file of that name */
};

/* The message under that name in new/ of all these folders, or in none of them. Nothing stays in tmp/. */
enum maildir_result maildir_write(const char *const *folders, size_t count, const char *name,
                                  struct bytes octets, struct error *error);

struct maildir_size {
    size_t octets;
    size_t bare_lfs; /* LF without CR before it */
    bool ends_line;  /* the last octet is LF, or there is none */
};

/* Count without holding more than a piece of the file in memory. */
int maildir_measure(const char *folder, const char *place, struct maildir_size *size_r,
                    struct error *error);
/*
 * Read exactly `n` octets into `p`; -1 when the file is gone, cannot be read, or has another length. It is read, not mapped, so that
 * a file cut short by somebody is an error and not a signal.
 */
int maildir_read(const char *folder, const char *place, unsigned char *p, size_t n,
                 struct error *error);
/* 0: it is gone; 1: nothing had that name; -1: it is still there. */
int maildir_remove(const char *folder, const char *place, struct error *error);
/* Where the message with that base stands now; the caller frees it, NULL: nowhere. */
char *maildir_find(const char *folder, struct bytes base);

#endif
