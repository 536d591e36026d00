#!/usr/bin/env python3
"""The examples of examples/ci are run as they stand, fail where they should, and leave nothing behind."""
import os
import re
import subprocess

from harness import PROGRAM, Case, Reference, main

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
EXAMPLES = os.path.join(ROOT, "examples", "ci")
NAMES = ("test_mail.sh", "test_mail.py", "test_mail.c")
# One change at a time, after which the example has to fail: the sender says something else, or the server is not told to refuse.
BREAKS = {
    "test_mail.sh": (
        ("Total: 42\\", "Total: 41\\"), ("--subject /invoice/", "--subject /quote/"), ("tell set full bob", "tell set full alice"),
        ("--mail-rcpt bob@", "--mail-rcpt alice@"), ("set locked bob", "set locked alice"),
    ),
    "test_mail.py": (
        ("Total: 42\\", "Total: 41\\"), ('"/invoice/"', '"/quote/"'), ('"full", "bob"', '"full", "alice"'),
        ('["bob@example.test"]', '["alice@example.test"]'), ('"greeting-code"', '"pop3-greeting"'),
    ),
    "test_mail.c": (
        ("Total: 42\\", "Total: 41\\"), ("--subject /invoice/", "--subject /quote/"), ('"set full bob"', '"set full alice"'),
        ("RCPT TO:<bob@", "RCPT TO:<alice@"), ("fault greeting-code", "fault pop3-greeting"),
    ),
}


class Examples(Case):
    def command(self, name, text):
        """As its own page says it is run."""
        path = self.write(name, text)
        if name.endswith(".sh"):
            return ["sh", path]
        if name.endswith(".py"):
            return ["python3", path]
        program = os.path.join(self.folder, "program")
        subprocess.run(["cc", "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-o", program, path], check=True)
        return [program]

    def play(self, name, text, mailspec=PROGRAM):
        place = os.path.join(self.folder, "tmp")
        os.makedirs(place, exist_ok=True)
        command = self.command(name, text.replace('"/tmp/test_mail-', f'"{place}/test_mail-'))
        child = subprocess.Popen(command,
                                 env={**os.environ, "MAILSPEC": mailspec, "TMPDIR": place, "PYTHONDONTWRITEBYTECODE": "1"},
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.addCleanup(child.kill)
        output = child.communicate(timeout=30)[0]  # ends when the last of them has closed it: none is left behind
        self.assertEqual(os.listdir(place), [], output)
        return child.returncode, output

    def source(self, name):
        with open(os.path.join(EXAMPLES, name), encoding="utf-8") as file:
            return file.read()

    def test_they_pass(self):
        self.assertEqual(sorted(os.listdir(EXAMPLES)), sorted(NAMES))
        for name in NAMES:
            with self.subTest(name=name):
                status, output = self.play(name, self.source(name))
                self.assertEqual(status, 0, output)

    def test_they_can_fail(self):
        for name in NAMES:
            for before, after in BREAKS[name]:
                text = self.source(name).replace("10s", "1s")  # it is not worth waiting for
                with self.subTest(name=name, after=after):
                    self.assertIn(before, text)
                    status, output = self.play(name, text.replace(before, after, 1))
                    self.assertNotEqual(status, 0, output)

    def test_no_server_is_a_failure(self):
        for name in NAMES:
            for mailspec in ("/bin/false", os.path.join(self.folder, "nothing")):
                with self.subTest(name=name, mailspec=mailspec):
                    self.assertNotEqual(self.play(name, self.source(name), mailspec)[0], 0)


class Page(Case):
    """docs/ci-sink.md: its session runs as it is printed, and its table has every command."""

    def setUp(self):
        super().setUp()
        with open(os.path.join(ROOT, "docs", "ci-sink.md"), encoding="utf-8") as file:
            self.text = file.read()

    def blocks(self, language):
        return re.findall(rf"^```{language}\n(.*?)^```", self.text, re.MULTILINE | re.DOTALL)

    def test_the_session(self):
        shell, python = self.blocks("bash")[0], self.blocks("python")[0]
        # Errors end it; the client of the other page speaks before the server stops.
        script = "set -eu\nunset MAILSPEC\n" + shell.replace("mailspec tell ctl stop", "python3 client.py\nmailspec tell ctl stop\nwait\n")
        self.write("client.py", python)
        path = os.path.dirname(PROGRAM) + os.pathsep + os.environ["PATH"]
        result = subprocess.run(["sh", "-c", script], cwd=self.folder, env={**os.environ, "PATH": path}, capture_output=True,
                                text=True, timeout=60, check=False)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertEqual(result.stdout, "Total: 42\nset\nstopping\n")
        self.assertIn("452", result.stderr)

    def test_any_address(self):
        self.write("mail.txt", "Subject: hello\n\nTotal: 42\n")
        script = "set -eu\nunset MAILSPEC\n" + self.blocks("bash")[1] + "wait\n"
        path = os.path.dirname(PROGRAM) + os.pathsep + os.environ["PATH"]
        result = subprocess.run(["sh", "-c", script], cwd=self.folder, env={**os.environ, "PATH": path}, capture_output=True,
                                text=True, timeout=60, check=False)
        self.assertEqual((result.returncode, result.stdout), (0, "Subject: hello\n\nTotal: 42\n"), result.stderr)

    def test_the_tables(self):
        help_text = subprocess.run([PROGRAM, "wait", "--help"], capture_output=True, text=True, check=True).stdout
        for option in re.findall(r"^ +(?:-\w, |    )(--[a-z-]+)", help_text, re.MULTILINE):
            if option not in ("--no-config", "--help"):
                self.assertIn(option, self.text)
        with Reference("smtp://127.0.0.1:0", "--control", os.path.join(self.folder, "ctl")):
            lines = subprocess.run([PROGRAM, "tell", os.path.join(self.folder, "ctl"), "help"], capture_output=True, text=True,
                                   check=True).stdout.splitlines()
        for line in lines:
            self.assertRegex(self.text, rf"\| .*`{line.split()[0]}\b")


if __name__ == "__main__":
    main()
