"""Servers that conform to the RFCs in ways that clients seldom see: none of them may be accused of more than it does."""
import collections
import re
import threading
import time

from odd_servers import DOMAIN, USERS, Closed, Pop3, Session, Smtp

class MinimalSmtp(Smtp):
    """What RFC 5321 4.5.1 demands, and nothing else."""

    extensions = ()

    def on_MAIL(self, argument):
        if argument.find(" ") >= 0:
            return self.reply(555)
        return super().on_MAIL(argument)

    def on_HELP(self, _):
        self.reply(502)


class MinimalPop3(Pop3):
    """The commands of RFC 1939 5 and 6, with USER and PASS."""

    def command(self, line):
        if line.split(b" ")[0].upper() in (b"CAPA", b"TOP", b"UIDL"):
            return self.error()
        return super().command(line)


class ChineseSmtp(Smtp):
    def reply(self, code, *texts):
        super().reply(code, *(texts if code in (220, 250, 221) else ("命令已收到",)))


class ChinesePop3(Pop3):
    ok_text, error_text = "好的", "不行"


class Greylisting(Smtp):
    """450 to the first RCPT of each sender."""

    def recipient(self, path):
        if self.sender not in self.store.seen:
            self.store.seen.add(self.sender)
            return self.reply(450)
        return super().recipient(path)


class GreylistingAlways(Smtp):
    def recipient(self, path):
        self.reply(451)


class FiveErrors(Smtp):
    limit = 5
    errors = 0

    def reply(self, code, *texts):
        self.errors += code >= 500
        if self.errors >= self.limit:
            super().reply(421)
            self.close()
        super().reply(code, *texts)


class OneError(FiveErrors):
    limit = 1


class ThirdCommand(Smtp):
    count = 0

    def command(self, line):
        self.count += 1
        if self.count == 3:
            self.reply(421)
            self.close()
        super().command(line)


class UnaskedAfterMail(Smtp):
    def accept_sender(self, path):
        super().accept_sender(path)
        self.reply(421)
        self.close()


class UnaskedWhileIdle(Smtp):
    """421 when the client has said nothing for a moment behind EHLO."""

    def on_EHLO(self, argument):
        super().on_EHLO(argument)
        self.connection.settimeout(0.005)

    def read_to(self, end):
        try:
            return super().read_to(end)
        except TimeoutError:
            self.reply(421)
            self.close()


class Slow(Session):
    DELAY_S = 0.02

    def command(self, line):
        time.sleep(self.DELAY_S)
        super().command(line)


class SlowSmtp(Slow, Smtp):
    pass


class SlowPop3(Slow, Pop3):
    pass


class OctetByOctet(Session):
    def send(self, octets):
        for octet in octets:
            super().send(bytes([octet]))


class OctetByOctetSmtp(OctetByOctet, Smtp):
    pass


class OctetByOctetPop3(OctetByOctet, Pop3):
    pass


class ManyLines(Smtp):
    def reply(self, code, *texts):
        super().reply(code, *(texts if len(texts) > 1 else (*texts, "and more", "and the last") if texts else
                              ("first", "", "last")))


class BareCodes(Smtp):
    def reply(self, code, *texts):
        if code == 250 and texts:
            return super().reply(code, *texts)
        return self.send(f"{code}\r\n".encode())


class BareStatus(Pop3):
    def ok(self, text=None):
        self.send((f"+OK {text}" if text else "+OK").encode() + b"\r\n")

    def error(self):
        self.send(b"-ERR\r\n")


class SpaceAndNothing(Smtp):
    """The blank behind the code is part of the text, and any text will do (RFC 5321 4.2)."""

    def reply(self, code, *texts):
        super().reply(code, *(texts if code == 250 and texts else ("",)))


class TrailingBlanks(Smtp):
    def reply(self, code, *texts):
        super().reply(code, *(texts if code == 250 and texts else ("text and a blank ",)))


class SmallLetters(Smtp):
    extensions = ("size 1000000", "pipelining", "8bitmime", "help", "x-unknown-thing a=b c")


class Twice(Smtp):
    extensions = ("PIPELINING", "SIZE 1000000", "8BITMIME", "PIPELINING", "SIZE 1000000", "8BITMIME", "HELP", "HELP")


class SizeBare(Smtp):
    extensions = ("SIZE", "PIPELINING", "8BITMIME", "HELP")


class SizeZero(Smtp):
    extensions = ("SIZE 0", "PIPELINING", "8BITMIME", "HELP")


class CatchAll(Smtp):
    def recipient(self, path):
        if not path:
            return self.reply(501)
        name = path.partition("@")[0].lower()
        return self.accept_recipient(name if name in USERS else "alice")


class NoVrfy(Smtp):
    code = 502

    def on_VRFY(self, _):
        self.reply(self.code)

    def on_EXPN(self, _):
        self.reply(self.code)


class Vrfy252(NoVrfy):
    code = 252


class VrfyLocalOnly(Smtp):
    """Who is asked for is known by the local name alone: RFC 5321 3.5.1 has a SHOULD for the address."""

    def on_VRFY(self, name):
        if "@" in name:
            self.reply(501)
        else:
            self.reply(250, "<postmaster@example.test>")


class NoPipelining(Smtp):
    extensions = ("SIZE 1000000", "8BITMIME", "HELP")


class NoTop(Pop3):
    capabilities = ("USER", "UIDL")

    def on_TOP(self, _):
        self.error()


class ChattyPop3(Pop3):
    """More behind every number: RFC 1939 5 permits it for STAT and LIST."""

    def ok(self, text=None):
        super().ok(f"{text} octets (more follows) 12" if text and text[0].isdigit() else text)

    def on_LIST(self, argument):
        if argument:
            return super().on_LIST(argument)
        return self.lines([f"{number} {len(octets)} not seen" for number, _, octets in self.shown()], "here they are")

    def on_UIDL(self, argument):
        row = self.named(argument) if argument else None
        return Pop3.ok(self, f"{row[0]} {row[1]}") if row else argument or super().on_UIDL("")


class FieldsBehind(Pop3):
    """Adds fields below the others, as some do with what they know of a message."""

    def message(self, octets):
        super().message(octets.replace(b"\r\n\r\n", b"\r\nX-UIDL: abc\r\nStatus: O\r\n\r\n", 1))


class SharedMaildrop(Pop3):
    """All users have one maildrop, and no lock: a session works on a copy."""

    def lock(self, name):
        return True

    def unlock(self):
        pass

    def on_PASS(self, secret):
        super().on_PASS(secret)
        if self.user is not None:
            self.messages = [message for name in USERS for message in self.store.copy(name)]

    def on_QUIT(self, _):
        if self.user is not None:
            for name in USERS:
                self.store.remove(name, {self.messages[number - 1][0] for number in self.marked})
        self.marked.clear()
        super().on_QUIT("")


class SharedLock(Pop3):
    """All users have one maildrop and one lock."""

    def lock(self, name):
        return super().lock("alice")

    def unlock(self):
        self.store.locks["alice"].release()


class QuitError(Pop3):
    """-ERR to QUIT in the TRANSACTION state (RFC 1939 6), as if a message could not be removed."""

    def on_QUIT(self, _):
        if self.user is not None:
            self.ok = self.error
        super().on_QUIT("")


class LoginDelay(Pop3):
    """Wants time between two logins to a maildrop (RFC 2449 6.5)."""

    DELAY_S = 0.05
    capabilities = ("TOP", "UIDL", "USER", "LOGIN-DELAY 1")
    last = collections.defaultdict(float)

    def on_PASS(self, secret):
        if time.monotonic() < self.last[self.store, self.name] + self.DELAY_S:
            self.name = None
        super().on_PASS(secret)
        if self.user is not None:
            self.last[self.store, self.user] = time.monotonic()


class OneLogin(Pop3):
    """Closes behind -ERR to PASS (RFC 1939 4)."""

    delay_s = 0

    def on_PASS(self, secret):
        super().on_PASS(secret)
        if self.user is None:
            time.sleep(self.delay_s)
            self.close()


class OneLoginLateClose(OneLogin):
    delay_s = 0.05


class LastPop3(Pop3):
    """LAST was in RFC 1225 and 1460."""

    def on_LAST(self, _):
        self.ok("0")


class HeloOnly(Smtp):
    """RFC 821, before RFC 1869."""

    def on_EHLO(self, _):
        self.reply(502)


class WantsTls(Smtp):
    """RFC 3207 4: 530 to everything but NOOP, EHLO, STARTTLS, QUIT."""

    extensions = ("STARTTLS",)

    def command(self, line):
        if line.split(b" ")[0].upper() not in (b"NOOP", b"EHLO", b"QUIT"):
            return self.reply(530)
        return super().command(line)


class WantsSenderDomain(Smtp):
    """No mail from domains that do not exist."""

    def accept_sender(self, path):
        if path and not path.endswith("@" + DOMAIN):
            return self.reply(550)
        return super().accept_sender(path)


class Blocklist(Smtp):
    """Takes no mail from this client, and says so at RCPT."""

    def recipient(self, path):
        self.reply(554)


class BlocklistAtMail(Smtp):
    """Says so at MAIL, whoever the sender is."""

    def accept_sender(self, path):
        self.reply(550)


class NoRelayAttempts(Smtp):
    """Wants no message when the client has tried to relay."""

    tried = False

    def recipient(self, path):
        self.tried |= not path.lower().endswith("@" + DOMAIN)
        return super().recipient(path)

    def on_DATA(self, argument):
        if self.tried:
            return self.reply(554)
        return super().on_DATA(argument)


class MailboxFile(Smtp):
    """Quotes "From " at the beginning of lines, as mailbox files need it (RFC 5321 4.5.2)."""

    def deliver(self, content):
        return re.sub(rb"(?m)^(>*From )", rb">\1", super().deliver(content))


class OncePerRecipient(Smtp):
    """Refuses a recipient that the transaction has already."""

    def accept_recipient(self, name):
        if name in self.recipients:
            return self.reply(550)
        return super().accept_recipient(name)


class OneMessage(Smtp):
    """Takes one message in each session."""

    taken = False

    def accept_sender(self, path):
        if self.taken:
            return self.reply(550)
        return super().accept_sender(path)

    def deliver(self, content):
        self.taken = True
        return super().deliver(content)


class NothingBehindBareLf(Smtp):
    """Refuses a bare LF or CR in data, and everything that comes behind it."""

    refuses = False

    def read_data(self):
        data = super().read_data()
        rest = data.replace(b"\r\n", b"")
        self.refuses = b"\n" in rest or b"\r" in rest
        return data

    def reply(self, code, *texts):
        super().reply(554 if self.refuses and code != 221 else code, *texts)


class NoContent(Smtp):
    """Takes every message for spam."""

    def on_DATA(self, argument):
        if not self.recipients:
            return self.reply(503)
        self.reply(354)
        self.read_data()
        self.clear()
        return self.reply(554)


class NoBareLf(Smtp):
    """Refuses a bare LF or CR in data, and closes, as some do against smuggled messages."""

    early = False

    def on_DATA(self, argument):
        if not self.recipients:
            return self.reply(503)
        self.reply(354)
        data = self.read_till_bare()
        if self.is_bare(data):
            self.reply(521)
            self.close()
        self.unread = data + self.unread
        self.reply = lambda code: None
        super().on_DATA(argument)
        del self.reply
        return self.reply(250)

    def read_till_bare(self):
        """The data with its end, or when hasty what came until there is a bare LF or CR in it."""
        data, self.unread = self.unread, b""
        while (end := (b"\r\n" + data).find(b"\r\n.\r\n")) < 0 and not (self.early and self.is_bare(data)):
            octets = self.connection.recv(65536)
            if not octets:
                raise Closed
            data += octets
        if end >= 0:
            data, self.unread = data[:end + 3], data[end + 3:]
        return data

    @staticmethod
    def is_bare(data):
        rest = data.replace(b"\r\n", b"").removesuffix(b"\r")
        return b"\n" in rest or b"\r" in rest


class NoBareLfEarly(NoBareLf):
    early = True


class NoopWithoutArgument(Smtp):
    """RFC 5321 4.1.1.9: servers SHOULD ignore a parameter."""

    def on_NOOP(self, argument):
        self.reply(501 if argument else 250)


class BusyBeforeHello(Smtp):
    """Has no time for anybody who has not said who he is."""

    hello = False

    def command(self, line):
        self.hello |= line[:4].upper() in (b"EHLO", b"HELO")
        if not self.hello and line[:4].upper() != b"QUIT":
            return self.reply(450)
        return super().command(line)


class BusyAtTimes(Smtp):
    """Refuses every third connection, in the ways of RFC 5321 3.1 and 3.8."""

    def greet(self):
        if next(self.store.count) % 3 == 0:
            self.reply(450)
            self.close()
        super().greet()


class BusyPop3AtTimes(Pop3):
    def greet(self):
        if next(self.store.count) % 3 == 0:
            self.error()
            self.close()
        super().greet()


class Unknown502(Smtp):
    def unknown(self, _):
        self.reply(502)


class OneHello(Smtp):
    """RFC 5321 4.1.4 leaves it to the server whether a later EHLO is acceptable."""

    greeted = False

    def on_EHLO(self, argument):
        if self.greeted:
            return self.reply(503)
        self.greeted = True
        return super().on_EHLO(argument)

    def on_HELO(self, argument):
        if self.greeted:
            return self.reply(503)
        self.greeted = True
        return super().on_HELO(argument)


class NoLiteral(Smtp):
    """RFC 5321 4.1.4 has 501 for an EHLO that is not acceptable."""

    def on_EHLO(self, argument):
        if argument.startswith("["):
            return self.reply(501)
        return super().on_EHLO(argument)


class OneConnection(Session):
    """Refuses a second connection while one is open."""

    def serve(self):
        self.counted = self.store.one.acquire(blocking=False)
        if not self.counted:
            return self.refuse()
        try:
            return super().serve()
        finally:
            self.uncount()  # also if the client has reset the connection

    def close(self):
        self.uncount()
        super().close()

    def uncount(self):
        if self.counted:
            self.counted = False
            self.store.one.release()


class OneConnectionSmtp(OneConnection, Smtp):
    def refuse(self):
        self.reply(421)


class OneConnectionPop3(OneConnection, Pop3):
    def refuse(self):
        self.error()


class ApopOnly(Pop3):
    """USER and PASS are optional (RFC 1939 4)."""

    capabilities = ("TOP", "UIDL")

    def on_USER(self, _):
        self.error()


class LateUnlock(Pop3):
    """The maildrop stays locked for a moment after QUIT, which breaks RFC 1939 6; the client is told why."""

    capabilities = ("USER", "TOP", "UIDL", "RESP-CODES")
    error_text = "[IN-USE] do not hurry"
    LOCK_S = 0  # for a login does not wait either

    def unlock(self):
        threading.Timer(0.1, self.store.locks[self.user].release).start()


class Forwards(Smtp):
    """251 to every recipient; the message goes on."""

    def accept_recipient(self, name):
        self.recipients.append(name)
        self.reply(251)


class LateClose(Smtp):
    def on_QUIT(self, _):
        self.reply(221)
        time.sleep(0.1)
        self.close()


class OnlyWithFields(Smtp):
    """Refuses a message at its end that lacks a field."""

    fields = (b"from", b"to", b"subject", b"date", b"message-id")

    def on_DATA(self, argument):
        if not self.recipients:
            return self.reply(503)
        self.reply(354)
        data = self.read_data()
        header = b"\r\n" + data.partition(b"\r\n\r\n")[0].lower()
        self.unread = data + b".\r\n" + self.unread
        accepted = all(b"\r\n" + field + b":" in header for field in self.fields)
        self.reply = lambda code: None
        super().on_DATA(argument) if accepted else self.read_data()
        del self.reply
        self.clear()
        return self.reply(250 if accepted else 554)


class OnlyWithFrom(OnlyWithFields):
    """RFC 5322 3.6 demands no others."""

    fields = (b"from", b"date")
