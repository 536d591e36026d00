#!/usr/bin/env python3
"""Real senders of mail against `mailspec serve`: what they say of it is true, and the octets that they sent are stored.

usage: senders.py FOLDER SMTP-PORT LMTP-PORT curl|msmtp|swaks|smtplib|s-nail
       senders.py FOLDER SMTP-PORT LMTP-PORT postfix PORT      Postfix takes mail at that port
       senders.py FOLDER SMTP-PORT LMTP-PORT exim PROGRAM      PROGRAM -bs takes mail and delivers it before it ends

FOLDER is a scratch folder; `mailspec serve` listens at these ports, and to those who relay also at FOLDER/lmtp.socket.
"""
import collections
import email
import pathlib
import re
import smtplib
import socket
import subprocess
import sys

import letters
import serve

SENDER = "sender@client.test"
# Whether the client says that it all went well, and whom it names as refused (None: it names nobody).
Told = collections.namedtuple("Told", "ok refused text")


def address(name, way):
    return f"{name}-{way}@example.test"


class Client:
    """One that is started for each message; the subclass says how."""

    name = "?"
    others_get_it = False  # when one of the recipients is refused
    ways = ("smtp",)
    utf8_ways = ()
    notify_ways = ()

    def __init__(self, folder, server, *_):
        self.folder, self.server = pathlib.Path(folder), server
        self.sender = SENDER

    def command(self, recipients, options):
        raise NotImplementedError

    def input(self, octets):
        return letters.with_lf(octets)

    def send(self, recipients, octets, options=frozenset()):
        command = self.command(recipients, options)
        status, text = serve.run(command, self.input(octets), self.folder, self.folder)
        return Told(status == 0, None, f"{' '.join(command)}: status {status}\n{text}")

    def received(self, octets, letter):
        """(what was stored, what must have been stored) when those octets were to be sent."""
        return letter.octets, octets

    def close(self):
        pass


class Curl(Client):
    name = "curl"
    utf8_ways = ("smtp",)
    others_get_it = True

    def input(self, octets):
        (self.folder / "message").write_bytes(octets)
        return b""

    def command(self, recipients, options):
        words = [word for one in recipients for word in ("--mail-rcpt", one)]
        return ["curl", "-q", "-sS", f"smtp://127.0.0.1:{self.server.port['smtp']}/curl.client.test", "--mail-from", self.sender,
                *words, *(["--mail-rcpt-allowfails"] if len(recipients) > 1 else []), "-T", "message"]


class Msmtp(Client):
    name = "msmtp"
    notify_ways = ("smtp",)

    def command(self, recipients, options):
        return ["msmtp", "-C", "/dev/null", "--host=127.0.0.1", f"--port={self.server.port['smtp']}", "--domain=msmtp.client.test",
                f"--from={self.sender}", *(["--dsn-notify=success", "--dsn-return=hdrs"] if "notify" in options else []), *recipients]


class Swaks(Client):
    """It adds an empty line to a message whose last line is ended (known-failing/swaks-smtp): CRLF is told apart."""

    name = "swaks"
    others_get_it = True

    def input(self, octets):
        (self.folder / "message").write_bytes(letters.with_lf(octets))
        return b""

    def command(self, recipients, options):
        return ["swaks", "--server", "127.0.0.1", "--port", str(self.server.port["smtp"]), "--ehlo", "swaks.client.test",
                "--from", self.sender, "--to", ",".join(recipients), "--data", "@message", "--suppress-data"]

    def received(self, octets, letter):
        return letter.octets, octets + b"\r\n"


class Smtplib(Client):
    name = "smtplib"
    utf8_ways = notify_ways = ("smtp",)
    others_get_it = True

    def connect(self):
        return smtplib.SMTP("127.0.0.1", self.server.port["smtp"], "smtplib.client.test", timeout=serve.WAIT_S)

    def send(self, recipients, octets, options=frozenset()):
        mail = ["BODY=8BITMIME", *(["SMTPUTF8"] if "utf8" in options else [])]
        rcpt = ["NOTIFY=SUCCESS"] if "notify" in options else []
        try:
            with self.connect() as smtp:
                refused = smtp.sendmail(self.sender, recipients, octets, mail, rcpt)
        except smtplib.SMTPRecipientsRefused as error:
            return Told(False, set(error.recipients), repr(error))
        except (smtplib.SMTPException, OSError) as error:
            return Told(False, None, repr(error))
        return Told(not refused, set(refused), repr(refused))


class Snail(Client):
    """It writes a header of its own and may encode the body; what it sent stands in its record, in the form of an mbox."""

    name = "s-nail"

    def command(self, recipients, options):
        record = self.folder / "record"
        record.unlink(missing_ok=True)
        return ["s-nail", "-:/", "-S", "v15-compat", "-S", f"mta=smtp://127.0.0.1:{self.server.port['smtp']}",
                "-S", "smtp-auth=none", "-S", f"record={record}", "-S", "hostname=s-nail.client.test", "-S", f"from={self.sender}",
                "-r", self.sender, "-s", "A letter", *recipients]

    def input(self, octets):
        return letters.with_lf(octets.partition(b"\r\n\r\n")[2])

    def received(self, octets, letter):
        _from_line, _, sent = (self.folder / "record").read_bytes().partition(b"\n")
        sent = sent[:-1]  # the empty line that ends it in an mbox
        body = email.message_from_bytes(sent).get_payload(decode=True)
        serve.same("s-nail's record", body, self.input(octets))
        return letter.octets, sent.replace(b"\n", b"\r\n")


class Relay(Client):
    """A mail server that takes mail by SMTP from us and relays it. It puts one Received: field of its own before the message."""

    others_get_it = True
    ways = utf8_ways = notify_ways = ("smtp", "lmtp", "unix")
    own_field = re.compile(rb"Received: [^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)+")

    def submit(self, recipients, octets, options):
        """Hand the message over; then the results that this server logs, {address: "sent"|...}."""
        raise NotImplementedError

    def send(self, recipients, octets, options=frozenset()):
        results, text = self.submit(recipients, octets, options)
        refused = {one for one in recipients if results.get(one) == "refused"}
        sent = {one for one in recipients if results.get(one) == "sent"}
        if refused | sent != set(recipients):
            raise serve.Trouble(f"{self.name}: neither delivered nor refused: {text}")
        return Told(not refused, refused, text)

    def received(self, octets, letter):
        field = self.own_field.match(letter.octets)
        if field is None:
            raise serve.Trouble(f"no Received: field of {self.name} in {letter.octets[:300]!r}")
        return letter.octets[field.end():], octets

    def hand_over(self, smtp, recipients, octets, options):
        mail = ["BODY=8BITMIME", *(["SMTPUTF8"] if "utf8" in options else [])]
        rcpt = ["NOTIFY=SUCCESS"] if "notify" in options else []
        with smtp:
            refused = smtp.sendmail(self.sender, recipients, octets, mail, rcpt)
        if refused:
            raise serve.Trouble(f"{self.name} takes no mail from us: {refused}")


class Postfix(Relay):
    name = "Postfix"
    result = re.compile(r"to=<([^>]*)>,.* status=(\w+) .*")
    meaning = {"sent": "sent", "bounced": "refused"}

    def __init__(self, folder, server, port):
        super().__init__(folder, server)
        self.port = int(port)
        self.log = self.folder / "postfix.log"
        self.read = 0

    def submit(self, recipients, octets, options):
        self.hand_over(smtplib.SMTP("127.0.0.1", self.port, "we.client.test", timeout=serve.WAIT_S), recipients, octets, options)
        return serve.until("Postfix to be done with a message", lambda: self.results(recipients))

    def results(self, recipients):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            log.seek(self.read)
            text = log.read()
        matches = [match for match in self.result.finditer(text) if match[1] in recipients]
        found = {match[1]: self.meaning.get(match[2], match[2]) for match in matches}
        if len(found) < len(set(recipients)):
            return None
        self.read += len(text.encode())
        return found, "\n".join(match[0] for match in matches)


class PipedSMTP(smtplib.SMTP):
    """smtplib's client with a process at the other end of a socket pair."""

    def __init__(self, command):
        self.command, self.process = command, None
        super().__init__("pipe", 25, "we.client.test", timeout=serve.WAIT_S)

    def _get_socket(self, _host, _port, timeout):
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(self.command, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL)
        ours.settimeout(timeout)
        return ours


class Exim(Relay):
    """Its transport for Unix sockets knows no extension of LMTP."""

    name = "Exim"
    utf8_ways = notify_ways = ("smtp", "lmtp")
    result = re.compile(r" (=>|->|\*\*|==) (?:\S+ <)?([^\s>]+)>? .*")
    meaning = {"=>": "sent", "->": "sent", "**": "refused"}

    def __init__(self, folder, server, program):
        super().__init__(folder, server)
        self.program = program
        self.log = self.folder / "exim-log" / "mainlog"

    def submit(self, recipients, octets, options):
        before = self.log.stat().st_size if self.log.exists() else 0
        smtp = PipedSMTP([self.program, "-odi", "-bs"])
        self.hand_over(smtp, recipients, octets, options)
        smtp.process.wait(serve.WAIT_S)
        text = self.log.read_bytes()[before:].decode("utf-8", "replace")
        matches = list(self.result.finditer(text))
        return {match[2]: self.meaning.get(match[1], match[1]) for match in matches}, "\n".join(match[0] for match in matches)


CLIENTS = {"curl": Curl, "msmtp": Msmtp, "swaks": Swaks, "smtplib": Smtplib, "s-nail": Snail, "postfix": Postfix, "exim": Exim}


class Check(serve.Attempts):
    """Every kind of message by every way of one client."""

    def run(self):
        for way in self.client.ways:
            for name in letters.BODIES:
                self.attempt(f"{way}, {name}", self.one, way, letters.letter(name), "one", frozenset())
            self.attempt(f"{way}, one of three refused", self.several, way)
            self.attempt(f"{way}, all refused", self.nobody, way)
            if way in self.client.utf8_ways:
                self.attempt(f"{way}, an address in UTF-8", self.one, way, letters.letter("eight-bit", "utf8"), "jörg",
                             frozenset(["utf8"]))
            if way in self.client.notify_ways:
                self.attempt(f"{way}, NOTIFY=SUCCESS", self.notified, way)

    def stored(self, way, name, octets):
        """Exactly this one message stands in the maildrop, and came by the right protocol."""
        found = self.server.letters(f"{name.replace('ö', 'oe')}-{way}")
        if len(found) != 1:
            raise serve.Trouble(f"{len(found)} messages are stored for {name} instead of one")
        letter = found[0]
        if letter.reverse_path != self.client.sender or ("LMTP" in letter.protocol) != (way != "smtp") or \
                letter.recipient not in (None, address(name, way)):
            raise serve.Trouble(f"from <{letter.reverse_path}> with {letter.protocol} for <{letter.recipient}>")
        serve.same("stored", *self.client.received(octets, letter))

    def empty(self, way, *names):
        for name in names:
            if self.server.count(f"{name}-{way}") != 0:
                raise serve.Trouble(f"there is a message for {name}")

    def one(self, way, octets, name, options):
        told = self.client.send([address(name, way)], octets, options)
        if not told.ok:
            raise serve.Trouble(f"a failure is told: {told.text}")
        self.stored(way, name, octets)

    def notified(self, way):
        """The sender is one of ours: the server that delivers tells him so, and no other does (RFC 3461 section 5.2.2)."""
        self.client.sender = address("sender", way)
        try:
            self.one(way, letters.letter("small", "notify"), "one", frozenset(["notify"]))
        finally:
            self.client.sender = SENDER
        reports = self.server.contents(f"sender-{way}", remove=True)
        expected = (b"Return-Path: <>\r\n", b"multipart/report; report-type=delivery-status;", b"\r\nAction: delivered\r\n",
                    f"\r\nFinal-Recipient: rfc822; {address('one', way)}\r\n".encode())
        if len(reports) != 1 or not all(words in reports[0] for words in expected):
            raise serve.Trouble(f"{len(reports)} notifications: {reports}")

    def several(self, way):
        octets = letters.letter("small", "several")
        refused = address("nobody", way)
        told = self.client.send([address("one", way), refused, address("two", way)], octets)
        if told.refused is not None and told.refused != {refused}:
            raise serve.Trouble(f"refused are {told.refused}: {told.text}")
        if self.client.others_get_it:
            self.stored(way, "one", octets)
            self.stored(way, "two", octets)
        else:
            if told.ok:
                raise serve.Trouble(f"a success is told: {told.text}")
            self.empty(way, "one", "two")

    def nobody(self, way):
        told = self.client.send([address("nobody", way)], letters.letter("small", "nobody"))
        if told.ok:
            raise serve.Trouble(f"a success is told: {told.text}")
        self.empty(way, "one", "two")


def main():
    folder, smtp, lmtp, name, *rest = sys.argv[1:]
    client_class = CLIENTS[name]
    ways = client_class.ways
    users = [f"{user}-{way}" for user in ("one", "two", "sender") for way in ways]
    urls = {"smtp": f"smtp://127.0.0.1:{smtp}", "lmtp": f"lmtp://127.0.0.1:{lmtp}", "unix": f"lmtp+unix:{folder}/lmtp.socket"}
    utf8 = [word for way in ways for word in ("--user", f"joerg-{way}:{serve.SECRET}:jörg-{way}@example.test")]
    with serve.Server([*(urls[way] for way in ways), "pop3://127.0.0.1:0"], users, *utf8) as server:
        client = client_class(folder, server, *rest)
        check = Check(client, server)
        check.run()
    print(f"live: {client.name}: {check.troubles or 'no'} trouble")
    return 1 if check.troubles else 0


if __name__ == "__main__":
    sys.exit(main())
