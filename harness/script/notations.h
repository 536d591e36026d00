/*
 * notations - how other people write dialogues, turned into ours
 *
 * RFC 821's S: sender and R: receiver, lines that an RFC broke, notes and ellipses between the lines, course style with
 * "//" comments, and "<CRLF>" at the end of a line.
 */
#ifndef MAILSPEC_SCRIPT_NOTATIONS_H
#define MAILSPEC_SCRIPT_NOTATIONS_H

#include "script/document.h"

/* What a line without speaker turned out to be: a direction, commentary or an ellipsis. */
struct item notation_note(struct span text, enum lexed_kind kind, struct arena *arena);
/* Does the note go on in the next line: no ")" or "..." at its end yet? */
bool notation_note_is_open(struct bytes text, enum lexed_kind kind);
bool notation_goes_on(enum lexed_kind kind); /* can such a line continue a note? */
/* A line that was broken into several, as one. */
struct span notation_join(struct arena *arena, const struct span *lines, size_t count);
/* Without a trailing "<CRLF>" or "<CR><LF>", which stands for the line's own end. */
struct span notation_without_line_end(struct span text, struct arena *arena);
/* Where " // comment" begins, or the length of the text. */
size_t notation_comment(struct bytes text);
/* How much of a command or reply is said: without the comment, and without a line end in brackets before it. */
size_t notation_said(struct bytes text);
/* Some line speaks as R: ; all of S: is the sender then. Mixed with C: it is a problem. */
bool notation_has_receiver(const struct lexed *lines, size_t count, struct problems *problems);

#endif
