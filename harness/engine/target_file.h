/*
 * target_file - targets from a file of header fields, and endpoints from URLs
 *
 * Fields: Name, Smtp, Pop3 (URLs; Smtp takes lmtp: too), Domain, User (NAME SECRET [ADDRESS], may be
 * repeated; SECRET as it is written: cli/secret_source.h),
 * Unknown-user, Relay-domain, Source, Connections, Delivers (yes, no; yes where both URLs are there), Start, Stop,
 * Known-failing (a path, counted from the target file's folder; may be repeated); those of TLS and logins (tls_fields.h) and those
 * of a client (client_fields.h).
 */
#ifndef MAILSPEC_ENGINE_TARGET_FILE_H
#define MAILSPEC_ENGINE_TARGET_FILE_H

#include "base/arena.h"
#include "base/error.h"
#include "model/target.h"

/*
 * smtp://HOST[:PORT], lmtp://, pop3:// (and smtps, lmtps, pop3s: implicit_tls), lmtp+unix:PATH (smtp+unix, pop3+unix),
 * pipe:COMMAND (smtp unless pipe+pop3: or pipe+lmtp:). IPv6 in brackets. Without a port: 25, 24, 110, 465, 995. Port 0 is let through,
 * for those who listen.
 */
int endpoint_read(const char *url, struct arena *arena, struct endpoint *endpoint_r,
                  struct error *error);
/* Everything in the result lives in `arena`. One error names the first defect with its line. */
int target_file_read(const char *path, struct arena *arena, struct target *target_r,
                     struct error *error);
/* The same from octets; `path` is for the error. */
int target_file_parse(const char *path, struct bytes text, struct arena *arena,
                      struct target *target_r, struct error *error);
/* An IP address as Source takes it: without brackets and port, "%ZONE" allowed. */
bool source_is_good(const char *text);
/* Fill what a hand-made target leaves open: loopback, default users' addresses. */
void target_complete(struct target *target, struct arena *arena);

#endif
