"""`mailspec serve` for a while, and what stands in its maildrops, read without any library for mail."""
import contextlib
import os
import pathlib
import re
import selectors
import socket
import subprocess
import sys
import time
import traceback

TOP = pathlib.Path(__file__).resolve().parents[3]
PROGRAM = os.environ.get("MAILSPEC", str(TOP / "build/release/mailspec"))
SECRET = "secret"
WAIT_S = 60

# What the server puts before a message (RFC 5321 4.4): its own two fields, and nothing else.
TRACE = re.compile(rb"Return-Path: <([^\r\n]*)>\r\n"
                   rb"Received: from [^\r\n]* \([^\r\n]*\)\r\n"
                   rb"\tby mx\.example\.test \(mailspec\)\r\n"
                   rb"\twith ([A-Z0-9]+) id [0-9]+(?:\r\n\tfor <([^\r\n]*)>)?;\r\n"
                   rb"\t[^\r\n]*\r\n")


class Trouble(Exception):
    """Something that a check found."""


class Attempts:
    """What is tried with a client; what goes wrong is told and counted, and the next one tried."""

    def __init__(self, client, server):
        self.client, self.server, self.troubles = client, server, 0

    def attempt(self, what, check, *arguments):
        try:
            check(*arguments)
        except Trouble as trouble:
            self.wrong(what, trouble)
        except (OSError, ValueError, subprocess.SubprocessError):  # those of smtplib are an OSError
            self.wrong(what, traceback.format_exc())

    def wrong(self, what, text):
        self.troubles += 1
        print(f"{self.client.name}, {what}: {text}", file=sys.stderr)


class Letter:
    """A stored message: the reverse-path, protocol and recipient (where it is told) of its trace fields, and the octets behind them."""

    def __init__(self, octets):
        found = TRACE.match(octets)
        if found is None:
            raise Trouble(f"no trace fields before {octets[:300]!r}")
        self.reverse_path, self.protocol, self.recipient = (group and group.decode() for group in found.groups())
        self.octets = octets[found.end():]


class Server:
    """Listens at `urls`; `port[SCHEME]` tells where."""

    def __init__(self, urls, users, *options):
        words = [word for user in users for word in ("--user", f"{user}:{SECRET}:{user}@example.test")]
        command = [PROGRAM, "serve", "--no-config", *words, *options, *urls]
        # Its Unix socket is for users that are not ours: Postfix and Exim change theirs.
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, umask=0)
        self.port = {}
        for _ in urls:
            line = self.process.stdout.readline().decode()
            if "://" in line:
                self.port[line.split()[-1].partition(":")[0]] = int(line.rpartition(":")[2])
            elif not line:
                raise Trouble(f"{' '.join(command)}: does not listen")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def letters(self, user):
        """All that stands in the user's maildrop, which is empty then."""
        return [Letter(octets) for octets in self.contents(user, remove=True)]

    def contents(self, user, remove=False):
        """The octets of all messages, as they stand in the maildrop."""
        with Line(self.port["pop3"]) as pop3:
            # RFC 6856 section 2: without UTF8 a message with an octet above 127 in its header need not come as it is.
            for command in ("", "UTF8", f"USER {user}", f"PASS {SECRET}"):
                pop3.say(command, b"+OK")
            count = int(pop3.say("STAT", b"+OK").split()[1])
            contents = []
            for number in range(1, count + 1):
                pop3.say(f"RETR {number}", b"+OK")
                contents.append(pop3.until_dot())
                if remove:
                    pop3.say(f"DELE {number}", b"+OK")
            pop3.say("QUIT", b"+OK")
        return contents

    def count(self, user):
        with Line(self.port["pop3"]) as pop3:
            for command in ("", f"USER {user}", f"PASS {SECRET}"):
                pop3.say(command, b"+OK")
            count = int(pop3.say("STAT", b"+OK").split()[1])
            pop3.say("QUIT", b"+OK")
        return count

    def put(self, user, messages):
        """Send the messages in one session, each in its turn."""
        with Line(self.port["smtp"]) as smtp:
            smtp.say("", b"220 ")
            smtp.say("EHLO put.client.test", b"250 ")
            for octets in messages:
                smtp.say("MAIL FROM:<sender@client.test> SMTPUTF8", b"250 ")
                smtp.say(f"RCPT TO:<{user}@example.test>", b"250 ")
                smtp.say("DATA", b"354 ")
                smtp.send(re.sub(rb"(?m)^\.", b"..", octets) + b".\r\n")
                smtp.say("", b"250 ")
            smtp.say("QUIT", b"221 ")


class Line:
    """A connection to the server: lines, and multi-line responses."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), WAIT_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()

    def send(self, octets):
        self.socket.sendall(octets)

    def say(self, command, expected):
        """Send the command, unless it is empty; the last line of its reply, which begins as expected."""
        if command:
            self.send(command.encode() + b"\r\n")
        line = self.file.readline()
        while line[:3].isdigit() and line[3:4] == b"-":
            line = self.file.readline()
        if not line.startswith(expected):
            raise Trouble(f"{command or 'waiting'}: {line!r} instead of {expected!r}")
        return line

    def until_dot(self):
        lines = []
        while True:
            line = self.file.readline()
            if line == b".\r\n":
                return b"".join(lines)
            if not line.endswith(b"\r\n"):
                raise Trouble(f"a response ends in {line[-80:]!r}")
            lines.append(line[1:] if line.startswith(b".") else line)


def same(what, got, expected):
    """The octets are the same; else Trouble shows where they part."""
    if got == expected:
        return
    at = next((i for i, (a, b) in enumerate(zip(got, expected)) if a != b), min(len(got), len(expected)))
    near = slice(max(0, at - 40), at + 80)
    raise Trouble(f"{what}: {len(got)} octets instead of {len(expected)}, other from octet {at} on:\n"
                  f"    got      {got[near]!r}\n    expected {expected[near]!r}")


def until(what, condition):
    """Ask again and again, for as long as anybody would wait; what another program does tells no event."""
    deadline = time.monotonic() + WAIT_S
    with contextlib.closing(selectors.DefaultSelector()) as nothing:
        while True:
            answer = condition()
            if answer:
                return answer
            if time.monotonic() > deadline:
                raise Trouble(f"waited {WAIT_S} s for {what}")
            nothing.select(0.02)


def run(command, octets=b"", folder=None, home=None):
    """(status, what it printed) of a client that ends by itself."""
    surroundings = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(home or "/nonexistent")}
    done = subprocess.run(command, input=octets, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          timeout=WAIT_S, cwd=folder, env=surroundings)
    return done.returncode, done.stdout.decode("utf-8", "replace")
