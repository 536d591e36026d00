/* The server of PLAIN: message = [authzid] NUL authcid NUL passwd, RFC 4616 section 2 */
#include <stdlib.h>
#include <string.h>

#include "auth/prepare.h"
#include "auth/sasl_exchange.h"

/* The credentials are right, and nobody acts for another. */
static enum sasl_result check(struct sasl_server *server, struct bytes authorize_as,
                              struct bytes secret)
{
    char *prepared = prepare_text(secret);
    enum sasl_result result = prepared == NULL ? sasl_server_fail(server, SASL_FAILURE_MALFORMED)
                                               : sasl_server_check(server, prepared);
    free(prepared);
    if (result == SASL_DONE && authorize_as.n > 0) {
        char *other = prepare_text(authorize_as);
        bool same = other != NULL && strcmp(other, server->user) == 0;
        free(other);
        return same ? SASL_DONE : sasl_server_fail(server, SASL_FAILURE_IDENTITY);
    }
    return result;
}

static enum sasl_result step(struct sasl_server *server, struct bytes response, struct buf *out)
{
    (void)out;
    struct bytes rest = response;
    struct bytes authorize_as;
    struct bytes user;
    struct bytes secret;
    if (!bytes_next(&rest, '\0', &authorize_as) || !bytes_next(&rest, '\0', &user) ||
        !bytes_next(&rest, '\0', &secret) || rest.p != NULL || secret.n == 0 ||
        !sasl_server_take_user(server, user)) {
        return sasl_server_fail(server, SASL_FAILURE_MALFORMED);
    }
    return check(server, authorize_as, secret);
}

const struct sasl_server_side sasl_plain_server = {NULL, step, NULL, SASL_RESPONSE_MAX,
                                                   true, false};
