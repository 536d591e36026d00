#include "engine/target_file.h"

#include <arpa/inet.h>
#include <limits.h>
#include <string.h>

#include "base/deb822.h"
#include "base/file.h"
#include "base/glob.h"
#include "engine/client_fields.h"
#include "engine/tls_fields.h"

enum { FILE_MAX = 1024 * 1024, CONNECTIONS_MAX = 100000 };

/* A file being read. Of all defects the one that stands first is kept. */
struct reader {
    const char *path;
    struct arena *arena;
    struct target *target;
    struct target_user *users;
    const char **known_failing;
    bool delivery_told;
    unsigned defect_line; /* 0: none */
    struct error defect;
};

static void defect_at(struct reader *reader, unsigned line, const char *text)
{
    if (reader->defect_line == 0 || line < reader->defect_line) {
        reader->defect_line = line;
        error_set(&reader->defect, "%s:%u: %s", reader->path, line, text);
    }
}

static void defect_in_syntax(void *self, unsigned line, const char *text)
{
    defect_at(self, line, text);
}

/* ---- Values ---- */

/* What stands in a value: printable, so that a C string holds it whole. */
static bool is_text(struct bytes value)
{
    for (size_t i = 0; i < value.n; i++) {
        if ((value.p[i] < 0x20 && value.p[i] != '\t') || value.p[i] == 0x7f) {
            return false;
        }
    }
    return true;
}

static bool is_one_word(struct bytes value)
{
    struct bytes word;
    struct bytes rest = value;
    return bytes_next_word(&rest, &word) && word.n == value.n;
}

bool source_is_good(const char *text)
{
    unsigned char address[sizeof(struct in6_addr)];
    char zoneless[INET6_ADDRSTRLEN + 1] = "";
    size_t n = strcspn(text, "%");
    if (n >= sizeof zoneless) {
        return false;
    }
    memcpy(zoneless, text, n);
    return inet_pton(AF_INET, text, address) == 1 || inet_pton(AF_INET6, zoneless, address) == 1;
}

/* ---- Fields: each takes one line of a value; the text of a defect, or NULL ---- */

static const char *take_endpoint(struct reader *reader, struct bytes value, bool pop3)
{
    struct error error = {""};
    struct endpoint endpoint;
    if (endpoint_read(arena_text(reader->arena, value), reader->arena, &endpoint, &error) != 0) {
        return arena_strdup(reader->arena, error.text);
    }
    if ((endpoint.protocol == PROTOCOL_POP3) != pop3) {
        return pop3 ? "Pop3 takes pop3://, pop3+unix: and pipe+pop3:"
                    : "Smtp takes smtp://, lmtp://, lmtp+unix: and pipe:, a POP3 server stands "
                      "under Pop3";
    }
    *(pop3 ? &reader->target->pop3 : &reader->target->mail) = endpoint;
    return NULL;
}

static const char *take_smtp(struct reader *reader, struct bytes value)
{
    return take_endpoint(reader, value, false);
}

static const char *take_pop3(struct reader *reader, struct bytes value)
{
    return take_endpoint(reader, value, true);
}

static const char *take_name(struct reader *reader, struct bytes value)
{
    reader->target->name = arena_text(reader->arena, value);
    return NULL;
}

static const char *take_word(struct reader *reader, struct bytes value, bool at_allowed,
                             const char **word_r)
{
    if (!is_one_word(value)) {
        return "expected one word";
    }
    if (!at_allowed && bytes_index(value, '@', 0) != BYTES_NONE) {
        return "expected a domain, without a local part and @";
    }
    *word_r = arena_text(reader->arena, value);
    return NULL;
}

static const char *take_domain(struct reader *reader, struct bytes value)
{
    return take_word(reader, value, false, &reader->target->domain);
}

static const char *take_relay_domain(struct reader *reader, struct bytes value)
{
    return take_word(reader, value, false, &reader->target->relay_domain);
}

static const char *take_unknown_user(struct reader *reader, struct bytes value)
{
    return take_word(reader, value, true, &reader->target->unknown_user);
}

static const char *take_user(struct reader *reader, struct bytes value)
{
    struct bytes words[3] = {0};
    struct bytes more;
    size_t count = 0;
    while (count < 3 && bytes_next_word(&value, &words[count])) {
        count++;
    }
    if (count < 2 || bytes_next_word(&value, &more)) {
        return "expected NAME SECRET, and an address where it is not NAME at Domain";
    }
    if (count == 3 && bytes_index(words[2], '@', 0) == BYTES_NONE) {
        return "expected an address with @ behind NAME and SECRET";
    }
    struct target_user *user = &reader->users[reader->target->user_count++];
    user->name = arena_text(reader->arena, words[0]);
    user->secret = arena_text(reader->arena, words[1]);
    user->address = count == 3 ? arena_text(reader->arena, words[2]) : NULL;
    return NULL;
}

static const char *take_source(struct reader *reader, struct bytes value)
{
    const char *text = arena_text(reader->arena, value);
    if (!source_is_good(text)) {
        return "expected an IP address of this machine, without brackets and port";
    }
    reader->target->source = text;
    return NULL;
}

static const char *take_connections(struct reader *reader, struct bytes value)
{
    uint64_t number = 0;
    if (!bytes_to_u64(value, &number) || number < 1 || number > CONNECTIONS_MAX) {
        return "expected how many connections at a time the target takes, 1 or more";
    }
    reader->target->connections = (unsigned)number;
    return NULL;
}

static const char *take_delivers(struct reader *reader, struct bytes value)
{
    if (!bytes_is_nocase(value, "yes") && !bytes_is_nocase(value, "no")) {
        return "expected yes or no";
    }
    reader->target->delivers = bytes_is_nocase(value, "yes");
    reader->delivery_told = true;
    return NULL;
}

static const char *take_start(struct reader *reader, struct bytes value)
{
    reader->target->start = arena_text(reader->arena, value);
    return NULL;
}

static const char *take_stop(struct reader *reader, struct bytes value)
{
    reader->target->stop = arena_text(reader->arena, value);
    return NULL;
}

/* A relative path counts from the folder of the target file, so that both can be moved together. */
static const char *take_known_failing(struct reader *reader, struct bytes value)
{
    const char *slash = strrchr(reader->path, '/');
    const char *text = arena_text(reader->arena, value);
    if (slash != NULL && text[0] != '/') {
        text = arena_printf(reader->arena, "%.*s%s", (int)(slash - reader->path + 1), reader->path,
                            text);
    }
    reader->known_failing[reader->target->known_failing_count++] = text;
    return NULL;
}

/* The fields of TLS and of a client are read by name (tls_fields.h, client_fields.h). */
static const char *take_by_name(struct reader *reader, const char *name, struct bytes value)
{
    if (bytes_starts(bytes_of(name), "Tls-") || bytes_is(bytes_of(name), "Start-with")) {
        return tls_field_take(name, value, reader->path, reader->arena, reader->target);
    }
    return client_field_take(&reader->target->client, name, value, reader->arena);
}

struct field {
    const char *name;
    bool many; /* may be repeated, and each line of the value counts as one */
    const char *(*take)(struct reader *reader, struct bytes value); /* NULL: one of a client */
};

static const struct field fields[] = {
    {"Name",           false, take_name         },
    {"Smtp",           false, take_smtp         },
    {"Pop3",           false, take_pop3         },
    {"Domain",         false, take_domain       },
    {"User",           true,  take_user         },
    {"Unknown-user",   false, take_unknown_user },
    {"Relay-domain",   false, take_relay_domain },
    {"Source",         false, take_source       },
    {"Connections",    false, take_connections  },
    {"Delivers",       false, take_delivers     },
    {"Start",          false, take_start        },
    {"Stop",           false, take_stop         },
    {"Known-failing",  true,  take_known_failing},
    {"Start-with",     false, NULL              },
    {"Tls-min",        false, NULL              },
    {"Tls-max",        false, NULL              },
    {"Tls-ciphers",    false, NULL              },
    {"Tls-name",       false, NULL              },
    {"Tls-cert",       false, NULL              },
    {"Tls-key",        false, NULL              },
    {"Tls-ca",         false, NULL              },
    {"Tls-verify",     false, NULL              },
    {"Client",         false, NULL              },
    {"Outcome",        false, NULL              },
    {"Speaks",         false, NULL              },
    {"Folder",         false, NULL              },
    {"Environment",    true,  NULL              },
    {"Input",          false, NULL              },
    {"Fetched",        false, NULL              },
    {"Sends",          false, NULL              },
    {"Exit-ok",        false, NULL              },
    {"Exit-temporary", false, NULL              },
    {"Exit-permanent", false, NULL              },
    {"Time-limit",     false, NULL              },
};

enum { FIELD_COUNT = sizeof fields / sizeof fields[0] };

/* ---- The file ---- */

/* A field's name is printable (base/deb822.h). */
static void unknown_field(struct reader *reader, const struct deb822_field *found)
{
    const char *names[FIELD_COUNT];
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        names[i] = fields[i].name;
    }
    const char *nearest = glob_nearest(bytes_of(found->name), names, FIELD_COUNT);
    const char *text = arena_printf(reader->arena, "the field \"%.80s\" is not known here%s%s%s",
                                    found->name, nearest != NULL ? "; did you mean \"" : "",
                                    nearest != NULL ? nearest : "", nearest != NULL ? "\"?" : "");
    defect_at(reader, found->line, text);
}

static void take_line(struct reader *reader, const struct field *field, unsigned line,
                      struct bytes value)
{
    const char *why = NULL;
    if (value.n == 0) {
        why = "a value is missing";
    } else if (!is_text(value)) {
        why = "a control octet or a second line does not belong here";
    } else {
        why = field->take != NULL ? field->take(reader, value)
                                  : take_by_name(reader, field->name, value);
    }
    if (why != NULL) {
        defect_at(reader, line, arena_printf(reader->arena, "%s: %s", field->name, why));
    }
}

static void take_field(struct reader *reader, const struct deb822_field *found, bool *seen)
{
    size_t i = 0;
    while (i < FIELD_COUNT && !bytes_is_nocase(bytes_of(found->name), fields[i].name)) {
        i++;
    }
    if (i == FIELD_COUNT) {
        unknown_field(reader, found);
        return;
    }
    if (seen[i] && !fields[i].many) {
        defect_at(reader, found->line,
                  arena_printf(reader->arena, "%s stands here a second time", fields[i].name));
        return;
    }
    seen[i] = true;
    if (!fields[i].many) {
        take_line(reader, &fields[i], found->line, found->value);
        return;
    }
    struct bytes rest = found->value;
    struct bytes line = {0};
    unsigned number = found->value_line;
    if (rest.n == 0) {
        take_line(reader, &fields[i], number, rest);
    }
    for (; bytes_next(&rest, '\n', &line); number++) {
        line = bytes_trim(line);
        if (line.n > 0) {
            take_line(reader, &fields[i], number, line);
        }
    }
}

/* At most so many users and files can stand there: one for each line. */
static size_t line_count(struct bytes text)
{
    size_t count = 1;
    for (size_t i = 0; i < text.n; i++) {
        count += text.p[i] == '\n';
    }
    return count;
}

int target_file_parse(const char *path, struct bytes text, struct arena *arena,
                      struct target *target_r, struct error *error)
{
    struct reader reader = {.path = path, .arena = arena, .target = target_r};
    *target_r = (struct target){.client = client_plain()};
    reader.users = arena_array(arena, line_count(text), sizeof *reader.users);
    reader.known_failing = arena_array(arena, line_count(text), sizeof *reader.known_failing);
    struct deb822_file file = deb822_read(text, arena, defect_in_syntax, &reader);
    bool seen[FIELD_COUNT] = {false};
    for (size_t i = 0; file.count > 0 && i < file.records[0].count; i++) {
        take_field(&reader, &file.records[0].fields[i], seen);
    }
    if (file.count == 0) {
        defect_at(&reader, 1, "the file names no target; expected fields such as Smtp: and Pop3:");
    }
    if (file.count > 1) {
        defect_at(&reader, file.records[1].line,
                  "one file describes one target; remove the empty line above");
    }
    if (!reader.delivery_told) {
        target_r->delivers =
            target_r->mail.kind != ENDPOINT_NONE && target_r->pop3.kind != ENDPOINT_NONE;
    }
    target_r->users = reader.users;
    target_r->known_failing = reader.known_failing;
    return reader.defect_line == 0 ? 0 : error_set(error, "%s", reader.defect.text);
}

int target_file_read(const char *path, struct arena *arena, struct target *target_r,
                     struct error *error)
{
    struct buf text = {0};
    int status = file_read(path, FILE_MAX, &text, error);
    if (status == 0) {
        status = target_file_parse(path, buf_bytes(&text), arena, target_r, error);
    }
    buf_deinit(&text);
    return status;
}

/* ---- What is left open ---- */

static bool host_is_loopback(const char *host)
{
    struct in_addr ipv4;
    struct in6_addr ipv6;
    if (inet_pton(AF_INET, host, &ipv4) == 1) {
        return ntohl(ipv4.s_addr) >> 24 == 127;
    }
    if (inet_pton(AF_INET6, host, &ipv6) == 1) {
        return IN6_IS_ADDR_LOOPBACK(&ipv6) ||
               (IN6_IS_ADDR_V4MAPPED(&ipv6) && ipv6.s6_addr[12] == 127);
    }
    return bytes_is_nocase(bytes_of(host), "localhost");
}

static bool endpoint_is_near(const struct endpoint *endpoint)
{
    return endpoint->kind != ENDPOINT_TCP || host_is_loopback(endpoint->host);
}

static const char *at_domain(const char *name, const char *domain, struct arena *arena)
{
    if (name == NULL || domain == NULL || strchr(name, '@') != NULL) {
        return name;
    }
    return arena_printf(arena, "%s@%s", name, domain);
}

void target_complete(struct target *target, struct arena *arena)
{
    bool any = target->mail.kind != ENDPOINT_NONE || target->pop3.kind != ENDPOINT_NONE;
    target->loopback = any && endpoint_is_near(&target->mail) && endpoint_is_near(&target->pop3);
    if (target->name == NULL) {
        target->name = target->mail.kind != ENDPOINT_NONE ? target->mail.url : target->pop3.url;
    }
    target->unknown_user = at_domain(target->unknown_user, target->domain, arena);
    struct target_user *users = arena_array(arena, target->user_count, sizeof *users);
    for (size_t i = 0; i < target->user_count; i++) {
        users[i] = target->users[i];
        if (users[i].address == NULL) {
            users[i].address = at_domain(users[i].name, target->domain, arena);
        }
    }
    target->users = users;
}
