/*
 * starters - the ways to start a client that the engine has itself
 */
#ifndef MAILSPEC_ENGINE_STARTERS_H
#define MAILSPEC_ENGINE_STARTERS_H

#include "engine/client.h"

struct starters {
    struct client_starter command;
    struct client_starter self;
};

#endif
