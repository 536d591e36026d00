#!/usr/bin/env python3
"""run --client and the target files of clients: how the client is called, what is run, what is told of it."""
import base64
import itertools
import json
import os
import shutil
import subprocess

import recording_client
from harness import PROGRAM, Case, main, run

SHIPPED = os.path.abspath(os.path.join(os.path.dirname(__file__), os.pardir, os.pardir, "scenarios"))
CLIENT = f"python3 -S '{recording_client.__file__}'"
WHERE = "host={{host}} port={{port}} case={{case}}"
SEND = f"{CLIENT} smtp {WHERE} sender={{{{sender}}}} rcpt={{{{rcpt}}}} message-file={{{{message-file}}}}"
FETCH = f"{CLIENT} pop3 {WHERE} user={{{{user}}}} secret={{{{secret}}}}"
ACCEPTED = """\
Title: A message is accepted
Rule: smtp/client-crlf
Start: ehlo

C: MAIL FROM:<{{sender}}>
S: 250
C: RCPT TO:<{{rcpt}}>
S: 250
C: DATA
S: 354
C: Subject: dots
C:
C: ..a dot
C: ...
C: last
C: .
S: 250
"""
REFUSED = """\
Title: A recipient is refused
Rule: smtp/client-crlf
Start: mail

C: RCPT TO:<{{rcpt}}>
S: %s
%s
"""
FETCHED = """\
Title: A message is fetched
Rule: pop3/client-line-end
Start: pop3-transaction

C: RETR 1
S: +OK
"""
SERVER = "Title: NOOP\nRule: smtp/reply-crlf\nStart: ehlo\n\nC: NOOP\nS: 250\n"
# Everything that a shell could take for something else, and what the program itself substitutes.
ODD_SECRET = "s p  'a\"c $HOME $(id) `id` ; & | * ~ # < > \\ \\n ! {{port}}"


class Clients(Case):
    def setUp(self):
        super().setUp()
        self.record = os.path.join(self.folder, "record")
        os.mkdir(self.record)
        self.write("accepted.scn", ACCEPTED)
        self.write("fetched.scn", FETCHED)

    def run_client(self, *arguments, **rest):
        return run("run", *arguments, cwd=self.folder, **rest)

    def recorded(self, case="accepted"):
        with open(os.path.join(self.record, f"{case}.json"), encoding="utf-8") as file:
            return json.load(file)

    def recording(self, command):
        return f"{command} record='{self.record}'"


class Placeholders(Clients):
    def test_words_of_the_shell(self):
        user = f"al ice:{ODD_SECRET}:al$ice@example.test"
        names = ("host", "port", "smtp-port", "pop3-port", "sender", "rcpt", "rcpt2", "client", "user", "secret", "case", "dir")
        command = "smtp:" + self.recording(f"{CLIENT} smtp message-file={{{{message-file}}}} " + " ".join(
            f"{name}={{{{{name}}}}}" for name in names))
        self.write("a case.scn", ACCEPTED)
        result = self.run_client("--client", command, "--user", user, "--user", "bob:b:bob@example.test", "a case.scn")
        self.check(result, 0, "1 PASS")
        self.assertNotIn(ODD_SECRET, result.out + result.err)
        given = self.recorded("a case")["given"]
        self.assertEqual([given[name] for name in ("host", "case", "user", "secret")],
                         ["127.0.0.1", "a case", "al ice", ODD_SECRET])
        self.assertEqual(given["rcpt"], "al$ice@example.test")
        self.assertEqual(given["rcpt2"], "bob@example.test")
        self.assertEqual(given["smtp-port"], given["port"])
        self.assertIn("@", given["sender"])
        self.assertNotIn("", [given["client"], given["dir"]])

    def test_blanks_in_tmpdir(self):
        tmp = os.path.join(self.folder, "temporary $files 'here'")
        os.mkdir(tmp)
        command = "smtp:" + self.recording(f"{SEND} dir={{{{dir}}}}") + " && touch {{dir}}/left && mkdir {{dir}}/sub && touch {{dir}}/sub/x"
        self.check(self.run_client("--client", command, "accepted.scn", env={"TMPDIR": tmp}), 0)
        note = self.recorded()
        self.assertTrue(note["given"]["dir"].startswith(tmp + "/"))
        self.assertTrue(note["given"]["message-file"].startswith(note["given"]["dir"] + "/"))
        self.assertEqual(os.listdir(tmp), [])

    def test_no_tmpdir(self):
        result = self.run_client("--client", f"smtp:{SEND}", "accepted.scn", env={"TMPDIR": os.path.join(self.folder, "nothing")})
        self.check(result, 4, "nothing")

    def test_the_message(self):
        self.check(self.run_client("--client", "smtp:" + self.recording(SEND), "accepted.scn"), 0)
        self.assertEqual(self.recorded()["message"], "Subject: dots\n\n.a dot\n..\nlast\n")
        self.assertEqual(self.recorded()["given"]["stdin"], "")

    def test_blanks_within_braces(self):
        self.check(self.run_client("--client", f"smtp:{SEND.replace('{{port}}', '{{ port }}')}", "accepted.scn"), 0)

    def test_pop3(self):
        result = self.run_client("--client", "pop3:" + self.recording(FETCH), "--user", f"carol:{ODD_SECRET}:carol@example.test",
                                 "fetched.scn")
        self.check(result, 0)
        self.assertEqual(self.recorded("fetched")["given"]["secret"], ODD_SECRET)

    def test_lmtp(self):
        self.write("lhlo.scn", "Title: LHLO\nRule: smtp/client-crlf\n\nC: LHLO {{client}}\nS: 250\n")
        command = SEND.replace(" smtp ", " lmtp ")
        self.check(self.run_client("--client", f"lmtp:{command}", "accepted.scn", "lhlo.scn"), 0, "2 PASS")


class Target(Clients):
    def target(self, *lines):
        return self.write("client.target", "".join(line + "\n" for line in lines))

    def run_target(self, *lines, cases=("accepted.scn",), more=()):
        return self.run_client("--target", self.target(*lines), *cases, *more)

    def test_fields(self):
        result = self.run_target("Name: My client", "Client: " + self.recording(SEND), "Speaks: smtp", "Folder: {{dir}}",
                                 "Environment: ONE=a b $c {{rcpt}}", "Environment:", " TWO=2", " HOME=/nowhere", "Exit-ok: 0",
                                 "Time-limit: 60s")
        self.check(result, 0, "against My client")
        note = self.recorded()
        environment = note["environment"]
        self.assertEqual([environment[name] for name in ("ONE", "TWO", "HOME")], ["a b $c alice@example.test", "2", "/nowhere"])
        self.assertIn("PATH", environment)
        self.assertEqual(note["cwd"], os.path.dirname(note["given"]["message-file"]))

    def test_input(self):
        for text, stdin in (("{{message-file}}", "Subject: dots\n\n.a dot\n..\nlast\n"), ("to {{rcpt}} 'x'", "to alice@example.test 'x'\n")):
            with self.subTest(text):
                command = self.recording(SEND.replace("{{message-file}}", "-"))
                self.check(self.run_target(f"Client: {command}", "Speaks: smtp", f"Input: {text}"), 0)
                self.assertEqual(self.recorded()["given"]["stdin"], stdin)

    def test_speaks_goes_before_the_command(self):
        for lines in (("Speaks: pop3", f"Client: : smtp://x; {FETCH}"), (f"Client: : smtp://x; {FETCH}", "Speaks: pop3")):
            self.check(self.run_target(*lines, cases=("fetched.scn",)), 0)
        self.check(self.run_target(f"Client: smtp:{SEND}", cases=("fetched.scn",)), 5, "the client speaks SMTP")

    def test_the_command_line_goes_before_the_file(self):
        target = self.target("Client: exit 1", "Speaks: smtp", "Environment: STATUS=0")
        result = self.run_client("--target", target, "--client", f"{SEND} status=$STATUS", "accepted.scn")
        self.check(result, 0)

    def test_fetched(self):
        self.write("stored.scn", FETCHED.replace("Title", "Requires: fetched\nTitle") + "S: <the POP3 server sends message 1>\nS: .\n"
                   "C: <store message 1>\n")
        mbox = "mbox={{dir}}/mbox"
        rows = ((FETCH, "output", 0, "1 PASS"),
                (f"{FETCH} {mbox}", "{{dir}}/mbox", 0, "1 PASS"),
                (f"{FETCH} {mbox}", "{{dir}}/other", 1, "Nothing was stored"),
                (f"{FETCH} {mbox}", "output", 1, "What the client stored does not hold the body of the message"),
                (f"{FETCH} | tr a-y b-z", "output", 1, "what the client stored does not hold the body of the message"),
                (FETCH, None, 5, "the target does not tell where what is fetched goes (Fetched)"))
        for command, fetched, status, word in rows:
            with self.subTest(command=command, fetched=fetched):
                lines = ("Speaks: pop3", f"Client: {command}") + ((f"Fetched: {fetched}",) if fetched else ())
                self.check(self.run_target(*lines, cases=("stored.scn",)), status, word)

    def test_exit_statuses(self):
        fields = ("Exit-ok: 0 3", "Exit-temporary: 75 80-82", "Exit-permanent: 65")
        rows = (  # reply to RCPT, status, the direction, fields; exit status of the run, verdict, word
            ("550", 65, "permanent", fields, 0, "1 PASS", ""),
            ("550", 75, "permanent", fields, 0, "1 NON-STRICT", "which tells a temporary failure; <exit permanent> was expected"),
            ("450", 81, "temporary", fields, 0, "1 PASS", ""),
            ("450", 83, "temporary", fields, 0, "1 NON-STRICT", "which tells a failure"),
            ("450", 3, "temporary", fields, 1, "1 FAIL", "which tells success"),
            ("550", 0, "failure", fields, 1, "1 FAIL", "which tells success; <exit failure> was expected"),
            ("550", 99, "failure", fields, 0, "1 PASS", ""),
            ("250", 3, "ok", fields, 0, "1 PASS", ""),
            ("250", 99, "ok", fields, 1, "1 FAIL", "which tells a failure; <exit ok> was expected"),
            ("550", 1, "permanent", (), 0, "1 PASS", ""),
            ("450", 1, "temporary", (), 0, "1 PASS", ""),
            ("550", 0, "permanent", (), 1, "1 FAIL", "which tells success"),
            ("550", 0, None, (), 1, "1 FAIL", "the client reports success"),
            ("550", 0, None, ("Exit-ok: 7",), 0, "1 PASS", ""),
            ("250", 0, None, ("Exit-ok: 7",), 1, "1 FAIL", "the client reports failure"),
            ("250", 7, None, ("Exit-ok: 7",), 0, "1 PASS", ""),
        )
        for reply, status, direction, lines, run_status, verdict, word in rows:
            with self.subTest(reply=reply, status=status, direction=direction, lines=lines):
                self.write("refused.scn", REFUSED % (reply, f"C: <exit {direction}>" if direction else ""))
                result = self.run_target(f"Client: smtp:{SEND} status={status}", *lines, cases=("refused.scn",))
                self.check(result, run_status, verdict, word)

    def test_second_choice_of_a_practice(self):
        """A failure of the other kind is NON-STRICT, and no worse than the level of the rule."""
        fields = ("Exit-temporary: 75", "Exit-permanent: 65")
        for rule, verdict in (("smtp/client-crlf", "1 NON-STRICT"), ("smtp/temporary-reported", "1 NON-STRICT"), ("smtp/accepted-is-final", "1 INFO")):
            with self.subTest(rule=rule):
                self.write("refused.scn", REFUSED.replace("smtp/client-crlf", rule) % ("450", "C: <exit temporary>"))
                self.check(self.run_target(f"Client: smtp:{SEND} status=65", *fields, cases=("refused.scn",)), 0, verdict, "which tells a permanent failure")

    def test_outcome(self):
        """The status of the command that queues counts where it fails, else that of the one that knows what became of the message."""
        self.write("refused.scn", REFUSED % ("450", "C: <exit temporary>"))
        said = "echo {{sender}} {{port}}"
        rows = (  # the client's end, the outcome; exit status of the run, verdict, word
            ("", f"{said}; exit 75", 0, "1 PASS", ""),
            ("", "exit 0", 1, "1 FAIL", "which tells success"),
            ("", "exit 65", 0, "1 NON-STRICT", "which tells a permanent failure"),
            ("; exit 75", f"touch '{self.record}/asked'", 0, "1 PASS", ""),
            ("", "exit 75 # a comment", 0, "1 PASS", ""),
            ("", "sleep 1000", 1, "1 FAIL", "it ran longer than its time limit and was killed"),
        )
        for end, outcome, run_status, verdict, word in rows:
            with self.subTest(end=end, outcome=outcome):
                result = self.run_target(f"Client: smtp:{SEND} status=0{end}", f"Outcome: {outcome}", "Exit-temporary: 75", "Exit-permanent: 65",
                                         "Time-limit: 2s", cases=("refused.scn",))
                self.check(result, run_status, verdict, word)
        self.assertFalse(os.path.exists(os.path.join(self.record, "asked")))

    def test_time_limit(self):
        command = f"smtp:case {{{{case}}}} in accepted) {SEND}; sleep 1000;; *) exec {SEND};; esac"
        result = self.run_target(f"Client: {command}", "Time-limit: 3s")
        self.check(result, 1, "it ran longer than its time limit and was killed")

    def test_start_and_stop(self):
        result = self.run_target(f"Client: smtp:{SEND}", f"Start: echo start >>'{self.record}/log'", f"Stop: echo stop >>'{self.record}/log'")
        self.check(result, 0)
        with open(os.path.join(self.record, "log"), encoding="utf-8") as file:
            self.assertEqual(file.read(), "start\nstop\n")

    def test_slips(self):
        client = "Client: true {{port}}"
        rows = (  # lines of the file; line of the defect, word
            ((client, "Enviroment: A=b"), 2, 'did you mean "Environment"'),
            ((client, "Exit-permament: 1"), 2, 'did you mean "Exit-permanent"'),
            (("Clinet: true",), 1, 'did you mean "Client"'),
            ((client, "# comment", "Environment: AB"), 3, "NAME=VALUE"),
            ((client, "Environment: =b"), 2, "NAME=VALUE"),
            ((client, "Environment: A=b", " C"), 3, "NAME=VALUE"),
            ((client, "Outcome: what {{became}}"), 2, "a client's command knows no {{became}}"),
            ((client, "Speaks: imap"), 2, "smtp, lmtp or pop3"),
            ((client, "Exit-ok: 256"), 2, "from 0 to 255"),
            ((client, "Exit-ok: 5-3"), 2, "from 0 to 255"),
            ((client, "Exit-ok: zero"), 2, "from 0 to 255"),
            ((client, "Exit-ok:"), 2, "a value is missing"),
            ((client, "Time-limit: soon"), 2, "30s"),
            ((client, "Time-limit: 0s"), 2, "30s"),
            ((client, "Folder: {{dri}}"), 2, "did you mean {{dir}}"),
            ((client, "Input: {{messagefile}}"), 2, "did you mean {{message-file}}"),
            ((client, "Environment: A={{recpt}}"), 2, "did you mean {{rcpt}}"),
            ((client, "Fetched: {{dirr}}/mbox"), 2, "did you mean {{dir}}"),
            (("Client: true {{prot}}",), 1, "did you mean {{port}}"),
            (("Client: smtp:",), 1, "expected a command"),
            ((client, client), 2, "Client stands here a second time"),
        )
        for lines, line, word in rows:
            with self.subTest(lines=lines):
                self.check(self.run_target(*lines), 2, f"client.target:{line}: ", word)

    def test_a_server_and_a_client(self):
        self.check(self.run_target("Client: true", "Smtp: smtp://127.0.0.1:25"), 2, "a target is a server (Smtp, Pop3) or a client (Client)")

    def test_known_failing(self):
        self.write("known", "accepted smtp/client-crlf wrong status\n")
        self.check(self.run_target(f"Client: smtp:{SEND} status=1", "Known-failing: known"), 0, "1 XFAIL")
        self.check(self.run_target(f"Client: smtp:{SEND}", "Known-failing: known"), 1, "1 XPASS")


class Usage(Clients):
    def test_slips(self):
        client = ("--client", f"smtp:{SEND}")
        rows = (
            ((*client, "--server", "smtp://127.0.0.1:25"), ("--client and --server",)),
            ((*client, "--self"), ("--self", "--client")),
            (("--self", "--server", "smtp://127.0.0.1:25"), ("--self", "--server")),
            (("--self", "--listen", "smtp://127.0.0.1:0"), ("--self",)),
            ((*client, "--fault", "client-crlf"), ("built-in",)),
            ((*client, "--fault", "reply-crlf"), ("built-in",)),
            ((*client, "--listen", "smtp://127.0.0.1:0"), ("--listen", "--client")),
            (("--listen", "smtp://127.0.0.1:0", "--server", "smtp://127.0.0.1:25"), ("--listen", "--server")),
            (("--client", "send {{prot}}"), ("{{prot}}", "did you mean {{port}}?")),
            (("--client", "send {{}}"), ("{{}}",)),
            (("--client", "smtp:"), ("expected a command",)),
            (("--client", ""), ("--client needs a value",)),
            (("--client", f"{CLIENT} smtp {WHERE}", "accepted.scn", "fetched.scn"), ("what the client speaks is not told", "pop3:")),
        )
        for arguments, words in rows:
            with self.subTest(arguments=arguments):
                self.check(self.run_client(*arguments, *(() if "accepted.scn" in arguments else ("accepted.scn",))), 2, *words)

    def test_the_cases_tell_the_protocol(self):
        self.check(self.run_client("--client", SEND, "accepted.scn"), 0)
        self.check(self.run_client("--client", FETCH, "fetched.scn"), 0)

    def test_the_command_tells_the_protocol(self):
        both = ("accepted.scn", "fetched.scn", "--report", "json=-")
        for command in (f"smtp:{SEND}", f": smtp://{{{{host}}}}; {SEND}"):
            result = self.run_client("--client", command, *both)
            self.check(result, 0)
            self.assertEqual([(case["id"], case["verdict"]) for case in json.loads(result.out)["cases"]],
                             [("accepted", "PASS"), ("fetched", "UNSUPPORTED")])


class Selected(Clients):
    """A folder of shipped scenarios that has both kinds."""

    def setUp(self):
        super().setUp()
        shutil.copytree(os.path.join(SHIPPED, "catalogue"), os.path.join(self.folder, "shipped", "catalogue"))
        self.write("shipped/smtp/noop.scn", SERVER)
        self.write("shipped/client/accepted.scn", ACCEPTED)
        self.write("shipped/client/fetched.scn", FETCHED)

    def cases(self, *arguments):
        result = self.run_client("--scenarios", "shipped", "--report", "json=-", *arguments)
        self.check(result, 0)
        return [case["id"] for case in json.loads(result.out)["cases"]]

    def test_no_operand(self):
        self.assertEqual(self.cases("--client", f"smtp:{SEND}"), ["client/accepted"])  # the other one is for POP3
        self.assertEqual(self.cases(), ["client/accepted", "client/fetched", "smtp/noop"])

    def test_operands(self):
        self.assertEqual(self.cases("--client", f"smtp:{SEND}", "client/acc*"), ["client/accepted"])
        self.assertEqual(self.cases("--client", f"smtp:{SEND}", "smtp/noop", "client/accepted"), ["client/accepted"])
        self.assertEqual(self.cases("--client", f"smtp:{SEND}", "smtp/client-crlf"), ["client/accepted"])
        self.assertEqual(self.cases("--client", f"smtp:{SEND}", "accepted.scn"), ["accepted"])

    def test_the_other_kind(self):
        result = self.run_client("--scenarios", "shipped", "--client", f"smtp:{SEND}", "smtp/noop")
        self.check(result, 5, "the cases selected test servers: name one with --server")
        result = self.run_client("--scenarios", "shipped", "--server", "smtp://127.0.0.1:9", "client/accepted")
        self.check(result, 5, "the cases selected test clients: name one with --client")

    def test_a_file_that_names_the_server_only(self):
        self.write("server.scn", "Start: ehlo\n\nC: NOOP {{repeat 3 \"x\"}}\nS/: 250 .*\n")
        self.check(self.run_client("--client", f"smtp:{SEND}", "server.scn"), 5, "1 UNSUPPORTED")

    def test_jobs_and_repeat(self):
        result = self.run_client("--scenarios", "shipped", "--client", f"smtp:{SEND}", "client/accepted", "--repeat", "12", "-j", "4")
        self.check(result, 0, "12 PASS")


class Status(Clients):
    def test_exit_statuses(self):
        self.write("no.scn", ACCEPTED.replace("Start: ehlo", "Requires: sends TURN"))
        rows = (
            (("--client", f"smtp:{SEND}", "accepted.scn"), 0, "Acceptable."),
            (("--client", f"smtp:{SEND} status=9", "accepted.scn"), 1, "Not acceptable: 1 FAIL."),
            (("--client", f"smtp:{SEND} {{{{x}}}}", "accepted.scn"), 2, "{{x}}"),
            (("--client", "smtp:exit 3", "accepted.scn"), 4, "Broken off: the client never connected; it ended with status 3"),
            (("--client", "smtp:no-such-client", "accepted.scn"), 4, "Broken off: the client's command cannot be run; it ended with status 127"),
            (("--client", "smtp:/dev/null", "accepted.scn"), 4, "Broken off: the client's command cannot be run; it ended with status 126"),
            (("--client", "smtp:kill -SEGV $$", "accepted.scn"), 4, "Broken off: the client never connected; it was killed by signal 11"),
            (("--client", "smtp:echo no settings >&2; exit 78", "accepted.scn"), 4, "it ended with status 78; it says: no settings"),
            (("--client", f"smtp:{SEND}", "no.scn"), 5, "the client does not send TURN of itself"),
            (("--client", f"smtp:{SEND}", "nothing.scn"), 5, "nothing.scn"),
        )
        for arguments, status, word in rows:
            with self.subTest(arguments=arguments):
                self.check(self.run_client(*arguments), status, word)

    def test_requires_sends(self):
        self.write("yes.scn", ACCEPTED.replace("Start: ehlo", "Requires: sends HELP\nStart: ehlo"))
        self.check(self.run_client("--client", f"smtp:{SEND}", "yes.scn"), 5, "the client does not send HELP of itself")
        self.check(self.run_client("--client", f"smtp:{SEND} say=HELP", "yes.scn"), 0, "1 PASS")


class Reports(Clients):
    KINDS = ("console", "json=report.json", "junit=report.xml", "tap=report.tap")

    def play(self, command, *more, cases=("accepted.scn",)):
        reports = itertools.chain.from_iterable(("--report", kind) for kind in self.KINDS)
        return self.run_client("--client", command, *reports, "--out", "out", *more, *cases)

    def texts(self, result):
        """Everything that was written, by name."""
        found = {"output": result.out + result.err}
        for folder, _, names in os.walk(self.folder):
            for name in names:
                if not name.endswith((".scn", ".target")):
                    path = os.path.join(folder, name)
                    with open(path, encoding="utf-8") as file:
                        found[os.path.relpath(path, self.folder)] = file.read()
        return found

    def test_output_of_the_client(self):
        result = self.play(f"smtp:echo to the left; echo to the right >&2; {SEND} status=4")
        self.check(result, 1)
        texts = self.texts(result)
        for name in ("output", "report.json", "report.xml", "report.tap", "out/report.json", "out/transcripts/accepted.txt",
                     "out/transcripts/accepted.jsonl"):
            with self.subTest(name):
                self.assertIn("standard output: to the left", texts[name])
                self.assertIn("standard error: to the right", texts[name])
                self.assertIn("it ended with status 4", texts[name])

    def test_again(self):
        command = f"smtp:{SEND} status=$((3 + 1)) 'x'\"'\"'y=z'"
        result = self.play(command, "--user", "al:sec ret:al@example.test", "--time-scale", "2")
        self.check(result, 1)
        with open(os.path.join(self.folder, "report.json"), encoding="utf-8") as file:
            report = json.load(file)
        again = report["cases"][0]["again"]
        self.assertTrue(again.endswith(" accepted.scn"))
        self.assertTrue(again.startswith(report["info"]["command"]))
        self.assertIn("--user 'al:{{secret:*}}:al@example.test'", again)
        script = self.write("again.sh", f"set -- {again.replace('{{secret:*}}', 'sec ret')}\nprintf '%s\\n' \"$@\"\n")
        words = subprocess.run(["sh", script], stdout=subprocess.PIPE, text=True, check=True).stdout.split("\n")
        self.assertEqual(words[words.index("--client") + 1], command)
        self.assertEqual(words[0], PROGRAM)

    def test_again_of_a_target_file(self):
        self.write("my client.target", f"Client: smtp:{SEND} status=1\n")
        result = self.run_client("--target", "my client.target", "accepted.scn")
        self.check(result, 1, "Again:", "--target 'my client.target' accepted.scn")

    def test_secrets(self):
        secret = "hunter2-and more"
        user = f"carol:{secret}:carol@example.test"
        encoded = base64.b64encode(f"\0carol\0{secret}".encode()).decode()
        refused = FETCHED.replace("Start: pop3-transaction", "Start: connect").replace(
            "C: RETR 1\nS: +OK\n", "S: +OK\nC: USER {{user}}\nS: +OK\nC=: PASS other\nS: +OK\n")
        self.write("refused.scn", refused)
        say = f"say=NOOP\\ {{{{secret}}}}"
        rows = (
            (f"smtp:echo is {{{{secret}}}}; echo is {{{{secret}}}} >&2; {SEND} status=4", ("accepted.scn",)),
            (f"smtp:{SEND} {say} status=4", ("accepted.scn",)),
            (f"smtp:{SEND} say='NOOP {secret}' status=4", ("accepted.scn",)),
            (f"smtp:{SEND} say='AUTH PLAIN {encoded}' status=4", ("accepted.scn",)),
            (f"smtp:printf 'is %s' {{{{secret}}}} >&2; exit 9", ("accepted.scn",)),
            (f"pop3:{FETCH}", ("fetched.scn",)),
            (f"pop3:{FETCH}", ("refused.scn",)),
        )
        for command, cases in rows:
            with self.subTest(command):
                result = self.play(command, "--user", user, "--trace", "all", cases=cases)
                self.check(result, 4 if "exit 9" in command else 0 if cases == ("fetched.scn",) else 1, "{{secret:*}}")
                for name, text in self.texts(result).items():
                    self.assertNotIn(secret, text, name)
                    self.assertNotIn("hunter2", text, name)
                    self.assertNotIn(encoded, text, name)
                    self.assertNotIn(base64.b64encode(secret.encode()).decode()[:16], text, name)

    def test_secrets_of_the_file(self):
        secret = "hunter2-and-more"
        self.write("t.target", f"Client: smtp:echo {secret}; {SEND} status=4\nUser: carol {secret}\nName: {secret}\n")
        result = self.run_client("--target", "t.target", "accepted.scn", "--trace", "all", "--out", "out")
        self.check(result, 1, "{{secret:*}}")
        for name, text in self.texts(result).items():
            self.assertNotIn("hunter2", text, name)


if __name__ == "__main__":
    main()
