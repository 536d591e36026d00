#!/usr/bin/env python3
"""Where secrets come from: a file, the environment, a prompt at a terminal, or what is written."""
import os
import pty
import select
import signal
import subprocess
import termios
import time

from harness import PROGRAM, Case, Reference, main, run

SECRET = "s3cret:of@carol"
LIMIT_S = 30


class Terminal:
    """mailspec as the leader of a session of its own, with a terminal that a person would type at."""

    def __init__(self, *arguments):
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.execv(PROGRAM, [PROGRAM, arguments[0], "--no-config", *arguments[1:]])
        self.text = b""

    def wait_for(self, word):
        end = time.monotonic() + LIMIT_S
        while word not in self.text:
            readable, _, _ = select.select([self.master], [], [], max(0.0, end - time.monotonic()))
            assert readable, f"no {word!r} in {self.text!r}"
            self.text += os.read(self.master, 65536)

    def type(self, text):
        os.write(self.master, text.encode())

    def echoes(self):
        return bool(termios.tcgetattr(self.master)[3] & termios.ECHO)

    def end(self):
        """Exit status, or minus the signal; everything that was printed stands in `text`."""
        try:
            while True:
                part = os.read(self.master, 65536)
                if not part:
                    break
                self.text += part
        except OSError:
            pass  # the other side is closed
        _, status = os.waitpid(self.pid, 0)
        os.close(self.master)
        return os.waitstatus_to_exitcode(status)


class Login(Case):
    """A run that passes only with the right secret."""

    def setUp(self):
        super().setUp()
        self.server = Reference("pop3://127.0.0.1:0", "--user", f"carol:{SECRET}:carol@example.test").__enter__()
        self.addCleanup(self.server.__exit__)

    def login(self, secret, env=None, address=":carol@example.test"):
        return run("run", *self.server.options, "--user", f"carol:{secret}{address}", "pop3/stat", env=env)

    def file(self, name, content, mode=0o600):
        path = self.write(name, content)
        os.chmod(path, mode)
        return path


class Sources(Login):
    def test_a_file(self):
        for content in (SECRET, SECRET + "\n", SECRET + "\r\n", SECRET + "\nanother line\n"):
            with self.subTest(content=content):
                result = self.login("file:" + self.file("secret", content))
                self.check(result, 0, "1 PASS")
                self.assertNotIn("warning", result.err)

    def test_a_file_that_others_read(self):
        result = self.login("file:" + self.file("open", SECRET, 0o644))
        self.check(result, 0, "1 PASS", "warning: ", "everybody can read it", "chmod 600")

    def test_the_environment(self):
        self.check(self.login("env:CAROL", env={"CAROL": SECRET}), 0, "1 PASS")
        self.check(self.login("env:CAROL", env={"CAROL": SECRET}, address=""), 0, "1 PASS")

    def test_as_written(self):
        self.check(self.login(SECRET), 0, "1 PASS")
        self.check(self.login("text:" + SECRET), 0, "1 PASS")

    def test_a_secret_that_looks_like_a_source(self):
        with Reference("pop3://127.0.0.1:0", "--set", "user=dave text:file:x dave@example.test") as server:
            result = run("run", *server.options, "-u", "dave:text:file:x:dave@example.test", "pop3/stat")
            self.check(result, 0, "1 PASS")
            self.check(run("run", *server.options, "-u", "dave:text:env:x:dave@example.test", "pop3/stat"), 4, "refuses the login")

    def test_a_target_file(self):
        self.file("of carol/secret", SECRET)
        for source in ("file:secret", "env:CAROL", "text:" + SECRET, SECRET):
            with self.subTest(source=source):
                path = self.write("of carol/one.target", f"Pop3: {self.server.urls[0]}\nUser: carol {source} carol@example.test\n")
                self.check(run("run", "--target", path, "pop3/stat", env={"CAROL": SECRET}), 0, "1 PASS")

    def test_a_server(self):
        path = self.file("settings/secret", SECRET)
        settings = self.write("settings/file", "User: carol file:secret\n      dave env:DAVE\n")
        os.environ["DAVE"] = SECRET
        self.addCleanup(os.environ.pop, "DAVE", None)
        for options in (("--user", "carol:file:" + path), ("--set", "user=carol env:DAVE"), ("--settings", settings)):
            with self.subTest(options=options):
                with Reference("pop3://127.0.0.1:0", *options) as server:
                    self.check(run("run", *server.options, "-u", f"carol:{SECRET}:carol@example.test", "pop3/stat"), 0, "1 PASS")

    def test_scenarios_read_nothing(self):
        """Given: of a scenario is somebody else's text: what it says is the secret."""
        path = self.write("g.scn", "Given: user carol env:CAROL\n\nS: +OK\nC: USER carol\nS: +OK\nC: PASS env:CAROL\nS: +OK\n")
        self.check(run("run", path, env={"CAROL": SECRET}), 0, "1 PASS")

    def test_the_command_that_repeats_names_the_source(self):
        path = self.write("bad.scn", "S: +OK\nC: NOOP\nS: +OK\n")
        result = run("run", *self.server.options, "-u", "carol:env:CAROL:carol@example.test", path, "--report", "json=-", env={"CAROL": SECRET})
        self.check(result, 1, "--user carol:env:CAROL:carol@example.test")
        self.assertNotIn(SECRET, result.out)


class Slips(Login):
    def test_files(self):
        rows = (
            ("file:/nowhere/secret", "the secret of carol: /nowhere/secret cannot be opened"),
            ("file:" + self.folder, "the secret of carol: "),
            ("file:", "expected file:PATH"),
            ("file:" + self.file("empty", ""), "is empty"),
            ("file:" + self.file("empty line", "\nsecret\n"), "is empty"),
            ("file:" + self.file("nul", "a\0b\n"), "NUL"),
            ("file:" + self.file("cr", "a\rb\n"), "line end"),
            ("file:" + self.file("long", "x" * 9000), "longer than 8192"),
        )
        for source, words in rows:
            with self.subTest(source=source):
                result = self.login(source)
                self.check(result, 2, words)
                self.assertEqual(result.err.count("\n"), 1)

    def test_the_environment(self):
        self.check(self.login("env:CAROL_IS_NOT_THERE"), 2, "CAROL_IS_NOT_THERE is not set")
        self.check(self.login("env:CAROL", env={"CAROL": ""}), 2, "CAROL is empty")
        self.check(self.login("env:CAROL", env={"CAROL": "a\nb"}), 2, "line end")
        self.check(self.login("env:"), 2, "expected env:NAME")

    def test_others(self):
        result = self.login("prompt:hush:")
        self.check(result, 2, 'nothing belongs behind "prompt:"')
        self.assertNotIn("hush", result.err)
        self.check(self.login("text:"), 2, 'nothing stands behind "text:"')
        self.check(run("serve", "pop3://127.0.0.1:0", "--set", "user=dave env:DAVE", env={"DAVE": "a b"}), 2, "no blanks")
        result = run("serve", "pop3://127.0.0.1:0", "--set", "user=dave hush hush hush")
        self.check(result, 2, "expected NAME SECRET")
        self.assertNotIn("hush", result.err)
        result = run("serve", "pop3://127.0.0.1:0", "--set", "user:dave hush")
        self.check(result, 2, "expected NAME=VALUE")
        self.assertNotIn("hush", result.err)

    def test_no_terminal(self):
        program = ["setsid", "-w", PROGRAM, "run", "--no-config", *self.server.options, "-u", "carol:prompt:", "pop3/stat"]
        result = subprocess.run(program, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT_S)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertIn("there is no terminal", result.stderr)
        self.assertEqual(result.stderr.count("\n"), 1)


class Prompt(Login):
    def terminal(self, user="carol:prompt:carol@example.test"):
        terminal = Terminal("run", *self.server.options, "-u", user, "pop3/stat")
        terminal.wait_for(b"Secret of carol: ")
        return terminal

    def test_it_is_asked_for_and_not_shown(self):
        for user in ("carol:prompt:", "carol:prompt:carol@example.test", "carol:prompt::carol@example.test"):
            with self.subTest(user=user):
                terminal = self.terminal(user)
                self.assertFalse(terminal.echoes())
                terminal.type(SECRET + "\n")
                self.assertEqual(terminal.end(), 0, terminal.text)
                self.assertIn(b"1 PASS", terminal.text)
                self.assertNotIn(SECRET.encode(), terminal.text)

    def test_nothing_typed(self):
        terminal = self.terminal()
        terminal.type("\n")
        self.assertEqual(terminal.end(), 2)
        self.assertIn(b"nothing was typed", terminal.text)

    def test_an_interrupt_shows_typing_again(self):
        for number, key in ((signal.SIGINT, "\x03"), (signal.SIGTERM, None)):
            with self.subTest(number=number):
                terminal = self.terminal()
                self.assertFalse(terminal.echoes())
                if key is not None:
                    terminal.type(key)
                else:
                    os.kill(terminal.pid, number)
                _, status = os.waitpid(terminal.pid, 0)
                self.assertEqual(os.waitstatus_to_exitcode(status), -number)
                self.assertTrue(terminal.echoes())
                os.close(terminal.master)


if __name__ == "__main__":
    main()
