"""Servers with one defect each: just that must be found."""
import re

from odd_servers import USERS, Pop3, Session, Smtp

class BareLf(Session):
    """Ends every line in LF alone."""

    def send(self, octets):
        super().send(octets.replace(b"\r\n", b"\n"))


class BareLfSmtp(BareLf, Smtp):
    pass


class BareLfPop3(BareLf, Pop3):
    pass


class LinesByLf(Smtp):
    """Takes LF for a line's end, also in data."""

    def command(self, line):
        for part in line.split(b"\n"):
            super().command(part)

    def read_data(self):
        data = b""
        while True:
            line = self.read_to(b"\n").rstrip(b"\r")
            if line == b".":
                return data
            data += line + b"\r\n"

    def read_to(self, end):
        return super().read_to(b"\n").rstrip(b"\r") if end == b"\r\n" else super().read_to(end)


class KeepsDots(Smtp):
    def read_data(self):
        return (b"\r\n" + super().read_data()).replace(b"\r\n.", b"\r\n..")[2:]


class Capitals(Smtp):
    def command(self, line):
        verb = line.partition(b" ")[0]
        if verb != verb.upper():
            return self.reply(500)
        return super().command(line)


class CapitalsPop3(Pop3):
    def command(self, line):
        verb = line.partition(b" ")[0]
        if verb != verb.upper():
            return self.error()
        return super().command(line)


class NoState(Smtp):
    """Accepts every command at any time."""

    def on_MAIL(self, argument):
        self.accept_sender(argument[6:].partition(">")[0])

    def on_RCPT(self, argument):
        self.recipient(argument[4:-1])

    def on_RSET(self, _):
        self.reply(250)

    def on_EHLO(self, name):
        self.client = name
        self.reply(250, self.host, *self.extensions)


class RsetKeepsRecipients(Smtp):
    def on_RSET(self, _):
        self.sender = None
        self.reply(250)


class EhloKeepsRecipients(Smtp):
    def on_EHLO(self, name):
        self.client = name
        self.sender = None
        self.reply(250, self.host, *self.extensions)


class HeloKeepsRecipients(Smtp):
    def on_HELO(self, name):
        self.client = name
        self.sender = None
        self.reply(250, self.host)


class HeloExtensions(Smtp):
    def on_HELO(self, _):
        self.on_EHLO(_)


class HeloKeeps(Smtp):
    def on_HELO(self, name):
        self.client = name
        self.reply(250, self.host)


class OutOfOrder554(Smtp):
    """RFC 5321 4.1.4 demands 503 of RCPT without MAIL; the transaction is cleared all the same."""

    def on_RCPT(self, argument):
        if self.sender is None:
            return self.reply(554)
        return super().on_RCPT(argument)


class Drops503(Smtp):
    """Clears the transaction when it says 503."""

    def reply(self, code, *texts):
        if code == 503:
            self.clear()
        super().reply(code, *texts)


class Vrfy550(Smtp):
    """RFC 5321 7.3 of this answer to whoever is asked for: not in conformance."""

    def on_VRFY(self, _):
        self.reply(550)


class NoPostmaster(Smtp):
    def recipient(self, path):
        if path.lower().startswith("postmaster"):
            return self.reply(550)
        return super().recipient(path)


class NoNull(Smtp):
    def recipient(self, path):
        if not self.sender:
            return self.reply(550)
        return super().recipient(path)


class LosesGroups(Smtp):
    """Offers PIPELINING and throws away what came with a command."""

    def command(self, line):
        if not line.upper().startswith(b"DATA"):
            self.unread = b""
        super().command(line)


class WrapsLines(Smtp):
    def read_data(self):
        lines = super().read_data().split(b"\r\n")
        return b"\r\n".join(line[:500] + b"\r\n" + line[500:] if len(line) > 500 else line for line in lines)


class TraceAtEnd(Smtp):
    """Puts its fields below those of the message."""

    def deliver(self, content):
        header, _, body = content.partition(b"\r\n\r\n")
        header = re.sub(rb"(?im)^return-path:.*\r\n", b"", header)
        return header + b"\r\n" + super().deliver(b"\r\n" + body)


class CutsAtFrom(Smtp):
    """Puts messages into a mailbox file without quoting, and finds only what stands before the first "From "."""

    def deliver(self, content):
        before, found, _ = super().deliver(content).partition(b"\r\nFrom ")
        return before + b"\r\n" if found else before


class CountsDots(Smtp):
    """Takes the doubled dot for one of a line's 1000 octets."""

    too_long = False

    def read_data(self):
        data = super().read_data()
        self.too_long = max(map(len, data.split(b"\r\n"))) > 998
        return data

    def reply(self, code, *texts):
        super().reply(500 if self.too_long else code, *texts)
        self.too_long = False


class FewRecipients(Smtp):
    def accept_recipient(self, name):
        if len(self.recipients) >= 50:
            return self.reply(452)
        return super().accept_recipient(name)


class FewRecipientsAtData(Smtp):
    def on_DATA(self, argument):
        if len(self.recipients) > 50:
            return self.reply(503)
        return super().on_DATA(argument)


class NoNoop(Smtp):
    def on_NOOP(self, _):
        self.reply(502)


class AuthEquals(Smtp):
    """As some old servers list AUTH for old clients."""

    extensions = ("PIPELINING", "AUTH=LOGIN PLAIN", "SIZE 1000000", "8BITMIME", "HELP")


class Pop3NoNoop(Pop3):
    def on_NOOP(self, _):
        self.error()


class Pop3NoRetr(Pop3):
    def on_RETR(self, _):
        self.error()


class Pop3NoDele(Pop3):
    def on_DELE(self, _):
        self.error()


class Pop3NoQuitBefore(Pop3):
    """Does not know QUIT before login."""

    def on_QUIT(self, _):
        if self.user is None:
            return self.error()
        return super().on_QUIT("")


class CapitalsRetr(Pop3):
    """Knows the keywords that name a message in capitals only."""

    def command(self, line):
        verb = line.partition(b" ")[0]
        if verb != verb.upper() and verb.upper() in (b"RETR", b"DELE", b"TOP", b"UIDL"):
            return self.error()
        return super().command(line)


class CapitalsQuit(Pop3):
    def command(self, line):
        if line == b"quit":
            return self.error()
        return super().command(line)


class StatWithWords(Pop3):
    def on_STAT(self, _):
        shown = self.shown()
        self.ok(f"{len(shown)} messages ({sum(len(octets) for _, _, octets in shown)} octets)")


class AnyPassword(Pop3):
    def on_PASS(self, _):
        self.name = self.name if self.name in USERS else "alice"
        super().on_PASS(USERS[self.name])


class OpensAfterError(Pop3):
    """Says -ERR to a wrong secret and opens the maildrop all the same."""

    def on_PASS(self, secret):
        name = self.name
        super().on_PASS(secret)
        if self.user is None and name in USERS:
            self.user = name

    def unlock(self):
        if self.store.locks[self.user].locked():
            super().unlock()


class DeletesWithoutQuit(Pop3):
    def leave(self):
        if self.user is not None:
            self.store.remove(self.user, {self.messages[number - 1][0] for number in self.marked})
        super().leave()


class TopWhole(Pop3):
    def on_TOP(self, argument):
        self.on_RETR(argument)


class RetrWithoutFields(Pop3):
    """Leaves From and To out of what RETR gives."""

    def on_RETR(self, argument):
        self.message = lambda octets: Pop3.message(self, b"".join(
            line for line in octets.splitlines(keepends=True) if not line.startswith((b"From:", b"To:"))))
        super().on_RETR(argument)
        del self.message


class TopWithoutHeader(Pop3):
    """Gives the header only when no line of the body is asked for."""

    def on_TOP(self, argument):
        if not argument.endswith(" 0"):
            self.message = lambda octets: Pop3.message(self, b"\r\n" + octets.partition(b"\r\n\r\n")[2])
        super().on_TOP(argument)
        self.__dict__.pop("message", None)


class NoStuffing(Pop3):
    def message(self, octets):
        self.ok()
        self.send(octets + b".\r\n")


class NewIds(Pop3):
    """Other unique-ids in each session."""

    def on_PASS(self, secret):
        super().on_PASS(secret)
        session = next(self.store.count)
        self.messages = [(f"{session}-{uid}", octets) for uid, octets in self.messages]

    def on_QUIT(self, _):
        self.messages = [(uid.partition("-")[2], octets) for uid, octets in self.messages]
        super().on_QUIT("")


class RsetUnknown(Smtp):
    def on_RSET(self, _):
        self.reply(500)


class QuitCloses(Smtp):
    def on_QUIT(self, _):
        self.close()


class NoopHangsAfterData(Smtp):
    hangs = False

    def on_DATA(self, argument):
        super().on_DATA(argument)
        self.hangs = True

    def on_NOOP(self, _):
        if not self.hangs:
            self.reply(250)


class CloseInData(Smtp):
    def read_data(self):
        self.connection.recv(10)
        self.close()


class CloseAfterData(Smtp):
    def read_data(self):
        super().read_data()
        self.close()


class TwoGreetings(Smtp):
    def greet(self):
        super().greet()
        super().greet()


class EmptyLineBehind(Smtp):
    def on_NOOP(self, _):
        self.send(b"250 fine\r\n\r\n")


class CrCrLf(Smtp):
    def on_NOOP(self, _):
        self.send(b"250 fine\r\r\n")


class CloseAtUnknown(Smtp):
    def unknown(self, _):
        self.close()


class DataReplyEarly(Smtp):
    """The reply to the message comes before the message."""

    early = False

    def on_DATA(self, argument):
        self.early = bool(self.recipients)
        super().on_DATA(argument)
        self.early = False

    def reply(self, code, *texts):
        if self.early and code == 250:
            return
        super().reply(code, *texts)
        if self.early and code == 354:
            super().reply(250)


class FiveDigits(Smtp):
    """Answers VRFY with five digits."""

    def on_VRFY(self, _):
        self.send(b"25200 maybe\r\n")


class QuitStays(Smtp):
    def on_QUIT(self, _):
        self.reply(221)
        self.closing.wait(60)


class RetrWithoutDot(Pop3):
    def on_RETR(self, argument):
        row = self.named(argument)
        if row:
            self.ok()
            self.send((b"\r\n" + row[2]).replace(b"\r\n.", b"\r\n..")[2:])
            self.leave()
            self.close()


class Pop3QuitCloses(Pop3):
    def on_QUIT(self, _):
        self.ok = lambda: None
        super().on_QUIT("")


class Pop3QuitStays(Pop3):
    def on_QUIT(self, _):
        self.close = lambda: None
        super().on_QUIT("")
        self.closing.wait(60)


class StatInWords(Pop3):
    """Says in words that there is nothing."""

    def on_STAT(self, _):
        if not self.shown():
            return self.ok("maildrop is empty")
        return super().on_STAT("")


class StuffsTwice(Pop3):
    def message(self, octets):
        super().message((b"\r\n" + octets).replace(b"\r\n.", b"\r\n..")[2:])


class StatCountsDeleted(Pop3):
    def on_STAT(self, _):
        self.ok(f"{len(self.messages)} {sum(len(octets) for _, octets in self.messages)}")


class Unmarked(Pop3):
    """One command does not see what is marked as deleted."""

    def ignore_marks(self, method, argument):
        marked, self.marked = self.marked, set()
        method(argument)
        self.marked = marked


class TopOfDeleted(Unmarked):
    def on_TOP(self, argument):
        self.ignore_marks(super().on_TOP, argument)


class UidlOfDeleted(Unmarked):
    def on_UIDL(self, argument):
        self.ignore_marks(super().on_UIDL, argument) if argument else super().on_UIDL("")


class UidlListsDeleted(Unmarked):
    def on_UIDL(self, argument):
        super().on_UIDL(argument) if argument else self.ignore_marks(super().on_UIDL, "")


class RsetUnmarksForNow(Pop3):
    """Removes at QUIT what was marked before RSET."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.once = set()

    def on_RSET(self, _):
        self.once |= self.marked
        super().on_RSET("")

    def on_QUIT(self, _):
        self.marked |= self.once
        super().on_QUIT("")


class QuitDeletesAll(Pop3):
    """Empties the maildrop when any message is marked."""

    def on_QUIT(self, _):
        if self.marked:
            self.marked = set(range(1, len(self.messages) + 1))
        super().on_QUIT("")


class OneIdForTwo(Pop3):
    """Gives the third message the unique-id of the second."""

    def shown(self):
        return [(number, self.messages[1][0] if number == 3 else uid, octets) for number, uid, octets in super().shown()]


class DeleAtOnce(Pop3):
    """Renumbers at DELE."""

    def on_DELE(self, argument):
        row = self.named(argument)
        if row:
            self.store.remove(self.user, {row[1]})
            del self.messages[row[0] - 1]
            self.ok()


class RetrOkOnly(Pop3):
    def on_RETR(self, argument):
        if self.named(argument):
            self.ok()


class ErrSmall(Pop3):
    def error(self):
        self.send(b"-Err no\r\n")
