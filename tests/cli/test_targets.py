#!/usr/bin/env python3
"""Every way to name what is tested: addresses, users, target files, commands; servers that are busy; jobs and leases."""
import fcntl
import json
import os
import pty
import re
import signal
import socket
import struct
import subprocess
import tempfile
import termios
import threading
import time

from harness import PROGRAM, Case, Reference, Server, held_ports, main, run
from lmtp_server import Lmtp

USERS = ("--user", "alice:secret-a:alice@example.test", "--user", "bob:secret-b:bob@example.test")
FACTS = (*USERS, "--unknown-user", "nobody-here@example.test", "--relay-domain", "elsewhere.example")
SLEEP = f"sleep {1000000 + os.getpid()}"  # for longer than any test; told from those of others by the number
NOOP = "Start: ehlo\n\nC: NOOP\nS: 250\n"

STUDENT = """
import sys
def say(text):
    print(text, end="\\r\\n", flush=True)
say("220 student")
data = False
for line in sys.stdin.buffer:
    word = line.split()[0].upper() if line.split() else b""
    if data:
        if line == b".\\r\\n":
            data = False
            say("250 taken")
    elif word == b"QUIT":
        say("221 bye")
        break
    elif word == b"DATA":
        data = True
        say("354 go on")
    else:
        say("250 fine")
"""


def ipv6():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        return True
    except OSError:
        return False


def results(result):
    return json.loads(result.out)["cases"]


def running(word):
    """Processes whose command line holds `word`; what has ended and waits for its parent has no command line."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                if word.encode() in file.read() and int(pid) != os.getpid():
                    found.append(pid)
        except OSError:
            pass
    return found


def alive(word):
    """What is still running after the kernel had the time to bury those that were killed."""
    for _ in range(100):
        if not running(word):
            break
        time.sleep(0.05)
    return running(word)


# What the reference server does not do when nobody has set it up for that.
NOT_SET_UP = re.compile("|".join((r"only the built-in server can be set up for it \(Given:\)", "the case is for LMTP, the target speaks SMTP",
                                  "the POP3 server does not list the capability (STLS|LOGIN-DELAY)",
                                  "the server does not offer (STARTTLS|a login by [A-Z0-9-]+)")))


def is_not_set_up(case):
    return case["verdict"] == "UNSUPPORTED" and NOT_SET_UP.fullmatch(case["reason"]) is not None


def wants_to_be_set_up(path):
    """Does the scenario itself say that another server cannot be what it wants?"""
    with open(path, encoding="utf-8") as file:
        header = file.read().split("\n\n")[0]
    return re.search(r"\nGiven:|\nRequires:.*built-in", header) is not None


def of_all(result):
    """The verdicts of the cases that a server can be run against whom nobody has set up; seven of ten can."""
    cases = results(result)
    left = [case for case in cases if not is_not_set_up(case)]
    assert len(left) > len(cases) * 0.67, [case["reason"] for case in cases]
    for path in {case["file"] for case in cases if (case["reason"] or "").startswith("only the built-in server")}:
        assert wants_to_be_set_up(path), path
    return {case["verdict"] for case in left}


class Addresses(Case):
    def test_both_sides_of_one_server(self):
        with Reference("smtp://127.0.0.1:0", "pop3://127.0.0.1:0") as server:
            result = run("run", *server.options, *FACTS, "--report", "json=-")
        self.check(result, 0)
        self.assertEqual(of_all(result), {"PASS"})

    def test_ipv6(self):
        if not ipv6():
            self.skipTest("no IPv6 here")
        with Reference("smtp://[::1]:0", "pop3://[::1]:0") as server:
            self.assertTrue(all(url.startswith(("smtp://[::1]:", "pop3://[::1]:")) for url in server.urls))
            result = run("run", *server.options, *FACTS, "--report", "json=-")
            self.check(run("run", *server.options, "--source", "127.0.0.1", "smtp/noop"), 4, "other family")
            self.check(run("run", *server.options, "--source", "::1", "smtp/noop"), 0)
        self.check(result, 0)
        self.assertEqual(of_all(result), {"PASS"})

    def test_a_name(self):
        with Reference("smtp://localhost:0") as server:
            self.check(run("run", *server.options, "smtp/noop"), 0, "1 PASS")
        with Reference("smtp://127.0.0.1:0") as server:
            self.check(run("run", "--server", f"smtp://localhost:{server.port(0)}", "smtp/noop"), 0, "1 PASS")
            self.check(run("run", "--server", f"SMTP://LOCALHOST:{server.port(0)}/", "smtp/noop"), 0, "1 PASS")
        self.check(run("run", "--server", "smtp://no-such-host.invalid", "smtp/noop"), 4, "no-such-host.invalid")

    def test_source(self):
        peers = []

        def serve(connection, closing):
            peers.append(connection.getpeername()[0])
            connection.sendall(b"220 here\r\n")
            while octets := connection.recv(1000):
                connection.sendall(b"250 here\r\n" if b"QUIT" not in octets else b"221 bye\r\n")

        with Server(serve) as server:
            path = self.write("noop.scn", NOOP)
            self.check(run("run", "--server", f"smtp://127.0.0.1:{server.port}", "--source", "127.0.0.2", path), 0)
        self.assertEqual(set(peers), {"127.0.0.2"})
        for source in ("localhost", "[::1]", "127.0.0.1:25"):
            self.check(run("run", "--server", "smtp://127.0.0.1", "--source", source), 2, "--source", source)
        self.check(run("run", "--server", "smtp://127.0.0.1:1", "--source", "192.0.2.1", "smtp/noop"), 4, "source")

    def test_slips(self):
        rows = (
            (("--server", "localhost:25"), "smtp://HOST:PORT"),
            (("--server", "smpt://localhost"), "smtp"),
            (("--server", "smtp://::1"), "brackets"),
            (("--server", "smtp://localhost:0"), "port 0"),
            (("--server", "smtp://localhost:99999"), "65535"),
            (("--server", "smtp://a", "--server", "lmtp://b"), "same side"),
            (("--server", "pipe: "), "command"),
            (("--user", "alice:secret"), "--server"),
            (("--server", "smtp://a", "--fault", "reply-crlf"), "built-in"),
        )
        for arguments, word in rows:
            with self.subTest(arguments=arguments):
                self.check(run("run", *arguments), 2, word)

    def test_the_other_protocol(self):
        with Reference("smtp://127.0.0.1:0", "pop3://127.0.0.1:0") as server:
            for url, word in ((f"smtp://127.0.0.1:{server.port(1)}", "POP3"), (f"pop3://127.0.0.1:{server.port(0)}", "SMTP"),
                              (f"lmtp://127.0.0.1:{server.port(0)}", "LHLO")):
                with self.subTest(url=url):
                    self.check(run("run", "--server", url), 4, url, word)

    def test_one_side_alone(self):
        with Reference("smtp://127.0.0.1:0", "pop3://127.0.0.1:0") as server:
            smtp = run("run", *server.options[:2], *USERS, "-q")
            pop3 = run("run", *server.options[2:], *USERS, "-q")
            nobody = run("run", *server.options, "-q")
        self.check(smtp, 0, "--server pop3://HOST:PORT")
        self.check(pop3, 0, "--server smtp://HOST:PORT")
        self.check(nobody, 0, "--user NAME:SECRET:ADDRESS")

    def test_a_unix_socket(self):
        with Server(Lmtp(), os.path.join(self.folder, "a socket")) as _:
            self.check(run("run", "--server", f"lmtp+unix:{self.folder}/a socket", *FACTS, "-q"), 0, "Not for this server")
        self.check(run("run", "--server", f"lmtp+unix:{self.folder}/none", "smtp/noop"), 4, "none")
        self.check(run("run", "--server", "lmtp+unix:/tmp/" + "x" * 200, "smtp/noop"), 4, "too long")


class Users(Case):
    def login(self, *users, port):
        return run("run", "--server", f"pop3://127.0.0.1:{port}", *users, "pop3/stat")

    def test_forms(self):
        with Reference("pop3://127.0.0.1:0", "--user", "carol:s:e@c:carol@example.test") as server:
            port = server.port(0)
            self.check(self.login("-u", "carol:s:e@c:carol@example.test", port=port), 0, "1 PASS")
            self.check(self.login("-u", "carol:s", port=port), 4,
                       'refuses the login of carol: "-ERR')
        with Reference("pop3://127.0.0.1:0", "--user", "dave:p@ss") as server:
            self.check(self.login("-u", "dave:p@ss", port=server.port(0)), 0, "1 PASS")

    def test_a_mistyped_secret_by_smtp(self):
        """It is told once, and makes no case FAIL; who does not log in is not asked."""
        with Reference("smtp://127.0.0.1:0", "--user", "carol:right") as server:
            words = ("run", *server.options, "-u", "carol:wrong:carol@example.test")
            result = run(*words, "smtp/auth/**")
            self.check(result, 4, 'refuses the login of carol: "535', "--tag '!auth'")
            self.assertNotIn("FAIL", result.out)
            self.check(run(*words, "smtp/noop"), 0, "1 PASS")
            self.check(run("run", *server.options, "-u", "carol:right:carol@example.test", "smtp/auth/twice"), 0, "1 PASS")

    def test_slips(self):
        smtp = ("--server", "smtp://127.0.0.1:1")
        rows = (
            (("-u", "alice"), "NAME:SECRET"),
            (("-u", "alice:"), "NAME:SECRET"),
            (("-u", ":secret"), "NAME:SECRET"),
            (("-u", "alice::alice@example.test"), "secret of alice is missing"),
            (("-u", "alice:secret:alice"), "no \"@\""),
            (("-u", "alice:{{secret:*}}:alice@example.test"), "in place of {{secret:*}}"),
            (("-u", "a:b:a@c", "-u", "a:d:a@c"), "named twice"),
            (("-u", "alice:secret"), "address of the user alice"),
        )
        for arguments, word in rows:
            with self.subTest(arguments=arguments):
                self.check(run("run", *smtp, *arguments), 2, word)

    def test_the_domain_is_that_of_the_users(self):
        path = self.write("d.scn", "Start: ehlo\n\nC: NOOP {{domain}} {{rcpt}}\nS: 250\n")
        rows = (
            (("-u", "a:b:a@one.example"), "NOOP one.example a@one.example"),
            (("-u", "a@two.example:b"), "NOOP two.example a@two.example"),
            (("-u", "a:b@c", "--domain", "three.example"), "NOOP three.example a@three.example"),
        )
        with Reference("smtp://127.0.0.1:0") as server:
            for arguments, word in rows:
                with self.subTest(arguments=arguments):
                    self.check(run("run", *server.options, *arguments, path, "--trace", "all"), 0, word)

    def test_secrets_stay_out_of_the_command_that_repeats(self):
        path = self.write("bad.scn", "Start: ehlo\n\nC: NOOP\nS: 550\n")
        with Reference("smtp://127.0.0.1:0") as server:
            result = run("run", *server.options, "-u", "a:hushhush:a@example.test", path, "--report", "json=-")
        self.check(result, 1, "a:{{secret:*}}:a@example.test")
        self.assertNotIn("hushhush", result.out)


class LmtpTargets(Case):
    def test_smtp_cases_speak_lhlo(self):
        lmtp = Lmtp()
        with Server(lmtp) as server:
            result = run("run", "--server", f"lmtp://127.0.0.1:{server.port}", *FACTS, "--report", "json=-")
        self.check(result, 0)
        verdicts = [case["verdict"] for case in results(result)]
        self.assertGreater(verdicts.count("PASS"), 50)
        self.assertEqual(set(verdicts), {"PASS", "UNSUPPORTED"})
        # Only the cases about them say EHLO and HELO to LMTP.
        self.assertEqual([lmtp.verbs.count(verb) for verb in ("EHLO", "HELO")], [1, 1])
        self.assertGreater(lmtp.verbs.count("LHLO"), 50)

    MANY = ("Requires: lmtp\nStart: ehlo\n\nC: MAIL FROM:<{{sender}}>\nS: 250\nC: RCPT TO:<{{rcpt}}>\nS: 250\nC: RCPT TO:<{{unknown}}>\nS: 550\n"
            "C: RCPT TO:<{{rcpt2}}>\nS: 250\nC: RCPT TO:<c@example.test>\nS: 250\nC: DATA\nS: 354\nC: Subject: x\nC:\nC: y\nC: .\n")

    def many(self, expected, lmtp=None, title="many"):
        lmtp = lmtp or Lmtp()
        path = self.write(title + ".scn", self.MANY + expected + "C: NOOP\nS: 250\n")
        with Server(lmtp) as server:
            result = run("run", "--server", f"lmtp://127.0.0.1:{server.port}", *FACTS, path)
        return result, lmtp

    def test_each_recipient_has_its_reply(self):
        for expected in ("S: 250\n", "S: 250\nS: 250\nS: 250\n",
                         "S=: 250 2.0.0 for alice@example.test\nS=: 250 2.0.0 for bob@example.test\nS=: 250 2.0.0 for c@example.test\n"):
            with self.subTest(expected=expected):
                result, lmtp = self.many(expected)
                self.check(result, 0, "1 PASS")
                self.assertEqual(lmtp.messages, [["alice@example.test", "bob@example.test", "c@example.test"]])

    def test_a_reply_too_few_or_another_one_is_found(self):
        self.check(self.many("S: 250\nS: 550\nS: 250\n")[0], 1, "expected 550, got 250")


class Pipe(Case):
    def student(self):
        return "python3 '" + self.write("my server.py", STUDENT) + "'"

    def pipe(self, command, *arguments):
        return run("run", "--server", "pipe:" + command, *(arguments or ("smtp/noop",)))

    def test_a_student_server(self):
        result = self.pipe(self.student(), "smtp", "-q", *FACTS)
        self.check(result, 1, "smtp/rset-clears", "smtp/unknown-command")
        self.assertNotIn("ERROR", result.out)
        self.assertEqual(alive("my server.py"), [])

    def test_no_such_command(self):
        self.check(self.pipe("no-such-command-here"), 4, "no-such-command-here", "not found")

    def test_ends_at_once(self):
        self.check(self.pipe("exit 3"), 4, "ended without a greeting")

    def test_what_it_says_on_standard_error_is_shown(self):
        self.check(self.pipe("echo cannot open my database >&2; exit 1"), 4, "cannot open my database")
        path = self.write("bad.scn", "Start: ehlo\n\nC: NOOP\nS: 550\n")
        self.check(self.pipe("echo it is $((40 + 2)) >&2; exec " + self.student(), path), 1, "standard error: it is 42")
        self.check(self.pipe("printf '\\033[2Jgone\\n' >&2; printf '220 x\\r\\n'; read line"), 1, "standard error: \\x1b[2Jgone")

    def test_noise_without_end_on_standard_error(self):
        result = self.pipe("yes noise >&2 & exec " + self.student())
        self.check(result, 0, "1 PASS")
        self.assertEqual(alive("yes\0noise"), [])

    def test_a_pipe_has_no_address(self):
        path = self.write("addressed.scn", "Requires: tcp\nStart: ehlo\n\nC: NOOP\nS: 250\n")
        self.check(self.pipe(self.student(), path), 5, "UNSUPPORTED", "mail does not go to the target by TCP")

    def test_nothing_is_left_running(self):
        # Such a student's server takes all that it is told, and is accused of it.
        self.check(self.pipe(f"{SLEEP} & exec " + self.student(), "smtp", "-q"), 1, "MUST smtp/invalid-character")
        self.assertEqual(alive(SLEEP.replace(" ", "\0")), [])

    def test_one_that_does_not_end_with_its_input(self):
        self.check(self.pipe(f"{self.student()}; exec {SLEEP}"), 0, "1 PASS")
        self.assertEqual(alive(SLEEP.replace(" ", "\0")), [])

    def test_silent(self):
        result = self.pipe(f"exec {SLEEP}", "smtp/noop", "--time-scale", "0.05")
        self.check(result, 4, "sent nothing in 500 ms")
        self.assertEqual(alive(SLEEP.replace(" ", "\0")), [])


class TargetFiles(Case):
    def target(self, text):
        return self.write("my targets/one.target", text)

    def test_all_fields(self):
        self.write("my targets/known", "bad bad/rule why\nbad - told to its authors\n")
        bad = self.write("bad.scn", "Start: ehlo\n\nC: NOOP {{relay}} {{unknown}} {{domain}} {{rcpt2}}\nS: 550\n")
        with Reference("smtp://127.0.0.1:0", "pop3://127.0.0.1:0") as server:
            path = self.target(
                f"# a comment\nName: One of ours\nSmtp: {server.urls[0]}\nPop3: {server.urls[1]}\nDomain: example.test\n"
                "User: alice secret-a\nUser: bob secret-b bob@example.test\nUnknown-user: nobody-here\n"
                "Relay-domain: elsewhere.example\nDelivers: yes\nConnections: 3\nSource: 127.0.0.3\n"
                f"Start: echo up > '{self.folder}/started'\nStop: echo down > '{self.folder}/stopped'\nKnown-failing: known\n")
            result = run("run", "--target", path, "--report", "json=-")
            self.check(run("run", "--target", path, bad, "--trace", "all"), 0, "One of ours", "XFAIL", "told to its authors",
                       "127.0.0.3:", "elsewhere.example nobody-here@example.test example.test bob@example.test")
        self.check(result, 0)
        self.assertEqual(of_all(result), {"PASS"})
        self.assertTrue(os.path.exists(self.folder + "/started") and os.path.exists(self.folder + "/stopped"))

    def test_options_are_nearer(self):
        with Reference("smtp://127.0.0.1:0") as server:
            path = self.target("Smtp: smtp://127.0.0.1:1\nDomain: far.example\nUser: x y\n")
            scenario = self.write("d.scn", "Start: ehlo\n\nC: NOOP {{domain}} {{rcpt}}\nS: 250\n")
            self.check(run("run", "--target", path, *server.options, "--domain", "near.example", "-u", "a:b", scenario,
                           "--trace", "all"), 0, "NOOP near.example a@near.example")

    def test_defects(self):
        rows = (
            ("Name: x\nSmpt: smtp://a\n", "one.target:2:", "did you mean \"Smtp\""),
            ("Name: x\nSmtp: smtp://a\nUser: alice\n", "one.target:3:", "NAME SECRET"),
            ("Smtp: smtp://a\nUser: alice secret alice\n", "one.target:2:", "@"),
            ("Smtp: smtp://a:b\n", "one.target:1:", "port"),
            ("Smtp: smtp://a\nSmtp: smtp://b\n", "one.target:2:", "second time"),
            ("Smtp: pop3://a\n", "one.target:1:", "Pop3"),
            ("Smtp: smtp://a\nConnections: none\n", "one.target:2:", "connections"),
            ("Smtp: smtp://a\nDelivers: maybe\n", "one.target:2:", "yes or no"),
            ("Smtp: smtp://a\nno field\n", "one.target:2:", ""),
            ("Name: nothing\n", "nothing", "no address to test"),
            ("Smtp: smtp://a\nUser: a b a@x\nUser: a c a@x\n", "named twice", ""),
            ("", "one.target:1:", "Smtp:"),
        )
        for text, place, word in rows:
            with self.subTest(text=text):
                self.check(run("run", "--target", self.target(text), "smtp/noop"), 2, place, word)
        self.check(run("run", "--target", self.folder + "/none", "smtp/noop"), 2, "none")
        self.check(run("run", "--target", self.folder, "smtp/noop"), 2, "folder")
        self.check(run("run", "--target", self.target("Smtp: smtp://127.0.0.1:1\nKnown-failing: none\n")), 2, "none")


class StartAndStop(Case):
    def setUp(self):
        super().setUp()
        self.trace = os.path.join(self.folder, "trace")
        self.student = "python3 '" + self.write("student.py", STUDENT) + "'"

    def target(self, start, stop="echo stopped >>trace", smtp=None):
        return self.write("t.target", f"Smtp: {smtp or 'pipe:' + self.student}\nStart: {start}\nStop: {stop}\n")

    def traced(self):
        with open(self.trace, encoding="utf-8") as file:
            return file.read().split()

    def run_in(self, *arguments, **more):
        return run("run", "--target", os.path.join(self.folder, "t.target"), "smtp/noop", *arguments, cwd=self.folder, **more)

    def test_before_and_after(self):
        self.target("echo started >>trace")
        self.check(self.run_in(), 0, "1 PASS")
        self.assertEqual(self.traced(), ["started", "stopped"])

    def test_a_server_in_the_background(self):
        held = held_ports.hold()
        self.addCleanup(held.close)
        port = held.getsockname()[1]
        self.target(f"'{PROGRAM}' serve --no-config smtp://127.0.0.1:{port} >log 2>&1 & echo $! >pid; "
                    "until grep -q listening log; do sleep 0.05; done", "kill $(cat pid)", f"smtp://127.0.0.1:{port}")
        self.check(self.run_in(), 0, "1 PASS")
        self.assertEqual(alive(f"smtp://127.0.0.1:{port}"), [])

    def test_start_fails(self):
        self.target("echo started >>trace; echo no disk >&2; exit 3")
        result = self.run_in("--report", "junit=report.xml")
        self.check(result, 4, "no disk", "Start:", "status 3", "1 not run")
        self.assertEqual(self.traced(), ["started", "stopped"])
        with open(os.path.join(self.folder, "report.xml"), encoding="utf-8") as file:
            self.assertIn("status 3", file.read())

    def test_start_hangs(self):
        self.target(f"echo started >>trace; {SLEEP}")
        self.check(self.run_in("--time-scale", "0.01"), 4, "Start:", "did not end within 0.6 s")
        self.assertEqual(self.traced(), ["started", "stopped"])
        self.assertEqual(alive(SLEEP.replace(" ", "\0")), [])

    def test_stop_fails(self):
        self.target("true", "echo still busy >&2; exit 5")
        self.check(self.run_in(), 4, "1 PASS", "Stop:", "status 5", "still busy")

    def interrupt(self, number):
        def after(child):
            while not os.path.exists(self.trace) and child.poll() is None:
                time.sleep(0.01)
            child.send_signal(number)
        return after

    def test_a_signal_during_start(self):
        self.target(f"echo started >>trace; {SLEEP}")
        self.check(self.run_in(signal_after=self.interrupt(signal.SIGINT)), 4, "Start: interrupted")
        self.assertEqual(self.traced(), ["started", "stopped"])
        self.assertEqual(alive(SLEEP.replace(" ", "\0")), [])

    def test_a_signal_during_the_run(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(signal=number):
                if os.path.exists(self.trace):
                    os.remove(self.trace)
                self.target("true", smtp=f"pipe:echo running >>trace; exec {SLEEP}")
                self.check(self.run_in(signal_after=self.interrupt(number)), 4, "Interrupted")
                self.assertEqual(self.traced()[-1], "stopped")
                self.assertEqual(alive(SLEEP.replace(" ", "\0")), [])

    def test_a_signal_during_stop(self):
        self.target("true", f"echo stopping >>trace; kill -INT $PPID; sleep 0.2; echo stopped >>trace")
        self.check(self.run_in(), 0, "1 PASS")
        self.assertEqual(self.traced(), ["stopping", "stopped"])


class Room:
    """In front of a server: it lets `room` connections through at a time and answers 421 to more."""

    def __init__(self, port, room):
        self.port, self.room, self.lock = port, room, threading.Lock()
        self.now = self.most = self.refused = 0

    def enter(self):
        with self.lock:
            if self.now == self.room:
                self.refused += 1
                return False
            self.now += 1
            self.most = max(self.most, self.now)
            return True

    def __call__(self, connection, closing):
        if not self.enter():
            connection.sendall(b"421 too many connections, come again\r\n")
            connection.shutdown(socket.SHUT_WR)
            connection.recv(1000)
            return
        left = threading.Lock()
        try:
            with socket.create_connection(("127.0.0.1", self.port)) as behind:
                back = threading.Thread(target=self.carry, args=(behind, connection, left))
                back.start()
                self.carry(connection, behind, left)
                back.join()
        finally:
            self.leave(left)

    def leave(self, left):
        """Once: when the first side has closed, whoever comes next finds room."""
        if left.acquire(blocking=False):
            with self.lock:
                self.now -= 1

    def carry(self, source, sink, left):
        self.copy(source, sink, lambda: self.leave(left))

    @staticmethod
    def copy(source, sink, leave):
        try:
            while octets := source.recv(65536):
                sink.sendall(octets)
            leave()
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            Room.stop(source)
            Room.stop(sink)

    @staticmethod
    def stop(connection):
        """Unlike close(), it wakes the thread that reads there."""
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


class Busy(Case):
    def test_two_connections_at_a_time(self):
        with Reference("smtp://127.0.0.1:0", "pop3://127.0.0.1:0") as reference:
            room = Room(reference.port(0), 2)
            with Server(room) as server:
                result = run("run", "--server", f"smtp://127.0.0.1:{server.port}", *reference.options[2:], *FACTS, "-j", "20",
                             "--report", "json=-")
        self.check(result, 0)
        self.assertEqual(of_all(result), {"PASS"})
        self.assertGreater(room.refused, 0)

    def test_the_limit_can_be_said(self):
        now, most, lock = [0], [0], threading.Lock()

        def serve(connection, closing):
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            connection.sendall(b"220 here\r\n")
            while octets := connection.recv(1000):
                if b"QUIT" in octets:
                    with lock:
                        now[0] -= 1  # before the client knows that it may begin the next one
                connection.sendall(b"250 here\r\n" if b"QUIT" not in octets else b"221 bye\r\n")

        path = self.write("noop.scn", NOOP)
        for limit in (1, 3):
            with self.subTest(limit=limit), Server(serve) as server:
                most[0] = 0
                target = self.write("t.target", f"Smtp: smtp://127.0.0.1:{server.port}\nConnections: {limit}\n")
                self.check(run("run", "--target", target, "-j", "20", "--repeat", "40", path), 0, "40 PASS")
                self.assertLessEqual(most[0], limit)

    def test_never_any_room(self):
        with Server(Room(1, 0)) as server:
            result = run("run", "--server", f"smtp://127.0.0.1:{server.port}", "smtp/noop", "--time-scale", "0.01")
        self.check(result, 4, "1 not run")


class JobsAndLeases(Case):
    def all_pass(self, count, *arguments):
        result = run("run", *arguments, "--report", "json=-")
        self.check(result, 0)
        cases = results(result)
        # The built-in client does not do all that clients may: NOOP, APOP.
        self.assertEqual([case["id"] for case in cases if case["verdict"] != "PASS" and not is_not_set_up(case) and
                          not (case["verdict"] == "UNSUPPORTED" and case["id"].startswith("client/"))], [])
        self.assertEqual(len(cases), count or len(cases))
        return cases

    def test_one_job(self):
        # One that is unsupported opens no connection: it may be told while another one closes its own.
        cases = [case for case in self.all_pass(0, "-j", "1", "pop3", "smtp/rcpt*", "client/pop3/tls*") if case["verdict"] != "UNSUPPORTED"]
        ends = sorted((case["start_ms"], case["start_ms"] + case["duration_ms"]) for case in cases)
        for (_, end), (begin, _) in zip(ends, ends[1:]):
            self.assertGreaterEqual(begin + 1, end)

    def test_many_jobs_and_one_user(self):
        with Reference("smtp://127.0.0.1:0", "pop3://127.0.0.1:0") as server:
            self.all_pass(0, *server.options, "-u", "alice:secret-a:alice@example.test", "-j", "50", "pop3")

    def test_repeat(self):
        ids = [(case["id"], case.get("repeat")) for case in self.all_pass(60, "--repeat", "20", "smtp/noop", "pop3/quit",
                                                                          "smtp/vrfy")]
        self.assertEqual(len(set(ids)), 60)

    def test_repeat_all_with_many_jobs(self):
        self.all_pass(0, "--repeat", "3", "-j", "50", "smtp", "pop3")


class Runner(Case):
    def test_failed(self):
        good = self.write("good.scn", NOOP)
        bad = self.write("bad.scn", "Start: ehlo\n\nC: NOOP\nS: 550\n")
        self.check(run("run", "--failed", good, cwd=self.folder), 5, "no run is on record")
        self.check(run("run", good, bad, cwd=self.folder), 1)
        self.check(run("run", "--failed", good, bad, cwd=self.folder), 1, "1 case: 1 FAIL")
        self.check(run("run", "--server", "smtp://127.0.0.1:1", good, cwd=self.folder), 4)
        self.write("bad.scn", NOOP)
        self.check(run("run", "--failed", good, bad, cwd=self.folder), 0, "1 case: 1 PASS")
        self.check(run("run", "--failed", good, bad, cwd=self.folder), 5, "nothing failed")

    def test_var(self):
        path = self.write("v.scn", "Variables: word\nStart: ehlo\n\nC: NOOP {{word}}\nS: 250\n")
        for value in ("hello", "a=b", "", "two words"):
            with self.subTest(value=value):
                result = run("run", "--var", "word=" + value, path, "--trace", "all")
                self.check(result, 0, f"NOOP {value}\\r\\n")
        self.check(run("run", "--var", "word", path), 2, "NAME=VALUE")
        self.check(run("run", "--var", "=x", path), 2, "NAME=VALUE")

    def test_keep_going(self):
        path = self.write("k.scn", "Start: ehlo\n\nC: NOOP\nS: 550\nC: RSET\nS: 250\nC: VRFY postmaster\nS: 2yz\nC: NOOP\nS: 501\n")
        stops = run("run", path, "--trace", "all")
        goes_on = run("run", "-k", path, "--trace", "all")
        self.check(stops, 1, "expected 550")
        self.check(goes_on, 1, "expected 550")
        self.assertNotIn("C: RSET", stops.out)
        self.assertIn("C: RSET", goes_on.out)

    def test_tags(self):
        for name, tags in (("a", "one, two"), ("b", "one"), ("c", "two"), ("d", "one, slow")):
            self.write(f"tags/{name}.scn", f"Tags: {tags}\n{NOOP}")
        self.write("tags/e.scn", NOOP)
        folder = os.path.join(self.folder, "tags")
        rows = ((("-t", "one"), "ab"), (("-t", "one,two"), "a"), (("-t", "one,!two"), "b"), (("-t", "!one"), "ce"),
                (("-t", "!one,!two"), "e"), (("-t", "one", "-t", "two"), "abc"), (("-t", "slow"), "d"), ((), "abce"))
        for arguments, expected in rows:
            with self.subTest(arguments=arguments):
                listed = run("list", *arguments, folder)
                self.check(listed, 0)
                self.assertEqual("".join(line.split()[0] for line in listed.out.splitlines()), expected)
        self.write("tags/m.scn", f"Tags: one, mistaken\n{NOOP}")
        slow, mistaken = (os.path.join(folder, name) for name in ("d.scn", "m.scn"))
        rows = (((folder,), "abce"), (("-t", "mistaken", folder), "m"), (("-t", "one,mistaken", folder), "m"), (("-t", "one,slow", folder), "d"),
                ((slow,), "d"), ((mistaken, folder), "mabce"), (("-t", "!mistaken", folder), "abce"), (("-t", "two", mistaken, folder), "ac"))
        for arguments, expected in rows:
            with self.subTest(arguments=arguments):
                listed = run("list", *arguments)
                self.check(listed, 0)
                self.assertEqual("".join(os.path.basename(line.split()[0]) for line in listed.out.splitlines()), expected)
        self.check(run("run", "-t", "tow", folder), 5, "did you mean \"two\"")
        # The id of a folder names all that is in it, and nothing in particular.
        slow = "pop3/autologout-minutes"
        for word, is_there in (("pop3", False), ("pop3/*", False), (slow, True)):
            with self.subTest(word=word):
                self.assertEqual(slow in run("list", word).out, is_there)

    def test_trace(self):
        good = self.write("good.scn", NOOP)
        bad = self.write("bad.scn", "Start: ehlo\n\nC: NOOP\nS: 550\n")
        for when, in_good, in_bad in (("fail", False, True), ("all", True, True), ("none", False, False)):
            with self.subTest(when=when):
                self.assertEqual("C: NOOP\\r\\n" in run("run", "--trace", when, good).out, in_good)
                self.assertEqual("C: NOOP\\r\\n" in run("run", "--trace", when, bad).out, in_bad)
        self.check(run("run", "--trace", "some", good), 2, "fail, all or none")

    def test_options_that_are_wrong(self):
        rows = (
            (("run", "--t", "x"), "--tag, --time-scale"),
            (("run", "--failed=yes"), "takes no value"),
            (("run", "--qiet"), "--quiet"),
            (("run", "--server"), "needs a value"),
            (("serve", "--jobs", "3"), "run, selftest"),
            (("run", "-w"), "fmt"),
            (("run", "-Z"), "-Z"),
            (("--server", "x", "run"), "behind the command"),
            (("help", "rnu"), "\"run\""),
            (("serv",), "\"serve\""),
            (("serve", "--fault", "rset-cleers"), "\"rset-clears\""),
            (("selftest", "rset-cleers"), "\"rset-clears\""),
            (("run", "--color", "blue"), "auto, always or never"),
            (("check", "x", "--color", "blue"), "auto, always or never"),
            (("selftest", "--color", "never"), "--color is an option of other commands: run, check, report"),
            (("run", "-j", "0"), "from 1 to"),
            (("run", "-j", "many"), "from 1 to"),
            (("run", "--repeat", "-1"), "from 1 to"),
        )
        for arguments, word in rows:
            with self.subTest(arguments=arguments):
                self.check(run(*arguments), 2, word)

    def test_help_fits_a_terminal(self):
        for word in ("run", "serve", "list", "show", "lint", "fmt", "coverage", "selftest"):
            for line in run(word, "--help").out.splitlines():
                self.assertLessEqual(len(line), 80, line)
            self.assertEqual(run(word, "--help").out, run("help", word).out)


class Terminal(Case):
    """A program whose standard output, standard error or both are a terminal of so many columns."""

    def run_on(self, *arguments, out=True, err=True, columns=80, env=None):
        try:
            controller, terminal = pty.openpty()
        except OSError as error:
            self.skipTest(f"no pseudo-terminal is to be had here: {error}")
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        surroundings = {key: value for key, value in os.environ.items()
                        if key not in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE")}
        surroundings.update({"TERM": "xterm", "XDG_STATE_HOME": self.folder, **(env or {})})
        with subprocess.Popen([PROGRAM, "run", "--no-config", *arguments], stdin=subprocess.DEVNULL,
                              stdout=terminal if out else subprocess.PIPE, stderr=terminal if err else subprocess.PIPE,
                              env=surroundings) as child:
            os.close(terminal)
            seen = b""
            try:
                while octets := os.read(controller, 65536):
                    seen += octets
            except OSError:
                pass  # the other side is closed
            plain = b"".join(stream.read() for stream in (child.stdout, child.stderr) if stream)
        os.close(controller)
        return child.returncode, seen.decode(), plain.decode()

    ERASE = "\r\x1b[K"
    COLOUR = "\x1b[3"

    def test_progress_beside_a_plain_report(self):
        status, seen, plain = self.run_on("smtp/noop", "smtp/vrfy", out=False)
        self.assertEqual(status, 0)
        self.assertRegex(seen, r"0 of 2 cases  smtp/")
        self.assertTrue(seen.endswith(self.ERASE), repr(seen))
        self.assertNotIn("\x1b", plain)
        self.assertNotIn(" of 2 cases", plain)
        self.assertIn("PASS", plain)

    def test_progress_is_erased_before_each_line(self):
        status, seen, _ = self.run_on("smtp/noop", "smtp/vrfy")
        self.assertEqual(status, 0)
        for line in seen.split("\r\n"):
            shown = line.rpartition(self.ERASE)[2]
            self.assertNotIn(" of 2 cases", shown)
        self.assertIn(" of 2 cases", seen)
        self.assertIn(self.COLOUR, seen)

    def test_no_terminal(self):
        with tempfile.TemporaryFile() as err:
            out = subprocess.run([PROGRAM, "run", "--no-config", "smtp/noop"], stdout=subprocess.PIPE, stderr=err, check=True)
            err.seek(0)
            self.assertEqual(err.read(), b"")
            self.assertNotIn(b"\x1b", out.stdout)

    def test_a_report_on_the_terminal_alone(self):
        _, seen, plain = self.run_on("smtp/noop", err=False)
        self.assertIn(self.COLOUR, seen)
        self.assertNotIn(self.ERASE, seen)
        self.assertEqual(plain, "")

    def test_dumb_and_without_colour(self):
        self.assertNotIn("\x1b", self.run_on("smtp/noop", env={"TERM": "dumb"})[1])
        self.assertNotIn(self.COLOUR, self.run_on("smtp/noop", env={"NO_COLOR": "1"})[1])
        self.assertNotIn(self.COLOUR, self.run_on("smtp/noop", "--color", "never")[1])
        self.assertIn(self.COLOUR, self.run_on("smtp/noop", "--color", "always", env={"NO_COLOR": "1"})[1])

    def test_narrow(self):
        _, seen, _ = self.run_on("smtp/noop", out=False, columns=12)
        for part in seen.split(self.ERASE):
            self.assertLessEqual(len(part), 11)
        self.assertIn("0 of 1 case", seen)

    def test_nothing_is_said_twice(self):
        status, seen, _ = self.run_on("--server", "smtp://127.0.0.1:1", "smtp/noop")
        self.assertEqual(status, 4)
        self.assertEqual(seen.count("cannot be reached"), 1)
        status, seen, plain = self.run_on("--server", "smtp://127.0.0.1:1", "smtp/noop", out=False)
        self.assertEqual((status, seen.count("cannot be reached"), plain.count("cannot be reached")), (4, 1, 1))


if __name__ == "__main__":
    main()
