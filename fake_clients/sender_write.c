/* How the commands of the sender and the message data become octets. */
#include <string.h>

#include "fake_clients/sender_session.h"
#include "proto/smtp_data.h"

void sender_say(struct sender *sender, enum sender_stage stage, const char *format, ...)
{
    bool bare_lf = stage == SENDER_QUIT && sender_has_fault(sender, CLIENT_FAULT_CLIENT_CRLF);
    va_list args;
    va_start(args, format);
    buf_vprintf(sender->out, format, args);
    va_end(args);
    buf_append_text(sender->out, bare_lf ? "\n" : "\r\n");
    sender_await(sender, stage);
}

void sender_say_aside(struct sender *sender, enum sender_stage behind, struct bytes text)
{
    sender->behind_aside = behind;
    buf_append(sender->out, text);
    buf_append_text(sender->out, "\r\n");
    sender_await(sender, SENDER_ASIDE);
}

/* ---- the session ---- */

void sender_say_hello(struct sender *sender)
{
    const char *verb = sender->settings->protocol == CLIENT_LMTP ? "LHLO" : "EHLO";
    const char *name = sender->settings->client_name;
    if (sender_twists(sender, SENDER_HELLO, CLIENT_FAULT_EHLO_ARGUMENT)) {
        sender_say(sender, SENDER_HELLO, "%s", verb);
        return;
    }
    if (sender_twists(sender, SENDER_HELLO, CLIENT_FAULT_EHLO_LITERAL_ALONE)) {
        sender_say(sender, SENDER_HELLO, "%s [127.0.0.1] mailspec", verb);
        return;
    }
    if (sender_has_fault(sender, CLIENT_FAULT_EHLO_NAME_QUALIFIED)) {
        name = "localhost";
    }
    bool odd = sender_twists(sender, SENDER_HELLO, CLIENT_FAULT_EHLO_ARGUMENT_2);
    sender_say(sender, SENDER_HELLO, "%s %s%s", verb, name, odd ? "!" : "");
}

void sender_say_old_hello(struct sender *sender)
{
    sender_say(sender, SENDER_OLD_HELLO, "HELO %s", sender->settings->client_name);
}

/* RFC 3207 section 4: the last command in clear text. With the fault's EHLO there is a reply more where TLS does not begin. */
void sender_say_starttls(struct sender *sender)
{
    sender_say(sender, SENDER_TLS, "STARTTLS");
    if (sender_has_fault(sender, CLIENT_FAULT_STARTTLS_LAST)) {
        struct buf hello = {0};
        buf_printf(&hello, "EHLO %s", sender->settings->client_name);
        sender_say_aside(sender, SENDER_TLS, buf_bytes(&hello));
        buf_deinit(&hello);
    }
}

void sender_say_quit(struct sender *sender)
{
    if (sender_leaves_silently(sender)) {
        sender->over = true;
        return;
    }
    if (sender->hello_accepted && sender_has_fault(sender, CLIENT_FAULT_QUIT_BEFORE_CLOSE_2)) {
        sender_say(sender, SENDER_QUIT, "RSET");
        return;
    }
    bool odd = sender_twists(sender, SENDER_QUIT, CLIENT_FAULT_NO_ARGUMENT);
    sender_say(sender, SENDER_QUIT, "QUIT%s", odd ? " bye" : "");
    if (sender_has_fault(sender, CLIENT_FAULT_WAITS_FOR_QUIT_REPLY)) {
        sender->over = true;
    }
}

/* ---- the mail transaction ---- */

/* "FROM:<a@b.example>", as a fault may have it. */
struct path_faults {
    enum client_fault blank;
    enum client_fault bare;
    enum client_fault route;
    enum client_fault quoted; /* CLIENT_FAULT_COUNT: none */
};

static void write_path(struct sender *sender, enum sender_stage stage, struct path_faults faults,
                       const char *path, struct buf *out)
{
    bool blank = sender_twists(sender, stage, faults.blank);
    bool bare = path[0] != '\0' && sender_twists(sender, stage, faults.bare);
    bool route = path[0] != '\0' && sender_has_fault(sender, faults.route);
    bool quoted = faults.quoted != CLIENT_FAULT_COUNT && strchr(path, '@') != NULL &&
                  sender_has_fault(sender, faults.quoted);
    if (route) {
        buf_printf(out, "<@%s:%s>", sender->settings->client_name, path);
    } else if (quoted) {
        int local_octets = (int)(strchr(path, '@') - path);
        buf_printf(out, "<\"%.*s\"%s>", local_octets, path, path + local_octets);
    } else {
        buf_printf(out, bare ? "%s%s" : "%s<%s>", blank ? " " : "", path);
    }
}

/* The odd octets stand in the local-part. */
static void write_reverse_path(struct sender *sender, struct buf *out)
{
    const char *given = sender_reverse_path(sender);
    struct path_faults faults = {CLIENT_FAULT_MAIL_SYNTAX, CLIENT_FAULT_MAIL_SYNTAX_2,
                                 CLIENT_FAULT_NO_SOURCE_ROUTE_2, CLIENT_FAULT_COUNT};
    struct buf path = {0};
    bool null_path = given[0] == '\0' || sender_has_fault(sender, CLIENT_FAULT_REVERSE_PATH_GIVEN);
    if (!null_path && sender_twists(sender, SENDER_MAIL, CLIENT_FAULT_COMMAND_ASCII)) {
        buf_append_text(&path, "\xE9");
    }
    if (!null_path && sender_twists(sender, SENDER_MAIL, CLIENT_FAULT_COMMAND_ASCII_2)) {
        buf_append_text(&path, "\x01");
    }
    buf_append_text(&path, null_path ? "" : given);
    write_path(sender, SENDER_MAIL, faults, buf_text(&path), out);
    buf_deinit(&path);
}

static bool declares_size(struct sender *sender)
{
    enum client_fault fault =
        sender->extended ? CLIENT_FAULT_PARAMETER_OFFERED : CLIENT_FAULT_PARAMETER_OFFERED_2;
    if (sender_has_fault(sender, CLIENT_FAULT_SIZE_USED)) {
        return false;
    }
    return sender->offered[SENDER_SIZE] || sender_twists(sender, SENDER_MAIL, fault);
}

static void write_content(const struct sender *sender, struct bytes content, struct buf *out);

/* Of what is sent, with what faults put into it; stuffed dots are not counted (RFC 1870 section 6). */
static size_t content_octets(const struct sender *sender)
{
    struct smtp_data_reader reader = {.careless = true};
    struct buf sent = {0};
    struct buf content = {0};
    write_content(sender, buf_bytes(&sender->message), &sent);
    smtp_data_read(&reader, buf_bytes(&sent), &content);
    size_t octets = content.n;
    buf_deinit(&content);
    buf_deinit(&sent);
    return octets;
}

static void write_size(struct sender *sender, struct buf *argument)
{
    size_t lines = 0;
    for (size_t i = 0; i < sender->message.n; i++) {
        lines += sender->message.p[i] == '\n' ? 1 : 0;
    }
    bool short_of = sender_has_fault(sender, CLIENT_FAULT_SIZE_DECLARED);
    buf_printf(argument, " SIZE=%zu", content_octets(sender) - (short_of ? lines : 0));
    if (sender_twists(sender, SENDER_MAIL, CLIENT_FAULT_PARAMETER_ONCE)) {
        buf_printf(argument, " SIZE=%zu", sender->message.n);
    }
}

static void write_body(struct sender *sender, struct buf *argument)
{
    bool is_binary = sender->offered[SENDER_BINARYMIME]
                         ? sender_has_fault(sender, CLIENT_FAULT_BDAT_ORDER_2)
                         : sender_twists(sender, SENDER_MAIL, CLIENT_FAULT_BINARY_OFFERED);
    if (sender_twists(sender, SENDER_MAIL, CLIENT_FAULT_PARAMETER_ONCE_2)) {
        buf_append_text(argument, " BODY=7BIT BODY=8BITMIME");
    } else if (is_binary || sender->wished.is_binary) {
        buf_append_text(argument, " BODY=BINARYMIME");
    } else if (sender->has_8bit && !sender_has_fault(sender, CLIENT_FAULT_BODY_DECLARED)) {
        buf_append_text(argument, " BODY=8BITMIME");
    }
}

/* RFC 4954 5: the honest client sends none. */
static void write_auth(struct sender *sender, struct buf *argument)
{
    if (sender_twists(sender, SENDER_MAIL, CLIENT_FAULT_AUTH_PARAMETER_SYNTAX)) {
        buf_append_text(argument, " AUTH=me+you@example.com");
    }
    if (sender_twists(sender, SENDER_MAIL, CLIENT_FAULT_AUTH_PARAMETER_SYNTAX_2)) {
        buf_append_text(argument, " AUTH=<me@example.com>");
    }
}

/* Parameters only of extensions that were offered (RFC 5321 4.1.1). SIZE counts no stuffed dots (RFC 1870 section 6). */
void sender_say_mail(struct sender *sender)
{
    struct buf argument = {0};
    write_reverse_path(sender, &argument);
    if (declares_size(sender)) {
        write_size(sender, &argument);
    }
    if (sender->offered[SENDER_8BITMIME]) {
        write_body(sender, &argument);
    }
    if (sender->offered[SENDER_AUTH_PLAIN]) {
        write_auth(sender, &argument);
    }
    sender_wish_write_mail(sender, &argument);
    sender_say(sender, SENDER_MAIL, "MAIL FROM:%s", buf_text(&argument));
    buf_deinit(&argument);
}

void sender_say_rcpt(struct sender *sender)
{
    struct path_faults faults = {CLIENT_FAULT_RCPT_SYNTAX, CLIENT_FAULT_RCPT_SYNTAX_2,
                                 CLIENT_FAULT_NO_SOURCE_ROUTE, CLIENT_FAULT_LEAST_QUOTED};
    struct buf argument = {0};
    write_path(sender, SENDER_RCPT, faults, sender->settings->recipients[sender->asked++],
               &argument);
    sender_wish_write_rcpt(sender, &argument);
    sender_say(sender, SENDER_RCPT, "RCPT TO:%s", buf_text(&argument));
    buf_deinit(&argument);
}

void sender_say_data(struct sender *sender)
{
    sender_say(sender, SENDER_DATA, "DATA");
}

/* ---- message data ---- */

/* What a fault does to a line of the message; `line` has its CRLF. The first line is number 0. */
static void write_line(const struct sender *sender, struct bytes line, size_t number,
                       struct buf *out)
{
    bool dot = bytes_starts(line, ".");
    bool alone = bytes_is(line, ".\r\n");
    bool stuffs = alone || !sender_has_fault(sender, CLIENT_FAULT_DOT_STUFFING);
    size_t dots = sender_has_fault(sender, CLIENT_FAULT_DOT_STUFFING_2) ? 2 : 1;
    buf_append_fill(out, '.', dot && stuffs ? dots : 0);
    struct bytes text = bytes_slice(line, 0, line.n - 2);
    if (number == 0 && text.n > 0 && sender_has_fault(sender, CLIENT_FAULT_CLIENT_CRLF_3)) {
        buf_append(out, bytes_slice(text, 0, 1));
        buf_append_octet(out, '\r');
        text = bytes_skip(text, 1);
    }
    buf_append(out, text);
    bool bare_lf = number == 0 && sender_has_fault(sender, CLIENT_FAULT_CLIENT_CRLF_2);
    buf_append_text(out, bare_lf ? "\n" : "\r\n");
}

/* The last line of a message. */
static struct bytes last_line(struct bytes content)
{
    struct bytes text = bytes_slice(content, 0, content.n < 2 ? 0 : content.n - 2);
    size_t begin = text.n;
    while (begin > 0 && text.p[begin - 1] != '\n') {
        begin--;
    }
    return bytes_skip(text, begin);
}

/* RFC 5321 4.5.2, as smtp_data_stuff() does it, line by line. */
static void write_content(const struct sender *sender, struct bytes content, struct buf *out)
{
    size_t number = 0;
    bool doubles = content.n > 0 && last_line(content).n == 0 &&
                   sender_has_fault(sender, CLIENT_FAULT_NO_EXTRA_LINE_2);
    while (content.n > 0) {
        size_t end = bytes_find(content, BYTES_LIT("\r\n"), 0) + 2;
        write_line(sender, bytes_slice(content, 0, end), number++, out);
        content = bytes_skip(content, end);
    }
    if (sender->unended && sender_has_fault(sender, CLIENT_FAULT_LAST_LINE_COMPLETED)) {
        out->n -= 2; /* no CRLF, and so no end */
    }
    if (doubles || (!sender->unended && sender_has_fault(sender, CLIENT_FAULT_NO_EXTRA_LINE))) {
        buf_append_text(out, "\r\n");
    }
    bool seven = !sender->has_8bit && !sender->offered[SENDER_8BITMIME];
    if (seven && sender_has_fault(sender, CLIENT_FAULT_DATA_8BIT)) {
        buf_append_text(out, "\xE9\r\n");
    }
    if (seven && number > 0 && sender_has_fault(sender, CLIENT_FAULT_DATA_8BIT_2)) {
        out->n -= 2;
        buf_append_text(out, "\xC3\xA9\r\n");
    }
    buf_append_text(out, ".\r\n");
}

/* Without a recipient just the dot (RFC 2920 3.1). */
void sender_say_content(struct sender *sender)
{
    bool lmtp = sender->settings->protocol == CLIENT_LMTP;
    size_t replies = lmtp ? sender->accepted : 1;
    if (sender->accepted > 0 || sender_has_fault(sender, CLIENT_FAULT_LONE_DOT)) {
        write_content(sender, buf_bytes(&sender->message), sender->out);
    } else {
        buf_append_text(sender->out, ".\r\n");
    }
    for (size_t i = 0; i < replies; i++) {
        sender_await(sender, SENDER_CONTENT);
    }
    if (!sender->offered[SENDER_PIPELINING] &&
        sender_has_fault(sender, CLIENT_FAULT_WAITS_FOR_REPLY_2)) {
        sender_say_quit(sender);
    }
}
