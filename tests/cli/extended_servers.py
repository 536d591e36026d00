"""Servers that conform and offer more than the plain ones: so what rules say of extensions is tried on a second implementation, too."""
import hashlib
import itertools
import re

from odd_servers import USERS, Closed, Pop3, Smtp


class ExtendedSmtp(Smtp):
    """CHUNKING (RFC 3030), and VRFY is listed. A chunk is read whole, whatever is said to it."""

    extensions = (*Smtp.extensions, "CHUNKING", "VRFY")
    chunks = None

    def clear(self):
        super().clear()
        self.chunks = None

    def read_octets(self, count):
        while len(self.unread) < count:
            octets = self.connection.recv(65536)
            if not octets:
                raise Closed
            self.unread += octets
        octets, self.unread = self.unread[:count], self.unread[count:]
        return octets

    def on_BDAT(self, argument):
        written = re.fullmatch(r"([0-9]{1,18})( LAST)?", argument, re.IGNORECASE | re.ASCII)
        if not written:
            return self.reply(501)
        octets = self.read_octets(int(written.group(1)))
        if not self.recipients:
            return self.reply(503)
        self.chunks = (self.chunks or b"") + octets
        if not written.group(2):
            return self.reply(250)
        return self.take(self.chunks)

    def on_DATA(self, argument):
        if self.chunks is not None:
            return self.reply(503)
        return super().on_DATA(argument)

    def on_MAIL(self, argument):
        return self.reply(503) if self.chunks is not None else super().on_MAIL(argument)

    def on_RCPT(self, argument):
        return self.reply(503) if self.chunks is not None else super().on_RCPT(argument)


class ExtendedPop3(Pop3):
    """APOP (RFC 1939 7), PIPELINING and RESP-CODES (RFC 2449)."""

    capabilities = (*Pop3.capabilities, "PIPELINING", "RESP-CODES")
    LOGINS = (*Pop3.LOGINS, b"APOP")
    numbers = itertools.count()

    def greet(self):
        self.stamp = f"<{next(self.numbers)}.{id(self)}@odd.example.test>"
        self.ok(f"ready {self.stamp}")

    def on_APOP(self, argument):
        name, _, digest = argument.partition(" ")
        secret = USERS.get(name, "")
        right = hashlib.md5((self.stamp + secret).encode()).hexdigest() == digest
        self.name = name
        self.on_PASS(secret if right else "\0")

    def lock(self, name):
        locked = super().lock(name)
        if not locked:
            self.error = lambda: self.send(b"-ERR [IN-USE] another session has it\r\n")
        return locked

    def on_PASS(self, secret):
        super().on_PASS(secret)
        self.__dict__.pop("error", None)
