/*
 * mail_server - the server that send and fetch go to: its address, our TLS with it, and who logs in
 */
#ifndef MAILSPEC_CLI_MAIL_SERVER_H
#define MAILSPEC_CLI_MAIL_SERVER_H

#include "base/arena.h"
#include "cli/commands.h"
#include "fake_clients/client.h"
#include "model/target.h"

struct mail_server {
    const char *url;
    struct endpoint endpoint;
    struct target target; /* of whose TLS settings the client makes use */
    struct client_settings settings;
    const char *written_secret; /* or where it comes from; NULL: nobody logs in */
    bool shows_secrets;
};

/*
 * The first operand and the options of TLS and logins. What the settings point to lives in `arena` and in *server_r, which stays where it
 * is. -1: a usage error.
 */
int mail_server_read(struct mail_server *server_r, const struct options *options, bool fetches,
                     struct arena *arena, struct error *error);

/* Read the secret, or ask for it: last, when everything else is right. -1: a usage error. */
int mail_server_read_secret(struct mail_server *server, struct arena *arena, struct error *error);

/* How a session went. */
struct mail_session {
    struct fake_client *client;
    enum exit_status status; /* of the session as a whole */
};

/*
 * One session from its beginning to its end. `watch` of the settings is taken: with --verbose the dialogue is shown on standard error. The
 * trouble that ended it is complained of. The caller frees it before the loop.
 */
void mail_session_run(struct mail_session *session, struct mail_server *server,
                      const struct options *options, struct loop *loop);
void mail_session_end(struct mail_session *session);
/* What stands for a client's result; CLIENT_REFUSED_FOR_NOW is EXIT_NOTHING, see command_statuses(). */
enum exit_status mail_session_status(enum client_result result);

#endif
