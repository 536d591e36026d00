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

static const char *const languages[] = {"en"};

static const char *const extension_names[EXTENSION_COUNT] = {
    [EXTENSION_PIPELINING] = "PIPELINING",
    [EXTENSION_SIZE] = "SIZE",
    [EXTENSION_8BITMIME] = "8BITMIME",
    [EXTENSION_ENHANCEDSTATUSCODES] = "ENHANCEDSTATUSCODES",
    [EXTENSION_CHUNKING] = "CHUNKING",
    [EXTENSION_BINARYMIME] = "BINARYMIME",
    [EXTENSION_SMTPUTF8] = "SMTPUTF8",
    [EXTENSION_DSN] = "DSN",
    [EXTENSION_VRFY] = "VRFY",
    [EXTENSION_EXPN] = "EXPN",
    [EXTENSION_HELP] = "HELP",
};

static const char *const capability_names[CAPABILITY_COUNT] = {
    [CAPABILITY_TOP] = "TOP",
    [CAPABILITY_USER] = "USER",
    [CAPABILITY_APOP] = "APOP",
    [CAPABILITY_UIDL] = "UIDL",
    [CAPABILITY_RESP_CODES] = "RESP-CODES",
    [CAPABILITY_AUTH_RESP_CODE] = "AUTH-RESP-CODE",
    [CAPABILITY_PIPELINING] = "PIPELINING",
    [CAPABILITY_LOGIN_DELAY] = "LOGIN-DELAY",
    [CAPABILITY_EXPIRE] = "EXPIRE",
    [CAPABILITY_UTF8] = "UTF8",
    [CAPABILITY_LANG] = "LANG",
    [CAPABILITY_IMPLEMENTATION] = "IMPLEMENTATION",
};

void settings_tls(const struct server_settings *settings, struct server_tls *tls_r)
{
    static const char *const near[] = {"localhost", "127.0.0.1", "::1"};
    enum { NEAR_COUNT = sizeof near / sizeof near[0] };
    size_t count = 0;
    *tls_r = (struct server_tls){.settings = settings->tls};
    tls_r->names[count++] = settings->hostname;
    for (size_t i = 0; i < NEAR_COUNT; i++) {
        tls_r->names[count++] = near[i];
    }
    for (size_t i = 0; i < settings->domain_count && count < TLS_MAX_NAMES; i++) {
        tls_r->names[count++] = settings->domains[i];
    }
    tls_r->settings.names = tls_r->names;
    tls_r->settings.name_count = count;
}

const char *settings_extension_name(enum server_extension extension)
{
    return extension_names[extension];
}

const char *settings_capability_name(enum server_capability capability)
{
    return capability_names[capability];
}

bool settings_names_user(const struct server_names *names, const struct server_user *user)
{
    for (size_t i = 0; i < names->count; i++) {
        struct bytes name = bytes_of(names->names[i]);
        if (bytes_is_nocase(name, user->name) || bytes_is_nocase(name, user->address)) {
            return true;
        }
    }
    return false;
}

struct server_mechanisms settings_usual_mechanisms(void)
{
    struct server_mechanisms mechanisms = {.count = 0};
    for (unsigned i = 0; i < SASL_MECHANISM_COUNT; i++) {
        if (i != SASL_EXTERNAL) {
            mechanisms.list[mechanisms.count++] = (enum sasl_mechanism)i;
        }
    }
    return mechanisms;
}

const struct server_user *settings_find_user(const struct server_settings *settings,
                                             struct bytes name)
{
    for (size_t i = 0; i < settings->user_count; i++) {
        if (bytes_is(name, settings->users[i].name)) {
            return &settings->users[i];
        }
    }
    for (size_t i = 0; i < settings->user_count; i++) {
        if (bytes_is_nocase(name, settings->users[i].address)) {
            return &settings->users[i];
        }
    }
    return NULL;
}

bool settings_keeps_login(const struct server_settings *settings, bool secured, bool tells_secret)
{
    switch (settings->auth_needs_tls) {
    case AUTH_NEEDS_TLS_NO:
        return false;
    case AUTH_NEEDS_TLS_YES:
        return !secured;
    case AUTH_NEEDS_TLS_PLAIN:
        return !secured && tells_secret;
    }
    return false;
}

struct profile_row {
    bool offers; /* all extensions, or none */
    enum server_send send;
    enum server_query expn;
    enum server_turn turn;
    size_t max_line_octets;
    size_t max_text_line_octets;
    size_t max_recipients;
};

static const struct profile_row profiles[PROFILE_COUNT] = {
    [PROFILE_RFC5321] = {true,  SEND_502,  QUERY_CHECK, TURN_502, 2048, 0,    1000},
 /* the sizes of RFC 821 4.5.3 and RFC 5321 4.5.3.1, and not an octet more */
    [PROFILE_RFC821] = {false, SEND_MAIL, QUERY_CHECK, TURN_502, 512,  1000, 100 },
    [PROFILE_MINIMAL] = {false, SEND_502,  QUERY_502,   TURN_502, 512,  1000, 100 },
};

void settings_take_profile(struct server_settings *settings, enum server_profile profile)
{
    const struct profile_row *row = &profiles[profile];
    settings->profile = profile;
    settings->send = row->send;
    settings->vrfy = QUERY_CHECK;
    settings->expn = row->expn;
    settings->turn = row->turn;
    settings->max_line_octets = row->max_line_octets;
    settings->max_text_line_octets = row->max_text_line_octets;
    settings->max_recipients = row->max_recipients;
    for (size_t i = 0; i < EXTENSION_COUNT; i++) {
        settings->offers[i] = row->offers;
    }
    for (size_t i = 0; i < CAPABILITY_COUNT; i++) {
        settings->capabilities[i] = true;
    }
}

struct server_settings settings_default(void)
{
    struct server_settings settings = {
        .hostname = "mx.example.test",
        .domains = domains,
        .domain_count = sizeof domains / sizeof domains[0],
        .users = users,
        .user_count = sizeof users / sizeof users[0],
        .max_message_octets = (size_t)32 * 1024 * 1024,
        .max_maildrop_octets = (size_t)64 * 1024 * 1024,
        .max_store_octets = (size_t)1024 * 1024 * 1024,
        .max_held_octets = (size_t)256 * 1024 * 1024,
        .max_connections = 12000,
        .idle_ms = (int64_t)300 * 1000,
        .expire_days = SERVER_EXPIRE_NEVER,
        .languages = {languages, sizeof languages / sizeof languages[0]},
        .auth = settings_usual_mechanisms(),
        .takes_key_words = true,
        .clock = clock_system(),
    };
    settings_take_profile(&settings, PROFILE_RFC5321);
    return settings;
}
