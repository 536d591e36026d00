"""A server that lets a login through or refuses it, and tells everybody what it knows of the secret in every form it can think of.

It keeps what was on the wire and gives the secret away: digests, proofs, signatures, whole responses.
"""
import base64
import hashlib
import hmac
import urllib.parse

from harness import Server

USER = "alice"
# Of bob: SASL takes no other octets in one.
TOKEN = b"vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg=="
MECHANISMS = "PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 XOAUTH2 OAUTHBEARER"
TIMESTAMP = b"<1896.697170952@dbc.mtview.ca.us>"
CHALLENGE = b"<1896.697170952@postoffice.reston.mci.net>"
HASHES = {"SCRAM-SHA-1": "sha1", "SCRAM-SHA-256": "sha256"}
# A finding quotes 100 octets of a line: within the secret its quotation ends.
QUOTED = 100


def hidden_inside(secret):
    """The characters of its base64 that depend on the secret alone, at each alignment."""
    for before in range(3):
        text = base64.b64encode(b"x" * before + secret).decode().rstrip("=")
        yield text[(before * 8 + 5) // 6:(before + len(secret)) * 8 // 6]


def forms_of(secret):
    """Name and text of each form."""
    yield "as it is", secret
    for i, text in enumerate(hidden_inside(secret)):
        yield f"base64 behind {i}", text.encode()
    yield "hexadecimal", secret.hex().encode()
    yield "HEXADECIMAL", secret.hex().upper().encode()
    yield "percent", urllib.parse.quote(secret, safe="").encode()
    yield "percent all", "".join(f"%{c:02x}" for c in secret).encode()
    yield "escaped", "".join(chr(c) if 32 < c < 127 and chr(c) != "\\" else "\\\\" if c == 92 else f"\\x{c:02x}" for c in secret).encode()
    yield "md5", hashlib.md5(secret).hexdigest().encode()


class Telltale:
    """`accepts`: whether a login succeeds. `seen` has what was on the wire or was worked out, by name; `known` what this connection has of it."""

    def __init__(self, secret, accepts):
        self.secret, self.accepts = secret, accepts
        self.seen = dict(forms_of(secret))
        self.passed = []  # so many of them are let in whatever is to become of logins: a run looks first whether it can have one
        self.lets_pass = 2
        self.asked = []  # the same by SMTP: the first one
        self.known = dict(self.seen)

    # ---- lines ----

    def say(self, text):
        self.file.write(text + b"\r\n")
        self.file.flush()

    def hear(self):
        line = self.file.readline()
        if not line:
            raise OSError("closed")
        return line.rstrip(b"\r\n")

    def tell(self, good, bad, accepted, more=()):
        """Everything that is known, line by line, and the verdict last."""
        code = good if accepted else bad
        for text in [*self.known.values(), *more, b"x" * (QUOTED - 9) + self.secret]:
            if self.smtp:
                self.say(code + b"-" + text)
        if not self.smtp and not accepted:
            # One line is all that a negative response has.
            self.say(code + b" " + b" ".join([*more, *list(self.known.values())[:3], *list(self.known.values())[-3:]]))
        else:
            self.say(code + b" it is " + self.secret)

    # ---- SASL ----

    def ask(self, challenge):
        self.say((b"334 " if self.smtp else b"+ ") + base64.b64encode(challenge))
        line = self.hear()
        self.note("response", line)
        return base64.b64decode(line)

    def note(self, name, value):
        if len(value) >= 8 and value != base64.b64encode(USER.encode()):
            self.known[name] = value
            self.seen[f"{name} {len(self.seen)}"] = value

    def login(self):
        self.ask(b"Username:")
        self.ask(b"Password:")

    def cram(self):
        self.note("cram", hmac.new(self.secret, CHALLENGE, "md5").hexdigest().encode())
        self.ask(CHALLENGE)

    def scram(self, name, first):
        first = first if first is not None else self.ask(b"")
        bare = first[3:]
        nonce = bare.split(b",r=")[1] + b"server"
        salt = base64.b64encode(b"salt of it")
        server_first = b"r=" + nonce + b",s=" + salt + b",i=4096"
        final = self.ask(server_first)
        salted = hashlib.pbkdf2_hmac(name, self.secret, b"salt of it", 4096)
        without, _, proof = final.partition(b",p=")
        message = bare + b"," + server_first + b"," + without
        key = hmac.new(salted, b"Server Key", name).digest()
        signature = base64.b64encode(hmac.new(key, message, name).digest())
        self.note("proof", proof)
        self.note("final", base64.b64encode(b"v=" + signature))
        if self.accepts:
            self.note("signature", signature)
            self.ask(b"v=" + signature)

    def oauth(self, first):
        if first is None:
            self.ask(b"")
        self.note("token", TOKEN)
        if not self.accepts:
            self.ask(b'{"status":"401"}')

    def authenticate(self, words):
        name = words[1].decode().upper()
        first = base64.b64decode(words[2]) if len(words) > 2 else None
        if first is not None:
            self.note("initial", words[2])
        if name == "PLAIN" and first is None:
            self.ask(b"")
        elif name == "LOGIN":
            self.login()
        elif name == "CRAM-MD5":
            self.cram()
        elif name in HASHES:
            self.scram(HASHES[name], first)
        elif name in ("XOAUTH2", "OAUTHBEARER"):
            self.oauth(first)
        if self.smtp:
            self.asked.append(name)
            self.tell(b"235", b"535", self.accepts or len(self.asked) <= self.lets_pass // 2)
        else:
            self.tell(b"+OK", b"-ERR", self.accepts)

    # ---- the two protocols ----

    def serve_smtp(self):
        self.say(b"220 tell.example")
        while True:
            words = self.hear().split(b" ")
            verb = words[0].upper()
            if verb == b"EHLO":
                self.say(b"250-tell.example\r\n250 AUTH " + MECHANISMS.encode())
            elif verb == b"AUTH":
                self.authenticate(words)
            elif verb == b"DATA":
                self.say(b"354 go on")
                while self.hear() != b".":
                    pass
                self.say(b"250 that was " + self.secret)
            elif verb == b"QUIT":
                self.say(b"221 bye")
                return
            else:
                self.say(b"250 you said " + b" ".join(words))

    def serve_pop3(self):
        self.note("apop", hashlib.md5(TIMESTAMP + self.secret).hexdigest().encode())
        self.say(b"+OK ready " + TIMESTAMP)
        while True:
            line = self.hear()
            words = line.split(b" ")
            verb = words[0].upper()
            if verb == b"CAPA":
                self.say(b"+OK\r\nUSER\r\nSASL " + MECHANISMS.encode() + b"\r\n.")
            elif verb == b"AUTH":
                self.authenticate(words)
            elif verb in (b"PASS", b"APOP"):
                accepted = self.accepts or (verb == b"PASS" and len(self.passed) < self.lets_pass)
                self.passed.append(line)
                self.tell(b"+OK", b"-ERR", accepted, [line])
            elif verb == b"QUIT":
                self.say(b"+OK bye")
                return
            else:
                self.say(b"+OK " + line)

    def server(self, smtp):
        def serve(connection, _):
            one = Telltale(self.secret, self.accepts)
            one.lets_pass = self.lets_pass
            one.seen, one.passed, one.asked, one.smtp, one.file = self.seen, self.passed, self.asked, smtp, connection.makefile("rwb")
            one.serve_smtp() if smtp else one.serve_pop3()

        return Server(serve)
