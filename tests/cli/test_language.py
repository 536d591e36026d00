#!/usr/bin/env python3
"""Every construct of the scenario language, run against the built-in server: it passes when right, and fails when wrong."""
import json

from harness import Case, main, run

# Name, scenario, verdict, and a word of the reason (None: no matter).
ROWS = [
    # ---- codes and classes
    ("code", "Start: ehlo\n\nC: NOOP\nS: 250 whatever stands here\n", "PASS", None),
    ("code differs", "Start: ehlo\n\nC: NOOP\nS: 251\n", "FAIL", "expected 251, got 250"),
    ("class", "Start: ehlo\n\nC: NOOP\nS: 2yz\n", "PASS", None),
    ("class of two digits", "Start: ehlo\n\nC: NOOP\nS: 25z\n", "PASS", None),
    ("class differs", "Start: ehlo\n\nC: NOOP\nS: 4yz\n", "FAIL", "4yz"),
    ("alternatives", "Start: ehlo\n\nC: NOOP\nS: 550 | 250\n", "PASS", None),
    ("second choice", "Start: ehlo\n\nC: NOOP\nS: 550 | ?2yz\n", "NON-STRICT", None),
    # ---- text
    ("glob", "Start: ehlo\n\nC: NOOP\nS*: 250 2.0.? *\n", "PASS", None),
    ("glob differs", "Start: ehlo\n\nC: NOOP\nS*: 250 2.1.? *\n", "FAIL", None),
    ("regex", "Start: ehlo\n\nC: NOOP\nS/: 250 2\\.[0-9]\\.0 \n", "PASS", None),
    ("regex differs", "Start: ehlo\n\nC: NOOP\nS/: 250 3\\.\n", "FAIL", None),
    ("exact", "Start: ehlo\n\nC: NOOP\nS=: 250 2.0.0 OK\n", "PASS", None),
    ("exact differs in case", "Start: ehlo\n\nC: NOOP\nS=: 250 2.0.0 ok\n", "FAIL", None),
    ("Compare: text", "Start: ehlo\nCompare: text\n\nC: NOOP\nS: 250 2.0.0 OK\n", "PASS", None),
    ("Compare: text differs", "Start: ehlo\nCompare: text\n\nC: NOOP\nS: 250 2.0.0 no\n", "FAIL", None),
    # ---- lines of a reply
    ("EHLO lines in any place", "C: EHLO {{client}}\nS: 250-anything\nS*: 250-SIZE *\nS: 250 x\n", "PASS", None),
    ("EHLO line missing", "C: EHLO {{client}}\nS: 250-anything\nS*: 250 ETRN*\n", "FAIL", "no line"),
    ("EHLO line optional", "C: EHLO {{client}}\nS: 250-anything\nS?*: 250-ETRN*\nS: 250 x\n", "PASS", None),
    ("EHLO line forbidden", "C: EHLO {{client}}\nS: 250-anything\nS!*: 250-SIZE*\nS: 250 x\n", "FAIL", "must not"),
    ("EHLO line forbidden, absent", "C: EHLO {{client}}\nS: 250-anything\nS!*: 250-ETRN*\nS: 250 x\n", "PASS", None),
    ("EHLO keyword forbidden", "C: EHLO {{client}}\nS: 250-anything\nS!: 250-SIZE\nS: 250 x\n", "FAIL", "must not"),
    ("EHLO keyword forbidden, absent", "C: EHLO {{client}}\nS: 250-anything\nS!: 250-ETRN\nS: 250 x\n", "PASS", None),
    ("EHLO lines in any order", "C: EHLO {{client}}\nS: 250-anything\nS~: 250-PIPELINING\nS~: 250 8BITMIME\n", "PASS", None),
    ("EHLO lines in any order, one missing", "C: EHLO {{client}}\nS: 250-anything\nS~: 250-PIPELINING\nS~: 250 XNOSUCH\n",
     "FAIL", "no line"),
    ("EHLO line that is not written", "Compare: text\n\nC: EHLO {{client}}\nS: 250-{{name}}\nS*: 250-SIZE *\nS: 250 HELP\n", "FAIL",
     "the reply has a line that is not written"),
    ("EHLO line that is not written, codes", "C: EHLO {{client}}\nS: 250-{{name}}\nS*: 250-SIZE *\nS: 250 HELP\n", "PASS", None),
    ("EHLO, all lines written", "Compare: text\n\nC: EHLO {{client}}\nS: 250-{{name}}\nS*: 250-SIZE *\nS/: 250.[^S].*\nS: 250-SMTPUTF8\nS: 250 STARTTLS\n", "PASS", None),
    ("EHLO, no line written", "Compare: text\n\nC: EHLO {{client}}\nS: 250 {{name}}\n", "PASS", None),
    ("CAPA line that is not written", "Compare: text\n\nC: CAPA\nS: +OK {{text}}\nS: UIDL\nS: .\n", "FAIL",
     "the reply has a line that is not written"),
    ("CAPA, all lines written", "Compare: text\n\nC: CAPA\nS: +OK {{text}}\nS*: *\nS: .\n", "PASS", None),
    ("CAPA, no line written", "Compare: text\n\nC: CAPA\nS: +OK {{text}}\n", "PASS", None),
    ("CAPA keyword forbidden", "C: CAPA\nS: +OK\nS!: UIDL\nS: .\n", "FAIL", "must not"),
    ("reply that may come", "Start: ehlo\n\nC: NOOP\nS: 250\nS?: 250\nC: RSET\nS: 250\n", "PASS", None),
    ("silence", "Start: ehlo\n\nC: NOOP\nS: 250\nS: <silence 50ms>\n", "PASS", None),
    ("within", "Start: ehlo\n\nS: <within 5s>\nC: NOOP\nS: 250\n", "PASS", None),
    # ---- variables and functions
    ("capture and match", "Start: ehlo\n\nC: NOOP\nS: 250 {{code}} {{word:word}}\nC: NOOP\nS: 250 {{code}} {{word}}\n", "PASS", None),
    ("captured differs", "Start: ehlo\n\nC: NOOP\nS: 250 {{c:word}} {{w}}\nC: MAIL FROM:<{{sender}}>\nS: 250 {{c}} {{x}}\n", "FAIL", None),
    ("typed capture", "Start: ehlo\n\nC: NOOP\nS: 250 {{a:int}}.{{b:int}}.{{c:int}} OK\nC: NOOP {{add a 40}}\nS: 250\n", "PASS", None),
    ("sample", "Start: ehlo\n\nC: NOOP {{n:int=5}}\nS: 250\n", "PASS", None),
    ("repeat", "Start: ehlo\n\nC: NOOP {{repeat 10 \"xy\"}}\nS: 250\n", "PASS", None),
    ("base64", "Start: ehlo\n\nC: NOOP {{base64 \"\\0user\\0secret\"}}\nS: 250\n", "PASS", None),
    ("all functions", "Start: ehlo\n\nC: NOOP {{md5 \"x\"}} {{hmac-md5 \"k\" \"d\"}} {{upper \"a\"}} {{lower \"A\"}} {{length \"four\"}}\nS: 250\n",
     "PASS", None),
    ("functions of logins", "Start: ehlo\n\nC: NOOP {{plain user secret}} {{unbase64 \"eA==\"}} {{cram-md5 user secret \"PDFAYT4=\"}} {{xoauth2 user \"t\"}}\n"
     "S: 250\nC: NOOP {{scram-challenge \"{{scram-first user \"a\"}}\" \"b\" \"c2FsdA==\" 4096}}\nS: 250\n", "PASS", None),
    ("SCRAM written out", "Requires: auth SCRAM-SHA-256\n\nC: AUTH SCRAM-SHA-256 FIRST\nS: 334 {{challenge:base64}}\n"
     "C: {{scram-final \"SCRAM-SHA-256\" secret \"FIRST\" challenge}}\n"
     "S: 334 {{scram-signature \"SCRAM-SHA-256\" secret \"FIRST\" challenge \"{{scram-final \"SCRAM-SHA-256\" secret \"FIRST\" challenge}}\"}}\n"
     "C:\nS: 235\n".replace("FIRST", "{{scram-first user \"abc\"}}"), "PASS", None),
    # ---- octets
    ("any octet", "Start: ehlo\n\nC: NOOP \\x80\\x01\\0\nS: 5yz\n", "PASS", None),
    ("no line end", "Start: ehlo\n\nC: NO\\c\nC: OP\nS: 250\n", "PASS", None),
    ("bare LF", "Start: ehlo\n\nC: NOOP\\n\\c\nC: NOOP\nS: 5yz\n", "PASS", None),
    # ---- sending
    ("pipelining", "Start: ehlo\n\nC: RSET\nC: MAIL FROM:<{{sender}}>\nC: NOOP\nS: 250\nS: 250\nS: 250\n", "PASS", None),
    ("flush", "Start: ehlo\n\nC: RSET\nC: <flush>\nC: NOOP\nS: 250\nS: 250\n", "PASS", None),
    ("octet by octet", "Start: ehlo\n\nC: <octet by octet>\nC: NOOP\nS: 250\n", "PASS", None),
    ("pace", "Start: ehlo\n\nC: <pace 1000/s>\nC: NOOP\nS: 250\n", "PASS", None),
    ("wait", "Start: ehlo\n\nC: <wait 10ms>\nC: NOOP\nS: 250\n", "PASS", None),
    ("data as written", "Start: rcpt\n\nC: DATA\nS: 354\nC: Subject: x\nC:\nC: ..\nC: .\nS: 250\n", "PASS", None),
    ("data never sent without 354", "Start: mail\n\nC: DATA\nS: 354\nC: text\nC: .\nS: 250\n", "FAIL", "expected 354, got 503"),
    ("no command as data", "Start: rcpt\n\nC: DATA\nS: 503\nC: NOOP\nS: 250\n", "FAIL", "expected 503, got 354"),
    ("send message", "Start: rcpt\n\nC: DATA\nS: 354\nC: <send message plain>\nS: 250\n", "PASS", None),
    ("BDAT", "Start: rcpt\n\nC: BDAT 6 LAST\nC: text\nS: 250\nC: <close connection>\n", "PASS", None),
    # ---- connections
    ("two connections", "Start: ehlo\n\nC: NOOP\nS: 250\nC2: EHLO {{client}}\nS2: 250\nC: NOOP\nS: 250\nC2: QUIT\nS2: 221\n", "PASS", None),
    ("two protocols", "Start: ehlo\n\nC: NOOP\nS: 250\nC2: USER {{user}}\nS2: +OK\nC2: PASS {{secret}}\nS2: +OK\n", "PASS", None),
    ("close and open", "Start: ehlo\n\nC: NOOP\nS: 250\nC: <close connection>\nC: <open connection>\nS: 220\nC: EHLO {{client}}\nS: 250\n", "PASS", None),
    ("reset", "Start: ehlo\n\nC: NOOP\nS: 250\nC: <reset connection>\n", "PASS", None),
    ("server closes", "Start: ehlo\n\nC: QUIT\nS: 221\nS: <close connection>\n", "PASS", None),
    ("server does not close", "Start: ehlo\n\nC: NOOP\nS: 250\nS: <within 50ms>\nS: <close connection>\n", "FAIL", None),
    # ---- conditions
    ("if offered", "Start: ehlo\n\n<if SIZE>\nC: NOOP\nS: 250\n<end>\nC: RSET\nS: 250\n", "PASS", None),
    ("if not offered", "Start: ehlo\n\n<if ETRN>\nC: NOOP\nS: 550\n<end>\nC: RSET\nS: 250\n", "PASS", None),
    ("Requires", "Start: ehlo\nRequires: ehlo ETRN\n\nC: NOOP\nS: 250\n", "UNSUPPORTED", "ETRN"),
    ("Requires tls", "Start: ehlo\nRequires: tls\n\nC: NOOP\nS: 250\n", "PASS", None),
    ("Requires tls, and there is none", "Start: ehlo\nRequires: tls\nGiven:\n  starttls no\n\nC: NOOP\nS: 250\n", "UNSUPPORTED", "STARTTLS"),
    ("Requires auth, and there is none", "Requires: auth PLAIN\nGiven:\n  auth LOGIN\n\nC: NOOP\nS: 250\n", "UNSUPPORTED", "PLAIN"),
    ("Start tls", "Start: tls\n\nC: NOOP {{tls:version}}\nS: 250\n", "PASS", None),
    ("Start auth", "Start: auth\n\nC: AUTH PLAIN =\nS: 503\n", "PASS", None),
    ("a certificate that no server of ours has", "Start: tls\n\nS: <the certificate is expired>\nC: NOOP\nS: 250\n", "ERROR", "is valid"),
    ("a login", "C: <authenticate CRAM-MD5>\nC: NOOP\nS: 250\n", "PASS", None),
    ("a login with a wrong secret", "C: <authenticate SCRAM-SHA-1 as {{user}} with the secret x>\nS: 535\n", "PASS", None),
    ("a login that is refused", "C: <authenticate LOGIN as {{user}} with the secret x>\n", "FAIL", "expected 235, got 535"),
    ("judge", "Start: ehlo\n\nC: NOOP\nS: 550\n<judge>\nC: RSET\nS: 250\n", "INCONCLUSIVE", "preparation"),
    ("Finally", "Start: ehlo\nFinally:\n  C: RSET\n  S: 250\n\nC: NOOP\nS: 550\n", "FAIL", None),
    ("what fails in Start", "Start: rcpt\nVariables: rcpt\n\nC: DATA\nS: 354\nC: .\nS: 250\n", "PASS", None),
    # ---- POP3
    ("POP3 body any", "Start: pop3-transaction\n\nC: LIST\nS: +OK\n", "PASS", None),
    ("POP3 body by position", "Start: pop3-transaction\nRequires: messages 1\n\nC: LIST\nS: +OK\nS*: 1 *\nS: ...\nS: .\n", "PASS", None),
    ("POP3 body differs", "Start: pop3-transaction\nRequires: messages 1\n\nC: LIST\nS: +OK\nS*: 7 *\nS: ...\nS: .\n", "FAIL", None),
    ("CAPA by keyword", "C: CAPA\nS: +OK\nS*: UIDL*\nS: .\n", "PASS", None),
    ("CAPA keyword missing", "C: CAPA\nS: +OK\nS*: XNOSUCH*\nS: .\n", "FAIL", None),
    ("APOP", "C: APOP {{user}} {{apop}}\nS: +OK\n", "PASS", None),
    ("any order", "Start: pop3-transaction\nRequires: messages 2\n\nC: LIST\nS: +OK\nS~*: 2 *\nS~*: 1 *\nS: ...\nS: .\n", "PASS", None),
    # ---- Given, Cast
    ("Given", "Given:\n  domain dbc.mtview.ca.us\n  user mrose tanstaaf\n  nonce <1896.697170952@dbc.mtview.ca.us>\n\n"
     "S: +OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\nC: APOP mrose c4c9334bac560ecc979e58001b3e22fb\nS: +OK\nC: QUIT\nS: +OK\n",
     "PASS", None),
    ("printed digest without a nonce", "C: APOP mrose c4c9334bac560ecc979e58001b3e22fb\nS: +OK\n", "UNSUPPORTED", "no nonce"),
    ("Given with a message", "Given:\n  user mrose tanstaaf\n  message mrose plain\n\nC: USER mrose\nS: +OK\nC: PASS tanstaaf\nS: +OK\n"
     "C: STAT\nS*: +OK 1 *\nC: RETR 1\nS: +OK\nS: <the POP3 server sends message 1>\nS: .\n", "PASS", None),
    ("Cast", "Cast: Jones@foo.com={{rcpt}} foo.com={{domain}}\n\nC: EHLO {{client}}\nS: 250\nC: MAIL FROM:<Smith@bar.com>\nS: 250\n"
     "C: RCPT TO:<Jones@foo.com>\nS: 250\n", "PASS", None),
    # ---- other people's notations
    ("RFC 821", "R: 220 here\nS: HELO there\nR: 250 here\nS: QUIT\nR: 221 here\n", "PASS", None),
    ("course style", "S : 220 here //the greeting\nC:HELO there //hello\nS : 250 here , pleased to meet you //...\nC:QUIT\nS : 221\n", "PASS", None),
    ("CRLF written out", "C: EHLO {{client}}<CR><LF>\nS: 250\nC: NOOP<CR><LF>\nS: 250\n", "PASS", None),
    ("RFC 1939 style", "S: <wait for connection on TCP port 110>\nC: <open connection>\nS:    +OK POP3 server ready\nC:    QUIT\n"
     "S:    +OK bye\nC:  <close connection>\nS:  <wait for next connection>\n", "PASS", None),
    ("no header", "C: EHLO {{client}}\nS: 250\n", "PASS", None),
    ("comments", "# a comment\nTitle: t\n# another\n\n> said to the reader\nC: EHLO {{client}}\n# between\nS: 250\n", "PASS", None),
    ("CRLF file", "Title: t\r\n\r\nC: EHLO {{client}}\r\nS: 250\r\n", "PASS", None),
]


class Language(Case):
    def test_every_construct(self):
        for number, (_, text, _, _) in enumerate(ROWS):
            self.write(f"cases/{number:03}.scn", text)
        result = run("run", "--report", "json=-", "--time-scale", "0.5", f"{self.folder}/cases")
        self.assertIn(result.status, (0, 1), result)
        cases = {case["id"]: case for case in json.loads(result.out)["cases"]}
        self.assertEqual(len(cases), len(ROWS))
        for number, (name, text, verdict, word) in enumerate(ROWS):
            with self.subTest(name=name):
                case = cases[f"{number:03}"]
                self.assertEqual(case["verdict"], verdict, f"{text}\n{case.get('reason')}")
                if word is not None:
                    self.assertIn(word.lower(), case["reason"].lower())

    def test_each_makes_cases(self):
        path = self.write("each.scn", "Title: says {{word}}\nStart: ehlo\nEach:\n  name | word | reply\n  one | NOOP | 250\n"
                          "  two | XYZZY | 500 \\| ?5yz\n\nC: {{word}}\nS: {{reply}}\n".replace("\\|", "|"))
        result = run("lint", path)
        self.assertNotEqual(result.status, 0, "a cell too many must be told")
        path = self.write("each.scn", "Title: says {{word}}\nStart: ehlo\nEach:\n  name | word | reply\n  one | NOOP | 250\n"
                          "  two | XYZZY | 5yz\n\nC: {{word}}\nS: {{reply}}\n")
        self.check(run("run", path), 0, "each/one", "each/two", "says XYZZY")

    def test_use_and_cycles(self):
        self.write("lib/hello.scn", "C: EHLO {{client}}\nS: 250\n")
        path = self.write("main.scn", "Start: greeting\n\n<use lib/hello>\nC: NOOP\nS: 250\n")
        self.check(run("run", path), 0, "PASS")
        self.write("lib/a.scn", "<use lib/b>\n")
        self.write("lib/b.scn", "<use lib/a>\n")
        self.check(run("run", self.write("cycle.scn", "Start: greeting\n\n<use lib/a>\n")), 3, "lib/a")

    def test_given_message_beside_the_scenario(self):
        text = ("Given:\n  user mrose tanstaaf\n  message mrose own\n\nC: USER mrose\nS: +OK\nC: PASS tanstaaf\nS: +OK\n"
                "C: RETR 1\nS: +OK\nS=: Subject: x\nS:\nS=: {{not}} filled in\nS: .\n")
        self.write("given/messages/own.eml", "Subject: x\n\n{{not}} filled in\n")
        path = self.write("given/main.scn", text.replace("{{not}}", "\\{\\{not}}"))
        self.check(run("run", path), 0, "PASS")
        self.check(run("run", self.write("given/no.scn", text.replace("mrose own", "mrose none"))), 3, "no message none")

    def test_either_or(self):
        path = self.write("either.scn", "Start: ehlo\n\nEither:\nC: NOOP\nS: 250\nOr:\nC: RSET\nS: 250\n")
        self.check(run("run", path), 0, "2 PASS")

    def test_fmt_is_idempotent_for_all(self):
        for number, (name, text, _, _) in enumerate(ROWS):
            with self.subTest(name=name):
                path = self.write(f"f/{number}.scn", text)
                once = run("fmt", path)
                self.assertEqual(once.status, 0, once)
                again = run("fmt", self.write(f"f/{number}b.scn", once.out))
                self.assertEqual(again.out, once.out)


if __name__ == "__main__":
    main()
