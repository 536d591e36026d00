#!/usr/bin/env python3
"""A message of 100 MiB and `mailspec serve`: it arrives whole, and the server holds no more of it than it must."""
import hashlib
import os
import socket

import harness

LINE = b"0123456789" * 7 + b"abcdef\r\n"
CHUNK = LINE * 1024
CHUNKS = 100 * 1024 * 1024 // len(CHUNK)
CONTENT_OCTETS = CHUNKS * len(CHUNK)
WAIT_S = 120
USER = ("--user", "large:secret:large@example.test", "--set", "max-message=200M", "--set", "max-maildrop=400M")
ONCE_KIB, SMALL_KIB = 100 * 1024, 40 * 1024


class Line:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=WAIT_S)
        self.file = self.socket.makefile("rb")

    def say(self, *commands):
        """The reply to the last one."""
        for command in commands:
            self.socket.sendall(command.encode() + b"\r\n")
            line = self.file.readline()
            while line[3:4] == b"-":
                line = self.file.readline()
        return line.decode()

    def close(self):
        self.file.close()
        self.socket.close()


def begin(port):
    """To where the message may begin."""
    smtp = Line(port)
    smtp.file.readline()
    reply = smtp.say("EHLO large.client.test", "MAIL FROM:<large@client.test>", "RCPT TO:<large@example.test>", "DATA")
    assert reply.startswith("354 "), reply
    return smtp


def send(port):
    """The reply to a message of one line many times."""
    smtp = begin(port)
    for _ in range(CHUNKS):
        smtp.socket.sendall(CHUNK)
    reply = smtp.say(".")
    smtp.say("QUIT")
    smtp.close()
    return reply


def fetch(port):
    """The digest of all lines of the message that were sent; there are others before them alone."""
    pop3 = Line(port)
    pop3.file.readline()
    pop3.say("USER large", "PASS secret")
    reply = pop3.say("RETR 1")
    assert reply.startswith("+OK"), reply
    digest = hashlib.sha256()
    while (line := pop3.file.readline()) not in (b".\r\n", b""):
        if line == LINE:
            digest.update(line)
    pop3.say("QUIT")
    pop3.close()
    return digest.digest()


def peak_kib(server):
    with open(f"/proc/{server.process.pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))


class LargeMessage(harness.Case):
    @classmethod
    def setUpClass(cls):
        digest = hashlib.sha256()
        for _ in range(CHUNKS):
            digest.update(CHUNK)
        cls.digest = digest.digest()

    def arrives(self, *options):
        with harness.Reference("smtp://127.0.0.1:0", "pop3://127.0.0.1:0", *USER, *options) as server:
            self.assertEqual(send(server.port(0))[:4], "250 ")
            self.assertEqual(fetch(server.port(1)), self.digest)
            return peak_kib(server)

    def test_in_memory(self):
        self.assertLess(self.arrives(), 2 * ONCE_KIB)

    def test_in_files(self):
        folder = os.path.join(self.folder, "store")
        self.assertLess(self.arrives("--store", folder), 2 * ONCE_KIB + SMALL_KIB)
        sizes = [os.path.getsize(os.path.join(base, name)) for base, _, names in os.walk(folder) for name in names]
        self.assertTrue(any(size > CONTENT_OCTETS for size in sizes), sizes)

    def test_thrown_away(self):
        with harness.Reference("smtp://127.0.0.1:0", *USER, "--set", "keep=none") as server:
            self.assertEqual(send(server.port(0))[:4], "250 ")
            self.assertLess(peak_kib(server), SMALL_KIB)

    def test_too_large(self):
        """It is read to its end, and refused then; nothing of it is held when it is known."""
        with harness.Reference("smtp://127.0.0.1:0", *USER, "--set", "max-message=1M") as server:
            self.assertEqual(send(server.port(0))[:4], "552 ")
            self.assertLess(peak_kib(server), SMALL_KIB)

    def test_no_room(self):
        """The store is bounded, too: 452 (RFC 5321 4.3.2), and what comes next is not lost for it."""
        with harness.Reference("smtp://127.0.0.1:0", "pop3://127.0.0.1:0", *USER, "--set", "max-store=1M") as server:
            self.assertEqual(send(server.port(0))[:4], "452 ")
            smtp = begin(server.port(0))
            self.assertEqual(smtp.say("Subject: small\r\n\r\nbody\r\n.")[:4], "250 ")
            smtp.close()


if __name__ == "__main__":
    harness.main()
