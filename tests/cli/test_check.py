#!/usr/bin/env python3
"""Stored sessions: what judges found in a run is found again in its transcripts; pasted dialogues; what is wrong with a file."""
import glob
import json
import os
import re
import shutil
import socket
import subprocess

from harness import PROGRAM, Case, Reference, main, run

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
GROUPS = 2  # runs of a protocol and side in which all faults are on, a part in each; what they hide from each other comes in further ones
MORE_RUNS = 12


def records():
    """The records of the catalogue, as dictionaries."""
    for path in sorted(glob.glob(os.path.join(ROOT, "scenarios", "catalogue", "*.rules"))):
        with open(path, encoding="utf-8") as file:
            for text in re.split(r"\n\s*\n", file.read()):
                fields = dict(re.findall(r"^([A-Z][A-Za-z-]*): *(.*(?:\n .*)*)", text, re.MULTILINE))
                if "Id" in fields:
                    yield fields


def judged_rules():
    """Rules that judges watch, each with its first fault, by the cases in which it is broken."""
    rules = {}
    for record in records():
        if record["Judged-by"] == "judge":
            cases = ("client/" if record["Side"] == "client" else "") + record["Id"].split("/")[0] + "/**"
            rules.setdefault(cases, {})[record["Id"]] = record["Faults"].split(",")[0].strip()
    return rules


def findings(path, found_by="session"):
    """For each case id what was found, case by case."""
    cases = {}
    with open(path, encoding="utf-8") as file:
        for case in json.load(file)["cases"]:
            cases.setdefault(case["id"], []).append(sorted(
                (finding["rule"], finding["verdict"], finding["connection"], finding["text"])
                for finding in case["findings"] if finding["found_by"] == found_by))
    return cases


def rules_of(cases):
    return {finding[0] for found in cases.values() for case in found for finding in case}


def without_words(cases):
    """Fillers stand in place of secrets: without what a finding quotes."""
    return {name: [[finding[:3] for finding in case] for case in found] for name, found in cases.items()}


class Stored(Case):
    def setUp(self):
        super().setUp()
        self.out = os.path.join(self.folder, "out")
        self.again = os.path.join(self.folder, "again")

    def run_and_check(self, *arguments):
        """Findings of the sessions of a run, and of `check` on its transcripts."""
        for folder in (self.out, self.again):
            shutil.rmtree(folder, ignore_errors=True)
        ran = run("run", "-q", "--time-scale", "0.1", "-o", self.out, *arguments, limit=300)
        self.assertIn(ran.status, (0, 1), ran)
        checked = run("check", "-q", "-o", self.again, os.path.join(self.out, "transcripts"), limit=120)
        self.assertIn(checked.status, (0, 1), checked)
        live, stored = findings(os.path.join(self.out, "report.json")), findings(os.path.join(self.again, "report.json"))
        fails = any(finding[1] == "FAIL" for found in stored.values() for case in found for finding in case)
        self.assertEqual(checked.status, 1 if fails else 0, checked)
        return live, stored


class WholeSuite(Stored):
    def test_nothing_is_found_where_nothing_is_wrong(self):
        live, stored = self.run_and_check()
        self.assertGreater(len(stored), 900)
        self.assertEqual(live.keys(), stored.keys())
        self.assertEqual(rules_of(stored), set())
        # Nor in the dialogues, which tell less.
        for path in glob.glob(os.path.join(self.out, "transcripts", "**", "*.jsonl"), recursive=True):
            os.unlink(path)
        shutil.rmtree(self.again)
        self.check(run("check", "-q", "-o", self.again, os.path.join(self.out, "transcripts")), 0, "Acceptable")
        dialogues = findings(os.path.join(self.again, "report.json"))
        self.assertEqual(live.keys(), dialogues.keys())
        self.assertEqual(rules_of(dialogues), set())

    def find_again(self, cases, missing):
        runs, parts = 0, GROUPS
        while missing and runs < GROUPS + MORE_RUNS:
            rules = sorted(missing)
            for part in range(parts):
                faults = sorted({missing[rule] for rule in rules[part::parts] if rule in missing})
                if not faults:
                    continue
                runs += 1
                live, stored = self.run_and_check(cases, *(word for fault in faults for word in ("--fault", fault)))
                self.assertEqual(live.keys(), stored.keys())
                for name, found in without_words(live).items():
                    self.assertEqual(found, without_words(stored)[name], f"{name}, with {faults}")
                for rule in rules_of(stored):
                    missing.pop(rule, None)
            parts = max(1, len(missing) // 6)

    def test_every_rule_of_judges_is_found_again(self):
        """The same rules and verdicts in each case; and of each rule that judges watch a session in which it is broken."""
        rules = judged_rules()
        self.assertGreater(sum(len(some) for some in rules.values()), 100)
        for cases, missing in rules.items():
            with self.subTest(cases):
                self.find_again(cases, missing)
                self.assertEqual(missing, {}, "no stored session shows these broken")


class Dialogues(Stored):
    def test_clear_text_before_tls(self):
        """What was left when TLS began is in no line of the dialogue, and is judged all the same."""
        for fault, rule, case in (("no-text-before-tls", "smtp/no-text-before-tls", "smtp/tls/starttls"),
                                  ("pop3-no-text-before-tls", "pop3/no-text-before-tls", "pop3/tls/stls")):
            live, _ = self.run_and_check("--fault", fault, case)
            self.assertEqual(rules_of(live), {rule})
            dialogue = os.path.join(self.out, "transcripts", case + ".txt")
            run("check", "-q", "-o", self.again + rule[:4], dialogue)
            self.assertEqual(rules_of(findings(os.path.join(self.again + rule[:4], "report.json"))), {rule})


    def test_a_greeting_of_no_protocol(self):
        """A server of POP3 that greets as none does is judged as one of POP3."""
        live, _ = self.run_and_check("--fault", "pop3-greeting", "pop3/stat")
        self.assertEqual(rules_of(live), {"pop3/greeting"})
        run("check", "-q", "-o", self.again + "-2", os.path.join(self.out, "transcripts", "pop3", "stat.txt"))
        self.assertEqual(rules_of(findings(os.path.join(self.again + "-2", "report.json"))), {"pop3/greeting"})


class Sides(Stored):
    def test_the_side_that_was_tested_and_the_other(self):
        """A client that breaks a rule, and a scenario that has the server break another."""
        path = self.write("x.scn", "Title: T\n\nS: 220 x\nC: EHLO x\nS: 250 x\nC: QUIT\nS: 221 x\\n\\c\n")
        run("run", "-o", self.out, "--client", "python3 -c \"import socket; s = socket.create_connection(('{{host}}', {{port}})); "
            "f = s.makefile('rb'); f.readline(); s.sendall(b'EHLO a..b\\r\\n'); f.readline(); s.sendall(b'QUIT\\r\\n'); f.readline()\"",
            path)
        stored = glob.glob(os.path.join(self.out, "transcripts", "**", "*.jsonl"), recursive=True)
        self.assertEqual(len(stored), 1)
        for side, rules in (("tested", {"smtp/ehlo-argument"}), ("client", {"smtp/ehlo-argument"}),
                            ("server", {"smtp/reply-crlf"}), ("both", {"smtp/ehlo-argument", "smtp/reply-crlf"})):
            run("check", "-o", self.again, "--side", side, stored[0])
            self.assertEqual(rules_of(findings(os.path.join(self.again, "report.json"))), rules, side)

    def test_nobody_is_judged_whom_nobody_tested(self):
        path = self.write("x.scn", "Title: T\n\nS: 220 x\nC: NOOP\nS: 250 x\nC: QUIT\nS: 221 x\n")
        self.check(run("run", "--self", "-o", self.out, path), 0)
        transcripts = os.path.join(self.out, "transcripts")
        self.check(run("check", transcripts), 5, "1 SKIP", "nobody was put to the test", "nothing could be judged")
        for path in glob.glob(os.path.join(transcripts, "**", "*.txt"), recursive=True):
            self.check(run("check", path), 5, "1 SKIP", "nobody was put to the test")
        self.check(run("check", transcripts, "--side", "client", "--fail-on", "should", "--trace", "none"), 1, "smtp/hello-first")

    def test_sessions_of_serve(self):
        seen = os.path.join(self.folder, "seen")
        with Reference("smtp://127.0.0.1:0", "lmtp://127.0.0.1:0", "pop3://127.0.0.1:0", "--transcripts", seen) as server:
            for i, lines in enumerate(((b"EHLO x.example\r\n", b"MAIL FROM: <a@b.example>\r\n", b"QUIT\r\n"),
                                       (b"LHLO x.example\r\n", b"QUIT\r\n"), (b"STAT\r\n", b"QUIT\r\n"))):
                with socket.create_connection(("127.0.0.1", server.port(i))) as client, client.makefile("rb") as replies:
                    replies.readline()
                    for line in lines:
                        client.sendall(line)
                        while replies.readline()[3:4] == b"-":
                            pass
        result = run("check", seen, "-o", self.again)
        self.check(result, 1, "2 FAIL", "1 PASS")
        self.assertEqual(rules_of(findings(os.path.join(self.again, "report.json"))),
                         {"smtp/mail-syntax", "pop3/login-before-transaction"})


PASTED = ("S: 220 mx.example ESMTP\nC: EHLO me.example\nS: 250 mx.example\nC: MAIL FROM: <a@b.example>\nS: 250 ok\n"
          "C: NOOP\nS: 251 ok\nC: QUIT\nS: 221 bye\n")


class Pasted(Stored):
    def rules(self, text, *options):
        shutil.rmtree(self.again, ignore_errors=True)
        result = run("check", self.write("pasted.txt", text), "-o", self.again, *options)
        self.assertIn(result.status, (0, 1, 5), result)
        return rules_of(findings(os.path.join(self.again, "report.json")))

    def test_both_sides_are_judged(self):
        self.assertEqual(self.rules(PASTED), {"smtp/mail-syntax", "smtp/usual-code"})
        self.assertEqual(self.rules(PASTED, "--side", "client"), {"smtp/mail-syntax"})
        self.assertEqual(self.rules(PASTED, "--side", "server"), {"smtp/usual-code"})

    def test_time_is_not_judged(self):
        begin = "S: 220 mx.example\nC: EHLO me.example\nS: 250 mx.example\n"
        self.assertEqual(self.rules(begin + "C: <close connection>\n"), set())
        self.assertEqual(self.rules(begin + "S: <close connection>\n"), set())
        self.assertEqual(self.rules(begin + "C: NOOP\n"), set())
        # With the times that transcripts tell, they are.
        told = "Title: T\n\n# a\n# 1.000 ms\n" + begin
        self.assertEqual(self.rules(told + "C: <close connection>\n"), {"smtp/quit-before-close"})
        self.assertEqual(self.rules(told + "S: <close connection>\n"), {"smtp/closes-unasked"})
        self.assertEqual(self.rules(told + "# 1500.000 ms\nC: <close connection>\n"), set())

    def test_order_is_judged(self):
        text = "S: 220 mx.example\nC: EHLO me.example\nS: 250 mx.example\nC: NOOP\nC: QUIT\nS: 250 ok\nS: 221 bye\nS: 250 more\n"
        self.assertEqual(self.rules(text), {"smtp/waits-for-reply"})
        self.assertEqual(self.rules(text.replace("C: NOOP\nC: QUIT\nS: 250 ok\n", "C: NOOP\nS: 250 ok\nS: 250 more\n")),
                         {"smtp/one-reply-per-command"})

    def test_several_sessions_and_protocols(self):
        text = PASTED + "S: +OK ready\nC: QUIT\nS: +OK bye\nS: 220 lmtp.example\nC: LHLO me.example\nS: 250 lmtp.example\nC: QUIT\nS: 221 x\n"
        self.assertEqual(self.rules(text), {"smtp/mail-syntax", "smtp/usual-code"})
        with open(os.path.join(self.again, "report.json"), encoding="utf-8") as file:
            cases = json.load(file)["cases"]
        self.assertEqual([case["verdict"] for case in cases], ["FAIL", "PASS", "PASS"])
        self.assertEqual([case["id"].rpartition("/")[2] for case in cases], ["pasted", "pasted#2", "pasted#3"])

    def test_secrets_stay_out_of_reports(self):
        text = "S: +OK\nC: USER bob\nS: +OK\nC: PASS hunter2hunter2\nS: -ERR hunter2hunter2 is wrong\nC: RETR\nS: -ERR no\nC: QUIT\nS: +OK\n"
        result = run("check", self.write("pasted.txt", text), "-o", self.again, "--trace", "all")
        self.check(result, 1, "pop3/message-number", "{{secret:*}}")
        for path in (os.path.join(self.again, name) for name in os.listdir(self.again)):
            with open(path, encoding="utf-8") as file:
                self.assertNotIn("hunter2", file.read())
        self.assertNotIn("hunter2", result.out)

    def test_hidden_secrets_accuse_nobody(self):
        text = ("S: +OK <1@x>\nC: APOP bob {{secret:*}}\nS: -ERR no\nC: AUTH PLAIN {{secret:*}}\nS: -ERR no\nC: USER bob\nS: +OK\n"
                "C: PASS {{secret:bob}}\nS: +OK\nC: STAT\nS: +OK 1 {{secret:*}}\nC: QUIT\nS: +OK\n")
        self.assertEqual(self.rules(text, "--side", "both"), set())

    def test_standard_input(self):
        result = subprocess.run([PROGRAM, "check", "--no-config", "-q", "-"], input=PASTED, capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn("✗ FAIL          stdin", result.stdout)
        self.assertNotIn("Transcript:", result.stdout)

    def test_a_pipe(self):
        """It cannot be read twice."""
        with subprocess.Popen(["printf", "%s", PASTED], stdout=subprocess.PIPE) as pipe:
            result = subprocess.run([PROGRAM, "check", "--no-config", f"/dev/fd/{pipe.stdout.fileno()}"], pass_fds=(pipe.stdout.fileno(),),
                                    capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn("smtp/mail-syntax", result.stdout)


class Verdicts(Stored):
    def test_fail_on_and_known_failing(self):
        path = self.write("a/pasted.txt", PASTED)
        self.check(run("check", path), 1, "MUST smtp/mail-syntax", "Not acceptable")
        self.check(run("check", path, "--side", "server"), 0, "SHOULD smtp/usual-code", "NON-STRICT")
        self.check(run("check", path, "--side", "server", "--fail-on", "should"), 1)
        self.check(run("check", path, "--fail-on", "never"), 0)
        known = self.write("known", "** smtp/mail-syntax we know\n** smtp/usual-code we know\n")
        self.check(run("check", os.path.dirname(path), "--known-failing", known), 0, "XFAIL")

    def test_every_report(self):
        path = self.write("pasted.txt", PASTED)
        self.check(run("check", path, "-r", "tap"), 1, "not ok 1 - ", "1..1")
        self.check(run("check", path, "-r", "junit"), 1, '<failure message="')
        self.check(run("check", path, "-r", "json"), 1, '"found_by": "session"')
        self.check(run("check", path), 1, "mailspec check --no-config ", "C: MAIL FROM: <a@b.example>")
        scenarios = os.path.join(ROOT, "scenarios")
        self.check(run("check", path, "--side", "client", "--scenarios", scenarios), 1,
                   f"mailspec check --no-config --side client --scenarios {scenarios} '{path}'")


class Wrong(Stored):
    def test_files(self):
        for text, words in (("hello\n", "x.txt:1: neither a transcript of this program nor a dialogue"),
                            (b"\x00\xff\xfe" * 1000, "x.txt:1: neither"),
                            ("S: 220 x\nhello\n", "x.txt:2: nobody says this: put C: or S: in front of it"),
                            ('{"kind":"case-begin","schema":"mailspec-transcript/9","case":"a","title":""}\n',
                             "x.txt:1: \"schema\" is another version"),
                            ('{"kind":"case-begin"\n{}\n', "x.txt:1: not a JSON object")):
            path = self.write("x.txt", text)
            good = self.write("good.txt", PASTED)
            result = run("check", good, path, "-o", self.again)
            self.check(result, 3, words, "a transcript cannot be read")
            with open(os.path.join(self.again, "report.json"), encoding="utf-8") as file:
                self.assertEqual(json.load(file)["cases"], [])

    def test_names(self):
        self.check(run("check"), 2, "no transcript is named")
        self.check(run("check", "x", "--side", "nobody"), 2, "expected tested, client, server or both")
        self.check(run("check", os.path.join(self.folder, "none")), 3, "none")
        os.mkdir(os.path.join(self.folder, "empty"))
        self.check(run("check", os.path.join(self.folder, "empty")), 5, "no transcript is in this folder")
        silent = self.write("silent.txt", "Title: T\nStart: connect\n\n# a\n# tested: server\n")
        self.check(run("check", silent), 5, "nothing was said in any session", "SKIP")

    def test_reports_of_the_run_stay(self):
        self.check(run("run", "-o", self.out, "smtp/noop"), 0)
        for path in (os.path.join(self.out, "transcripts"), os.path.join(self.out, "transcripts", "smtp", "noop.txt")):
            self.check(run("check", path, "-o", self.out), 2, "name another folder")
            self.check(run("check", path, "-o", self.out + "-of-check"), 0)
        with open(os.path.join(self.out, "report.json"), encoding="utf-8") as file:
            self.assertIn("run", json.load(file)["info"]["command"])

    def test_no_report_takes_the_place_of_a_transcript(self):
        self.check(run("run", "-o", self.out, "smtp/noop"), 0)
        folder = os.path.join(self.out, "transcripts")
        path = os.path.join(folder, "smtp", "noop.jsonl")
        with open(path, "rb") as file:
            before = file.read()
        for operand in (path, folder):
            self.check(run("check", operand, "-r", f"junit={self.out}/./transcripts/smtp/noop.jsonl"), 2,
                       "the junit report would take the place of the transcript", "name another file")
            with open(path, "rb") as file:
                self.assertEqual(file.read(), before)

    def test_a_transcript_that_was_cut_off(self):
        """At every octet: judged as far as it goes, or refused; never a crash, never a finding that is not in the whole."""
        self.check(run("run", "-o", self.out, "smtp/noop"), 0)
        path = os.path.join(self.out, "transcripts", "smtp", "noop.jsonl")
        with open(path, "rb") as file:
            whole = file.read()
        for cut in range(1, len(whole), 97):
            part = self.write("part.jsonl", whole[:cut])
            self.assertIn(run("check", part, "--side", "both", "--fail-on", "practice").status, (0, 3, 5), cut)
        with open(os.path.join(self.out, "transcripts", "smtp", "noop.txt"), "rb") as file:
            whole = file.read()
        for cut in range(whole.index(b"S: "), len(whole), 7):
            part = self.write("part.txt", whole[:cut])
            self.assertIn(run("check", part, "--side", "both", "--fail-on", "practice").status, (0, 5), cut)


if __name__ == "__main__":
    main()
