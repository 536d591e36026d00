/*
 * setting_values - the settings of a server from the texts of model/server_setting.h
 *
 * A setting is read as a whole: all its values at once, which replace those that it had.
 */
#ifndef MAILSPEC_FAKE_SERVERS_SETTING_VALUES_H
#define MAILSPEC_FAKE_SERVERS_SETTING_VALUES_H

#include "base/arena.h"
#include "base/error.h"
#include "fake_servers/settings.h"
#include "model/server_setting.h"

/*
 * Everything that the settings point to then lives in `arena`. Read them in the order of the enumeration: a profile changes
 * what follows it, a user without address gets the first domain. -1: a value is none, the error says what was expected;
 * the settings are as they were.
 */
int setting_values_read(struct server_settings *settings, enum server_setting setting,
                        const struct bytes *values, size_t count, struct arena *arena,
                        struct error *error);

#endif
