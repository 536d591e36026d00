/*
 * known_target - the targets of a run whose offers are known, or being found out
 *
 * A target's address may be used again for another one: its URLs tell. What a client does is known for each protocol that it speaks.
 */
#ifndef MAILSPEC_ENGINE_KNOWN_TARGET_H
#define MAILSPEC_ENGINE_KNOWN_TARGET_H

#include "engine/engine.h"
#include "engine/facts.h"

struct known_target {
    const struct target *target;
    char *urls;
    bool is_client; /* what it does as a client, when it speaks that protocol */
    enum protocol protocol;
    struct facts facts;
    bool logins_known;      /* whether its users can log in by POP3 has been tried */
    bool mail_logins_known; /* the same by SMTP or LMTP */
};

/* A zeroed struct is empty and ready for use; it owns what is added. */
struct known_targets {
    struct known_target **items;
    size_t count;
    size_t capacity;
};

/* The target of that case, of which nothing is known yet. */
struct known_target *known_target_new(const struct engine_case *given);
void known_target_free(struct known_target **known_p);

void known_targets_add(struct known_targets *targets, struct known_target *known);
/* NULL: there is none for that case. */
struct known_target *known_targets_find(const struct known_targets *targets,
                                        const struct engine_case *given);
void known_targets_deinit(struct known_targets *targets);

#endif
