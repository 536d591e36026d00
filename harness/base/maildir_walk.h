/*
 * maildir_walk - the messages of all Maildirs at and below a folder
 *
 * A Maildir is a folder with the folders `new` and `cur` in it (maildir(5)); `tmp` is never looked into, for what stands there
 * is not whole yet. The folder may be one itself, or hold those of several users one to three levels down. Names that begin
 * with "." are left out, links to folders below the first one are not followed. Others may move and delete while we look.
 */
#ifndef MAILSPEC_BASE_MAILDIR_WALK_H
#define MAILSPEC_BASE_MAILDIR_WALK_H

#include "base/bytes.h"
#include "base/error.h"

/* The texts are valid during the call. */
struct maildir_visitor {
    /* This folder is about to be looked into: who watches it from now on misses nothing. */
    void (*folder)(void *self, const char *path);
    /* `maildir`/`folder`/`name`; `folder` is "new" or "cur". */
    void (*message)(void *self, const char *maildir, const char *folder, const char *name);
    void *self;
};

/* -1: a folder cannot be read, or there are too many; what was found before has been visited. */
int maildir_walk(const char *root, const struct maildir_visitor *visitor, struct error *error);
/*
 * The part of a message's name that it keeps when it is moved or marked: without ":2,S" (maildir(5): info).
 */
struct bytes maildir_unique_name(const char *name);

#endif
