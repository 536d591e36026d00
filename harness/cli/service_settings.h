/*
 * service_settings - the settings of `mailspec serve` from its options and from a file
 *
 * --settings FILE: header fields with the names of model/server_setting.h in any case; repeated fields and continuation lines
 * are further values. --set NAME=VALUE, --profile, --domain and --user are nearer: what they name replaces what the file says.
 */
#ifndef MAILSPEC_CLI_SERVICE_SETTINGS_H
#define MAILSPEC_CLI_SERVICE_SETTINGS_H

#include "cli/options.h"
#include "cli/settings_text.h"

/* Was "--set list" said? */
bool service_settings_wants_list(const struct options *options);
/* Name, shape, standard value and meaning of every setting, on standard output. */
void service_settings_print_list(void);

/* Give `text` what the options say. -1: the error names the option, or FILE:LINE, and what was expected. */
int service_settings_read(const struct options *options, struct settings_text *text,
                          struct error *error);
/* The same from the octets of a file; `path` is for the error. */
int service_settings_parse(const char *path, struct bytes octets, struct settings_text *text,
                           struct error *error);

#endif
