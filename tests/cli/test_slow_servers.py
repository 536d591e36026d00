#!/usr/bin/env python3
"""Servers that take their time on purpose: others have their turn meanwhile, and are told nothing untrue of them."""
import threading

from harness import Case, Server, main, run

TOGETHER = 3


class Withholding:
    """Answers MAIL when it has come on three connections."""

    def __init__(self):
        self.lock = threading.Condition()
        self.waiting = 0

    def mail(self):
        with self.lock:
            self.waiting += 1
            self.lock.notify_all()
            self.lock.wait_for(lambda: self.waiting >= TOGETHER, timeout=50)
            return self.waiting >= TOGETHER

    def serve(self, connection, _closing):
        connection.sendall(b"220 slow.example.test\r\n")
        for line in connection.makefile("rb"):
            verb = line[:4].upper()
            if verb == b"MAIL" and not self.mail():
                return
            connection.sendall(b"221 bye\r\n" if verb == b"QUIT" else b"250 slow.example.test\r\n")
            if verb == b"QUIT":
                return


class Slow(Case):
    def play(self, *words):
        with Server(Withholding().serve) as server:
            return run("run", "--server", f"smtp://127.0.0.1:{server.port}", "--user", "a:b:a@example.test", *words, "smtp/noop-keeps-state",
                       "smtp/rset-clears/mail", "smtp/vrfy-keeps-state/*")

    def test_room(self):
        """Two at a time are too few for a server that wants three: those that it keeps waiting count no more."""
        result = self.play("-j", "2")
        self.assertIn("6 cases", result.out, result)
        self.assertNotIn("INCONCLUSIVE", result.out, result)
        self.assertNotIn("no reply", result.out, result)

    def test_alone(self):
        """One at a time is one at a time."""
        self.assertIn("no reply in 2 s", self.play("-j", "1", "--time-scale", "0.2").out)


if __name__ == "__main__":
    main()
