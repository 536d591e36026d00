"""mailspec serve beside smtp-sink: idle connections, many that send at once, a message of 100 MB."""
import contextlib
import socket
import statistics
import tempfile

import peers
import table

IDLE = 10000
BUSY = 1000
ADDRESS = "bench@example.org"
KIB, MIB = 1024, 1024 * 1024
LARGE_OCTETS = 100 * MIB

# smtp-sink throws all mail away, which is keep=none.
NONE = ("--set", "keep=none")
ROOM = ("--set", "max-message=200M", "--set", "max-maildrop=8G", "--set", "max-store=8G")


def serve_options(*more):
    return ("--domain", "example.org", "--user", f"bench:secret:{ADDRESS}", *ROOM, *more)


# ---- idle ----

def idle_connections_kib(port, process):
    """What each of many connections costs that have had their greeting and say nothing."""
    def open_one():
        connection = socket.create_connection(("127.0.0.1", port), timeout=peers.WAIT_S)
        if not connection.recv(512).startswith(b"220"):
            raise RuntimeError("no greeting")
        return connection

    with contextlib.ExitStack() as stack:
        stack.enter_context(open_one())  # what the first one costs is no cost of each
        before = peers.memory_kib(process, "VmRSS")
        for _ in range(IDLE - 1):
            stack.enter_context(open_one())
        return (peers.memory_kib(process, "VmRSS") - before) / (IDLE - 1), peers.memory_kib(process, "VmHWM")


def measure_idle(args, shown):
    ours, theirs = [], []
    for _ in range(args.rounds):
        with peers.smtp_sink(IDLE + 100) as (port, process):
            theirs.append(idle_connections_kib(port, process))
        with peers.mailspec_serve(args.mailspec) as (port, process):
            ours.append(idle_connections_kib(port, process))
    median = lambda those: table.Figure(statistics.median(each for each, _ in those), max(peak for _, peak in those))
    shown.add(f"memory of an idle connection, {IDLE} open", "KiB", median(ours), median(theirs), "smtp-sink",
              (table.LESS, 8, "value"))


# ---- busy ----

def send(port, count, octets, parallel):
    return peers.run_quietly(["smtp-source", "-s", str(parallel), "-m", str(count), "-l", str(octets),
                              "-f", ADDRESS, "-t", ADDRESS, f"127.0.0.1:{port}"])[0]


class Runs:
    """Of one server: messages per second, and its processor time for a thousand of them."""

    def __init__(self):
        self.rates, self.milliseconds = [], []

    def add(self, port, process, count, octets, parallel):
        before = peers.processor_s(process)
        self.rates.append(count / send(port, count, octets, parallel))
        self.milliseconds.append((peers.processor_s(process) - before) * 1000 * 1000 / count)
        self.peak_kib = peers.memory_kib(process, "VmHWM")

    def figures(self):
        return (table.Figure(statistics.median(those), self.peak_kib) for those in (self.rates, self.milliseconds))


def busy(args, shown, what, count, octets, parallel, options, goal):
    ours, theirs = Runs(), Runs()
    with peers.smtp_sink(parallel + 100) as (sink_port, sink), \
            peers.mailspec_serve(args.mailspec, *serve_options(*options)) as (port, process):
        for _ in range(args.rounds):
            theirs.add(sink_port, sink, count, octets, parallel)
            ours.add(port, process, count, octets, parallel)
    (rate, cpu), (sink_rate, sink_cpu) = ours.figures(), theirs.figures()
    what = f"{what}, {parallel} at once"
    shown.add(f"messages of {what}", "/s", rate, sink_rate, "smtp-sink", goal and (table.MORE, goal, "ratio"))
    shown.add("  its processor time, of 1000", "ms", cpu, sink_cpu, "smtp-sink")


def measure_busy(args, shown):
    """In memory not more than 256 MiB are taken in at once: fewer of 1 MiB."""
    busy(args, shown, "1 KiB, keep=none", 20 * BUSY, KIB, BUSY, NONE, 1)
    busy(args, shown, "1 KiB, in memory", 20 * BUSY, KIB, BUSY, (), None)
    busy(args, shown, "1 MiB, keep=none", BUSY, MIB, BUSY, NONE, 5)
    busy(args, shown, "1 MiB, in memory", BUSY // 5, MIB, BUSY // 10, (), None)


# ---- large ----

def large(start):
    """One message to a server that has done nothing before."""
    with start() as (port, process):
        return send(port, 1, LARGE_OCTETS, 1), peers.memory_kib(process, "VmHWM")


def measure_large(args, shown):
    with tempfile.TemporaryDirectory(prefix="mailspec bench ") as folder:
        stores = {"keep=none": NONE, "in memory": (), "--store": ("--store", folder)}
        runs = {name: [] for name in ["smtp-sink", *stores]}
        for _ in range(args.rounds):
            runs["smtp-sink"].append(large(peers.smtp_sink))
            for name, options in stores.items():
                runs[name].append(large(lambda more=options: peers.mailspec_serve(args.mailspec, *serve_options(*more))))
    figures = {name: table.Figure(statistics.median(seconds for seconds, _ in those) * 1000, max(peak for _, peak in those))
               for name, those in runs.items()}
    for name in stores:
        shown.add(f"message of {LARGE_OCTETS // MIB} MiB, {name}", "ms", figures[name], figures["smtp-sink"], "smtp-sink")
