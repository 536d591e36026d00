/*
 * exim - what the converters of Exim's two kinds of scripts share
 */
#ifndef MAILSPEC_SCRIPT_IMPORT_EXIM_H
#define MAILSPEC_SCRIPT_IMPORT_EXIM_H

#include "base/buf.h"
#include "script/import/draft.h"

/* The lines of a block through "****"; the scenario is begun. */
void exim_client(struct draft *draft);
void exim_server(struct draft *draft);
/* The next line of the block; false at its end. */
bool exim_next(struct draft *draft, struct bytes *line_r);
/* \n, \r, \xHH; a backslash before anything else stands for that. */
void exim_unescape(struct buf *out, struct bytes text);
/* Is a name in it that the runner of the tests replaces? */
bool exim_filled_in(struct bytes text);

#endif
