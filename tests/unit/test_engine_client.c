/* The target file's fields of a client, what its command is filled with, and which cases are for it. */
#include "unit.h"

#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/temp_folder.h"
#include "engine/client_command.h"
#include "engine/client_fields.h"
#include "engine/needs_client.h"

/* ---- Fields ---- */

static const char wanted_statuses[] = "expected exit statuses from 0 to 255, such as 1 65-69";

// clang-format off
static const struct {
    const char *field;
    const char *value;
    const char *defect; /* a part of it; NULL: none */
} fields[] = {
    {"Client", "msmtp {{rcpt}}", NULL},
    {"Client", "", "expected a command that starts the client"},
    {"Client", "x {{rcpts}}", "a client's command knows no {{rcpts}}; did you mean {{rcpt}}?"},
    {"Client", "x {{}}", "knows no {{}}"},
    {"Client", "x {{rcpt", NULL},
    {"Client", "x {{ rcpt }} {{host}}{{port}}", NULL},
    {"Speaks", "smtp", NULL},
    {"Speaks", "LMTP", NULL},
    {"Speaks", "smtps", NULL},
    {"Speaks", "POP3S", NULL},
    {"Speaks", "imaps", "or with TLS from the beginning"},
    {"Speaks", "imap", "expected smtp, lmtp or pop3"},
    {"Folder", "{{dir}}", NULL},
    {"Folder", "{{dirr}}", "did you mean {{dir}}?"},
    {"Environment", "A=b", NULL},
    {"Environment", "A=", NULL},
    {"Environment", "=b", "expected NAME=VALUE"},
    {"Environment", "A", "expected NAME=VALUE"},
    {"Environment", "A={{no}}", "knows no {{no}}"},
    {"Input", "{{message-file}}", NULL},
    {"Input", "{{message-fil}}", "did you mean {{message-file}}?"},
    {"Fetched", "output", NULL},
    {"Fetched", "{{dir}}/mbox", NULL},
    {"Fetched", "{{box}}", "knows no {{box}}"},
    {"Exit-ok", "0 1-3 255", NULL},
    {"Exit-ok", "", wanted_statuses},
    {"Exit-ok", "256", wanted_statuses},
    {"Exit-ok", "3-1", wanted_statuses},
    {"Exit-ok", "1-", wanted_statuses},
    {"Exit-ok", "-1", wanted_statuses},
    {"Exit-ok", "ok", wanted_statuses},
    {"Exit-temporary", "75", NULL},
    {"Exit-permanent", "65-69 x", wanted_statuses},
    {"Sends", "AUTH TOP", NULL},
    {"Time-limit", "5m", NULL},
    {"Time-limit", "0s", "expected a time such as 30s or 5m"},
    {"Time-limit", "fast", "expected a time such as 30s or 5m"},
    {"Colour", "red", "this field is none of a client"},
};
// clang-format on

static void test_fields(void)
{
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        struct arena *arena = arena_new();
        struct client client = client_plain();
        const char *defect =
            client_field_take(&client, fields[i].field, bytes_of(fields[i].value), arena);
        UNIT_ROW(fields[i].value, fields[i].defect == NULL
                                      ? defect == NULL
                                      : defect != NULL && strstr(defect, fields[i].defect) != NULL);
        if (defect != NULL && fields[i].defect == NULL) {
            fprintf(stderr, "  %s\n", defect);
        }
        arena_free(&arena);
    }
}

static void test_values(void)
{
    struct arena *arena = arena_new();
    struct client client = client_plain();
    CU_ASSERT_EQUAL(client.exits[0], EXIT_CLASS_OK);
    CU_ASSERT_EQUAL(client.exits[1], EXIT_CLASS_FAILURE);
    (void)client_field_take(&client, "Exit-ok", BYTES_LIT("5-7 9"), arena);
    (void)client_field_take(&client, "Exit-temporary", BYTES_LIT("75"), arena);
    (void)client_field_take(&client, "Exit-permanent", BYTES_LIT("65"), arena);
    CU_ASSERT_EQUAL(client.exits[0], EXIT_CLASS_FAILURE);
    CU_ASSERT_EQUAL(client.exits[4], EXIT_CLASS_FAILURE);
    CU_ASSERT_EQUAL(client.exits[5], EXIT_CLASS_OK);
    CU_ASSERT_EQUAL(client.exits[7], EXIT_CLASS_OK);
    CU_ASSERT_EQUAL(client.exits[8], EXIT_CLASS_FAILURE);
    CU_ASSERT_EQUAL(client.exits[9], EXIT_CLASS_OK);
    CU_ASSERT_EQUAL(client.exits[75], EXIT_CLASS_TEMPORARY);
    CU_ASSERT_EQUAL(client.exits[65], EXIT_CLASS_PERMANENT);
    CU_ASSERT(client.tells_temporary && client.tells_permanent);
    (void)client_field_take(&client, "Environment", BYTES_LIT("A=1"), arena);
    (void)client_field_take(&client, "Environment", BYTES_LIT("B=2=3"), arena);
    CU_ASSERT_EQUAL(client.environment_count, 2);
    CU_ASSERT_STRING_EQUAL(client.environment[0], "A=1");
    CU_ASSERT_STRING_EQUAL(client.environment[1], "B=2=3");
    (void)client_field_take(&client, "Time-limit", BYTES_LIT("2s"), arena);
    CU_ASSERT_EQUAL(client.time_limit_ms, 2000);
    CU_ASSERT(!client.fetches);
    (void)client_field_take(&client, "Fetched", BYTES_LIT("Output"), arena);
    CU_ASSERT(client.fetches && client.fetched == NULL);
    (void)client_field_take(&client, "Fetched", BYTES_LIT("{{dir}}/m"), arena);
    CU_ASSERT_STRING_EQUAL(client.fetched, "{{dir}}/m");
    /* Speaks: says it, whatever the command looks like, and whichever comes first. */
    (void)client_field_take(&client, "Speaks", BYTES_LIT("lmtp"), arena);
    (void)client_field_take(&client, "Client", BYTES_LIT("x smtp://{{host}}"), arena);
    CU_ASSERT(client.speaks == PROTOCOL_LMTP && client.speaks_known);
    CU_ASSERT_EQUAL(client.kind, CLIENT_COMMAND);
    arena_free(&arena);
}

static void test_implicit_tls(void)
{
    static const struct {
        const char *text;
        enum protocol speaks;
        bool implicit;
    } rows[] = {
        {"curl smtps://{{host}}:{{port}}", PROTOCOL_SMTP, true },
        {"curl pop3s://{{host}}/1",        PROTOCOL_POP3, true },
        {"lmtps: x",                       PROTOCOL_LMTP, true },
        {"smtps:x smtp://a",               PROTOCOL_SMTP, true },
        {"x smtp://a smtps://b",           PROTOCOL_SMTP, false},
        {"x smtps smtp://a",               PROTOCOL_SMTP, false},
        {"smtp: x smtps://a",              PROTOCOL_SMTP, false},
        {"x",                              PROTOCOL_SMTP, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new();
        struct client client = client_plain();
        struct error error = {""};
        client.implicit_tls = true; /* of a command before */
        UNIT_ROW(rows[i].text, client_command_read(rows[i].text, &client, arena, &error) == 0);
        UNIT_ROW(rows[i].text, client.speaks == rows[i].speaks);
        UNIT_ROW(rows[i].text, client.implicit_tls == rows[i].implicit);
        arena_free(&arena);
    }
    /* Speaks: says it, whichever comes first. */
    struct arena *arena = arena_new();
    struct client client = client_plain();
    (void)client_field_take(&client, "Speaks", BYTES_LIT("smtps"), arena);
    (void)client_field_take(&client, "Client", BYTES_LIT("x smtp://{{host}}"), arena);
    CU_ASSERT(client.implicit_tls && client.speaks == PROTOCOL_SMTP);
    (void)client_field_take(&client, "Speaks", BYTES_LIT("smtp"), arena);
    CU_ASSERT(!client.implicit_tls);
    arena_free(&arena);
}

static void test_command_read(void)
{
    static const struct {
        const char *text;
        const char *command;
        enum protocol speaks;
        bool known;
    } rows[] = {
        {"msmtp {{rcpt}}",           "msmtp {{rcpt}}",           PROTOCOL_SMTP, false},
        {"smtp:msmtp",               "msmtp",                    PROTOCOL_SMTP, true },
        {"pop3: mpop -d",            "mpop -d",                  PROTOCOL_POP3, true },
        {"LMTP:x",                   "x",                        PROTOCOL_LMTP, true },
        {"curl pop3://{{host}}/1",   "curl pop3://{{host}}/1",   PROTOCOL_POP3, true },
        {"curl smtp://a x pop3://b", "curl smtp://a x pop3://b", PROTOCOL_SMTP, true },
        {"lmtp://x",                 "lmtp://x",                 PROTOCOL_LMTP, true },
        {"imap:x",                   "imap:x",                   PROTOCOL_SMTP, false},
        {"pop3:curl smtp://x",       "curl smtp://x",            PROTOCOL_POP3, true },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new();
        struct client client = client_plain();
        struct error error = {""};
        UNIT_ROW(rows[i].text, client_command_read(rows[i].text, &client, arena, &error) == 0);
        UNIT_ROW(rows[i].text, strcmp(client.command, rows[i].command) == 0);
        UNIT_ROW(rows[i].text, client.speaks == rows[i].speaks);
        UNIT_ROW(rows[i].text, client.speaks_known == rows[i].known);
        arena_free(&arena);
    }
}

static void test_complete(void)
{
    struct arena *arena = arena_new();
    static const struct target_user own[] = {
        {"u", "s", "u@own.example"}
    };
    struct target target = {.client = client_plain()};
    client_target_complete(&target, arena);
    CU_ASSERT(target.user_count == 2 && target.loopback);
    CU_ASSERT_STRING_EQUAL(target.unknown_user, "nobody-here@example.test");
    target = (struct target){.domain = "own.example", .users = own, .user_count = 1};
    client_target_complete(&target, arena);
    CU_ASSERT(target.users == own && target.user_count == 1);
    CU_ASSERT_STRING_EQUAL(target.unknown_user, "nobody-here@own.example");
    CU_ASSERT_STRING_EQUAL(target.relay_domain, "elsewhere.example");
    arena_free(&arena);
}

static void test_uses(void)
{
    struct arena *arena = arena_new();
    struct target target = {.client = client_plain()};
    (void)client_field_take(&target.client, "Client", BYTES_LIT("x {{ rcpt }} {{rcpt2}}"), arena);
    (void)client_field_take(&target.client, "Environment", BYTES_LIT("A={{user}}"), arena);
    (void)client_field_take(&target.client, "Input", BYTES_LIT("{{message-file}}"), arena);
    (void)client_field_take(&target.client, "Folder", BYTES_LIT("{{dir}}"), arena);
    static const char *const used[] = {"rcpt", "rcpt2", "user", "message-file", "dir"};
    static const char *const unused[] = {"sender", "rcp", "host", "secret", ""};
    for (size_t i = 0; i < 5; i++) {
        UNIT_ROW(used[i], client_command_uses(&target, used[i]));
        UNIT_ROW(unused[i], !client_command_uses(&target, unused[i]));
    }
    arena_free(&arena);
}

/* ---- The command ---- */

struct command_run {
    struct loop *loop;
    unsigned ended;
    bool started;
    int status;
    int signal;
    bool killed;
    bool timed_out;
    struct buf output;
};

static void on_ended(void *self, const struct client_end *end)
{
    struct command_run *run = self;
    run->ended++;
    run->started = end->started;
    run->status = end->status;
    run->signal = end->signal;
    run->killed = end->killed;
    run->timed_out = end->timed_out;
    buf_append(&run->output, end->output);
    loop_stop(run->loop);
}

static const struct client_task plain_task = {
    .protocol = PROTOCOL_SMTP,
    .host = "127.0.0.1",
    .smtp_port = 2525,
    .pop3_port = 1110,
    .client = "c.example",
    .sender = "it's me@x",
    .rcpt = "\"a b\"@x",
    .rcpt2 = "$(false)`x`;|&",
    .user = "alice",
    .secret = "s\\e'c*",
    .case_id = "t/case",
    .message = BYTES_INIT("Subject: x\r\n\r\na\rb\nc\r\n.\r\n"),
    .time_limit_ms = 20000,
};

/* `text`: fields, one a line. */
static void run_command(struct command_run *run, const char *text, enum protocol protocol,
                        bool stop)
{
    struct arena *arena = arena_new();
    struct target target = {.client = client_plain()};
    struct client_task task = plain_task;
    struct bytes rest = bytes_of(text);
    struct bytes line;
    char *folder = temp_folder_new(NULL);
    while (bytes_next(&rest, '\n', &line)) {
        struct bytes name = {0};
        (void)bytes_next(&line, ':', &name);
        UNIT_ROW(text, client_field_take(&target.client, arena_text(arena, name), bytes_trim(line),
                                         arena) == NULL);
    }
    *run = (struct command_run){.loop = loop_new()};
    task.target = &target;
    task.folder = folder;
    task.protocol = protocol;
    struct client_starter starter = client_command_starter();
    struct client_child *child = starter.start(starter.self, run->loop, &task, on_ended, run);
    if (stop) {
        starter.stop(child);
    }
    loop_run(run->loop);
    starter.free(&child);
    temp_folder_remove(&folder);
    loop_free(&run->loop);
    arena_free(&arena);
}

// clang-format off
static const struct {
    const char *fields;
    enum protocol protocol;
    int status;
    const char *output;
} commands[] = {
    {"Client: printf '%s,' {{host}} {{port}} {{smtp-port}} {{pop3-port}} {{user}} {{client}} {{case}}", PROTOCOL_SMTP, 0, "127.0.0.1,2525,2525,1110,alice,c.example,t/case,"},
    {"Client: printf '%s,' {{port}}", PROTOCOL_POP3, 0, "1110,"},
    {"Client: printf '%s,' {{port}}", PROTOCOL_LMTP, 0, "2525,"},
    {"Client: printf '%s,' {{sender}} {{rcpt}} {{rcpt2}} {{secret}}", PROTOCOL_SMTP, 0, "it's me@x,\"a b\"@x,$(false)`x`;|&,s\\e'c*,"},
    {"Client: printf '%s,' x{{user}}y{{user}}", PROTOCOL_SMTP, 0, "xalicey" "alice,"},
    {"Client: cat {{message-file}}", PROTOCOL_SMTP, 0, "Subject: x\n\na\rb\nc\n.\n"},
    {"Client: cat\nInput: {{message-file}}", PROTOCOL_SMTP, 0, "Subject: x\n\na\rb\nc\n.\n"},
    {"Client: cat\nInput: {{sender}} {{rcpt}}", PROTOCOL_SMTP, 0, "it's me@x \"a b\"@x\n"},
    {"Client: cat", PROTOCOL_SMTP, 0, ""},
    {"Client: printf '%s' \"$A\" \"$B\"\nEnvironment: A={{secret}}\nEnvironment: B=x y", PROTOCOL_SMTP, 0, "s\\e'c*x y"},
    {"Client: test \"$PWD\" = {{dir}} && ls\nFolder: {{dir}}", PROTOCOL_SMTP, 0, "message.eml\n"},
    {"Client: exit 75", PROTOCOL_SMTP, 75, ""},
    {"Client: no-such-program-here", PROTOCOL_SMTP, 127, ""},
    {"Client: exit 3 # {{user", PROTOCOL_SMTP, 3, ""},
};
// clang-format on

static void test_command(void)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        struct command_run run;
        run_command(&run, commands[i].fields, commands[i].protocol, false);
        UNIT_ROW(commands[i].fields, run.ended == 1 && run.started && run.signal == 0);
        UNIT_ROW(commands[i].fields, run.status == commands[i].status);
        UNIT_ROW(commands[i].fields, strcmp(buf_text(&run.output), commands[i].output) == 0);
        if (strcmp(buf_text(&run.output), commands[i].output) != 0) {
            fprintf(stderr, "  %d: %s\n", run.status, buf_text(&run.output));
        }
        buf_deinit(&run.output);
    }
}

static void test_command_end(void)
{
    struct command_run run;
    run_command(&run, "Client: kill -TERM $$", PROTOCOL_SMTP, false);
    CU_ASSERT(run.signal == 15 && !run.killed && run.status == -1);
    buf_deinit(&run.output);
    run_command(&run, "Client: sleep 60", PROTOCOL_SMTP, true);
    CU_ASSERT(run.ended == 1 && run.killed);
    buf_deinit(&run.output);
    run_command(&run, "Client: true\nFolder: /no/such/folder", PROTOCOL_SMTP, false);
    CU_ASSERT(run.ended == 1 && !run.started);
    buf_deinit(&run.output);
}

/* What the client is not to blame for is no exit status of its. */
static void test_message_not_written(void)
{
    struct arena *arena = arena_new();
    struct target target = {.client = client_plain()};
    struct client_task task = plain_task;
    struct client_starter starter = client_command_starter();
    struct command_run run = {.loop = loop_new()};
    CU_ASSERT(client_field_take(&target.client, "Client", BYTES_LIT("echo hello"), arena) == NULL);
    task.target = &target;
    task.folder = "/dev/null/folder";
    struct client_child *child = starter.start(starter.self, run.loop, &task, on_ended, &run);
    loop_run(run.loop);
    CU_ASSERT(run.ended == 1 && !run.started && run.output.n == 0);
    starter.free(&child);
    buf_deinit(&run.output);
    loop_free(&run.loop);
    arena_free(&arena);
}

/* Started again in the same folder: whatever the one before left where the message stood, it is there again. */
static void test_message_again(void)
{
    static const char *const left[] = {"true",
                                       "rm message.eml",
                                       "rm message.eml; mkfifo message.eml",
                                       "rm message.eml; ln -s ../kept message.eml",
                                       "rm message.eml; mkdir message.eml",
                                       "chmod 0 message.eml"};
    for (size_t i = 0; i < sizeof left / sizeof left[0]; i++) {
        struct arena *arena = arena_new();
        struct target target = {.client = client_plain()};
        struct client_task task = plain_task;
        struct client_starter starter = client_command_starter();
        struct buf inner = {0};
        struct buf first = {0};
        char *folder = temp_folder_new(NULL);
        struct command_run run = {.loop = loop_new()};
        buf_printf(&inner, "%s/dir", folder);
        buf_printf(&first, "echo kept > ../kept; %s", left[i]);
        CU_ASSERT(file_make_folder(buf_text(&inner), NULL) == 0);
        task.target = &target;
        task.folder = buf_text(&inner);
        const char *commands_of[] = {buf_text(&first), "cat message.eml ../kept"};
        for (size_t k = 0; k < 2; k++) {
            target.client = client_plain();
            UNIT_ROW(left[i], client_field_take(&target.client, "Client", bytes_of(commands_of[k]),
                                                arena) == NULL);
            UNIT_ROW(left[i], client_field_take(&target.client, "Folder", BYTES_LIT("{{dir}}"),
                                                arena) == NULL);
            struct client_child *child =
                starter.start(starter.self, run.loop, &task, on_ended, &run);
            loop_run(run.loop);
            starter.free(&child);
        }
        UNIT_ROW(left[i], strcmp(buf_text(&run.output), "Subject: x\n\na\rb\nc\n.\nkept\n") == 0);
        buf_deinit(&run.output);
        temp_folder_remove(&folder);
        loop_free(&run.loop);
        buf_deinit(&inner);
        buf_deinit(&first);
        arena_free(&arena);
    }
}

/* ---- Which cases are for it ---- */

struct needs_row {
    const char *name;
    enum client_kind kind;
    enum protocol speaks;
    bool known;
    enum protocol of_case;
    bool greets_by_verb;
    enum start start;
    struct need need;
    const char *reason; /* NULL: it can be played */
};

static const struct need nothing = {.kind = NEED_COUNT};

// clang-format off
static const struct needs_row needs_rows[] = {
    {"SMTP", CLIENT_COMMAND, PROTOCOL_SMTP, true, PROTOCOL_SMTP, true, START_EHLO, {NEED_SMTP, NULL, 0}, NULL},
    {"POP3 for SMTP", CLIENT_COMMAND, PROTOCOL_SMTP, true, PROTOCOL_POP3, false, START_GREETING, {NEED_COUNT, NULL, 0}, "the case is for POP3, the client speaks SMTP"},
    {"POP3 for anybody", CLIENT_COMMAND, PROTOCOL_SMTP, false, PROTOCOL_POP3, false, START_GREETING, {NEED_COUNT, NULL, 0}, NULL},
    {"LMTP for SMTP", CLIENT_COMMAND, PROTOCOL_SMTP, true, PROTOCOL_LMTP, true, START_GREETING, {NEED_COUNT, NULL, 0}, "the case is for LMTP, the client speaks SMTP"},
    {"either for LMTP", CLIENT_COMMAND, PROTOCOL_LMTP, true, PROTOCOL_SMTP, false, START_EHLO, {NEED_COUNT, NULL, 0}, NULL},
    {"lmtp is asked for", CLIENT_COMMAND, PROTOCOL_SMTP, true, PROTOCOL_SMTP, false, START_EHLO, {NEED_LMTP, NULL, 0}, "the client speaks SMTP"},
    {"TLS", CLIENT_COMMAND, PROTOCOL_SMTP, true, PROTOCOL_SMTP, false, START_TLS, {NEED_COUNT, NULL, 0}, "the client does not send STARTTLS of itself"},
    {"tls is asked for", CLIENT_COMMAND, PROTOCOL_SMTP, true, PROTOCOL_SMTP, false, START_EHLO, {NEED_TLS, NULL, 0}, "the client does not send STARTTLS of itself"},
    {"tls is asked for of POP3", CLIENT_COMMAND, PROTOCOL_POP3, true, PROTOCOL_POP3, false, START_GREETING, {NEED_TLS, NULL, 0}, "the client does not send STLS of itself"},
    {"tls of one that comes by itself", CLIENT_LISTEN, PROTOCOL_SMTP, true, PROTOCOL_SMTP, false, START_TLS, {NEED_COUNT, NULL, 0}, "nothing tells whether the client sends STARTTLS of itself (Sends)"},
    {"tls of our other side", CLIENT_SELF, PROTOCOL_SMTP, true, PROTOCOL_SMTP, false, START_TLS, {NEED_TLS, NULL, 0}, NULL},
    {"auth is asked for", CLIENT_COMMAND, PROTOCOL_SMTP, true, PROTOCOL_SMTP, false, START_EHLO, {NEED_AUTH, "PLAIN", 0}, "the client does not send AUTH of itself"},
    {"auth", CLIENT_COMMAND, PROTOCOL_SMTP, true, PROTOCOL_SMTP, false, START_AUTH, {NEED_COUNT, NULL, 0}, "the client does not send AUTH of itself"},
    {"a login of POP3 is no auth", CLIENT_COMMAND, PROTOCOL_POP3, true, PROTOCOL_POP3, false, START_AUTH, {NEED_COUNT, NULL, 0}, NULL},
    {"what the server offers are we", CLIENT_COMMAND, PROTOCOL_SMTP, true, PROTOCOL_SMTP, false, START_EHLO, {NEED_EHLO, "SIZE", 0}, NULL},
    {"it sends NOOP", CLIENT_COMMAND, PROTOCOL_SMTP, true, PROTOCOL_SMTP, false, START_EHLO, {NEED_SENDS, "NOOP", 0}, NULL},
    {"it sends no RSET", CLIENT_COMMAND, PROTOCOL_SMTP, true, PROTOCOL_SMTP, false, START_EHLO, {NEED_SENDS, "RSET", 0}, "the client does not send RSET of itself"},
    {"one that comes by itself does not tell", CLIENT_LISTEN, PROTOCOL_SMTP, true, PROTOCOL_SMTP, false, START_EHLO, {NEED_SENDS, "RSET", 0}, "nothing tells whether the client sends RSET of itself (Sends)"},
    {"it takes no message from us", CLIENT_LISTEN, PROTOCOL_SMTP, true, PROTOCOL_SMTP, false, START_EHLO, {NEED_MESSAGE_FILE, NULL, 0}, "the client does not take the message that is to be sent from us ({{message-file}})"},
    {"it takes the message from us", CLIENT_BUILT_IN, PROTOCOL_SMTP, true, PROTOCOL_SMTP, false, START_EHLO, {NEED_MESSAGE_FILE, NULL, 0}, NULL},
    {"nor one without a line end", CLIENT_LISTEN, PROTOCOL_SMTP, true, PROTOCOL_SMTP, false, START_EHLO, {NEED_UNENDED_MESSAGE, NULL, 0}, "the client does not take the message that is to be sent from us ({{message-file}})"},
    {"it is not told", CLIENT_LISTEN, PROTOCOL_SMTP, true, PROTOCOL_SMTP, false, START_EHLO, {NEED_TOLD, "rcpt2", 0}, "the client is not told {{rcpt2}}"},
    {"it is told", CLIENT_BUILT_IN, PROTOCOL_SMTP, true, PROTOCOL_SMTP, false, START_EHLO, {NEED_TOLD, "rcpt2", 0}, NULL},
    {"what it fetched", CLIENT_COMMAND, PROTOCOL_POP3, true, PROTOCOL_POP3, false, START_AUTH, {NEED_FETCHED, NULL, 0}, "the target does not tell where what is fetched goes (Fetched)"},
};
// clang-format on

static void test_needs(void)
{
    for (size_t i = 0; i < sizeof needs_rows / sizeof needs_rows[0]; i++) {
        const struct needs_row *row = &needs_rows[i];
        struct target target = {.client = client_plain()};
        struct facts facts = {0};
        struct buf reason = {0};
        target.client.kind = row->kind;
        target.client.speaks = row->speaks;
        target.client.speaks_known = row->known;
        const struct program_connection connection = {1, row->of_case, row->greets_by_verb,
                                                      row->start};
        const struct program program = {.id = "t",
                                        .playable_server = true,
                                        .connections = &connection,
                                        .connection_count = 1,
                                        .needs = &row->need,
                                        .need_count = row->need.kind == nothing.kind ? 0 : 1};
        const struct engine_case given = {
            .program = &program, .target = &target, .role = ROLE_SERVER};
        offers_add(&facts.sends_mail, BYTES_LIT("NOOP"), (struct bytes){0});
        bool met = needs_of_client_met(&given, &facts, &reason);
        UNIT_ROW(row->name, met == (row->reason == NULL));
        UNIT_ROW(row->name, strcmp(buf_text(&reason), row->reason == NULL ? "" : row->reason) == 0);
        buf_deinit(&reason);
        facts_deinit(&facts);
    }
}

static void test_needs_of_program(void)
{
    static const struct step steps[] = {{.kind = STEP_AUTHENTICATE}};
    static const struct program_connection both[] = {
        {1, PROTOCOL_SMTP, true,  START_EHLO    },
        {2, PROTOCOL_POP3, false, START_GREETING}
    };
    const struct {
        struct program program;
        const char *reason;
    } programs[] = {
        {{.unplayable_server_reason = "a pattern"},                             "a pattern"                                },
        {{.playable_server = false},                                            "the dialogue cannot be played to a client"},
        {{.playable_server = true, .connections = both, .connection_count = 2},
         "the dialogue speaks SMTP and POP3, a client one of them"                                                         },
        {{.playable_server = true, .steps = steps, .step_count = 1},
         "the client does not send AUTH of itself"                                                                         },
    };
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        struct target target = {.client = client_plain()};
        struct facts facts = {0};
        struct buf reason = {0};
        const struct engine_case given = {
            .program = &programs[i].program, .target = &target, .role = ROLE_SERVER};
        UNIT_ROW(programs[i].reason, !needs_of_client_met(&given, &facts, &reason));
        UNIT_ROW(programs[i].reason, strcmp(buf_text(&reason), programs[i].reason) == 0);
        buf_deinit(&reason);
        facts_deinit(&facts);
    }
}

static const struct unit_test tests[] = {
    {"fields",              test_fields             },
    {"values",              test_values             },
    {"command read",        test_command_read       },
    {"implicit TLS",        test_implicit_tls       },
    {"complete",            test_complete           },
    {"uses",                test_uses               },
    {"command",             test_command            },
    {"command end",         test_command_end        },
    {"message again",       test_message_again      },
    {"message not written", test_message_not_written},
    {"needs",               test_needs              },
    {"needs of program",    test_needs_of_program   },
};

UNIT_MAIN("engine_client", tests)
