#!/usr/bin/env python3
"""Many sessions at once with `mailspec serve`: idle ones are answered, one too many is refused, and no message is lost or doubled."""
import collections
import re
import resource
import selectors
import socket
import unittest

import harness

IDLE = 2000
BUSY = 200
MESSAGES = 5  # of each busy session
USERS = 4
WAIT_S = 60


def raise_file_limit(wanted):
    """Of this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        if hard != resource.RLIM_INFINITY and hard < wanted:
            raise unittest.SkipTest(f"no more than {hard} files may be open here (ulimit -Hn), {wanted} are needed")
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class Peer:
    """A blocking connection: lines."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=WAIT_S)
        self.file = self.socket.makefile("rb")

    def line(self):
        return self.file.readline()

    def say(self, text):
        self.socket.sendall(text.encode() + b"\r\n")
        return self.line()

    def lines(self):
        """Of a multi-line response."""
        while (line := self.line()) not in (b".\r\n", b""):
            yield line

    def close(self):
        self.file.close()
        self.socket.close()


def maildrop(port, user):
    """The messages of a user."""
    peer = Peer(port)
    peer.line()
    peer.say(f"USER {user}")
    peer.say("PASS secret")
    count = int(peer.say("STAT").split()[1])
    messages = []
    for number in range(1, count + 1):
        peer.say(f"RETR {number}")
        messages.append(b"".join(peer.lines()))
    peer.say("QUIT")
    peer.close()
    return messages


class Sender:
    """A session of a busy client, from the greeting to the reply to QUIT: what to send when so many replies have come."""

    def __init__(self, port, name):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=WAIT_S)
        self.socket.setblocking(False)
        self.codes, self.rest = [], b""
        self.script = [("HELO busy.client.test", b"220")]
        for number in range(MESSAGES):
            rcpt = (name + number) % USERS
            text = f"Subject: {name}.{number}.\r\n\r\n" + f"{name} {number}\r\n" * (1 + 100 * (name % 3))
            self.script += [(f"MAIL FROM:<s{name}@client.test>", b"250"), (f"RCPT TO:<u{rcpt}@example.test>", b"250"),
                            ("DATA", b"250"), (text + ".", b"354")]
        self.script += [("QUIT", b"250"), (None, b"221")]
        self.step = 0

    def read(self):
        """False: the session is over."""
        self.rest += self.socket.recv(65536) or b"(the server closed)\r\n"
        while b"\r\n" in self.rest:
            line, _, self.rest = self.rest.partition(b"\r\n")
            text, code = self.script[self.step]
            if not line.startswith(code + b" "):
                raise AssertionError(f"{line!r} instead of {code!r}, before {text!r}")
            if text is None:
                return False
            self.socket.sendall(text.encode() + b"\r\n")  # never more than a socket takes at once
            self.step += 1
        return True


class ManySessions(harness.Case):
    def test_idle(self):
        """Each is greeted, and answered when all are there. The server raises the limit of open files that it is started with."""
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (100, hard))
        with harness.Reference("smtp://127.0.0.1:0") as server:
            raise_file_limit(IDLE + 100)
            peers = [Peer(server.port(0)) for _ in range(IDLE)]
            self.assertEqual({peer.line()[:4] for peer in peers}, {b"220 "})
            for peer in peers:
                peer.socket.sendall(b"NOOP\r\n")
            self.assertEqual({peer.line()[:4] for peer in peers}, {b"250 "})
            for peer in peers:
                peer.close()

    def test_one_too_many(self):
        """It is told so (RFC 5321 3.8: 421) and closed, and there is room again when one has gone."""
        raise_file_limit(200)
        with harness.Reference("smtp://127.0.0.1:0", "pop3://127.0.0.1:0", "--set", "max-connections=50") as server:
            smtp, pop3 = server.port(0), server.port(1)
            peers = [Peer((smtp, pop3)[i % 2]) for i in range(50)]
            self.assertEqual({peer.line()[:3] for peer in peers}, {b"220", b"+OK"})
            for port, refusal in ((smtp, b"421 "), (pop3, b"-ERR ")):
                late = Peer(port)
                self.assertTrue(late.line().startswith(refusal))
                self.assertEqual(late.line(), b"")
                late.close()
            self.assertEqual(peers[0].say("NOOP")[:4], b"250 ")
            self.assertEqual(peers[0].say("QUIT")[:4], b"221 ")
            self.assertEqual(peers[0].line(), b"")
            again = Peer(smtp)
            self.assertEqual(again.line()[:4], b"220 ")
            for peer in (again, *peers):
                peer.close()

    def test_busy(self):
        """All that is accepted is there, once, in the right maildrop and whole."""
        users = [word for i in range(USERS) for word in ("--user", f"u{i}:secret:u{i}@example.test")]
        raise_file_limit(BUSY + 100)
        with harness.Reference("smtp://127.0.0.1:0", "pop3://127.0.0.1:0", *users) as server:
            with selectors.DefaultSelector() as selector:
                for name in range(BUSY):
                    sender = Sender(server.port(0), name)
                    selector.register(sender.socket, selectors.EVENT_READ, sender)
                while selector.get_map():
                    ready = selector.select(WAIT_S)
                    self.assertTrue(ready, "nothing comes any more")
                    for key, _ in ready:
                        if not key.data.read():
                            selector.unregister(key.fileobj)
                            key.fileobj.close()
            seen = collections.Counter()
            for i in range(USERS):
                for message in maildrop(server.port(1), f"u{i}"):
                    name, number = map(int, re.search(rb"Subject: (\d+)\.(\d+)\.", message).groups())
                    self.assertEqual((name + number) % USERS, i)
                    self.assertEqual(message.count(f"{name} {number}\r\n".encode()), 1 + 100 * (name % 3))
                    seen[name, number] += 1
            self.assertEqual(seen, collections.Counter((name, number) for name in range(BUSY) for number in range(MESSAGES)))


if __name__ == "__main__":
    harness.main()
