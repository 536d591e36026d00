#include "cli/control_command.h"

#include "base/escape.h"
#include "base/glob.h"
#include "cli/control_order.h"

struct order_row {
    const char *name;
    const char *shape; /* "NAME VALUE" */
    size_t least;      /* words behind the name */
    size_t most;       /* 0: none; ANY: a text */
    void (*run)(struct order *order);
    const char *help;
};

enum { ANY = 100000 };

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
    order_error(order, buf_text(&text));
    buf_deinit(&text);
}

/* A fault of replies at a stage is a value of a setting. */
static void run_wire_fault(struct order *order, struct bytes name, bool off)
{
    struct service *service = order->state->service;
    struct error error = {""};
    struct settings_text *copy = settings_text_copy(service->settings);
    int failed = off ? settings_text_remove(copy, SETTING_WIRE_FAULT, name, &error)
                     : settings_text_add(copy, SETTING_WIRE_FAULT, name, &error);
    if (failed == 0) {
        failed = service_change(service, copy, &service->faults, &error);
    }
    settings_text_free(&copy);
    order_result(order, failed, &error, off ? "off" : "on");
}

static void run_fault(struct order *order)
{
    struct service *service = order->state->service;
    bool off = bytes_starts(order->rest, "-");
    struct bytes name = bytes_skip(order->rest, off ? 1 : 0);
    if (wire_fault_is_meant(name)) {
        run_wire_fault(order, name, off);
        return;
    }
    struct fault_set faults = service->faults;
    struct error error = {""};
    enum fault fault = (enum fault)0;
    if (!fault_find(name, &fault)) {
        unknown_fault_name(order, name);
        return;
    }
    faults.on[fault] = !off;
    int failed = service_change(service, service->settings, &faults, &error);
    order_result(order, failed, &error, off ? "off" : fault_at(fault)->what);
}

static void run_faults(struct order *order)
{
    const struct fault_set *faults = &order->state->service->faults;
    bool all = bytes_is_nocase(order->rest, "all");
    if (order->rest.n > 0 && !all) {
        order_error(order, "faults shows those that are on, \"faults all\" every one");
        return;
    }
    size_t count = 0;
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        count += all || faults->on[i] ? 1 : 0;
    }
    order_count(order, count, "fault", "faults");
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        const struct fault_row *row = fault_at((enum fault)i);
        struct buf line = {0};
        buf_printf(&line, "%s%s%s", row->name, all ? "  " : "", all ? row->what : "");
        if (all || faults->on[i]) {
            order_line(order, &line);
        }
        buf_deinit(&line);
    }
    order_end(order);
}

/* ---- The others ---- */

static void run_stop(struct order *order)
{
    order_ok(order, "stopping");
    service_stop(order->state->service);
}

static void run_quit(struct order *order)
{
    order_ok(order, "bye");
    order->next = CONTROL_CLOSE;
}

static void run_help(struct order *order);

/* ---- The table ---- */

static const struct order_row rows[] = {
    {"set",      "NAME VALUE",    2, ANY, order_run_set,      "that value of a setting, and no other"            },
    {"add",      "NAME VALUE",    2, ANY, order_run_add,      "one more value of a setting that is a list"       },
    {"remove",   "NAME VALUE",    2, ANY, order_run_remove,
     "take a value out of a list; its first word will do"                                                        },
    {"reset",    "[NAME]",        0, 1,   order_run_reset,    "a setting, or all and the faults, as at the start"},
    {"get",      "[NAME]",        0, 1,   order_run_get,      "the values of one setting, or of all"             },
    {"fault",    "NAME or -NAME", 1, 1,   run_fault,          "switch a fault on, or off"                        },
    {"faults",   "[all]",         0, 1,   run_faults,         "the faults that are on, or all there are"         },
    {"sessions", "",              0, 0,   order_run_sessions, "the connections that are open"                    },
    {"messages", "[USER]",        0, 1,   order_run_messages,
     "how many messages each maildrop has, or the octets of each message of one"                                 },
    {"clear",    "",              0, 0,   order_run_clear,    "remove all messages"                              },
    {"stop",     "",              0, 0,   run_stop,           "stop the server"                                  },
    {"quit",     "",              0, 0,   run_quit,           "close this connection"                            },
    {"help",     "",              0, 0,   run_help,           "this list"                                        },
};

static const size_t row_count = sizeof rows / sizeof rows[0];

static void run_help(struct order *order)
{
    order_count(order, row_count, "command", "commands");
    for (size_t i = 0; i < row_count; i++) {
        struct buf line = {0};
        buf_printf(&line, "%s%s%s  %s", rows[i].name, rows[i].shape[0] != '\0' ? " " : "",
                   rows[i].shape, rows[i].help);
        order_line(order, &line);
        buf_deinit(&line);
    }
    order_end(order);
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
    order_error(order, buf_text(&text));
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
    order_error(order, buf_text(&text));
    buf_deinit(&text);
}

enum control_next control_command(struct control_state *state, struct bytes line,
                                  struct buf *answer)
{
    struct order order = {state, line, answer, CONTROL_GO_ON};
    struct bytes name = {0};
    /* A NUL would hide what stands behind it from those who print texts. */
    if (bytes_has_control(line)) {
        order_error(&order, "a command holds no control characters");
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
