/* The AUTHORIZATION state: USER, PASS, APOP, the lock (RFC 1939 sections 4 and 7). */
#include <stdlib.h>

#include "auth/digest.h"
#include "base/mem.h"
#include "fake_servers/pop3_credential.h"
#include "fake_servers/pop3_session.h"

/* Whether the name exists is told at PASS, so that names cannot be tried out. */
void pop3_do_user(struct pop3_session *session, const struct pop3_argument *argument)
{
    struct buf name = {0};
    bool is_nobody = store_by_user(session->store, argument->words[0]) == NULL;
    bool is_told = is_nobody && pop3_session_has_fault(session, FAULT_POP3_USER_UNTOLD);
    if (is_nobody && pop3_session_has_fault(session, FAULT_POP3_NO_AUTH_CODE_FOR_USER)) {
        pop3_say(session, POP3_TEXT_WRONG_LOGIN);
    } else if (!is_told && pop3_credential_prepare(argument->words[0], &name)) {
        session->user = buf_steal(&name);
        pop3_say(session, POP3_TEXT_SEND_PASS);
    } else {
        pop3_say(session, POP3_TEXT_BAD_NAME);
    }
    buf_deinit(&name);
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
    maildrop_note_login(maildrop, clock_monotonic_us(&session->settings->clock));
    session->state = POP3_STATE_TRANSACTION;
}

/* RFC 2449 6.5: so long after +OK to PASS or APOP nobody is let in again. */
static bool is_too_early(const struct pop3_session *session, const struct maildrop *maildrop)
{
    const struct server_settings *settings = session->settings;
    int64_t last_us = maildrop_last_login_us(maildrop);
    int64_t delay_us = (int64_t)settings->login_delay_s * 1000 * 1000;
    return !pop3_session_has_fault(session, FAULT_POP3_LOGIN_DELAY) &&
           pop3_offers(session, CAPABILITY_LOGIN_DELAY) && last_us >= 0 &&
           clock_monotonic_us(&settings->clock) - last_us < delay_us;
}

/* Does somebody else hold it, as the settings say? */
static bool is_held(const struct pop3_session *session, const struct maildrop *maildrop)
{
    const struct server_user *user = maildrop_user(maildrop);
    return user != NULL && settings_names_user(&session->settings->locked, user);
}

static void open_maildrop(struct pop3_session *session, struct maildrop *maildrop)
{
    if (is_too_early(session, maildrop)) {
        pop3_say_with(session, POP3_TEXT_LOGIN_DELAY,
                      (struct pop3_words){.numbers = {session->settings->login_delay_s}});
        return;
    }
    bool locked = !is_held(session, maildrop) && maildrop_lock(maildrop);
    if (!locked && !pop3_session_has_fault(session, FAULT_POP3_EXCLUSIVE_LOCK)) {
        if (pop3_session_has_fault(session, FAULT_POP3_LOCK_RELEASED) ||
            pop3_session_has_fault(session, FAULT_POP3_LOSS_RELEASES) ||
            pop3_session_has_fault(session, FAULT_POP3_LOSS_RELEASES_2)) {
            maildrop_unlock(maildrop);
        }
        pop3_say(session, POP3_TEXT_IN_USE);
        return;
    }
    if (maildrop_refresh(maildrop, NULL) != 0) {
        if (locked) {
            maildrop_unlock(maildrop);
        }
        pop3_say(session, POP3_TEXT_NO_MAILDROP);
        return;
    }
    enter(session, maildrop, locked);
    size_t octets = 0;
    size_t count = pop3_count(session, &octets);
    pop3_say_with(session, POP3_TEXT_MAILDROP,
                  (struct pop3_words){
                      .numbers = {count, octets}
    });
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

static bool hides_code(const struct pop3_session *session, const struct maildrop *maildrop)
{
    return (maildrop == NULL && session->verb == POP3_PASS &&
            pop3_session_has_fault(session, FAULT_POP3_AUTH_RESPONSE_CODE)) ||
           (session->verb == POP3_APOP &&
            pop3_session_has_fault(session, FAULT_POP3_AUTH_RESPONSE_CODE_2));
}

/* `maildrop` NULL: nobody has that name. */
static void refuse_login(struct pop3_session *session, struct maildrop *maildrop)
{
    if (maildrop != NULL && pop3_session_has_fault(session, FAULT_POP3_LOCK_RELEASED_2) &&
        session->maildrop == NULL && maildrop_lock(maildrop)) {
        session->maildrop = maildrop;
        session->has_lock = true;
    }
    if (hides_code(session, maildrop)) {
        pop3_answer(session, false, "Login failed");
    } else {
        pop3_say(session, POP3_TEXT_WRONG_LOGIN);
    }
    if (maildrop != NULL && session->verb == POP3_PASS &&
        pop3_session_has_fault(session, FAULT_POP3_BAD_LOGIN_2)) {
        enter(session, maildrop, false);
    }
}

static void log_in(struct pop3_session *session, struct maildrop *maildrop, bool is_right)
{
    bool let_in = is_right || (session->verb == POP3_PASS &&
                               pop3_session_has_fault(session, FAULT_POP3_BAD_LOGIN));
    if (maildrop == NULL || !let_in) {
        refuse_login(session, maildrop);
        return;
    }
    open_maildrop(session, maildrop);
}

/* settings->any_login; `maildrop` NULL: nobody is called so. */
static void log_in_anybody(struct pop3_session *session, struct maildrop *maildrop)
{
    log_in(session, maildrop != NULL ? maildrop : store_first(session->store), true);
}

void pop3_log_in_as(struct pop3_session *session, struct bytes name)
{
    const struct server_user *user = settings_find_user(session->settings, name);
    struct maildrop *maildrop =
        store_by_user(session->store, user != NULL ? bytes_of(user->name) : name);
    if (session->settings->any_login) {
        log_in_anybody(session, maildrop);
    } else {
        log_in(session, maildrop, true);
    }
}

static void try_secret(struct pop3_session *session, struct bytes secret)
{
    struct maildrop *maildrop = store_by_user(session->store, bytes_of(session->user));
    if (session->settings->any_login) {
        log_in_anybody(session, maildrop);
        return;
    }
    log_in(session, maildrop,
           maildrop != NULL && bytes_is(secret, maildrop_user(maildrop)->secret));
}

void pop3_do_pass(struct pop3_session *session, const struct pop3_argument *argument)
{
    struct buf secret = {0};
    if (session->user == NULL && session->pass_refused &&
        pop3_session_has_fault(session, FAULT_POP3_PASS_NEEDS_USER_2)) {
        pop3_answer(session, true, "Welcome");
    } else if (session->user == NULL) {
        pop3_say(session, POP3_TEXT_USER_FIRST);
    } else if (!pop3_credential_prepare(argument->words[0], &secret)) {
        pop3_say(session, POP3_TEXT_BAD_LOGIN);
    } else {
        try_secret(session, buf_bytes(&secret));
    }
    buf_deinit(&secret);
}

static bool is_digest_of(struct bytes timestamp, const struct maildrop *maildrop, struct bytes text)
{
    struct buf digest = {0};
    digest_apop(&digest, timestamp, bytes_of(maildrop_user(maildrop)->secret));
    bool is_right = bytes_equal(buf_bytes(&digest), text);
    buf_deinit(&digest);
    return is_right;
}

static bool is_digest(const struct pop3_session *session, const struct maildrop *maildrop,
                      struct bytes text)
{
    struct bytes timestamp = bytes_of(session->timestamp);
    bool is_own = session->settings->apop_timestamp == NULL;
    const char *before = maildrop_timestamp(maildrop);
    if (is_own && pop3_session_has_fault(session, FAULT_POP3_APOP)) {
        timestamp = bytes_slice(timestamp, 1, timestamp.n - 1);
    }
    return is_digest_of(timestamp, maildrop, text) ||
           (pop3_session_has_fault(session, FAULT_POP3_APOP_WRONG_DIGEST_2) &&
            is_digest_of((struct bytes){0}, maildrop, text)) ||
           (before != NULL && pop3_session_has_fault(session, FAULT_POP3_APOP_WRONG_DIGEST) &&
            is_digest_of(bytes_of(before), maildrop, text));
}

static void try_digest(struct pop3_session *session, struct bytes name, struct bytes digest)
{
    struct maildrop *maildrop = store_by_user(session->store, name);
    if (session->settings->any_login) {
        log_in_anybody(session, maildrop);
        return;
    }
    bool is_right = maildrop != NULL && is_digest(session, maildrop, digest);
    if (is_right && session->settings->apop_timestamp == NULL &&
        pop3_session_has_fault(session, FAULT_POP3_APOP_2)) {
        pop3_answer(session, true, "Welcome");
        return;
    }
    log_in(session, maildrop, is_right);
    if (session->state == POP3_STATE_TRANSACTION) {
        maildrop_keep_timestamp(session->maildrop, session->timestamp);
    }
}

void pop3_do_apop(struct pop3_session *session, const struct pop3_argument *argument)
{
    struct buf name = {0};
    if (session->timestamp == NULL) { /* the greeting offered no APOP */
        pop3_say(session, POP3_TEXT_NOT_IMPLEMENTED);
    } else if (!pop3_credential_prepare(argument->words[0], &name)) {
        pop3_say(session, POP3_TEXT_BAD_LOGIN);
    } else {
        try_digest(session, buf_bytes(&name), argument->words[1]);
    }
    buf_deinit(&name);
}
