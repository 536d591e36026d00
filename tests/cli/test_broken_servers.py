#!/usr/bin/env python3
"""The whole suite against servers that break in the middle: they crash, hang or flood. The run ends in bounded time, and says why."""
import json
import os
import socket
import struct
import unittest

from harness import Case, Server, main, run
from odd_servers import TARGET, Closed, Pop3, Smtp, Store

FROM_NOW = 40  # so many connections or commands go well
SCALE = "0.1"  # of every wait
JOBS = 8
GONE = "the server went away and did not come back in "


class Process(Server):
    """A server that can die as a process does: nobody listens any more, and every connection ends."""

    def __init__(self, kind):
        self.store, self.connections = Store(), []
        self.store.process = self

        def serve(connection, closing):
            self.connections.append(connection)
            kind(connection, closing, self.store).serve()

        super().__init__(serve)

    def die(self):
        self.closing.set()
        for one in (self.socket, *self.connections):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.socket.close()
        raise Closed


class Middle(Smtp):
    """Breaks from the FROM_NOW-th time on that something is done."""

    def is_now(self):
        return next(self.store.count) >= FROM_NOW


class DiesAtGreeting(Middle):
    def greet(self):
        if self.is_now():
            self.store.process.die()
        super().greet()


class DiesAtData(Middle):
    def on_DATA(self, argument):
        if self.is_now():
            self.store.process.die()
        super().on_DATA(argument)


class ChildDies(Middle):
    """The process of one connection crashes at MAIL, for unread octets or a signal: the others go on."""

    def on_MAIL(self, argument):
        if next(self.store.count) == FROM_NOW:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise Closed
        super().on_MAIL(argument)


class ChildHangs(Middle):
    def on_MAIL(self, argument):
        # Not where a maildrop is filled for a case of POP3: that accuses nobody.
        if self.client.startswith("smtp-") and next(self.store.count) == FROM_NOW:
            self.closing.wait()
            raise Closed
        super().on_MAIL(argument)


class HangsAtGreeting(Middle):
    def greet(self):
        if self.is_now():
            self.closing.wait()
            raise Closed
        super().greet()


class HangsAtMail(Middle):
    def on_MAIL(self, argument):
        if self.is_now():
            self.closing.wait()
            raise Closed
        super().on_MAIL(argument)


class FloodsVrfy(Smtp):
    """The reply never ends."""

    def on_VRFY(self, _):
        while not self.closing.is_set():
            self.send(b"250-more\r\n" * 100)
        raise Closed


class FloodsReplies(Smtp):
    """Replies never end."""

    def on_HELP(self, _):
        while not self.closing.is_set():
            self.send(b"214 more\r\n" * 100)
        raise Closed


class EndsInTheMiddle(Pop3):
    def on_TOP(self, _):
        """Some lines, and then nothing; it all came well before the wait is over, so nobody can take it for a slow one."""
        self.ok()
        self.send(b"text and more\r\n" * 2000)
        self.read_to(b"never")


class Broken(Case):
    def play(self, smtp=Smtp, pop3=Pop3):
        report = os.path.join(self.folder, "report.json")
        with Process(smtp) as first, \
                Server(lambda connection, closing: pop3(connection, closing, first.store).serve()) as second:
            target = self.write("broken.target", f"Smtp: smtp://127.0.0.1:{first.port}\nPop3: pop3://127.0.0.1:{second.port}\n{TARGET}")
            result = run("run", "--target", target, "-t", "!example", "-q", "--trace", "none", "--report", f"json={report}",
                         "--time-scale", SCALE, "-j", str(JOBS), limit=120, cwd=self.folder)
        self.assertNotIn("Sanitizer", result.err)
        with open(report, encoding="utf-8") as file:
            self.cases = json.load(file)["cases"]
        return result

    def of(self, verdict):
        return [case for case in self.cases if case["verdict"] == verdict]

    def rules(self):
        return {finding["rule"] for case in self.cases for finding in case["findings"]}


    def test_a_process_that_dies(self):
        for kind in (DiesAtGreeting, DiesAtData):
            with self.subTest(kind.__name__):
                result = self.play(kind)
                self.check(result, 4, GONE, ": nothing listened at smtp://127.0.0.1:", "Crashes and hangs: ")
                # Who came behind it could not connect; who was cut off tells how.
                told = {case["reason"] for case in self.of("ERROR")}
                self.assertTrue(all("could not connect: the server had gone away" in reason or "reset the connection" in reason for reason in told), told)
                self.assertLess(len(self.of("ERROR")), 2 * JOBS)
                self.assertTrue(all(case["loss"]["last_sent"] for case in self.cases if "loss" in case))
                # It did end its connections without 421, and perhaps a command had no reply, or half of one.
                self.assertLessEqual(self.rules(), {"smtp/closes-unasked", "smtp/command-gets-reply", "smtp/multiline-last-line"})

    def test_one_child_that_dies(self):
        """One case is lost, and says why."""
        result = self.play(ChildDies)
        self.assertEqual(self.rules(), set())
        lost = self.of("INCONCLUSIVE") + self.of("ERROR")
        self.assertEqual(len(lost), 1, result)
        self.assertRegex(lost[0]["reason"], "the server reset the connection instead of a reply|the peer reset the connection")
        self.assertEqual(lost[0]["loss"]["kind"], "reset")
        self.assertIn("MAIL FROM:", lost[0]["loss"]["last_sent"]["text"])
        self.check(result, result.status, "Crashes and hangs: 1\nreset the connection")
        self.assertGreater(len(self.of("PASS")), 300)

    def test_one_child_that_hangs(self):
        result = self.play(ChildHangs)
        self.check(result, 1, "smtp/command-gets-reply", "Crashes and hangs: 1\nno reply")
        self.assertEqual(self.rules(), {"smtp/command-gets-reply"})
        self.assertEqual(len(self.of("FAIL")), 1, result)
        self.assertIn("MAIL FROM:", self.of("FAIL")[0]["loss"]["last_sent"]["text"])
        self.assertGreater(len(self.of("PASS")), 300)

    def test_a_server_that_hangs(self):
        result = self.play(HangsAtGreeting)
        self.check(result, 4, "the server hangs: nobody was greeted at smtp://127.0.0.1:", " in 1 s. ")
        self.assertEqual(self.rules(), {"smtp/greeting-code"})
        self.assertIn(len(self.of("FAIL")), range(1, JOBS), result)  # others may be under way

    def test_a_command_that_hangs(self):
        result = self.play(HangsAtMail)
        self.check(result, 1, "smtp/command-gets-reply")
        self.assertEqual(self.rules(), {"smtp/command-gets-reply"})

    def test_floods(self):
        for kind, rules in ((FloodsVrfy, {"smtp/multiline-last-line"}), (FloodsReplies, {"smtp/one-reply-per-command"})):
            with self.subTest(kind.__name__):
                result = self.play(kind)
                self.check(result, 1, *rules)
                self.assertEqual(self.rules(), rules, result)

    def test_a_message_without_an_end(self):
        result = self.play(pop3=EndsInTheMiddle)
        self.check(result, 1, "pop3/multiline-end")
        self.assertEqual(self.rules(), {"pop3/multiline-end"})
        texts = [finding["text"] for case in self.cases for finding in case["findings"]]
        self.assertGreater(len(texts), 5, result)
        self.assertTrue(all("without an end, and the wait was over" in text for text in texts), result)


if __name__ == "__main__":
    main()
