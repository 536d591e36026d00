/* The AUTHORIZATION state: USER, PASS, APOP, the lock (RFC 1939 sections 4 and 7). */
#include <stdlib.h>

#include "auth/digest.h"
#include "base/mem.h"
#include "fake_servers/pop3_session.h"

/* Whether the name exists is told at PASS, so that names cannot be tried out. */
void pop3_do_user(struct pop3_session *session, const struct pop3_argument *argument)
{
    struct buf name = {0};
    buf_append(&name, argument->words[0]);
    free(session->user);
    session->user = buf_steal(&name);
    pop3_answer(session, true, "Now send PASS");
}

/* ---- the maildrop ---- */

/* The messages as they are now; what comes later is for the next session. */
static void take_messages(struct pop3_session *session)
{
    size_t count = maildrop_count(session->maildrop);
    session->messages = mem_array(count > 0 ? count : 1, sizeof *session->messages);
    session->message_count = count;
    for (size_t i = 0; i < count; i++) {
        const struct maildrop_entry *entry = maildrop_entry(session->maildrop, i);
        session->messages[i].message = store_message_ref(entry->message);
        session->messages[i].number = entry->number;
    }
}

void pop3_close_maildrop(struct pop3_session *session)
{
    for (size_t i = 0; i < session->message_count; i++) {
        store_message_unref(&session->messages[i].message);
    }
    free(session->messages);
    session->messages = NULL;
    session->message_count = 0;
    if (session->has_lock) {
        maildrop_unlock(session->maildrop);
    }
    session->has_lock = false;
    session->maildrop = NULL;
}

static void enter(struct pop3_session *session, struct maildrop *maildrop, bool locked)
{
    pop3_close_maildrop(session);
    session->maildrop = maildrop;
    session->has_lock = locked;
    take_messages(session);
    session->state = POP3_STATE_TRANSACTION;
}

static void open_maildrop(struct pop3_session *session, struct maildrop *maildrop)
{
    bool locked = maildrop_lock(maildrop);
    if (!locked && !pop3_session_has_fault(session, FAULT_POP3_EXCLUSIVE_LOCK)) {
        pop3_answer(session, false, "[IN-USE] The maildrop is open in another session");
        return;
    }
    if (maildrop_refresh(maildrop, NULL) != 0) {
        if (locked) {
            maildrop_unlock(maildrop);
        }
        pop3_answer(session, false, "[SYS/TEMP] The maildrop cannot be read");
        return;
    }
    enter(session, maildrop, locked);
    size_t octets = 0;
    size_t count = pop3_count(session, &octets);
    pop3_answer(session, true, "Maildrop has %zu messages (%zu octets)", count, octets);
}

/* The client was told that it is in, so a lock that another session has cannot keep it out. */
void pop3_session_admit(struct pop3_session *session, struct bytes name)
{
    if (session->state != POP3_STATE_AUTHORIZATION) {
        return;
    }
    struct maildrop *maildrop = store_by_user(session->store, name);
    maildrop = maildrop != NULL ? maildrop : store_first(session->store);
    maildrop_refresh(maildrop, NULL);
    enter(session, maildrop, maildrop_lock(maildrop));
}

static void log_in(struct pop3_session *session, struct maildrop *maildrop, bool is_right)
{
    bool let_in = is_right || pop3_session_has_fault(session, FAULT_POP3_BAD_LOGIN);
    if (maildrop == NULL || !let_in) {
        pop3_answer(session, false, "Name or secret is wrong");
        return;
    }
    open_maildrop(session, maildrop);
}

/* settings->any_login; `maildrop` NULL: nobody is called so. */
static void log_in_anybody(struct pop3_session *session, struct maildrop *maildrop)
{
    log_in(session, maildrop != NULL ? maildrop : store_first(session->store), true);
}

void pop3_do_pass(struct pop3_session *session, const struct pop3_argument *argument)
{
    if (session->user == NULL) {
        pop3_answer(session, false, "USER must come just before PASS");
        return;
    }
    struct maildrop *maildrop = store_by_user(session->store, bytes_of(session->user));
    if (session->settings->any_login) {
        log_in_anybody(session, maildrop);
        return;
    }
    log_in(session, maildrop,
           maildrop != NULL && bytes_is(argument->words[0], maildrop_user(maildrop)->secret));
}

void pop3_do_apop(struct pop3_session *session, const struct pop3_argument *argument)
{
    struct maildrop *maildrop = store_by_user(session->store, argument->words[0]);
    if (session->settings->any_login) {
        log_in_anybody(session, maildrop);
        return;
    }
    if (maildrop == NULL) {
        log_in(session, NULL, false);
        return;
    }
    struct buf digest = {0};
    digest_apop(&digest, bytes_of(session->timestamp), bytes_of(maildrop_user(maildrop)->secret));
    bool is_right = bytes_equal(buf_bytes(&digest), argument->words[1]);
    buf_deinit(&digest);
    log_in(session, maildrop, is_right);
}
