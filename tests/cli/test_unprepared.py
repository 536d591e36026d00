#!/usr/bin/env python3
"""A server that nobody prepared: one user, its limits as they are, and now and then the wrong word on the command line."""
import json
import os
import socket
import subprocess
import threading
import time

from harness import PROGRAM, Case, Reference, Server, main, run

ALICE = ("--user", "alice:secret-a:alice@example.test")
DELAY = 1.2  # s, of a refused login: what is slower than a second is held back on purpose
LOGINS = ("pop3/bad-login/*", "pop3/bad-login-stat", "pop3/pass-needs-user", "pop3/lock-released-refused", "pop3/command-line-255-pass",
          "pop3/response-codes-login/*")


class Strict:
    """POP3 for alice alone. A refused login takes its time, one that passes is held back as long as refused ones are under way."""

    def __init__(self, lets_in=False, code=""):
        self.lets_in = lets_in  # alice, whatever her secret
        self.code = code
        self.lock = threading.Lock()  # of what is counted
        self.inside = 0
        self.refusing = 0
        self.most_refusing = 0
        self.clashes = 0  # logins that met somebody inside
        self.late = 0  # logins with the right secret that came while others were being refused

    def log_in(self, name, secret):
        """+OK, or why not."""
        right = (name, secret) == ("alice", "secret-a")
        with self.lock:
            self.late += right and self.refusing > 0
            if right or (self.lets_in and name == "alice"):
                self.clashes += self.inside
                if self.inside:
                    return "-ERR" if right else "-ERR no"
                self.inside += 1
                return "+OK"
            self.refusing += 1
            self.most_refusing = max(self.most_refusing, self.refusing)
        time.sleep(DELAY)
        with self.lock:
            self.refusing -= 1
        return f"-ERR {self.code}no"

    def serve(self, connection, _closing):
        def say(text):
            connection.sendall(text.encode() + b"\r\n")
        say("+OK ready")
        name, state, mine = None, "out", False
        try:
            for line in connection.makefile("rb"):
                verb, _, argument = line.decode("latin-1").rstrip("\r\n").partition(" ")
                verb = verb.upper()
                if verb == "QUIT":
                    say("+OK bye")
                    return
                if verb == "CAPA":
                    say("+OK\r\nUSER\r\nRESP-CODES\r\n.")
                elif verb == "USER" and state == "out":
                    name = argument
                    say("+OK")
                elif verb == "PASS" and state == "out":
                    if name is None:
                        say("-ERR USER first")
                        continue
                    answer = self.log_in(name, argument)
                    name, mine = None, answer == "+OK"
                    state = "in" if mine else "out"
                    say(answer)
                elif state == "in" and verb in ("STAT", "NOOP"):
                    say("+OK 0 0")
                else:
                    say("-ERR")
        finally:
            with self.lock:
                self.inside -= mine


class OneUser(Case):
    def play(self, strict, *cases):
        with Server(strict.serve) as server:
            result = run("run", "--server", f"pop3://127.0.0.1:{server.port}", *ALICE, "--report", "json=-", *cases)
        self.remarks = json.loads(result.out)["summary"].get("remarks", [])
        return result, {case["id"]: case for case in json.loads(result.out)["cases"]}

    def test_refused_logins_wait_together(self):
        strict = Strict()
        result, cases = self.play(strict, *LOGINS)
        self.assertEqual({case["verdict"] for case in cases.values()}, {"PASS"}, result)
        alone = sum(case["duration_ms"] for case in cases.values() if case["id"].startswith("pop3/bad-login/")) / 1000
        self.assertGreater(strict.most_refusing, 3)
        self.assertGreater(alone, 2 * DELAY)
        self.assertLess(result.seconds, 7 * DELAY)  # ten refused logins, and three in a row at least
        self.assertEqual((strict.clashes, strict.late), (0, 0))
        self.assertIn("The server takes its time with replies (1.", " ".join(self.remarks))
        self.assertIn("holds logins back behind a refused one", " ".join(self.remarks))

    def test_whoever_is_let_in(self):
        """Two cases in one maildrop: what the second sees is no fault of another kind."""
        for lets_in in (False, True):
            strict = Strict(lets_in)
            result, cases = self.play(strict, *LOGINS)
            broken = {finding["rule"] for case in cases.values() for finding in case["findings"] if finding["verdict"] == "FAIL"}
            self.assertEqual(broken, {"pop3/bad-login"} if lets_in else set(), result)
            self.assertEqual(cases["pop3/bad-login/wrong-secret"]["verdict"], "FAIL" if lets_in else "PASS")

    def test_a_whole_protocol(self):
        """A maildrop that locks, and mail that comes beside: all cases side by side say what they say one by one."""
        with Reference("smtp://127.0.0.1:0", "pop3://127.0.0.1:0", *ALICE) as server:
            result = run("run", *server.options, *ALICE, "--report", "json=-", "pop3/**", "smtp/end-of-data*/**", "smtp/content-kept/**",
                         "smtp/utf8/**", "smtp/dsn/**")
        self.check(result, 0)
        self.assertNotIn("remarks", json.loads(result.out)["summary"])
        verdicts = [case["verdict"] for case in json.loads(result.out)["cases"]]
        self.assertEqual(set(verdicts), {"PASS", "UNSUPPORTED"})
        self.assertGreater(verdicts.count("PASS"), 150)


class Lonely:
    """SMTP for one client: the next one is greeted when that has gone."""

    def __init__(self):
        self.lock = threading.Lock()

    def serve(self, connection, _closing):
        with self.lock:
            connection.sendall(b"220 lonely\r\n")
            for line in connection.makefile("rb"):
                connection.sendall(b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 fine\r\n")
                if line.upper().startswith(b"QUIT"):
                    return


class SaysSo(Case):
    def test_one_at_a_time(self):
        with Server(Lonely().serve) as server:
            url = f"smtp://127.0.0.1:{server.port}"
            result = run("run", "--server", url, *ALICE, "-q", "smtp/noop", "smtp/rset*")
            self.assertIn("\nThe server\n  The server serves one connection at a time: the cases ran one after the other.\n", result.out)
            alone = run("run", "--server", url, *ALICE, "-q", "-j", "1", "smtp/noop", "smtp/rset*")
        self.assertNotIn("\nThe server\n", alone.out)  # that was asked for


class WrongWords(Case):
    def test_wrong_domain(self):
        with Reference("smtp://127.0.0.1:0", *ALICE) as server:
            result = run("run", *server.options, "--user", "alice:secret-a:alice@elsewhere.example", "smtp/end-of-data/**", "smtp/rset-clears/**")
        self.check(result, 4, "Broken off: smtp://", "refuses mail for alice@elsewhere.example: \"550 ", "Is the address right")
        self.assertLess(result.out.count("INCONCLUSIVE"), 20)

    def test_wrong_secret(self):
        wrong = ("--user", "alice:secret-b:alice@example.test")
        with Reference("pop3://127.0.0.1:0", *ALICE) as server:
            result = run("run", *server.options, *wrong)
        self.check(result, 4, "refuses the login of alice: \"-ERR ", "Are the name and the secret right (--user, User:)?")
        self.assertNotIn("secret-b", result.out + result.err)
        with Reference("smtp://127.0.0.1:0", *ALICE) as server:
            result = run("run", *server.options, *wrong, "smtp/auth/succeeds*/**")
        self.check(result, 4, "refuses the login of alice: \"535 ", "--tag '!auth' leaves the cases that log in out")

    def test_nothing_listens(self):
        with socket.create_server(("127.0.0.1", 0)) as unheard:
            port = unheard.getsockname()[1]
        result = run("run", "--server", f"smtp://127.0.0.1:{port}", *ALICE)
        self.check(result, 4, "cannot be reached", "connection refused. Is the server running, and is the address right?")
        self.assertLess(result.seconds, 10)

    def test_logins_inside_tls_only(self):
        """They find their way by themselves, and where the dialogue is in clear text that is told."""
        settings = ("--set", "starttls=yes", "--set", "auth-needs-tls=yes")
        with Reference("pop3://127.0.0.1:0", *ALICE, *settings) as server:
            result = run("run", *server.options, *ALICE, "--report", "json=-", "pop3/stat", "pop3/list*", "pop3/bad-login/**")
        self.check(result, 0)
        cases = json.loads(result.out)["cases"]
        self.assertEqual(next(case["verdict"] for case in cases if case["id"] == "pop3/stat"), "PASS")
        self.assertNotIn("FAIL", {case["verdict"] for case in cases})

    def test_nobodys_address(self):
        with Reference("smtp://127.0.0.1:0", *ALICE) as server:
            result = run("run", *server.options, "--user", "alice:secret-a:nobody@example.test", "smtp/end-of-data/**", "smtp/rset-clears/**")
        self.check(result, 4, "refuses mail for nobody@example.test: \"550 ", "Is the address right (--user NAME:SECRET:ADDRESS")

    def test_two_servers_that_are_not_one(self):
        """Nobody waits again and again for mail that goes elsewhere."""
        with Reference("smtp://127.0.0.1:0", *ALICE) as mail, Reference("pop3://127.0.0.1:0", *ALICE) as pop3:
            result = run("run", *mail.options, *pop3.options, *ALICE, "--time-scale", "0.1", "-q", "pop3/**", "smtp/accepted-is-delivered*")
        self.check(result, 0, "no mail for alice@example.test that went in at smtp://", "is it the same server, and the address of alice?")
        self.assertLess(result.seconds, 20)


class Order(Case):
    def test_grave_ones_first(self):
        with Reference("smtp://127.0.0.1:0", *ALICE) as server:
            result = run("run", *server.options, *ALICE, "-j", "1", "--report", "json=-", "smtp/help", "smtp/noop", "smtp/end-of-data/lf-dot-lf",
                         "smtp/rset-clears/rcpt")
        cases = json.loads(result.out)["cases"]
        self.assertEqual([case["id"] for case in cases], sorted(case["id"] for case in cases))
        begun = sorted(cases, key=lambda case: case["start_ms"])
        self.assertEqual([case["id"] for case in begun], ["smtp/end-of-data/lf-dot-lf", "smtp/rset-clears/rcpt", "smtp/noop", "smtp/help"])

    def test_failures_as_they_come(self):
        """A case that waits holds up no other one's failure."""
        self.write("a.scn", "Start: ehlo\n\nC: NOOP\nS: 250\nS: <silence 900ms>\nS: <silence 900ms>\n")
        self.write("b.scn", "Start: ehlo\n\nC: NOOP\nS: 500\n")
        with Reference("smtp://127.0.0.1:0", *ALICE) as server:
            words = [PROGRAM, "run", "--no-config", *server.options, *ALICE, "-o", os.path.join(self.folder, "out"), self.folder]
            with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
                lines = process.stdout.read().splitlines()
        told = [line for line in lines if line.startswith(("✓", "✗"))]
        self.assertIn("b", told[0].split()[2], told)
        self.assertIn("a", told[1].split()[2], told)
        with open(os.path.join(self.folder, "out", "report.tap"), encoding="utf-8") as file:
            points = [line for line in file if line.startswith(("ok", "not ok"))]
        self.assertEqual([line.split(" - ")[1].split()[0] for line in points], ["a", "b"])


class Time(Case):
    def test_for(self):
        """What there was no time for is told in each case, and in the end."""
        self.write("a.scn", "Start: ehlo\nEach:\n  row\n" + "".join(f"  r{i}\n" for i in range(9)) + "\nC: NOOP {{row}}\nS: 250\nS: <silence 300ms>\n")
        with Reference("smtp://127.0.0.1:0", *ALICE) as server:
            result = run("run", *server.options, *ALICE, "-j", "1", "--for", "1s", "-o", "out", self.folder, cwd=self.folder)
        self.check(result, 0, "SKIP", "the time was up (--for)", "The time was up (--for): ", " of 9 cases were not judged.")
        with open(os.path.join(self.folder, "out", "report.json"), encoding="utf-8") as file:
            cases = json.load(file)["cases"]
        verdicts = [case["verdict"] for case in cases]
        self.assertEqual(len(verdicts), 9)
        self.assertEqual(set(verdicts), {"PASS", "INCONCLUSIVE", "SKIP"})
        self.assertEqual(verdicts.count("INCONCLUSIVE"), 1)


if __name__ == "__main__":
    main()
