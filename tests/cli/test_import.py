#!/usr/bin/env python3
"""mailspec import: other people's notations become scenarios that lint accepts and that run; what is lost is said with its line."""
import os
import shutil
import subprocess

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

EXIM = """# both kinds of blocks
exim -bd -oX PORT_D
****
client 127.0.0.1 PORT_D
??? 220
ehlo client.example
??? 250-
????250-PIPELINING
????250-SIZE
????250-8BITMIME
????250-ENHANCEDSTATUSCODES
????250-CHUNKING
????250-BINARYMIME
????250-SMTPUTF8
????250-DSN
????250-VRFY
????250-EXPN
??? 250 HELP
mail from:<a@client.example>
??? 250 2.1.0
rcpt to:<nobody@example.test>
??? 550
>>> rset\\r\\n
??? 250
quit
??? 221
???*
****
server PORT_S
220 mail.example
EHLO
250-mail.example
250 SIZE
MAIL FROM:<
250 OK
RCPT TO:<CALLER@HOSTNAME>
>250 OK
DATA
354 go on
.
250 OK
QUIT
221 bye
****
"""

MPT = """# greeting first
S: 220 .*
C: EHLO client.example
SUB {
S: 250\\-[a-z.]+
}
S: 250[ -].*
C: RCPT TO:<nobody@example.test>
S: 503 5\\.5\\.1 .*
TIMER start x
C: QUIT
S: 221 .*
"""

CURL = """<testcase>
<reply>
<servercmd>
CAPA SIZE
REPLY "RCPT TO:<carol@mail.example>" 550-nobody\\r\\n550 here
SLOWDOWN
</servercmd>
</reply>
<client>
<server>
smtp
</server>
<name>
SMTP with two recipients
</name>
</client>
<verify>
<protocol crlf="yes">
EHLO %TESTNUMBER
MAIL FROM:<%repeat[3 x a]%@client.example> SIZE=%FILESIZE
RCPT TO:<carol@mail.example>
RCPT TO:<bob@mail.example>
DATA
QUIT
</protocol>
<upload crlf="yes">
From: alice

..text
.
</upload>
</verify>
</testcase>
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

    def test_a_log_of_curl(self):
        """What curl says itself, when it is here."""
        if shutil.which("curl") is None:
            self.skipTest("curl is missing")
        with Reference("smtp://127.0.0.1:0", "pop3://127.0.0.1:0", "--user", "alice:secret:alice@example.test", "--set", "nonce=<1@x>") as server:
            smtp, pop3 = server.urls
            message = self.write("message", b"Subject: x\r\n\r\n> quoted\r\n")  # curl sends it as it is
            sent = subprocess.run(["curl", "-v", "--mail-from", "a@client.example", "--mail-rcpt", "alice@example.test", "-T", message, smtp],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=True)
            fetched = subprocess.run(["curl", "-v", "-u", "alice:secret", pop3 + "/1"],
                                     stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=True)
        made = self.make("sent.log", sent.stdout, words=("the message that was sent is not in the log",))
        self.assertIn("C: MAIL FROM:<a@client.example>", made[0])
        self.assertIn("C: .\nS: 250 ", made[0])
        made = self.make("fetched.log", fetched.stdout)
        self.assertIn("C: APOP {{user}} {{apop}}\n", made[0])
        self.assertIn("C: RETR 1\nS: +OK ", made[0])
        self.assertNotIn("quoted", made[0])
        os.remove(os.path.join(self.folder, "made", "fetched.scn"))  # there is no message to fetch
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

    def test_scripts_of_exim(self):
        made = self.make("0999", EXIM, words=(
            "0999:2: is for the runner of Exim's tests", "0999:36: names that Exim's runner fills in are not compared"))
        self.assertEqual(len(made), 2)
        self.assertIn("S?*: 250-SIZE*\n", made[0])
        self.assertIn("C: rset\\r\\n\\c\nS: 250\n", made[0])
        self.assertIn("C*: MAIL FROM:<*\n", made[1])
        self.check(self.runs(), 0, "1 PASS", "1 UNSUPPORTED")  # the other one is for clients

    def test_a_script_of_james(self):
        made = self.make("helo.test", MPT, words=("helo.test:10: is nothing that can be written in a scenario: TIMER start x",))
        self.assertIn("# greeting first\nS: 220\nC: EHLO client.example\nS~/: 250-[a-z.]+$\n", made[0])
        self.assertIn("S/: 503 5\\.5\\.1 .*$\n", made[0])

    def test_a_test_of_curl(self):
        made = self.make("test999", CURL, words=("test999:6: an order for curl's test server: SLOWDOWN", "test999:20: what curl's"))
        self.assertTrue(made[0].startswith("Title: test999: SMTP with two recipients\n"), made[0])
        self.assertIn("C: EHLO 999\n", made[0])
        self.assertIn("C: MAIL FROM:<aaa@client.example> SIZE=%FILESIZE\n", made[0])
        self.assertIn("S: 550-nobody\nS: 550 here\n", made[0])
        self.assertIn("C: DATA\nS: 354\nC: From: alice\nC:\nC: ..text\nC: .\nS: 250\nC: QUIT\nS: 221\n", made[0])
        self.check(run("run", "--self", os.path.join(self.folder, "made")), 0, "1 PASS")

    def test_what_is_no_dialogue_is_said(self):
        self.make("session.log", SWAKS.replace("<** 550 5.1.1", "<** 999 5.1.1") + "Segmentation fault\n",
                  words=("session.log:12: not carried over: ", "session.log:27: no line of a transcript of swaks"))
        for name in ("utf-16-le", "utf-16-be"):
            path = os.path.join(self.folder, name)
            with open(path, "wb") as file:
                file.write(("\ufeff" + TELNET).encode(name))
            self.check(run("import", path, "-o", os.path.join(self.folder, "none")), 3, "is UTF-16; save it as UTF-8")
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
