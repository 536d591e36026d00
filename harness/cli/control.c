#include "cli/control.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "cli/control_command.h"
#include "net/conn.h"
#include "net/listener.h"

enum {
    LONGEST_LINE = 8192,
    MOST_CLIENTS = 64,
    OWNER_ONLY = 0177 /* umask: mode 0600 from the first moment */
};

struct client {
    struct control *control;
    struct client *next;
    struct conn *conn;
    struct buf waiting; /* lines that are not answered yet; at most one read and a line */
    bool ended;         /* it says no more */
    bool quit;
};

struct control {
    struct control_state state;
    struct listener *listener;
    struct client *clients;
    size_t client_count;
};

static void client_release(struct client *client)
{
    conn_free(&client->conn);
    buf_deinit(&client->waiting);
    free(client);
}

static void client_free(struct client *client)
{
    struct client **place = &client->control->clients;
    while (*place != client) {
        place = &(*place)->next;
    }
    *place = client->next;
    client->control->client_count--;
    client_release(client);
}

static void say(struct conn *conn, const char *text)
{
    conn_write(conn, bytes_of(text));
}

/* Answer the line that begins at *from_p, if it is whole; *from_p goes behind it then. */
static bool answer_line(struct client *client, size_t *from_p)
{
    struct bytes all = buf_bytes(&client->waiting);
    size_t end = bytes_index(all, '\n', *from_p);
    if (end == BYTES_NONE) {
        return false;
    }
    struct bytes line = bytes_slice(all, *from_p, end);
    *from_p = end + 1;
    if (bytes_ends(line, "\r")) {
        line.n--;
    }
    struct buf answer = {0};
    if (line.n > LONGEST_LINE) {
        buf_append_text(&answer, "-ERR the line is too long\n");
    } else {
        enum control_next next = control_command(&client->control->state, line, &answer);
        client->quit = next == CONTROL_CLOSE;
    }
    conn_write(client->conn, buf_bytes(&answer));
    buf_deinit(&answer);
    return true;
}

/* What is no line yet is the beginning of one, unless nothing more comes or it is too long: then the connection ends. */
static bool is_over(struct client *client)
{
    if (client->waiting.n > LONGEST_LINE + 1) {
        say(client->conn, "-ERR the line is too long\n");
        return true;
    }
    if (client->ended && client->waiting.n > 0) {
        say(client->conn, "-ERR the last line has no line end, so it may not be all of it\n");
    }
    return client->ended;
}

/* While the client does not read an answer, nothing more is done for it, and nothing read from it. */
static void client_run(struct client *client)
{
    size_t used = 0;
    while (!client->quit && conn_unsent(client->conn) == 0 && answer_line(client, &used)) {
    }
    buf_consume(&client->waiting, used);
    bool blocked = conn_unsent(client->conn) > 0;
    if (client->quit || (!blocked && is_over(client))) {
        client_free(client);
    } else {
        conn_pause(client->conn, blocked);
    }
}

static void on_octets(void *self, struct bytes octets)
{
    struct client *client = self;
    buf_append(&client->waiting, octets);
    client_run(client);
}

static void on_drained(void *self)
{
    struct client *client = self;
    if (conn_is_broken(client->conn)) {
        client_free(client);
    } else {
        client_run(client);
    }
}

static void on_ended(void *self, enum conn_end end, const char *text)
{
    struct client *client = self;
    (void)text;
    client->ended = true;
    if (end != CONN_END_FIN) {
        client_free(client);
    } else {
        client_run(client);
    }
}

static const struct conn_events events = {
    .octets = on_octets, .ended = on_ended, .drained = on_drained};

static void on_connection(void *self, struct listener *listener)
{
    struct control *control = self;
    struct client *client = mem_alloc(sizeof *client);
    client->control = control;
    client->conn = conn_accept(listener, &events, client, NULL, 0);
    if (client->conn == NULL || control->client_count >= MOST_CLIENTS) {
        if (client->conn != NULL) {
            say(client->conn, "-ERR too many clients, come again later\n");
        }
        conn_free(&client->conn);
        free(client);
        return;
    }
    client->next = control->clients;
    control->clients = client;
    control->client_count++;
}

struct control *control_new(struct service *service, const char *path, struct error *error)
{
    struct control *control = mem_alloc(sizeof *control);
    mode_t before = umask(OWNER_ONLY);
    control_state_init(&control->state, service);
    control->listener = listener_new_unix(service->loop, path, on_connection, control, error);
    umask(before);
    if (control->listener == NULL) {
        control_free(&control);
    }
    return control;
}

void control_free(struct control **control_p)
{
    struct control *control = *control_p;
    *control_p = NULL;
    if (control == NULL) {
        return;
    }
    for (struct client *client = control->clients; client != NULL;) {
        struct client *next = client->next;
        client_release(client);
        client = next;
    }
    listener_free(&control->listener);
    control_state_deinit(&control->state);
    free(control);
}
