/* Transcripts: the files of small runs, read back; no secret in any of them, also not as base64. */
#include "base/base64.h"
#include "base/file.h"
#include "record/transcript.h"
#include "unit.h"

#include <jansson.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const secrets[] = {"tanstaaf", "s3cr3t{}"};

static const struct step steps[] = {
    {.kind = STEP_COMMAND, .connection = 1, .place = {.line = 7}},
    { .kind = STEP_REPLY, .side = SIDE_SERVER, .connection = 1, .place = {.line = 8}},
};
static const struct program program = {
    .id = "smtp/dialogue", .path = "scenarios/smtp/dialogue.scn", .title = "A \\ dialogue \x1b!"};
static const struct program repeated = {
    .id = "smtp/dialogue", .path = "other.scn", .title = "Twice"};
static const struct program outside = {.id = "../../.up//x y/..", .path = "x", .title = NULL};

/* ---- A run in a folder of its own ---- */

struct scratch {
    char folder[64];
    struct transcript *transcript;
};

static void scratch_open(struct scratch *scratch)
{
    (void)snprintf(scratch->folder, sizeof scratch->folder, "/tmp/mailspec-transcript-XXXXXX");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(scratch->folder));
    struct transcript_config config = {
        .folder = scratch->folder, .secrets = secrets, .secret_count = COUNT(secrets)};
    scratch->transcript = transcript_new(&config);
}

static void remove_file(void *self, const char *path)
{
    (void)self;
    (void)unlink(path);
}

static void scratch_close(struct scratch *scratch)
{
    static const char *const folders[] = {
        "/_./_./_up/_x_y", "/_./_./_up", "/_./_.", "/_.", "/smtp", ""};
    transcript_free(&scratch->transcript);
    CU_ASSERT_PTR_NULL(scratch->transcript);
    (void)file_walk(scratch->folder, "", remove_file, NULL, NULL);
    for (size_t i = 0; i < COUNT(folders); i++) {
        char path[128];
        (void)snprintf(path, sizeof path, "%s%s", scratch->folder, folders[i]);
        (void)rmdir(path);
    }
    CU_ASSERT_FALSE(file_is_folder(scratch->folder));
}

static void emit(const struct scratch *scratch, struct event event)
{
    struct event_sink sink = transcript_sink(scratch->transcript);
    event.program = event.program != NULL ? event.program : &program;
    sink.on_event(sink.self, &event);
}

static void say(const struct scratch *scratch, int64_t time_us, enum side side, const char *octets)
{
    emit(scratch, (struct event){.kind = EVENT_OCTETS,
                                 .time_us = time_us,
                                 .connection = 1,
                                 .side = side,
                                 .octets = bytes_of(octets)});
}

static void end(const struct scratch *scratch, int64_t time_us, enum verdict verdict,
                const char *reason)
{
    struct outcome outcome = {.verdict = verdict, .reason = reason};
    emit(scratch, (struct event){.kind = EVENT_CASE_END, .time_us = time_us, .outcome = &outcome});
}

static void read_back(const struct scratch *scratch, const char *name, struct buf *out)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", scratch->folder, name);
    CU_ASSERT_EQUAL(file_read(path, (size_t)64 << 20, out, NULL), 0);
}

static void golden(const char *name, struct bytes is)
{
    char path[128];
    struct buf wanted = {0};
    (void)snprintf(path, sizeof path, "tests/golden/transcripts/%s", name);
    if (getenv("MAILSPEC_UPDATE_GOLDEN") != NULL) {
        CU_ASSERT_EQUAL(file_write(path, is, NULL), 0);
    }
    CU_ASSERT_EQUAL(file_read(path, (size_t)1 << 20, &wanted, NULL), 0);
    bool same = bytes_equal(buf_bytes(&wanted), is);
    if (!same) {
        fprintf(stderr, "%s differs; it is now:\n%.*s\n", path, (int)is.n, (const char *)is.p);
    }
    CU_ASSERT_TRUE(same);
    buf_deinit(&wanted);
}

/* ---- Tests ---- */

static void second_connection(const struct scratch *scratch)
{
    struct event event = {.kind = EVENT_CONNECTED,
                          .time_us = 1060000,
                          .connection = 2,
                          .protocol = PROTOCOL_POP3,
                          .text = "127.0.0.1:40001 -> 127.0.0.1:110"};
    emit(scratch, event);
    event.kind = EVENT_OCTETS;
    event.side = SIDE_SERVER;
    event.octets = BYTES_LIT("+OK <1.2@x>\r\n");
    emit(scratch, event);
    event.side = SIDE_CLIENT;
    event.octets = BYTES_LIT("USER bob\r\nPASS tanstaaf\r\n");
    emit(scratch, event);
    event.side = SIDE_SERVER;
    event.octets = BYTES_LIT("+OK\n-ERR tanstaaf is \x1b wrong\r\r\n+O");
    emit(scratch, event);
    event.kind = EVENT_CLOSED;
    event.close = CLOSE_RESET;
    emit(scratch, event);
    event.connection = 63;
    event.kind = EVENT_OCTETS;
    event.octets = BYTES_LIT("+OK of the preparation\r\n");
    emit(scratch, event);
}

/* Everything that can happen, in one case. */
static void dialogue(const struct scratch *scratch)
{
    emit(scratch, (struct event){.kind = EVENT_CASE_BEGIN,
                                 .time_us = 1000000,
                                 .tested = SIDE_SET(SIDE_SERVER)});
    emit(scratch, (struct event){.kind = EVENT_CONNECTING,
                                 .time_us = 1000100,
                                 .connection = 1,
                                 .text = "smtp://127.0.0.1:25"});
    emit(scratch, (struct event){.kind = EVENT_CONNECTED,
                                 .time_us = 1000512,
                                 .connection = 1,
                                 .text = "127.0.0.1:40000 -> 127.0.0.1:25"});
    say(scratch, 1001000, SIDE_SERVER, "220 mx ESMTP\r\n");
    emit(scratch, (struct event){
                      .kind = EVENT_STEP, .time_us = 1001100, .connection = 1, .step = &steps[0]});
    say(scratch, 1001200, SIDE_CLIENT, "EHLO x\r\nAUTH PLAIN AGJvYgB0YW5zdGFhZg==\r\n");
    emit(scratch, (struct event){
                      .kind = EVENT_STEP, .time_us = 1001300, .connection = 1, .step = &steps[1]});
    say(scratch, 1020000, SIDE_SERVER, "250-mx\r\n250-AUTH PLAIN | LOGIN\r\n250 {{x}}\\c");
    say(scratch, 1021000, SIDE_SERVER, " <b>\r\n");
    say(scratch, 1021100, SIDE_SERVER,
        "535 AGJvYgB0YW5zdGFhZg== ::error:: \xc3\xbc\xff\xe2\x80\xae\r\n");
    emit(scratch, (struct event){
                      .kind = EVENT_NOTE, .time_us = 1021200, .text = "logging in with tanstaaf"});
    say(scratch, 1022000, SIDE_CLIENT, "DATA\r\n");
    say(scratch, 1022100, SIDE_SERVER, "354 go\r\n");
    say(scratch, 1022200, SIDE_CLIENT,
        "Subject: x\r\n\r\n <blank>\r\n<angle>\r\n# hash\r\n..\r\n.\r\n");
    say(scratch, 1022300, SIDE_SERVER, "250 bare\n250 cut");
    second_connection(scratch);
    emit(scratch, (struct event){.kind = EVENT_TIMEOUT,
                                 .time_us = 11022300,
                                 .connection = 1,
                                 .side = SIDE_SERVER,
                                 .text = "no reply in 10 s"});
    emit(scratch, (struct event){.kind = EVENT_CLOSED,
                                 .time_us = 11022400,
                                 .connection = 1,
                                 .side = SIDE_CLIENT,
                                 .close = CLOSE_END});
    end(scratch, 11022500, VERDICT_INCONCLUSIVE, "No reply in 10 s to tanstaaf.");
}

static void test_dialogue(void)
{
    struct scratch scratch;
    struct buf txt = {0};
    struct buf jsonl = {0};
    char path[128];
    scratch_open(&scratch);
    dialogue(&scratch);
    (void)snprintf(path, sizeof path, "%s/smtp/dialogue.txt", scratch.folder);
    CU_ASSERT_STRING_EQUAL(transcript_path(scratch.transcript, 0), path);
    CU_ASSERT_PTR_NULL(transcript_path(scratch.transcript, 1));
    CU_ASSERT_EQUAL(transcript_finish(scratch.transcript, NULL), 0);
    read_back(&scratch, "smtp/dialogue.txt", &txt);
    read_back(&scratch, "smtp/dialogue.jsonl", &jsonl);
    golden("dialogue.txt", buf_bytes(&txt));
    golden("dialogue.jsonl", buf_bytes(&jsonl));
    buf_deinit(&txt);
    buf_deinit(&jsonl);
    scratch_close(&scratch);
}

/* Does `text` hold a secret, or a base64 run that decodes to one, at any alignment of its quads? */
static bool leaks(struct bytes text)
{
    for (size_t i = 0; i < COUNT(secrets); i++) {
        if (bytes_find(text, bytes_of(secrets[i]), 0) != BYTES_NONE) {
            return true;
        }
    }
    return false;
}

static bool run_leaks(struct bytes run)
{
    bool found = false;
    for (size_t from = 0; from < 4 && from < run.n; from++) {
        struct buf decoded = {0};
        struct bytes quads = bytes_slice(run, from, from + (run.n - from) / 4 * 4);
        (void)base64_decode(&decoded, quads);
        found |= leaks(buf_bytes(&decoded));
        buf_deinit(&decoded);
    }
    return found;
}

static bool is_base64(unsigned char c)
{
    return octet_is_alpha(c) || octet_is_digit(c) || c == '+' || c == '/' || c == '=';
}

/* Three layers deep: the file, base64 in it, base64 in the octets of a line. */
static bool leaks_deeply(struct bytes text, int depth)
{
    bool found = leaks(text);
    size_t i = 0;
    while (i < text.n && !found) {
        size_t from = i;
        while (i < text.n && is_base64(text.p[i])) {
            i++;
        }
        struct bytes run = bytes_slice(text, from, i);
        if (run.n >= 4) {
            found |= run_leaks(run);
            struct buf decoded = {0};
            (void)base64_decode(&decoded, run);
            found |= depth > 0 && decoded.n > 0 && leaks_deeply(buf_bytes(&decoded), depth - 1);
            buf_deinit(&decoded);
        }
        i += i == from;
    }
    return found;
}

static void check_file(void *self, const char *path)
{
    size_t *files = self;
    struct buf text = {0};
    CU_ASSERT_EQUAL(file_read(path, (size_t)64 << 20, &text, NULL), 0);
    UNIT_ROW(path, !leaks_deeply(buf_bytes(&text), 2));
    buf_deinit(&text);
    ++*files;
}

static const char *const telling[] = {
    "AUTH PLAIN AGJvYgB0YW5zdGFhZg==\r\n",
    "NOOP tanstaaf s3cr3t{}\r\n",
    "NOOP xAHRhbnN0YWFm x dGFuc3RhYWY= x AAB0YW5zdGFhZgAA\r\n",
    "VRFY c3MzY3IzdHt9 czNjcjN0e30=\r\n",
    "tanstaaf",
};

/* Whole, in two at every octet, and octet by octet. */
static void tell(const struct scratch *scratch, const char *text, size_t cut, enum side side)
{
    struct bytes octets = bytes_of(text);
    size_t from = 0;
    while (from < octets.n) {
        size_t to = cut == BYTES_NONE ? from + 1 : cut > from ? cut : octets.n;
        emit(scratch, (struct event){.kind = EVENT_OCTETS,
                                     .connection = 1,
                                     .side = side,
                                     .octets = bytes_slice(octets, from, to)});
        from = to;
    }
}

static void test_no_secret_in_any_file(void)
{
    struct scratch scratch;
    size_t files = 0;
    scratch_open(&scratch);
    CU_ASSERT_TRUE(leaks_deeply(
        BYTES_LIT("\"VEFBR0p2WWdCMFlXNXpkR0ZoWmc9PQ==\" VUVBR0p2WWdCMFlXNXpkR0ZoWmc9PQ=="), 2));
    emit(&scratch, (struct event){.kind = EVENT_CASE_BEGIN});
    for (size_t i = 0; i < COUNT(telling); i++) {
        for (size_t cut = 0; cut < strlen(telling[i]); cut++) {
            tell(&scratch, telling[i], cut, SIDE_CLIENT);
            tell(&scratch, telling[i], cut, SIDE_SERVER);
        }
        tell(&scratch, telling[i], BYTES_NONE, SIDE_CLIENT);
        tell(&scratch, telling[i], BYTES_NONE, SIDE_SERVER);
    }
    emit(&scratch, (struct event){.kind = EVENT_NOTE, .text = "with tanstaaf, dGFuc3RhYWY="});
    end(&scratch, 0, VERDICT_FAIL, "expected s3cr3t{}");
    CU_ASSERT_EQUAL(transcript_finish(scratch.transcript, NULL), 0);
    CU_ASSERT_EQUAL(file_walk(scratch.folder, "", check_file, &files, NULL), 0);
    CU_ASSERT_EQUAL(files, 2);
    scratch_close(&scratch);
}

static void flood(const char *block, size_t times, size_t limit_txt, size_t limit_jsonl)
{
    struct scratch scratch;
    struct buf txt = {0};
    struct buf jsonl = {0};
    char note[64];
    scratch_open(&scratch);
    emit(&scratch, (struct event){.kind = EVENT_CASE_BEGIN});
    for (size_t i = 0; i < times; i++) {
        say(&scratch, 0, SIDE_SERVER, block);
    }
    end(&scratch, 0, VERDICT_FAIL, NULL);
    read_back(&scratch, "smtp/dialogue.txt", &txt);
    read_back(&scratch, "smtp/dialogue.jsonl", &jsonl);
    CU_ASSERT_TRUE(txt.n < limit_txt);
    CU_ASSERT_TRUE(jsonl.n < limit_jsonl);
    CU_ASSERT_NOT_EQUAL(bytes_find(buf_bytes(&txt), BYTES_LIT(" octets left out\n"), 0),
                        BYTES_NONE);
    /* Where it begins, once: behind it nobody can judge. */
    const char *const cuts[] = {"\n# octets are left out from here on\n", "\"cut\":true"};
    const struct bytes texts[] = {buf_bytes(&txt), buf_bytes(&jsonl)};
    for (size_t i = 0; i < COUNT(cuts); i++) {
        const size_t at = bytes_find(texts[i], bytes_of(cuts[i]), 0);
        CU_ASSERT_NOT_EQUAL_FATAL(at, BYTES_NONE);
        CU_ASSERT_EQUAL(bytes_find(texts[i], bytes_of(cuts[i]), at + 1), BYTES_NONE);
    }
    (void)snprintf(note, sizeof note, "\"octets_left_out\":0");
    CU_ASSERT_EQUAL(bytes_find(buf_bytes(&jsonl), bytes_of(note), 0), BYTES_NONE);
    buf_deinit(&txt);
    buf_deinit(&jsonl);
    scratch_close(&scratch);
}

static void test_floods(void)
{
    struct buf block = {0};
    buf_append_fill(&block, 'x', 60000);
    flood(buf_text(&block), 160, (size_t)9 << 20, (size_t)22 << 20); /* one line without end */
    buf_append_text(&block, "\r\n");
    flood(buf_text(&block), 160, (size_t)9 << 20, (size_t)22 << 20);
    buf_clear(&block);
    for (int i = 0; i < 1000; i++) {
        buf_append_text(&block, "\r\n");
    }
    flood(buf_text(&block), 110, (size_t)1 << 20, (size_t)16 << 20); /* many short ones */
    buf_deinit(&block);
}

static void test_names(void)
{
    struct scratch scratch;
    char path[128];
    scratch_open(&scratch);
    emit(&scratch, (struct event){.kind = EVENT_CASE_BEGIN, .case_number = 3});
    emit(&scratch,
         (struct event){.kind = EVENT_CASE_BEGIN, .case_number = 900, .program = &repeated});
    emit(&scratch, (struct event){.kind = EVENT_CASE_BEGIN, .case_number = 1, .program = &outside});
    (void)snprintf(path, sizeof path, "%s/smtp/dialogue.txt", scratch.folder);
    CU_ASSERT_STRING_EQUAL(transcript_path(scratch.transcript, 3), path);
    (void)snprintf(path, sizeof path, "%s/smtp/dialogue#2.txt", scratch.folder);
    CU_ASSERT_STRING_EQUAL(transcript_path(scratch.transcript, 900), path);
    const char *inside = transcript_path(scratch.transcript, 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(inside);
    CU_ASSERT_EQUAL(bytes_find(bytes_of(inside), BYTES_LIT("/.."), 0), BYTES_NONE);
    CU_ASSERT_TRUE(bytes_starts(bytes_of(inside), scratch.folder));
    CU_ASSERT_EQUAL(transcript_finish(scratch.transcript, NULL), 0);
    scratch_close(&scratch);
}

/* Names that no file system takes, and two of them that begin alike. */
static void test_long_names(void)
{
    struct scratch scratch;
    struct buf ids[3] = {{0}, {0}, {0}};
    char paths[3][4096];
    scratch_open(&scratch);
    for (size_t i = 0; i < COUNT(ids); i++) {
        buf_append_fill(&ids[i], 'x', 300);
        for (size_t k = 0; i == 2 && k < 160; k++) {
            buf_append_text(&ids[i], "/a-folder-with-a-long-name");
        }
        buf_printf(&ids[i], "%zu", i);
        struct program long_one = {.id = buf_text(&ids[i]), .path = "x", .title = "x"};
        emit(&scratch,
             (struct event){.kind = EVENT_CASE_BEGIN, .case_number = i, .program = &long_one});
        CU_ASSERT_PTR_NOT_NULL_FATAL(transcript_path(scratch.transcript, i));
        (void)snprintf(paths[i], sizeof paths[i], "%s", transcript_path(scratch.transcript, i));
        CU_ASSERT(file_exists(paths[i]));
    }
    CU_ASSERT_STRING_NOT_EQUAL(paths[0], paths[1]);
    CU_ASSERT_EQUAL(transcript_finish(scratch.transcript, NULL), 0);
    for (size_t i = 0; i < COUNT(ids); i++) {
        buf_deinit(&ids[i]);
    }
    transcript_clear(scratch.folder);
    CU_ASSERT(!file_exists(paths[0]) && !file_exists(paths[2]));
    char *end = strrchr(paths[2], '/');
    while (end != NULL && end > paths[2] + strlen(scratch.folder)) {
        *end = '\0';
        (void)rmdir(paths[2]);
        end = strrchr(paths[2], '/');
    }
    scratch_close(&scratch);
}

/* Begun again: nothing is left of the first time. */
static void test_begun_again(void)
{
    struct scratch scratch;
    struct buf txt = {0};
    scratch_open(&scratch);
    emit(&scratch, (struct event){.kind = EVENT_CASE_BEGIN});
    say(&scratch, 0, SIDE_SERVER, "421 busy\r\n220 half");
    emit(&scratch, (struct event){.kind = EVENT_CASE_BEGIN});
    say(&scratch, 0, SIDE_SERVER, "220 mx\r\n");
    end(&scratch, 0, VERDICT_PASS, NULL);
    read_back(&scratch, "smtp/dialogue.txt", &txt);
    CU_ASSERT_EQUAL(bytes_find(buf_bytes(&txt), BYTES_LIT("421"), 0), BYTES_NONE);
    CU_ASSERT_EQUAL(bytes_find(buf_bytes(&txt), BYTES_LIT("half"), 0), BYTES_NONE);
    CU_ASSERT_NOT_EQUAL(bytes_find(buf_bytes(&txt), BYTES_LIT("S: 220 mx\n"), 0), BYTES_NONE);
    buf_deinit(&txt);
    scratch_close(&scratch);
}

/* What the reader of scenarios would take for a comment, or for a line end. */
static void test_guarded(void)
{
    struct scratch scratch;
    struct buf txt = {0};
    scratch_open(&scratch);
    emit(&scratch, (struct event){.kind = EVENT_CASE_BEGIN});
    say(&scratch, 0, SIDE_SERVER, "220 see //x <CRLF>\r\n");
    say(&scratch, 0, SIDE_CLIENT, "//\r\n");
    end(&scratch, 0, VERDICT_PASS, NULL);
    read_back(&scratch, "smtp/dialogue.txt", &txt);
    CU_ASSERT_NOT_EQUAL(
        bytes_find(buf_bytes(&txt), BYTES_LIT("S: 220 see \\x2f/x \\x3cCRLF>\nC: \\x2f/\n"), 0),
        BYTES_NONE);
    buf_deinit(&txt);
    scratch_close(&scratch);
}

/* Half a line, an answer, the other half: the order is kept. */
static void test_interrupted_line(void)
{
    struct scratch scratch;
    struct buf txt = {0};
    scratch_open(&scratch);
    emit(&scratch, (struct event){.kind = EVENT_CASE_BEGIN});
    say(&scratch, 0, SIDE_CLIENT, "NO");
    say(&scratch, 0, SIDE_SERVER, "500 wait\r\n");
    say(&scratch, 0, SIDE_CLIENT, "OP\r\n");
    end(&scratch, 0, VERDICT_PASS, NULL);
    read_back(&scratch, "smtp/dialogue.txt", &txt);
    CU_ASSERT_NOT_EQUAL(bytes_find(buf_bytes(&txt), BYTES_LIT("C: NO\\c\nS: 500 wait\nC: OP\n"), 0),
                        BYTES_NONE);
    buf_deinit(&txt);
    scratch_close(&scratch);
}

/* Half a secret, an answer, the other half: neither is shown. */
static void test_interrupted_secret(void)
{
    struct scratch scratch;
    struct buf txt = {0};
    scratch_open(&scratch);
    emit(&scratch, (struct event){.kind = EVENT_CASE_BEGIN});
    say(&scratch, 0, SIDE_SERVER, "535 not tans");
    say(&scratch, 0, SIDE_CLIENT, "QUIT\r\n");
    emit(&scratch, (struct event){.kind = EVENT_TIMEOUT, .connection = 1, .text = "no reply"});
    say(&scratch, 0, SIDE_SERVER, "taaf\r\n");
    end(&scratch, 0, VERDICT_PASS, NULL);
    read_back(&scratch, "smtp/dialogue.txt", &txt);
    CU_ASSERT_EQUAL(bytes_find(buf_bytes(&txt), BYTES_LIT("tans"), 0), BYTES_NONE);
    CU_ASSERT_EQUAL(bytes_find(buf_bytes(&txt), BYTES_LIT("taaf"), 0), BYTES_NONE);
    CU_ASSERT_NOT_EQUAL(bytes_find(buf_bytes(&txt), BYTES_LIT("S: {{secret:*}}\n"), 0), BYTES_NONE);
    buf_deinit(&txt);
    scratch_close(&scratch);
}

static bool holds(const struct buf *text, const char *words)
{
    return bytes_find(buf_bytes(text), bytes_of(words), 0) != BYTES_NONE;
}

static void secured(const struct scratch *scratch, const char *left)
{
    struct tls_facts facts = {.secured = true};
    emit(scratch, (struct event){.kind = EVENT_SECURED,
                                 .connection = 1,
                                 .side = SIDE_CLIENT,
                                 .tls = &facts,
                                 .octets = bytes_of(left),
                                 .text = "TLS 1.3 with tanstaaf"});
}

/* What was left in clear text stands there, without what is secret in it; the dialogue before TLS is forgotten. */
static void test_secured(void)
{
    struct scratch scratch;
    struct buf txt = {0};
    struct buf jsonl = {0};
    scratch_open(&scratch);
    emit(&scratch, (struct event){.kind = EVENT_CASE_BEGIN});
    say(&scratch, 0, SIDE_CLIENT, "STARTTLS\r\n");
    say(&scratch, 0, SIDE_SERVER, "220 go\r\n");
    secured(&scratch, "AUTH PLAIN AAAAAAAA\r\n");
    say(&scratch, 0, SIDE_CLIENT, "AAAAAAA=\r\n");
    end(&scratch, 0, VERDICT_PASS, NULL);
    read_back(&scratch, "smtp/dialogue.txt", &txt);
    read_back(&scratch, "smtp/dialogue.jsonl", &jsonl);
    CU_ASSERT(holds(&txt, "tls: TLS 1.3 with {{secret:*}}\n"));
    CU_ASSERT(holds(&txt, "the client had sent in clear text before: AUTH PLAIN {{secret:*}}\\r"));
    CU_ASSERT(holds(&txt, "C: AAAAAAA=\n"));
    CU_ASSERT(holds(&jsonl, "\"left\":\"AUTH PLAIN {{secret:*}}\\\\r\\\\n\",\"secured\":true"));
    CU_ASSERT(!holds(&txt, "AAAAAAAA") && !holds(&jsonl, "AAAAAAAA"));
    buf_deinit(&txt);
    buf_deinit(&jsonl);
    scratch_close(&scratch);
}

/* --show-secrets: all of it stands there, and the first line says so. */
static void test_shown(void)
{
    struct scratch scratch;
    struct buf txt = {0};
    struct buf jsonl = {0};
    scratch_open(&scratch);
    struct transcript_config config = {.folder = scratch.folder,
                                       .secrets = secrets,
                                       .secret_count = COUNT(secrets),
                                       .show_secrets = true};
    transcript_free(&scratch.transcript);
    scratch.transcript = transcript_new(&config);
    emit(&scratch, (struct event){.kind = EVENT_CASE_BEGIN});
    say(&scratch, 0, SIDE_CLIENT, "AUTH PLAIN AAAAAAAA tanstaaf\r\n");
    secured(&scratch, "");
    end(&scratch, 0, VERDICT_PASS, "tanstaaf");
    read_back(&scratch, "smtp/dialogue.txt", &txt);
    read_back(&scratch, "smtp/dialogue.jsonl", &jsonl);
    CU_ASSERT(bytes_starts(buf_bytes(&txt), "# Secrets are shown here (--show-secrets).\nTitle: "));
    CU_ASSERT(holds(&txt, "C: AUTH PLAIN AAAAAAAA tanstaaf\n"));
    CU_ASSERT(holds(&txt, "PASS: tanstaaf\n"));
    CU_ASSERT(holds(&jsonl, "\"shows_secrets\":true"));
    CU_ASSERT(!holds(&txt, "{{secret") && !holds(&jsonl, "{{secret"));
    buf_deinit(&txt);
    buf_deinit(&jsonl);
    scratch_close(&scratch);
}

static void count_file(void *self, const char *path)
{
    size_t *files = self;
    (void)path;
    ++*files;
}

/* The run goes on; the first reason comes back. */
static void test_unwritable(void)
{
    struct scratch scratch;
    struct error error = {{0}};
    char file[128];
    scratch_open(&scratch);
    (void)snprintf(file, sizeof file, "%s/smtp", scratch.folder);
    CU_ASSERT_EQUAL(file_write(file, BYTES_LIT("in the way"), NULL), 0);
    dialogue(&scratch);
    CU_ASSERT_PTR_NULL(transcript_path(scratch.transcript, 0));
    CU_ASSERT_EQUAL(transcript_finish(scratch.transcript, &error), -1);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "/smtp"));
    CU_ASSERT_EQUAL(transcript_finish(scratch.transcript, NULL), -1);
    scratch_close(&scratch);
}

static void test_probe_is_left_out(void)
{
    struct scratch scratch;
    size_t files = 0;
    scratch_open(&scratch);
    struct event_sink sink = transcript_sink(scratch.transcript);
    sink.on_event(sink.self, &(struct event){.kind = EVENT_CASE_BEGIN});
    sink.on_event(sink.self,
                  &(struct event){.kind = EVENT_OCTETS, .connection = 1, .octets = BYTES_LIT("x")});
    say(&scratch, 0, SIDE_SERVER, "of a case that never began\r\n");
    (void)file_walk(scratch.folder, "", count_file, &files, NULL);
    CU_ASSERT_EQUAL(files, 0);
    scratch_close(&scratch);
}

static const struct unit_test tests[] = {
    {"TLS",                      test_secured              },
    {"secrets shown",            test_shown                },
    {"a dialogue",               test_dialogue             },
    {"no secret in any file",    test_no_secret_in_any_file},
    {"floods are cut",           test_floods               },
    {"names of files",           test_names                },
    {"long names",               test_long_names           },
    {"a case that begins again", test_begun_again          },
    {"what is read otherwise",   test_guarded              },
    {"an interrupted line",      test_interrupted_line     },
    {"an interrupted secret",    test_interrupted_secret   },
    {"unwritable folder",        test_unwritable           },
    {"the probe is left out",    test_probe_is_left_out    },
};

UNIT_MAIN("record: transcript", tests)
