#include "fake_servers/fault.h"

#include <assert.h>

#define FAULT_ROW(member, name, rule, what) [FAULT_##member] = {name, rule, what},

static const struct fault_row rows[FAULT_COUNT] = {FAULT_LIST(FAULT_ROW)};

const struct fault_row *fault_at(enum fault fault)
{
    assert(fault < FAULT_COUNT);
    return &rows[fault];
}

bool fault_find(struct bytes name, enum fault *fault_r)
{
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        if (bytes_is(name, rows[i].name)) {
            *fault_r = (enum fault)i;
            return true;
        }
    }
    return false;
}
