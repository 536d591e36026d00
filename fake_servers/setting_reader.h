/*
 * setting_reader - one setting that is being read; private to setting_*.c
 */
#ifndef MAILSPEC_FAKE_SERVERS_SETTING_READER_H
#define MAILSPEC_FAKE_SERVERS_SETTING_READER_H

#include "fake_servers/setting_values.h"

struct setting_reader {
    struct server_settings *settings;
    const struct server_setting_row *row;
    const struct bytes *values;
    size_t count;
    struct arena *arena;
    struct error *error;
    const char *const *words; /* of a choice */
};

/* "NAME: expected SHAPE, found VALUE"; returns -1. */
int setting_refuse(const struct setting_reader *reader, struct bytes value);
/* The one value of a setting that is no list. */
struct bytes setting_single(const struct setting_reader *reader);

/* ---- setting_tls.c: kinds of values; `field` is where the result goes ---- */

int setting_read_mechanisms(const struct setting_reader *reader, void *field);
int setting_read_tls_version(const struct setting_reader *reader, void *field);
int setting_read_certificate_kind(const struct setting_reader *reader, void *field);
/* A struct tls_settings. */
int setting_read_disturbance(const struct setting_reader *reader, void *field);

/* ---- setting_reply.c ---- */

int setting_read_seed(const struct setting_reader *reader, void *field);
/* A pointer to a book, whose seed is that of the settings. */
int setting_read_replies(const struct setting_reader *reader, void *field);
/* A struct wire_faults. */
int setting_read_wire_faults(const struct setting_reader *reader, void *field);
/* A pointer to a sweep. */
int setting_read_sweep(const struct setting_reader *reader, void *field);

#endif
