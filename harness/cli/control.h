/*
 * control - the line socket of `mailspec serve --control PATH`: changes the server while it runs
 *
 * A Unix stream socket that only its owner may use (mode 0600). One command a line, ended by LF or CRLF; each has one answer, in
 * order, in the manner of POP3 (RFC 1939 3) with LF as line end: "+OK TEXT" or "-ERR TEXT", and where the command gives several lines
 * these, dot-stuffed, and ".". Lines, clients and what waits to go out are bounded. docs/ci-sink.md has the commands.
 */
#ifndef MAILSPEC_CLI_CONTROL_H
#define MAILSPEC_CLI_CONTROL_H

#include "cli/service.h"

struct control;

/* The server is there and outlives the control. NULL: the socket cannot be made. */
struct control *control_new(struct service *service, const char *path, struct error *error);
void control_free(struct control **control_p);

#endif
