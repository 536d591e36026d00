/* VRFY and EXPN (RFC 5321 3.5, RFC 6531 3.7.4.2). */
#include "fake_servers/smtp_session.h"

struct query_reply {
    unsigned code;
    const char *status;
    const char *text;
    bool shows_address; /* behind the text */
};

// clang-format off
/* RFC 5321 3.5.3: 252 where mail is taken for one of whom nothing is known. */
static const struct query_reply vrfy_replies[RECIPIENT_KIND_COUNT] = {
    [RECIPIENT_LOCAL]     = {250, "2.1.5", "", true},
    [RECIPIENT_LIST]      = {550, "5.1.0", "That is a mailing list, not a user", false},
    [RECIPIENT_FORWARDED] = {251, "2.1.5", "User not local; will forward to ", true},
    [RECIPIENT_RELAYED]   = {252, "2.0.0", "Cannot verify the user, but mail for it is taken", false},
    [RECIPIENT_MOVED]     = {551, "5.1.6", "User not local; please try ", true},
    [RECIPIENT_AMBIGUOUS] = {553, "5.1.4", "User ambiguous", false},
    [RECIPIENT_FULL]      = {250, "2.1.5", "", true},
    [RECIPIENT_LOCKED]    = {250, "2.1.5", "", true},
    [RECIPIENT_UNKNOWN]   = {550, "5.1.1", "No such user", false},
    [RECIPIENT_FOREIGN]   = {550, "5.7.1", "That mailbox is not here", false},
    [RECIPIENT_LOOP]      = {550, "5.4.6", "The alias leads back to itself", false},
};

/* RFC 5321 3.5.1 lets a user be expanded to a list of one. */
static const struct query_reply expn_replies[RECIPIENT_KIND_COUNT] = {
    [RECIPIENT_LOCAL]     = {250, "2.1.5", "", true},
    [RECIPIENT_LIST]      = {250, "2.1.5", "", false},
    [RECIPIENT_FORWARDED] = {250, "2.1.5", "", true},
    [RECIPIENT_RELAYED]   = {252, "2.0.0", "Cannot expand that, but mail for it is taken", false},
    [RECIPIENT_MOVED]     = {550, "5.1.6", "No such mailing list", false},
    [RECIPIENT_AMBIGUOUS] = {550, "5.1.4", "No such mailing list", false},
    [RECIPIENT_FULL]      = {250, "2.1.5", "", true},
    [RECIPIENT_LOCKED]    = {250, "2.1.5", "", true},
    [RECIPIENT_UNKNOWN]   = {550, "5.1.1", "No such mailing list", false},
    [RECIPIENT_FOREIGN]   = {550, "5.7.1", "That mailbox is not here", false},
    [RECIPIENT_LOOP]      = {550, "5.4.6", "The alias leads back to itself", false},
};
// clang-format on

/* RFC 821 4.3 has no 252: the mailbox is told where mail is taken for it. */
static const struct query_reply vrfy_of_1982 = {251, NULL, "User not local; will forward to ",
                                                true};
static const struct query_reply expn_of_1982 = {250, NULL, "", true};

enum { MAX_PATH_OCTETS = 256 }; /* RFC 821 4.5.3: no mailbox is longer, and a reply has 512 */

/* ---- what is asked ---- */

struct query {
    struct bytes name; /* as given: alice, alice@example.test or <alice@example.test> */
    bool utf8;         /* SMTPUTF8 stands behind it */
};

/* vrfy = "VRFY" SP String [ SP "SMTPUTF8" ] CRLF */
static bool query_read(struct smtp_session *session, struct bytes argument, struct query *query)
{
    static const char keyword[] = " SMTPUTF8";
    size_t name = argument.n > sizeof keyword - 1 ? argument.n - (sizeof keyword - 1) : argument.n;
    *query = (struct query){.name = argument};
    if (!bytes_is_nocase(bytes_skip(argument, name), keyword)) {
        return true;
    }
    if (smtp_has_fault(session, FAULT_UTF8_VRFY_2)) {
        return true;
    }
    if (smtp_has_fault(session, FAULT_UTF8_VRFY)) {
        smtp_answer(session, 501, "5.5.4", "There may be no parameter");
        return false;
    }
    if (!smtp_session_may_use(session, EXTENSION_SMTPUTF8)) {
        /* RFC 5321 4.3.2: 555 is for MAIL and RCPT. */
        smtp_answer(session, 504, "5.5.4", "Parameter SMTPUTF8 not implemented");
        return false;
    }
    *query = (struct query){.name = bytes_trim(bytes_slice(argument, 0, name)), .utf8 = true};
    return true;
}

static struct bytes without_brackets(struct bytes name)
{
    return bytes_starts(name, "<") && bytes_ends(name, ">") ? bytes_slice(name, 1, name.n - 1)
                                                            : name;
}

static void find(struct smtp_session *session, const struct query *query, struct recipient *found)
{
    struct bytes local_part;
    struct bytes domain;
    smtp_mailbox_split(without_brackets(query->name), &local_part, &domain);
    smtp_find_recipient(session, local_part, domain, found);
    /* A list is one, too, while a member's maildrop is full. */
    if (found->list != NULL && (found->kind == RECIPIENT_FULL || found->kind == RECIPIENT_LOCKED)) {
        found->kind = RECIPIENT_LIST;
    }
}

/* ---- replies ---- */

/* RFC 6531 3.7.4.2: the mailbox must be in the reply, but the client has not said that it can take it. */
static void answer_unshowable(struct smtp_session *session, bool is_accepted)
{
    smtp_answer(session, is_accepted ? 252 : 550, is_accepted ? "2.6.8" : "5.6.8",
                "The mailbox cannot be shown without SMTPUTF8");
}

/* The fault vrfy-usable: the host has users, and no mail. */
static void tell_at_host(const struct smtp_session *session, struct buf *address)
{
    struct bytes local_part;
    struct bytes domain;
    struct buf told = {0};
    smtp_mailbox_split(buf_bytes(address), &local_part, &domain);
    buf_append(&told, local_part);
    buf_printf(&told, "@%s", session->settings->hostname);
    buf_deinit(address);
    *address = told;
}

/* The faults of what is told: no mailbox, or no domain. */
static bool tell_otherwise(struct smtp_session *session, const struct query_reply *reply,
                           struct bytes address)
{
    struct bytes local_part;
    struct bytes domain;
    smtp_mailbox_split(address, &local_part, &domain);
    if (reply->code != 250 || !bytes_is_ascii(address)) {
        return false;
    }
    if (smtp_has_fault(session, FAULT_VRFY_MAILBOX)) {
        smtp_answer(session, 250, "2.1.5", "%.*s", (int)local_part.n, (const char *)local_part.p);
    } else if (smtp_has_fault(session, FAULT_VRFY_MAILBOX_2)) {
        smtp_answer(session, 250, "2.1.5", "<%.*s>", (int)local_part.n, (const char *)local_part.p);
    } else {
        return false;
    }
    return true;
}

static bool answer_address(struct smtp_session *session, const struct query_reply *reply,
                           const struct recipient *found, const struct query *query)
{
    struct buf address = {0};
    bool utf8 = query->utf8;
    const char *known = found->address;
    if (known == NULL && found->onward_count > 0) {
        known = found->onward[0];
    }
    if (known == NULL && found->kind == RECIPIENT_RELAYED) {
        buf_append(&address, without_brackets(query->name));
    } else {
        recipient_print_address(session->settings, session->store,
                                known != NULL ? known : "postmaster", &address);
    }
    if (session->verb == SMTP_VRFY && smtp_has_fault(session, FAULT_VRFY_USABLE)) {
        tell_at_host(session, &address);
    }
    if (session->verb == SMTP_VRFY && tell_otherwise(session, reply, buf_bytes(&address))) {
        buf_deinit(&address);
        return true;
    }
    if (smtp_can_show(buf_text(&address), utf8)) {
        smtp_answer(session, reply->code, reply->status, "%s<%s>", reply->text, buf_text(&address));
    } else {
        answer_unshowable(session, reply->code < 400);
    }
    buf_deinit(&address);
    return reply->code < 400;
}

/* Is it one of the lines? Letter case is ignored, as in delivery. */
static bool is_among(struct bytes lines, struct bytes line)
{
    struct bytes one;
    while (bytes_next(&lines, '\n', &one)) {
        if (bytes_equal_nocase(one, line)) {
            return true;
        }
    }
    return false;
}

/* RFC 5321 3.5.2: one member a line, each once. */
static bool answer_list(struct smtp_session *session, const struct server_list *list, bool utf8)
{
    struct buf text = {0};
    struct buf line = {0};
    bool can_show = true;
    for (size_t i = 0; i < list->members.count; i++) {
        buf_clear(&line);
        buf_append_text(&line, "<");
        recipient_print_address(session->settings, session->store, list->members.names[i], &line);
        buf_append_text(&line, ">");
        can_show = can_show && smtp_can_show(buf_text(&line), utf8);
        if (!is_among(buf_bytes(&text), buf_bytes(&line))) {
            buf_printf(&text, "%s%s", text.n > 0 ? "\n" : "", buf_text(&line));
        }
    }
    if (can_show) {
        smtp_answer(session, 250, "2.1.5", "%s", buf_text(&text));
    } else {
        answer_unshowable(session, true);
    }
    buf_deinit(&line);
    buf_deinit(&text);
    return true;
}

static bool answer_found(struct smtp_session *session, const struct query_reply *reply,
                         const struct recipient *found, const struct query *query)
{
    if (found->kind == RECIPIENT_LIST && reply->code == 250) {
        return answer_list(session, found->list, query->utf8);
    }
    if (reply->shows_address) {
        return answer_address(session, reply, found, query);
    }
    smtp_answer(session, reply->code, reply->status, "%s", reply->text);
    return reply->code < 400;
}

static const struct query_reply *reply_for(const struct smtp_session *session,
                                           const struct query *query, const struct recipient *found,
                                           const struct query_reply *replies,
                                           const struct query_reply *of_1982)
{
    if (found->kind != RECIPIENT_RELAYED || session->settings->profile != PROFILE_RFC821) {
        return &replies[found->kind];
    }
    return query->name.n > MAX_PATH_OCTETS ? &replies[RECIPIENT_FOREIGN] : of_1982;
}

/* True when the setting answers alone. */
static bool answer_setting(struct smtp_session *session, enum server_query query)
{
    if (query == QUERY_502) {
        smtp_answer(session, 502, "5.5.1", "Command not implemented");
    } else if (query == QUERY_252) {
        smtp_answer(session, 252, "2.0.0", "Nobody is verified here; mail will tell");
    }
    return query != QUERY_CHECK;
}

/* A faulty server says yes to whoever is asked for. */
static bool answer_echo(struct smtp_session *session, const struct query *query, enum fault fault)
{
    struct buf name = {0};
    buf_append(&name, without_brackets(query->name));
    bool is_told = smtp_has_fault(session, fault) && smtp_is_mailbox(buf_bytes(&name)) &&
                   smtp_can_show(buf_text(&name), false);
    if (is_told) {
        smtp_answer(session, 250, "2.1.5", "<%s>", buf_text(&name));
    }
    buf_deinit(&name);
    return is_told;
}

/* A faulty server says no to whoever is asked for, or wants a domain. */
static bool refuse_all(struct smtp_session *session, const struct query *query)
{
    bool has_domain = bytes_index(query->name, '@', 0) != BYTES_NONE;
    if (smtp_has_fault(session, FAULT_VRFY_VERIFIED_3) ||
        (!has_domain && smtp_has_fault(session, FAULT_VRFY_USER_NAME))) {
        smtp_answer(session, 550, "5.1.1", "No such user");
        return true;
    }
    return false;
}

bool smtp_do_vrfy(struct smtp_session *session, const struct smtp_command *command)
{
    struct query query;
    struct recipient found;
    if (answer_setting(session, session->settings->vrfy) ||
        !query_read(session, command->argument, &query) || refuse_all(session, &query)) {
        return false;
    }
    find(session, &query, &found);
    if (found.kind == RECIPIENT_UNKNOWN && answer_echo(session, &query, FAULT_VRFY_VERIFIED)) {
        recipient_deinit(&found);
        return true;
    }
    /* With any_recipient mail for everybody is taken. */
    if (session->settings->any_recipient &&
        (found.kind == RECIPIENT_UNKNOWN || found.kind == RECIPIENT_FOREIGN)) {
        found.kind = RECIPIENT_RELAYED;
    }
    bool is_accepted = answer_found(
        session, reply_for(session, &query, &found, vrfy_replies, &vrfy_of_1982), &found, &query);
    recipient_deinit(&found);
    return is_accepted;
}

bool smtp_do_expn(struct smtp_session *session, const struct smtp_command *command)
{
    struct query query;
    struct recipient found;
    if (answer_setting(session, session->settings->expn) ||
        !query_read(session, command->argument, &query)) {
        return false;
    }
    if (answer_echo(session, &query, FAULT_VRFY_VERIFIED_2)) {
        return true;
    }
    find(session, &query, &found);
    bool is_accepted = answer_found(
        session, reply_for(session, &query, &found, expn_replies, &expn_of_1982), &found, &query);
    recipient_deinit(&found);
    return is_accepted;
}
