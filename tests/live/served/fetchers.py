#!/usr/bin/env python3
"""Real fetchers of mail against `mailspec serve`: every octet arrives, what is deleted is gone, what is kept stays.

usage: fetchers.py FOLDER curl|mpop|fetchmail|getmail|poplib|s-nail

FOLDER is a scratch folder.
"""
import pathlib
import poplib
import re
import sys

import letters
import serve

MANY = 1000


class Client:
    """fetch() takes the messages of a user into files of its own folder: a list of what arrived, in the order of the maildrop."""

    name = "?"
    many = MANY
    says_utf8 = False

    def __init__(self, folder, port):
        self.folder, self.port = pathlib.Path(folder), port

    def fetch(self, user, keep):
        into = self.folder / f"{user}-{keep}"
        into.mkdir()
        self.run(user, keep, into)
        return self.arrived(into)

    def run(self, user, keep, into):
        raise NotImplementedError

    def arrived(self, into):
        """By name, which is a number."""
        return [path.read_bytes() for path in sorted(into.iterdir(), key=lambda path: int(path.name))]

    def call(self, command, octets=b"", accept=(0,)):
        status, text = serve.run(command, octets, self.folder, self.folder)
        if status not in accept:
            raise serve.Trouble(f"{' '.join(command)}: status {status}\n{text[-2000:]}")
        return text

    def expected(self, octets):
        """What a file must hold, given the octets of the maildrop."""
        return letters.with_lf(octets)


class Piped:
    """For clients that give each message to the standard input of a command: it writes an end behind each."""

    END = b"\n-- end of message --\n"
    before_exit = ""

    def command(self, into):
        (self.folder / "end").write_bytes(self.END)
        take = self.folder / "take"
        take.write_text(f"#!/bin/sh\ncat - '{self.folder}/end' >>'{into}/all'\n{self.before_exit}")
        take.chmod(0o700)
        return take

    def arrived(self, into):
        return (into / "all").read_bytes().split(self.END)[:-1]


class Curl(Client):
    """It fetches a message, or sends one command: LIST tells how many there are."""

    name = "curl"

    def url(self, path=""):
        return f"pop3://127.0.0.1:{self.port}/{path}"

    def run(self, user, keep, into):
        login = ["curl", "-q", "-sS", "-u", f"{user}:{serve.SECRET}"]
        count = len(self.call([*login, self.url()]).splitlines())
        self.call([*login, self.url(f"[1-{count}]"), "-o", str(into / "#1")])
        if not keep:
            self.call([*login, "-I", "-X", "DELE", self.url(f"[1-{count}]")])

    def expected(self, octets):
        return octets


class Mpop(Client):
    name = "mpop"

    def run(self, user, keep, into):
        self.call(["mpop", "-C", "/dev/null", "--host=127.0.0.1", f"--port={self.port}", f"--user={user}", "--passwordeval=cat",
                   "--auth=user", "--tls=off", f"--keep={'on' if keep else 'off'}", f"--uidls-file={into}/uidls",
                   "--received-header=off", f"--delivery=mbox,{into}/mbox"], serve.SECRET.encode())

    def arrived(self, into):
        return from_mbox((into / "mbox").read_bytes())


def from_mbox(octets):
    """The messages of an mbox: a From_ line before each, an empty line behind it, and > before From at a line start."""
    parts = re.split(rb"(?m)^From [^\n]*\n", octets)
    if parts[0] != b"" or not all(part.endswith(b"\n") for part in parts[1:]):
        raise serve.Trouble(f"not an mbox: {octets[:200]!r}")
    return [re.sub(rb"(?m)^>(>*From )", rb"\1", part[:-1]) for part in parts[1:]]


class Fetchmail(Piped, Client):
    """"invisible": no Received: field of its own."""

    name = "fetchmail"

    def run(self, user, keep, into):
        settings = self.folder / "fetchmailrc"
        rest = "keep" if keep else "fetchall fetchsizelimit 0"
        settings.write_text(f"set invisible\npoll 127.0.0.1 protocol pop3 port {self.port} timeout 20 {'uidl' if keep else ''}\n"
                            f"  username {user} password {serve.SECRET} sslproto '' no rewrite {rest} mda \"{self.command(into)}\"\n")
        settings.chmod(0o600)
        self.call(["fetchmail", "-f", str(settings), "--nodetach", "--nosyslog", "--pidfile", str(self.folder / "pid"),
                   "--idfile", str(into / "ids")])


class Getmail(Piped, Client):
    """
    As root it delivers to nothing but a command, and only when it is told so. It starts two processes for each message. The end of a
    command that comes before it waits for it is lost to it, and it waits for a minute (getmail6's issue 226): the command stays until it
    sleeps, in a futex where the kernel tells in what.
    """

    name = "getmail"
    many = 200
    before_exit = ('while read -r _ _ state _ <"/proc/$PPID/stat"; do\n'
                   '    [ "$state" != S ] || ! grep -qE "futex|^0" "/proc/$PPID/wchan" || break\n'
                   'done\n')

    def run(self, user, keep, into):
        settings = self.folder / "getmailrc"
        settings.write_text(f"[retriever]\ntype = SimplePOP3Retriever\nserver = 127.0.0.1\nport = {self.port}\n"
                            f"username = {user}\npassword = {serve.SECRET}\n"
                            f"[destination]\ntype = MDA_external\npath = {self.command(into)}\nallow_root_commands = true\n"
                            f"[options]\nread_all = true\ndelete = {'false' if keep else 'true'}\ndelivered_to = false\nreceived = false\n")
        self.call(["getmail", f"--getmaildir={self.folder}", f"--rcfile={settings}"])


class Poplib(Client):
    """UTF8 first (RFC 6856). It takes no line of more than 2048 octets unless it is told to."""

    name = "poplib"
    says_utf8 = True

    def run(self, user, keep, into):
        poplib._MAXLINE = 10000
        server = poplib.POP3("127.0.0.1", self.port, timeout=serve.WAIT_S)
        try:
            if "UTF8" not in server.capa():
                raise serve.Trouble("CAPA tells no UTF8")
            server.utf8()
            server.user(user)
            server.pass_(serve.SECRET)
            for number in range(1, server.stat()[0] + 1):
                (into / str(number)).write_bytes(b"".join(line + b"\n" for line in server.retr(number)[1]))
                if not keep:
                    server.dele(number)
            server.quit()
        except poplib.error_proto as error:
            raise serve.Trouble(repr(error)) from error


class Snail(Client):
    """Where a message ends in an empty line, it takes that for the one that stands behind each message in an mbox."""

    name = "s-nail"

    def expected(self, octets):
        text = letters.with_lf(octets)
        return text[:-1] if text.endswith(b"\n\n") else text

    def run(self, user, keep, into):
        end = "" if keep else "delete *\n"
        self.call(["s-nail", "-:/", "-S", "v15-compat", "-S", "pop3-auth=plain", "-#", "-f",
                   f"pop3://{user}:{serve.SECRET}@127.0.0.1:{self.port}"], f"copy * {into}/mbox\n{end}quit\n".encode())

    def arrived(self, into):
        return from_mbox((into / "mbox").read_bytes())


CLIENTS = {"curl": Curl, "mpop": Mpop, "fetchmail": Fetchmail, "getmail": Getmail, "poplib": Poplib, "s-nail": Snail}


class Check(serve.Attempts):
    def run(self):
        kinds = [letters.letter(name) for name in letters.BODIES]
        if self.client.says_utf8:
            kinds.append(letters.letter("eight-bit", "Größe"))
        many = [letters.letter("small", f"number{i}") for i in range(self.client.many)]
        self.attempt("every kind", self.fetched, "kinds", kinds)
        self.attempt(f"{self.client.many} messages", self.fetched, "many", many)

    def fetched(self, user, messages):
        """Once kept, then deleted."""
        self.server.put(user, messages)
        maildrop = self.server.contents(user)
        serve.same("the maildrop", b"".join(serve.Letter(octets).octets for octets in maildrop), b"".join(messages))
        self.compare(self.client.fetch(user, True), maildrop)
        if self.server.count(user) != len(messages):
            raise serve.Trouble("what was to be kept is gone")
        self.compare(self.client.fetch(user, False), maildrop)
        if self.server.count(user) != 0:
            raise serve.Trouble(f"{self.server.count(user)} messages were not deleted")

    def compare(self, arrived, maildrop):
        if len(arrived) != len(maildrop):
            raise serve.Trouble(f"{len(arrived)} messages arrived instead of {len(maildrop)}")
        for number, (got, octets) in enumerate(zip(arrived, maildrop), 1):
            serve.same(f"message {number}", got, self.client.expected(octets))


def main():
    folder, name = sys.argv[1:]
    with serve.Server(["smtp://127.0.0.1:0", "pop3://127.0.0.1:0"], ["kinds", "many"]) as server:
        client = CLIENTS[name](folder, server.port["pop3"])
        check = Check(client, server)
        check.run()
    print(f"live: {client.name}: {check.troubles or 'no'} trouble")
    return 1 if check.troubles else 0


if __name__ == "__main__":
    sys.exit(main())
