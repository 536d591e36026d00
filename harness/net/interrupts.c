#include "net/interrupts.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

static bool is_ignored(int number)
{
    struct sigaction action;
    return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

int interrupts_open(struct interrupts *interrupts, uv_loop_t *loop, uv_signal_cb caught, void *data)
{
    static const int numbers[INTERRUPTS_COUNT] = {SIGINT, SIGTERM, SIGHUP};
    int status = 0;
    interrupts->count = 0;
    for (int i = 0; i < INTERRUPTS_COUNT; i++) {
        if (numbers[i] == SIGHUP && is_ignored(SIGHUP)) {
            continue;
        }
        uv_signal_t *handle = &interrupts->handles[interrupts->count++];
        uv_signal_init(loop, handle);
        handle->data = data;
        if (uv_signal_start(handle, caught, numbers[i]) != 0) {
            status = -1;
        }
        uv_unref((uv_handle_t *)handle);
    }
    return status;
}

void interrupts_close(struct interrupts *interrupts)
{
    for (int i = 0; i < interrupts->count; i++) {
        uv_close((uv_handle_t *)&interrupts->handles[i], NULL);
    }
    interrupts->count = 0;
}
