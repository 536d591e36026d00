#include "fake_servers/setting_values.h"

#include <stddef.h>
#include <string.h>

#include "base/duration.h"
#include "base/octet_count.h"
#include "fake_servers/pop3_texts.h"
#include "fake_servers/setting_reader.h"
#include "proto/pop3.h"
#include "proto/smtp_command.h"

enum { MAX_NUMBER = 1000000000, MAX_WORDS = 4 };

/* What should have been a user may hold a secret behind its first word. */
int setting_refuse(const struct setting_reader *reader, struct bytes value)
{
    struct bytes rest = value;
    struct bytes name;
    if (strcmp(reader->row->name, "user") == 0 && bytes_next_word(&rest, &name) && rest.n > 0) {
        return error_set(reader->error, "%s: expected %s, found other words behind \"%s\"",
                         reader->row->name, reader->row->shape, arena_text(reader->arena, name));
    }
    return error_set(reader->error, "%s: expected %s, found \"%s\"", reader->row->name,
                     reader->row->shape, arena_text(reader->arena, value));
}

struct bytes setting_single(const struct setting_reader *reader)
{
    return reader->count > 0 ? bytes_trim(reader->values[reader->count - 1]) : (struct bytes){0};
}

static const char *next_text(const struct setting_reader *reader, struct bytes *rest)
{
    struct bytes word;
    return bytes_next_word(rest, &word) ? arena_text(reader->arena, word) : NULL;
}

/* ---- kinds of values; `field` is where the result goes ---- */

static int read_text(const struct setting_reader *reader, void *field)
{
    const char **text = field;
    struct bytes value = setting_single(reader);
    *text = value.n > 0 ? arena_text(reader->arena, value) : NULL;
    return 0;
}

/* RFC 1939 section 7: what a client takes for the timestamp of the greeting must be all of it. */
static int read_timestamp(const struct setting_reader *reader, void *field)
{
    struct bytes value = setting_single(reader);
    struct bytes found;
    if (!pop3_timestamp_find(value, &found) || !bytes_equal(found, value)) {
        return setting_refuse(reader, value);
    }
    return read_text(reader, field);
}

static int read_names(const struct setting_reader *reader, void *field)
{
    struct server_names *names = field;
    const char **grown = arena_array(reader->arena, reader->count + 1, sizeof *grown);
    for (size_t i = 0; i < reader->count; i++) {
        grown[i] = arena_text(reader->arena, bytes_trim(reader->values[i]));
    }
    *names = (struct server_names){grown, reader->count};
    return 0;
}

/* Only languages that the server speaks. */
static int read_languages(const struct setting_reader *reader, void *field)
{
    enum pop3_language language;
    for (size_t i = 0; i < reader->count; i++) {
        if (!pop3_language_find(bytes_trim(reader->values[i]), &language)) {
            return setting_refuse(reader, bytes_trim(reader->values[i]));
        }
    }
    return read_names(reader, field);
}

static int read_aliases(const struct setting_reader *reader, void *field)
{
    struct server_aliases *aliases = field;
    struct server_alias *rows = arena_array(reader->arena, reader->count + 1, sizeof *rows);
    for (size_t i = 0; i < reader->count; i++) {
        struct bytes rest = reader->values[i];
        rows[i].name = next_text(reader, &rest);
        rows[i].address = next_text(reader, &rest);
    }
    *aliases = (struct server_aliases){rows, reader->count};
    return 0;
}

static struct server_names members_of(const struct setting_reader *reader, struct bytes rest)
{
    struct bytes left = rest;
    struct bytes word;
    size_t count = 0;
    while (bytes_next_word(&left, &word)) {
        count++;
    }
    const char **names = arena_array(reader->arena, count + 1, sizeof *names);
    for (size_t i = 0; i < count; i++) {
        names[i] = next_text(reader, &rest);
    }
    return (struct server_names){names, count};
}

static int read_lists(const struct setting_reader *reader, void *field)
{
    struct server_lists *lists = field;
    struct server_list *rows = arena_array(reader->arena, reader->count + 1, sizeof *rows);
    for (size_t i = 0; i < reader->count; i++) {
        struct bytes rest = reader->values[i];
        rows[i].name = next_text(reader, &rest);
        rows[i].members = members_of(reader, rest);
    }
    *lists = (struct server_lists){rows, reader->count};
    return 0;
}

static bool is_of_smtp(const char *command)
{
    return bytes_is(bytes_of(command), ".") || bytes_is_nocase(bytes_of(command), "greeting") ||
           smtp_command_read(bytes_of(command)).verb != SMTP_UNKNOWN;
}

static bool is_of_pop3(const char *command)
{
    return pop3_command_read(bytes_of(command)).verb != POP3_UNKNOWN;
}

/* A slip there would refuse nothing, and nobody would see it. */
static int check_refusable(const struct setting_reader *reader, const char *command, bool pop3)
{
    if (pop3 ? is_of_pop3(command) : is_of_smtp(command)) {
        return 0;
    }
    if (pop3) {
        return error_set(reader->error, "%s: no command of POP3: \"%s\"%s", reader->row->name,
                         command, is_of_smtp(command) ? "; SMTP refuses with a code" : "");
    }
    return error_set(reader->error, "%s: no command of SMTP: \"%s\"; %s", reader->row->name,
                     command,
                     is_of_pop3(command) ? "POP3 refuses with -ERR" : "\".\" is the end of data");
}

/* RFC 821 appendix E: 4yz and 5yz refuse. RFC 5321 4.2: Reply-code = %x32-35 %x30-35 %x30-39 */
static int read_refusal(const struct setting_reader *reader, struct bytes value,
                        struct server_refusal *refusal)
{
    struct bytes rest = value;
    struct bytes code = {0};
    uint64_t number = 0;
    refusal->command = next_text(reader, &rest);
    bytes_next_word(&rest, &code);
    rest = bytes_trim(rest);
    refusal->text = rest.n > 0 ? arena_text(reader->arena, rest) : NULL;
    bool pop3 = bytes_is_nocase(code, "-ERR");
    bool is_code =
        bytes_to_u64(code, &number) && number >= 400 && number <= 559 && number / 10 % 10 <= 5;
    if (!pop3 && !is_code) {
        return setting_refuse(reader, bytes_trim(value));
    }
    refusal->code = (unsigned)number;
    return check_refusable(reader, refusal->command, pop3);
}

static int read_refusals(const struct setting_reader *reader, void *field)
{
    struct server_refusals *refusals = field;
    struct server_refusal *rows = arena_array(reader->arena, reader->count + 1, sizeof *rows);
    for (size_t i = 0; i < reader->count; i++) {
        if (read_refusal(reader, reader->values[i], &rows[i]) != 0) {
            return -1;
        }
    }
    *refusals = (struct server_refusals){rows, reader->count};
    return 0;
}

static int read_octets(const struct setting_reader *reader, void *field)
{
    size_t *octets = field;
    uint64_t value = 0;
    if (!octet_count_read(setting_single(reader), &value)) {
        return setting_refuse(reader, setting_single(reader));
    }
    *octets = (size_t)value;
    return 0;
}

static int read_number(const struct setting_reader *reader, void *field)
{
    size_t *number = field;
    uint64_t value = 0;
    if (!bytes_to_u64(setting_single(reader), &value) || value > MAX_NUMBER) {
        return setting_refuse(reader, setting_single(reader));
    }
    *number = (size_t)value;
    return 0;
}

static int read_time(const struct setting_reader *reader, void *field)
{
    int64_t ms = 0;
    if (!duration_read(setting_single(reader), &ms) || ms <= 0) {
        return setting_refuse(reader, setting_single(reader));
    }
    *(int64_t *)field = ms;
    return 0;
}

static int read_days(const struct setting_reader *reader, void *field)
{
    int64_t *days = field;
    uint64_t value = 0;
    if (bytes_is_nocase(setting_single(reader), "NEVER")) {
        *days = SERVER_EXPIRE_NEVER;
        return 0;
    }
    if (!bytes_to_u64(setting_single(reader), &value) || value > MAX_NUMBER) {
        return setting_refuse(reader, setting_single(reader));
    }
    *days = (int64_t)value;
    return 0;
}

/* ---- choices ---- */

/* Index of the value among the words, which end in NULL; -1 after an error. */
static int choose(const struct setting_reader *reader, const char *const *words)
{
    for (int i = 0; words[i] != NULL; i++) {
        if (bytes_is_nocase(setting_single(reader), words[i])) {
            return i;
        }
    }
    return setting_refuse(reader, setting_single(reader));
}

/* The second word is true. */
static int read_switch(const struct setting_reader *reader, void *field)
{
    int chosen = choose(reader, reader->words);
    if (chosen < 0) {
        return -1;
    }
    *(bool *)field = chosen == 1;
    return 0;
}

/* The words stand in the order of an enumeration, which is as large as an unsigned. */
static int read_choice(const struct setting_reader *reader, void *field)
{
    int chosen = choose(reader, reader->words);
    if (chosen < 0) {
        return -1;
    }
    *(unsigned *)field = (unsigned)chosen;
    return 0;
}

static int read_profile(const struct setting_reader *reader, void *field)
{
    int chosen = choose(reader, reader->words);
    (void)field;
    if (chosen < 0) {
        return -1;
    }
    settings_take_profile(reader->settings, (enum server_profile)chosen);
    return 0;
}

/* ---- sets of keywords ---- */

static const char *extension_name(size_t i)
{
    return i < EXTENSION_COUNT ? settings_extension_name((enum server_extension)i) : NULL;
}

static const char *capability_name(size_t i)
{
    return i < CAPABILITY_COUNT ? settings_capability_name((enum server_capability)i) : NULL;
}

static int set_one(const struct setting_reader *reader, bool *set, const char *(*name)(size_t i),
                   struct bytes keyword, bool value)
{
    for (size_t i = 0; name(i) != NULL; i++) {
        if (bytes_is_nocase(keyword, name(i))) {
            set[i] = value;
            return 0;
        }
    }
    return error_set(reader->error, "%s: no keyword of this server: \"%s\"", reader->row->name,
                     arena_text(reader->arena, keyword));
}

static int set_all(const struct setting_reader *reader, bool *set, const char *(*name)(size_t i),
                   bool value)
{
    for (size_t i = 0; i < reader->count; i++) {
        struct bytes rest = reader->values[i];
        struct bytes word;
        while (bytes_next_word(&rest, &word)) {
            if (set_one(reader, set, name, word, value) != 0) {
                return -1;
            }
        }
    }
    return 0;
}

static void clear_set(const struct setting_reader *reader, bool *set, size_t count)
{
    for (size_t i = 0; i < count && reader->count > 0; i++) {
        set[i] = false;
    }
}

static int read_offer(const struct setting_reader *reader, void *field)
{
    clear_set(reader, field, EXTENSION_COUNT);
    return set_all(reader, field, extension_name, true);
}

/* RFC 6531 3.1: SMTPUTF8 would bring 8BITMIME back. */
static int read_hide(const struct setting_reader *reader, void *field)
{
    bool *offers = field;
    bool before = offers[EXTENSION_8BITMIME];
    int result = set_all(reader, offers, extension_name, false);
    if (before && !offers[EXTENSION_8BITMIME]) {
        offers[EXTENSION_SMTPUTF8] = false;
    }
    return result;
}

static int read_capa(const struct setting_reader *reader, void *field)
{
    clear_set(reader, field, CAPABILITY_COUNT);
    return set_all(reader, field, capability_name, true);
}

static int read_hide_capa(const struct setting_reader *reader, void *field)
{
    return set_all(reader, field, capability_name, false);
}

/* ---- those with two fields ---- */

static int read_domains(const struct setting_reader *reader, void *field)
{
    struct server_names names;
    (void)field;
    read_names(reader, &names);
    reader->settings->domains = names.names;
    reader->settings->domain_count = names.count;
    return 0;
}

/* Of two with one name the second would never be asked. */
static int refuse_same(const struct setting_reader *reader, const struct server_user *users,
                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes_is_nocase(bytes_of(users[i].name), users[count].name)) {
            return error_set(reader->error, "user: %s is there already", users[count].name);
        }
    }
    return 0;
}

static int read_users(const struct setting_reader *reader, void *field)
{
    struct server_settings *settings = reader->settings;
    struct server_user *users = arena_array(reader->arena, reader->count + 1, sizeof *users);
    (void)field;
    for (size_t i = 0; i < reader->count; i++) {
        struct bytes rest = reader->values[i];
        users[i].name = next_text(reader, &rest);
        if (refuse_same(reader, users, i) != 0) {
            return -1;
        }
        users[i].secret = next_text(reader, &rest);
        users[i].address = next_text(reader, &rest);
        if (users[i].address == NULL) {
            users[i].address = arena_printf(reader->arena, "%s@%s", users[i].name,
                                            settings->domain_count > 0 ? settings->domains[0]
                                                                       : settings->hostname);
        }
    }
    settings->users = users;
    settings->user_count = reader->count;
    return 0;
}

/* ---- the table ---- */

struct setting_kind {
    int (*read)(const struct setting_reader *reader, void *field);
    size_t offset;
    const char *words[MAX_WORDS + 1]; /* of a choice; ends in NULL */
};

#define AT(member) offsetof(struct server_settings, member)

// clang-format off
static const struct setting_kind kinds[SETTING_COUNT] = {
    [SETTING_PROFILE]          = {read_profile,   0,                        {"rfc5321", "rfc821", "minimal"}},
    [SETTING_HOSTNAME]         = {read_text,      AT(hostname),             {NULL}},
    [SETTING_GREETING]         = {read_text,      AT(smtp_greeting),        {NULL}},
    [SETTING_TEXTS]            = {read_choice,    AT(texts),                {"mailspec", "postfix", "exim", "sendmail"}},
    [SETTING_POP3_GREETING]    = {read_text,      AT(pop3_greeting),        {NULL}},
    [SETTING_NONCE]            = {read_timestamp, AT(apop_timestamp),       {NULL}},
    [SETTING_DOMAIN]           = {read_domains,   0,                        {NULL}},
    [SETTING_USER]             = {read_users,     0,                        {NULL}},
    [SETTING_ALIAS]            = {read_aliases,   AT(aliases),              {NULL}},
    [SETTING_LIST]             = {read_lists,     AT(lists),                {NULL}},
    [SETTING_FORWARD]          = {read_aliases,   AT(forwards),             {NULL}},
    [SETTING_MOVED]            = {read_aliases,   AT(moved),                {NULL}},
    [SETTING_FULL]             = {read_names,     AT(full),                 {NULL}},
    [SETTING_LOCKED]           = {read_names,     AT(locked),               {NULL}},
    [SETTING_AMBIGUOUS]        = {read_names,     AT(ambiguous),            {NULL}},
    [SETTING_REFUSE]           = {read_refusals,  AT(refusals),             {NULL}},
    [SETTING_SEED]             = {setting_read_seed, AT(seed),              {NULL}},
    [SETTING_REPLY]            = {setting_read_replies, AT(replies),        {NULL}},
    [SETTING_KEY_WORDS]        = {read_switch,    AT(takes_key_words),      {"no", "yes"}},
    [SETTING_WIRE_FAULT]       = {setting_read_wire_faults, AT(wire),       {NULL}},
    [SETTING_SWEEP]            = {setting_read_sweep, AT(sweep),            {NULL}},
    [SETTING_RELAY]            = {read_switch,    AT(relay_stored),         {"refuse", "store"}},
    [SETTING_UNKNOWN]          = {read_switch,    AT(any_recipient),        {"refuse", "take"}},
    [SETTING_LOGIN]            = {read_switch,    AT(any_login),            {"check", "any"}},
    [SETTING_OFFER]            = {read_offer,     AT(offers),               {NULL}},
    [SETTING_HIDE]             = {read_hide,      AT(offers),               {NULL}},
    [SETTING_CAPA]             = {read_capa,      AT(capabilities),         {NULL}},
    [SETTING_HIDE_CAPA]        = {read_hide_capa, AT(capabilities),         {NULL}},
    [SETTING_VRFY]             = {read_choice,    AT(vrfy),                 {"check", "252", "502"}},
    [SETTING_EXPN]             = {read_choice,    AT(expn),                 {"check", "252", "502"}},
    [SETTING_SEND]             = {read_choice,    AT(send),                 {"mail", "450", "502"}},
    [SETTING_TURN]             = {read_choice,    AT(turn),                 {"250", "502", "503"}},
    [SETTING_NO_RECIPIENTS]    = {read_choice,    AT(no_recipients),        {"503", "554", "354"}},
    [SETTING_MAX_MESSAGE]      = {read_octets,    AT(max_message_octets),   {NULL}},
    [SETTING_MAX_MAILDROP]     = {read_octets,    AT(max_maildrop_octets),  {NULL}},
    [SETTING_MAX_STORE]        = {read_octets,    AT(max_store_octets),     {NULL}},
    [SETTING_MAX_RECIPIENTS]   = {read_number,    AT(max_recipients),       {NULL}},
    [SETTING_MAX_LINE]         = {read_octets,    AT(max_line_octets),      {NULL}},
    [SETTING_MAX_TEXT_LINE]    = {read_octets,    AT(max_text_line_octets), {NULL}},
    [SETTING_MAX_ERRORS]       = {read_number,    AT(max_errors),           {NULL}},
    [SETTING_MAX_CONNECTIONS]  = {read_number,    AT(max_connections),      {NULL}},
    [SETTING_IDLE]             = {read_time,      AT(idle_ms),              {NULL}},
    [SETTING_KEEP]             = {read_choice,    AT(keep),                 {"all", "newest", "none"}},
    [SETTING_BARE_LINE_ENDS]   = {read_switch,    AT(takes_bare_line_ends),   {"refuse", "take"}},
    [SETTING_ENVELOPE_TO]      = {read_switch,    AT(envelope_to),          {"no", "yes"}},
    [SETTING_LOGIN_DELAY]      = {read_number,    AT(login_delay_s),        {NULL}},
    [SETTING_EXPIRE]           = {read_days,      AT(expire_days),          {NULL}},
    [SETTING_LANGUAGE]         = {read_languages, AT(languages),            {NULL}},
    [SETTING_AUTH]             = {setting_read_mechanisms, AT(auth),                {NULL}},
    [SETTING_LMTP_AUTH]        = {setting_read_mechanisms, AT(lmtp_auth),           {NULL}},
    [SETTING_POP3_AUTH]        = {setting_read_mechanisms, AT(pop3_auth),           {NULL}},
    [SETTING_AUTH_NEEDS_TLS]   = {read_choice,    AT(auth_needs_tls),       {"no", "yes", "plain"}},
    [SETTING_MAIL_NEEDS_AUTH]  = {read_switch,    AT(mail_needs_auth),      {"no", "yes"}},
    [SETTING_MAIL_NEEDS_TLS]   = {read_switch,    AT(mail_needs_tls),       {"no", "yes"}},
    [SETTING_STARTTLS]         = {read_switch,    AT(starttls),             {"no", "yes"}},
    [SETTING_CERTIFICATE]      = {read_text,      AT(tls.certificate_file), {NULL}},
    [SETTING_KEY]              = {read_text,      AT(tls.key_file),         {NULL}},
    [SETTING_CERTIFICATE_KIND] = {setting_read_certificate_kind, AT(tls.certificate), {NULL}},
    [SETTING_TLS_MIN]          = {setting_read_tls_version, AT(tls.least),          {NULL}},
    [SETTING_TLS_MAX]          = {setting_read_tls_version, AT(tls.most),           {NULL}},
    [SETTING_TLS_CIPHERS]      = {read_text,      AT(tls.ciphers),          {NULL}},
    [SETTING_TLS_CLIENT_CERTIFICATE] = {read_switch, AT(tls.asks_certificate), {"no", "yes"}},
    [SETTING_TLS_DISTURB]      = {setting_read_disturbance, AT(tls),                {NULL}},
};
// clang-format on

int setting_values_read(struct server_settings *settings, enum server_setting setting,
                        const struct bytes *values, size_t count, struct arena *arena,
                        struct error *error)
{
    struct setting_reader reader = {settings, server_setting_row(setting), values, count, arena,
                                    error,    kinds[setting].words};
    struct server_settings before = *settings;
    if (count == 0 && !reader.row->is_list) {
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (!server_setting_has_shape(reader.row, values[i])) {
            return setting_refuse(&reader, bytes_trim(values[i]));
        }
    }
    if (kinds[setting].read(&reader, (char *)settings + kinds[setting].offset) != 0) {
        *settings = before;
        return -1;
    }
    return 0;
}
