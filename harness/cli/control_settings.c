/* control_settings - set, add, remove, reset and get */
#include "cli/control_order.h"

typedef int (*change_fn)(struct settings_text *text, enum server_setting setting,
                         struct bytes value, struct error *error);

/* "set full bbo" would do nothing, and the test that said it would be as good as none. */
static int check_user(const struct service *service, const struct settings_text *text,
                      enum server_setting setting, struct bytes value, struct error *error)
{
    struct arena *arena = arena_new();
    struct server_settings settings;
    int failed = service_compile(service, text, &service->faults, arena, &settings, error);
    const char *name = arena_text(arena, value);
    if (failed == 0 && service_stranger(&settings, &(struct server_names){&name, 1}) != NULL) {
        failed = error_set(error, "%s: there is no user \"%s\"; \"get user\" lists them",
                           server_setting_row(setting)->name, name);
    }
    arena_free(&arena);
    return failed;
}

static int change_copy(struct order *order, struct bytes name, change_fn change,
                       struct error *error)
{
    struct service *service = order->state->service;
    enum server_setting setting = SETTING_PROFILE;
    if (settings_text_find(name, &setting, error) != 0) {
        return -1;
    }
    struct settings_text *copy = settings_text_copy(service->settings);
    struct bytes value = bytes_trim(order->rest);
    int failed = change(copy, setting, value, error);
    if (failed == 0 && (setting == SETTING_FULL || setting == SETTING_LOCKED) &&
        change != settings_text_remove) {
        failed = check_user(service, copy, setting, value, error);
    }
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
    order_result(order, change_copy(order, name, change, &error), &error, done);
}

void order_run_set(struct order *order)
{
    change_setting(order, settings_text_set, "set");
}

void order_run_add(struct order *order)
{
    change_setting(order, settings_text_add, "added");
}

void order_run_remove(struct order *order)
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
    order_result(order, failed, &error, "settings and faults are as at the start");
}

void order_run_reset(struct order *order)
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
    order_result(order, failed, &error, "as at the start");
}

/* "NAME VALUE", or the value alone. */
static void append_values(struct order *order, enum server_setting setting, bool with_name)
{
    const struct settings_text *text = order->state->service->settings;
    size_t count = settings_text_count(text, setting);
    for (size_t i = 0; i < count; i++) {
        struct buf line = {0};
        buf_printf(&line, "%s%s", with_name ? server_setting_row(setting)->name : "",
                   with_name ? " " : "");
        buf_append(&line, settings_text_value(text, setting, i));
        order_line(order, &line);
        buf_deinit(&line);
    }
}

static void get_one(struct order *order)
{
    struct error error = {""};
    enum server_setting setting = SETTING_PROFILE;
    if (settings_text_find(order->rest, &setting, &error) != 0) {
        order_error(order, error.text);
        return;
    }
    order_count(order, settings_text_count(order->state->service->settings, setting), "value",
                "values");
    append_values(order, setting, false);
    order_end(order);
}

void order_run_get(struct order *order)
{
    if (order->rest.n > 0) {
        get_one(order);
        return;
    }
    order_ok(order, "what was set and what is standard");
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        append_values(order, (enum server_setting)i, true);
    }
    order_end(order);
}
