#!/usr/bin/env python3
"""Dialogues played against themselves, and the built-in client, with and without a fault."""
import glob
import json
import os
import re

from harness import Case, main, run

SCENARIOS = os.path.abspath(os.path.join(os.path.dirname(__file__), os.pardir, os.pardir, "scenarios"))
CATALOGUE = sorted(glob.glob(os.path.join(SCENARIOS, "catalogue", "*.rules")))
SEND = """\
Title: A message with a dot in it
Rule: %s
Start: ehlo

C: MAIL FROM:<{{sender}}>
S: 250
C: RCPT TO:<{{rcpt}}>
S: 250
C: DATA
S: 354
C: Subject: dots
C:
C=: ..a dot
C: .
S: 250
"""


def cases_of(result):
    return json.loads(result.out)["cases"]


class Shipped(Case):
    def test_all_that_have_both_sides(self):
        result = run("run", "--self", "--report", "json=-", cwd=self.folder, limit=120)
        self.check(result, 0)
        cases = cases_of(result)
        self.assertEqual([(case["id"], case["verdict"]) for case in cases if case["verdict"] != "PASS"], [])
        self.assertGreater(len(cases), 100)

    def test_lint_tells_as_many(self):
        """What lint calls playable from both sides is what is played, but for what has to be asked for."""
        lint = run("lint", SCENARIOS)
        both = set(re.findall(r"^(.+)\.scn: .*Side: both$", lint.out, re.MULTILINE))
        if not both:
            self.skipTest("lint tells no sides of whole folders")
        result = run("run", "--self", "--report", "json=-", cwd=self.folder, limit=120)
        files = {os.path.relpath(os.path.realpath(case["file"]), SCENARIOS).removesuffix(".scn") for case in cases_of(result)}
        shy = {line.split()[0] for tag in ("mistaken", "slow") for line in run("list", "-t", tag).out.splitlines()}
        told = {os.path.relpath(os.path.realpath(name), SCENARIOS) for name in both}
        # What stands in lib is no case; the cases use it.
        self.assertEqual({name for name in told - files if not name.startswith("lib/")}, shy)


class Own(Case):
    def play(self, text, *more):
        self.write("own.scn", text)
        return run("run", "own.scn", *more, cwd=self.folder)

    def test_satisfied(self):
        rows = (
            "Start: ehlo\n\nC: NOOP\nS: 250 fine\n",
            "C: EHLO {{client}}\nS: 250-{{name:word=mail.example}}\nS: 250 SIZE 1000\nC: MAIL FROM:<a@b.example> SIZE={{ehlo:SIZE}}\nS: 250\n",
            "S: 220 here\nC: NOOP\nC: NOOP\nS: 250 one\nS: 251 two\nC: QUIT\nS: 221\nS: <close connection>\n",
            "C: USER {{user}}\nS: +OK\nC: PASS {{secret}}\nS: +OK\nC: STAT\nS: +OK {{n:int=2}} {{size:int=320}}\nC: LIST\nS: +OK\nS: 1 120\nS: 2 200\nS: .\n",
            "C: NOOP\nS: 250\nC2: NOOP\nS2: 250 two\nC: QUIT\nS: 221\n",
            "C: NOOP\nS?: 421 no\nC: RSET\nS: 250\n",
        )
        for text in rows:
            with self.subTest(text):
                self.check(self.play(text, "--self"), 0, "1 PASS")

    def test_who_goes_in_the_middle_of_a_line_is_not_rehearsed(self):
        """Also when something is said on another connection in between: what has come by then is a matter of time."""
        for between in ("", "C2: NOOP\nS2: 250\n"):
            with self.subTest(between):
                self.check(self.play("Start: ehlo\n\nC: NOO\\c\n" + between + "C: <close connection>\n"), 0, "1 PASS")

    def test_contradictions(self):
        rows = (  # what no two sides can do
            ("C: NOOP\nS: 250 a\\c\nC: RSET\nS: 250\n", "Timeout: 1s\n"),
            ("C: NOOP\nS!=: 250 here\nS: 250 here\n", ""),
            ("C: EHLO {{client}}\nS: 250-mx.example\nS: 250 SIZE 10\nC: MAIL FROM:<a@b.example> SIZE={{ehlo:NONE}}\nS: 250\n", ""),
            ("C: NOOP {{x:word=one}}\nS: 250 {{x}} {{x}}\nC: NOOP\nS: 250 {{y:int=two}}\n", ""),
            ("C: NOOP\nS: <close connection>\nC: NOOP\nS: 250\n", ""),
            ("C: LIST\nS: +OK\nS: 1 120\nS!: 1 120\nS: .\n", ""),
        )
        for text, header in rows:
            with self.subTest(text):
                result = self.play(f"{header}\n{text}" if header else text, "--self")
                self.assertIn(result.status, (1, 3), result)
                self.check(result, result.status, "error: " if result.status == 3 else "1 FAIL")

    def test_a_setting_that_is_wrong(self):
        self.check(self.play("Given:\n  max-recipients many\n\nC: NOOP\nS: 250\n", "--self"), 1,
                   'Given: max-recipients: expected NUMBER, found "many"', "1 ERROR")

    def test_one_side_only(self):
        rows = ("Start: ehlo\n\nC: NOOP\nS*: 250 *\n", "Start: ehlo\n\nC: NOOP\nS: 250 {{text:text}}\n", "Start: ehlo\n\nC*: NO*\nS: 250\n")
        for text in rows:
            with self.subTest(text):
                self.check(self.play(text, "--self"), 5, "1 UNSUPPORTED")


class BuiltInClient(Case):
    def setUp(self):
        super().setUp()
        self.write("send.scn", SEND % "smtp/client-crlf")
        self.write("server.scn", "Title: NOOP\nRule: smtp/reply-crlf\nStart: ehlo\n\nC: NOOP\nS: 250\n")
        self.write("fetch.scn", "Title: Fetched\nRule: pop3/client-line-end\nRequires: fetched\nStart: pop3-transaction\n\nC: RETR 1\nS: +OK\n"
                   "S: <the POP3 server sends message 1>\nS: .\nC: <store message 1>\nC: <exit ok>\n")

    def run_own(self, *arguments):
        return run("run", *arguments, cwd=self.folder)

    def test_no_target(self):
        self.check(self.run_own("send.scn", "server.scn", "fetch.scn"), 0, "3 PASS")

    def test_refused_and_told(self):
        for reply in ("450", "550"):
            self.write("refused.scn", f"Rule: smtp/client-crlf\nStart: mail\n\nC: RCPT TO:<{{{{rcpt}}}}>\nS: {reply}\nC: <exit failure>\n")
            self.check(self.run_own("refused.scn"), 0, "1 PASS")

    def test_faults(self):
        for fault, case in (("client-crlf", "send.scn"), ("quit-before-close", "send.scn"), ("pop3-client-line-end", "fetch.scn")):
            with self.subTest(fault):
                result = self.run_own("--fault", fault, case)
                self.check(result, 1, "FAIL", "Again:", f"--fault {fault} {case}")

    def test_a_fault_of_the_client_breaks_no_server(self):
        self.check(self.run_own("--fault", "client-crlf", "server.scn"), 0, "1 PASS")
        self.check(self.run_own("--fault", "reply-crlf", "send.scn"), 0, "1 PASS")

    def test_every_fault_is_listed_once(self):
        listed = re.findall(r"^\s*([a-z0-9][a-z0-9.-]+)", self.run_own("--fault", "list").out, re.MULTILINE)
        self.assertEqual(len(listed), len(set(listed)))
        self.assertGreater(len(CATALOGUE), 1)
        for path in CATALOGUE:
            with open(path, encoding="utf-8") as file:
                for line in re.findall(r"^Faults: (.*(?:\n .*)*)", file.read(), re.MULTILINE):
                    for name in re.split(r"[,\s]+", line.strip()):
                        self.assertIn(name, listed)


STARTTLS = "C: STARTTLS\nS: 220\n"
MAIL = "C: MAIL FROM:<{{sender}}>\nS: 250\n"
INSIDE = (
    ("behind STARTTLS", STARTTLS + "C & S: <negotiate a TLS session>\nS: <the TLS version is 1.3>\nC: EHLO {{client}}\nS: 250\n" + MAIL),
    ("on the way to line one", "Start: tls\n\nC: EHLO {{client}}\nS: 250\n"),
    ("in a setting", "Given:\n  tls-max 1.2\nCast: alice={{user}}\n\n" + STARTTLS + "C & S: <negotiate a TLS session>\nS: <the TLS version is 1.2>\n"),
    ("refused by the client", "Given:\n  certificate-kind expired\nCast: alice={{user}}\n\n" + STARTTLS + "C: <TLS negotiation fails>\n"),
    ("before the greeting", "Start: connect\n\nC & S: <negotiate a TLS session>\nS: 220\nC: EHLO {{client}}\nS: 250\n"),
    ("STLS", "Start: greeting\n\nC: STLS\nS: +OK\nC & S: <negotiate a TLS session>\nC: <authenticate SCRAM-SHA-256 as {{user}}>\nC: STAT\nS: +OK\n"),
    ("a login on the way", "Start: auth\n\n" + MAIL),
    ("a login refused", "C: <authenticate PLAIN as {{user}}>\nS: 535\nC: QUIT\nS: 221\n"),
) + tuple((name, f"C: <authenticate {name} as {{{{user}}}}>\n" + MAIL)
          for name in ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER"))


class Inside(Case):
    """Both sides are ours, with TLS and logins between them."""

    def test_both_sides(self):
        for number, (name, dialogue) in enumerate(INSIDE):
            header = f"Title: {name}\n" + ("" if dialogue.startswith(("Given:", "Start:")) else "\n")
            self.write(f"{number:02}.scn", header + dialogue)
        result = run("run", "--self", ".", "--report", "json=-", cwd=self.folder)
        told = {case["title"]: case for case in json.loads(result.out)["cases"]}
        for name, dialogue in INSIDE:
            with self.subTest(name):
                self.assertEqual(told[name]["verdict"], "PASS", f"{dialogue}{told[name].get('reason')}")

    def test_no_refusal(self):
        self.write("good.scn", "Title: Nothing is wrong with it\n\n" + STARTTLS + "C: <TLS negotiation fails>\n")
        self.check(run("run", "--self", "good.scn", cwd=self.folder), 1, "the TLS negotiation succeeded, where it was expected to fail")


if __name__ == "__main__":
    main()
