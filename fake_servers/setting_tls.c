/* The settings of TLS and AUTH. */
#include "base/octet_count.h"
#include "fake_servers/setting_reader.h"

static int add_mechanism(const struct setting_reader *reader, struct bytes name,
                         struct server_mechanisms *mechanisms)
{
    enum sasl_mechanism mechanism = SASL_MECHANISM_COUNT;
    if (!sasl_mechanism_from_name(name, &mechanism)) {
        struct buf expected = {0};
        sasl_mechanism_print_expected(name, &expected);
        error_set(reader->error, "%s: unknown mechanism \"%s\": %s", reader->row->name,
                  arena_text(reader->arena, name), buf_text(&expected));
        buf_deinit(&expected);
        return -1;
    }
    for (size_t i = 0; i < mechanisms->count; i++) {
        if (mechanisms->list[i] == mechanism) {
            return error_set(reader->error, "%s: %s stands there twice", reader->row->name,
                             sasl_mechanism_name(mechanism));
        }
    }
    mechanisms->list[mechanisms->count++] = mechanism;
    return 0;
}

int setting_read_mechanisms(const struct setting_reader *reader, void *field)
{
    struct server_mechanisms *mechanisms = field;
    struct bytes rest = setting_single(reader);
    struct bytes word;
    mechanisms->count = 0;
    if (bytes_is_nocase(rest, "none")) {
        return 0;
    }
    while (bytes_next_word(&rest, &word)) {
        if (add_mechanism(reader, word, mechanisms) != 0) {
            return -1;
        }
    }
    return 0;
}

int setting_read_tls_version(const struct setting_reader *reader, void *field)
{
    if (bytes_is_nocase(setting_single(reader), "any")) {
        *(enum tls_version *)field = TLS_ANY;
        return 0;
    }
    return tls_version_from_name(setting_single(reader), field)
               ? 0
               : setting_refuse(reader, setting_single(reader));
}

int setting_read_certificate_kind(const struct setting_reader *reader, void *field)
{
    return tls_certificate_from_name(setting_single(reader), field)
               ? 0
               : setting_refuse(reader, setting_single(reader));
}

/* Only a cut has a place. */
int setting_read_disturbance(const struct setting_reader *reader, void *field)
{
    struct tls_settings *tls = field;
    struct bytes rest = setting_single(reader);
    struct bytes name = {0};
    uint64_t octets = 0;
    bytes_next_word(&rest, &name);
    rest = bytes_trim(rest);
    if (!tls_disturbance_from_name(name, &tls->disturbance)) {
        return setting_refuse(reader, setting_single(reader));
    }
    bool is_cut = tls->disturbance == TLS_DISTURB_CUT;
    if (is_cut ? !octet_count_read(rest, &octets) : rest.n > 0) {
        return setting_refuse(reader, setting_single(reader));
    }
    tls->cut_at = (size_t)octets;
    return 0;
}
