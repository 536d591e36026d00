/* Playing the server: what each kind of line and direction does, and what it means that the client does something else. */
#include "unit.h"

#include "engine/visitor.h"
#include "serve_play.h"

#define HELLO "?220 |EHLO c.example|?250 |"
#define MAIL  "MAIL FROM:<a@b.example>|?250|"
#define RCPT  "RCPT TO:<c@d.example>|?250|"
#define QUIT  "QUIT|?221|!ended"
#define DATA  "DATA|?354|"
#define TEXT  "Subject: x||hello|.|?250|"

// clang-format off
static const struct serve_row line_rows[] = {
    {"a line is told by its verb", "C: MAIL FROM:<x@y>\nS: 250", HELLO "mail from:<a@b> SIZE=5|?250|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"another command is answered", "C: MAIL FROM:<x@y>\nS: 250 go", HELLO "NOOP|?250|MAIL FROM:<a@b>|?250 go|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"off script is noted behind line one", "C: MAIL FROM:<x@y>\nS: 250\nC: RCPT TO:<z@y>\nS: 250", HELLO MAIL "NOOP|?250|" RCPT QUIT,
     VERDICT_PASS, NULL, 0, "off script, answered as a conforming server does: NOOP", NULL},
    {"off script is forbidden", "Off-script: fail\n\nC: MAIL FROM:<x@y>\nS: 250\nC: RCPT TO:<z@y>\nS: 250", HELLO MAIL "NOOP|?",
     VERDICT_FAIL, "the client went off the script: NOOP", 5, NULL, NULL},
    {"what Start: needs is not off script", "Off-script: fail\n\nC: MAIL FROM:<x@y>\nS: 250", HELLO MAIL QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"never sent", "C: MAIL FROM:<x@y>\nS: 250\nC: RCPT TO:<z@y>\nS: 250", HELLO MAIL QUIT,
     VERDICT_FAIL, "the client never sent RCPT: it said QUIT; it ended with status 0", 3, NULL, NULL},
    {"closed instead", "C: MAIL FROM:<x@y>\nS: 250\nC: RCPT TO:<z@y>\nS: 250", HELLO MAIL "!close|!exit 7",
     VERDICT_FAIL, "the client never sent RCPT: it closed the connection; it ended with status 7", 3, NULL, NULL},
    {"reset instead", "C: MAIL FROM:<x@y>\nS: 250\nC: RCPT TO:<z@y>\nS: 250", HELLO MAIL "!reset|!exit 7",
     VERDICT_FAIL, "the client never sent RCPT: it reset the connection; it ended with status 7", 3, NULL, NULL},
    {"silent instead", "C: MAIL FROM:<x@y>\nS: 250\nC: RCPT TO:<z@y>\nS: 250", HELLO MAIL "!hang",
     VERDICT_FAIL, "the client never sent RCPT: it said nothing for 400 ms", 3, NULL, "t"},
    {"half a line, then silence", "C: MAIL FROM:<x@y>\nS: 250\nC: RCPT TO:<z@y>\nS: 250", HELLO MAIL "~RCPT TO:|!hang",
     VERDICT_FAIL, "the client never sent RCPT: it said nothing for 400 ms", 3, NULL, "t"},
    {"half a line, then the end", "C: MAIL FROM:<x@y>\nS: 250\nC: RCPT TO:<z@y>\nS: 250", HELLO MAIL "~RCPT TO:<c@d>",
     VERDICT_FAIL, "the client never sent RCPT: it closed the connection", 3, NULL, NULL},
    {"closed in its direction instead, and it waits for ours", "C: MAIL FROM:<x@y>\nS: 250\nC: RCPT TO:<z@y>\nS: 250", HELLO MAIL "!shut|!ended|!exit 7",
     VERDICT_FAIL, "the client never sent RCPT: it closed the connection; it ended with status 7", 3, NULL, NULL},
    {"what it must not say it may say behind the next line", "C!: NOOP\nC: MAIL FROM:<x@y>\nS: 250\nC: RCPT TO:<z@y>\nS: 250", HELLO MAIL "NOOP|?250|" RCPT QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"closed before line one", "C: MAIL FROM:<x@y>\nS: 250", "?220|!close",
     VERDICT_INCONCLUSIVE, "before line one: the client never sent MAIL: it closed the connection; it ended with status 0", 1, NULL, NULL},
    {"silent before line one", "C: MAIL FROM:<x@y>\nS: 250", "?220|!hang",
     VERDICT_INCONCLUSIVE, "before line one: the client never sent MAIL", 1, NULL, "t"},
    {"a wrong parameter", "C: MAIL FROM:<x@y> SIZE=1\nS: 250", HELLO MAIL QUIT,
     VERDICT_FAIL, "the client said MAIL, but not as it is written; then it said QUIT", 1, NULL, NULL},
    {"compared whole", "C: RCPT TO:<{{x:word=c@d.example}}>\nS: 250 go", HELLO MAIL "RCPT TO:<C@D.EXAMPLE> NOTIFY=NEVER|?250 go|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"a bound name must match again", "C: MAIL FROM:<{{x:text}}>\nS: 250\nC: RCPT TO:<{{x}}>\nS: 250", HELLO MAIL RCPT QUIT,
     VERDICT_FAIL, "the client said RCPT, but not as it is written", 3, NULL, NULL},
    {"a name caught is said", "C: MAIL FROM:<{{x:text}}>\nS: 250 from {{x}} {{y:word=z}}\nC: RCPT TO:<{{y}}>\nS: 250", HELLO "MAIL FROM:<a@b>|?250 from a@b z|RCPT TO:<z>|?250|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"a pattern", "C*: MAIL FROM:<*> *SIZE=?*\nS: 250", HELLO "MAIL FROM:<a@b> BODY=7BIT SIZE=12|?250|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"exact", "C=: NOOP\nS: 250 yes", HELLO "noop|?250|NOOP |?250|NOOP|?250 yes|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"a line that may come, and does", "C?: NOOP\nS?: 250 yes\nC: MAIL FROM:<x@y>\nS: 250", HELLO "NOOP|?250 yes|" MAIL QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"a line that may come, and does not", "C?: NOOP\nS?: 250 yes\nC: MAIL FROM:<x@y>\nS: 250", HELLO MAIL QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"its reply is left out, too", "C?: NOOP\nS: 250 yes\nC: MAIL FROM:<x@y>\nS: 250 go", HELLO "MAIL FROM:<a@b>|?250 go|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"two that may come, the second does", "C?: NOOP\nS: 250 one\nC?: RSET\nS: 250 two\nC: MAIL FROM:<x@y>\nS: 250", HELLO "RSET|?250 two|" MAIL QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"the last line may come, and does not", "C: MAIL FROM:<x@y>\nS: 250\nC?: RSET\nS: 250", HELLO MAIL "!close",
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"the last line may come, and nothing does", "C: MAIL FROM:<x@y>\nS: 250\nC?: RSET\nS: 250\nS: <close connection>", HELLO MAIL "!ended",
     VERDICT_PASS, NULL, 0, NULL, "t"},
    {"what may come is kept while we wait", "C?: NOOP\nS: 250\nS: <wait 40ms>\nC: MAIL FROM:<x@y>\nS: 250\nC: RCPT TO:<{{r:text}}>\nS: 250 {{r}}",
     HELLO "MAIL FROM:<a@b>|!wait 20|RCPT TO:<0123456789012345678901234567890123456789012345678901234567890123456789@d>|?250|?250 0123|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"Finally: is not played", "Finally:\n  C: RSET\n  S: 250\n\nC: MAIL FROM:<x@y>\nS: 250", HELLO MAIL QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"Cast: in both directions", "Cast: Jones@foo.com={{rcpt}}\nCompare: text\n\nC: RCPT TO:<Jones@foo.com>\nS: 250 Jones@foo.com is here", HELLO MAIL "RCPT TO:<alice@example.test>|?250 alice@example.test is here|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"Compare: text", "Compare: text\n\nC: NOOP one\nS: 250", HELLO "NOOP two|?250|noop one|?250|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"a control octet in a line", "C: MAIL FROM:<{{x:text}}>\nS: 250 {{x}}", HELLO "MAIL FROM:<a\x01@b>|?250 a\x01@b|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"the greeting name knows no case", "Start: greeting\n\nC: EHLO {{n:word}}\nS: 250\nC: HELO {{n}}\nS: 250", "?220|EHLO c.Example|?250 |HELO C.EXAMPLE|?250|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
};

static const struct serve_row reply_rows[] = {
    {"a code alone is the conforming answer", "C: EHLO x\nS: 250", "?220|EHLO c|?SIZE|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"octets as written", "C: EHLO x\nS: 250-a\nS: 250-b 1\nS: 250 c", "?220|EHLO c|?250-a|?250-b 1|?250 c|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"no end, no text, odd octets", "C: NOOP\nS: 250 a\\rb\\0c\\n\\c\nC: NOOP\nS=: 250\nC: NOOP\nS: 250 \\xff", HELLO "NOOP|?250 a\rb|NOOP|?250\r\n|NOOP|?250 \xff|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"the first of alternatives", "C: NOOP\nS: 251 | 250", HELLO "NOOP|?251 |" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"classes by their usual code", "C: MAIL FROM:<x@y>\nS: 4yz\nC: MAIL FROM:<x@y>\nS: 5yz\nC: MAIL FROM:<x@y>\nS: 2yz\nC: RCPT TO:<x>\nS: 25z\nC: DATA\nS: 4yz",
     HELLO "MAIL FROM:<a>|?451 |MAIL FROM:<a>|?550 |MAIL FROM:<a>|?250 |RCPT TO:<b>|?250 |DATA|?451 |QUIT|?221|!exit 1",
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"classes at the greeting", "S: 5yz\nC: QUIT\nS: 2yz", "?554 |QUIT|?221 |!exit 1", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"classes at the end of data", "Start: data\n\nC: Subject: x\nC: .\nS: 5yz", HELLO MAIL RCPT DATA "Subject: x|.|?554 |QUIT|?221|!exit 1",
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"a reply that may come, to a command", "C: NOOP\nS?: 250 yes\nC: RSET\nS: 250", HELLO "NOOP|?250 yes|RSET|?250|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"a reply that may come before one that must", "C: NOOP\nS?: 251\nS: 250 yes\nC: RSET\nS: 250", HELLO "NOOP|?250 yes|RSET|?250|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"a reply that nobody asked for may be left out", "C: NOOP\nS: 250\nS?: 421\nC: RSET\nS: 250", HELLO "NOOP|?250|RSET|?250|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"a reply that nobody asked for", "C: NOOP\nS: 250\nS: 421 bye\nS: <close connection>", HELLO "NOOP|?250|?421 bye|!ended|!exit 1",
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"a pattern cannot be said", "C: NOOP\nS*: 250 *", HELLO QUIT, VERDICT_UNSUPPORTED, "", 0, NULL, NULL},
    {"a capture cannot be said", "C: NOOP\nS: 250 {{x:word}}", HELLO QUIT, VERDICT_UNSUPPORTED, "", 0, NULL, NULL},
    {"lines that must not come are not said", "C: EHLO x\nS: 250-a\nS!: 250-b\nS: 250 c", "?220|EHLO c|?250-a|?250 c|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"the usual text where the conforming one does not fit", "C: NOOP\nS: 252", HELLO "NOOP|?252 Cannot|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"replies behind their commands", "C: MAIL FROM:<x>\nC: RCPT TO:<x>\nC: DATA\nS: 250 a\nS: 250 b\nS: 354 c\nC: .\nS: 250 d",
     HELLO "MAIL FROM:<a>|?250 a|RCPT TO:<b>|?250 b|DATA|?354 c|.|?250 d|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"commands in one write", "C: MAIL FROM:<x>\nC: RCPT TO:<x>\nC: DATA\nS: 250 a\nS: 250 b\nS: 354 c\nC: .\nS: 250 d",
     HELLO "MAIL FROM:<a>&|RCPT TO:<b>&|DATA|?250 a|?250 b|?354 c|.|?250 d|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"together", "C: <together>\nC: MAIL FROM:<x>\nC: RCPT TO:<x>\nC: DATA\nS: 250 a\nS: 250 b\nS: 354 c\nC: .\nS: 250 d",
     HELLO "MAIL FROM:<a>&|RCPT TO:<b>&|DATA|?250 a|?250 b|?354 c|.|?250 d|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"together, and another between", "C: <together>\nC: MAIL FROM:<x>\nC: RCPT TO:<x>\nS: 250 a\nS: 250 b",
     HELLO "MAIL FROM:<a>&|NOOP&|VRFY x&|RCPT TO:<b>|?250 a|?250|?252|?250 b|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"QUIT behind commands that wait", "C: <together>\nC: MAIL FROM:<x>\nC: RCPT TO:<x>\nS: 250 a\nS: 250 b",
     HELLO "MAIL FROM:<a>&|QUIT|!hang", VERDICT_FAIL, "the client never sent RCPT: it said nothing for 400 ms", 3, NULL, "t"},
    {"not together", "C: <together>\nC: MAIL FROM:<x>\nC: RCPT TO:<x>\nS: 250 a\nS: 250 b",
     HELLO "MAIL FROM:<a>|?250 a", VERDICT_FAIL, "the client never sent RCPT: it said nothing for 400 ms", 3, NULL, "t"},
};

static const struct serve_row direction_rows[] = {
    {"we close", "C: NOOP\nS: 250\nS: <close connection>", HELLO "NOOP|?250|!ended|!exit 3", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"we reset", "C: NOOP\nS: 250\nS: <reset connection>", HELLO "NOOP|?250|!was-reset|!exit 3", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"we close instead of the greeting", "Start: connect\n\nS: <close connection>", "!ended|!exit 3", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"we close when Start: is reached", "Start: mail\n\nS: <close connection>", HELLO MAIL "!ended|!exit 3", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"we speak when Start: is reached", "Start: mail\n\nS: 421 bye", HELLO "MAIL FROM:<a@b>|?250|?421 bye|" QUIT "|!exit 1", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"the client closes", "C: NOOP\nS: 250\nC: <close connection>", HELLO "NOOP|?250|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"the client closes only", "C: NOOP\nS: 250\nC: <close connection>", HELLO "NOOP|?250|!close", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"the client resets instead of closing", "C: NOOP\nS: 250\nC: <close connection>", HELLO "NOOP|?250|!reset", VERDICT_INFO, "reset", 3, NULL, NULL},
    {"the client resets", "C: NOOP\nS: 250\nC: <reset connection>", HELLO "NOOP|?250|!reset", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"the client closes instead of resetting", "C: NOOP\nS: 250\nC: <reset connection>", HELLO "NOOP|?250|!close", VERDICT_FAIL, "instead of resetting", 3, NULL, NULL},
    {"the client does not close", "C: NOOP\nS: 250\nC: <close connection>", HELLO "NOOP|?250|!hang", VERDICT_FAIL, "never sent <close connection>: it said nothing for 400 ms", 3, NULL, "t"},
    {"it closes in its direction only", "C: NOOP\nS: 250\nC: <close connection>", HELLO "NOOP|?250|!shut|!ended", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"it closes its direction and gets its reply", "C: NOOP\nS: 250 yes", HELLO "NOOP|!shut|?250 yes|!ended", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"the client is silent", "C: NOOP\nS: 250\nC: <silence 10ms>\nC: RSET\nS: 250", HELLO "NOOP|?250|!wait 300|RSET|?250|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"the client is not silent", "C: NOOP\nS: 250\nC: <silence 2s>\nC: RSET\nS: 250", HELLO "NOOP|?250|RSET|?250|" QUIT, VERDICT_FAIL, "the client spoke where silence was expected", 3, NULL, NULL},
    {"it waits for the greeting", "Start: connect\n\nC: <silence 10ms>\nS: 220 hi\nC: EHLO x\nS: 250", "?220 hi|EHLO c|?250 |" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"it does not wait for the greeting", "Start: connect\n\nC: <silence 3s>\nS: 220 hi", "EHLO c|?220|" QUIT, VERDICT_FAIL, "the client spoke where silence was expected", 3, NULL, NULL},
    {"silent behind message data", "Start: rcpt\n\nC: DATA\nS: 354\nC: .\nS: 250\nC: <silence 10ms>\nC: QUIT\nS: 221", HELLO MAIL RCPT DATA TEXT "!wait 300|QUIT|?221", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"silence as line one is behind Start:", "Start: ehlo\n\nC: <silence 10ms>\nC: MAIL FROM:<x>\nS: 250", HELLO "!wait 300|" MAIL QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"we are silent", "C: NOOP\nS: <silence 30ms>\nS: 250", HELLO "NOOP|!wait 5|!unheard|?250|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"we wait", "C: NOOP\nS: <wait 30ms>\nS: 250", HELLO "NOOP|!wait 5|!unheard|?250|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"we wait before the greeting, from when the client is there", "Start: connect\n\nS: <wait 60ms>\nS: 220 hi\nC: EHLO x\nS: 250", "!wait 100|!to 1|!wait 30|!unheard|?220 hi|EHLO c|?250 |" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"we are silent before the greeting, from when the client is there", "Start: connect\n\nS: <silence 60ms>\nS: 220 hi\nC: EHLO x\nS: 250", "!wait 100|!to 1|!wait 30|!unheard|?220 hi|EHLO c|?250 |" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"we wait before the greeting, and it comes again", "Start: connect\n\nS: <wait 60ms>\nS: 220 hi\nC: EHLO x\nS: 250", "!to 1|!wait 40|!close|!again|!wait 40|!unheard|?220 hi|EHLO c|?250 |" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"it is silent from when it is there", "Start: connect\n\nC: <silence 60ms>\nS: 220 hi\nC: EHLO x\nS: 250", "!wait 100|!to 1|!wait 30|!unheard|?220 hi|EHLO c|?250 |" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"we wait between two replies", "C: NOOP\nC: RSET\nS: 250 a\nS: <wait 30ms>\nS: 250 b", HELLO "NOOP&|RSET|?250 a|!unheard|?250 b|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"octet by octet", "C: NOOP\nS: <octet by octet>\nS: 250 yes\nC: RSET\nS: 250", HELLO "NOOP|?250 yes|RSET|?250|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"at a pace", "C: NOOP\nS: <pace 1000/s>\nS: 250 yes\nC: RSET\nS: 250", HELLO "NOOP|?250 yes|RSET|?250|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"the client leaves while we pace", "C: NOOP\nS: <pace 100/s>\nS: 250 a very long text that takes its time\nC?: QUIT", HELLO "NOOP|!close|!exit 1", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"a keyword that we offer", "C: EHLO x\nS: 250-a\nS: 250 SIZE 7\n<if SIZE>\nC: NOOP\nS: 250 {{ehlo:SIZE}}\n<end>\nC: RSET\nS: 250", "?220|EHLO c|?250 |NOOP|?250 7|RSET|?250|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"a keyword that we do not offer", "C: EHLO x\nS: 250-a\nS: 250 SIZE 7\n<if DSN>\nC: NOOP\nS: 250\n<end>\nC: RSET\nS: 250", "?220|EHLO c|?250 |RSET|?250|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"commentary", "> a word\nC: NOOP\n> another\nS: 250\n> the last", HELLO "NOOP|?250|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"preparation", "C: NOOP\nS: 250\n<judge>\nC: RSET\nS: 250", HELLO "NOOP|?250|" QUIT, VERDICT_FAIL, "never sent RSET", 4, NULL, NULL},
    {"preparation fails", "C: NOOP\nS: 250\nC: HELP\nS: 214\n<judge>\nC: RSET\nS: 250", HELLO "NOOP|?250|RSET|?250|" QUIT, VERDICT_INCONCLUSIVE, "in the preparation: the client never sent HELP", 3, NULL, NULL},
};

static const struct serve_row connection_rows[] = {
    {"two at once", "C: NOOP\nS: 250 one\nC2: NOOP\nS2: 250 two\nC: RSET\nS: 250", HELLO "!to 2|" HELLO "!to 1|NOOP|?250 one|!to 2|NOOP|?250 two|!to 1|RSET|?250|" QUIT "|!to 2|" QUIT,
     VERDICT_PASS, NULL, 0, "!off script", NULL},
    {"one behind the other", "C: QUIT\nS: 221\nC2: NOOP\nS2: 250", HELLO "QUIT|?221|!ended|!to 2|" HELLO "NOOP|?250|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"the other one is greeted late, from when it is there", "C: QUIT\nS: 221\nS2: <wait 60ms>\nS2: 220 two\nC2: EHLO x\nS2: 250", HELLO "QUIT|?221|!ended|!wait 100|!to 2|!wait 30|!unheard|?220 two|EHLO c|?250 |" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"a client of one connection is started again", "C: QUIT\nS: 221\nC2: NOOP\nS2: 250", HELLO "QUIT|?221|!exit 0|" HELLO "NOOP|?250|" QUIT,
     VERDICT_PASS, NULL, 0, "the client is started again", NULL},
    {"started again it does not come", "C: QUIT\nS: 221\nC2: NOOP\nS2: 250", HELLO "QUIT|?221|!exit 0|!exit 5|!exit 6",
     VERDICT_FAIL, "the client was started again and never connected; it ended with status 5", 3, NULL, NULL},
    {"started again it does not come to be opened", "C: NOOP\nS: 250\nS: <close connection>\nC: <open connection>\nC: EHLO x\nS: 250", HELLO "NOOP|?250|!ended|!exit 4|!exit 5|!exit 6",
     VERDICT_FAIL, "the client was started again and never connected; it ended with status 5", 4, NULL, NULL},
    {"opened again", "C: NOOP\nS: 250\nS: <close connection>\nC: <open connection>\nS: 220 again\nC: EHLO x\nS: 250", HELLO "NOOP|?250|!ended|!again|?220 again|EHLO c|?250 |" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"opened again, greeted by the conforming server", "C: NOOP\nS: 250\nS: <reset connection>\nC: <open connection>\nC: EHLO x\nS: 250 again", HELLO "NOOP|?250|!was-reset|!again|?220|EHLO c|?250 again|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"opened again by another start", "C: NOOP\nS: 421\nS: <close connection>\nC: <open connection>\nC: EHLO x\nS: 250", HELLO "NOOP|?421|!exit 1|?220|EHLO c|?250 |" QUIT,
     VERDICT_PASS, NULL, 0, "the client is started again", NULL},
    {"opened again before we came to its end", "C: NOOP\nS: 250\nC: <reset connection>\nC: <open connection>\nS: 220 again\nC: EHLO x\nS: 250", HELLO "NOOP|?250|!reset|!again|?220 again|EHLO c|?250 |" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"opened again within message data", "Start: rcpt\n\nC: DATA\nS: 354\nC: .\nS: 250\nC: <open connection>\nC: EHLO x\nS: 250", HELLO MAIL RCPT DATA "a|!close|!wait 50|!again|?220|EHLO c|!hang",
     VERDICT_FAIL, "the client never sent the message data: it closed the connection within it", 5, NULL, "t"},
    {"opened again before its line", "C: NOOP\nS: 250\nC: RSET\nS: 250 reset\nC: <open connection>\nC: EHLO x\nS: 250 again", HELLO "NOOP|?250|!close|!wait 50|!again|?220|RSET|?250 reset|EHLO c|?250 again|" QUIT,
     VERDICT_FAIL, "the client never sent RSET", 3, NULL, "t"},
    {"opened again before its reply", "C: NOOP\nS: <wait 300ms>\nS: 250 late\nC: <open connection>\nC: EHLO x\nS: 250 again", HELLO "NOOP|!close|!wait 50|!again|?220|!wait 400|!unheard|EHLO c|?250 again|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"opened again before its body", "C: RETR 1\nS: +OK\nS: <wait 300ms>\nS: <the POP3 server sends message 1>\nS: .\nC: <open connection>\nC: NOOP\nS: +OK again", "?+OK|USER alice|?+OK|PASS secret-alice|?+OK|RETR 1|?+OK|!close|!wait 50|!again|?+OK|!wait 400|!unheard|NOOP|?+OK again|QUIT|?+OK|!ended",
     VERDICT_PASS, NULL, 0, NULL, "p"},
    {"opened again before we close it", "C: NOOP\nS: 250\nS: <wait 300ms>\nS: <close connection>\nC: <open connection>\nC: EHLO x\nS: 250 again", HELLO "NOOP|?250|!close|!wait 50|!again|?220|!wait 400|EHLO c|?250 again|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"opened again while it is to be silent", "C: NOOP\nS: 250\nC: <silence 300ms>\nC: <open connection>\nC: EHLO x\nS: 250 again", HELLO "NOOP|?250|!close|!wait 50|!again|?220|EHLO c|?250 again|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"opened again while we pace", "C: NOOP\nS: <pace 100/s>\nS: 250 a very long text that takes its time\nC: <open connection>\nC: EHLO x\nS: 250 again", HELLO "NOOP|!close|!wait 50|!again|?220|EHLO c|?250 again|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
    {"not opened again", "C: NOOP\nS: 250\nS: <close connection>\nC: <open connection>\nC: EHLO x\nS: 250", HELLO "NOOP|?250|!ended|!hang",
     VERDICT_FAIL, "never sent <open connection>", 4, NULL, "t"},
    {"one more than the dialogue has", "C: NOOP\nS: 250", HELLO "NOOP|?250|" QUIT "|!to 2|" HELLO "NOOP|?250|" QUIT,
     VERDICT_INFO, "the client connected 2 times; the dialogue has 1 connection", 0, NULL, NULL},
    {"two more at once", "C: NOOP\nS: 250 a\nC: NOOP\nS: 250 b", HELLO "!to 2|" HELLO "!to 3|" HELLO "!to 1|NOOP|?250 a|!to 3|NOOP|?250|" QUIT "|!to 1|NOOP|?250 b|" QUIT "|!to 2|" QUIT,
     VERDICT_INFO, "the client connected 3 times", 0, NULL, NULL},
    {"it connects, leaves, and comes again before line one", "C: NOOP\nS: 250", "?220|!close|!again|" HELLO "NOOP|?250|" QUIT,
     VERDICT_PASS, NULL, 0, NULL, NULL},
};

static const struct serve_row start_rows[] = {
    {"connect", "Start: connect\n\nS: 220 hi\nC: EHLO x\nS: 250", "?220 hi|EHLO c|?250 |" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"the server's line first", "S: 554 no", "?554 no|QUIT|?|!exit 1", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"greeting", "C: EHLO x\nS: 250", "?220 |EHLO c|?250 |" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"HELO will do where EHLO came before", "C: MAIL FROM:<x>\nS: 250 go", "?220|EHLO c|?250 |HELO c|?250|MAIL FROM:<a>|?250 go|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"mail", "Start: mail\n\nC: RCPT TO:<x>\nS: 550", HELLO MAIL "RCPT TO:<c@d>|?550|QUIT|?221|!exit 1", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"rcpt", "Start: rcpt\n\nC: DATA\nS: 451", HELLO MAIL RCPT "DATA|?451|QUIT|?221|!exit 1", VERDICT_PASS, NULL, 0, NULL, NULL},
    {"rcpt, the second of them is line one", "Start: rcpt\n\nC: RCPT TO:<x>\nS: 550", HELLO MAIL RCPT "RCPT TO:<e@f>|?550|" DATA TEXT QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"line one before its time is not line one", "Start: rcpt\n\nC: RSET\nS: 251 late", HELLO "RSET|?250|" MAIL RCPT "RSET|?251 late|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"never as far", "Start: rcpt\n\nC: DATA\nS: 354", HELLO MAIL QUIT, VERDICT_INCONCLUSIVE, "before line one: the client never sent DATA: it said QUIT", 3, NULL, NULL},
    {"data", "Start: data\n\nC: <message {{m}}>\nS: 250 {{length m}}", HELLO MAIL RCPT DATA "a|..b|.|?250 7|" QUIT, VERDICT_PASS, NULL, 0, NULL, NULL},
    {"no message data though Start: is data", "Start: data\n\nC: <message {{m}}>\nS: 250", HELLO MAIL RCPT DATA "a|!close|!exit 1", VERDICT_FAIL, "the client never sent the message data: it closed the connection within it; it ended with status 1", 3, NULL, NULL},
};
// clang-format on

static void test_lines(void)
{
    SERVE_ROWS(line_rows);
}

static void test_replies(void)
{
    SERVE_ROWS(reply_rows);
}

static void test_directions(void)
{
    SERVE_ROWS(direction_rows);
}

static void test_connections(void)
{
    SERVE_ROWS(connection_rows);
}

static void test_start(void)
{
    SERVE_ROWS(start_rows);
}

/* Longer than any line is kept. */
static void test_long_line(void)
{
    struct serve_play play;
    struct buf script = {0};
    serve_play_init(&play);
    buf_append_text(&script, HELLO MAIL "~RCPT TO:<");
    buf_append_fill(&script, 'x', VISITOR_MAX_LINE);
    buf_append_text(&script, "|!hang");
    play.scripted.rest = buf_bytes(&script);
    CU_ASSERT(serve_play_add(&play, "t/case", "C: MAIL FROM:<x>\nS: 250\nC: RCPT TO:<x>\nS: 250"));
    CU_ASSERT(serve_play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_FAIL);
    CU_ASSERT_EQUAL(play.cases[0].line, 3);
    CU_ASSERT_STRING_EQUAL(play.cases[0].reason,
                           "the client sent a line of more than 1 MiB without an end");
    serve_play_deinit(&play);
    buf_deinit(&script);
}

/* More commands than any session has, and all of them in a few reads: they are let by, not told of one by one. */
static void test_flood(void)
{
    static const char *const scenarios[] = {"C: MAIL FROM:<x>\nS: 250\nC: RCPT TO:<x>\nS: 250",
                                            "C: MAIL FROM:<x>\nS: 250",
                                            "C: MAIL FROM:<x>\nS: 250\nC2: NOOP\nS2: 250"};
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
        struct serve_play play;
        struct buf script = {0};
        size_t notes = 0;
        serve_play_init(&play);
        play.config.time_scale = 0.2;
        buf_append_text(&script, HELLO MAIL "~");
        buf_append_fill(&script, '\n', 200 * 1000);
        buf_append_text(&script, "|!hang");
        play.scripted.rest = buf_bytes(&script);
        UNIT_ROW(scenarios[i], serve_play_add(&play, "t/case", scenarios[i]));
        UNIT_ROW(scenarios[i], serve_play_run(&play));
        UNIT_ROW(scenarios[i], i == 2 || play.cases[0].verdict == VERDICT_FAIL);
        for (const char *at = buf_text(&play.cases[0].notes);
             (at = strstr(at, "more than 10000 commands")) != NULL; at++) {
            notes++;
        }
        UNIT_ROW(scenarios[i], notes == 1);
        serve_play_deinit(&play);
        buf_deinit(&script);
    }
}

static const struct unit_test tests[] = {
    {"lines",       test_lines      },
    {"replies",     test_replies    },
    {"directions",  test_directions },
    {"connections", test_connections},
    {"start",       test_start      },
    {"long line",   test_long_line  },
    {"flood",       test_flood      },
};

UNIT_MAIN("engine_serve", tests)
