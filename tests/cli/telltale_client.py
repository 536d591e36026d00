#!/usr/bin/env python3
"""A client that logs in, not quite as it should, and tells everybody what it knows of its secret.

usage: telltale_client.py HOST PORT USER SECRET SEEN-FILE    what it sent and worked out is appended to SEEN-FILE, a line each
"""
import base64
import hashlib
import hmac
import os
import socket
import sys

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
from telltale_server import CHALLENGE, TIMESTAMP, forms_of


class Client:
    def __init__(self, host, port, user, secret, seen):
        self.user, self.secret, self.seen = user.encode(), os.fsencode(secret), seen
        self.wire = socket.create_connection((host, int(port))).makefile("rwb")

    def say(self, line):
        self.wire.write(line + b"\r\n")
        self.wire.flush()

    def hear(self):
        line = self.wire.readline().rstrip(b"\r\n")
        while line[3:4] == b"-":
            line = self.wire.readline().rstrip(b"\r\n")
        if not line:
            sys.exit(1)
        return line

    def note(self, text):
        """Of the cases: what the first session with a conforming server asks for stands nowhere."""
        if self.counts:
            with open(self.seen, "ab") as file:
                file.write(text + b"\n")

    def send_secret(self, before, text):
        self.note(text)
        self.say(before + text)
        return self.hear()

    def smtp(self):
        self.say(b"EHLO tell.example")
        self.hear()
        self.say(b"AUTH CRAM-MD5")
        challenge = base64.b64decode(self.hear()[4:])
        self.counts = challenge == CHALLENGE
        digest = hmac.new(self.secret, challenge, "md5").hexdigest().encode()
        self.note(digest)
        self.send_secret(b"", base64.b64encode(self.user + b" " + digest))
        # Another one than what is expected: that is worked out from the secret.
        self.send_secret(b"AUTH PLAIN ", base64.b64encode(b"\0" + self.user + b"\0" + self.secret + b"?"))
        for _, form in forms_of(self.secret):
            self.say(b"VRFY " + form)
            self.hear()

    def pop3(self, greeting):
        stamp = greeting[greeting.index(b"<"):greeting.index(b">") + 1]
        self.counts = stamp == TIMESTAMP
        self.note(hashlib.md5(stamp + self.secret).hexdigest().encode())
        self.send_secret(b"APOP " + self.user + b" ", hashlib.md5(stamp + b"something else").hexdigest().encode())
        self.say(b"USER " + self.user)
        self.hear()
        self.send_secret(b"PASS ", self.secret + b"?")
        for _, form in forms_of(self.secret):
            self.say(b"NOOP " + form)
            self.hear()

    def run(self):
        for _, form in forms_of(self.secret):
            sys.stdout.buffer.write(b"out: " + form + b"\n")
            sys.stderr.buffer.write(b"err: " + form + b"\n")
        sys.stdout.flush()
        greeting = self.hear()
        self.pop3(greeting) if greeting.startswith(b"+OK") else self.smtp()


if __name__ == "__main__":
    Client(*sys.argv[1:]).run()
