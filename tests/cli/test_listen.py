#!/usr/bin/env python3
"""run --listen: clients that come by themselves, and choose their case by port, recipient or POP3 user."""
import contextlib
import errno
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import threading

from harness import PROGRAM, Case, held_ports, main, run
from recording_client import Session, fetch, submit

RCPT = "Rule: smtp/client-crlf\nStart: mail\n\nC: RCPT TO:<{{rcpt}}>\nS: %s\n"
DATA = "Rule: smtp/client-crlf\nStart: rcpt\n\nC: DATA\nS: 354\nC: .\nS: %s\n"
HELLO = "Rule: smtp/client-crlf\n\nC: EHLO {{name:word}}\nS: %s\n"
LOGIN = "Rule: pop3/client-line-end\nStart: greeting\n\nC: PASS {{secret}}\nS: %s\n"
RETR = "Rule: pop3/client-line-end\nStart: pop3-transaction\n\nC: RETR 1\nS: +OK\n"
LIMIT = 40  # seconds, for what takes one


def ipv6():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        return True
    except OSError:
        return False


@contextlib.contextmanager
def held_range(count):
    """The first of so many ports in a row that only the program under test will get (tools/held_ports.py)."""
    while True:
        holders = [held_ports.hold()]
        first = holders[0].getsockname()[1]
        try:
            for port in range(first + 1, first + count):
                holders.append(socket.socket())
                holders[-1].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                holders[-1].bind(("127.0.0.1", port))
            yield first
            return
        except OverflowError:
            pass
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
        finally:
            for holder in holders:
                holder.close()


class Listening:
    """mailspec run --listen, until all cases are told of; `ended` waits for its end."""

    def __init__(self, folder, *arguments, cases=1):
        self.report_path = os.path.join(folder, "report.json")
        self.output = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [PROGRAM, "run", "--no-config", *arguments, "--report", f"json={self.report_path}", "--report", "console"], cwd=folder,
            stdin=subprocess.DEVNULL, stdout=self.output, stderr=subprocess.PIPE, text=True)
        self.watchdog = threading.Timer(LIMIT, self.process.kill)
        self.watchdog.start()
        self.told = [self.process.stderr.readline().strip() for _ in range(cases)]
        self.urls = {line.split("  ")[1]: line.split("  ")[0] for line in self.told if "  " in line}

    def where(self, case):
        """(host, port, what chooses) of a case."""
        match = re.fullmatch(r"\w+://\[?([^\]]*?)\]?:(\d+)(?: (?:recipient|user) (\S+))?", self.urls[case])
        return match.group(1), int(match.group(2)), match.group(3)

    def submit(self, case, **more):
        host, port, chosen = self.where(case)
        given = {"host": host, "port": port, **({"rcpt": chosen} if chosen else {}), **more}
        return submit(Session(given), given, "EHLO").decode()

    def fetch(self, case, **more):
        host, port, chosen = self.where(case)
        given = {"host": host, "port": port, "user": chosen or "alice", "secret": "secret-alice", "mbox": os.devnull, **more}
        return fetch(Session(given), given).decode()

    def ended(self, signal_number=None):
        if signal_number is not None:
            self.process.send_signal(signal_number)
        self.errors = self.process.stderr.read()
        status = self.process.wait(LIMIT)
        self.output.seek(0)
        self.text = self.output.read().decode() + self.errors
        with open(self.report_path, encoding="utf-8") as file:
            self.report = json.load(file)
        self.verdicts = {case["id"]: case["verdict"] for case in self.report["cases"]}
        self.reasons = {case["id"]: case["reason"] for case in self.report["cases"]}
        return status

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        self.output.close()
        self.watchdog.cancel()


class Listen(Case):
    def setUp(self):
        super().setUp()
        for name, text in (("rcpt", RCPT % 550), ("data", DATA % 452), ("ok", DATA % 250), ("hello", HELLO % 250),
                           ("login", LOGIN % "-ERR no"), ("retr", RETR)):
            self.write(f"{name}.scn", text)

    def listen(self, *arguments, cases=1):
        return Listening(self.folder, *arguments, cases=cases)

    def check_ended(self, listening, status, verdicts, signal_number=None):
        self.assertEqual(listening.ended(signal_number), status, listening.text)
        self.assertEqual(listening.verdicts, verdicts, listening.text)
        self.assertNotIn("Sanitizer", listening.text)
        self.assertNotIn("runtime error", listening.text)


class Ports(Listen):
    def test_one_case_and_port_0(self):
        with self.listen("--listen", "smtp://127.0.0.1:0", "rcpt.scn") as listening:
            self.assertIsNone(listening.where("rcpt")[2])
            self.assertIn("550", listening.submit("rcpt"))
            self.check_ended(listening, 0, {"rcpt": "PASS"})

    def test_port_0_for_each(self):
        with self.listen("--listen", "smtp://127.0.0.1:0", "rcpt.scn", "data.scn", "hello.scn", cases=3) as listening:
            self.assertEqual(len({listening.where(case)[1] for case in ("rcpt", "data", "hello")}), 3)
            self.assertIn("452", listening.submit("data"))
            self.assertEqual("", listening.submit("hello"))
            self.assertIn("550", listening.submit("rcpt"))
            self.check_ended(listening, 0, {"rcpt": "PASS", "data": "PASS", "hello": "PASS"})

    def test_a_range(self):
        with held_range(3) as first:
            with self.listen("--listen", f"smtp://127.0.0.1:{first}-{first + 2}", "rcpt.scn", "data.scn", "ok.scn", "hello.scn",
                             cases=3) as listening:
                self.assertEqual([listening.where(case)[1] for case in ("rcpt", "data", "ok")], [first, first + 1, first + 2])
                for case in ("ok", "rcpt", "data"):
                    listening.submit(case)
                self.check_ended(listening, 0, {"rcpt": "PASS", "data": "PASS", "ok": "PASS", "hello": "UNSUPPORTED"})
                self.assertIn("are used up", listening.reasons["hello"])

    def test_one_case_on_a_port(self):
        """Alone it needs no choice: any recipient will do, and a dialogue that begins before one."""
        with held_range(1) as port, self.listen("--listen", f"smtp://127.0.0.1:{port}", "hello.scn") as listening:
            self.assertEqual(listening.urls["hello"], f"smtp://127.0.0.1:{port}")
            self.assertEqual("", listening.submit("hello"))
            self.check_ended(listening, 0, {"hello": "PASS"})

    def test_smtp_and_pop3(self):
        with self.listen("--listen", "smtp://127.0.0.1:0", "--listen", "pop3://127.0.0.1:0", "rcpt.scn", "login.scn", "retr.scn",
                         cases=3) as listening:
            self.assertIn("-ERR no", listening.fetch("login"))
            self.assertIn("550", listening.submit("rcpt"))
            self.assertEqual("", listening.fetch("retr"))
            self.check_ended(listening, 0, {"rcpt": "PASS", "login": "PASS", "retr": "PASS"})

    def test_a_side_that_is_not_there(self):
        with self.listen("--listen", "pop3://127.0.0.1:0", "rcpt.scn", "retr.scn") as listening:
            listening.fetch("retr")
            self.check_ended(listening, 0, {"rcpt": "UNSUPPORTED", "retr": "PASS"})

    def test_lmtp(self):
        with self.listen("--listen", "lmtp://127.0.0.1:0", "rcpt.scn") as listening:
            host, port, _ = listening.where("rcpt")
            given = {"host": host, "port": port}
            self.assertIn("550", submit(Session(given), given, "LHLO").decode())
            self.check_ended(listening, 0, {"rcpt": "PASS"})

    def test_ipv6(self):
        if not ipv6():
            self.skipTest("no IPv6 here")
        with self.listen("--listen", "smtp://[::1]:0", "rcpt.scn") as listening:
            self.assertTrue(listening.urls["rcpt"].startswith("smtp://[::1]:"))
            self.assertIn("550", listening.submit("rcpt"))
            self.check_ended(listening, 0, {"rcpt": "PASS"})

    def test_port_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            result = run("run", "--listen", f"smtp://127.0.0.1:{port}", "rcpt.scn", "data.scn", "--report", "json=-", cwd=self.folder)
        self.assertIn(result.status, (4, 5), result)
        self.check(result, result.status, "address already in use", str(port))

    def test_slips(self):
        rows = (
            (("smtp://127.0.0.1:30-20",), "the last port is before the first"),
            (("smtp://127.0.0.1:20-x",), "FIRST-LAST"),
            (("smtp://127.0.0.1:20-70000",), "FIRST-LAST"),
            (("pipe:cat",), "expected smtp://"),
            (("127.0.0.1:25",), "smtp://"),
            (("smtp://127.0.0.1:0", "--listen", "smtp://127.0.0.1:0"), "the same side"),
            (("smtp://127.0.0.1:0", "--listen", "lmtp://127.0.0.1:0"), "the same side"),
            (("smtp://127.0.0.1:0", "--for", "soon"), "60s"),
            (("smtp://127.0.0.1:0", "--fault", "client-crlf"), "built-in"),
        )
        for arguments, word in rows:
            with self.subTest(arguments=arguments):
                self.check(run("run", "--listen", *arguments, "rcpt.scn", cwd=self.folder), 2, word)


class Shared(Listen):
    """One port for several cases."""

    @contextlib.contextmanager
    def shared(self, *names, scheme="smtp", cases=None, more=()):
        with held_range(1) as port:
            with self.listen("--listen", f"{scheme}://127.0.0.1:{port}", *(f"{name}.scn" for name in names), *more,
                             cases=len(names) if cases is None else cases) as listening:
                yield listening

    def test_by_recipient(self):
        with self.shared("rcpt", "data", "ok") as listening:
            self.assertEqual([listening.where(case)[2] for case in ("rcpt", "data", "ok")],
                             ["rcpt@example.test", "data@example.test", "ok@example.test"])
            self.assertIn("452", listening.submit("data", rcpt="Data@other.example"))
            self.assertIn("550", listening.submit("rcpt", rcpt="me+rcpt@example.test"))
            self.assertEqual("", listening.submit("ok"))
            self.check_ended(listening, 0, {"rcpt": "PASS", "data": "PASS", "ok": "PASS"})

    def test_by_user(self):
        with self.shared("login", "retr", scheme="pop3") as listening:
            self.assertEqual([listening.where(case)[2] for case in ("login", "retr")], ["login", "retr"])
            self.assertEqual("", listening.fetch("retr", user="Retr"))
            self.assertIn("-ERR no", listening.fetch("login"))
            self.check_ended(listening, 0, {"retr": "PASS", "login": "PASS"})

    def test_no_choice(self):
        """A dialogue that begins before the choice is not played there; the client that names no case is served, and asked again."""
        with self.shared("rcpt", "hello", "ok", cases=2) as listening:
            self.assertNotIn("hello", listening.urls)
            self.assertEqual("", listening.submit("ok", rcpt="somebody@example.test"))
            self.assertEqual("", listening.submit("ok"))
            self.assertIn("550", listening.submit("rcpt"))
            self.check_ended(listening, 0, {"rcpt": "PASS", "ok": "PASS", "hello": "UNSUPPORTED"})
            self.assertIn("give a range of ports", listening.reasons["hello"])

    def test_after_its_case_is_over(self):
        """The client comes again, as one with a queue does: it is served as a conforming server serves."""
        with self.shared("rcpt", "ok") as listening:
            self.assertIn("550", listening.submit("rcpt"))
            self.assertEqual("", listening.submit("rcpt"))
            self.assertEqual("", listening.submit("ok"))
            self.check_ended(listening, 0, {"rcpt": "PASS", "ok": "PASS"})
        with self.listen("--listen", "smtp://127.0.0.1:0", "rcpt.scn", "ok.scn", cases=2) as listening:
            self.assertIn("550", listening.submit("rcpt"))
            self.assertEqual("", listening.submit("rcpt"))
            self.assertEqual("", listening.submit("ok"))
            self.check_ended(listening, 0, {"rcpt": "PASS", "ok": "PASS"})

    def test_two_clients_at_once(self):
        with self.shared("data", "ok") as listening:
            sessions = {}
            for case in ("data", "ok"):
                host, port, chosen = listening.where(case)
                sessions[case] = Session({"host": host, "port": port})
                sessions[case].reply()
                sessions[case].say("EHLO client.example")
            for case, session in sessions.items():
                session.say("MAIL FROM:<me@client.example>")
                self.assertIn(b"250", session.say(f"RCPT TO:<{listening.where(case)[2]}>"))
            for case, session in sessions.items():
                self.assertIn(b"354", session.say("DATA"))
            self.assertIn(b"452", sessions["data"].say("Subject: x\r\n\r\n."))
            self.assertIn(b"250", sessions["ok"].say("Subject: x\r\n\r\n."))
            for session in sessions.values():
                self.assertIn(b"221", session.say("QUIT"))
                session.close()
            self.check_ended(listening, 0, {"data": "PASS", "ok": "PASS"})

    def test_two_clients_of_one_case(self):
        with self.shared("data", "ok") as listening:
            first = Session(dict(zip(("host", "port"), listening.where("data"))))
            first.reply()
            for line in ("EHLO a.example", "MAIL FROM:<me@a.example>", "RCPT TO:<data@example.test>"):
                first.say(line)
            self.assertEqual("", listening.submit("data"))  # the case is taken: a plain session
            self.assertIn(b"354", first.say("DATA"))
            self.assertIn(b"452", first.say("\r\n."))
            first.say("QUIT")
            self.assertEqual("", listening.submit("ok"))
            self.check_ended(listening, 0, {"data": "PASS", "ok": "PASS"})

    def test_many_guests(self):
        """Who names no case is not served without end, and what a guest says is bounded."""
        with self.shared("data", "ok") as listening:
            host, port, _ = listening.where("ok")
            guests = [Session({"host": host, "port": port}) for _ in range(80)]
            greetings = [guest.reply()[:3] for guest in guests]
            self.assertEqual(set(greetings), {b"220", b"421"})
            for guest in guests:
                guest.file.close()
                guest.socket.close()
            with contextlib.suppress(OSError):
                flood = Session({"host": host, "port": port})
                for _ in range(4):
                    flood.socket.sendall(b"x" * 1024 * 1024)
            self.assertIn("452", self.until_served(lambda: listening.submit("data")))
            self.assertEqual("", listening.submit("ok"))
            self.check_ended(listening, 0, {"data": "PASS", "ok": "PASS"})

    def until_served(self, submit_once):
        """The last of those guests may still be there."""
        for _ in range(100):
            answer = submit_once()
            if not answer.startswith("421"):
                return answer
        return answer


class Verdicts(Listen):
    """A client that left without having come to line one may come again: it is waited for as for a reply."""

    def test_fail(self):
        with self.listen("--listen", "smtp://127.0.0.1:0", "rcpt.scn", "data.scn", "--time-scale", "0.2", cases=2) as listening:
            session = Session(dict(zip(("host", "port"), listening.where("rcpt"))))
            session.reply()
            for line in ("EHLO a.example", "MAIL FROM:<me@a.example>", "QUIT"):
                session.say(line)
            listening.submit("data")
            self.check_ended(listening, 1, {"rcpt": "FAIL", "data": "PASS"})
            self.assertIn("the client never sent RCPT", listening.reasons["rcpt"])

    def test_silence(self):
        with self.listen("--listen", "smtp://127.0.0.1:0", "rcpt.scn", "--time-scale", "0.2") as listening:
            session = Session(dict(zip(("host", "port"), listening.where("rcpt"))))
            session.reply()
            self.check_ended(listening, 5, {"rcpt": "INCONCLUSIVE"})
            self.assertIn("it said nothing for 2 s", listening.reasons["rcpt"])

    def test_for(self):
        with self.listen("--listen", "smtp://127.0.0.1:0", "rcpt.scn", "--for", "300ms") as listening:
            self.check_ended(listening, 5, {"rcpt": "SKIP"})
            self.assertEqual(listening.reasons["rcpt"], "no client came for it")
            self.assertFalse(listening.report["summary"]["interrupted"])

    def test_for_after_a_session(self):
        with self.listen("--listen", "smtp://127.0.0.1:0", "rcpt.scn", "data.scn", "--for", "3s", cases=2) as listening:
            listening.submit("rcpt")
            self.check_ended(listening, 0, {"rcpt": "PASS", "data": "SKIP"})

    def test_signals(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number), self.listen("--listen", "smtp://127.0.0.1:0", "rcpt.scn", "data.scn", "ok.scn",
                                                   cases=3) as listening:
                listening.submit("rcpt")
                session = Session(dict(zip(("host", "port"), listening.where("ok"))))
                session.reply()
                session.say("EHLO a.example")
                self.check_ended(listening, 4, {"rcpt": "PASS", "data": "SKIP", "ok": "INCONCLUSIVE"}, number)
                self.assertEqual(listening.reasons["data"], "no client came for it")
                self.assertEqual(session.line(), b"")
                self.assertTrue(listening.report["summary"]["interrupted"])

    def test_again(self):
        with self.listen("--listen", "smtp://127.0.0.1:0", "--for", "20s", "--time-scale", "0.2", "rcpt.scn") as listening:
            session = Session(dict(zip(("host", "port"), listening.where("rcpt"))))
            session.reply()
            session.say("EHLO a.example")
            session.say("MAIL FROM:<me@a.example>")
            session.say("QUIT")
            self.check_ended(listening, 1, {"rcpt": "FAIL"})
            self.assertIn("--listen smtp://127.0.0.1:0 --for 20s --time-scale 0.2 rcpt.scn", listening.report["cases"][0]["again"])


if __name__ == "__main__":
    main()
