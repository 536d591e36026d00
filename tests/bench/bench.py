#!/usr/bin/env python3
"""Measure mailspec beside its peers, each as a ratio within the same run.

usage: bench.py --mailspec PATH [--rounds N] [sessions] [start] [memory]
"""
import argparse
import contextlib
import pathlib
import resource
import socket
import statistics
import sys
import tempfile

import peers

HERE = pathlib.Path(__file__).resolve().parent
SESSION = HERE / "session.scn"
PARALLEL = 20
SESSIONS = 10000
IDLE = 1000
STARTS = 10


class Table:
    """Rows of what, mailspec's figure, the peer's figure, the ratio."""

    def __init__(self):
        self.rows = []

    def add(self, what, unit, mailspec, peer, peer_name):
        self.rows.append((what, f"{mailspec:.1f} {unit}", f"{peer:.1f} {unit}", peer_name,
                          f"{mailspec / peer:.2f}"))

    def show(self):
        head = ("what", "mailspec", "peer", "which peer", "mailspec / peer")
        rows = [head, *self.rows]
        widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
        for row in rows:
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def mailspec_run(args, port, *more):
    return [args.mailspec, "run", "--no-config", "--server", f"smtp://127.0.0.1:{port}",
            "--user", "bench:secret:bench@example.org", "--quiet", *more, str(SESSION)]


def check_all_passed(output, count):
    if f": {count} PASS;" not in output:
        raise RuntimeError(f"not all of the {count} sessions passed:\n{output[-2000:]}")


def measure_sessions(args, table):
    """Sessions per second, 20 at a time, each HELO, MAIL, RCPT, DATA, QUIT on a connection of its own."""
    ours, theirs = [], []
    with peers.smtp_sink() as (port, _):
        source = ["smtp-source", "-s", str(PARALLEL), "-m", str(SESSIONS), "-l", "500",
                  "-f", "bench@example.org", "-t", "bench@example.org", f"127.0.0.1:{port}"]
        for _ in range(args.rounds):
            theirs.append(SESSIONS / peers.run_quietly(source)[0])
            seconds, output = peers.run_quietly(
                mailspec_run(args, port, "-j", str(PARALLEL), "--repeat", str(SESSIONS)))
            check_all_passed(output, SESSIONS)
            ours.append(SESSIONS / seconds)
    table.add(f"sessions per second, {PARALLEL} at a time", "/s", statistics.median(ours),
              statistics.median(theirs), "smtp-source")


def one_session_commands(port, message):
    dialogue = ("HELO bench\r\nMAIL FROM:<bench@example.org>\r\nRCPT TO:<bench@example.org>\r\n"
                f"DATA\r\n{message}.\r\nQUIT\r\n")
    letter = tempfile.NamedTemporaryFile("w", suffix=".eml")
    letter.write(message)
    letter.flush()
    address = "bench@example.org"
    return letter, {
        "nc": (["nc", "-N", "127.0.0.1", str(port)], dialogue),
        "curl": (["curl", "-s", "--url", f"smtp://127.0.0.1:{port}", "--mail-from", address,
                  "--mail-rcpt", address, "-T", letter.name], None),
        "swaks": (["swaks", "--server", "127.0.0.1", "--port", str(port), "--from", address,
                   "--to", address, "--data", f"@{letter.name}"], None),
    }


def measure_start(args, table):
    """One session from the start of the process to its end, all against one smtp-sink."""
    message = "From: <bench@example.org>\r\n\r\n" + ("X" * 70 + "\r\n") * 4
    with peers.smtp_sink() as (port, _):
        letter, commands = one_session_commands(port, message)
        with contextlib.closing(letter):
            times = {name: [] for name in ["mailspec", *commands]}
            for _ in range(args.rounds * STARTS):
                seconds, output = peers.run_quietly(mailspec_run(args, port))
                check_all_passed(output, 1)
                times["mailspec"].append(seconds * 1000)
                for name, (command, text) in commands.items():
                    times[name].append(peers.run_quietly(command, text)[0] * 1000)
    ours = statistics.median(times.pop("mailspec"))
    for name, values in times.items():
        table.add("one session, start to end", "ms", ours, statistics.median(values), name)


def rss_kib(process):
    for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise RuntimeError("the server is gone")


def idle_connections_kib(port, process):
    """What each of many connections costs that have had their greeting and say nothing."""
    def open_one():
        connection = socket.create_connection(("127.0.0.1", port), timeout=peers.WAIT_S)
        if not connection.recv(512).startswith(b"220"):
            raise RuntimeError("no greeting")
        return connection

    with contextlib.ExitStack() as stack:
        stack.enter_context(open_one())  # what the first one costs is no cost of each
        before = rss_kib(process)
        for _ in range(IDLE):
            stack.enter_context(open_one())
        return (rss_kib(process) - before) / IDLE


def measure_memory(args, table):
    ours, theirs = [], []
    for _ in range(args.rounds):
        with peers.smtp_sink() as (port, process):
            theirs.append(idle_connections_kib(port, process))
        with peers.mailspec_serve(args.mailspec) as (port, process):
            ours.append(idle_connections_kib(port, process))
    table.add(f"memory per idle connection, {IDLE} open", "KiB", statistics.median(ours),
              statistics.median(theirs), "smtp-sink")


MEASURES = {"sessions": measure_sessions, "start": measure_start, "memory": measure_memory}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mailspec", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("what", nargs="*", metavar="sessions, start, memory")
    args = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < 4 * IDLE:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(4 * IDLE, hard), hard))
    table = Table()
    for name in args.what or MEASURES:
        if name not in MEASURES:
            parser.error(f"{name}: expected one of {', '.join(MEASURES)}")
        try:
            MEASURES[name](args, table)
        except RuntimeError as error:
            print(f"{name}: {error}", file=sys.stderr)
            return 1
    table.show()
    return 0


if __name__ == "__main__":
    sys.exit(main())
