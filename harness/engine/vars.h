/*
 * vars - the variables and captures of one case
 *
 * A scope looks a name up in the case's own variables first, then asks `outer` (connection facts such as
 * ehlo:SIZE and timestamp, the target's users, --var). Values are octets.
 */
#ifndef MAILSPEC_ENGINE_VARS_H
#define MAILSPEC_ENGINE_VARS_H

#include "base/bytes.h"

struct vars;

struct vars *vars_new(void);
void vars_free(struct vars **vars_p);
void vars_set(struct vars *vars, const char *name, struct bytes value); /* copies; replaces */
bool vars_get(const struct vars *vars, const char *name, struct bytes *value_r);

struct scope {
    struct vars *vars;
    bool (*outer)(void *self, const char *name, struct bytes *value_r); /* may be NULL */
    void *self;
};

bool scope_get(const struct scope *scope, const char *name, struct bytes *value_r);

#endif
