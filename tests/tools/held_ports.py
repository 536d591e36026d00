#!/usr/bin/env python3
"""held_ports.py COUNT COMMAND...: run COMMAND with TCP ports of 127.0.0.1 that only its own servers will get.

Their numbers stand in HELD_PORTS, separated by blanks. A port that was free a moment ago may be anybody's when a
server at last binds to it: other tests run at the same time. Here each port stays bound, by a socket that never
listens, for as long as COMMAND and what it started live. The kernel gives a bound port to nobody who asks for "any",
neither to listen nor to connect from; a server that names it and sets SO_REUSEADDR, as servers do, gets it.
"""
import os
import socket
import sys


def hold():
    """A socket bound to a port of its own, which it holds until it is closed."""
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind(("127.0.0.1", 0))
    return holder


def main():
    if len(sys.argv) < 3 or not sys.argv[1].isdigit():
        sys.exit(f"usage: {sys.argv[0]} COUNT COMMAND...")
    holders = [hold() for _ in range(int(sys.argv[1]))]
    for holder in holders:
        holder.set_inheritable(True)
    os.environ["HELD_PORTS"] = " ".join(str(holder.getsockname()[1]) for holder in holders)
    os.execvp(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
