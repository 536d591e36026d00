/*
 * fault_long_run - one long run of dialogues, in which most faults of the reference server show
 *
 * The others have rows: see fault_effects.h.
 */
#ifndef MAILSPEC_TESTS_FAULT_LONG_RUN_H
#define MAILSPEC_TESTS_FAULT_LONG_RUN_H

#include "auth/digest.h"
#include "fault_effects.h"
#include "proto/pop3.h"

enum { LOGIN_DELAY_S = 10 };

#define TO_RCPT "MAIL FROM:<a@b.example>\r\nRCPT TO:<alice@example.test>\r\n"

#define TO_BOB "MAIL FROM:<a@b.example>\r\nRCPT TO:<bob@example.test>\r\n"

static const char *const smtp_sessions[] = {
    "NOOP\r\nEHLO c.example\r\nRCPT TO:<alice@example.test>\r\nMAIL FROM:<>\r\nMAIL "
    "FROM:<>\r\nDATA\r\nx\r\n.\r\n"
    "RSET\r\nRSET\r\nXYZZY\r\nHELP\r\nVRFY alice\r\nEXPN staff\r\nBDAT "
    "3\r\nabcNOOP\r\nQUIT\r\nNOOP\r\n",
    "HELO c.example\r\nnoop\r\n" DELIVER
    "\r\nFirst\r\nSecond\r\nThird\r\n.\r\nMAIL FROM:<>\r\nQUIT\r\n",
    "EHLO c.example\r\n" DELIVER
    "Subject: dots\r\n\r\n..dot of a line\r\n...\r\nblank \r\nlast\r\n.\r\n"
    "MAIL FROM:<>\r\nRCPT TO:<Postmaster>\r\nRSET\r\nDATA\r\n.\r\n",
    "EHLO c.example\r\nMAIL FROM:<>\r\nRCPT TO:<alice@example.test>\r\nEHLO "
    "c.example\r\nDATA\r\n.\r\n",
    "EHLO c.example\r\nMAIL FROM:<>\r\nRCPT TO:<alice@example.test>\r\nRCPT TO:<\r\nDATA\r\n.\r\n",
    "EHLO c.example\r\nMAIL FROM:<>\r\nRCPT TO:<alice@example.test>\r\nNOOP\r\nDATA\r\n.\r\n",
    "EHLO c.example\r\nMAIL FROM:<" LOCAL_64 "@b.example>\r\nRCPT TO:<alice@example.test>\r\n"
    "RCPT TO:<nobody@example.test>\r\n" TEN(TEN("RCPT TO:<bob@example.test>\r\n")),
    "EHLO c.example\r\nNOOP " TEN(TEN("xxxxx")) "xxxxx\r\nMAIL FROM:<> SIZE=9999\r\n",
    "EHLO c.example\r\n" DELIVER TEN(TEN("xxxxxxxxxx")) "\r\n.\r\n",
    "EHLO c.example\r\nMAIL FROM:<BoB@b.example>\r\nRCPT "
    "TO:<@x.example:bob@example.test>\r\nDATA\r\n"
    "\r\nrouted\r\n.\r\nDATA\r\nx\r\n.\r\n",
    "EHLO c.example\r\n" TO_BOB "DATA\r\n\r\nfirst\r\n.\r\nMAIL FROM:<>\r\nDATA\r\nx\r\n.\r\n",
    "EHLO c.example\r\n" TO_BOB "RCPT TO:<alice@example.test>\r\nDATA\r\n\r\nboth\r\n.\r\n",
    "EHLO c.example\r\nMAIL FROM:<>\r\nRCPT TO:<who@example.test>\r\nRCPT TO:<who@else.example>\r\n"
    "RCPT TO:<bob@example.test>\r\nDATA\r\n\r\nbehind\r\n.\r\n",
    "EHLO c.example\r\n" TO_BOB "DATA\r\n\r\ntaken back\r\n.\r\nRSET\r\n",
    "EHLO c.example\r\n" TO_BOB "DATA\r\n\r\ncut of",
    "EHLO c.example\r\n" TO_BOB "DATA\r\n\r\ncut off\r\n.",
    "EHLO c.example\r\n" TO_BOB "BDAT 7\r\n\r\ncut o",
    "EHLO c.example\r\n" TO_BOB "DATA\r\n\r\none\rtwo\r\n.\r\n",
    "EHLO c.example\r\nNOOP\nRSET\r\nNOOP\rRSET\r\nNOOP \r\nMAIL FROM:<> \r\n"
    "RCPT TO:<bob@example.test>\r\nDATA x\r\nVRFY who@example.test\r\nEXPN "
    "who@example.test\r\nQUIT x\r\n",
    "EHLO c.example\r\n" TO_BOB
    "DATA\r\nFrom: <a@b.example>\r\nFrom: <a@b.example>\r\n\r\n.\r\n" TO_BOB
    "DATA\r\nResent-To: <a@b.example>\r\n\r\n.\r\n" TO_BOB
    "DATA\r\nResent-From: <a@b.example>\r\n\r\n.\r\n" TO_BOB
    "DATA\r\nReceived: here\r\n\r\n.\r\n" TO_BOB "DATA\r\nReturn-Path: me\r\n\r\n.\r\n",
    "EHLO c.example\r\nMAIL FROM:<bob@example.test>\r\nRCPT TO:<bob@example.test> "
    "NOTIFY=SUCCESS\r\nDATA\r\n\r\n.\r\n",
    "EHLO c.example\r\nMAIL FROM:\r\nRCPT TO:<bob@example.test>\r\nRSET\r\nMAIL "
    "FROM:<b\001b@b.example>\r\nRSET\r\n"
    "MAIL FROM:<\"b\033b\"@b.example>\r\nRSET\r\nMAIL "
    "FROM:<@x.example:a@b.example>\r\nRSET\r\nMAIL FROM:<> X-ODD\r\nRSET\r\n"
    "MAIL FROM:<\xC3\xB6@b.example>\r\nRSET\r\nMAIL FROM:<\xF6@b.example>\r\nRSET\r\nMAIL "
    "FROM:<>\r\n"
    "RCPT TO:<bob@example.test> X-ODD\r\nRCPT TO:<\"bob\"@example.test>\r\nRCPT "
    "TO:<\"bo\\b\"@example.test>\r\n",
    "EHLO c.example\r\n" DELIVER "last\n.\nx\r\n.\r\n",
    "EHLO c.example\r\nNOOP " TEN(TEN("xxxxxx")) "\r\nNOOP " TEN(TEN(TEN("xxx"))) "\r\n",
    "EHLO c.example\r\n" DELIVER TEN(TEN("xxxxxxxxxx")) ".\r\nx\r\n.\r\n",
    "EHLO c.example\r\n" DELIVER "x\r.\rx\r\n.\r\n" DELIVER "x\r\n.\r\r\nx\r\n.\r\n",
    "EHLO c.example\r\n" TO_RCPT
    "BDAT 8\r\n\r\n.one\r\nBDAT 15 LAST\r\n.two\r\n.\r\nNOOP\r\nBDAT 0 LAST\r\n",
    "EHLO c.example\r\n" TO_RCPT
    "BDAT 3\r\nabcDATA\r\nNOOP\r\n.\r\nRSET\r\nRSET\r\nRCPT TO:<alice@example.test>\r\n",
    "EHLO c.example\r\n" TO_RCPT "BDAT 3\r\nabcBDAT 3 LAST\r\ndefNOOP\r\n",
    "EHLO c.example\r\nBDAT 6\r\nNOOP\r\nBDAT 6\r\nHELP\r\nMAIL FROM:<>\r\nBDAT 6\r\nRSET\r\n",
    "EHLO c.example\r\nMAIL FROM:<> BODY=7BIT\r\nRSET\r\nMAIL FROM:<> "
    "BODY=8bitmime\r\nRSET\r\nMAIL FROM:<> SIZE=001\r\n",
    "EHLO c.example\r\nMAIL FROM:<> BODY=8BITMIME SIZE=5\r\nRCPT "
    "TO:<alice@example.test>\r\nDATA\r\nhigh \xe4\r\n.\r\n",
    "EHLO c.example\r\nMAIL FROM:<> BODY=BINARYMIME\r\nRCPT "
    "TO:<alice@example.test>\r\nDATA\r\n.\r\n",
    "EHLO c.example\r\n" DELIVER "Content-Transfer-Encoding: binary\r\n\r\n.\r\n",
    "EHLO c.example\r\n" DELIVER TEN(TEN("xxxxxxxxxx\r\nxxxxxxxxxxxxxxxxxx\r\n")) ".\r\n",
    "X\xff\r\n",
    "EHLO " TEN("xxxxxxxxxx.yyyyyyyyyy.") "z\r\nEHLO c\r\nMAIL FROM:<a@" TEN(
        "xxxxxxxxxx.yyyyyyyyyy.") "z>\r\n",
    "EHLO c.example\r\n" DELIVER
    "Return-Path: <a@b>\r\nReceived: from a\r\n by b; c\r\nReceived: x;\r\n"
    "To: a,\r\n b\r\n\r\n.\r\n",
    "EHLO c.example\r\n" DELIVER TEN(TEN("Received: x;\r\n")) "Received: x;\r\n\r\n.\r\n" DELIVER
                                                              "\r\n.\r\n",
    "EHLO c.example\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.test>\r\nRCPT "
    "TO:<alice@example.test>\r\n"
    "DATA\r\n\r\n.\r\n",
    "EHLO c.example\r\nMAIL FROM:<>\r\nRCPT TO:<alice@example.test>\r\n" TEN(
        TEN("RCPT TO:<bob@example.test>\r\n")) "DATA\r\n\r\n.\r\n",
    "EHLO c.example\r\nMAIL FROM:<> SMTPUTF8=1\r\nRSET\r\nMAIL FROM:<> smtputf8\r\nRSET\r\n"
    "MAIL FROM:<a@b\xC3\xB6.example> SMTPUTF8\r\nRSET\r\nMAIL FROM:<\xC3\xB6@b.example> "
    "SMTPUTF8\r\n"
    "RSET\r\nVRFY bob SMTPUTF8\r\nMAIL FROM:<> SMTPUTF8\r\nRCPT TO:<bob@example.test>\r\n"
    "DATA\r\n\r\n.\r\n",
    "EHLO c.example\r\nNOO",
    "EHLO c.example\r\nNOOP\r",
    "EHLO c.example\r\n" TO_BOB,
    "EHLO c.example\r\nMAIL FROM:<>\r\nRCPT TO:<BOB@example.test>\r\nRCPT "
    "TO:<who@example.test>\r\n",
    "RSET\r\nNOOP\r\n",
    "XYZZY\r\nNOOP\r\n",
    "EHLO c.example\r\nMAIL FROM:<bob@example.test> RET=HDRS RET=HDRS\r\n"
    "MAIL FROM:<bob@example.test> RET=ALL\r\nRSET\r\nMAIL FROM:<bob@example.test> ENVID=x+\r\n"
    "RSET\r\nMAIL FROM:<bob@example.test> ENVID=" TEN(
        TEN("x")) "\r\nRSET\r\n"
                  "MAIL FROM:<bob@example.test> ENVID=x+2Bx\r\nRCPT TO:<bob@example.test> "
                  "NOTIFY=OFTEN\r\n"
                  "RCPT TO:<bob@example.test> ORCPT=x\r\nRCPT TO:<bob@example.test> ORCPT=x;" TEN(
                      TEN("xxxx")) "\r\nRCPT TO:<bob@example.test> notify=never\r\nRCPT "
                                   "TO:<bob@example.test> NOTIFY=NEVER\r\n"
                                   "RCPT TO:<bob@example.test> NOTIFY=SUCCESS\r\nRCPT "
                                   "TO:<bob@example.test>\r\n"
                                   "DATA\r\n\r\nbody\r\n.\r\n"
                                   "MAIL FROM:<bob@example.test> RET=HDRS\r\nRSET\r\nMAIL "
                                   "FROM:<bob@example.test>\r\nRCPT TO:<bob@example.test> "
                                   "NOTIFY=SUCCESS\r\nDATA\r\n\r\nbody\r\n.\r\n",
};

/* NUL is an octet of a line here. */
static const struct bytes smtp_nul_sessions[] = {
    BYTES_INIT("X\0Y\r\n"),
    BYTES_INIT("EHLO c.example\r\n" DELIVER "x\r\n.\0x\r\n.\r\n" DELIVER "x\r\n\0.\r\n.\r\n"),
};

/* TLS begins behind STARTTLS and STLS. */
static const char *const smtp_tls_sessions[] = {
    "EHLO c.example\r\nSTARTTLS now\r\nMAIL FROM:<>\r\nSTARTTLS\r\nRCPT TO:<alice@example.test>\r\n"
    "EHLO c.example\r\nSTARTTLS\r\nNOOP\r\n",
    "EHLO c.example\r\nMAIL FROM:<> AUTH=<>\r\nAUTH PLAIN " ALICE "\r\nRSET\r\nauth plain " ALICE
    "\r\nAUTH PLAIN " ALICE "\r\n",
    "EHLO c.example\r\nAUTH PLAIN\r\n*\r\nAUTH LOGIN " NAME "\r\n*\r\nAUTH X\r\nAUTH CRAM-MD5 " NAME
    "\r\n*\r\n",
    "EHLO c.example\r\nAUTH PLAIN " ALICE_ODD "\r\nAUTH PLAIN " ALICE_WRONG "\r\n",
    "EHLO c.example\r\nAUTH PLAIN " LONG_NAME "\r\n",
    "EHLO c.example\r\nAUTH PLAIN bm9ib2R5AGFsaWNlAHNlY3JldC1h\r\n"
    "AUTH PLAIN wq0AYWxpY2UAc2VjcmV0LWE=\r\n",
    "EHLO c.example\r\nAUTH PLAIN AGFsaWNlAHNlY3JldC1hAHg=\r\n",
    "EHLO c.example\r\nAUTH PLAIN YWxpY2UAc2VjcmV0LWE=\r\n",
};

/* base64 of 400 NULs: over 512 octets */
#define LONG_PLAIN TEN(TEN("AAAA")) TEN("AAAA") TEN("AAAA") TEN("AAAA") TEN("AAAA")

static const char *const pop3_tls_sessions[] = {
    "STLS\r\nUSER alice\r\nPASS secret-a\r\nSTLS\r\nCAPA\r\nAUTH PLAIN " ALICE "\r\n",
    POP3_OPEN "STLS\r\nNOOP\r\nCAPA\r\n",
    "CAPA\r\nAUTH PLAIN bm9ib2R5AGFsaWNlAHNlY3JldC1h\r\n",
    "AUTH PLAIN wq0AYWxpY2UAc2VjcmV0LWE=\r\n",
    "AUTH PLAIN AGFsaWNlAHNlY3JldC1hAHg=\r\n",
    "AUTH PLAIN YWxpY2UAc2VjcmV0LWE=\r\n",
    "LANG\r\nLANG en\r\nUSER nobody\r\n",
    "AUTH PLAIN\r\nAG5u" TEN("bm5ubm5ubm5ubm5ubm5u") "AHM=\r\n",
    "AUTH PLAIN\r\n" LONG_PLAIN "\r\nNOOP\r\n",
    "AUTH PLAIN\r\n*\r\nAUTH X\r\nAUTH CRAM-MD5 " NAME "\r\n*\r\nAUTH PLAIN " ALICE_ODD "\r\n",
    "AUTH PLAIN " ALICE_WRONG "\r\nUSER alice\r\nPASS secret-a\r\n",
    "auth plain " ALICE "\r\nSTAT\r\nCAPA\r\n",
};

static const char *const pop3_sessions[] = {
    POP3_OPEN "STA",
    "STAT\r\nUSER alice\r\nPASS wrong\r\nXYZZY\r\nnoop\r\nQUIT\r\nNOOP\r\n",
    POP3_OPEN
    "NOOP\r\nCAPA\r\nSTAT\r\nLIST\r\nLIST 1\r\nUIDL\r\nRETR 1\r\nRETR 2\r\nTOP 1 0\r\nTOP 2 "
    "1\r\nRETR 99\r\n"
    "DELE 1\r\nRETR 1\r\nRSET\r\nSTAT\r\n",
    POP3_OPEN "RETR 3\r\nRETR 4\r\nRETR 5\r\nRETR 6\r\nRETR 7\r\nRETR 8\r\nRETR 9\r\nRETR "
              "10\r\nRETR 11\r\nRETR 12\r\n",
    POP3_OPEN "TOP 2 9\r\nUIDL\r\nDELE 1\r\n",
    "USER\r\nUSER " TEN(TEN("xx"))
        TEN("xxxx") "\r\nUSER alice\r\nPASS wrong\r\nPASS secret-a\r\nNOOP x\r\n",
    POP3_OPEN "NOOP x\r\nLIST " TEN(TEN("0"))
        TEN("0000") "1\r\nRETR 1x\r\nRETR 4294967297\r\nDELE 1\r\nNOOP\r\nLIST 1\r\nRETR 2\r\n",
    "USER nobody\r\nPASS x\r\nUSER alice\r\nPASS x\r\nAPOP alice x\r\n",
    POP3_OPEN "STAT\r\nDELE 1\r\nQUIT\r\n",
    POP3_OPEN "STAT\r\n",
    "USER bob\r\nPASS secret b\r\nSTAT\r\nRETR 1\r\nRETR 2\r\nRETR 3\r\nRETR 4\r\nRETR 5\r\nRETR "
    "6\r\nRETR 7\r\nRETR 8\r\n"
    "RETR 9\r\nRETR 10\r\nRETR 11\r\nRETR 12\r\nRETR 13\r\nRETR 14\r\n",
};

static inline void second_login(struct store *store, const struct server_settings *settings,
                                const char *first, struct buf *out)
{
    struct pop3_session *one = pop3_session_new(settings, store, out);
    dialogue_feed_pop3(one, bytes_of(first), out);
    dialogue_pop3_on(store, settings, bytes_of(POP3_OPEN), 0, out);
    pop3_session_free(&one);
}

/* A session that begins with APOP and the digest of that timestamp (empty: of its own one). */
static inline void apop_session(struct store *store, const struct server_settings *settings,
                                struct buf *timestamp, struct buf *out)
{
    struct buf greeting = {0};
    struct buf input = {0};
    struct pop3_session *session = pop3_session_new(settings, store, &greeting);
    struct bytes own = {0};
    if (timestamp->n == 0 && pop3_timestamp_find(buf_bytes(&greeting), &own)) {
        buf_append(timestamp, own);
    }
    buf_append_text(&input, "APOP alice ");
    digest_apop(&input, buf_bytes(timestamp), BYTES_LIT("secret-a"));
    buf_append_text(&input, "\r\nSTAT\r\nQUIT\r\n");
    dialogue_feed_pop3(session, buf_bytes(&input), out);
    pop3_session_free(&session);
    buf_deinit(&input);
    buf_deinit(&greeting);
}

/* The right digest, the same once more, and one of the secret alone. */
static inline void apop_sessions(struct store *store, const struct server_settings *settings,
                                 struct buf *out)
{
    struct buf timestamp = {0};
    struct buf input = {0};
    apop_session(store, settings, &timestamp, out);
    apop_session(store, settings, &timestamp, out);
    buf_append_text(&input, "APOP alice ");
    digest_md5(&input, BYTES_LIT("secret-a"));
    buf_append_text(&input, "\r\n");
    dialogue_pop3_on(store, settings, buf_bytes(&input), 0, out);
    buf_deinit(&timestamp);
    buf_deinit(&input);
}

/* What is offered with other settings than the usual ones: LOGIN-DELAY, and messages with UTF-8 in their header. */
static const char *const pop3_utf8_sessions[] = {
    "CAPA\r\nUSER alice\r\nPASS secret-a\r\nCAPA\r\nRETR 1\r\nQUIT\r\n",
    "UTF8\r\nUSER alice\r\nPASS secret-a\r\nRETR 1\r\nQUIT\r\n",
};

static inline void utf8_run(enum fault fault, struct buf *out)
{
    struct server_settings settings = dialogue_settings();
    settings.login_delay_s = LOGIN_DELAY_S;
    settings.capabilities[CAPABILITY_UTF8] = true;
    if (fault != FAULT_COUNT) {
        settings.faults.on[fault] = true;
    }
    struct store *store = store_new(&settings);
    dialogue_smtp_on(store, &settings,
                     BYTES_LIT("EHLO c.example\r\nMAIL FROM:<> BODY=8BITMIME SMTPUTF8\r\n"
                               "RCPT TO:<alice@example.test>\r\nDATA\r\n"
                               "Subject: \xC3\xA4\r\n\r\nx\r\n.\r\n"),
                     0, out);
    for (size_t i = 0; i < sizeof pop3_utf8_sessions / sizeof pop3_utf8_sessions[0]; i++) {
        dialogue_pop3_on(store, &settings, bytes_of(pop3_utf8_sessions[i]), 0, out);
        dialogue_clock.monotonic_us += (int64_t)LOGIN_DELAY_S * 1000 * 1000;
    }
    dialogue_pop3_on(store, &settings, bytes_of(POP3_OPEN "QUIT\r\n"), 0, out);
    dialogue_pop3_on(store, &settings, bytes_of(POP3_OPEN), 0, out);
    store_free(&store);
}

static inline void run_all(struct store *store, const struct server_settings *settings,
                           struct buf *out)
{
    for (size_t i = 0; i < sizeof smtp_tls_sessions / sizeof smtp_tls_sessions[0]; i++) {
        dialogue_smtp_on(store, settings, bytes_of(smtp_tls_sessions[i]), 0, out);
    }
    for (size_t i = 0; i < sizeof pop3_tls_sessions / sizeof pop3_tls_sessions[0]; i++) {
        dialogue_pop3_on(store, settings, bytes_of(pop3_tls_sessions[i]), 0, out);
    }
}

static inline void tls_run(enum fault fault, struct buf *out)
{
    struct server_settings settings = dialogue_settings_of_tls();
    if (fault != FAULT_COUNT) {
        settings.faults.on[fault] = true;
    }
    struct store *store = store_new(&settings);
    run_all(store, &settings, out);
    store_free(&store);
}

static inline void lmtp_run(enum fault fault, struct buf *out)
{
    struct server_settings settings = dialogue_settings();
    if (fault != FAULT_COUNT) {
        settings.faults.on[fault] = true;
    }
    struct store *store = store_new(&settings);
    dialogue_lmtp_on(
        store, &settings,
        BYTES_LIT("EHLO c.example\r\nHELO c.example\r\nLHLO c.example\r\nMAIL FROM:<>\r\n"
                  "DATA\r\n.\r\nRCPT TO:<who@example.test>\r\nDATA\r\n.\r\n"
                  "RCPT TO:<bob@example.test>\r\nRCPT TO:<bob@example.test>\r\n"
                  "DATA\r\n.\r\n"),
        out);
    store_free(&store);
}

/* A message of 65 kB. */
static inline void large_run(enum fault fault, struct buf *out)
{
    struct server_settings settings = dialogue_settings();
    settings.max_message_octets = settings.max_maildrop_octets = 1000000;
    if (fault != FAULT_COUNT) {
        settings.faults.on[fault] = true;
    }
    struct store *store = store_new(&settings);
    struct buf said = {0};
    buf_append_text(&said, "EHLO c.example\r\n" DELIVER);
    for (size_t i = 0; i < 1000; i++) {
        buf_append_text(&said, TEN("xxxxxx") "xxx\r\n");
    }
    buf_append_text(&said, ".\r\n");
    dialogue_smtp_on(store, &settings, buf_bytes(&said), 0, out);
    dialogue_pop3_on(store, &settings, bytes_of(POP3_OPEN "LIST\r\n"), 0, out);
    buf_deinit(&said);
    store_free(&store);
}

/* Everything that a server with this fault (FAULT_COUNT: none) says to all of it. */
static inline void long_run(enum fault fault, struct buf *out)
{
    struct server_settings settings = dialogue_settings();
    settings.max_maildrop_octets = 50000;
    if (fault != FAULT_COUNT) {
        settings.faults.on[fault] = true;
    }
    struct store *store = store_new(&settings);
    for (size_t i = 0; i < sizeof smtp_sessions / sizeof smtp_sessions[0]; i++) {
        dialogue_smtp_on(store, &settings, bytes_of(smtp_sessions[i]), 0, out);
    }
    second_login(store, &settings, POP3_OPEN, out);
    second_login(store, &settings, "USER alice\r\nPASS wrong\r\n", out);
    apop_sessions(store, &settings, out);
    for (size_t i = 0; i < sizeof smtp_nul_sessions / sizeof smtp_nul_sessions[0]; i++) {
        dialogue_smtp_on(store, &settings, smtp_nul_sessions[i], 0, out);
    }
    for (size_t i = 0; i < sizeof pop3_sessions / sizeof pop3_sessions[0]; i++) {
        dialogue_pop3_on(store, &settings, bytes_of(pop3_sessions[i]), 0, out);
    }
    store_free(&store);
    tls_run(fault, out);
    utf8_run(fault, out);
    large_run(fault, out);
    lmtp_run(fault, out);
}

/* Sessions know nothing of octets that come behind the command that begins TLS, see test_fake_servers_running_tls.c, nor of time, see _fault_pop3.c. */
static inline bool is_of_connection(enum fault fault)
{
    return fault == FAULT_TLS_COMMAND_INJECTION || fault == FAULT_TLS_COMMAND_INJECTION_2 ||
           fault == FAULT_POP3_STLS_COMMAND_INJECTION || fault == FAULT_POP3_AUTOLOGOUT ||
           fault == FAULT_POP3_AUTOLOGOUT_2;
}

/* Each fault of the subject has a row, or shows in the long run. */
static inline void effect_check_all(enum effect_subject subject, bool (*has_row)(enum fault fault))
{
    struct buf honest = {0};
    struct buf faulty = {0};
    long_run(FAULT_COUNT, &honest);
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        const enum fault fault = (enum fault)i;
        if (effect_subject_of(fault) != subject || has_row(fault) || is_of_connection(fault)) {
            continue;
        }
        buf_clear(&faulty);
        long_run(fault, &faulty);
        UNIT_ROW(fault_at(fault)->name, !bytes_equal(buf_bytes(&honest), buf_bytes(&faulty)));
    }
    buf_deinit(&faulty);
    buf_deinit(&honest);
}

#endif
