/*
 * service - the reference server that `mailspec serve` runs, for those who change it while it runs
 *
 * Everything happens on one loop. What changes is changed as a whole: make a copy of `settings` (or of `faults`), change the
 * copy, hand it in. Sessions that are open go on, with the new settings from their next command on.
 */
#ifndef MAILSPEC_CLI_SERVICE_H
#define MAILSPEC_CLI_SERVICE_H

#include "cli/commands.h"
#include "cli/settings_text.h"
#include "fake_servers/server.h"

struct service {
    const struct options *options;
    struct arena *arena; /* of the command: lives as long as the server */
    struct loop *loop;
    struct server *server;
    struct settings_text *settings;  /* read it; change a copy */
    struct fault_set faults;         /* read it; change a copy */
    const char *store_folder;        /* --store, or NULL */
    struct tls_authority *authority; /* --tls-folder, or NULL */
    size_t most_connections; /* as many as there are descriptors for; settings ask for fewer */
    const char **urls;       /* where it listens, with the real ports */
    size_t url_count;
    bool quiet;
    bool stopping;
};

/*
 * The texts as settings of this service: with its faults, its store, no more connections than it has descriptors for.
 * What they point to lives in `arena`.
 */
int service_compile(const struct service *service, const struct settings_text *text,
                    const struct fault_set *faults, struct arena *arena,
                    struct server_settings *settings_r, struct error *error);
/* The first of these (of `full`, of `locked`) that is no user's name or address, and so does nothing; NULL: there is none. */
const char *service_stranger(const struct server_settings *settings,
                             const struct server_names *names);
/*
 * The server has these settings and faults from now on; both are copied. -1: the settings do not go together, and nothing has
 * changed; or the store cannot make the folder of a new user: then all else has, and mail for that user is refused.
 */
int service_change(struct service *service, const struct settings_text *settings,
                   const struct fault_set *faults, struct error *error);
/*
 * Stop clean: listeners closed, SMTP and LMTP clients get 421 (RFC 5321 3.8), POP3 sessions end without UPDATE; then the
 * loop ends, but for a second at most, while clients read their 421. From any callback of the loop but those of the server's own sessions. Doing it twice does nothing.
 */
void service_stop(struct service *service);

#endif
