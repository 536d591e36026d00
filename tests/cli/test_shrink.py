#!/usr/bin/env python3
"""run --shrink: the shortest dialogue that still fails so, which a conforming server passes."""
import os
import re
import signal
import socket
import struct

from harness import PROGRAM, Case, Reference, Server, main, run

REPLIES = {b"EHLO": b"250-x\r\n250 CHUNKING", b"HELO": b"250 x", b"DATA": b"354 go on", b"QUIT": b"221 bye"}


def serve_with(answer):
    """A server that says 250 to everything, but for what `answer(line, session)` gives; None from it: nothing."""
    def serve(connection, _):
        session = {"connection": connection, "seen": []}
        connection.sendall(b"220 x\r\n")
        with connection.makefile("rb") as lines:
            for line in lines:
                verb = line[:4].upper()
                reply = answer(line, session)
                session["seen"].append(verb)
                if reply is not None:
                    connection.sendall((reply or REPLIES.get(verb, b"250 ok")) + b"\r\n")
                if verb == b"QUIT":
                    return
    return serve


def reset(connection):
    """The client sees it as it sees a crash."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    raise OSError


class Shrink(Case):
    def shrink(self, *words, **more):
        self.out = os.path.join(self.folder, "out")
        return run("run", "-q", "--trace", "none", "--shrink", "-o", self.out, *words, **more)

    def shrink_on(self, server, *words, **more):
        return self.shrink("--server", f"smtp://127.0.0.1:{server.port}", "--user", "alice:geheim-17:alice@example.test", *words, **more)

    def path(self, case):
        return os.path.join(self.out, "shrunk", case + ".scn")

    def text(self, case):
        with open(self.path(case), encoding="utf-8") as file:
            return file.read()

    def dialogue(self, case):
        """Start: and the lines."""
        text = self.text(case)
        return text[text.index("Start: "):]

    def check_minimal(self, case, rule, *fault):
        """It parses, fails with the fault alone, and no unit of it can be taken out: without one it fails in no such way any more."""
        path = self.path(case)
        self.check(run("lint", path), 0, "ok, 1 case")
        self.check(run("run", "-q", path), 0, "Acceptable.")
        self.check(run("run", "-q", *fault, path), 1, f"-> MUST {rule} (")
        head, _, body = self.text(case).partition("\n\n")
        units = re.findall(r"(?:^C.*\n|^<.*\n|^C.*: <.*\n)(?:^S.*\n)*", body, re.MULTILINE)
        self.assertEqual("".join(units), body)
        for i in range(len(units)):
            rest = "".join(units[:i] + units[i + 1:])
            if rest:
                shorter = self.write("shorter.scn", f"{head}\n\n{rest}")
                honest = run("run", "-q", shorter, "--time-scale", "0.1")
                faulty = run("run", "-q", *fault, shorter, "--time-scale", "0.1")
                self.assertFalse(honest.status == 0 and f"-> MUST {rule} (" in faulty.out, f"{i}: {rest}")

    def test_smuggling(self):
        result = self.shrink("--fault", "smuggled-message", "smtp/end-of-data/lf-dot-lf")
        self.check(result, 1, "smtp/end-of-data/lf-dot-lf: 23 lines -> 5 lines  (", "      the scenario:\n        Start: data\n\n        C: before",
                   "Again: ", "/out/shrunk/smtp/end-of-data/lf-dot-lf.scn'\n", "S: 250 2.0.0 Message 4 accepted for delivery\\r\\n")
        self.assertEqual(self.dialogue("smtp/end-of-data/lf-dot-lf"),
                         "Start: data\n\nC: before\\n.\\nMAIL FROM:<{{sender}}>\nC: RCPT TO:<{{rcpt}}>\nC: DATA\nC: .\nS: 2yz | 4yz | 5yz\n")
        text = self.text("smtp/end-of-data/lf-dot-lf")
        self.assertTrue(text.startswith("# Shrunk by mailspec run --shrink: 5 of the 23 lines of smtp/end-of-data/lf-dot-lf.\n# FAIL: A second message"))
        self.check(run("run", "-q", "--fault", "smuggled-message", self.path("smtp/end-of-data/lf-dot-lf")), 1, "-> MUST smtp/smuggled-message (")
        self.check(run("run", "-q", self.path("smtp/end-of-data/lf-dot-lf")), 0, "Acceptable.")

    def test_the_page(self):
        """What docs/shrink.md prints is what the program prints; numbers that differ from run to run are not compared."""
        def plain(text):
            text = text.replace(PROGRAM, "mailspec").replace(" --no-config", "")
            return re.sub(r"\(\d+ tries, .*\)$", "(N)", re.sub(r"^ +\d+\.\d+ ms", "N ms", text, flags=re.MULTILINE), flags=re.MULTILINE)

        with open(os.path.join(os.path.dirname(__file__), "..", "..", "docs", "shrink.md"), encoding="utf-8") as file:
            shown = re.search(r"\n\n```\n(.*?)^```$", file.read(), re.MULTILINE | re.DOTALL).group(1)
        result = run("run", "--shrink", "--fault", "smuggled-message", "smtp/end-of-data/lf-dot-lf", cwd=self.folder)
        rest = iter(plain(result.out).splitlines())
        for line in plain(shown).splitlines():
            if line != "...":
                self.assertIn(line, rest, result)

    def test_every_unit_is_needed(self):
        for fault, case, rule, lines in (("rset-clears", "smtp/rset-clears/rcpt", "smtp/rset-clears", 4),
                                         ("noop-keeps-state", "smtp/noop-after-rcpt", "smtp/noop-keeps-state", 4),
                                         ("ehlo-clears.2", "smtp/ehlo-clears-recipients/ehlo", "smtp/ehlo-clears", 6),
                                         ("null-reverse-path.2", "smtp/null-reverse-path-recipient", "smtp/null-reverse-path", 4),
                                         ("helo", "smtp/helo", "smtp/helo", 4),
                                         ("command-gets-reply.3", "smtp/expn", "smtp/command-gets-reply", 2)):
            with self.subTest(fault=fault):
                result = self.shrink("--fault", fault, case)
                self.check(result, 1, f"lines -> {lines} lines  (")
                self.check_minimal(case, rule, "--fault", fault)

    def test_what_prepares_stays_where_it_is_needed(self):
        """Without RSET 250 to RCPT is right: the dialogue behind it would still differ, and nobody would be wrong."""
        self.check(self.shrink("--fault", "rset-clears", "smtp/rset-clears/rcpt"), 1)
        self.assertIn("C: RSET\nS: 250\nC: RCPT", self.text("smtp/rset-clears/rcpt"))

    def test_the_same_dialogue_is_shown_once(self):
        result = self.shrink("--fault", "rcpt-without-mail", "smtp/rcpt-without-mail/after-noop", "smtp/rcpt-without-mail/after-rset")
        self.check(result, 1, "smtp/rcpt-without-mail/after-rset: 7 lines -> 2 lines  (",
                   "      the same dialogue as that of smtp/rcpt-without-mail/after-noop\n")
        self.assertEqual(result.out.count("the scenario:"), 1)
        for case in ("after-noop", "after-rset"):
            self.assertEqual(self.dialogue("smtp/rcpt-without-mail/" + case), "Start: ehlo\n\nC: RCPT TO:<{{rcpt}}>\nS: 503\n")

    def test_what_is_left_can_be_played_to_itself(self):
        """As a run without a target does: a reply whose last line was taken out could not."""
        self.check(self.shrink("--fault", "ehlo-registered-keyword", "smtp/ehlo-registered-keyword"), 1, " lines -> ")
        self.check(run("run", "-q", self.path("smtp/ehlo-registered-keyword")), 0, "Acceptable.")

    def test_finally_that_needs_what_does_not_come(self):
        path = self.write("early.scn", "Start: ehlo\nFinally:\n  C: NOOP {{n}}\n  S: 250\n\nC: RSET\nS: 250\nC: XFOO\nS: 250\nC: VRFY x\nS: 250 {{n:int}}\n")
        with Server(serve_with(lambda line, _: b"500 no" if line.startswith(b"XFOO") else b"")) as server:
            self.check(self.shrink_on(server, path), 1, "early: 6 lines -> 4 lines  (")

    def test_a_wait_that_ends(self):
        result = self.shrink("--fault", "command-gets-reply", "--time-scale", "0.05", "smtp/help")
        self.check(result, 1, "smtp/help: 4 lines -> 2 lines  (", "the wait is over")
        self.assertRegex(self.dialogue("smtp/help"), r"\AStart: \w+\n\nC: HELP\nS: .*\n\Z")

    def test_a_reset(self):
        """Of a server that no conforming one can stand for: it says 250 to all."""
        def answer(line, session):
            if line.startswith(b"RSET") and b"RCPT" in session["seen"]:
                reset(session["connection"])
            return b""

        path = self.write("crash.scn", "Start: ehlo\n\nC: NOOP\nS: 250\nC: MAIL FROM:<{{sender}}>\nS: 250\nC: NOOP\nS: 250\nC: RCPT TO:<{{rcpt}}>\n"
                          "S: 250\nC: NOOP\nS: 250\nC: RSET\nS: 250\nC: NOOP\nS: 250\n")
        with Server(serve_with(answer)) as server:
            result = self.shrink_on(server, path)
        self.check(result, 1, "crash: 14 lines -> 2 lines  (", "server resets the connection", "Again: ")
        self.assertEqual(self.dialogue("crash"), "Start: rcpt\n\nC: RSET\nS: 250\n")
        self.assertIn("# ERROR: after \"RSET\\r\\n\" the server reset the connection instead of a reply\n", self.text("crash"))

    def test_the_smallest_number(self):
        def answer(line, session):
            if line.startswith(b"NOOP") and len(line) > 1234:
                reset(session["connection"])
            return b""

        path = self.write("long.scn", "Start: ehlo\n\nC: RSET\nS: 250\nC: NOOP {{repeat 60000 \"x\"}}\nS: 2yz | 5yz\n")
        with Server(serve_with(answer)) as server:
            self.check(self.shrink_on(server, path), 1, "long: 4 lines -> 2 lines  (")
        self.assertEqual(self.dialogue("long"), 'Start: greeting\n\nC: NOOP {{repeat 1228 "x"}}\nS: 2yz | 5yz\n')

    def test_a_number_that_depends_on_the_name(self):
        """Of the case, which is another one in the file that is written: what was found must hold there."""
        def answer(line, session):
            if line.startswith(b"EHLO"):
                session["name"] = len(line)
            if line.startswith(b"NOOP") and session.get("name") and len(line) + 10 * session["name"] > 2000:
                reset(session["connection"])
            return b""

        path = self.write("cases/a/rather/long/way/down/name.scn", "Start: ehlo\n\nC: NOOP {{repeat 4000 \"x\"}}\nS: 2yz | 5yz\n")
        with Server(serve_with(answer)) as server:
            self.check(self.shrink_on(server, os.path.join(self.folder, "cases")), 1, "a/rather/long/way/down/name: 2 lines -> 2 lines  (")
            shrunk = self.path(path[len(self.folder) + len("/cases/"):-len(".scn")])
            self.check(run("run", "-q", "--server", f"smtp://127.0.0.1:{server.port}", "--user", "alice:geheim-17:alice@example.test", shrunk), 1)

    def test_replies_that_only_prepare(self):
        """A server that dies at the second unknown command behind a refusal, whatever it refused: any reply will do there."""
        def answer(line, session):
            if line.startswith(b"FOO"):
                session["odd"] = session.get("odd", 0) + 1
                return b"500 what?"
            if line.startswith(b"VRFY") and session.get("odd", 0) > 0:
                reset(session["connection"])
            return b"503 first MAIL" if line.startswith(b"RCPT") and b"MAIL" not in session["seen"] else b""

        path = self.write("any.scn", "Start: ehlo\n\nC: MAIL FROM:<{{sender}}>\nS: 250\nC: RCPT TO:<{{rcpt}}>\nS: 250\nC: FOO\nS: 500\nC: RSET\nS: 250\n"
                          "C: VRFY x\nS: 2yz | 5yz\n")
        with Server(serve_with(answer)) as server:
            self.check(self.shrink_on(server, path), 1, "any: 10 lines -> 4 lines  (")
        self.assertEqual(self.dialogue("any"), "Start: greeting\n\nC: FOO\nS: 500\nC: VRFY x\nS: 2yz | 5yz\n")

    def test_another_failure_does_not_count(self):
        """NOOP is refused behind RSET; without EHLO it is refused, too, in other words."""
        def answer(line, session):
            if line.startswith(b"NOOP"):
                if b"EHLO" not in session["seen"]:
                    return b"500 say hello first"
                return b"500 broken by that command" if b"RSET" in session["seen"] else b""
            return b""

        path = self.write("other.scn", "Start: ehlo\n\nC: VRFY x\nS: 2yz\nC: RSET\nS: 250\nC: NOOP\nS: 250\n")
        with Server(serve_with(answer)) as server:
            self.check(self.shrink_on(server, path), 1, "other: 6 lines -> 4 lines  (")
        self.assertEqual(self.dialogue("other"), "Start: ehlo\n\nC: RSET\nS: 250\nC: NOOP\nS: 250\n")

    def test_what_is_answered_stays_as_it_is(self):
        """A response without AUTH before it would be a command, and with a word less another answer be right."""
        def answer(line, session):
            if b"AUTH" in session["seen"][-1:]:
                return b"535 wrong"
            return b"334 " if line.startswith(b"AUTH") else b"535 wrong" if line[:1] in b"A\r" else b""

        path = self.write("login.scn", "Start: ehlo\n\nC: NOOP\nS: 250\nC: AUTH PLAIN\nS: 334\nC: AGFs aWNl\nS: 501\n")
        with Server(serve_with(answer)) as server:
            self.check(self.shrink_on(server, path), 1, "login: 6 lines -> 4 lines  (")
        self.assertEqual(self.dialogue("login"), "Start: ehlo\n\nC: AUTH PLAIN\nS: 334\nC: AGFs aWNl\nS: 501\n")

    def test_connections_and_chunks(self):
        def answer(line, session):
            if line.startswith(b"BDAT"):
                left = int(line.split()[1])
                while left > 0:
                    left -= len(session["connection"].recv(left))
                return b""
            return b"500 no" if line.startswith(b"NOOP") and b"BDAT" in session["seen"] else b""

        def serve(connection, _):  # no line is read ahead of a chunk
            session = {"connection": connection, "seen": []}
            connection.sendall(b"220 x\r\n")
            line = b""
            while octet := connection.recv(1):
                line += octet
                if not line.endswith(b"\n"):
                    continue
                reply = answer(line, session)
                session["seen"].append(line[:4])
                connection.sendall((reply or REPLIES.get(line[:4], b"250 ok")) + b"\r\n")
                line = b""

        path = self.write("two.scn", "C: NOOP\nS: 250\nC3: MAIL FROM:<{{sender}}>\nS3: 250\nC3: RCPT TO:<{{rcpt}}>\nS3: 250\n"
                          "C3: BDAT 12\nC3: To: <x>\nC3: a\nS3: 250\nC3: NOOP\nS3: 250\nC: QUIT\nS: 221\n")
        with Server(serve) as server:
            self.check(self.shrink_on(server, path), 1, "two: 14 lines -> 5 lines  (")
        self.assertEqual(self.dialogue("two"), "Start: rcpt\n\nC: BDAT 2\nC:\nS: 250\nC: NOOP\nS: 250\n")

    def test_a_failure_that_does_not_show_again(self):
        count = [0]

        def answer(line, session):
            if line.startswith(b"XFOO"):
                count[0] += 1
                return b"250 fine" if count[0] > 1 else b"500 what?"
            return b""

        path = self.write("once.scn", "Start: ehlo\n\nC: XFOO x\nS: 250\n")
        with Server(serve_with(answer)) as server:
            result = self.shrink_on(server, path)
        self.check(result, 1, "once: did not show again when the case was played alone  (1 try,", "      PASS\n")
        self.assertFalse(os.path.exists(self.path("once")))

    def test_a_server_that_goes_away(self):
        sessions = [0]
        servers = []

        def serve(connection, closing):
            sessions[0] += 1
            if sessions[0] > 10:
                servers[0].socket.close()
            serve_with(lambda line, _: b"500 no" if line.startswith(b"NOOP") else b"")(connection, closing)

        path = self.write("gone.scn", "Start: ehlo\n\nC: RSET\nS: 250\nC: VRFY x\nS: 250\nC: VRFY y\nS: 250\nC: NOOP\nS: 250\n")
        with Server(serve) as server:
            servers.append(server)
            result = self.shrink_on(server, "--time-scale", "0.05", path)
        self.check(result, 1, "The target could not be reached any more: ", "gone: ")

    def test_a_case_that_the_built_in_server_does_not_pass(self):
        def answer(line, _):
            return b"500 no" if line.startswith(b"XBAR") else b""

        path = self.write("own.scn", "Start: ehlo\nFinally:\n  C: RSET\n  S: 250\n\nC: NOOP\nS: 250\nC: XFOO\nS: 250\nC: XBAR\nS: 250\nC: RSET\nS: 250\n")
        with Server(serve_with(answer)) as server:
            result = self.shrink_on(server, path)
        self.check(result, 1, "own: 8 lines -> 6 lines  (", "The built-in server does not pass the case as it stands")
        self.assertNotIn("Finally", self.text("own"))

    def test_known_failures_and_acceptable_ones_stay(self):
        known = self.write("known", "smtp/rset-clears/rcpt smtp/rset-clears it is known\n")
        result = self.shrink("--fault", "rset-clears", "--known-failing", known, "smtp/rset-clears/rcpt", "smtp/noop")
        self.check(result, 0, "XFAIL")
        self.assertNotIn("->  ", result.out)
        self.assertFalse(os.path.exists(os.path.join(self.out, "shrunk")))

    def test_the_most_cases(self):
        rows = "".join(f"  r{i} | {i}\n" for i in range(25))
        path = self.write("many.scn", f"Title: {{{{row}}}}\nStart: ehlo\nEach:\n  row | n\n{rows}\nC: NOOP {{{{n}}}}\nS: 500\n")
        other = self.write("zz.scn", "Rule: smtp/rset-clears\nStart: ehlo\n\nC: RSET\nS: 500\n")
        result = self.shrink(path, other)
        self.check(result, 1, "\n6 more failures were not shrunk.\n", "\nzz: 2 lines -> 2 lines")

    def test_secrets_stay_out(self):
        def answer(line, _):
            return b"334 " if line.startswith(b"AUTH") else b"535 geheim-17 is wrong" if b"geheim" not in line and line.strip() == b"Z2VoZWltLTE3" else b""

        path = self.write("login.scn", "Start: ehlo\n\nC: NOOP\nS: 250\nC: AUTH LOGIN\nS: 334\nC: {{base64 user}}\nS: 250 | 334\nC: {{base64 secret}}\nS: 235\n")
        with Server(serve_with(answer)) as server:
            result = self.shrink_on(server, path)
        self.check(result, 1, "login: ")
        text = result.out + result.err + self.text("login")
        self.assertNotIn("geheim-17", text)
        self.assertNotIn("Z2VoZWltLTE3", text)
        self.assertIn("C: {{base64 secret}}\n", text)

    def test_without_a_folder(self):
        """mailspec-shrunk in the working folder; what an earlier run left there goes, what somebody wrote stays."""
        mine = self.write("mailspec-shrunk/smtp/rset-clears/rcpt.scn", "C: NOOP\nS: 250\n")
        old = self.write("mailspec-shrunk/old.scn", "# Shrunk by mailspec run --shrink: 1 of the 2 lines of old.\n\nC: NOOP\nS: 250\n")
        arguments = ("run", "-q", "--shrink", "--fault", "rset-clears", "smtp/rset-clears/rcpt")
        self.check(run(*arguments, cwd=self.folder), 6, "rcpt.scn was not written by --shrink, so it stays")
        self.assertFalse(os.path.exists(old))
        with open(mine, encoding="utf-8") as file:
            self.assertEqual(file.read(), "C: NOOP\nS: 250\n")
        os.remove(mine)
        self.check(run(*arguments, cwd=self.folder), 1, "mailspec-shrunk/smtp/rset-clears/rcpt.scn\n")
        self.assertTrue(os.path.exists(mine))
        self.check(run("run", "-q", "--shrink", "smtp/noop", cwd=self.folder), 0)
        self.assertFalse(os.path.exists(mine))

    def test_a_message_beside_the_case(self):
        """Where the dialogue needs it, its file cannot be run from elsewhere."""
        self.write("mine.eml", "Subject: mine\n\ntext with a word: broken\n")
        path = self.write("mail.scn", "Start: rcpt\n\nC: DATA\nS: 354\nC: <send message mine>\nS: 250\nC: NOOP\nS: 250\n")
        with Server(serve_data(b"broken")) as server:
            result = self.shrink_on(server, path)
        self.check(result, 1, "mail: 6 lines -> ", "Not written: it needs a file that lies beside the case.")
        with Server(serve_data(b".")) as server:
            result = self.shrink_on(server, path)
        self.check(result, 1, "mail: 6 lines -> 4 lines")
        self.assertEqual(self.dialogue("mail"), "Start: data\n\nC: .\nS: 250\nC: NOOP\nS: 250\n")

    def test_a_report_on_standard_output(self):
        result = run("run", "--shrink", "-r", "tap", "--fault", "rset-clears", "smtp/rset-clears/rcpt", cwd=self.folder)
        self.check(result, 1)
        self.assertNotIn("lines -> ", result.out)
        self.assertIn("lines -> 4 lines", result.err)

    def test_interrupted(self):
        """The best so far is told, and written."""
        child = []
        greeted = [0]

        def answer(line, session):
            if line.startswith(b"EHLO"):
                greeted[0] += 1
                if greeted[0] == 20:  # some candidates are through, and most are not
                    child[0].send_signal(signal.SIGINT)
            odd = [verb for verb in session["seen"] if verb.startswith(b"FOO")]
            return b"500 what?" if line.startswith(b"FOO") or len(odd) > 9 and line.startswith(b"NOOP") else b""

        slow = "".join(f"C: FOO{i}\nS: 500\nC: <wait 50ms>\n" for i in range(10))
        path = self.write("slow.scn", f"Start: ehlo\n\n{slow}C: NOOP\nS: 250\n")
        with Server(serve_with(answer)) as server:
            result = self.shrink_on(server, path, signal_after=child.append)
        self.check(result, 1, "slow: 32 lines -> ", "Interrupted before all was tried.")
        self.check(run("lint", self.path("slow")), 0)

    def test_options_that_do_not_go_together(self):
        for words, expected in ((("--record", "x"), "--shrink does not go together with --record"),
                                (("--accept", "x"), "--shrink does not go together with --accept"),
                                (("--self",), "--shrink does not go together with --self"),
                                (("--client", "true"), "leave out --client and --listen"),
                                (("--listen", "smtp://127.0.0.1:0"), "leave out --client and --listen")):
            with self.subTest(words=words):
                self.check(run("run", "--shrink", *words), 2, expected)

    def test_a_client(self):
        result = self.shrink("--fault", "quit-before-close", "client/smtp/dot-stuffing/a-line-is-a-dot")
        self.check(result, 1, "1 failure of the built-in client was not shrunk.")

    def test_against_a_server_of_its_own(self):
        with Reference("smtp://127.0.0.1:0", "pop3://127.0.0.1:0", "--user", "alice:geheim-17:alice@example.test", "--fault", "rset-clears") as reference:
            result = self.shrink(*reference.options, "--user", "alice:geheim-17:alice@example.test", "smtp/rset-clears/rcpt")
        self.check(result, 1, "lines -> 4 lines  (")


def serve_data(word):
    """A server that refuses NOOP behind message data with that word in it."""
    def answer(line, session):
        if session.get("data"):
            session["found"] = session.get("found") or word in line
            if line != b".\r\n":
                return None
            session["data"] = False
            return b""
        if line.startswith(b"DATA"):
            session["data"] = True
        return b"500 no" if line.startswith(b"NOOP") and session.get("found") else b""
    return serve_with(answer)


if __name__ == "__main__":
    main()
