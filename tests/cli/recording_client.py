#!/usr/bin/env python3
"""An honest mail client that writes down how it was called: recording_client.py smtp|lmtp|pop3 NAME=VALUE ...

NAMEs: host, port, case; sender, rcpt, message-file or "-" for standard input; user, secret; record, a folder for CASE.json;
status, to exit with; say, a command that it sends, too. A POP3 client prints the messages, or appends them to the file `mbox`.
"""
import json
import os
import socket
import sys


class Session:
    def __init__(self, given):
        self.socket = socket.create_connection((given["host"], int(given["port"])))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def line(self):
        return self.file.readline()

    def reply(self):
        """The last line of an SMTP reply."""
        while True:
            line = self.line()
            if line[3:4] != b"-":
                return line

    def send(self, text):
        self.socket.sendall(text.encode() + b"\r\n")

    def say(self, text):
        self.send(text)
        return self.reply()

    def close(self):
        self.file.close()
        self.socket.close()

    def lines(self):
        """Of a multi-line response, unstuffed."""
        while True:
            line = self.line()
            if line in (b".\r\n", b""):
                return
            yield line[1:] if line.startswith(b".") else line


def message_of(given):
    name = given.get("message-file")
    if name is None:
        return b"Subject: none\n\nNo message was given.\n"
    if name == "-":
        return given["stdin"].encode("latin-1")
    with open(name, "rb") as file:
        return file.read()


def submit(session, given, hello):
    replies = [session.reply(), session.say(f"{hello} {given.get('client', 'client.example')}")]
    if "say" in given:
        session.say(given["say"])
    replies.append(session.say(f"MAIL FROM:<{given.get('sender', 'me@client.example')}>"))
    for rcpt in given.get("rcpt", "you@example.test").split(","):
        replies.append(session.say(f"RCPT TO:<{rcpt}>"))
    if replies[-1].startswith(b"2"):
        replies.append(session.say("DATA"))
    if replies[-1].startswith(b"3"):
        session.socket.sendall(b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n"
                                        for line in message_of(given).splitlines()))
        replies.append(session.say("."))
    session.say("QUIT")
    session.close()
    return next((reply for reply in replies if reply[:1] in b"45"), b"")


def fetch(session, given):
    session.line()
    for command in (f"USER {given['user']}", f"PASS {given['secret']}", "STAT"):
        session.send(command)
        response = session.line()
        if not response.startswith(b"+OK"):
            session.send("QUIT")
            session.line()
            session.close()
            return response
    for number in range(1, 1 + int(response.split()[1])):
        session.send(f"RETR {number}")
        session.line()
        text = b"".join(session.lines())
        if "mbox" in given:
            with open(given["mbox"], "ab") as file:
                file.write(b"From you\n" + text.replace(b"\r\n", b"\n") + b"\n")
        else:
            os.write(1, text)
    session.send("QUIT")
    session.line()
    session.close()
    return b""


def main(protocol, *words):
    given = dict(word.split("=", 1) for word in words)
    given["stdin"] = sys.stdin.buffer.read().decode("latin-1")
    if "record" in given:
        note = {"given": given, "words": words, "cwd": os.getcwd(), "environment": dict(os.environ)}
        if given.get("message-file", "-") != "-":
            note["message"] = message_of(given).decode("latin-1")
        with open(os.path.join(given["record"], given["case"].replace("/", "_") + ".json"), "w", encoding="utf-8") as file:
            json.dump(note, file)
    session = Session(given)
    refused = fetch(session, given) if protocol == "pop3" else submit(session, given, "LHLO" if protocol == "lmtp" else "EHLO")
    if refused:
        print(refused.decode("latin-1").strip(), file=sys.stderr)
    sys.exit(int(given.get("status", 1 if refused else 0)))


if __name__ == "__main__":
    main(*sys.argv[1:])
