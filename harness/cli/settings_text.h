/*
 * settings_text - what a server is told, as the texts that were given
 *
 * For each row of model/server_setting.h its values, and from where they come. Kept as text so that single settings can
 * be changed while a server runs: change a copy, compile it, and take it when that went well. A value is
 * checked when it is given, so an error names its place; what is refused changes nothing.
 */
#ifndef MAILSPEC_CLI_SETTINGS_TEXT_H
#define MAILSPEC_CLI_SETTINGS_TEXT_H

#include "base/arena.h"
#include "base/error.h"
#include "fake_servers/settings.h"
#include "model/server_setting.h"

struct settings_text;

/* The nearer stands later. */
enum settings_origin { SETTINGS_STANDARD, SETTINGS_FILE, SETTINGS_OPTION, SETTINGS_CONTROL };

struct settings_text *settings_text_new(void); /* the standard server: nothing is given */
struct settings_text *settings_text_copy(const struct settings_text *text);
void settings_text_free(struct settings_text **text_p);

/* The row of that name, case ignored. -1: there is none; the error names the nearest. */
int settings_text_find(struct bytes name, enum server_setting *setting_r, struct error *error);

/*
 * One more value. The first from a nearer origin replaces what a farther one said, one from a farther origin is not heard.
 * From one origin the values of a list add up; of a setting that is no list the last one counts. Values are trimmed and
 * copied. -1: it is none, the error begins with the setting's name.
 */
int settings_text_give(struct settings_text *text, enum server_setting setting,
                       enum settings_origin origin, struct bytes value, struct error *error);

/* ---- for a server that runs: all of these come from SETTINGS_CONTROL ---- */

/* That value and no other. */
int settings_text_set(struct settings_text *text, enum server_setting setting, struct bytes value,
                      struct error *error);
/* One more value of a list: behind the standard ones where nothing was given. -1 also when it is no list. */
int settings_text_add(struct settings_text *text, enum server_setting setting, struct bytes value,
                      struct error *error);
/*
 * Take the values away that are that one, or whose first word it is: "alice" is the user alice. -1: there is none; or it is
 * the last one of a list that needs one (user, domain, language).
 */
int settings_text_remove(struct settings_text *text, enum server_setting setting,
                         struct bytes value, struct error *error);
/* Back to the standard. */
void settings_text_reset(struct settings_text *text, enum server_setting setting);

/*
 * The values, or the standard ones where nothing was given. (What the profile decides, such as `send`, has the standard of the
 * standard profile then.) Valid until the text changes.
 */
size_t settings_text_count(const struct settings_text *text, enum server_setting setting);
struct bytes settings_text_value(const struct settings_text *text, enum server_setting setting,
                                 size_t i);
enum settings_origin settings_text_origin(const struct settings_text *text,
                                          enum server_setting setting);

/*
 * settings_default() changed by what was given; what the settings point to lives in `arena`. Users without an address
 * are at the first domain, also the standard users. Clock, faults and messages are the default ones, for the caller to
 * replace. -1: *settings_r is not touched.
 */
int settings_text_compile(const struct settings_text *text, struct arena *arena,
                          struct server_settings *settings_r, struct error *error);

#endif
