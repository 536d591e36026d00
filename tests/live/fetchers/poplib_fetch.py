#!/usr/bin/env python3
"""Fetch and delete a maildrop as a short program with Python's poplib does.

usage: poplib_fetch.py HOST PORT USER SECRET MBOX [CA]     with CA inside TLS, by STLS

Exit status 0: all of it was fetched; 1: poplib raised its error (a refusal, or a response that it cannot read), or the
connection was lost.
"""
import poplib
import ssl
import sys


def fetch(server, user, secret, mbox):
    server.user(user)
    server.pass_(secret)
    count, _size = server.stat()
    numbers = [int(line.split()[0]) for line in server.list()[1]]
    if len(numbers) != count:
        raise poplib.error_proto("STAT and LIST differ")
    for number in numbers:
        lines = server.retr(number)[1]
        mbox.write(b"".join(line + b"\n" for line in lines) + b"\n")
        server.dele(number)
    mbox.flush()


def main():
    host, port, user, secret, path = sys.argv[1:6]
    server = None
    try:
        server = poplib.POP3(host, int(port), timeout=20)
        for ca in sys.argv[6:]:
            server.stls(context=ssl.create_default_context(cafile=ca))
        with open(path, "ab") as mbox:
            fetch(server, user, secret, mbox)
        server.quit()
    except (poplib.error_proto, OSError, EOFError) as error:
        print(f"poplib_fetch: {error!r}", file=sys.stderr)
        if server is not None:
            try:
                server.quit()
            except (poplib.error_proto, OSError, EOFError):
                server.close()
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
