#!/usr/bin/env python3
"""A small SMTP server in a process of its own that goes away, or hangs. Standard library only.

usage: mortal_server.py PORT|PATH [OPTION...]

  die=VERB         the process ends when that command comes
  die-behind=VERB  ... when somebody who has said it has left
  hang=VERB        nobody is served any more when that command comes
  crowd=N          the process ends when N clients are there, the two of the first look not counted
  restart=N        behind N sessions everybody is told 421, and the process ends
  room=1           nobody listens while a client is there
  supervised=S     whenever the process has ended, another one begins, behind so many seconds
  tell=FILE        a line is added to it for each end of a process

One thread: who has left is seen before whoever comes.
"""
import os
import select
import signal
import socket
import sys
import time

REPLIES = {b"EHLO": b"250-mortal\r\n250-SIZE 1000000\r\n250 AUTH PLAIN\r\n", b"HELO": b"250 mortal\r\n", b"NOOP": b"250 ok\r\n", b"RSET": b"250 ok\r\n",
           b"AUTH": b"235 in\r\n", b"QUIT": b"221 bye\r\n"}
FIRST_LOOK = 2  # connections of the program before its first case


class Server:
    def __init__(self, where, options):
        self.where, self.options = where, options
        self.clients, self.said, self.count = {}, {}, 0
        self.listen()

    def listen(self):
        if self.where.isdigit():
            self.socket = socket.create_server(("127.0.0.1", int(self.where)), backlog=100)
        else:
            if os.path.exists(self.where):
                os.unlink(self.where)
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.bind(self.where)
            self.socket.listen(100)

    def option(self, name):
        return self.options.get(name, "").encode()

    def end(self):
        if "tell" in self.options:
            with open(self.options["tell"], "a", encoding="utf-8") as file:
                file.write("ended\n")
        os._exit(1)

    def leave(self, client):
        said = self.said.pop(client, set())
        del self.clients[client]
        client.close()
        if self.option("die-behind") in said:
            self.end()
        if "restart" in self.options and self.count - FIRST_LOOK >= int(self.options["restart"]):
            for other in self.clients:
                other.sendall(b"421 restarting\r\n")
            self.end()
        if self.socket is None:
            self.listen()

    def command(self, client, line):
        verb = line.split(b" ")[0].upper()
        self.said[client].add(verb)
        if verb and verb == self.option("die"):
            self.end()
        while verb and verb == self.option("hang"):
            signal.pause()
        client.sendall(REPLIES.get(verb, b"500 no\r\n"))
        if verb == b"QUIT":
            self.leave(client)

    def read(self, client):
        try:
            octets = client.recv(65536)
        except OSError:
            octets = b""
        if not octets:
            return self.leave(client)
        self.clients[client] += octets
        while client in self.clients and b"\r\n" in self.clients[client]:
            line, self.clients[client] = self.clients[client].split(b"\r\n", 1)
            self.command(client, line)

    def accept(self):
        client, _ = self.socket.accept()
        self.count += 1
        self.clients[client], self.said[client] = b"", set()
        if "crowd" in self.options and self.count > FIRST_LOOK and len(self.clients) >= int(self.options["crowd"]):
            self.end()
        client.sendall(b"220 mortal\r\n")
        if "room" in self.options:
            self.socket.close()
            self.socket = None

    def serve(self):
        while True:
            ready, _, _ = select.select([*self.clients, *([self.socket] if self.socket else [])], [], [])
            for client in [one for one in ready if one is not self.socket]:
                if client in self.clients:
                    self.read(client)
            if self.socket is not None and self.socket in ready:
                self.accept()


def supervise(where, options):
    """Until it is stopped itself, and then its server is."""
    children = []

    def stop(*_):
        for child in children:
            os.kill(child, signal.SIGKILL)
        os._exit(0)

    signal.signal(signal.SIGTERM, stop)
    while True:
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
            serve(where, options)
        children[:] = [child]
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
        os.waitpid(child, 0)
        time.sleep(float(options["supervised"]))


def serve(where, options):
    server = Server(where, options)
    print("listening", flush=True)
    server.serve()


def main():
    options = dict(word.partition("=")[::2] for word in sys.argv[2:])
    (supervise if "supervised" in options else serve)(sys.argv[1], options)


if __name__ == "__main__":
    main()
