"""A small SMTP and a small POP3 server that conform to the RFCs. Standard library only.

What differs from them in one thing stands in unusual_servers.py and in defective_servers.py.
"""
import itertools
import re
import socket
import threading

DOMAIN = "example.test"
# As many as cases run side by side: a case that wants a maildrop has it for itself, and waits while none is free.
USERS = {name: f"secret-{name[0]}" for name in ("alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi")}
TARGET = "".join((f"Domain: {DOMAIN}\n",
                  *(f"User: {name} {secret} {name}@{DOMAIN}\n" for name, secret in USERS.items()),
                  f"Unknown-user: nobody-here@{DOMAIN}\n",
                  "Relay-domain: elsewhere.example\n",
                  "Delivers: yes\n"))


class Store:
    """The maildrops; a lock for each, held by one POP3 session at a time."""

    def __init__(self):
        self.boxes = {name: [] for name in USERS}
        self.locks = {name: threading.Lock() for name in USERS}
        self.guard = threading.Lock()
        self.next_id = 0
        self.one = threading.Lock()
        self.seen = set()
        self.count = itertools.count()

    def add(self, name, octets):
        with self.guard:
            self.next_id += 1
            end = b"" if octets.endswith(b"\r\n") else b"\r\n"  # a chunk may end within a line
            self.boxes[name].append((f"id-{self.next_id}", octets + end))

    def copy(self, name):
        with self.guard:
            return list(self.boxes[name])

    def remove(self, name, ids):
        with self.guard:
            self.boxes[name] = [message for message in self.boxes[name] if message[0] not in ids]


class Closed(Exception):
    """The session is over."""


class Session:
    """Lines in, octets out."""

    def __init__(self, connection, closing, store):
        self.connection, self.closing, self.store, self.unread = connection, closing, store, b""
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, octets):
        self.connection.sendall(octets)

    def read_to(self, end):
        """Octets before `end`, which is taken off."""
        while end not in self.unread:
            octets = self.connection.recv(65536)
            if not octets:
                raise Closed
            self.unread += octets
        octets, self.unread = self.unread.split(end, 1)
        return octets

    def close(self):
        """In order: what the client has sent is read, so that no reset cuts off the last reply."""
        try:
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(1)
            while self.connection.recv(65536):
                pass
        except OSError:
            pass
        raise Closed

    def serve(self):
        try:
            self.greet()
            while True:
                self.command(self.read_to(b"\r\n"))
        except Closed:
            pass
        finally:
            self.leave()

    def command(self, line):
        verb, _, argument = line.decode("latin-1").partition(" ")
        method = getattr(self, "on_" + verb.upper(), None)
        if method is None or not verb.isalpha():
            self.unknown(verb)
        else:
            method(argument)

    def leave(self):
        pass


# ---- SMTP ----


# RFC 1870 3, RFC 6152 3
MAIL_VALUES = {"SIZE": re.compile(r"[0-9]{1,20}", re.ASCII), "BODY": re.compile("7BIT|8BITMIME")}


class Smtp(Session):
    host = "odd.example.test"
    client = "unknown"
    extensions = ("SIZE 1000000", "PIPELINING", "8BITMIME", "HELP")
    texts = {}

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.clear()

    def clear(self):
        self.sender, self.recipients = None, []

    def reply(self, code, *texts):
        texts = texts or (self.texts.get(code, "what you asked for"),)
        for i, text in enumerate(texts):
            self.send(f"{code}{'-' if i + 1 < len(texts) else ' '}{text}\r\n".encode())

    def greet(self):
        self.reply(220, self.host + " ready")

    def unknown(self, _):
        self.reply(500)

    def command(self, line):
        """RFC 5321 4.1.1, 4.1.2: blanks at the end do no harm; there are arguments that no command may have."""
        verb, _, argument = line.rstrip(b" \t").partition(b" ")
        if verb.upper() in (b"MAIL", b"RCPT") and any(octet < 32 or octet > 126 for octet in argument):
            return self.reply(501)
        if verb.upper() in (b"DATA", b"RSET", b"QUIT") and argument:
            return self.reply(501)
        return super().command(line.rstrip(b" \t"))

    def on_EHLO(self, name):
        self.clear()
        self.client = name
        self.reply(250, self.host, *self.extensions)

    def on_HELO(self, name):
        self.clear()
        self.client = name
        self.reply(250, self.host)

    def on_MAIL(self, argument):
        path, *parameters = argument[5:].split(" ")
        literal = path.partition("@[")[2]
        if argument[:5].upper() != "FROM:" or not path.startswith("<") or not path.endswith(">") or path.endswith("@[>") or literal and not literal.endswith("]>"):
            return self.reply(501)
        if self.sender is not None:
            return self.reply(503)
        code = self.refusal_of(parameters)
        if code is not None:
            return self.reply(code)
        return self.accept_sender(path[1:-1])

    @staticmethod
    def refusal_of(parameters):
        """The code for parameters of MAIL that are not known, not well written or more than is taken; None: they are fine."""
        given = {}
        for parameter in parameters:
            name, _, value = parameter.upper().partition("=")
            if name not in MAIL_VALUES:
                return 555
            if name in given or not MAIL_VALUES[name].fullmatch(value):
                return 501
            given[name] = value
        return 552 if int(given.get("SIZE", 0)) > 1000000 else None

    def accept_sender(self, path):
        self.sender = path
        self.reply(250)

    def on_RCPT(self, argument):
        path, _, parameters = argument[3:].partition(" ")
        if argument[:3].upper() != "TO:" or not path.startswith("<") or not path.endswith(">") or path == "<>":
            return self.reply(501)
        if self.sender is None:
            return self.reply(503)
        if parameters:
            return self.reply(555)
        return self.recipient(path[1:-1].partition(":")[2] if path.startswith("<@") else path[1:-1])

    def recipient(self, path):
        local, _, domain = path.lower().partition("@")
        local = local.strip('"').replace("\\", "")
        if domain not in ("", DOMAIN):
            return self.reply(550)
        if local != "postmaster" and (local not in USERS or not domain):
            return self.reply(550)
        return self.accept_recipient(local if local in USERS else "alice")

    def accept_recipient(self, name):
        self.recipients.append(name)
        self.reply(250)

    def on_DATA(self, _):
        if not self.recipients:
            return self.reply(503)
        self.reply(354)
        data = b"\r\n" + self.read_data()
        return self.take(data.replace(b"\r\n.", b"\r\n")[2:])

    def deliver(self, content):
        """What comes into the maildrop."""
        trace = (f"Return-Path: <{self.sender}>\r\nReceived: from {self.client} ([127.0.0.1])\r\n"
                 f"\tby {self.host} with ESMTP; Thu, 01 Jan 2026 00:00:00 +0000\r\n")
        header, blank, body = content.partition(b"\r\n\r\n")
        return trace.encode() + re.sub(rb"(?im)^return-path:.*\r\n", b"", header) + blank + body

    def take(self, content):
        """A whole message without stuffing."""
        if len(re.findall(rb"(?im)^received:", content)) > 100:
            self.clear()
            return self.reply(554)  # a loop: RFC 5321 6.3
        for name in self.recipients:
            self.store.add(name, self.deliver(content))
        self.clear()
        return self.reply(250)

    def read_data(self):
        self.unread = b"\r\n" + self.unread
        return (self.read_to(b"\r\n.\r\n") + b"\r\n")[2:]

    def on_RSET(self, _):
        self.clear()
        self.reply(250)

    def on_NOOP(self, _):
        self.reply(250)

    def on_VRFY(self, argument):
        local, _, domain = argument.partition("@")
        known = local in (*USERS, "postmaster") and domain in ("", DOMAIN)
        self.reply(*((250, f"<{local}@{DOMAIN}>") if known else (550,)))

    def on_EXPN(self, _):
        self.reply(502)

    def on_HELP(self, _):
        self.reply(214)

    def on_QUIT(self, _):
        self.reply(221)
        self.close()


# ---- POP3 ----

# Behind the keyword; others take what comes.
NO_ARGUMENT, MESSAGE, A_MESSAGE = re.compile(b""), re.compile(b" [0-9]+"), re.compile(b"( [0-9]+)?")
ANY_ARGUMENTS = re.compile(b".*", re.DOTALL)
ARGUMENTS = {b"STAT": NO_ARGUMENT, b"NOOP": NO_ARGUMENT, b"RSET": NO_ARGUMENT, b"LIST": A_MESSAGE, b"UIDL": A_MESSAGE,
             b"RETR": MESSAGE, b"DELE": MESSAGE, b"TOP": re.compile(b" [0-9]+ [0-9]+"), b"USER": re.compile(b" .+")}

class Pop3(Session):
    capabilities = ("USER", "TOP", "UIDL")
    ok_text, error_text = "what you asked for", "no"
    LOCK_S = 0.3
    LOGINS = (b"USER", b"PASS")

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.name, self.user, self.messages, self.marked = None, None, [], set()

    def ok(self, text=None):
        self.send(f"+OK {self.ok_text if text is None else text}\r\n".encode())

    def error(self):
        self.send(f"-ERR {self.error_text}\r\n".encode())

    def lines(self, lines, status=None):
        self.ok(status)
        self.send("".join(f"{line}\r\n" for line in lines).encode() + b".\r\n")

    def message(self, octets):
        self.ok()
        self.send((b"\r\n" + octets).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n")

    def greet(self):
        self.ok()

    def unknown(self, _):
        self.error()

    def command(self, line):
        verb = line.split(b" ")[0].upper()
        before_login = verb in self.LOGINS
        if verb not in (b"CAPA", b"QUIT") and before_login == (self.user is not None):
            return self.unknown(verb)
        if not ARGUMENTS.get(verb, ANY_ARGUMENTS).fullmatch(line[len(verb):]):
            return self.error()
        return super().command(line)

    def leave(self):
        if self.user is not None:
            self.unlock()
            self.user = None

    def lock(self, name):
        """Not refused at once: the session before may be over for its client, and not yet for us."""
        return self.store.locks[name].acquire(timeout=self.LOCK_S)

    def unlock(self):
        self.store.locks[self.user].release()

    def on_CAPA(self, _):
        self.lines(self.capabilities)

    def on_USER(self, name):
        self.name = name
        self.ok()

    def on_PASS(self, secret):
        if USERS.get(self.name) != secret or not self.lock(self.name):
            self.name = None
            return self.error()
        self.user, self.messages = self.name, self.store.copy(self.name)
        return self.ok()

    def shown(self):
        """(number, id, octets) of what is not marked as deleted"""
        return [(i, *message) for i, message in enumerate(self.messages, 1) if i not in self.marked]

    def named(self, argument):
        """The message of that number, or None and the client is told."""
        found = [row for row in self.shown() if str(row[0]) == argument.split(" ")[0]]
        if not found:
            self.error()
        return found[0] if found else None

    def on_STAT(self, _):
        shown = self.shown()
        self.ok(f"{len(shown)} {sum(len(octets) for _, _, octets in shown)}")

    def on_LIST(self, argument):
        if not argument:
            return self.lines([f"{number} {len(octets)}" for number, _, octets in self.shown()])
        row = self.named(argument)
        return row and self.ok(f"{row[0]} {len(row[2])}")

    def on_UIDL(self, argument):
        if not argument:
            return self.lines([f"{number} {uid}" for number, uid, _ in self.shown()])
        row = self.named(argument)
        return row and self.ok(f"{row[0]} {row[1]}")

    def on_RETR(self, argument):
        row = self.named(argument)
        return row and self.message(row[2])

    def on_TOP(self, argument):
        row = self.named(argument)
        if row:
            header, _, body = row[2].partition(b"\r\n\r\n")
            count = int(argument.split(" ")[1])
            self.message(header + b"\r\n\r\n" + b"".join(body.splitlines(keepends=True)[:count]))

    def on_DELE(self, argument):
        row = self.named(argument)
        if row:
            self.marked.add(row[0])
            self.ok()

    def on_NOOP(self, _):
        self.ok()

    def on_RSET(self, _):
        self.marked.clear()
        self.ok()

    def on_QUIT(self, _):
        if self.user is not None:
            self.store.remove(self.user, {self.messages[number - 1][0] for number in self.marked})
        self.leave()
        self.ok()
        self.close()
