#include "fake_servers/settings.h"

static const char *const domains[] = {"example.test"};

#define NUMBERED(number)                                                                           \
    {                                                                                              \
        "m" number, "secret-m" number, "m" number "@example.test"                                  \
    }

static const struct server_user users[] = {
  /* name, secret, address */
    {"alice", "secret-a", "alice@example.test"},
    {"bob",   "secret-b", "bob@example.test"  },
    NUMBERED("01"),
    NUMBERED("02"),
    NUMBERED("03"),
    NUMBERED("04"),
    NUMBERED("05"),
    NUMBERED("06"),
    NUMBERED("07"),
    NUMBERED("08"),
    NUMBERED("09"),
    NUMBERED("10"),
    NUMBERED("11"),
    NUMBERED("12"),
    NUMBERED("13"),
    NUMBERED("14"),
    NUMBERED("15"),
    NUMBERED("16"),
    NUMBERED("17"),
    NUMBERED("18"),
    NUMBERED("19"),
    NUMBERED("20"),
    NUMBERED("21"),
    NUMBERED("22"),
    NUMBERED("23"),
    NUMBERED("24"),
};

struct server_settings settings_default(void)
{
    return (struct server_settings){
        .hostname = "mx.example.test",
        .domains = domains,
        .domain_count = sizeof domains / sizeof domains[0],
        .users = users,
        .user_count = sizeof users / sizeof users[0],
        .max_message_octets = (size_t)32 * 1024 * 1024,
        .max_maildrop_octets = (size_t)64 * 1024 * 1024,
        .max_recipients = 1000,
        .max_line_octets = 2048,
        .idle_ms = (int64_t)300 * 1000,
        .clock = clock_system(),
    };
}
