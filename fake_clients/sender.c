#include "fake_clients/sender.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "fake_clients/sender_session.h"

/* ---- replies that are waited for ---- */

void sender_await(struct sender *sender, enum sender_stage stage)
{
    sender->awaited = mem_grow(sender->awaited, sender->awaited_count, &sender->awaited_capacity,
                               sizeof *sender->awaited);
    sender->awaited[sender->awaited_count++] = stage;
}

static bool awaits_nothing(const struct sender *sender)
{
    return sender->answered == sender->awaited_count;
}

void sender_note(struct sender *sender, enum client_result result)
{
    sender->result = client_result_worse(sender->result, result);
}

/* As if 451 had come. Behind QUIT nothing is left to lose. */
void sender_lose(struct sender *sender, enum sender_stage stage)
{
    sender->over = true;
    if (stage == SENDER_QUIT) {
        sender_ends_oddly(sender);
    } else {
        sender_note(sender, sender_has_fault(sender, CLIENT_FAULT_LOSS_TEMPORARY)
                                ? CLIENT_REFUSED
                                : CLIENT_REFUSED_FOR_NOW);
    }
}

void sender_give_up(struct sender *sender)
{
    sender_report_nonsense(sender);
    sender_note(sender, CLIENT_PROTOCOL_ERROR);
    sender_say_quit(sender);
    sender->over = true;
}

/* ---- what comes next, once every reply is there ---- */

/* RFC 2920 3.1: one group, whose last command is DATA. */
static void begin_transaction(struct sender *sender)
{
    if (sender->offered[SENDER_PIPELINING] &&
        sender_has_fault(sender, CLIENT_FAULT_PIPELINING_GROUP)) {
        sender_say_aside(sender, SENDER_MAIL, BYTES_LIT("NOOP"));
    }
    sender_say_mail(sender);
    if (!sender_pipelines(sender)) {
        return;
    }
    if (sender->offered[SENDER_PIPELINING] &&
        sender_has_fault(sender, CLIENT_FAULT_PIPELINING_GROUP_2)) {
        sender_say_aside(sender, SENDER_MAIL, BYTES_LIT("VRFY postmaster"));
    }
    while (sender->asked < sender->settings->recipient_count) {
        sender_say_rcpt(sender);
    }
    if (!sender_wish_chunks(sender)) {
        sender_say_data(sender);
    }
}

static void go_on_from_login(struct sender *sender)
{
    if (sender->result == CLIENT_DONE && sender_wish_takes_message(sender) &&
        !sender_takes_content(sender)) {
        sender_report_refuse(sender, CLIENT_REFUSED, sender_content_defect(sender));
    }
    if (sender->result == CLIENT_DONE) {
        begin_transaction(sender);
    } else {
        sender_say_quit(sender);
    }
}

static void go_on_without_tls(struct sender *sender)
{
    const bool goes_on = sender->result == CLIENT_DONE;
    if (goes_on && !sender_wish_takes_clear(sender)) {
        sender_say_quit(sender);
    } else if (goes_on && sender_wish_is_login(sender)) {
        if (!sender_wish_logs_in(sender)) {
            sender_say_quit(sender);
        }
    } else if (goes_on && sender_may_log_in(sender)) {
        sender_say_auth(sender);
    } else {
        go_on_from_login(sender);
    }
}

static void go_on_from_hello(struct sender *sender)
{
    const bool wants_tls = !sender->in_tls && sender->settings->wishes.tls != CLIENT_TLS_NEVER;
    if (sender->result == CLIENT_DONE && sender->offered[SENDER_STARTTLS] && wants_tls) {
        sender_say_starttls(sender);
    } else {
        go_on_without_tls(sender);
    }
}

/* Inside TLS the first command was a fault's. */
static void go_on_from_tls(struct sender *sender)
{
    if (sender->in_tls) {
        sender_say_hello(sender);
    } else if (!sender->wants_tls) {
        go_on_without_tls(sender);
    }
}

static void go_on_from_mail(struct sender *sender)
{
    if (sender->mail_accepted) {
        sender_say_rcpt(sender);
    } else {
        sender_say_quit(sender);
    }
}

static void go_on_from_rcpt(struct sender *sender)
{
    const bool copies = sender->accepted > 0 && sender_has_fault(sender, CLIENT_FAULT_ONE_COPY);
    if (sender->asked < sender->settings->recipient_count && !copies) {
        sender_say_rcpt(sender);
    } else if (sender->accepted == 0) {
        sender_say_quit(sender);
    } else if (sender_wish_chunks(sender)) {
        sender_wish_say_chunk(sender);
    } else if (!sender_says_chunk(sender)) {
        sender_say_data(sender);
    }
}

static bool is_unwanted_line_due(const struct sender *sender)
{
    return (sender->accepted > 0 && sender_has_fault(sender, CLIENT_FAULT_DATA_WITHOUT_354_2)) ||
           (sender->data_is_odd && sender_has_fault(sender, CLIENT_FAULT_DATA_WITHOUT_354_3));
}

/* RFC 2033 section 4.2: the dot has no reply where there is no recipient. */
static void go_on_from_data(struct sender *sender)
{
    if (sender->data_asked_for) {
        sender_say_content(sender);
    } else if (sender->accepted > 0 && sender_has_fault(sender, CLIENT_FAULT_DATA_WITHOUT_354)) {
        sender_say_unwanted_content(sender);
    } else if (is_unwanted_line_due(sender)) {
        sender_say_unwanted_line(sender);
    }
    if (awaits_nothing(sender)) {
        sender_say_quit(sender);
    }
}

/* A recipient is left where a fault makes a transaction of each. */
static void go_on_from_content(struct sender *sender)
{
    if (sender->result == CLIENT_DONE && sender->asked < sender->settings->recipient_count) {
        sender->accepted = 0;
        sender_say_mail(sender);
    } else {
        sender_say_quit(sender);
    }
}

static void go_on(struct sender *sender, enum sender_stage answered)
{
    enum sender_stage stage = answered == SENDER_ASIDE ? sender->behind_aside : answered;
    if (sender_digresses(sender, stage)) {
        return;
    }
    switch (stage) {
    case SENDER_GREETING:
        if (sender->result == CLIENT_DONE) {
            sender_say_hello(sender);
        } else {
            sender_say_quit(sender);
        }
        break;
    case SENDER_HELLO:
    case SENDER_OLD_HELLO:
        go_on_from_hello(sender);
        break;
    case SENDER_TLS:
        go_on_from_tls(sender);
        break;
    case SENDER_AUTH:
        go_on_from_login(sender);
        break;
    case SENDER_MAIL:
        go_on_from_mail(sender);
        break;
    case SENDER_RCPT:
        go_on_from_rcpt(sender);
        break;
    case SENDER_DATA:
        go_on_from_data(sender);
        break;
    case SENDER_CONTENT:
        go_on_from_content(sender);
        break;
    case SENDER_QUIT:
    case SENDER_ASIDE:
    case SENDER_STAGE_COUNT:
        sender->over = true;
        break;
    }
}

/* ---- lines ---- */

static void run_reply(struct sender *sender)
{
    assert(!awaits_nothing(sender));
    enum sender_stage stage = sender->awaited[sender->answered++];
    sender->is_too_early = sender->has_spoken;
    sender_take_reply(sender, stage);
    smtp_reply_reset(&sender->reply);
    if (!sender->over && !sender->wants_tls && awaits_nothing(sender)) {
        go_on(sender, stage);
        sender->has_spoken = true;
    }
}

static void run_line(struct sender *sender)
{
    struct wire_line line = line_reader_line(&sender->line);
    bool complete = smtp_reply_add(&sender->reply, &line);
    line_reader_reset(&sender->line);
    if ((sender->reply.defects & SMTP_REPLY_TOO_MANY) != 0) {
        sender_give_up(sender);
    } else if (complete) {
        run_reply(sender);
    }
}

/* ---- the sender ---- */

struct sender *sender_new(const struct client_settings *settings, struct buf *out)
{
    assert(settings->protocol != CLIENT_POP3 && settings->recipient_count > 0);
    struct sender *sender = mem_alloc(sizeof *sender);
    sender->settings = settings;
    sender_read_message(sender);
    sender_wish_begin(sender);
    sender_await(sender, SENDER_GREETING);
    if (sender_has_fault(sender, CLIENT_FAULT_WAITS_FOR_GREETING)) {
        sender->out = out;
        sender_say_hello(sender);
        sender->out = NULL;
    }
    return sender;
}

void sender_feed(struct sender *sender, struct bytes octets, struct buf *out)
{
    sender->out = out;
    sender->has_spoken = false;
    while (octets.n > 0 && !sender->over && !sender->wants_tls) {
        enum line_reader_state state = LINE_READER_PART;
        octets = bytes_skip(octets, line_reader_take(&sender->line, octets, &state));
        if (state == LINE_READER_TOO_LONG) {
            sender_give_up(sender);
        } else if (state == LINE_READER_WHOLE) {
            run_line(sender);
        }
    }
    if (sender->wants_tls && sender_has_fault(sender, CLIENT_FAULT_TLS_RESPONSE_INJECTION)) {
        buf_append(&sender->left, octets);
    }
    sender->out = NULL;
}

bool sender_wants_tls(const struct sender *sender)
{
    return sender->wants_tls && !sender->over;
}

/* RFC 3207 section 4.2: nothing that the server said before counts. */
static void forget_server(struct sender *sender)
{
    sender->awaited_count = 0;
    sender->answered = 0;
    sender->extended = false;
    sender->hello_accepted = false;
    sender->size_is_zero = false;
    sender->size_is_bare = false;
    for (size_t i = 0; i < SENDER_EXTENSION_COUNT; i++) {
        sender->offered[i] = false;
    }
    sender_wish_forget(sender);
    line_reader_reset(&sender->line);
    smtp_reply_reset(&sender->reply);
}

void sender_secured(struct sender *sender, bool good, struct buf *out)
{
    struct buf left = sender->left;
    forget_server(sender);
    sender->left = (struct buf){0};
    sender->wants_tls = false;
    sender->in_tls = true;
    sender->certificate_is_good = good;
    sender->out = out;
    if (sender_has_fault(sender, CLIENT_FAULT_EHLO_AFTER_TLS)) {
        sender_say_aside(sender, SENDER_TLS, BYTES_LIT("NOOP"));
    } else if (sender_has_fault(sender, CLIENT_FAULT_HELLO_BEFORE_MAIL_2)) {
        sender_say_aside(sender, SENDER_TLS, BYTES_LIT("MAIL FROM:<>"));
    } else {
        sender_say_hello(sender);
    }
    sender->out = NULL;
    sender_feed(sender, buf_bytes(&left), out);
    buf_deinit(&left);
}

void sender_began_in_tls(struct sender *sender, bool good)
{
    sender->in_tls = true;
    sender->certificate_is_good = good;
}

bool sender_goes_on_in_clear(struct sender *sender, struct buf *out)
{
    if (!sender_has_fault(sender, CLIENT_FAULT_TLS_FAILURE_ABORTS)) {
        return false;
    }
    forget_server(sender);
    sender->wants_tls = false;
    sender->out = out;
    sender_say_hello(sender);
    sender->out = NULL;
    return true;
}

static bool hides_loss(const struct sender *sender, enum sender_stage stage)
{
    return (stage == SENDER_CONTENT &&
            sender_has_fault(sender, CLIENT_FAULT_NO_SUCCESS_AFTER_LOSS)) ||
           (stage >= SENDER_MAIL && stage <= SENDER_DATA &&
            sender_has_fault(sender, CLIENT_FAULT_NO_SUCCESS_AFTER_LOSS_2));
}

/* A fault hides that nothing came. Behind the end of data nothing hangs on a command of a fault. */
void sender_ended(struct sender *sender)
{
    if (sender->over) {
        return;
    }
    /* Of TLS that could not begin nothing is awaited. */
    enum sender_stage stage =
        awaits_nothing(sender) ? SENDER_TLS : sender->awaited[sender->answered];
    const bool came = sender->reply.count > 0 || sender->line.octets.n > 0;
    const bool behind_content = stage == SENDER_ASIDE && sender->behind_aside == SENDER_CONTENT;
    if (behind_content || (!came && hides_loss(sender, stage))) {
        stage = SENDER_QUIT;
    }
    sender_lose(sender, stage);
}

bool sender_is_over(const struct sender *sender)
{
    return sender->over;
}

enum client_result sender_result(const struct sender *sender)
{
    return sender->result;
}

void sender_free(struct sender **sender_p)
{
    struct sender *sender = *sender_p;
    *sender_p = NULL;
    if (sender == NULL) {
        return;
    }
    buf_deinit(&sender->message);
    buf_deinit(&sender->left);
    sender_wish_end(sender);
    line_reader_deinit(&sender->line);
    smtp_reply_deinit(&sender->reply);
    free(sender->awaited);
    free(sender);
}
