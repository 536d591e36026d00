#!/usr/bin/env python3
"""The command line: selection, precedence of options, exit statuses, reports, known failures."""
import json
import os
import re
import shlex
import signal
import socket
import subprocess

from harness import PROGRAM, Case, Reference, Server, main, run


SCENARIOS = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "scenarios"))


class Selection(Case):
    def test_all_shipped_pass(self):
        result = run("run", "-q")
        self.check(result, 0)

    def test_by_id_by_rule_by_glob(self):
        self.check(run("run", "smtp/noop"), 0, "smtp/noop")
        self.check(run("run", "smtp/rset-clears"), 0, "smtp/rset-clears/mail", "smtp/rset-clears/rcpt", "smtp/rset-idle")
        self.check(run("run", "pop3/dele-*"), 0, "pop3/dele-not-listed")

    def test_nothing_selected_is_no_pass(self):
        self.check(run("run", "smtp/nope"), 5, "smtp/nope", "did you mean")
        self.check(run("run", "-t", "no-such-tag"), 5, "no case is selected")
        for word in ("!", "a,", ",a", "a,!"):
            self.check(run("run", "-t", word), 2, "--tag", f'"{word}"')
            self.check(run("list", "-t", word), 2, "--tag")

    def test_nothing_judged_is_no_pass(self):
        path = self.write("a.scn", "Requires: ehlo XNOSUCH\n\nC: EHLO {{client}}\nS: 250\n")
        self.check(run("run", path), 5, "UNSUPPORTED", "XNOSUCH")

    def test_file_folder_and_path_with_blanks(self):
        self.write("my cases/one.scn", "C: EHLO {{client}}\nS: 250\n")
        self.write("my cases/sub/two.scn", "C: EHLO {{client}}\nS: 250\n")
        result = run("run", os.path.join(self.folder, "my cases"))
        self.check(result, 0, "one", "sub/two")

    def ids(self, *operands, cwd=None):
        result = run("list", *operands, cwd=cwd)
        self.check(result, 0)
        return [line.split()[0] for line in result.out.splitlines()]

    def test_a_slow_case_is_run_when_it_is_named(self):
        """By its id, or that of its file in the folder that is named; an end of its path is no name."""
        text = "Title: t\nTags: slow\nStart: ehlo\nEach:\n  verb\n  NOOP\n  RSET\n\nC: {{verb}}\nS: 250\n"
        self.write("own/a/b.scn", text)
        folder = os.path.join(self.folder, "own")
        for words, cases in (((folder,), 0), ((os.path.join(folder, "a", "b.scn"),), 2)):
            result = run("run", *words)
            self.check(result, 0 if cases else 5, *((f"{cases} PASS",) if cases else ()))
        self.check(run("list", "pop3/autologout-minutes"), 0, "pop3/autologout-minutes")
        self.assertNotIn("autologout-minutes", run("list", "pop3/*").out)

    def test_one_file_by_two_names_is_one(self):
        one = self.write("a/one.scn", "C: EHLO {{client}}\nS: 250\n")
        os.symlink("a", os.path.join(self.folder, "link"))
        self.assertEqual(self.ids(one, os.path.join(self.folder, "link", "one.scn"), os.path.join(self.folder, "a")), ["one"])
        self.assertEqual(self.ids("smtp/noop", os.path.join(SCENARIOS, "smtp", "noop.scn")), ["smtp/noop"])
        self.assertEqual(self.ids("smtp/noop", os.path.join(SCENARIOS, "pop3", "noop.scn")), ["pop3/noop", "smtp/noop"])

    def test_two_files_of_one_name_are_two(self):
        for name in ("a/one.scn", "b/one.scn", "smtp/noop.scn"):
            self.write(name, "C: EHLO {{client}}\nS: 250\n")
        self.assertEqual(self.ids("a", "b", cwd=self.folder), ["one", "b/one"])
        self.assertEqual(self.ids("b/one.scn", "a/one.scn", cwd=self.folder), ["one", "a/one"])
        self.assertEqual(self.ids("smtp/noop", "../" + os.path.basename(self.folder), cwd=self.folder)[0], "smtp/noop")
        self.write("t.scn", "Title: t\nEach:\n  row | n\n  y | 1\n\nC: NOOP {{n}}\nS: 250\n")
        self.write("t/y.scn", "C: EHLO {{client}}\nS: 250\n")
        both = self.ids("t.scn", "t/y.scn", "t", cwd=self.folder)
        self.assertEqual(len(set(both)), 2, both)

    def test_a_walk_finds_what_operands_mean(self):
        shipped = self.ids()
        root = os.path.dirname(SCENARIOS)
        found = [name for name in self.ids(".", cwd=root) if name in shipped or "deliver" in name or name.startswith("scenarios")]
        self.assertEqual(sorted(found), sorted(shipped))

    def test_failed(self):
        path = self.write("bad.scn", "C: EHLO {{client}}\nS: 250\nC: NOOP\nS: 550\n")
        good = self.write("good.scn", "C: EHLO {{client}}\nS: 250\n")
        self.check(run("run", path, good, cwd=self.folder), 1)
        again = run("run", "--failed", path, good, cwd=self.folder)
        self.check(again, 1, "bad")
        self.assertNotIn("good", again.out)
        elsewhere = os.path.join(self.folder, "elsewhere")
        os.mkdir(elsewhere)
        state = {"XDG_STATE_HOME": self.folder}
        for cwd in (self.folder, elsewhere):
            alone = run("run", "--failed", cwd=cwd, env=state)
            self.check(alone, 1, "bad", "1 case: 1 FAIL")
            self.assertNotIn("good", alone.out)
        self.write("bad.scn", "C: EHLO {{client}}\nS: 250\n")
        self.check(run("run", "--failed", cwd=elsewhere, env=state), 0, "bad", "1 case: 1 PASS")
        self.check(run("run", "--failed", cwd=elsewhere, env=state), 5, "nothing failed last time")


class Precedence(Case):
    def jobs_error(self, *arguments, env=None):
        """An invalid value is named with the place it came from: that tells which place won."""
        return run("run", *arguments, "smtp/noop", cwd=self.folder, config=True,
                   env={"HOME": self.folder, "XDG_CONFIG_HOME": os.path.join(self.folder, "user"), **(env or {})})

    def test_nearer_places_win(self):
        self.write("user/mailspec/config", "Jobs: user\n")
        self.check(self.jobs_error(), 2, "\"user\"", "config:1")
        self.write("mailspec.conf", "Jobs: project\n")
        self.check(self.jobs_error(), 2, "\"project\"", "mailspec.conf:1")
        self.check(self.jobs_error(env={"MAILSPEC_JOBS": "environment"}), 2, "\"environment\"", "MAILSPEC_JOBS")
        self.check(self.jobs_error("--jobs", "line", env={"MAILSPEC_JOBS": "environment"}), 2, "\"line\"", "--jobs")
        self.check(self.jobs_error("-j", "2", env={"MAILSPEC_JOBS": "environment"}), 0)

    def test_no_config(self):
        self.write("mailspec.conf", "Jobs: project\n")
        self.check(self.jobs_error("--no-config"), 0)

    def test_switches_are_yes_or_no(self):
        noise = "PASS          smtp/noop"
        for value, quiet in (("1", True), ("yes", True), ("TRUE", True), ("0", False), ("no", False), ("false", False), ("", False)):
            with self.subTest(value=value):
                result = self.jobs_error(env={"MAILSPEC_QUIET": value})
                self.check(result, 0)
                self.assertEqual(noise not in result.out, quiet)
        self.check(self.jobs_error(env={"MAILSPEC_QUIET": "maybe"}), 2, "MAILSPEC_QUIET", "yes or no", "maybe")
        self.write("mailspec.conf", "Quiet: perhaps\n")
        self.check(self.jobs_error(), 2, "mailspec.conf:1", "yes or no")
        self.write("mailspec.conf", "Quiet: 1\n")
        self.assertNotIn(noise, self.jobs_error().out)
        self.assertIn(noise, self.jobs_error(env={"MAILSPEC_QUIET": "0"}).out)

    def test_names_in_the_environment(self):
        self.check(self.jobs_error(env={"MAILSPEC_SEVER": "smtp://127.0.0.1"}), 2, "MAILSPEC_SEVER", "did you mean MAILSPEC_SERVER?")
        self.check(self.jobs_error(env={"MAILSPEC_HELP": "1"}), 2, "MAILSPEC_HELP", "command line")
        self.check(self.jobs_error(env={"MAILSPEC_NO_CONFIG": "1"}), 2, "MAILSPEC_NO_CONFIG", "command line")
        self.check(self.jobs_error("--no-config", env={"MAILSPEC_SEVER": "x"}), 0)
        self.check(self.jobs_error(env={"MAILSPEC_WRITE": "yes"}), 0)  # an option of another command
        self.write("mailspec.conf", "No-config: yes\n")
        self.check(self.jobs_error(), 2, "mailspec.conf:1", "command line")

    def test_empty_values(self):
        for words in (("-o", ""), ("--out="), ("--server", ""), ("-t", ""), ("--report", ""), ("--scenarios", ""), ("--var", "")):
            with self.subTest(words=words):
                self.check(run("run", *([words] if isinstance(words, str) else words), "smtp/noop"), 2, "not empty")
        self.write("mailspec.conf", "Out:\n")
        self.check(self.jobs_error(), 2, "mailspec.conf:1", "needs a value")
        self.write("mailspec.conf", "Tag:\n one\n two\n")
        self.check(self.jobs_error("--tag", "none"), 5, "none")

    def test_unknown_setting(self):
        self.write("mailspec.conf", "Jobz: 3\n")
        self.check(self.jobs_error(), 2, "mailspec.conf:1", "jobs")


class ExitStatuses(Case):
    def test_usage(self):
        self.check(run("run", "--bogus"), 2, "--bogus")
        self.check(run("run", "--job", "x"), 2)
        self.check(run("rum"), 2, "did you mean")
        self.check(run("run", "--server", "smpt://localhost"), 2, "smpt")
        self.check(run("run", "--server", "smtps://127.0.0.1:1", "smtp/noop"), 4, "cannot be reached")
        self.check(run("run", "--server", "lmtps://localhost", "smtp/noop"), 2, "no port of its own")
        self.check(run("run", "--time-scale", "0"), 2, "time-scale")
        self.check(run("run", "--report", "xml=x"), 2, "junit")

    def test_not_acceptable(self):
        self.check(run("run", "--fault", "rset-clears", "smtp/rset-clears"), 1, "FAIL", "smtp/rset-clears", "Again:")

    def test_fail_on(self):
        fault = ("run", "--fault", "nested-mail", "smtp/nested-mail/mail")
        self.check(run(*fault), 0, "NON-STRICT")
        self.check(run(*fault, "--fail-on", "should"), 1, "NON-STRICT")

    def test_scenario(self):
        self.check(run("run", self.write("x.scn", "C: \\q\nS: 250\n")), 3, "x.scn:1:")

    def test_target(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.check(run("run", "--server", f"smtp://127.0.0.1:{port}", "smtp/noop"), 4, str(port))
        target = self.write("t.target", "Name: t\nSmtp: smtp://127.0.0.1:1\nStart: exit 3\n")
        self.check(run("run", "--target", target, "smtp/noop"), 4, "exit 3", "status 3")


class StandardDescriptors(Case):
    def shell(self, line):
        return subprocess.run(["sh", "-c", line, PROGRAM], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
                              check=False)

    def test_closed_ones_are_no_reason_to_crash(self):
        for closed, status in (("<&-", 0), ("2>&-", 0), (">&-", 6), ("<&- >&- 2>&-", 6)):
            for words in ("run --no-config smtp/noop", "list --no-config smtp/noop", "--version"):
                with self.subTest(closed=closed, words=words):
                    result = self.shell(f'exec "$0" {words} {closed}')
                    self.assertEqual(result.returncode, status, result)

    def test_what_prints_nothing_needs_no_standard_output(self):
        report = os.path.join(self.folder, "report.json")
        self.assertEqual(self.shell('exec "$0" lint --no-config /none >&-').returncode, 3)
        self.assertEqual(self.shell(f'exec "$0" run --no-config --report \'json={report}\' smtp/noop >&-').returncode, 6)
        self.assertTrue(os.path.exists(report))

    def test_a_full_disk(self):
        for words in ("list", "show smtp/noop", "run smtp/noop", "selftest reply-crlf", "lint scenarios/smtp", "--man"):
            with self.subTest(words=words):
                result = self.shell(f'exec "$0" {words} >/dev/full')
                self.assertEqual(result.returncode, 6, result)
                self.assertIn("standard output", result.stderr)


class Failures(Case):
    def test_the_command_that_repeats_the_case_repeats_it(self):
        first = run("run", "--fault", "quit-reply", "smtp/quit-reply/mail")
        self.check(first, 1, "Again:")
        command = re.search(r"Again: (.*)", first.out).group(1)
        again = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(again.returncode, 1, again)
        self.assertIn("smtp/quit-reply/mail", again.stdout)

    def test_the_command_holds_what_came_from_the_environment(self):
        surroundings = {"HOME": self.folder, "XDG_CONFIG_HOME": self.folder}
        first = run("run", "smtp/quit-reply/mail", config=True, env={"MAILSPEC_FAULT": "quit-reply\nreply-crlf", "MAILSPEC_KEEP_GOING": "yes",
                                                                     **surroundings})
        self.check(first, 1, "run --keep-going --fault quit-reply --fault reply-crlf smtp/quit-reply/mail\n")

    def test_the_command_names_the_program_so_that_a_shell_finds_it(self):
        words = ["run", "--no-config", "--fault", "quit-reply", "smtp/quit-reply/mail"]
        for path, name in ((os.environ["PATH"], PROGRAM),
                           (os.path.dirname(PROGRAM) + os.pathsep + os.environ["PATH"], "mailspec")):
            result = subprocess.run([PROGRAM, *words], env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=60,
                                    check=False)
            self.assertIn(f"Again: {shlex.quote(name)} run --no-config --fault quit-reply smtp/quit-reply/mail\n", result.stdout)

    def test_what_is_shown(self):
        path = self.write("wrong.scn", "Title: wrong\nStart: ehlo\n\nC: NOOP\nS: 550 no\n")
        result = run("run", path)
        self.check(result, 1, "wrong.scn:5", "C: NOOP", "550", "^", "250", "\\r\\n", " ms")

    def test_what_was_sent_is_shown(self):
        """In the sentence its octets stand, escaped and cut, and of what holds a secret the line as it is written."""
        head = "Title: T\nRule: {}\nStart: {}\n\n"
        for rule, start, lines, words in (
                ("smtp/rcpt-without-mail", "ehlo", "C: RCPT TO:<{{rcpt}}>\nS: 503\n", "RCPT TO:<alice@example.test>"),
                ("smtp/rcpt-without-mail", "ehlo", "C: RSET\nC: RCPT TO:<{{rcpt}}>\nC: NOOP\nS: 250\nS: 503\nS: 250\n", "RCPT TO:<alice@example.test>"),
                ("smtp/rcpt-without-mail", "ehlo", "C: RCPT TO:<{{rcpt}}>{{repeat 200 \"\\x01\"}}\nS: 503\n",
                 "RCPT TO:<alice@example.test>" + 72 * "\\x01"),
                ("pop3/bad-login", "greeting", "C: USER {{user}}\nS: +OK\nC: PASS {{secret}}{{secret}}\nS: +OK\n", "PASS {{secret}}{{secret}}"),
                ("pop3/bad-login", "greeting", "C: USER {{user}}\nS: +OK\nC: PASS {{upper secret}}\nS: +OK\n", "PASS {{upper secret}}"),
                ("pop3/bad-login", "greeting\nEach:\n  p\n  {{upper secret}}", "C: USER {{user}}\nS: +OK\nC: PASS {{p}}\nS: +OK\n", "PASS {{p}}")):
            with self.subTest(lines):
                path = self.write("sent.scn", head.format(rule, start) + lines)
                result = run("run", "--fault", "rcpt-without-mail", path)
                self.check(result, 1)
                self.assertIn(f'After "{words}"', " ".join(result.out.split()))
                self.assertNotIn("secret-a", result.out.lower())

    def test_what_was_sent_to_a_client_is_shown(self):
        """The line that went out, not the code that the scenario has of it."""
        path = self.write("sent.scn", "Title: T\nRule: smtp/ehlo-argument\nOff-script: fail\n\nS: 220 hello\nC: EHLO x\nS: 250\nC: NOOP\nS: 250\n")
        client = ("python3 -c \"import socket; s = socket.create_connection(('{{host}}', {{port}})); f = s.makefile('rb'); f.readline(); "
                  "s.sendall(b'EHLO a.b\\r\\n'); f.readline(); s.sendall(b'QUIT\\r\\n'); f.readline()\"")
        result = run("run", "--client", client, path)
        self.check(result, 1)
        self.assertRegex(" ".join(result.out.split()), r'After "250 [A-Z0-9]+" came "QUIT"; wanted is "NOOP"')

    def test_keep_going(self):
        path = self.write("two.scn", "Start: ehlo\n\nC: NOOP\nS: 550\nC: RSET\nS: 250\nC: VRFY postmaster\nS: 2yz | 5yz\n")
        self.check(run("run", "--keep-going", path, "--trace", "all"), 1, "RSET", "VRFY")
        self.assertNotIn("C: VRFY", run("run", path).out.split("Again")[0])

    def test_var(self):
        path = self.write("var.scn", "Variables: word\nStart: ehlo\n\nC: NOOP {{word}}\nS: 250\n")
        self.check(run("run", "--var", "word=hello", path, "--trace", "all"), 0, "NOOP hello")
        self.check(run("run", "--var", "wort=hello", "--var", "word=x", path), 2, "{{wort}}", "did you mean word?")
        self.check(run("run", "--var", "word=hello", "smtp/noop"), 2, "{{word}}")
        surroundings = {"HOME": self.folder, "XDG_CONFIG_HOME": self.folder}
        self.check(run("run", "smtp/noop", config=True, env={"MAILSPEC_VAR": "word=x", **surroundings}), 0)


class KnownFailing(Case):
    def test_xfail_and_xpass(self):
        known = self.write("known", "# comment\nsmtp/rset-clears/* smtp/rset-clears told to its authors\n")
        fault = ("run", "--fault", "rset-clears", "--known-failing", known)
        self.check(run(*fault, "smtp/rset-clears/rcpt"), 0, "XFAIL", "told to its authors")
        self.check(run("run", "--known-failing", known, "smtp/rset-clears/rcpt"), 1, "XPASS")

    def test_another_rule_is_not_covered(self):
        known = self.write("known", "smtp/** smtp/rset-clears? may pass\n")
        self.check(run("run", "--fault", "rset-clears", "--known-failing", known, "smtp/rset-clears/rcpt", "smtp/noop"), 0, "1 PASS, 1 XFAIL")
        self.check(run("run", "--known-failing", known, "smtp/rset-clears/rcpt"), 0, "1 PASS")
        known = self.write("known", "smtp/** smtp/rset-clears? may pass\nsmtp/rset-clears/rcpt smtp/rset-clears must not\n")
        self.check(run("run", "--known-failing", known, "smtp/rset-clears/rcpt"), 1, "XPASS")
        known = self.write("known", "smtp/rset-clears/* smtp/ehlo-clears wrong rule\n")
        self.check(run("run", "--fault", "rset-clears", "--known-failing", known, "smtp/rset-clears/rcpt"), 1, "FAIL")

    def test_bad_line(self):
        self.check(run("run", "--known-failing", self.write("known", "smtp/x\n"), "smtp/noop"), 2, "known:1")


class Reports(Case):
    def test_several_at_once(self):
        out = os.path.join(self.folder, "out dir")
        result = run("run", "--out", out, "smtp/noop", "pop3/noop")
        self.check(result, 0, "report.json", "report.xml", "report.tap", "transcripts")
        with open(os.path.join(out, "report.json"), encoding="utf-8") as file:
            self.assertEqual(len(json.load(file)["cases"]), 2)
        with open(os.path.join(out, "report.tap"), encoding="utf-8") as file:
            self.assertTrue(file.read().startswith("TAP version 14\n1..2\n"))
        with open(os.path.join(out, "transcripts", "smtp", "noop.txt"), encoding="utf-8") as file:
            self.assertIn("C: NOOP", file.read())

    def test_a_run_that_did_not_begin_leaves_no_old_reports(self):
        out = os.path.join(self.folder, "out")
        target = self.write("t.target", "Name: t\nSmtp: smtp://127.0.0.1:1\nStart: exit 3\n")
        rows = (
            (3, (self.write("x.scn", "C: \\q\nS: 250\n"),), "1 error in the scenarios"),
            (4, ("--target", target, "smtp/noop"), "status 3"),
            (4, ("--server", "smtp://127.0.0.1:1", "smtp/noop"), "127.0.0.1"),
            (5, ("smtp/nope",), "smtp/nope"),
            (5, ("-t", "no-such-tag"), "no-such-tag"),
            (5, ("--failed", "smtp/noop"), "--failed"),
        )
        for status, words, reason in rows:
            with self.subTest(words=words):
                note = self.write("out/transcripts/smtp/note.txt", "of somebody else")
                self.check(run("run", "-o", out, "smtp/noop"), 0)
                self.check(run("run", "-o", out, *words, env={"XDG_STATE_HOME": os.path.join(self.folder, "none")}), status, reason)
                with open(os.path.join(out, "report.json"), encoding="utf-8") as file:
                    report = json.load(file)
                self.assertFalse(report["summary"]["acceptable"])
                self.assertIn(reason, report["summary"]["broken_off"])
                for name, word in (("report.xml", "<error message="), ("report.tap", "Bail out!")):
                    with open(os.path.join(out, name), encoding="utf-8") as file:
                        self.assertIn(word, file.read())
                self.assertFalse(os.path.exists(os.path.join(out, "transcripts", "smtp", "noop.txt")))
                self.assertFalse(os.path.exists(os.path.join(out, "transcripts", "smtp", "noop.jsonl")))
                self.assertTrue(os.path.exists(note))

    def test_order_is_that_of_the_scenarios(self):
        listed = [line.split()[0] for line in run("list", "smtp").out.splitlines()]
        result = run("run", "-j", "20", "--report", "json=-", "smtp")
        self.assertEqual([case["id"] for case in json.loads(result.out)["cases"]], listed)

    def test_colour(self):
        self.assertNotIn("\x1b", run("run", "smtp/noop").out)
        self.assertIn("\x1b", run("run", "--color", "always", "smtp/noop").out)
        self.assertIn("\x1b", run("run", "smtp/noop", env={"FORCE_COLOR": "1"}).out)
        self.assertNotIn("\x1b", run("run", "smtp/noop", env={"NO_COLOR": "1", "FORCE_COLOR": "1"}).out)

    def test_repeat(self):
        result = run("run", "--repeat", "5", "--report", "json=-", "smtp/noop")
        self.assertEqual(len(json.loads(result.out)["cases"]), 5)

    def test_two_to_one_place(self):
        out = os.path.join(self.folder, "out")
        for words in (("--report", f"tap={out}", "--report", f"json={self.folder}/./out"),
                      ("-o", out, "--report", f"junit={out}/report.xml")):
            self.check(run("run", *words, "smtp/noop"), 2, "two reports")
        self.check(run("run", "--report", "tap=/dev/null", "--report", "json=/dev/null", "smtp/noop"), 0)

    def test_only_what_was_written_is_listed(self):
        report = os.path.join(self.folder, "report.tap")
        result = run("run", "--report", "console", "--report", "json=/dev/full", "--report", f"tap={report}", "smtp/noop")
        self.check(result, 6, report)
        self.assertNotIn("json ", result.out)

    def test_repeat_within_reason(self):
        self.check(run("run", "--repeat", "2000"), 2, "304000" if len(run("list").out.splitlines()) == 152 else "--repeat", "200000")
        self.check(run("run", "--repeat", "1000000", "smtp/noop"), 2, "200000")
        few, many = (run("run", "-q", "--repeat", count, "smtp/noop") for count in ("10", "1500"))
        self.check(many, 0, "1500 PASS")
        self.assertLess(many.peak_kib, few.peak_kib + 2048)

    def test_repeat_writes_all(self):
        out = os.path.join(self.folder, "out")
        self.check(run("run", "-q", "-j", "20", "--repeat", "50", "-o", out, "smtp/noop", "pop3/noop"), 0, "100 PASS")
        with open(os.path.join(out, "report.json"), encoding="utf-8") as file:
            cases = json.load(file)["cases"]
        self.assertEqual([case["number"] for case in cases], list(range(100)))
        self.assertEqual([case["repeat"] for case in cases], [1 + i // 2 for i in range(100)])
        self.assertEqual(len({case["transcript"] for case in cases}), 100)
        self.assertTrue(all(os.path.exists(case["transcript"]) for case in cases))

    def test_a_server_of_its_own_ends_with_its_case(self):
        path = self.write("given.scn", "Title: t\nGiven:\n  hostname mx.example.org\n\nC: EHLO {{client}}\nS: 250\n")
        words = f"ulimit -n 60; exec \"$0\" run --no-config -q -j 4 --repeat 500 '{path}'"
        result = subprocess.run(["sh", "-c", words, PROGRAM], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(result.returncode, 0, result)

    def test_secrets_stay_out(self):
        out = os.path.join(self.folder, "out")
        self.check(run("run", "--out", out, "pop3"), 0)
        for folder, _, names in os.walk(out):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    self.assertNotIn(b"secret-m", file.read(), os.path.join(folder, name))


class Secrets(Case):
    """A known secret is shown nowhere, whatever brought it in."""
    SECRET = "hunter2secret"

    def without_secret(self, *arguments, **more):
        out = os.path.join(self.folder, "out")
        result = run("run", "--out", out, *arguments, **more)
        for folder, _, names in os.walk(out):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    self.assertNotIn(self.SECRET.encode(), file.read(), name)
        self.assertNotIn(self.SECRET, result.out + result.err)
        return result

    def test_the_command_that_repeats_a_case(self):
        path = self.write("token.scn", "Variables: tok\nStart: ehlo\n\nC: NOOP {{tok}}\nS: 550\n")
        surroundings = {"HOME": self.folder, "XDG_CONFIG_HOME": self.folder, "MAILSPEC_USER": f"bob:{self.SECRET}:bob@example.test"}
        with Reference("smtp://127.0.0.1:0") as server:
            result = self.without_secret(*server.options, "--var", f"tok=a {self.SECRET}'s", path, config=True, env=surroundings)
        self.check(result, 1, "Again:", "--user 'bob:{{secret:*}}:bob@example.test' --var 'tok=a {{secret:*}}'\\''s'")

    def test_what_start_says(self):
        for command in (f"echo using {self.SECRET}; exit 3", f": {'x' * 480} {self.SECRET}; exit 3"):
            target = self.write("t.target", f"Name: {self.SECRET}\nSmtp: pipe:{self.SECRET}\nUser: bob {self.SECRET} bob@example.test\n"
                                f"Start: {command}\n")
            result = self.without_secret("--target", target, "smtp/noop")
            self.check(result, 4, "status 3" if "echo" in command else "Start", "{{secret:*}}")
            self.assertNotIn(self.SECRET[:6], result.out + result.err)

    def test_a_secret_in_two_parts(self):
        def serve(connection, closing):
            connection.sendall(b"220 here\r\n")
            while True:
                data = connection.recv(1000)
                if not data or b"QUIT" in data:
                    return
                if data.endswith(b"\n"):
                    for part in (b"535 pass", b"word hunter2", b"secret\r\n"):
                        connection.sendall(part)
                        closing.wait(0.02)

        path = self.write("parts.scn", "Start: greeting\n\nC: <octet by octet>\nC: VRFY {{secret}}\nS: 250\n")
        with Server(serve) as server:
            result = self.without_secret("--server", f"smtp://127.0.0.1:{server.port}", "--user",
                                         f"bob:{self.SECRET}:bob@example.test", "--trace", "all", path)
        self.check(result, 1, "{{secret:*}}")
        self.assertNotIn("hunter2", result.out)
        self.assertNotRegex(result.out, r"C: [unter2sc]\n")

    def test_slips_in_user(self):
        for word in (self.SECRET, f":{self.SECRET}", f"bob:a:{self.SECRET}"):
            self.check(self.without_secret("--server", "smtp://127.0.0.1", "--user", word), 2, "--user")


class Documented(Case):
    """What docs/reports.md prints is what the program prints; numbers that differ from run to run are not compared."""

    def setUp(self):
        super().setUp()
        os.symlink(SCENARIOS, os.path.join(self.folder, "scenarios"))
        with open(os.path.join(os.path.dirname(SCENARIOS), "docs", "reports.md"), encoding="utf-8") as file:
            self.page = file.read()
        self.commands = [line for line in self.section("Console", "sh").splitlines() if line.startswith("mailspec run ")]

    def section(self, heading, language):
        text = self.page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
        return re.search(f"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL).group(1)

    def output(self, number, *more):
        words = self.commands[number].split()[1:]
        result = run(words[0], "--scenarios", "scenarios", *more, *words[1:], cwd=self.folder)
        self.check(result, 1)
        return result.out.replace(PROGRAM, "mailspec").replace(" --no-config", "").replace(" --scenarios scenarios", "")

    def same(self, shown, printed):
        """Each line but "..." was printed, in that order."""
        def plain(line):
            line = re.sub(r"<?\d+(\.\d+)? ms\b", "N ms", re.sub(r'time="[^"]*"', 'time="N"', line))
            return re.sub(r" +N ms", " N ms", re.sub(r"127\.0\.0\.1:\d+", "HOST", line))
        rest = iter([plain(line) for line in printed.splitlines()])
        for line in shown.splitlines():
            if line != "...":
                self.assertIn(plain(line), rest, printed)

    def test_console(self):
        self.same(self.section("Console", ""), self.output(0))

    def test_end(self):
        self.same(self.section("The end of the report", ""), self.output(0))

    def test_tap(self):
        self.same(self.section("TAP", ""), self.output(0, "--report", "tap"))

    def test_junit_and_transcript(self):
        self.output(1)
        with open(os.path.join(self.folder, "DIR", "report.xml"), encoding="utf-8") as file:
            self.same(self.section("JUnit", "xml"), file.read())
        with open(os.path.join(self.folder, "DIR", "transcripts", "smtp", "rcpt-without-mail", "after-rset.txt"), encoding="utf-8") as file:
            self.same(self.section("Transcripts", ""), file.read())

    def test_json(self):
        shown = json.loads(self.section("JSON", "json"))
        case = next(case for case in json.loads(self.output(0, "--report", "json"))["cases"] if case["id"] == shown["id"])
        shown["findings"][0]["t_ms"] = case["findings"][0]["t_ms"]
        self.assertEqual(shown, {name: case[name] for name in shown})


class Serve(Case):
    def test_serves_and_stops(self):
        with subprocess.Popen([PROGRAM, "serve", "--no-config", "smtp://127.0.0.1:0", "pop3://127.0.0.1:0"],
                              stdout=subprocess.PIPE, text=True) as server:
            ports = [re.search(r"(\d+)$", server.stdout.readline().strip()).group(1) for _ in range(2)]
            result = run("run", "--server", f"smtp://127.0.0.1:{ports[0]}", "--server", f"pop3://127.0.0.1:{ports[1]}",
                         "--user", "alice:secret-a:alice@example.test", "--user", "bob:secret-b:bob@example.test", "-q")
            server.send_signal(signal.SIGTERM)
            self.assertEqual(server.wait(10), 0)
        self.check(result, 0)

    def test_secrets_of_users_stay_where_they_are(self):
        for words, told in ((("--user", "carol:hunter2:carol@example.test"), "user carol, address carol@example.test\n"),
                            ((), "secret secret-a")):
            with subprocess.Popen([PROGRAM, "serve", "--no-config", "smtp://127.0.0.1:0", *words], stdout=subprocess.PIPE,
                                  text=True) as server:
                said = server.stdout.readline() + server.stdout.readline()
                server.send_signal(signal.SIGTERM)
                said += server.stdout.read()
            self.assertIn(told, said)
            self.assertNotIn("hunter2", said)

    def test_fault_and_list(self):
        self.check(run("run", "--fault", "list"), 0, "rset-clears")
        self.check(run("serve", "--fault", "bogus"), 2, "bogus")


class Pipe(Case):
    def test_a_program_on_standard_input_and_output(self):
        program = self.write("server.py", "import sys\nprint('220 pipe', end='\\r\\n', flush=True)\n"
                             "for line in sys.stdin:\n    print('221 bye' if line.startswith('QUIT') else '250 pipe', end='\\r\\n', "
                             "flush=True)\n    if line.startswith('QUIT'): break\n")
        self.check(run("run", "--server", f"pipe:python3 '{program}'", "smtp/noop", "smtp/quit-closes/ehlo"), 0)


class Words(Case):
    def test_help(self):
        self.check(run("--help"), 0, "run", "serve", "selftest")
        for word in ("run", "serve", "list", "show", "lint", "fmt", "check", "coverage", "selftest"):
            self.check(run(word, "--help"), 0, "Usage: mailspec " + word, "Examples:")
        self.check(run("--version"), 0, "mailspec ")

    def test_manual_page_names_every_option(self):
        page = run("--man").out.replace("\\-", "-")
        self.assertTrue(page.startswith(".TH MAILSPEC 1"))
        for word in ("run", "serve", "list", "show", "lint", "fmt", "check", "coverage", "selftest"):
            self.assertIn(f".SS mailspec {word}\n", page)
            for option in re.findall(r"--[a-z-]+", run(word, "--help").out.split("Examples:")[0]):
                self.assertIn(option, page)

    def test_list_show(self):
        self.check(run("list"), 0, "smtp/rcpt-without-mail/after-rset")
        self.check(run("show", "smtp/rcpt-without-mail"), 0, "RFC 5321", "C: RCPT TO:")
        self.check(run("show", "smtp/noop"), 0, "C: NOOP")
        self.check(run("show", "smtp/nothing"), 5)

    def test_lint_and_fmt_of_all_shipped(self):
        self.check(run("lint", SCENARIOS), 0)
        self.check(run("fmt", "--check", SCENARIOS), 0)

    def test_every_example_of_the_help_runs(self):
        os.symlink(SCENARIOS, os.path.join(self.folder, "scenarios"))
        self.write("my.scn", "Title: mine\nStart: ehlo\n\nC: NOOP\nS: 250\n")
        self.write("session.txt", "S: 220 x\nC: EHLO y\nS: 250 x\nC: QUIT\nS: 221 x\n")
        self.check(run("run", "-o", "mailspec-out", "smtp/noop", cwd=self.folder), 0)
        count = 0
        for word in ("run", "list", "show", "lint", "fmt", "check", "coverage", "selftest"):
            text = run(word, "--help").out.split("Examples:\n")[1]
            for line in text.replace("\\\n", "").splitlines():
                if "--server" in line or "--client" in line or line.split()[-1] == "selftest":
                    continue  # what it names is not there, or is played in tests/live; long, and a test of its own
                count += 1
                words = [part.strip("'") for part in line.split()]
                self.assertEqual(words[0], "mailspec")
                self.check(run(*words[1:], cwd=self.folder), 0)
        self.assertGreater(count, 8)


if __name__ == "__main__":
    main()
