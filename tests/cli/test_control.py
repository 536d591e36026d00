#!/usr/bin/env python3
"""`serve --control` and `mailspec tell`: what is changed, from when on, what is answered, and what the hostile and the hasty get."""
import functools
import os
import poplib
import smtplib
import socket
import stat
import subprocess

from harness import PROGRAM, Case, Reference, main, run

URLS = ("smtp://127.0.0.1:0", "pop3://127.0.0.1:0")
MESSAGE = b"Subject: hello\r\n\r\nhi\r\n"

class Client:
    """A plain socket, as a test in another language has it."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(30)
        self.socket.connect(path)
        self.file = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()

    def send(self, octets):
        self.socket.sendall(octets)

    def line(self):
        return self.file.readline()

    def lines(self):
        """Those behind the first one, unstuffed."""
        found = []
        for line in iter(self.line, b".\n"):
            assert line, "the answer has no end"
            found.append(line[line.startswith(b"."):-1].decode())
        return found

    def ask(self, text, several=False):
        self.send(text.encode() + b"\n")
        answer = self.line().decode().rstrip("\n")
        return (answer, self.lines()) if several else answer

class Control(Case):
    ARGUMENTS = ()

    def setUp(self):
        super().setUp()
        self.path = os.path.join(self.folder, "ctl")
        self.server = Reference(*URLS, "--control", self.path, *self.ARGUMENTS)
        self.server.__enter__()
        self.addCleanup(self.server.__exit__)

    @functools.cached_property
    def client(self):
        client = Client(self.path)
        self.addCleanup(client.__exit__)
        return client

    def smtp(self):
        session = smtplib.SMTP("127.0.0.1", self.server.port(0), timeout=30)
        self.addCleanup(session.close)
        session.ehlo("client.example")
        return session

    def pop3(self, name="bob", secret="secret-b"):
        session = poplib.POP3("127.0.0.1", self.server.port(1), timeout=30)
        self.addCleanup(session.close)
        session.user(name)
        session.pass_(secret)
        return session

    def tell(self, *words, **more):
        return run("tell", self.path, *words, **more)

class Settings(Control):
    def test_a_session_that_is_open_sees_it(self):
        session = self.smtp()
        session.mail("alice@example.test")
        self.assertEqual(session.rcpt("bob@example.test")[0], 250)
        self.assertEqual(self.client.ask("set full bob"), "+OK set")
        self.assertEqual(session.rcpt("bob@example.test")[0], 452)
        self.assertEqual(session.rcpt("alice@example.test")[0], 250)
        self.assertEqual(self.client.ask("remove full bob"), "+OK removed")
        self.assertEqual(session.rcpt("bob@example.test")[0], 250)

    def test_a_session_that_comes_sees_it(self):
        self.assertEqual(self.client.ask("add user carol secret-c"), "+OK added")
        session = self.smtp()
        session.sendmail("alice@example.test", ["carol@example.test"], MESSAGE)
        self.assertEqual(self.pop3("carol", "secret-c").stat()[0], 1)
        self.assertEqual(self.client.ask("remove user carol"), "+OK removed")
        with self.assertRaises(smtplib.SMTPRecipientsRefused):
            session.sendmail("alice@example.test", ["carol@example.test"], MESSAGE)
        self.assertEqual(session.noop()[0], 250)

    def test_what_is_got_is_what_was_set(self):
        self.assertEqual(self.client.ask("get max-recipients", True), ("+OK 1 value", ["1000"]))
        self.assertEqual(self.client.ask("set MAX-Recipients   5 "), "+OK set")
        self.assertEqual(self.client.ask("get max-recipients", True), ("+OK 1 value", ["5"]))
        self.assertEqual(self.client.ask("get full", True), ("+OK 0 values", []))
        for name in ("alice", "bob"):
            self.assertEqual(self.client.ask(f"add full {name}"), "+OK added")
        self.assertEqual(self.client.ask("get full", True), ("+OK 2 values", ["alice", "bob"]))
        self.assertEqual(self.client.ask("set full bob"), "+OK set")
        self.assertEqual(self.client.ask("get full", True), ("+OK 1 value", ["bob"]))
        self.assertEqual(self.client.ask("set greeting .two   words"), "+OK set")
        self.assertEqual(self.client.ask("get greeting", True), ("+OK 1 value", [".two   words"]))
        answer, lines = self.client.ask("get", True)
        self.assertTrue(answer.startswith("+OK "))
        for line in ("max-recipients 5", "full bob", "profile rfc5321", "greeting .two   words"):
            self.assertIn(line, lines)

    def test_what_is_refused_changes_nothing(self):
        before = self.client.ask("get", True)
        rows = (
            ("set", 'expected "set NAME VALUE"'), ("set full", 'expected "set NAME VALUE"'),
            ("set fulll bob", 'unknown setting "fulll"; did you mean "full"?'),
            ("set max-recipients many", "max-recipients: expected"), ("add max-recipients 5", "max-recipients has one value"),
            ("add user carol", "user: expected NAME SECRET [ADDRESS]"), ("add user alice hush", "user: alice is there already"),
            ("set full bbo", 'full: there is no user "bbo"; "get user" lists them'),
            ("add locked bob@elsewhere.test", 'locked: there is no user "bob@elsewhere.test"'), ("remove user carol", '"carol" is not among its values'),
            ("set profile rfc9999", "profile: expected"), ("remove domain example.test", "domain: the last one stays"),
            ("get nothing", "unknown setting"), ("get full full", "expected"), ("reset nothing", "unknown setting"),
            ("", "unknown command"), ("   ", "unknown command"), ("sett full bob", 'did you mean "set"?'),
            ("stop now", 'expected "stop"'), ("fault", "expected"), ("fault rset-cleers", 'did you mean "rset-clears"?'),
            ("fault -nothing", "unknown fault"), ("fault -", "unknown fault"), ("faults some", "faults all"),
            ("messages carol", "no such user"), ("x" * 8000, "unknown command"), ("\u20ac", "unknown command"),
        )
        for command, word in rows:
            with self.subTest(command=command[:40]):
                answer = self.client.ask(command)
                self.assertTrue(answer.startswith("-ERR "), answer)
                self.assertIn(word, answer)
        self.assertEqual(self.client.ask("get", True), before)

    def test_a_user_goes_while_being_served(self):
        session = self.pop3()
        self.assertEqual(self.client.ask("set user carol secret-c"), "+OK set")
        self.assertEqual(session.stat(), (0, 0))
        session.quit()
        with self.assertRaises(poplib.error_proto):
            self.pop3()
        self.assertEqual(self.client.ask("reset user"), "+OK as at the start")
        self.assertEqual(self.pop3().stat(), (0, 0))

class Resetting(Control):
    ARGUMENTS = ("--set", "max-recipients=7", "--set", "full=bob", "--fault", "rset-clears", "--user", "alice:secret-a")

    def test_it_is_as_at_the_start(self):
        before = self.client.ask("get", True)
        for command in ("set max-recipients 1", "add full alice", "add user carol secret", "fault -rset-clears", "fault noop-reply",
                        "set hostname other.test"):
            self.assertTrue(self.client.ask(command).startswith(("+OK", "-ERR unknown fault")), command)
        self.assertNotEqual(self.client.ask("get", True), before)
        self.assertEqual(self.client.ask("reset full"), "+OK as at the start")
        self.assertEqual(self.client.ask("get full", True)[1], ["bob"])
        self.assertEqual(self.client.ask("get max-recipients", True)[1], ["1"])
        self.assertTrue(self.client.ask("reset").startswith("+OK"))
        self.assertEqual(self.client.ask("get", True), before)
        self.assertEqual(self.client.ask("faults", True), ("+OK 1 fault", ["rset-clears"]))

    def test_the_nearer_place_is_still_known(self):
        self.client.ask("set user carol secret")
        self.client.ask("reset user")
        self.assertEqual(self.client.ask("get user", True), ("+OK 1 value", ["alice secret-a"]))

class Faults(Control):
    def test_on_and_off(self):
        session = self.smtp()
        self.assertEqual(self.client.ask("faults", True), ("+OK 0 faults", []))
        self.assertTrue(self.client.ask("fault rset-clears").startswith("+OK keeps"))
        session.mail("alice@example.test")
        session.rcpt("bob@example.test")
        session.rset()
        self.assertEqual(session.docmd("MAIL FROM:<alice@example.test>")[0], 503)
        self.assertEqual(self.client.ask("faults", True), ("+OK 1 fault", ["rset-clears"]))
        self.assertEqual(self.client.ask("fault -rset-clears"), "+OK off")
        session.rset()
        self.assertEqual(session.docmd("MAIL FROM:<alice@example.test>")[0], 250)
        answer, lines = self.client.ask("faults all", True)
        self.assertEqual(answer, f"+OK {len(lines)} faults")
        self.assertTrue(any(line.startswith("rset-clears  ") for line in lines))

class Looking(Control):
    def test_sessions(self):
        self.assertEqual(self.client.ask("sessions", True), ("+OK 0 sessions", []))
        one, two = self.smtp(), self.pop3()
        answer, lines = self.client.ask("sessions", True)
        self.assertEqual(answer, "+OK 2 sessions")
        ends = [":".join(map(str, sock.getsockname())) + " -> " + ":".join(map(str, sock.getpeername()))
                for sock in (two.sock, one.sock)]
        self.assertEqual(lines, [f"2 pop3 {ends[0]}", f"1 smtp {ends[1]}"])
        one.quit()
        two.quit()

    def test_messages(self):
        self.assertEqual(self.client.ask("messages", True), ("+OK 0 messages", []))
        for to in (["bob@example.test"], ["alice@example.test", "bob@example.test"]):
            self.smtp().sendmail("alice@example.test", to, MESSAGE)
        self.assertEqual(self.client.ask("messages", True), ("+OK 3 messages", ["alice 1", "bob 2"]))
        answer, lines = self.client.ask("messages bob", True)
        sizes = [line.split()[1].decode() for line in self.pop3().list()[1]]
        self.assertEqual((answer, lines), ("+OK 2 messages", [f"{i + 1} {size}" for i, size in enumerate(sizes)]))
        self.assertEqual(self.client.ask("messages m01", True), ("+OK 0 messages", []))

    def test_clear(self):
        self.smtp().sendmail("alice@example.test", ["alice@example.test", "bob@example.test"], MESSAGE)
        reader = self.pop3()
        self.assertEqual(self.client.ask("clear"), "+OK 1 message removed")  # bob's is being read
        self.assertEqual(self.client.ask("messages", True), ("+OK 1 message", ["bob 1"]))
        reader.quit()
        self.assertEqual(self.client.ask("clear"), "+OK 1 message removed")
        self.assertEqual(self.client.ask("clear"), "+OK 0 messages removed")

    def test_help_names_every_command(self):
        answer, lines = self.client.ask("help", True)
        self.assertEqual(answer, f"+OK {len(lines)} commands")
        names = [line.split()[0] for line in lines]
        self.assertEqual(sorted(names), sorted(("set", "add", "remove", "reset", "get", "fault", "faults", "sessions", "messages",
                                                "clear", "stop", "quit", "help")))

class Store(Control):
    def setUp(self):
        self.ARGUMENTS = ("--store", os.path.join(os.environ.get("TMPDIR", "/tmp"), f"mailspec-control-{os.getpid()}"))
        super().setUp()
        self.addCleanup(subprocess.run, ["rm", "-rf", self.ARGUMENTS[1]], check=False)

    def test_what_wait_takes_is_gone(self):
        self.smtp().sendmail("alice@example.test", ["bob@example.test", "alice@example.test"], MESSAGE)
        self.assertEqual(self.client.ask("messages", True), ("+OK 2 messages", ["alice 1", "bob 1"]))
        taken = ("wait", "--store", self.ARGUMENTS[1], "--to", "bob", "--remove", "--timeout", "0s")
        self.check(run(*taken), 0, "Subject: hello")
        self.assertEqual(self.client.ask("messages", True), ("+OK 1 message", ["alice 1"]))
        self.check(run(*taken), 1)
        self.assertEqual(self.client.ask("clear"), "+OK 1 message removed")
        self.check(run("wait", "--store", self.ARGUMENTS[1], "--timeout", "0s"), 1, "no message at all")

class Wire(Control):
    def test_only_the_owner_may(self):
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o600)

    def test_line_ends_and_pieces(self):
        for octets in (b"get hostname\n", b"get hostname\r\n", b"  GET\thostname  \n"):
            for size in (1, 3, len(octets)):
                with self.subTest(octets=octets, size=size), Client(self.path) as client:
                    for i in range(0, len(octets), size):
                        client.send(octets[i:i + size])
                    self.assertEqual((client.line(), client.lines()), (b"+OK 1 value\n", ["mx.example.test"]))

    def test_many_at_once(self):
        self.client.send(b"set max-recipients 3\nget max-recipients\n" * 1000)
        for _ in range(1000):
            self.assertEqual(self.client.line(), b"+OK set\n")
            self.assertEqual((self.client.line(), self.client.lines()), (b"+OK 1 value\n", ["3"]))

    def test_after_the_last_line(self):
        for octets, last in ((b"help\nquit\nget\n", b"+OK bye\n"), (b"", b""), (b"set full bo", b"-ERR the last line has no line end")):
            with self.subTest(octets=octets), Client(self.path) as client:
                client.send(octets)
                client.socket.shutdown(socket.SHUT_WR)
                lines = client.file.read().splitlines(True)
                self.assertTrue((lines[-1] if lines else b"").startswith(last) and bool(lines) == bool(last), lines)
        self.assertEqual(self.client.ask("get full", True), ("+OK 0 values", []))

    def test_hostile(self):
        for octets, word in ((b"x" * 100000, b"-ERR the line is too long\n"), (b"x" * 9000 + b"\n", b"-ERR the line is too long\n"),
                             (b"set full b\0b\n", b"-ERR a command holds no control characters\n"),
                             (b"set hostname a\rb\n", b"-ERR a command holds no control characters\n"),
                             (b"\xff\xfe\n", b"-ERR unknown command \"\\xff\\xfe\""), (b"\x1b[2J\n", b"-ERR a command")):
            with self.subTest(octets=octets[:20]), Client(self.path) as client:
                client.send(octets)
                self.assertTrue(client.line().startswith(word))
        self.assertEqual(self.client.ask("get full", True), ("+OK 0 values", []))

    def test_one_who_does_not_read(self):
        with Client(self.path) as deaf:
            deaf.socket.settimeout(1)
            sent = 0
            with self.assertRaises(TimeoutError):  # the server has stopped reading
                while sent < 50_000_000:
                    sent += deaf.socket.send(b"faults all\n" * 1000)
            self.assertEqual(self.client.ask("get full", True), ("+OK 0 values", []))
            with open(f"/proc/{self.server.process.pid}/status", encoding="ascii") as file:
                peak = next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
            self.assertLess(peak, 60000)

    def test_too_many_clients(self):
        clients = [Client(self.path) for _ in range(64)]
        for client in clients:
            self.addCleanup(client.__exit__)
            self.assertEqual(client.ask("get full", True)[0], "+OK 0 values")
        with Client(self.path) as late:
            self.assertEqual(late.line(), b"-ERR too many clients, come again later\n")
            self.assertEqual(late.line(), b"")
        clients[0].__exit__()
        self.assertEqual(clients[1].ask("quit"), "+OK bye")

class Stopping(Control):
    def test_it_stops_in_order(self):
        session = self.smtp()
        self.assertEqual(self.client.ask("stop"), "+OK stopping")
        self.assertEqual(session.getreply()[0], 421)
        self.assertEqual(self.client.line(), b"")
        self.assertEqual(self.server.process.wait(30), 0)
        self.assertFalse(os.path.exists(self.path))

    def test_what_stands_there(self):
        taken = run("serve", URLS[0], "--control", self.path)
        self.check(taken, 4, "--control: cannot listen on", "something listens there")
        self.server.process.kill()
        self.server.process.wait()
        self.assertTrue(os.path.exists(self.path))
        with Reference(URLS[0], "--control", self.path):
            self.check(self.tell("get", "full"), 0)
        self.check(run("serve", URLS[0], "--control", self.write("file", "x")), 4, "that is a file, and no socket")
        self.check(run("serve", URLS[0], "--control", os.path.join(self.folder, "x" * 200)), 4, "must be shorter")

class Telling(Control):
    def test_what_it_prints(self):
        rows = (
            (("set", "full", "bob"), 0, "set\n"), (("get", "full"), 0, "bob\n"), (("set greeting .x",), 0, "set\n"),
            (("get", "greeting"), 0, ".x\n"), (("fault", "rset-clears"), 0, "keeps"), (("fault", "-rset-clears"), 0, "off\n"),
            (("faults",), 0, ""), (("--timeout",), 1, "unknown command"), (("set", "full"), 1, 'mailspec: expected "set NAME VALUE"'),
            (("set", "x", "y"), 1, "unknown setting"), (("--", "get"), 1, "unknown command"),
        )
        for words, status, text in rows:
            with self.subTest(words=words):
                result = self.tell(*words)
                self.check(result, status, text)
                self.assertEqual(result.out == "", status != 0 or text == "")

    def test_stop(self):
        result = self.tell("stop")
        self.check(result, 0, "stopping")
        self.assertEqual(self.server.process.wait(30), 0)
        self.check(self.tell("stop"), 4, "ctl")

    def test_slips(self):
        self.check(run("tell"), 2, "tell whom what?")
        self.check(self.tell(), 2, "tell whom what?")
        self.check(self.tell("set", "full", "a\nstop"), 2, "one line")
        self.check(run("tell", "--timeout", "5", self.path, "help"), 2, "expected a time with its unit")
        self.check(run("tell", os.path.join(self.folder, "none"), "help"), 4, "none")
        self.check(run("tell", self.write("file", "x"), "help"), 4, "file")

    def test_one_who_is_no_server(self):
        for answer, status, word in ((b"", 4, "no whole answer"), (b"+OK", 4, "no whole answer"), (b"220 hello\n", 4, "no whole answer"),
                                     (b"+OK 2 values\nalice\n", 4, "no whole answer"), (b"+OK 2 values\nalice\nbob.\n", 4, "no whole answer"),
                                     (b"+OK 1 value\nalice\n.\n", 0, ""), (b"+OK 0 values\n.\n", 0, ""),
                                     (b"+OK \x1b[2Jx\n", 0, ""), (None, 4, "no answer came in time")):
            path = os.path.join(self.folder, "other")
            with self.subTest(answer=answer), socket.socket(socket.AF_UNIX) as listener:
                listener.bind(path)
                self.addCleanup(lambda name=path: os.path.exists(name) and os.unlink(name))
                listener.listen()
                child = subprocess.Popen([PROGRAM, "tell", "--no-config", "--timeout", "300ms" if answer is None else "30s", path, "help"],
                                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                connection, _ = listener.accept()
                with connection:
                    self.assertEqual(connection.recv(100), b"help\n")
                    if answer is not None:
                        connection.sendall(answer)
                        connection.shutdown(socket.SHUT_RDWR)
                    out, err = child.communicate(timeout=30)
                self.assertEqual(child.returncode, status, err)
                self.assertIn(word, err.decode())
                self.assertNotIn(b"\x1b", out + err)
                os.unlink(path)

if __name__ == "__main__":
    main()
