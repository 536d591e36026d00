/*
 * cast - puts the target's names in the place of the dialogue's (Cast:)
 *
 * `Jones@foo.com={{rcpt}} foo.com={{domain}}` lets an example of an RFC run against any server. In literal text of both
 * directions each whole name (no letter, digit or hyphen beside it; case ignored; the longest first)
 * becomes the text that stands for it.
 */
#ifndef MAILSPEC_ENGINE_CAST_H
#define MAILSPEC_ENGINE_CAST_H

#include "base/arena.h"
#include "model/program.h"

/* The steps as they run: `steps` themselves when the program has no Cast:. */
const struct step *cast_steps(struct arena *arena, const struct program *program,
                              const struct step *steps, size_t count);
/* One text; for tests. */
struct text cast_text(struct arena *arena, const struct program *program, const struct text *text);

#endif
