/*
 * write - a draft as the text of a scenario that the reader accepts
 */
#ifndef MAILSPEC_SCRIPT_IMPORT_WRITE_H
#define MAILSPEC_SCRIPT_IMPORT_WRITE_H

#include "script/import/draft.h"

/*
 * Append the scenario's text. A line that the scenario reader refuses becomes a comment, with a note that says why. False, with a note,
 * when nothing of the dialogue is left.
 */
bool write_scenario(struct draft *draft, struct draft_scenario *scenario, const char *notation,
                    struct buf *out);

#endif
