#include "fake_clients/result.h"

static unsigned badness(enum client_result result)
{
    switch (result) {
    case CLIENT_DONE:
        return 0;
    case CLIENT_REFUSED_FOR_NOW:
        return 1;
    case CLIENT_REFUSED:
        return 2;
    case CLIENT_LOGIN_REFUSED:
        return 3;
    case CLIENT_PROTOCOL_ERROR:
        return 4;
    }
    return 4;
}

enum client_result client_result_worse(enum client_result a, enum client_result b)
{
    return badness(b) > badness(a) ? b : a;
}
