/* control_look - sessions, messages and clear: what is there now */
#include <inttypes.h>

#include "cli/control_order.h"
#include "fake_servers/store.h"
#include "reports/show.h"

static void show_session(void *self, const struct server_connection *connection)
{
    static const char *const names[] = {
        [SERVER_SMTP] = "smtp", [SERVER_POP3] = "pop3", [SERVER_LMTP] = "lmtp"};
    struct buf line = {0};
    buf_printf(&line, "%" PRIu64 " %s %s -> %s", connection->number, names[connection->protocol],
               connection->client, connection->local);
    order_line(self, &line);
    buf_deinit(&line);
}

void order_run_sessions(struct order *order)
{
    const struct server *server = order->state->service->server;
    order_count(order, server_connections(server), "session", "sessions");
    server_each_connection(server, show_session, order);
    order_end(order);
}

/* Other programs may have taken messages out of the files, or put some in. A session that has the maildrop must not see that. */
static size_t look_into(struct maildrop *maildrop)
{
    if (maildrop_lock(maildrop)) {
        (void)maildrop_refresh(maildrop, NULL);
        maildrop_unlock(maildrop);
    }
    return maildrop_count(maildrop);
}

static void show_maildrop(struct order *order, struct maildrop *maildrop)
{
    size_t count = look_into(maildrop);
    order_count(order, count, "message", "messages");
    for (size_t i = 0; i < count; i++) {
        struct buf line = {0};
        buf_printf(&line, "%zu %zu", i + 1, maildrop_entry(maildrop, i)->message->n);
        order_line(order, &line);
        buf_deinit(&line);
    }
    order_end(order);
}

/* The maildrop of the user at `i`, NULL when there is none; *name_r is the user's. */
static struct maildrop *maildrop_of(const struct service *service, size_t i, struct bytes *name_r)
{
    struct bytes rest = settings_text_value(service->settings, SETTING_USER, i);
    *name_r = (struct bytes){0};
    bytes_next_word(&rest, name_r);
    return store_by_user(server_store(service->server), *name_r);
}

/* "NAME COUNT" for each user that has messages. */
static void list_maildrops(struct order *order)
{
    const struct service *service = order->state->service;
    size_t users = settings_text_count(service->settings, SETTING_USER);
    struct bytes name;
    size_t total = 0;
    for (size_t i = 0; i < users; i++) {
        struct maildrop *maildrop = maildrop_of(service, i, &name);
        total += maildrop != NULL ? look_into(maildrop) : 0;
    }
    order_count(order, total, "message", "messages");
    for (size_t i = 0; i < users; i++) {
        struct maildrop *maildrop = maildrop_of(service, i, &name);
        struct buf line = {0};
        buf_append(&line, name);
        buf_printf(&line, " %zu", maildrop != NULL ? maildrop_count(maildrop) : 0);
        if (maildrop != NULL && maildrop_count(maildrop) > 0) {
            order_line(order, &line);
        }
        buf_deinit(&line);
    }
    order_end(order);
}

void order_run_messages(struct order *order)
{
    if (order->rest.n == 0) {
        list_maildrops(order);
        return;
    }
    struct maildrop *maildrop =
        store_by_user(server_store(order->state->service->server), order->rest);
    if (maildrop == NULL) {
        order_error(order, "there is no such user; \"get user\" lists them");
    } else {
        show_maildrop(order, maildrop);
    }
}

void order_run_clear(struct order *order)
{
    struct buf text = {0};
    size_t count = store_clear(server_store(order->state->service->server));
    show_count(&text, count, "message", "messages");
    buf_append_text(&text, " removed");
    order_ok(order, buf_text(&text));
    buf_deinit(&text);
}
