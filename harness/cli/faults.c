#include "cli/faults.h"

#include <stdio.h>
#include <string.h>

#include "base/glob.h"
#include "fake_servers/wire_fault.h"

struct fault_facts faults_at(size_t i)
{
    if (i < FAULT_COUNT) {
        const struct fault_row *row = fault_at((enum fault)i);
        return (struct fault_facts){row->name, row->rule, row->what, false};
    }
    const struct client_fault_row *row = client_fault_at((enum client_fault)(i - FAULT_COUNT));
    return (struct fault_facts){row->name, row->rule, row->what, true};
}

size_t faults_find(const char *name)
{
    size_t i = 0;
    while (i < FAULTS_COUNT && strcmp(faults_at(i).name, name) != 0) {
        i++;
    }
    return i;
}

void faults_set(struct faults *faults, size_t i)
{
    if (i < FAULT_COUNT) {
        faults->server.on[i] = true;
    } else {
        faults->client.on[i - FAULT_COUNT] = true;
    }
}

static size_t count_of(bool servers_only)
{
    return servers_only ? (size_t)FAULT_COUNT : (size_t)FAULTS_COUNT;
}

enum exit_status unknown_fault(const char *name, bool servers_only)
{
    const char *names[FAULTS_COUNT];
    if (servers_only && wire_fault_find(bytes_of(name)) != NULL) {
        return complain(EXIT_USAGE,
                        "%s: at which stage? %s@STAGE; \"mailspec serve --reply list\" "
                        "shows them",
                        name, name);
    }
    for (size_t i = 0; i < FAULTS_COUNT; i++) {
        names[i] = faults_at(i).name;
    }
    const char *nearest = glob_nearest(bytes_of(name), names, count_of(servers_only));
    return complain(EXIT_USAGE,
                    "unknown fault \"%s\"; %s%s%s\"mailspec %s --fault list\" shows all", name,
                    nearest != NULL ? "did you mean \"" : "", nearest != NULL ? nearest : "",
                    nearest != NULL ? "\"? " : "", servers_only ? "serve" : "run");
}

/* Those of replies, at a stage, with what they ask of a client. */
static void print_wire_faults(void)
{
    for (size_t i = 0; wire_fault_at(i) != NULL; i++) {
        const struct wire_fault_row *row = wire_fault_at(i);
        char name[64];
        snprintf(name, sizeof name, "%s%s@STAGE", row->name, row->number != 0 ? "[=N]" : "");
        printf("%-32s %-6s  %s%s\n", name, wire_class_name(row->class),
               row->protocols == STAGE_BOTH   ? ""
               : row->protocols == STAGE_POP3 ? "POP3: "
                                              : "SMTP: ",
               row->what);
    }
}

static void print_all(bool servers_only)
{
    for (size_t i = 0; i < count_of(servers_only); i++) {
        const struct fault_facts facts = faults_at(i);
        printf("%-32s %s%s\n", facts.name, facts.of_client ? "client: " : "", facts.what);
    }
}

bool faults_read(const struct options *options, bool servers_only, struct faults *faults_r,
                 enum exit_status *status_r)
{
    const struct option_value *value = &options->value[OPTION_FAULT];
    *faults_r = (struct faults){0};
    *status_r = EXIT_ACCEPTABLE;
    for (size_t i = 0; i < value->count; i++) {
        if (strcmp(value->values[i], "list") == 0) {
            print_all(servers_only);
            if (servers_only) {
                print_wire_faults();
            }
            return false;
        }
        if (servers_only && wire_fault_is_meant(bytes_of(value->values[i]))) {
            continue; /* a setting */
        }
        size_t fault = faults_find(value->values[i]);
        if (fault >= count_of(servers_only)) {
            *status_r = unknown_fault(value->values[i], servers_only);
            return false;
        }
        faults_set(faults_r, fault);
    }
    return true;
}
