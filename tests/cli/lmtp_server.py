"""A small LMTP server (RFC 2033) for the tests: LHLO, a state, one reply for each accepted recipient behind the data."""
import re


class Session:
    def __init__(self, server, connection):
        self.server, self.connection = server, connection
        self.greeted, self.sender, self.recipients = False, None, []
        self.octets = b""

    def say(self, *lines, enhanced=True):
        """Replies to the greeting and to LHLO have no enhanced status code (RFC 2034 4), nor has 354."""
        def with_code(line):
            return f"{line[:4]}{line[0]}.0.0 {line[4:]}" if enhanced and line[0] != "3" else line

        self.connection.sendall("".join(with_code(line) + "\r\n" for line in lines).encode())

    def until(self, end):
        """Up to those octets, which are taken away; None when the client is gone."""
        while end not in self.octets:
            more = self.connection.recv(65536)
            if not more:
                return None
            self.octets += more
        found, self.octets = self.octets.split(end, 1)
        return found

    def clear(self):
        self.sender, self.recipients = None, []

    def run(self):
        self.say("220 lmtp.example.test LMTP ready", enhanced=False)
        while (line := self.until(b"\r\n")) is not None:
            verb, _, rest = line.decode("latin-1").rstrip(" \t").partition(" ")
            self.server.verbs.append(verb.upper())
            answer = getattr(self, "on_" + verb.lower(), None)
            if answer is None:
                self.say("500 unknown")
            elif rest and verb.upper() in ("DATA", "RSET", "QUIT") or re.search("[^ -~]", rest):
                self.say("501 syntax")
            elif verb.upper() == "QUIT":
                self.say("221 bye")
                return
            else:
                answer(rest)

    def on_lhlo(self, _):
        self.greeted = True
        self.clear()
        self.say("250-lmtp.example.test", "250-PIPELINING", "250-8BITMIME", "250-ENHANCEDSTATUSCODES", "250 HELP", enhanced=False)

    def on_quit(self, _):
        """run() says good-bye."""

    def on_help(self, _):
        self.say("214 look into RFC 2033")

    def on_noop(self, _):
        self.say("250 done")

    def on_rset(self, _):
        self.clear()
        self.say("250 done")

    def on_vrfy(self, rest):
        known = rest.partition("@")[0] in ("alice", "bob", "postmaster")
        self.say(f"250 <{rest.partition('@')[0]}@example.test>" if known else "550 not here")

    def on_mail(self, rest):
        path = re.match(r"(?i)from:<([^>\[]*|[^>\[]*@\[[^>\]]*\])>(.*)", rest)
        if not self.greeted or self.sender is not None:
            self.say("503 not now")
        elif not path:
            self.say("501 syntax")
        elif not re.fullmatch("(?i)( body=(7bit|8bitmime))?", path.group(2)):
            self.say("555 no such parameter")
        else:
            self.sender = path.group(1)
            self.say("250 sender")

    def on_rcpt(self, rest):
        path = re.match(r"(?i)to:<([^>\[]+|[^>\[]*@\[[^>\]]*\])>(.*)", rest)
        if self.sender is None:
            self.say("503 MAIL first")
        elif not path:
            self.say("501 syntax")
        elif path.group(2):
            self.say("555 no such parameter")
        elif "nobody" in path.group(1) or "elsewhere" in path.group(1):
            self.say("550 not here")
        else:
            self.recipients.append(path.group(1))
            self.say("250 recipient")

    def on_data(self, _):
        if not self.recipients:
            self.say("503 RCPT first")
            return
        self.say("354 go on")
        self.octets = b"\r\n" + self.octets
        if self.until(b"\r\n.\r\n") is None:
            return
        self.server.messages.append(self.recipients)
        self.say(*(f"250 for {recipient}" for recipient in self.recipients))
        self.clear()


class Lmtp:
    """Give it to harness.Server. `verbs` came, `messages` were taken: the recipients of each."""

    def __init__(self):
        self.verbs, self.messages = [], []

    def __call__(self, connection, closing):
        Session(self, connection).run()
