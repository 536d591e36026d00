#include "engine/facts.h"

void offers_add(struct offers *offers, struct bytes keyword, struct bytes params)
{
    size_t octets = keyword.n + params.n;

    if (offers->count == OFFERS_MAX || octets > OFFERS_MAX_OCTETS - offers->octets) {
        return;
    }
    if (offers->arena == NULL) {
        offers->arena = arena_new();
    }
    offers->octets += octets;
    offers->items[offers->count].keyword = arena_copy(offers->arena, keyword);
    offers->items[offers->count].params = arena_copy(offers->arena, params);
    offers->count++;
}

void offers_add_once(struct offers *offers, struct bytes keyword)
{
    for (size_t i = 0; i < offers->count; i++) {
        if (bytes_equal_nocase(offers->items[i].keyword, keyword)) {
            return;
        }
    }
    offers_add(offers, keyword, (struct bytes){0});
}

bool offers_get(const struct offers *offers, const char *keyword, struct bytes *params_r)
{
    for (size_t i = 0; i < offers->count; i++) {
        if (bytes_is_nocase(offers->items[i].keyword, keyword)) {
            *params_r = offers->items[i].params;
            return true;
        }
    }
    return false;
}

void offers_clear(struct offers *offers)
{
    arena_free(&offers->arena);
    offers->octets = 0;
    offers->count = 0;
}

void facts_deinit(struct facts *facts)
{
    offers_clear(&facts->mail);
    offers_clear(&facts->pop3);
    offers_clear(&facts->mail_tls);
    offers_clear(&facts->pop3_tls);
    offers_clear(&facts->sends_mail);
    offers_clear(&facts->sends_pop3);
    offers_clear(&facts->sends_inside);
    buf_deinit(&facts->timestamp);
    buf_deinit(&facts->no_login);
}
