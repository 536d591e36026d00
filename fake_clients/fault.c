#include "fake_clients/fault.h"

#include <assert.h>

#define CLIENT_FAULT_ROW(member, name, rule, what) [CLIENT_FAULT_##member] = {name, rule, what},

static const struct client_fault_row rows[CLIENT_FAULT_COUNT] = {
    CLIENT_FAULT_LIST(CLIENT_FAULT_ROW)};

const struct client_fault_row *client_fault_at(enum client_fault fault)
{
    assert(fault < CLIENT_FAULT_COUNT);
    return &rows[fault];
}

bool client_fault_find(struct bytes name, enum client_fault *fault_r)
{
    for (size_t i = 0; i < CLIENT_FAULT_COUNT; i++) {
        if (bytes_is(name, rows[i].name)) {
            *fault_r = (enum client_fault)i;
            return true;
        }
    }
    return false;
}

bool client_fault_is_mixed_case(struct bytes word)
{
    return bytes_has_lower(word) && bytes_has_upper(word);
}
