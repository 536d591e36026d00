#!/usr/bin/env python3
"""Mail clients that are odd in the case "odd" and honest in every other: odd_clients.py NAME HOST PORT CASE SENDER RCPT.

The tests start this file as the client, and import it for the names. In the case "then" it tells what the odd one left:
processes of the same mark (the environment variable ODD_CLIENT) and zombies of mailspec.
"""
import os
import resource
import signal
import socket
import struct
import sys
import time

MESSAGE = b"Subject: a test\r\n\r\nThe body.\r\n.\r\n"
MEBIBYTE = 1024 * 1024


class Session:
    """An SMTP session as RFC 5321 wants it, in steps."""

    def __init__(self, given):
        self.given = given
        self.socket = socket.create_connection((given.host, given.port))
        self.file = self.socket.makefile("rb")

    def reply(self):
        while True:
            line = self.file.readline()
            if not line or line[3:4] != b"-":
                return line

    def say(self, text):
        self.socket.sendall(text.encode() + b"\r\n")
        return self.reply()

    def hello(self):
        self.reply()
        self.say("EHLO client.example")
        return self

    def envelope(self):
        self.hello()
        self.say(f"MAIL FROM:<{self.given.sender}>")
        self.say(f"RCPT TO:<{self.given.rcpt}>")
        return self

    def message(self):
        self.envelope()
        self.say("DATA")
        self.socket.sendall(MESSAGE)
        self.reply()
        return self

    def quit(self):
        self.say("QUIT")
        self.file.close()
        self.socket.close()


def deliver(given):
    Session(given).message().quit()


def sleep():
    """For longer than any test."""
    while True:
        time.sleep(1000)


def die(number):
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.kill(os.getpid(), number)


def child(run, holding=False):
    """Run it in a child; unless it is holding the pipes, it has let go of them."""
    if os.fork() == 0:
        if not holding:
            null = os.open(os.devnull, os.O_RDWR)
            for fd in range(3):
                os.dup2(null, fd)
        run()
        os._exit(0)


def write_for_ever(fd):
    while True:
        os.write(fd, b"y\n" * 4096)


# ---- The odd ones: each is the odd case of its name ----

def exits_0(given):
    print("nothing to do")


def exits_3(given):
    sys.exit(3)


def says_why(given):
    print("\n  cannot find my configuration\nsecond line", file=sys.stderr)
    sys.exit(78)


def never_connects(given):
    sleep()


def never_connects_and_ignores_sigterm(given):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sleep()


def says_nothing(given):
    Session(given).reply()
    sleep()


def closes_at_once(given):
    Session(given).socket.close()


def leaves_after_greeting(given):
    session = Session(given)
    session.reply()
    session.file.close()
    session.socket.close()


def resets_after_envelope(given):
    session = Session(given).envelope()
    session.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    session.file.close()
    session.socket.close()


def connects_twice(given):
    deliver(given)
    Session(given).hello().quit()


def connects_30_times(given):
    deliver(given)
    for _ in range(29):
        Session(given).hello().quit()


def holds_30_connections(given):
    sessions = [Session(given) for _ in range(30)]
    for session in sessions[1:]:
        session.reply()
    sessions[0].message().quit()
    for session in sessions[1:]:
        session.quit()


def hangs_after_quit(given):
    deliver(given)
    sleep()


def hangs_after_quit_and_ignores_sigterm(given):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    hangs_after_quit(given)


def keeps_open_after_message(given):
    session = Session(given).message()
    sleep()
    session.quit()


def never_reads(given):
    connection = socket.create_connection((given.host, given.port))
    connection.sendall(b"EHLO client.example\r\nMAIL FROM:<%s>\r\nRCPT TO:<%s>\r\nDATA\r\n%sQUIT\r\n" % (
        given.sender.encode(), given.rcpt.encode(), MESSAGE))
    connection.shutdown(socket.SHUT_WR)
    while connection.recv(65536):
        pass


def floods_commands_and_never_reads(given):
    connection = socket.create_connection((given.host, given.port))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    while True:
        connection.sendall(b"HELP\r\n" * 10000)


def segfault_before(given):
    die(signal.SIGSEGV)


def kill_before(given):
    die(signal.SIGKILL)


def segfault_after_greeting(given):
    Session(given).reply()
    die(signal.SIGSEGV)


def segfault_in_session(given):
    Session(given).envelope()
    die(signal.SIGSEGV)


def kill_in_session(given):
    Session(given).hello()
    die(signal.SIGKILL)


def segfault_after(given):
    deliver(given)
    die(signal.SIGSEGV)


def kill_after(given):
    deliver(given)
    die(signal.SIGKILL)


def writes_a_lot_on_stderr(given):
    os.write(2, b"".join(b"line %d of many\n" % i for i in range(100000)))
    deliver(given)


def yes_on_stdout(given):
    write_for_ever(1)


def yes_on_stderr_after(given):
    deliver(given)
    write_for_ever(2)


def binary_output(given):
    os.write(1, bytes(range(256)) * 100)
    os.write(2, b"\x1b[31mred \xff\xfe\x00 \r\r\x07")
    deliver(given)


def closes_its_streams(given):
    for fd in range(3):
        os.close(fd)
    deliver(given)


def leaves_child(given):
    child(sleep)
    deliver(given)


def leaves_child_with_pipes(given):
    child(sleep, holding=True)
    deliver(given)


def leaves_daemon(given):
    def daemon():
        os.setsid()
        child(sleep)

    child(daemon)
    deliver(given)


def leaves_daemon_with_pipes_ignoring_sigterm(given):
    def daemon():
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        child(sleep, holding=True)

    child(daemon, holding=True)
    deliver(given)


def leaves_a_tree_and_hangs(given):
    for _ in range(5):
        child(lambda: (os.setsid(), child(sleep), sleep()))
    deliver(given)
    sleep()


def child_goes_on_talking(given):
    receiver, sender = os.pipe()

    def talk():
        session = Session(given).envelope()
        os.write(sender, b"!")
        while True:
            session.say("NOOP")

    child(talk)
    os.read(receiver, 1)


def child_talks_and_parent_waits(given):
    child(lambda: deliver(given))
    os.wait()


def noop_for_ever(given):
    session = Session(given).envelope()
    while True:
        session.say("NOOP")


def sends_garbage(given):
    session = Session(given).hello()
    session.socket.sendall(bytes(range(256)) * 40 + b"\r\n")
    session.reply()
    session.quit()


def sends_nuls(given):
    session = Session(given).hello()
    session.socket.sendall(b"\0" * 5000 + b"\r\nNO\0OP\r\n")
    session.reply()
    session.reply()
    session.quit()


def sends_a_line_without_end(given):
    session = Session(given).hello()
    for _ in range(20):
        session.socket.sendall(b"x" * MEBIBYTE)
    session.reply()
    sleep()


def sends_a_message_without_end(given):
    session = Session(given).envelope()
    session.say("DATA")
    while True:
        session.socket.sendall(b"a line of the message\r\n" * 4096)


def sends_lines_without_cr(given):
    session = Session(given)
    session.reply()
    for line in (b"EHLO client.example\n", b"MAIL FROM:<%s>\n" % given.sender.encode(),
                 b"RCPT TO:<%s>\n" % given.rcpt.encode(), b"DATA\n", MESSAGE.replace(b"\r", b""), b"QUIT\n"):
        session.socket.sendall(line)
        session.reply()


def sends_without_end_behind_quit(given):
    session = Session(given).message()
    session.say("QUIT")
    while True:
        session.socket.sendall(b"NOOP\r\n" * 1000)


def quits_talks_and_resets(given):
    connection = socket.create_connection((given.host, given.port))
    connection.sendall(b"EHLO client.example\r\nQUIT\r\nNOOP\r\nQUIT\r\nMAIL FROM:<a@b.example>\r\n")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def half_closes_and_waits(given):
    session = Session(given).envelope()
    session.socket.shutdown(socket.SHUT_WR)
    while session.file.readline():
        pass
    print("the server has closed, too", file=sys.stderr)


def fails_in_spite_of_success(given):
    deliver(given)
    sys.exit(75)


# ---- What is left of the odd one ----

def stat_of(pid):
    """(state, parent)"""
    with open(f"/proc/{pid}/stat", encoding="latin-1") as file:
        words = file.read().rpartition(")")[2].split()
    return words[0], int(words[1])


def processes():
    """pid: (state, parent, has the mark)"""
    found = {}
    mark = os.fsencode("ODD_CLIENT=" + os.environ.get("ODD_CLIENT", "")) + b"\0"
    for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
        try:
            state, parent = stat_of(pid)
            with open(f"/proc/{pid}/environ", "rb") as file:
                found[pid] = (state, parent, mark in file.read() + b"\0")
        except OSError:
            pass
    return found


def tell_what_is_left():
    found = processes()
    line = []  # from us up to mailspec
    pid = os.getpid()
    while pid in found and found[pid][2]:
        line.append(pid)
        pid = found[pid][1]
    marked = [pid for pid, (state, _, has_mark) in found.items() if has_mark and state != "Z" and pid not in line]
    zombies = [pid for pid, (state, parent, _) in found.items() if state == "Z" and parent == line[-1]]
    print(f"left behind: {marked}, zombies: {zombies}")


class Given:
    def __init__(self, host, port, case, sender, rcpt):
        self.host, self.port, self.case, self.sender, self.rcpt = host, int(port), case, sender, rcpt


def main(name, *words):
    given = Given(*words)
    if given.case == "odd":
        print(f"this is {name}", file=sys.stderr, flush=True)
        globals()[name](given)
    else:
        if given.case == "then":
            tell_what_is_left()
        deliver(given)


if __name__ == "__main__":
    main(*sys.argv[1:])
