/* Stored transcripts: what was written is read back as the same events; what a person pastes; what is wrong with a file. */
#include "base/escape.h"
#include "base/file.h"
#include "record/hidden.h"
#include "record/stored.h"
#include "record/transcript.h"
#include "unit.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- Events as text ---- */

struct dump {
    struct buf judged;
    struct buf shown;
};

static void put_octets(struct buf *out, struct bytes octets)
{
    buf_append_octet(out, '"');
    escape_append(out, octets, 0);
    buf_append_octet(out, '"');
}

static void put_event(struct buf *out, const struct event *event)
{
    buf_printf(out, "%u %lld ", event->connection, (long long)event->time_us);
    switch (event->kind) {
    case EVENT_CASE_BEGIN:
        buf_printf(out, "begin %s %u", event->program->id, event->tested);
        break;
    case EVENT_CONNECTED:
        buf_printf(out, "connected %s", protocol_name(event->protocol));
        break;
    case EVENT_OCTETS:
        buf_printf(out, "%s%c ", event->altered ? "~" : "", event->side == SIDE_CLIENT ? 'C' : 'S');
        put_octets(out, event->octets);
        break;
    case EVENT_SECURED:
        buf_printf(out, "secured %d ", event->tls->secured ? 1 : 0);
        put_octets(out, event->octets);
        break;
    case EVENT_CLOSED:
        buf_printf(out, "closed %s %s", side_name(event->side), close_kind_name(event->close));
        break;
    case EVENT_TIMEOUT:
        buf_printf(out, "timeout %s%s%s", side_name(event->side), event->short_wait ? " short" : "",
                   event->sending ? " sending" : "");
        break;
    case EVENT_NOTE:
        buf_printf(out, "note %s", event->text);
        break;
    case EVENT_CASE_END:
        buf_printf(out, "end %s", verdict_name(event->outcome->verdict));
        if (event->outcome->actual.n > 0) {
            buf_printf(out, " of %s, step %d on %u, absolute %d, about the end %d: ",
                       event->program->rules[0], (int)event->outcome->step->kind,
                       event->outcome->step->connection, event->outcome->absolute ? 1 : 0,
                       bytes_is(event->outcome->expected, "QUIT") ? 1 : 0);
            put_octets(out, event->outcome->actual);
        }
        break;
    case EVENT_CONNECTING:
    case EVENT_STEP:
    case EVENT_KIND_COUNT:
        buf_append_text(out, event_kind_name(event->kind));
        break;
    }
    buf_append_octet(out, '\n');
}

static void on_event(void *self, const struct event *shown, const struct event *judged)
{
    struct dump *dump = self;
    put_event(&dump->shown, shown);
    if (judged != NULL) {
        put_event(&dump->judged, judged);
    }
}

static void dump_deinit(struct dump *dump)
{
    buf_deinit(&dump->judged);
    buf_deinit(&dump->shown);
}

/* What reading says without a sink is what it says with one. */
static int read_text(struct bytes text, struct dump *dump, size_t *count_r, struct error *error)
{
    struct arena *arena = arena_new();
    const struct stored_source source = {.path = "x/y.txt", .id = "y", .text = text};
    const struct stored_sink sink = {on_event, dump};
    const enum stored_form form = stored_form_of(text);
    size_t count = 0;
    const int failed = stored_read(&source, form, arena, NULL, count_r, error);
    CU_ASSERT_EQUAL(stored_read(&source, form, arena, &sink, &count, error), failed);
    CU_ASSERT_EQUAL(count, *count_r);
    arena_free(&arena);
    return failed;
}

/* ---- Dialogues ---- */

struct row {
    const char *name;
    const char *text;
    const char *judged;
};

// clang-format off
static const struct row dialogues[] = {
    {"pasted", "S: 220 x\nC: NOOP\nS: 250 ok\n",
     "0 0 begin y 3\n1 0 connected smtp\n1 0 S \"220 x\\r\\n\"\n1 0 C \"NOOP\\r\\n\"\n1 0 S "
     "\"250 ok\\r\\n\"\n0 0 end PASS\n"},
    {"CRLF, indented, with remarks", "   S: 220 x\r\n# who\r\n> why\r\n(so)\r\n  C: NOOP // it\r\n",
     "0 0 begin y 3\n1 0 connected smtp\n1 0 S \"220 x\\r\\n\"\n1 0 C \"NOOP\\r\\n\"\n0 0 end "
     "PASS\n"},
    {"LMTP is told by LHLO", "S: 220 x\nC: LHLO y\n",
     "0 0 begin y 3\n1 0 connected lmtp\n1 0 S \"220 x\\r\\n\"\n1 0 C \"LHLO y\\r\\n\"\n0 0 end "
     "PASS\n"},
    {"odd octets and ends", "S: 220 \\xff\\n\\c\nC: a\\qb\\c\nC:\n",
     "0 0 begin y 3\n1 0 connected smtp\n1 0 S \"220 \\xff\\n\"\n1 0 C \"a\\\\qb\"\n1 0 C "
     "\"\\r\\n\"\n0 0 end PASS\n"},
    {"a message keeps its <> and //",
     "S: 354 go\nC: <a> // b\nC: <close connection>\nC: x\nC: .\nC: QUIT // c\n",
     "0 0 begin y 3\n1 0 connected smtp\n1 0 S \"354 go\\r\\n\"\n1 0 C \"<a> // b\\r\\n\"\n1 "
     "2000000 closed client end\n1 2000000 C \"x\\r\\n\"\n1 2000000 C \".\\r\\n\"\n1 2000000 C "
     "\"QUIT\\r\\n\"\n0 2000000 end PASS\n"},
    {"RFC 821", "R: 220 x\nS: HELO y\nR: 250 x\n",
     "0 0 begin y 3\n1 0 connected smtp\n1 0 S \"220 x\\r\\n\"\n1 0 C \"HELO y\\r\\n\"\n1 0 S "
     "\"250 x\\r\\n\"\n0 0 end PASS\n"},
    {"TLS, a reset, two connections",
     "S: 220 x\nC & S: <negotiate a TLS session>\nS: 250 z\nC2: <open connection>\nS2: +OK\nS: <reset "
     "connection>\n",
     "0 0 begin y 3\n1 0 connected smtp\n1 0 S \"220 x\\r\\n\"\n1 0 secured 1 \"\"\n1 0 S \"250 "
     "z\\r\\n\"\n2 0 connected pop3\n2 0 S \"+OK\\r\\n\"\n1 2000000 closed server reset\n0 2000000 "
     "end PASS\n"},
    {"ours, with times",
     "Title: T\nStart: connect\n\n# smtp/a\n# tested: client\n# 1.5 ms  x\n# 1.500 ms\nS: 220 x\n# "
     "2500.000 ms\nC: <close connection>\n# 2500.100 ms  PASS\n",
     "0 0 begin smtp/a 1\n1 1500 connected smtp\n1 1500 S \"220 x\\r\\n\"\n1 2500000 closed client "
     "end\n0 2500000 end PASS\n"},
    {"ours, inside TLS from the start",
     "Title: T\n\n# smtp/a\n# tested: server\n# 0.100 ms  tls: TLSv1.3\n# 0.200 ms\nS: 220 x\n",
     "0 0 begin smtp/a 2\n1 100 connected smtp\n1 100 secured 1 \"\"\n1 200 S \"220 x\\r\\n\"\n0 200 "
     "end PASS\n"},
    {"ours, full",
     "Title: T\n\n# a\n# 0.100 ms\nS: 220 x\n# octets are left out from here on\nC: <close "
     "connection>\n",
     "0 0 begin a 3\n1 100 connected smtp\n1 100 S \"220 x\\r\\n\"\n0 100 end PASS\n"},
    {"ours, nothing was said", "Title: T\nStart: connect\n\n# a\n# tested: server\n",
     "0 0 begin a 2\n0 0 end SKIP\n"},
    {"two sessions, by the greeting",
     "S: 220 x\nC: QUIT\nS: 221-a\nS: 221 x\nS: 220 x\nC: QUIT\n",
     "0 0 begin y 3\n1 0 connected smtp\n1 0 S \"220 x\\r\\n\"\n1 0 C \"QUIT\\r\\n\"\n1 0 S "
     "\"221-a\\r\\n\"\n1 0 S \"221 x\\r\\n\"\n0 0 end PASS\n0 0 begin y#2 3\n1 0 connected "
     "smtp\n1 0 S \"220 x\\r\\n\"\n1 0 C \"QUIT\\r\\n\"\n0 0 end PASS\n"},
    {"QUIT in a group is answered last", "S: 220 x\nC: NOOP\nC: QUIT\nS: 250 a\nS: 220 x\n",
     "0 0 begin y 3\n1 0 connected smtp\n1 0 S \"220 x\\r\\n\"\n1 0 C \"NOOP\\r\\n\"\n1 0 C "
     "\"QUIT\\r\\n\"\n1 0 S \"250 a\\r\\n\"\n1 0 S \"220 x\\r\\n\"\n0 0 end PASS\n"},
    {"ours, connected twice in one case",
     "Title: T\n\n# a\n# 0.100 ms  connected: x\nS: +OK\nC: <close connection>\n# 0.200 ms  connected: y\nS: +OK\n",
     "0 0 begin a 3\n1 100 connected pop3\n1 100 S \"+OK\\r\\n\"\n1 100 closed client end\n1 200 "
     "connected pop3\n1 200 S \"+OK\\r\\n\"\n0 200 end PASS\n"},
    {"220 in the middle is no session", "S: 220 x\nC: NOOP\nS: 220 x\n",
     "0 0 begin y 3\n1 0 connected smtp\n1 0 S \"220 x\\r\\n\"\n1 0 C \"NOOP\\r\\n\"\n1 0 S \"220 "
     "x\\r\\n\"\n0 0 end PASS\n"},
    {"two sessions, by their headers", "Title: A\n\n# a\nS: 220 x\nTitle: B\n\n# b\nS: +OK\n",
     "0 0 begin a 3\n1 0 connected smtp\n1 0 S \"220 x\\r\\n\"\n0 0 end PASS\n0 0 begin b 3\n1 0 "
     "connected pop3\n1 0 S \"+OK\\r\\n\"\n0 0 end PASS\n"},
    {"what is left out is not judged", "S: 220 x\n...\nC: QUIT\n",
     "0 0 begin y 3\n1 0 connected smtp\n1 0 S \"220 x\\r\\n\"\n0 0 end PASS\n"},
    {"and on another connection, or when it connects again, it is", "S: 220 x\nC2: <open connection>\n...\nC2: QUIT\nC: NOOP\nC: <open connection>\nS: 220 y\n",
     "0 0 begin y 3\n1 0 connected smtp\n1 0 S \"220 x\\r\\n\"\n2 0 connected smtp\n2 0 C \"QUIT\\r\\n\"\n1 0 connected smtp\n1 0 S "
     "\"220 y\\r\\n\"\n0 0 end PASS\n"},
    {"secrets", "S: +OK\nC: APOP a {{secret:*}}\nC: AUTH X {{secret:*}}\nC: PASS {{secret:bob}}\n"
                "C: {{secret:*}}\nS: + {{secret:*}}\n",
     "0 0 begin y 3\n1 0 connected pop3\n1 0 S \"+OK\\r\\n\"\n1 0 ~C \"APOP a "
     "00000000000000000000000000000000\\r\\n\"\n1 0 ~C \"AUTH X AAAA\\r\\n\"\n1 0 ~C \"PASS "
     "xxxxxxxx\\r\\n\"\n1 0 ~C \"AAAA\\r\\n\"\n1 0 ~S \"+ AAAA\\r\\n\"\n0 0 end PASS\n"},
    {"RFC 821, with line ends and a last dot in brackets",
     "R: 220 x<CRLF>\nC & S: <negotiate a TLS session>\nS: DATA<CRLF>\nR: 354 end with <CRLF>.<CRLF>\nS: a <CRLF>\n"
     "S: <CRLF>.<CRLF>\nR: 250 x<CRLF>\nS: NOOP<CRLF> // b\n",
     "0 0 begin y 3\n1 0 connected smtp\n1 0 S \"220 x\\r\\n\"\n1 0 secured 1 \"\"\n1 0 C \"DATA\\r\\n\"\n1 0 S \"354 end "
     "with <CRLF>.<CRLF>\\r\\n\"\n1 0 C \"a \\r\\n\"\n1 0 C \".\\r\\n\"\n1 0 S \"250 x\\r\\n\"\n1 0 C \"NOOP\\r\\n\"\n"
     "0 0 end PASS\n"},
    {"each connection has its own turn, and its lines may come in pieces",
     "S: 220 x\nC: DATA\nC2: <open connection>\nS2: 220 x\nS: 354 go\nC2: NOOP // a\nC: b // c\nS2: 250\\c\nC2: NOOP // a\n"
     "S2:  x\nC: <x>\nC: .\n",
     "0 0 begin y 3\n1 0 connected smtp\n1 0 S \"220 x\\r\\n\"\n1 0 C \"DATA\\r\\n\"\n2 0 connected smtp\n2 0 S \"220 "
     "x\\r\\n\"\n1 0 S \"354 go\\r\\n\"\n2 0 C \"NOOP\\r\\n\"\n1 0 C \"b // c\\r\\n\"\n2 0 S \"250\"\n2 0 C "
     "\"NOOP\\r\\n\"\n2 0 S \" x\\r\\n\"\n1 0 C \"<x>\\r\\n\"\n1 0 C \".\\r\\n\"\n0 0 end PASS\n"},
    {"a 354 that answers no DATA begins no data, and a chunk is data",
     "S: 220 x\nC: NOOP\nS: 354 x\nC: NOOP // a\nS: 250 x\nC: BDAT 8 LAST\nC: a // b\nS: 250 x\nC: NOOP // c\n",
     "0 0 begin y 3\n1 0 connected smtp\n1 0 S \"220 x\\r\\n\"\n1 0 C \"NOOP\\r\\n\"\n1 0 S \"354 x\\r\\n\"\n1 0 C "
     "\"NOOP\\r\\n\"\n1 0 S \"250 x\\r\\n\"\n1 0 C \"BDAT 8 LAST\\r\\n\"\n1 0 C \"a // b\\r\\n\"\n1 0 S \"250 "
     "x\\r\\n\"\n1 0 C \"NOOP\\r\\n\"\n0 0 end PASS\n"},
    {"a line of a message that looks like a reply is none",
     "S: +OK\nC: RETR 1\nS: +OK\nS: 250 a // b\nS: .\nC: NOOP // c\nS: +OK // d\n",
     "0 0 begin y 3\n1 0 connected pop3\n1 0 S \"+OK\\r\\n\"\n1 0 C \"RETR 1\\r\\n\"\n1 0 S \"+OK\\r\\n\"\n1 0 S \"250 "
     "a // b\\r\\n\"\n1 0 S \".\\r\\n\"\n1 0 C \"NOOP\\r\\n\"\n1 0 S \"+OK\\r\\n\"\n0 0 end PASS\n"},
    {"notes, one of them of TLS",
     "S: 220 x\n(a note\n of two lines)\nC: STARTTLS\nS: 220 go\n  (TLS negotiation,\n   as everywhere)\nC: NOOP\n... TLS again ...\n",
     "0 0 begin y 3\n1 0 connected smtp\n1 0 S \"220 x\\r\\n\"\n1 0 C \"STARTTLS\\r\\n\"\n1 0 S \"220 go\\r\\n\"\n1 0 "
     "secured 1 \"\"\n1 0 C \"NOOP\\r\\n\"\n1 0 secured 1 \"\"\n0 0 end PASS\n"},
    {"a byte order mark", "\xef\xbb\xbf" "S: 220 x\n",
     "0 0 begin y 3\n1 0 connected smtp\n1 0 S \"220 x\\r\\n\"\n0 0 end PASS\n"},
    {"ours, nobody was tested", "Title: T\n\n# a\n# tested: nobody\n# 0.100 ms\nS: 220 x\n",
     "0 0 begin a 0\n1 100 connected smtp\n1 100 S \"220 x\\r\\n\"\n0 100 end PASS\n"},
    {"ours, the program was stopped in the middle of a line",
     "Title: T\n\n# a\n# 0.100 ms\nS: 220 x\nC: NOO",
     "0 0 begin a 3\n1 100 connected smtp\n1 100 S \"220 x\\r\\n\"\n0 100 end PASS\n"},
    {"pasted, the last line has no end", "Title: T\n\nS: 220 x\nC: NOOP",
     "0 0 begin y 3\n1 0 connected smtp\n1 0 S \"220 x\\r\\n\"\n1 0 C \"NOOP\\r\\n\"\n0 0 end PASS\n"},
    {"ours, TLS from the start that failed",
     "Title: T\n\n# a\n# 0.100 ms  tls: the client had sent in clear text before: NOOP\\r\\n\n"
     "# 0.100 ms  tls: TLS failed: no\n",
     "0 0 begin a 3\n1 100 connected smtp\n1 100 secured 0 \"NOOP\\r\\n\"\n0 100 end SKIP\n"},
    {"ours, what was left in clear text",
     "Title: T\n\n# a\n# 0.100 ms\nS: 220 x\n# 0.200 ms  tls: the server had sent in clear text before: 250 \\\\\\xff\\x20\nC & S: "
     "<negotiate a TLS session>\n# 0.200 ms  tls: TLS 1.3\nC & S: <negotiate a TLS session>\n",
     "0 0 begin a 3\n1 100 connected smtp\n1 100 S \"220 x\\r\\n\"\n1 200 secured 1 \"250 \\\\\\xff \"\n1 200 secured 1 "
     "\"\"\n0 200 end PASS\n"},
    {"ours, the protocol is told", "Title: T\n\n# a\n# 0.100 ms  connected: x -> y, pop3\n# 0.100 ms\nS: 220 x\nC: EHLO x\n# 0.200 ms  connection 2  connected: x, lmtp\nC2: <open connection>\n",
     "0 0 begin a 3\n1 100 connected pop3\n1 100 S \"220 x\\r\\n\"\n1 100 C \"EHLO x\\r\\n\"\n2 200 connected lmtp\n0 200 end PASS\n"},
    {"POP3 is told by a command where the greeting is odd", "S: OK x\nC: USER y\n",
     "0 0 begin y 3\n1 0 connected pop3\n1 0 S \"OK x\\r\\n\"\n1 0 C \"USER y\\r\\n\"\n0 0 end PASS\n"},
    {"and not where it has a code", "S: 220 x\nC: USER y\nC: LHLO z\n",
     "0 0 begin y 3\n1 0 connected lmtp\n1 0 S \"220 x\\r\\n\"\n1 0 C \"USER y\\r\\n\"\n1 0 C \"LHLO z\\r\\n\"\n0 0 end PASS\n"},
    {"a secret that may be a verb", "S: 220 x\nC: {{secret:*}} x\n",
     "0 0 begin y 3\n1 0 connected smtp\n1 0 S \"220 x\\r\\n\"\n0 0 end PASS\n"},
};

// clang-format on

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct dump dump = {{0}, {0}};
        struct error error = {""};
        size_t sessions = 0;
        const int failed = read_text(bytes_of(rows[i].text), &dump, &sessions, &error);
        const bool same = failed == 0 && strcmp(buf_text(&dump.judged), rows[i].judged) == 0;
        if (!same) {
            fprintf(stderr, "%s\n%s", error.text, buf_text(&dump.judged));
        }
        UNIT_ROW(rows[i].name, same);
        dump_deinit(&dump);
    }
}

static void test_dialogues(void)
{
    check_rows(dialogues, COUNT(dialogues));
}

/* ---- What is wrong with a file ---- */

#define BEGIN                                                                                      \
    "{\"kind\":\"case-begin\",\"schema\":\"mailspec-transcript/1\",\"case\":\"a\",\"title\":"      \
    "\"t\",\"connection\":0,\"t_us\":0}\n"
#define END(verdict, outcome)                                                                      \
    "{\"kind\":\"case-end\",\"t_us\":1,\"text\":\"\",\"verdict\":\"" verdict                       \
    "\",\"outcome\":" outcome "}\n"
#define OCTETS "{\"kind\":\"octets\",\"connection\":1,\"t_us\":1,\"side\":\"client\""

// clang-format off
static const struct {
    const char *text;
    const char *error; /* its beginning */
} wrong[] = {
    {"",                                    "x/y.txt:1: neither a transcript"},
    {"\x7f\x45\x4c\x46 garbage\n",          "x/y.txt:1: neither a transcript"},
    {"S: 220 x\nhello\n",                   "x/y.txt:2: nobody says this: put C: or S: in front"},
    {"S: 220 x\nS*: 2*\n",                  "x/y.txt:2: a line with a mark"  },
    {"S: 220 x\nC: MAIL FROM:<{{a}}>\n",    "x/y.txt:2: {{...}} is a name"   },
    {"R: 220 x\nC: a\n",                    "x/y.txt:2: R: does not go with" },
    {BEGIN "{\n",                           "x/y.txt:2: not a JSON object"   },
    {BEGIN "[]\n",                          "x/y.txt:2: not a JSON object"   },
    {BEGIN "{\"kind\":\"x\"}\n",            "x/y.txt:2: \"kind\": expected one of those"},
    {BEGIN "{\"kind\":1}\n",                "x/y.txt:2: \"kind\": expected a text"},
    {"{\"kind\":\"note\",\"text\":\"\"}\n", "x/y.txt:1: \"kind\": expected case-begin"},
    {"{\"kind\":\"case-begin\",\"schema\":\"mailspec-transcript/2\",\"case\":\"a\"}\n",
     "x/y.txt:1: \"schema\" is another version"                              },
    {BEGIN OCTETS ",\"base64\":\"QQ\"}\n",  "x/y.txt:2: \"base64\": expected base64"},
    {BEGIN OCTETS "}\n",                    "x/y.txt:2: \"base64\": expected a text"},
    {BEGIN "{\"kind\":\"octets\",\"connection\":0,\"side\":\"client\",\"base64\":\"\"}\n",
     "x/y.txt:2: \"connection\": expected a number from 1"                   },
    {BEGIN "{\"kind\":\"octets\",\"connection\":1001,\"side\":\"client\",\"base64\":\"\"}\n",
     "x/y.txt:2: \"connection\": expected a number"                          },
    {BEGIN "{\"kind\":\"octets\",\"connection\":1,\"side\":\"x\",\"base64\":\"\"}\n",
     "x/y.txt:2: \"side\": expected client or server"                        },
    {BEGIN OCTETS
     ",\"base64\":\"QUFB\",\"hidden\":true,\"secrets\":[{\"at\":0,\"as\":\"text\"}]}\n",
     "x/y.txt:2: \"secrets\": expected places where a mark stands"           },
    {BEGIN OCTETS ",\"base64\":\"QUFB\",\"hidden\":true,\"secrets\":[{\"at\":0}]}\n",
     "x/y.txt:2: \"secrets\": expected the form"                             },
    {BEGIN "{\"kind\":\"closed\",\"connection\":1,\"side\":\"client\",\"how\":\"x\",\"text\":\"\"}\n",
     "x/y.txt:2: \"how\": expected end, reset or error"                      },
    {BEGIN END("FAIL", "1"),                "x/y.txt:2: \"outcome\": expected an object"},
    {BEGIN END("FAIL", "{\"at\":\"x\"}"),   "x/y.txt:2: \"at\": expected the kind of a step"},
    {BEGIN END("FAIL", "{\"base64\":\"Q\"}"), "x/y.txt:2: \"base64\": expected base64"},
    {BEGIN END("PASS", "{}"),               "x/y.txt:2: \"outcome\": expected it beside FAIL"},
};

// clang-format on

static void test_wrong(void)
{
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct dump dump = {{0}, {0}};
        struct error error = {""};
        size_t sessions = 0;
        const int failed = read_text(bytes_of(wrong[i].text), &dump, &sessions, &error);
        if (!bytes_starts(bytes_of(error.text), wrong[i].error)) {
            fprintf(stderr, "%s\n", error.text);
        }
        UNIT_ROW(wrong[i].error,
                 failed == -1 && bytes_starts(bytes_of(error.text), wrong[i].error));
        dump_deinit(&dump);
    }
}

/* ---- JSON lines that nobody of today writes ---- */

// clang-format off
static const struct row lines[] = {
    {"the program was stopped in the middle of a line", BEGIN OCTETS ",\"base64\":\"QQ==\"}\n{\"ki",
     "0 0 begin a 3\n1 1 C \"A\"\n0 1 end PASS\n"},
    {"an earlier version does not tell the form of secrets",
     BEGIN OCTETS ",\"hidden\":true,\"base64\":\"QVVUSCBYIHt7c2VjcmV0Oip9fQ0K\"}\n",
     "0 0 begin a 3\n1 1 ~C \"AUTH X AAAA\\r\\n\"\n0 1 end PASS\n"},
    {"two sessions in one file, the first without an end",
     BEGIN OCTETS ",\"base64\":\"QQ==\"}\n" BEGIN,
     "0 0 begin a 3\n1 1 C \"A\"\n0 1 end PASS\n0 0 begin a 3\n0 0 end SKIP\n"},
    {"nothing is judged behind octets that are left out",
     BEGIN OCTETS ",\"base64\":\"QQ==\"}\n{\"kind\":\"note\",\"connection\":0,\"t_us\":2,\"cut\":true,\"text\":\"\"}\n"
           "{\"kind\":\"closed\",\"connection\":1,\"t_us\":3,\"side\":\"client\",\"how\":\"end\",\"text\":\"\"}\n",
     "0 0 begin a 3\n1 1 C \"A\"\n0 3 end PASS\n"},
    {"lines of one write are one event",
     BEGIN OCTETS ",\"block\":4,\"base64\":\"QQo=\"}\n" OCTETS
                  ",\"block\":4,\"base64\":\"Qgo=\"}\n" OCTETS ",\"block\":5,\"base64\":\"QQ==\"}\n",
     "0 0 begin a 3\n1 1 C \"A\\nB\\n\"\n1 1 C \"A\"\n0 1 end PASS\n"},
};

// clang-format on

static void test_lines(void)
{
    check_rows(lines, COUNT(lines));
}

/* A few octets do not become many. */
static void test_long_secret(void)
{
    struct dump dump = {{0}, {0}};
    struct error error = {""};
    size_t sessions = 0;
    const char *text = BEGIN OCTETS
        ",\"hidden\":true,\"base64\":\"QVVUSCBYIHt7c2VjcmV0Oip9fQ0K\",\"octets\":200000000}\n";
    CU_ASSERT_EQUAL(read_text(bytes_of(text), &dump, &sessions, &error), 0);
    CU_ASSERT(dump.judged.n > HIDDEN_LONGEST_LINE && dump.judged.n < HIDDEN_LONGEST_LINE + 100);
    dump_deinit(&dump);
}

/* ---- What was written comes back ---- */

static const char *const secrets[] = {"tanstaaf"};

static void emit(struct transcript *transcript, struct event event)
{
    static const char *const rules[] = {"smtp/x"};
    static const struct program program = {
        .id = "smtp/a", .path = "a.scn", .title = "A", .rules = rules, .rule_count = 1};
    struct event_sink sink = transcript_sink(transcript);
    event.program = &program;
    sink.on_event(sink.self, &event);
}

static void say(struct transcript *transcript, int64_t time_us, unsigned connection, enum side side,
                const char *octets)
{
    emit(transcript, (struct event){.kind = EVENT_OCTETS,
                                    .time_us = time_us,
                                    .connection = connection,
                                    .protocol = connection == 2 ? PROTOCOL_POP3 : PROTOCOL_LMTP,
                                    .side = side,
                                    .octets = bytes_of(octets)});
}

static void write_case(struct transcript *transcript)
{
    static const struct tls_facts facts = {.secured = true};
    static const struct step step = {.kind = STEP_REPLY, .connection = 2};
    const struct outcome outcome = {.verdict = VERDICT_FAIL,
                                    .reason = "no",
                                    .step = &step,
                                    .expected = BYTES_LIT("503"),
                                    .actual = BYTES_LIT("250 tanstaaf\r\n"),
                                    .absolute = true};
    emit(
        transcript,
        (struct event){.kind = EVENT_CASE_BEGIN, .time_us = 5000, .tested = SIDE_SET(SIDE_CLIENT)});
    emit(transcript,
         (struct event){
             .kind = EVENT_CONNECTED, .time_us = 5001, .connection = 1, .protocol = PROTOCOL_LMTP});
    say(transcript, 5002, 1, SIDE_SERVER, "220 x\r\n250-a\r\n250");
    say(transcript, 2005002, 1, SIDE_SERVER, " b\r\n");
    say(transcript, 2005003, 1, SIDE_CLIENT, "AUTH PLAIN AGJvYgB0YW5zdGFhZg==\r\n");
    say(transcript, 2005003, 1, SIDE_SERVER, "535 no\r\n");
    say(transcript, 2005003, 1, SIDE_CLIENT, "NOO");
    say(transcript, 2005004, 1, SIDE_SERVER, "421 tanstaaf\r\n");
    emit(transcript, (struct event){.kind = EVENT_SECURED,
                                    .time_us = 2005005,
                                    .connection = 1,
                                    .tls = &facts,
                                    .side = SIDE_SERVER,
                                    .octets = BYTES_LIT("x\r\n")});
    emit(transcript, (struct event){.kind = EVENT_CONNECTED,
                                    .time_us = 2005006,
                                    .connection = 2,
                                    .protocol = PROTOCOL_POP3});
    say(transcript, 2005007, 2, SIDE_CLIENT,
        "PASS a\x01 b\r\nAPOP x 0123456789abcdef0123456789abcdef\r\n");
    emit(transcript, (struct event){.kind = EVENT_TIMEOUT,
                                    .time_us = 2005008,
                                    .connection = 2,
                                    .side = SIDE_SERVER,
                                    .short_wait = true,
                                    .sending = true});
    emit(transcript, (struct event){.kind = EVENT_CLOSED,
                                    .time_us = 2005009,
                                    .connection = 2,
                                    .side = SIDE_SERVER,
                                    .close = CLOSE_ERROR});
    emit(transcript,
         (struct event){.kind = EVENT_CASE_END, .time_us = 2005010, .outcome = &outcome});
}

/* The last octet of a line that took long comes when it came; the form of a secret is kept. */
static const char come_back[] = "0 0 begin smtp/a 1\n"
                                "1 1 connected lmtp\n"
                                "1 2 S \"220 x\\r\\n250-a\\r\\n250 b\\r\"\n"
                                "1 2000002 S \"\\n\"\n"
                                "1 2000003 ~C \"AUTH PLAIN AAAA\\r\\n\"\n"
                                "1 2000003 S \"535 no\\r\\n\"\n"
                                "1 2000003 C \"NOO\"\n"
                                "1 2000004 ~S \"421 xxxxxxxx\\r\\n\"\n"
                                "1 2000005 secured 1 \"x\\r\\n\"\n"
                                "2 2000006 connected pop3\n"
                                "2 2000007 ~C \"PASS x \\x01xxxxx\\r\\n\"\n"
                                "2 2000007 ~C \"APOP x 00000000000000000000000000000000\\r\\n\"\n"
                                "2 2000008 timeout server short sending\n"
                                "2 2000009 closed server error\n"
                                "0 2000010 note the scenario said FAIL: no\n"
                                "0 2000010 end FAIL of smtp/x, step 4 on 2, absolute 1, about the "
                                "end 0: \"250 {{secret:*}}\\r\\n\"\n";

static void read_back(const char *folder, const char *name, struct buf *out)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    CU_ASSERT_EQUAL(file_read(path, (size_t)1 << 20, out, NULL), 0);
    (void)unlink(path);
}

static void test_written(void)
{
    char folder[] = "/tmp/mailspec-stored-XXXXXX";
    char smtp[64];
    struct buf json = {0};
    struct buf text = {0};
    struct dump dump = {{0}, {0}};
    struct error error = {""};
    size_t count = 0;
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
    const struct transcript_config config = {
        .folder = folder, .secrets = secrets, .secret_count = COUNT(secrets)};
    struct transcript *transcript = transcript_new(&config);
    write_case(transcript);
    CU_ASSERT_EQUAL(transcript_finish(transcript, NULL), 0);
    transcript_free(&transcript);
    read_back(folder, "smtp/a.jsonl", &json);
    read_back(folder, "smtp/a.txt", &text);
    (void)snprintf(smtp, sizeof smtp, "%s/smtp", folder);
    CU_ASSERT_EQUAL(rmdir(smtp), 0);
    CU_ASSERT_EQUAL(rmdir(folder), 0);
    CU_ASSERT_EQUAL(read_text(buf_bytes(&json), &dump, &count, &error), 0);
    CU_ASSERT_EQUAL(count, 1);
    CU_ASSERT_STRING_EQUAL(buf_text(&dump.judged), come_back);
    if (strcmp(buf_text(&dump.judged), come_back) != 0) {
        fprintf(stderr, "%s\n%s", error.text, buf_text(&dump.judged));
    }
    /* People see the mark. */
    CU_ASSERT_NOT_EQUAL(
        bytes_find(buf_bytes(&dump.shown), BYTES_LIT("~C \"AUTH PLAIN {{secret:*}}\\r\\n\""), 0),
        BYTES_NONE);
    CU_ASSERT_EQUAL(stored_form_of(buf_bytes(&text)), STORED_DIALOGUE);
    dump_deinit(&dump);
    CU_ASSERT_EQUAL(read_text(buf_bytes(&text), &dump, &count, &error), 0);
    CU_ASSERT_EQUAL(count, 1);
    CU_ASSERT_NOT_EQUAL(
        bytes_find(buf_bytes(&dump.judged), BYTES_LIT("secured 1 \"x\\r\\n\"\n"), 0), BYTES_NONE);
    dump_deinit(&dump);
    buf_deinit(&json);
    buf_deinit(&text);
}

/* ---- Fillers ---- */

static const struct {
    const char *line; /* with one mark */
    const char *secret;
    enum side side;
    bool whole;
    size_t octets;
    const char *filled;
} fillers[] = {
    {"AUTH X {{secret:*}}\r\n", "QUJD",      SIDE_CLIENT, true,  0,  "AUTH X AAAA\r\n"      },
    {"AUTH X {{secret:*}}\r\n", "QUJ",       SIDE_CLIENT, true,  0,  "AUTH X !xxxxxxx\r\n"  },
    {"AUTH X {{secret:*}}",     "QUJ",       SIDE_CLIENT, false, 0,  "AUTH X AAAA"          },
    {"{{secret:*}}\r\n",        "a b",       SIDE_CLIENT, true,  0,  "! xxxxxx\r\n"         },
    {"PASS {{secret:*}}\r\n",   "QUJD",      SIDE_CLIENT, true,  0,  "PASS xxxxxxxx\r\n"    },
    {"PASS {{secret:*}}\r\n",   "a\rb\xff",  SIDE_CLIENT, true,  0,  "PASS x\xff\rxxxxx\r\n"},
    {"APOP a {{secret:*}}\r\n", "QUJD",      SIDE_CLIENT, true,  0,  "APOP a AAAA\r\n"      },
    {"250 a{{secret:*}}.b\r\n", "QUJD",      SIDE_SERVER, true,  0,  "250 axxxxxxxx.b\r\n"  },
    {"334 {{secret:*}}\r\n",    "QUJD",      SIDE_SERVER, true,  0,  "334 AAAA\r\n"         },
    {"AUTH X {{secret:*}}\r\n", "QUJDQUJD",  SIDE_CLIENT, true,  17, "AUTH X AAAAAAAA\r\n"  },
    {"PASS {{secret:*}}\r\n",   "QUJDQUJDQ", SIDE_CLIENT, true,  19, "PASS xxxxxxxxxxxx\r\n"},
};

static void test_fillers(void)
{
    for (size_t i = 0; i < COUNT(fillers); i++) {
        const struct bytes line = bytes_of(fillers[i].line);
        const size_t at = bytes_find(line, BYTES_LIT("{{"), 0);
        const struct hidden hidden = hidden_describe(fillers[i].side, line, at,
                                                     bytes_of(fillers[i].secret), fillers[i].whole);
        struct buf out = {0};
        bool filled = hidden_fill(&out, fillers[i].side, line, &hidden, 1, fillers[i].octets);
        if (strcmp(buf_text(&out), fillers[i].filled) != 0) {
            fprintf(stderr, "%s\n", buf_text(&out));
        }
        UNIT_ROW(fillers[i].filled, filled && strcmp(buf_text(&out), fillers[i].filled) == 0);
        buf_deinit(&out);
    }
}

static const struct unit_test tests[] = {
    {"dialogues",                      test_dialogues  },
    {"what is wrong with a file",      test_wrong      },
    {"JSON lines of others",           test_lines      },
    {"a long secret",                  test_long_secret},
    {"what was written comes back",    test_written    },
    {"fillers have the secret's form", test_fillers    },
};

UNIT_MAIN("record/stored", tests)
