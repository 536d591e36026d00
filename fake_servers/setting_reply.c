/* Settings about replies that are asked for, and what is wrong with their octets. */
#include "fake_servers/setting_reader.h"

int setting_read_seed(const struct setting_reader *reader, void *field)
{
    return bytes_to_u64(setting_single(reader), field)
               ? 0
               : setting_refuse(reader, setting_single(reader));
}

int setting_read_replies(const struct setting_reader *reader, void *field)
{
    struct reply_rule *rules = arena_array(reader->arena, reader->count + 1, sizeof *rules);
    struct error why = {""};
    for (size_t i = 0; i < reader->count; i++) {
        if (reply_rule_read(reader->values[i], reader->arena, &rules[i], &why) != 0) {
            return error_set(reader->error, "reply: %s", why.text);
        }
    }
    if (reply_rules_check(rules, reader->count, &why) != 0) {
        return error_set(reader->error, "reply: %s", why.text);
    }
    *(struct reply_book **)field =
        reply_book_new(rules, reader->count, reader->settings->seed, reader->arena);
    return 0;
}

int setting_read_wire_faults(const struct setting_reader *reader, void *field)
{
    struct wire_fault *rows = arena_array(reader->arena, reader->count + 1, sizeof *rows);
    struct reply_rule *rules = arena_array(reader->arena, reader->count + 1, sizeof *rules);
    struct error why = {""};
    for (size_t i = 0; i < reader->count; i++) {
        struct bytes value = bytes_trim(reader->values[i]);
        if (wire_fault_read(value, reader->arena, &rows[i], &rules[i], &why) != 0) {
            return error_set(reader->error, "wire-fault: %s", why.text);
        }
    }
    if (reply_rules_check(rules, reader->count, &why) != 0) {
        return error_set(reader->error, "wire-fault: %s", why.text);
    }
    *(struct wire_faults *)field = (struct wire_faults){
        reply_book_new(rules, reader->count, reader->settings->seed, reader->arena), rows};
    return 0;
}

int setting_read_sweep(const struct setting_reader *reader, void *field)
{
    struct error why = {""};
    struct sweep *sweep = sweep_read(setting_single(reader), reader->arena, &why);
    *(struct sweep **)field = sweep;
    return sweep != NULL ? 0 : error_set(reader->error, "sweep: %s", why.text);
}
