/* Transcripts: the files of small runs, read back. */

#include <jansson.h>

#include "transcript_scratch.h"

static const struct step steps[] = {
    {.kind = STEP_COMMAND, .connection = 1, .place = {.line = 7}},
    { .kind = STEP_REPLY, .side = SIDE_SERVER, .connection = 1, .place = {.line = 8}},
};
static const struct program repeated = {
    .id = "smtp/dialogue", .path = "other.scn", .title = "Twice"};
static const struct program outside = {.id = "../../.up//x y/..", .path = "x", .title = NULL};

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
    {"TLS",                      test_secured          },
    {"a dialogue",               test_dialogue         },
    {"floods are cut",           test_floods           },
    {"names of files",           test_names            },
    {"long names",               test_long_names       },
    {"a case that begins again", test_begun_again      },
    {"what is read otherwise",   test_guarded          },
    {"an interrupted line",      test_interrupted_line },
    {"unwritable folder",        test_unwritable       },
    {"the probe is left out",    test_probe_is_left_out},
};

UNIT_MAIN("record: transcript", tests)
