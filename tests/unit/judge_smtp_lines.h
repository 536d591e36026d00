/*
 * judge_smtp_lines - what sessions of SMTP and LMTP servers are made of, for the rows of judge_play.h
 */
#ifndef MAILSPEC_TESTS_JUDGE_SMTP_LINES_H
#define MAILSPEC_TESTS_JUDGE_SMTP_LINES_H

#define HELLO                                                                                      \
    "S 220 mx.example ESMTP\r\n", "C EHLO c.example\r\n",                                          \
        "S 250-mx.example\r\n250-PIPELINING\r\n250-HELP\r\n250 SIZE 1000\r\n"
#define ENHANCED_HELLO                                                                             \
    "S 220 mx.example ESMTP\r\n", "C EHLO c.example\r\n",                                          \
        "S 250-mx.example\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250 HELP\r\n"
#define PLAIN_HELLO                                                                                \
    "S 220 mx.example ESMTP\r\n", "C EHLO c.example\r\n", "S 250-mx.example\r\n250 HELP\r\n"
#define TO_RCPT                                                                                    \
    "C MAIL FROM:<a@c.example>\r\n", "S 250 2.1.0 ok\r\n", "C RCPT TO:<b@mx.example>\r\n",         \
        "S 250 2.1.5 ok\r\n"
#define TO_DATA TO_RCPT, "C DATA\r\n", "S 354 go on\r\n"
#define CHUNKING_HELLO                                                                             \
    "S 220 mx.example ESMTP\r\n", "C EHLO c.example\r\n",                                          \
        "S 250-mx.example\r\n250-PIPELINING\r\n250-HELP\r\n250 CHUNKING\r\n"
#define X10     "xxxxxxxxxx"
#define X100    X10 X10 X10 X10 X10 X10 X10 X10 X10 X10
#define X500    X100 X100 X100 X100 X100
#define FIVE(x) x, x, x, x, x

/* A message of its own in the text of another. */
#define SECOND "MAIL FROM:<a@b>\r\nRCPT TO:<b@mx.example>\r\nDATA\r\ny\r\n.\r\n"
#define TAKEN  "S 250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n"

#endif
