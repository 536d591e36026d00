/*
 * store_bench - a store in a folder, with SMTP to fill it and POP3 to ask it, for the tests of fake_servers
 */
#ifndef MAILSPEC_TESTS_STORE_BENCH_H
#define MAILSPEC_TESTS_STORE_BENCH_H

#include "unit.h"

#include "base/mem.h"
#include "fake_dialogue.h"
#include "store_folder.h"

#define CONTENT "Subject: one\r\n\r\n..dots\r\nbare\nlf\r\n"
#define STUFFED "Subject: one\r\n\r\n...dots\r\nbare\nlf\r\n"

/* ---- a store and its folder ---- */

struct bench {
    char *root;
    struct server_settings settings;
    struct store *store;
};

static inline void bench_open(struct bench *bench)
{
    struct error error = {0};
    bench->store = store_open(&bench->settings, &error);
    if (bench->store == NULL) {
        fprintf(stderr, "%s\n", error.text);
        abort();
    }
}

/* It does not move: the store has a pointer to the settings. */
static inline struct bench *bench_closed(void)
{
    struct bench *bench = mem_alloc(sizeof *bench);
    bench->root = folder_new();
    bench->settings = dialogue_settings();
    bench->settings.store_folder = bench->root;
    bench->settings.takes_bare_line_ends = true;
    return bench;
}

static inline struct bench *bench_new(void)
{
    struct bench *bench = bench_closed();
    bench_open(bench);
    return bench;
}

/* As a server that is stopped and started again. */
static inline void bench_again(struct bench *bench)
{
    store_free(&bench->store);
    bench_open(bench);
}

static inline void bench_end(struct bench *bench)
{
    store_free(&bench->store);
    temp_folder_remove(&bench->root);
    free(bench);
}

static inline void send_to(struct bench *bench, const char *recipients, const char *stuffed,
                           size_t cut, struct buf *out)
{
    struct buf input = {0};
    struct bytes rest = bytes_of(recipients);
    struct bytes name;
    buf_append_text(&input, "EHLO c.example\r\nMAIL FROM:<a@b.example>\r\n");
    while (bytes_next_word(&rest, &name)) {
        buf_printf(&input, "RCPT TO:<%.*s@example.test>\r\n", (int)name.n, name.p);
    }
    buf_printf(&input, "DATA\r\n%s.\r\nQUIT\r\n", stuffed);
    CU_ASSERT(dialogue_smtp_on(bench->store, &bench->settings, buf_bytes(&input), cut, out));
    buf_deinit(&input);
}

/* The reply to the end of data begins with that text. */
static inline bool answers(struct bench *bench, const char *recipients, const char *stuffed,
                           const char *reply)
{
    struct buf out = {0};
    send_to(bench, recipients, stuffed, 0, &out);
    const char *go = strstr(buf_text(&out), "\r\n354 ");
    const char *line = go != NULL ? strstr(go + 2, "\r\n") : NULL;
    bool is_so = line != NULL && strncmp(line + 2, reply, strlen(reply)) == 0;
    if (!is_so) {
        fprintf(stderr, "expected %s, got\n%s\n", reply, buf_text(&out));
    }
    buf_deinit(&out);
    return is_so;
}

static inline void deliver(struct bench *bench, const char *recipients)
{
    CU_ASSERT(answers(bench, recipients, STUFFED, "250 2.0.0 "));
}

/* What POP3 says to alice behind her login. */
static inline void ask(struct bench *bench, const char *commands, struct buf *out)
{
    struct buf input = {0};
    struct buf all = {0};
    buf_printf(&input, "USER alice\r\nPASS secret-a\r\n%s", commands);
    dialogue_pop3_on(bench->store, &bench->settings, buf_bytes(&input), 0, &all);
    const char *login = strstr(buf_text(&all), "+OK Now send PASS\r\n");
    buf_append_text(out, login != NULL ? login + strlen("+OK Now send PASS\r\n") : buf_text(&all));
    buf_deinit(&all);
    buf_deinit(&input);
}

static inline bool says(struct bench *bench, const char *commands, const char *expected)
{
    struct buf out = {0};
    ask(bench, commands, &out);
    bool is_so = strcmp(buf_text(&out), expected) == 0;
    if (!is_so) {
        fprintf(stderr, "to %s expected\n%s\ngot\n%s\n", commands, expected, buf_text(&out));
    }
    buf_deinit(&out);
    return is_so;
}

#define OPEN(count, octets) "+OK Maildrop has " count " messages (" octets " octets)\r\n"
#define BYE                 "+OK mx.example.test POP3 server signing off\r\n"

#endif
