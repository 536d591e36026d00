/*
 * smtp_history - what the profiles rfc821 and minimal change in a session; private to the SMTP session
 *
 * rfc821 is a server of 1982: the fourteen commands of RFC 821 4.1, the replies that its section 4.3 lists for each of them, and
 * its grammar of paths. minimal has the nine commands of RFC 5321 4.5.1. SEND, SOML and SAML are there in every profile
 * when settings->send says so.
 */
#ifndef MAILSPEC_FAKE_SERVERS_SMTP_HISTORY_H
#define MAILSPEC_FAKE_SERVERS_SMTP_HISTORY_H

#include "fake_servers/smtp_session.h"

/* What a verb is answered that the server does not have: 500 or 502. 0: it has it. */
unsigned smtp_history_lacks(const struct smtp_session *session, enum smtp_verb verb);
/*
 * The code that says in this profile what `code` says today. `verb` is the one that is answered, `status` the enhanced status
 * code that tells more than `code` does, or NULL.
 */
unsigned smtp_history_code(const struct smtp_session *session, enum smtp_verb verb, unsigned code,
                           const char *status);
/* What stands behind the server's name in the greeting, and in the reply to QUIT. */
const char *smtp_history_greeting(const struct smtp_session *session);
const char *smtp_history_closing(const struct smtp_session *session);
/* HELP of RFC 821: 211 without topic, 214 with a verb, 504 with anything else. */
bool smtp_history_help(struct smtp_session *session, const struct smtp_command *command);
/*
 * The path as the grammar and the limits of the profile have it: RFC 821 4.1.2 also allows "#" number and "[" dotnum "]" among the
 * elements of a domain and "\" before any character of a local-part, and 4.5.3 has 64 characters for a domain.
 */
void smtp_history_path(const struct smtp_session *session, struct smtp_path *path);
/*
 * What is kept of a path, without brackets: the mailbox; under RFC 821 with its source route, of a forward-path without the
 * hosts at its front that are this server (3.6).
 */
struct bytes smtp_history_kept(const struct smtp_session *session, const struct smtp_path *path,
                               bool forward);
/* Where a forward-path goes next: the first host that is left of its route, else the domain of the mailbox. */
struct bytes smtp_history_next_host(const struct smtp_session *session,
                                    const struct smtp_path *path);

/* Is it a domain by the grammar of RFC 821? False under other profiles. */
bool smtp_history_is_domain(const struct smtp_session *session, struct bytes text);

/* SEND, SOML, SAML (RFC 821 3.4). */
bool smtp_do_send(struct smtp_session *session, const struct smtp_command *command);

#endif
