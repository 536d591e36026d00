/* Transcripts: no secret in any of their files, also not as base64, unless they are to be shown. */
#include "base/base64.h"
#include "transcript_scratch.h"

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

/* Three layers deep: the file, base64 in it, base64 in the octets of a line. */
static bool leaks_deeply(struct bytes text, int depth)
{
    bool found = leaks(text);
    size_t i = 0;
    while (i < text.n && !found) {
        size_t from = i;
        while (i < text.n && base64_is_octet(text.p[i])) {
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

static const struct unit_test tests[] = {
    {"no secret in any file", test_no_secret_in_any_file},
    {"an interrupted secret", test_interrupted_secret   },
    {"secrets shown",         test_shown                },
};

UNIT_MAIN("record: secrets in transcripts", tests)
