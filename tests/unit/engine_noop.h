/*
 * engine_noop - a case that says no more than NOOP, and a server that answers it, for the rows of engine_play.h
 */
#ifndef MAILSPEC_TESTS_ENGINE_NOOP_H
#define MAILSPEC_TESTS_ENGINE_NOOP_H

#include "engine_play.h"

#define HELLO "250-stub\r\n250 SIZE 2000\r\n"
#define EHLO  "EHLO t-case.mailspec.example\r\n|"

static const char *const noop[] = {"220 a\r\n", HELLO, "250 a\r\n", "250 a\r\n", "250 a\r\n", NULL};

static inline struct program *simple(struct play *play)
{
    return play_add(play, PROTOCOL_SMTP, START_EHLO, "C NOOP\nS 250", NULL);
}

#endif
