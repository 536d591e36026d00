#!/usr/bin/env python3
"""mailspec import: other people's notations become scenarios that lint accepts and that run; what is lost is said with its line."""
import os

from harness import Case, Reference, main, run

SWAKS = """=== Trying 127.0.0.1:2525...
=== Connected to 127.0.0.1.
<-  220 mail.example ESMTP
 -> EHLO client.example
<-  250-mail.example
<-  250 AUTH PLAIN
 -> AUTH PLAIN AGFsaWNlAHNlY3JldA==
<-  235 2.7.0 OK
 -> MAIL FROM:<a@client.example>
<-  250 2.1.0 OK
 -> RCPT TO:<nobody@example.test>
<** 550 5.1.1 nobody
 -> RCPT TO:<alice@example.test>
<-  250 2.1.5 OK
 -> DATA
<-  354 go on
 -> Subject: one \\ {{two}}\r
 ->  folded\r
 -> \r
 -> ..dot\r
 -> <close connection>\r
 -> .
<-  250 2.0.0 OK
 -> QUIT
<-  221 2.0.0 bye
=== Connection closed with remote host.
"""

SWAKS_MADE = """Title: session.log

# From a swaks transcript, session.log
# === Trying 127.0.0.1:2525...
# === Connected to 127.0.0.1.
S: 220 mail.example ESMTP
C: EHLO client.example
S: 250-mail.example
S: 250 AUTH PLAIN
C: AUTH PLAIN {{base64 "\\0alice\\0{{secret:alice}}"}}
S: 235 2.7.0 OK
C: MAIL FROM:<a@client.example>
S: 250 2.1.0 OK
C: RCPT TO:<nobody@example.test>
S: 550 5.1.1 nobody
C: RCPT TO:<alice@example.test>
S: 250 2.1.5 OK
C: DATA
S: 354 go on
C: Subject: one \\\\ \\{\\{two}}
C:  folded
C:
C: ..dot
C: \\x3cclose connection>
C: .
S: 250 2.0.0 OK
C: QUIT
S: 221 2.0.0 bye
S: <close connection>
"""

TELNET = """$ telnet mail.example 110
Trying 192.0.2.1...
Connected to mail.example.
Escape character is '^]'.
+OK ready
USER alice
+OK
PASS secret
+OK welcome
LIST
+OK
.
NONSENSE
-ERR what
QUIT
+OK bye
Connection closed by foreign host.
"""

RFC = """4.1.  An example

     S: 220 mail.example ready, with a greeting that is broken
        off by the page
     C: EHLO client.example
     S: 250-mail.example
     S: 250 SIZE

Someone                     Standards Track                     [Page 1]
\f
RFC 9999                   An example of a dialogue            July 2026

     C: MAIL FROM:<a@client.example>
     S: 250 OK
     (note: the client thinks it over)
     C: QUIT
     S: 221

And so on, until the next one.

     R: 220 mail.example ready
     S: HELO client.example<CRLF>
     R : 250 mail.example    // it is polite
     S: MAIL FROM:<a@client.example>
     R: 250 OK
     S: RCPT TO:<alice@example.test>
     R: 250 OK
     S: DATA
     R: 354 Start mail input; end with <CRLF>.<CRLF>
     S: Blah blah blah...
     S: <CRLF>.<CRLF>
     R: 250 OK
     S: QUIT
     R: 221 mail.example
"""


class Import(Case):
    def make(self, name, text, *options, status=0, words=()):
        """Import it; what was made is clean for lint. Returns the texts of the scenarios."""
        folder = os.path.join(self.folder, "made")
        result = run("import", self.write(name, text), "-o", folder, *options)
        self.check(result, status, *words)
        if not os.path.isdir(folder):
            return []
        lint = run("lint", folder)
        self.check(lint, 0)
        self.assertNotIn("error", lint.err)
        texts = []
        for file in sorted(os.listdir(folder)):
            with open(os.path.join(folder, file), encoding="utf-8") as made:
                texts.append(made.read())
        return texts

    def runs(self, *options):
        with Reference("smtp://127.0.0.1:0", "pop3://127.0.0.1:0", "--user", "alice:secret:alice@example.test",
                       *options) as server:
            targets = [word for url in server.urls for word in ("--server", url)]
            return run("run", *targets, "--user", "alice:secret:alice@example.test", os.path.join(self.folder, "made"))

    def test_a_transcript_of_swaks(self):
        made = self.make("session.log", SWAKS, words=("session.log:7: the secret is written {{secret:alice}}",))
        self.assertEqual(made, [SWAKS_MADE])

    def test_a_telnet_log(self):
        made = self.make("log", TELNET)
        self.assertIn("S: +OK ready\nC: USER alice\nS: +OK\nC: PASS {{secret:alice}}\n", made[0])
        self.assertNotIn("secret\n", made[0])
        self.assertTrue(made[0].endswith("C: QUIT\nS: +OK bye\nS: <close connection>\n"), made[0])
        self.check(self.runs(), 0, "1 PASS")

    def test_the_text_of_an_rfc(self):
        made = self.make("rfc9999.txt", RFC)
        self.assertEqual(len(made), 2)
        self.assertTrue(made[0].startswith("Title: 4.1.  An example\n"), made[0])
        self.assertIn("S: 220 mail.example ready, with a greeting that is broken off by the page\n", made[0])
        self.assertIn("S: 250 SIZE\nC: MAIL FROM", made[0])  # no page break in between
        self.assertIn("> (note: the client thinks it over)\n", made[0])
        self.assertIn("C: HELO client.example\n# it is polite\nS: 250 mail.example\n", made[1])
        self.assertIn("C: Blah blah blah...\nC: .\nS: 250 OK\n", made[1])
        self.check(self.runs(), 0, "2 PASS")

    def test_what_is_no_dialogue_is_said(self):
        self.make("session.log", SWAKS.replace("<** 550 5.1.1", "<** 999 5.1.1") + "Segmentation fault\n",
                  words=("session.log:12: not carried over: ", "session.log:27: no line of a transcript of swaks"))
        self.make("empty", "", status=3, words=("no notation that is known",))
        self.make("prose", "Dear Alice,\nhow are you?\n", status=3, words=("--from says which",))

    def test_from_forces_the_notation(self):
        self.make("prose", SWAKS, "--from", "telnet", status=3, words=("no dialogue is found in this telnet log",))
        result = run("import", "x", "-o", "y", "--from", "netcat")
        self.check(result, 2, 'unknown notation "netcat"; there are ', "swaks", "telnet")

    def test_no_file_is_replaced(self):
        self.make("log", TELNET)
        self.make("log", TELNET, status=6, words=("is there already",))

    def test_usage(self):
        self.check(run("import", "-o", "x"), 2, "no file is named")
        self.check(run("import", "x"), 2, "-o DIR")
        self.check(run("import", os.path.join(self.folder, "none"), "-o", self.folder), 3, "none")

    def test_huge_and_hostile(self):
        """Bounded in time, and what is left out is said."""
        self.make("lines", "220 x\n" + "NOOP\n250\n" * 60000, "--from", "telnet", words=("more than 100000 lines", "lines:15001: the rest"))
        self.check(run("import", self.write("huge", "S: 220\nC: " + "x" * 5000000), "-o", self.folder), 3, "huge")


if __name__ == "__main__":
    main()
