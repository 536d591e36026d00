/*
 * faults - the faults of the built-in server and of the built-in client, by name
 *
 * No name stands in both tables. In one numbering those of the server come first: `selftest` goes through them all.
 */
#ifndef MAILSPEC_CLI_FAULTS_H
#define MAILSPEC_CLI_FAULTS_H

#include "cli/commands.h"
#include "fake_clients/fault.h"
#include "fake_servers/fault.h"

enum { FAULTS_COUNT = (int)FAULT_COUNT + (int)CLIENT_FAULT_COUNT };

struct faults {
    struct fault_set server;
    struct client_fault_set client;
};

struct fault_facts {
    const char *name;
    const char *rule;
    const char *what;
    bool of_client;
};

struct fault_facts faults_at(size_t i); /* below FAULTS_COUNT */
/* Its number; FAULTS_COUNT: there is none. */
size_t faults_find(const char *name);
void faults_set(struct faults *faults, size_t i);
/*
 * Set those named by --fault, of the client too unless `servers_only`; "list" prints them all and gives false with
 * EXIT_ACCEPTABLE; an unknown one is complained of.
 */
bool faults_read(const struct options *options, bool servers_only, struct faults *faults_r,
                 enum exit_status *status_r);
enum exit_status unknown_fault(const char *name, bool servers_only); /* complains */

#endif
