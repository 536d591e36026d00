#include "engine/tls_contexts.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { TEXTS = 6 };

/* What a client's context is made of; the texts are owned. */
struct tls_contexts_item {
    struct tls_context *context;
    struct tls_settings plain; /* versions, verify and disturbance only */
    char *texts[TEXTS];
};

static void texts_of(const struct tls_settings *settings, const char *texts_r[TEXTS])
{
    texts_r[0] = settings->ciphers;
    texts_r[1] = settings->name;
    texts_r[2] = settings->certificate_file;
    texts_r[3] = settings->key_file;
    texts_r[4] = settings->ca_file;
    texts_r[5] = settings->keylog_file;
}

static bool same_text(const char *one, const char *other)
{
    return one == NULL || other == NULL ? one == other : strcmp(one, other) == 0;
}

static bool is_for(const struct tls_contexts_item *item, const struct tls_settings *settings)
{
    const char *texts[TEXTS];
    bool same = item->plain.least == settings->least && item->plain.most == settings->most &&
                item->plain.verify == settings->verify &&
                item->plain.disturbance == settings->disturbance &&
                item->plain.cut_at == settings->cut_at;

    texts_of(settings, texts);
    for (size_t i = 0; i < TEXTS && same; i++) {
        same = same_text(item->texts[i], texts[i]);
    }
    return same;
}

static void add(struct tls_contexts *contexts, const struct tls_settings *settings,
                struct tls_context *context)
{
    const char *texts[TEXTS];

    contexts->items =
        mem_grow(contexts->items, contexts->count, &contexts->capacity, sizeof(contexts->items[0]));
    struct tls_contexts_item *item = &contexts->items[contexts->count++];
    *item = (struct tls_contexts_item){
        .context = context,
        .plain = {.least = settings->least,
                  .most = settings->most,
                  .verify = settings->verify,
                  .disturbance = settings->disturbance,
                  .cut_at = settings->cut_at}
    };
    texts_of(settings, texts);
    for (size_t i = 0; i < TEXTS; i++) {
        item->texts[i] = texts[i] == NULL ? NULL : mem_strdup(texts[i]);
    }
}

struct tls_context *tls_contexts_get(struct tls_contexts *contexts,
                                     const struct tls_settings *settings, struct error *error)
{
    for (size_t i = 0; i < contexts->count; i++) {
        if (is_for(&contexts->items[i], settings)) {
            return contexts->items[i].context;
        }
    }
    struct tls_context *context = tls_context_new_client(settings, error);
    if (context != NULL) {
        add(contexts, settings, context);
    }
    return context;
}

void tls_contexts_deinit(struct tls_contexts *contexts)
{
    for (size_t i = 0; i < contexts->count; i++) {
        tls_context_free(&contexts->items[i].context);
        for (size_t k = 0; k < TEXTS; k++) {
            free(contexts->items[i].texts[k]);
        }
    }
    free(contexts->items);
    *contexts = (struct tls_contexts){0};
}
