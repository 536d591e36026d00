#include "fake_servers/recipient.h"

#include <stdlib.h>

#include "base/mem.h"
#include "proto/smtp_path.h"

/* How long a chain of aliases may be, and how deep lists may stand in lists. */
enum { MAX_DEPTH = 16, MAX_LISTS_DEPTH = 100 };

/* Each list is looked into once, however many lists it stands in. */
struct list_note {
    bool is_known;
    enum recipient_kind kind; /* RECIPIENT_LOOP while its members are looked up */
};

struct search {
    const struct server_settings *settings;
    struct store *store;
    struct recipient *found;
    struct list_note *lists; /* as in the settings; NULL: none was met */
    unsigned depth;          /* of aliases */
    unsigned lists_depth;
    bool is_too_deep; /* a member could not be reached */
};

/* A mailbox that is looked up. */
struct wanted {
    struct bytes local_part; /* as written */
    struct bytes name;       /* the local-part without quotes and backslashes */
    struct bytes domain;
    bool is_ours;      /* its domain */
    const char *given; /* in the settings; NULL: by a client */
    enum store_lookup in_store;
    struct maildrop *maildrop;
};

void recipient_add(struct recipient *recipient, struct maildrop *maildrop)
{
    for (size_t i = 0; i < recipient->count; i++) {
        if (recipient->maildrops[i] == maildrop) {
            return;
        }
    }
    recipient->maildrops = mem_grow((void *)recipient->maildrops, recipient->count,
                                    &recipient->capacity, sizeof(struct maildrop *));
    recipient->maildrops[recipient->count++] = maildrop;
}

void recipient_deinit(struct recipient *recipient)
{
    free((void *)recipient->maildrops);
    free((void *)recipient->onward);
    *recipient = (struct recipient){0};
}

static void add_onward(struct recipient *recipient, const char *address)
{
    for (size_t i = 0; i < recipient->onward_count; i++) {
        if (bytes_is_nocase(bytes_of(address), recipient->onward[i])) {
            return;
        }
    }
    recipient->onward = mem_grow((void *)recipient->onward, recipient->onward_count,
                                 &recipient->onward_capacity, sizeof *recipient->onward);
    recipient->onward[recipient->onward_count++] = address;
}

static bool is_taken(enum recipient_kind kind)
{
    return kind == RECIPIENT_LOCAL || kind == RECIPIENT_LIST || kind == RECIPIENT_FORWARDED ||
           kind == RECIPIENT_RELAYED;
}

bool recipient_is_taken(const struct recipient *recipient)
{
    return is_taken(recipient->kind);
}

/* ---- names ---- */

/* A name of the settings stands for that local-part at each of our domains; with a domain for that mailbox alone. */
static bool is_called(const struct wanted *wanted, const char *name)
{
    struct bytes local_part;
    struct bytes domain;
    smtp_mailbox_split(bytes_of(name), &local_part, &domain);
    if (!bytes_equal_nocase(local_part, wanted->name) &&
        !bytes_equal_nocase(local_part, wanted->local_part)) {
        return false;
    }
    if (domain.n == 0 || wanted->domain.n == 0) {
        return wanted->is_ours;
    }
    return bytes_equal_nocase(domain, wanted->domain);
}

static const struct server_alias *find_alias(const struct server_aliases *aliases,
                                             const struct wanted *wanted)
{
    for (size_t i = 0; i < aliases->count; i++) {
        if (is_called(wanted, aliases->rows[i].name)) {
            return &aliases->rows[i];
        }
    }
    return NULL;
}

static const struct server_list *find_list(const struct server_lists *lists,
                                           const struct wanted *wanted)
{
    for (size_t i = 0; i < lists->count; i++) {
        if (is_called(wanted, lists->rows[i].name)) {
            return &lists->rows[i];
        }
    }
    return NULL;
}

static bool has_name(const struct server_names *names, const struct wanted *wanted)
{
    for (size_t i = 0; i < names->count; i++) {
        if (is_called(wanted, names->names[i])) {
            return true;
        }
    }
    return false;
}

/* ---- one mailbox ---- */

static enum recipient_kind find(struct search *search, struct bytes local_part, struct bytes domain,
                                const char *given);

static enum recipient_kind find_given(struct search *search, const char *address)
{
    struct bytes local_part;
    struct bytes domain;
    smtp_mailbox_split(bytes_of(address), &local_part, &domain);
    return find(search, local_part, domain, address);
}

static enum recipient_kind follow_forward(struct search *search, const struct server_alias *row)
{
    enum recipient_kind kind = find_given(search, row->address);
    if (!is_taken(kind)) {
        return kind;
    }
    search->found->address = row->address;
    return RECIPIENT_FORWARDED;
}

/*
 * A member whose mail would be refused for now refuses the list, or the member would lose it; one who never gets any is left out. A
 * list none of whose members takes mail is unknown.
 */
static enum recipient_kind find_members(struct search *search, const struct server_list *list)
{
    enum recipient_kind result = RECIPIENT_UNKNOWN;
    for (size_t i = 0; i < list->members.count; i++) {
        enum recipient_kind kind = find_given(search, list->members.names[i]);
        if (kind == RECIPIENT_FULL || kind == RECIPIENT_LOCKED) {
            result = kind;
            break;
        }
        if (is_taken(kind)) {
            result = RECIPIENT_LIST;
        }
    }
    return result;
}

/* The chain of aliases begins anew with each member. */
static enum recipient_kind look_into(struct search *search, const struct server_list *list)
{
    unsigned depth = search->depth;
    if (search->lists_depth == MAX_LISTS_DEPTH) {
        search->is_too_deep = true;
        return RECIPIENT_LOOP;
    }
    search->lists_depth++;
    search->depth = 0;
    enum recipient_kind kind = find_members(search, list);
    search->depth = depth;
    search->lists_depth--;
    return kind;
}

static enum recipient_kind follow_list(struct search *search, const struct server_list *list)
{
    const struct server_lists *lists = &search->settings->lists;
    if (search->lists == NULL) {
        search->lists = mem_array(lists->count, sizeof *search->lists);
    }
    struct list_note *note = &search->lists[list - lists->rows];
    if (!note->is_known) {
        *note = (struct list_note){true, RECIPIENT_LOOP};
        note->kind = look_into(search, list);
    }
    search->found->list = list;
    search->found->address = NULL;
    return note->kind;
}

static enum recipient_kind find_abroad(struct search *search, const struct wanted *wanted)
{
    if (wanted->given == NULL && !search->settings->relay_stored) {
        return RECIPIENT_FOREIGN;
    }
    if (wanted->given != NULL) {
        add_onward(search->found, wanted->given);
    } else {
        search->found->goes_on = true;
    }
    recipient_add(search->found, store_outbox(search->store));
    return RECIPIENT_RELAYED;
}

static enum recipient_kind find_in_store(struct search *search, const struct wanted *wanted)
{
    if (wanted->in_store == STORE_NO_USER) {
        return RECIPIENT_UNKNOWN;
    }
    if (wanted->in_store == STORE_FOREIGN) {
        return find_abroad(search, wanted);
    }
    const struct server_user *user = maildrop_user(wanted->maildrop);
    search->found->address = user != NULL ? user->address : NULL;
    if (user != NULL && settings_names_user(&search->settings->locked, user)) {
        return RECIPIENT_LOCKED;
    }
    if (user != NULL && settings_names_user(&search->settings->full, user)) {
        return RECIPIENT_FULL;
    }
    recipient_add(search->found, wanted->maildrop);
    return RECIPIENT_LOCAL;
}

static enum recipient_kind find_wanted(struct search *search, const struct wanted *wanted)
{
    const struct server_settings *settings = search->settings;
    const struct server_alias *alias = find_alias(&settings->moved, wanted);
    if (alias != NULL) {
        search->found->address = alias->address;
        return RECIPIENT_MOVED;
    }
    alias = find_alias(&settings->forwards, wanted);
    if (alias != NULL) {
        return follow_forward(search, alias);
    }
    if (has_name(&settings->ambiguous, wanted)) {
        return RECIPIENT_AMBIGUOUS;
    }
    alias = find_alias(&settings->aliases, wanted);
    if (alias != NULL) {
        return find_given(search, alias->address);
    }
    const struct server_list *list = find_list(&settings->lists, wanted);
    return list != NULL ? follow_list(search, list) : find_in_store(search, wanted);
}

static enum recipient_kind find(struct search *search, struct bytes local_part, struct bytes domain,
                                const char *given)
{
    if (search->depth == MAX_DEPTH) {
        return RECIPIENT_LOOP;
    }
    search->depth++;
    search->found->lookups++;
    struct buf name = {0};
    smtp_local_part_unquote(local_part, &name);
    struct wanted wanted = {
        .local_part = local_part, .name = buf_bytes(&name), .domain = domain, .given = given};
    wanted.in_store = store_by_address(search->store, local_part, domain, &wanted.maildrop);
    wanted.is_ours = wanted.in_store != STORE_FOREIGN;
    enum recipient_kind kind = find_wanted(search, &wanted);
    buf_deinit(&name);
    search->depth--;
    return kind;
}

void recipient_find(const struct server_settings *settings, struct store *store,
                    struct bytes local_part, struct bytes domain, struct recipient *recipient)
{
    struct search search = {.settings = settings, .store = store, .found = recipient};
    *recipient = (struct recipient){0};
    enum recipient_kind kind = find(&search, local_part, domain, NULL);
    free(search.lists);
    if (search.is_too_deep) {
        kind = RECIPIENT_LOOP; /* or a member would lose the mail */
    }
    if (!is_taken(kind)) {
        free((void *)recipient->maildrops);
        recipient->maildrops = NULL;
        recipient->count = recipient->capacity = 0;
        recipient->onward_count = 0;
    }
    recipient->kind = kind;
}

/* ---- what is shown ---- */

void recipient_print_address(const struct server_settings *settings, struct store *store,
                             const char *address, struct buf *out)
{
    struct bytes local_part;
    struct bytes domain;
    struct maildrop *maildrop = NULL;
    smtp_mailbox_split(bytes_of(address), &local_part, &domain);
    buf_append_text(out, address);
    if (domain.n > 0) {
        return;
    }
    if (store_by_address(store, local_part, domain, &maildrop) == STORE_FOUND &&
        maildrop_user(maildrop) != NULL) {
        smtp_mailbox_split(bytes_of(maildrop_user(maildrop)->address), &local_part, &domain);
    }
    if (domain.n == 0) {
        domain = bytes_of(settings->domain_count > 0 ? settings->domains[0] : settings->hostname);
    }
    buf_append_text(out, "@");
    buf_append(out, domain);
}
