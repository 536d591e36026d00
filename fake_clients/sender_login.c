/* How the sender logs in (RFC 4954): by PLAIN where it is offered, else by CRAM-MD5. */
#include "base/base64.h"
#include "fake_clients/challenge.h"
#include "fake_clients/sender_session.h"

static bool choose_mechanism(const struct sender *sender, enum sender_extension *mechanism_r)
{
    static const enum sender_extension known[] = {SENDER_AUTH_PLAIN, SENDER_AUTH_CRAM_MD5};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (sender->offered[known[i]] && !sender->too_weak[known[i]]) {
            *mechanism_r = known[i];
            return true;
        }
    }
    return false;
}

/* RFC 4616 section 5, RFC 4954 section 14: a password is shown inside TLS only, and to a certificate that is good. */
bool sender_may_log_in(const struct sender *sender)
{
    enum sender_extension mechanism;
    bool safe = sender->in_tls ? sender->certificate_is_good ||
                                     sender_has_fault(sender, CLIENT_FAULT_PLAIN_CERTIFICATE) ||
                                     sender_has_fault(sender, CLIENT_FAULT_PLAIN_CERTIFICATE_2)
                               : sender_has_fault(sender, CLIENT_FAULT_PLAIN_IN_CLEAR_TEXT);
    return safe && sender->settings->user != NULL && choose_mechanism(sender, &mechanism);
}

/* RFC 4616 section 2: [authzid] NUL authcid NUL passwd */
static void say_plain(struct sender *sender, const char *before)
{
    struct buf plain = {0};
    struct buf text = {0};
    buf_append_octet(&plain, 0);
    buf_append_text(&plain, sender->settings->user);
    buf_append_octet(&plain, 0);
    buf_append_text(&plain, sender->settings->secret);
    base64_encode(&text, buf_bytes(&plain));
    sender_say(sender, SENDER_AUTH, "%s%s", before, buf_text(&text));
    buf_deinit(&text);
    buf_deinit(&plain);
}

void sender_say_auth(struct sender *sender)
{
    (void)choose_mechanism(sender, &sender->mechanism);
    if (sender->mechanism == SENDER_AUTH_CRAM_MD5) {
        sender_say(sender, SENDER_AUTH, "AUTH CRAM-MD5");
    } else if (sender_has_fault(sender, CLIENT_FAULT_PLAIN_CERTIFICATE_2) &&
               !sender->certificate_is_good) {
        sender_say(sender, SENDER_AUTH, "AUTH PLAIN");
    } else {
        say_plain(sender, "AUTH PLAIN ");
    }
}

/* False: it cannot be answered. A fault reads a part of it, or finds it too long. */
static bool answers_challenge(struct sender *sender)
{
    struct bytes challenge = sender->reply.lines[sender->reply.count - 1].text;
    struct buf response = {0};
    bool is_too_long = challenge_is_long(challenge) &&
                       sender_has_fault(sender, CLIENT_FAULT_AUTH_LONG_CHALLENGE_2);
    if (sender_has_fault(sender, CLIENT_FAULT_AUTH_LONG_CHALLENGE)) {
        challenge = challenge_cut(challenge);
    }
    bool answered = !sender->responded && !is_too_long &&
                    challenge_answer(&response, challenge, sender->settings);
    if (answered) {
        sender_say(sender, SENDER_AUTH, "%s", buf_text(&response));
    }
    sender->responded = true;
    buf_deinit(&response);
    return answered;
}

/* Of PLAIN the response went with AUTH, so there is nothing to ask for. */
static bool answers(struct sender *sender)
{
    const bool is_plain = sender->mechanism == SENDER_AUTH_PLAIN;
    const bool responds = sender_has_fault(sender, CLIENT_FAULT_AUTH_CANCELS) ||
                          (sender_has_fault(sender, CLIENT_FAULT_PLAIN_CERTIFICATE_2) &&
                           !sender->certificate_is_good);
    if (!is_plain) {
        return answers_challenge(sender);
    }
    if (responds && !sender->aside_said) {
        sender->aside_said = true;
        say_plain(sender, "");
        return true;
    }
    return false;
}

/* RFC 4954 section 6: the mechanism is weaker than this user needs; the password is not wrong. */
static bool tries_another(struct sender *sender, unsigned code)
{
    sender->too_weak[sender->mechanism] = code == 534;
    if (code != 534 || sender_has_fault(sender, CLIENT_FAULT_AUTH_TOO_WEAK) ||
        !sender_may_log_in(sender)) {
        return false;
    }
    sender_say_auth(sender);
    return true;
}

/* Section 4: "*" cancels. */
void sender_take_auth(struct sender *sender, unsigned code, enum client_result result)
{
    if ((code == 334 && answers(sender)) || tries_another(sender, code)) {
        return;
    }
    if (code / 100 == 3 && sender->result == CLIENT_DONE) {
        sender_note(sender, CLIENT_PROTOCOL_ERROR);
        sender_say(sender, SENDER_AUTH, "%s",
                   sender_has_fault(sender, CLIENT_FAULT_AUTH_CANCELS_2) ? "" : "*");
        return;
    }
    sender_note(sender, result == CLIENT_REFUSED ? CLIENT_LOGIN_REFUSED : result);
}
