/*
 * judge_smtp_client_lines - what sessions of SMTP clients are made of, for the rows of judge_play.h
 */
#ifndef MAILSPEC_TESTS_JUDGE_SMTP_CLIENT_LINES_H
#define MAILSPEC_TESTS_JUDGE_SMTP_CLIENT_LINES_H

#define GREETING    "S 220 mx.example ESMTP\r\n"
#define PLAIN_HELLO GREETING, "C EHLO c.example\r\n", "S 250 mx.example\r\n"
#define OLD_HELLO   GREETING, "C HELO c.example\r\n", "S 250 mx.example\r\n"
#define HELLO                                                                                      \
    GREETING, "C EHLO c.example\r\n",                                                              \
        "S 250-mx.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-DSN\r\n250 SIZE 1000\r\n"
#define UNKNOWN_HELLO GREETING, "C EHLO c.example\r\n", "S 250-mx.example\r\n250 X-ODD\r\n"
#define MAIL          "C MAIL FROM:<a@c.example>\r\n", "S 250 ok\r\n"
#define RCPT          "C RCPT TO:<b@mx.example>\r\n", "S 250 ok\r\n"
#define DATA          MAIL, RCPT, "C DATA\r\n", "S 354 go on\r\n"
#define SENT          DATA, "C Subject: x\r\n\r\nx\r\n.\r\n", "S 250 ok\r\n"
#define DATA_8BIT                                                                                  \
    "C MAIL FROM:<a@c.example> BODY=8BITMIME\r\n", "S 250 ok\r\n", RCPT, "C DATA\r\n",             \
        "S 354 go on\r\n"
#define AUTH_HELLO                                                                                 \
    GREETING, "C EHLO c.example\r\n",                                                              \
        "S 250-mx.example\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN\r\n"
#define CHUNK_HELLO                                                                                \
    GREETING, "C EHLO c.example\r\n",                                                              \
        "S 250-mx.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-BINARYMIME\r\n250 CHUNKING\r\n"
#define BYE  "C QUIT\r\n", "S 221 bye\r\n"
#define X10  "xxxxxxxxxx"
#define X100 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10
#define X500 X100 X100 X100 X100 X100

#endif
