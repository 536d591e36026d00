#include "judge/pop3_server.h"

bool pop3_is_listed_code(struct bytes text)
{
    static const char *const codes[] = {"[IN-USE]",   "[LOGIN-DELAY]", "[SYS/TEMP]",
                                        "[SYS/PERM]", "[AUTH]",        "[UTF8]"};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (bytes_starts_nocase(text, codes[i])) {
            return true;
        }
    }
    return false;
}

bool pop3_is_auth_code(struct bytes text)
{
    return bytes_starts_nocase(text, "[AUTH]") || bytes_starts_nocase(text, "[AUTH/");
}

/* ---- capabilities ---- */

static struct pop3_offered_value read_value(struct bytes rest)
{
    struct pop3_offered_value value = {.offered = true};
    struct bytes word = {0};
    if (!bytes_next_word(&rest, &word)) {
        return value;
    }
    value.readable = true;
    if (bytes_is_nocase(word, "NEVER")) {
        value.value = UINT64_MAX;
    } else {
        value.readable = bytes_to_u64(word, &value.value);
    }
    value.is_worst = bytes_next_word(&rest, &word) && bytes_is_nocase(word, "USER");
    return value;
}

static void read_capability(struct pop3_offers *offers, struct bytes line)
{
    struct bytes keyword = {0};
    if (!bytes_next_word(&line, &keyword)) {
        return;
    }
    offers->resp_codes |= bytes_is_nocase(keyword, "RESP-CODES");
    offers->auth_resp_code |= bytes_is_nocase(keyword, "AUTH-RESP-CODE");
    offers->stls |= bytes_is_nocase(keyword, "STLS");
    offers->utf8 |= bytes_is_nocase(keyword, "UTF8");
    if (bytes_is_nocase(keyword, "LOGIN-DELAY")) {
        offers->login_delay = read_value(line);
    } else if (bytes_is_nocase(keyword, "EXPIRE")) {
        offers->expire = read_value(line);
    }
}

/* ---- numbers and sizes ---- */

static void keep_size(struct pop3_server *server, uint64_t number, uint64_t octets)
{
    for (size_t i = 0; i < server->size_count; i++) {
        if (server->sizes[i].number == number) {
            server->sizes[i].octets = octets;
            return;
        }
    }
    if (server->size_count < POP3_SIZES_MAX) {
        server->sizes[server->size_count++] = (struct pop3_size){number, octets};
    }
}

bool pop3_server_size(const struct pop3_server *server, uint64_t number, uint64_t *octets_r)
{
    for (size_t i = 0; i < server->size_count; i++) {
        if (server->sizes[i].number == number) {
            *octets_r = server->sizes[i].octets;
            return true;
        }
    }
    return false;
}

static void read_size(struct pop3_server *server, struct bytes text)
{
    struct pop3_listing listing = {0};
    uint64_t octets = 0;
    if (pop3_listing_read(text, &listing) && pop3_size_read(listing.rest, &octets)) {
        keep_size(server, listing.number, octets);
    }
}

static void read_number(struct pop3_numbers *numbers, struct bytes text)
{
    struct pop3_listing listing = {0};
    if (!pop3_listing_read(text, &listing) || listing.number == 0 ||
        listing.number > POP3_NUMBERS_MAX) {
        numbers->readable = false;
        return;
    }
    uint64_t *word = &numbers->seen[listing.number / 64];
    uint64_t bit = UINT64_C(1) << (listing.number % 64);
    numbers->twice |= (*word & bit) != 0;
    *word |= bit;
    numbers->count++;
    numbers->highest = listing.number > numbers->highest ? listing.number : numbers->highest;
}

/* A stuffed dot does not count (RFC 1939 section 3); a dot that was not stuffed is the message's own. */
static void count_octets(struct pop3_server *server, const struct wire_line *line)
{
    server->octets += line->octets - (bytes_starts(line->text, "..") ? 1 : 0);
    server->in_header = server->in_header && line->text.n > 0;
}

/* ---- responses ---- */

static void take_ok(struct pop3_server *server, const struct pending *pending,
                    const struct pop3_status *status)
{
    const enum pop3_verb verb = (enum pop3_verb)pending->verb;
    if (verb == POP3_PASS || verb == POP3_APOP || verb == POP3_AUTH) {
        server->state = POP3_BEHIND_LOGIN;
    } else if (verb == POP3_DELE) {
        server->marked = true;
    } else if (verb == POP3_RSET) {
        server->marked = false;
    } else if (verb == POP3_LIST && pending->has_number) {
        read_size(server, status->text);
    }
}

void pop3_server_response(struct pop3_server *server, const struct pending *pending,
                          const struct pop3_status *status)
{
    server->reading = (struct pop3_offers){0};
    server->numbers = (struct pop3_numbers){.readable = true};
    server->octets = 0;
    server->in_header = true;
    server->utf8_mode |= pending->verb == POP3_UTF8;
    if (pending->verb == POP3_CAPA) {
        server->capa_refused = status->indicator == POP3_ERR;
    }
    if (status->indicator == POP3_OK) {
        take_ok(server, pending, status);
    } else if (status->indicator == POP3_ERR) {
        server->code_told |= pop3_is_listed_code(status->text);
        server->auth_told |= pop3_is_auth_code(status->text);
    }
}

void pop3_server_line(struct pop3_server *server, const struct pending *pending,
                      const struct wire_line *line, bool is_end)
{
    const enum pop3_verb verb = (enum pop3_verb)pending->verb;
    if (verb == POP3_CAPA && is_end) {
        server->reading.told = true;
        server->offers[server->state] = server->reading;
    } else if (is_end) {
        return;
    } else if (verb == POP3_CAPA) {
        read_capability(&server->reading, line->text);
    } else if (verb == POP3_LIST || verb == POP3_UIDL) {
        read_number(&server->numbers, line->text);
        if (verb == POP3_LIST) {
            read_size(server, line->text);
        }
    } else if (verb == POP3_RETR || verb == POP3_TOP) {
        count_octets(server, line);
    }
}
