#include "cli/control_command.h"

#include <inttypes.h>

#include "base/escape.h"
#include "base/glob.h"
#include "fake_servers/store.h"
#include "reports/show.h"

struct order {
    struct control_state *state;
    struct bytes rest; /* behind the name of the command, trimmed */
    struct buf *answer;
    enum control_next next;
};

struct order_row {
    const char *name;
    const char *shape; /* "NAME VALUE" */
    size_t least;      /* words behind the name */
    size_t most;       /* 0: none; ANY: a text */
    void (*run)(struct order *order);
    const char *help;
};

enum { ANY = 100000 };

/* ---- Answers ---- */

/* One line, whatever is in it. */
static void answer_error(struct order *order, const char *text)
{
    buf_append_text(order->answer, "-ERR ");
    show_text(order->answer, text);
    buf_append_octet(order->answer, '\n');
}

static void answer_ok(struct order *order, const char *text)
{
    buf_append_text(order->answer, "+OK ");
    show_text(order->answer, text);
    buf_append_octet(order->answer, '\n');
}

/* "+OK 3 values": what follows are lines, ended by answer_end(). */
static void answer_count(struct order *order, size_t count, const char *one, const char *many)
{
    buf_append_text(order->answer, "+OK ");
    show_count(order->answer, count, one, many);
    buf_append_octet(order->answer, '\n');
}

/* RFC 1939 3: a line that begins with "." gets another one. */
static void answer_line(struct order *order, const struct buf *line)
{
    struct buf shown = {0};
    show_line(&shown, buf_bytes(line));
    buf_append_text(order->answer, bytes_starts(buf_bytes(&shown), ".") ? "." : "");
    buf_append(order->answer, buf_bytes(&shown));
    buf_append_octet(order->answer, '\n');
    buf_deinit(&shown);
}

static void answer_end(struct order *order)
{
    buf_append_text(order->answer, ".\n");
}

static void answer_result(struct order *order, int failed, const struct error *error,
                          const char *text)
{
    if (failed != 0) {
        answer_error(order, error->text);
    } else {
        answer_ok(order, text);
    }
}

/* ---- Settings ---- */

typedef int (*change_fn)(struct settings_text *text, enum server_setting setting,
                         struct bytes value, struct error *error);

static int change_copy(struct order *order, struct bytes name, change_fn change,
                       struct error *error)
{
    struct service *service = order->state->service;
    enum server_setting setting = SETTING_PROFILE;
    if (settings_text_find(name, &setting, error) != 0) {
        return -1;
    }
    struct settings_text *copy = settings_text_copy(service->settings);
    int failed = change(copy, setting, bytes_trim(order->rest), error);
    if (failed == 0) {
        failed = service_change(service, copy, &service->faults, error);
    }
    settings_text_free(&copy);
    return failed;
}

static void change_setting(struct order *order, change_fn change, const char *done)
{
    struct error error = {""};
    struct bytes name = {0};
    bytes_next_word(&order->rest, &name);
    answer_result(order, change_copy(order, name, change, &error), &error, done);
}

static void run_set(struct order *order)
{
    change_setting(order, settings_text_set, "set");
}

static void run_add(struct order *order)
{
    change_setting(order, settings_text_add, "added");
}

static void run_remove(struct order *order)
{
    change_setting(order, settings_text_remove, "removed");
}

/* The values that the server was started with, in the order and from the place in which they were given. */
static int give_first(const struct settings_text *first, struct settings_text *text,
                      enum server_setting setting, struct error *error)
{
    enum settings_origin origin = settings_text_origin(first, setting);
    settings_text_reset(text, setting);
    for (size_t i = 0; origin != SETTINGS_STANDARD && i < settings_text_count(first, setting);
         i++) {
        struct bytes value = settings_text_value(first, setting, i);
        if (settings_text_give(text, setting, origin, value, error) != 0) {
            return -1;
        }
    }
    return 0;
}

static void reset_all(struct order *order)
{
    struct control_state *state = order->state;
    struct error error = {""};
    int failed =
        service_change(state->service, state->first_settings, &state->first_faults, &error);
    answer_result(order, failed, &error, "settings and faults are as at the start");
}

static void run_reset(struct order *order)
{
    struct service *service = order->state->service;
    struct error error = {""};
    enum server_setting setting = SETTING_PROFILE;
    if (order->rest.n == 0) {
        reset_all(order);
        return;
    }
    struct settings_text *copy = settings_text_copy(service->settings);
    int failed = settings_text_find(order->rest, &setting, &error);
    if (failed == 0) {
        failed = give_first(order->state->first_settings, copy, setting, &error);
    }
    if (failed == 0) {
        failed = service_change(service, copy, &service->faults, &error);
    }
    settings_text_free(&copy);
    answer_result(order, failed, &error, "as at the start");
}

/* "NAME VALUE", or the value alone. */
static void append_values(struct order *order, enum server_setting setting, bool with_name)
{
    const struct settings_text *text = order->state->service->settings;
    for (size_t i = 0; i < settings_text_count(text, setting); i++) {
        struct buf line = {0};
        buf_printf(&line, "%s%s", with_name ? server_setting_row(setting)->name : "",
                   with_name ? " " : "");
        buf_append(&line, settings_text_value(text, setting, i));
        answer_line(order, &line);
        buf_deinit(&line);
    }
}

static void get_one(struct order *order)
{
    struct error error = {""};
    enum server_setting setting = SETTING_PROFILE;
    if (settings_text_find(order->rest, &setting, &error) != 0) {
        answer_error(order, error.text);
        return;
    }
    answer_count(order, settings_text_count(order->state->service->settings, setting), "value",
                 "values");
    append_values(order, setting, false);
    answer_end(order);
}

static void run_get(struct order *order)
{
    if (order->rest.n > 0) {
        get_one(order);
        return;
    }
    answer_ok(order, "what was set and what is standard");
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        append_values(order, (enum server_setting)i, true);
    }
    answer_end(order);
}

/* ---- Faults ---- */

static void unknown_fault_name(struct order *order, struct bytes name)
{
    const char *names[FAULT_COUNT];
    struct buf text = {0};
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        names[i] = fault_at((enum fault)i)->name;
    }
    const char *nearest = glob_nearest(name, names, FAULT_COUNT);
    buf_append_text(&text, "unknown fault \"");
    buf_append(&text, name);
    buf_printf(&text, "\"; %s%s%s\"faults all\" shows all",
               nearest != NULL ? "did you mean \"" : "", nearest != NULL ? nearest : "",
               nearest != NULL ? "\"? " : "");
    answer_error(order, buf_text(&text));
    buf_deinit(&text);
}

static void run_fault(struct order *order)
{
    struct service *service = order->state->service;
    bool off = bytes_starts(order->rest, "-");
    struct bytes name = bytes_skip(order->rest, off ? 1 : 0);
    struct fault_set faults = service->faults;
    struct error error = {""};
    enum fault fault = (enum fault)0;
    if (!fault_find(name, &fault)) {
        unknown_fault_name(order, name);
        return;
    }
    faults.on[fault] = !off;
    int failed = service_change(service, service->settings, &faults, &error);
    answer_result(order, failed, &error, off ? "off" : fault_at(fault)->what);
}

static void run_faults(struct order *order)
{
    const struct fault_set *faults = &order->state->service->faults;
    bool all = bytes_is_nocase(order->rest, "all");
    if (order->rest.n > 0 && !all) {
        answer_error(order, "faults shows those that are on, \"faults all\" every one");
        return;
    }
    size_t count = 0;
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        count += all || faults->on[i] ? 1 : 0;
    }
    answer_count(order, count, "fault", "faults");
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        const struct fault_row *row = fault_at((enum fault)i);
        struct buf line = {0};
        buf_printf(&line, "%s%s%s", row->name, all ? "  " : "", all ? row->what : "");
        if (all || faults->on[i]) {
            answer_line(order, &line);
        }
        buf_deinit(&line);
    }
    answer_end(order);
}

/* ---- What is there ---- */

static void show_session(void *self, const struct server_connection *connection)
{
    static const char *const names[] = {
        [SERVER_SMTP] = "smtp", [SERVER_POP3] = "pop3", [SERVER_LMTP] = "lmtp"};
    struct buf line = {0};
    buf_printf(&line, "%" PRIu64 " %s %s -> %s", connection->number, names[connection->protocol],
               connection->client, connection->local);
    answer_line(self, &line);
    buf_deinit(&line);
}

static void run_sessions(struct order *order)
{
    const struct server *server = order->state->service->server;
    answer_count(order, server_connections(server), "session", "sessions");
    server_each_connection(server, show_session, order);
    answer_end(order);
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
    answer_count(order, count, "message", "messages");
    for (size_t i = 0; i < count; i++) {
        struct buf line = {0};
        buf_printf(&line, "%zu %zu", i + 1, maildrop_entry(maildrop, i)->message->n);
        answer_line(order, &line);
        buf_deinit(&line);
    }
    answer_end(order);
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
    answer_count(order, total, "message", "messages");
    for (size_t i = 0; i < users; i++) {
        struct maildrop *maildrop = maildrop_of(service, i, &name);
        struct buf line = {0};
        buf_append(&line, name);
        buf_printf(&line, " %zu", maildrop != NULL ? maildrop_count(maildrop) : 0);
        if (maildrop != NULL && maildrop_count(maildrop) > 0) {
            answer_line(order, &line);
        }
        buf_deinit(&line);
    }
    answer_end(order);
}

static void run_messages(struct order *order)
{
    if (order->rest.n == 0) {
        list_maildrops(order);
        return;
    }
    struct maildrop *maildrop =
        store_by_user(server_store(order->state->service->server), order->rest);
    if (maildrop == NULL) {
        answer_error(order, "there is no such user; \"get user\" lists them");
    } else {
        show_maildrop(order, maildrop);
    }
}

static void run_clear(struct order *order)
{
    struct buf text = {0};
    size_t count = store_clear(server_store(order->state->service->server));
    show_count(&text, count, "message", "messages");
    buf_append_text(&text, " removed");
    answer_ok(order, buf_text(&text));
    buf_deinit(&text);
}

static void run_stop(struct order *order)
{
    answer_ok(order, "stopping");
    service_stop(order->state->service);
}

static void run_quit(struct order *order)
{
    answer_ok(order, "bye");
    order->next = CONTROL_CLOSE;
}

static void run_help(struct order *order);

/* ---- The table ---- */

static const struct order_row rows[] = {
    {"set",      "NAME VALUE",    2, ANY, run_set,      "that value of a setting, and no other"            },
    {"add",      "NAME VALUE",    2, ANY, run_add,      "one more value of a setting that is a list"       },
    {"remove",   "NAME VALUE",    2, ANY, run_remove,
     "take a value out of a list; its first word will do"                                                  },
    {"reset",    "[NAME]",        0, 1,   run_reset,    "a setting, or all and the faults, as at the start"},
    {"get",      "[NAME]",        0, 1,   run_get,      "the values of one setting, or of all"             },
    {"fault",    "NAME or -NAME", 1, 1,   run_fault,    "switch a fault on, or off"                        },
    {"faults",   "[all]",         0, 1,   run_faults,   "the faults that are on, or all there are"         },
    {"sessions", "",              0, 0,   run_sessions, "the connections that are open"                    },
    {"messages", "[USER]",        0, 1,   run_messages,
     "how many messages each maildrop has, or the octets of each message of one"                           },
    {"clear",    "",              0, 0,   run_clear,    "remove all messages"                              },
    {"stop",     "",              0, 0,   run_stop,     "stop the server"                                  },
    {"quit",     "",              0, 0,   run_quit,     "close this connection"                            },
    {"help",     "",              0, 0,   run_help,     "this list"                                        },
};

static const size_t row_count = sizeof rows / sizeof rows[0];

static void run_help(struct order *order)
{
    answer_count(order, row_count, "command", "commands");
    for (size_t i = 0; i < row_count; i++) {
        struct buf line = {0};
        buf_printf(&line, "%s%s%s  %s", rows[i].name, rows[i].shape[0] != '\0' ? " " : "",
                   rows[i].shape, rows[i].help);
        answer_line(order, &line);
        buf_deinit(&line);
    }
    answer_end(order);
}

static void unknown_command(struct order *order, struct bytes name)
{
    const char *names[sizeof rows / sizeof rows[0]];
    struct buf text = {0};
    for (size_t i = 0; i < row_count; i++) {
        names[i] = rows[i].name;
    }
    const char *nearest = glob_nearest(name, names, row_count);
    buf_append_text(&text, "unknown command \"");
    escape_append(&text, bytes_slice(name, 0, 100), 0);
    buf_printf(&text, "\"; %s%s%s\"help\" lists them", nearest != NULL ? "did you mean \"" : "",
               nearest != NULL ? nearest : "", nearest != NULL ? "\"? " : "");
    answer_error(order, buf_text(&text));
    buf_deinit(&text);
}

static const struct order_row *find_row(struct bytes name)
{
    for (size_t i = 0; i < row_count; i++) {
        if (bytes_is_nocase(name, rows[i].name)) {
            return &rows[i];
        }
    }
    return NULL;
}

static size_t count_words(struct bytes text)
{
    struct bytes word;
    size_t count = 0;
    while (bytes_next_word(&text, &word)) {
        count++;
    }
    return count;
}

static void wrong_words(struct order *order, const struct order_row *row)
{
    struct buf text = {0};
    buf_printf(&text, "expected \"%s%s%s\"", row->name, row->shape[0] != '\0' ? " " : "",
               row->shape);
    answer_error(order, buf_text(&text));
    buf_deinit(&text);
}

/* A NUL would hide what stands behind it from those who print texts, other control characters have no business here. */
static bool has_control(struct bytes line)
{
    for (size_t i = 0; i < line.n; i++) {
        if ((line.p[i] < ' ' && line.p[i] != '\t') || line.p[i] == 0x7f) {
            return true;
        }
    }
    return false;
}

enum control_next control_command(struct control_state *state, struct bytes line,
                                  struct buf *answer)
{
    struct order order = {state, line, answer, CONTROL_GO_ON};
    struct bytes name = {0};
    if (has_control(line)) {
        answer_error(&order, "a command holds no control characters");
        return order.next;
    }
    bytes_next_word(&order.rest, &name);
    order.rest = bytes_trim(order.rest);
    const struct order_row *row = find_row(name);
    size_t words = count_words(order.rest);
    if (row == NULL) {
        unknown_command(&order, name);
    } else if (words < row->least || words > row->most) {
        wrong_words(&order, row);
    } else {
        row->run(&order);
    }
    return order.next;
}

void control_state_init(struct control_state *state, struct service *service)
{
    *state = (struct control_state){
        .service = service,
        .first_settings = settings_text_copy(service->settings),
        .first_faults = service->faults,
    };
}

void control_state_deinit(struct control_state *state)
{
    settings_text_free(&state->first_settings);
}
