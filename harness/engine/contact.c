#include "engine/contact.h"

#include <stdlib.h>

#include "base/mem.h"

/* One connection that is open, or being made. */
struct contact_link {
    size_t case_number;
    unsigned connection;
    enum contact_endpoint endpoint;
    uint64_t begun;
    bool connected;
    bool heard; /* the server has said something */
    bool spoke; /* we have */
};

static struct contact_link *find(const struct contacts *contacts, const struct event *event)
{
    for (size_t i = 0; i < contacts->count; i++) {
        struct contact_link *link = &contacts->links[i];
        if (link->case_number == event->case_number && link->connection == event->connection) {
            return link;
        }
    }
    return NULL;
}

static void drop(struct contacts *contacts, struct contact_link *link)
{
    *link = contacts->links[--contacts->count];
}

static bool is_alone(const struct contacts *contacts, const struct contact_link *link)
{
    for (size_t i = 0; i < contacts->count; i++) {
        if (&contacts->links[i] != link && contacts->links[i].connected) {
            return false;
        }
    }
    return true;
}

static void begin(struct contacts *contacts, const struct event *event, struct contact *contact)
{
    struct contact_link *old = find(contacts, event);
    bool pop3 = event->protocol == PROTOCOL_POP3;

    if (old != NULL) {
        drop(contacts, old);
    }
    contacts->links =
        mem_grow(contacts->links, contacts->count, &contacts->capacity, sizeof(contacts->links[0]));
    contacts->begun = ++contacts->moment;
    contacts->links[contacts->count++] =
        (struct contact_link){.case_number = event->case_number,
                              .connection = event->connection,
                              .endpoint = pop3 ? CONTACT_POP3 : CONTACT_MAIL,
                              .begun = contacts->begun};
    contact->endpoints |= CONTACT_SET(pop3 ? CONTACT_POP3 : CONTACT_MAIL);
}

static void hear(struct contacts *contacts, struct contact_link *link, const struct event *event,
                 struct contact *contact)
{
    if (event->side == SIDE_CLIENT) {
        link->spoke = true;
        contact->spoke = true;
        contact->last_spoken = event->connection;
        return;
    }
    link->heard = true;
    if (link->spoke) {
        contacts_served(contacts, link->endpoint, link->begun);
    }
}

static void end(struct contacts *contacts, struct contact_link *link, const struct event *event,
                struct contact *contact)
{
    bool alone = is_alone(contacts, link);

    if (event->side == SIDE_SERVER && !link->connected) {
        contact->missed = true;
        contacts->missed_us = contacts->missed ? contacts->missed_us : event->time_us;
        contacts->missed = true;
        contacts->missed_alone |= alone;
    } else if (event->side == SIDE_SERVER && !link->heard) {
        contacts->cut_alone |= alone;
    }
    drop(contacts, link);
}

void contacts_event(struct contacts *contacts, const struct event *event, struct contact *contact)
{
    if (event->kind == EVENT_CONNECTING) {
        begin(contacts, event, contact);
        return;
    }
    struct contact_link *link = find(contacts, event);
    if (link == NULL) {
        return;
    }
    if (event->kind == EVENT_CONNECTED) {
        link->connected = true;
    } else if (event->kind == EVENT_OCTETS) {
        hear(contacts, link, event, contact);
    } else if (event->kind == EVENT_CLOSED) {
        end(contacts, link, event, contact);
    }
}

uint64_t contacts_end(struct contacts *contacts, size_t case_number)
{
    for (size_t i = contacts->count; i > 0; i--) {
        if (contacts->links[i - 1].case_number == case_number) {
            drop(contacts, &contacts->links[i - 1]);
        }
    }
    return ++contacts->moment;
}

uint64_t contacts_visit(struct contacts *contacts)
{
    return ++contacts->moment;
}

void contacts_served(struct contacts *contacts, enum contact_endpoint endpoint, uint64_t begun)
{
    if (begun > contacts->served[endpoint]) {
        contacts->served[endpoint] = begun;
    }
}

bool contacts_prove(const struct contacts *contacts, unsigned endpoints, uint64_t moment)
{
    for (unsigned i = 0; i < CONTACT_ENDPOINTS; i++) {
        if ((endpoints & CONTACT_SET(i)) != 0 && contacts->served[i] <= moment) {
            return false;
        }
    }
    return true;
}

void contacts_settle(struct contacts *contacts)
{
    contacts->missed = false;
    contacts->missed_alone = false;
    contacts->cut_alone = false;
    contacts->missed_us = 0;
}

void contacts_deinit(struct contacts *contacts)
{
    free(contacts->links);
    *contacts = (struct contacts){0};
}
