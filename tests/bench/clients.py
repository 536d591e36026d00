"""mailspec as a client: sessions per second, and one from start to end."""
import contextlib
import pathlib
import statistics
import tempfile

import peers
import table

HERE = pathlib.Path(__file__).resolve().parent
SESSION = HERE / "session.scn"
PARALLEL = 20
SESSIONS = 10000
STARTS = 10


def mailspec_run(args, port, *more):
    return [args.mailspec, "run", "--no-config", "--server", f"smtp://127.0.0.1:{port}",
            "--user", "bench:secret:bench@example.org", "--quiet", *more, str(SESSION)]


def check_all_passed(output, count):
    if f": {count} PASS;" not in output:
        raise RuntimeError(f"not all of the {count} sessions passed:\n{output[-2000:]}")


def measure_sessions(args, shown):
    """Sessions per second, 20 at a time, each HELO, MAIL, RCPT, DATA, QUIT on a connection of its own."""
    ours, theirs = [], []
    with peers.smtp_sink() as (port, _):
        source = ["smtp-source", "-s", str(PARALLEL), "-m", str(SESSIONS), "-l", "500",
                  "-f", "bench@example.org", "-t", "bench@example.org", f"127.0.0.1:{port}"]
        run = mailspec_run(args, port, "-j", str(PARALLEL), "--repeat", str(SESSIONS))
        for _ in range(args.rounds):
            theirs.append(SESSIONS / peers.run_quietly(source)[0])
            seconds, output = peers.run_quietly(run)
            check_all_passed(output, SESSIONS)
            ours.append(SESSIONS / seconds)
        peaks = peers.peak_kib(run), peers.peak_kib(source)
    shown.add(f"sessions, {PARALLEL} at once", "/s", table.Figure(statistics.median(ours), peaks[0]),
              table.Figure(statistics.median(theirs), peaks[1]), "smtp-source")


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


def measure_start(args, shown):
    """One session from the start of the process to its end, all against one smtp-sink."""
    message = "From: <bench@example.org>\r\n\r\n" + ("X" * 70 + "\r\n") * 4
    with peers.smtp_sink() as (port, _):
        letter, commands = one_session_commands(port, message)
        with contextlib.closing(letter):
            commands["mailspec"] = (mailspec_run(args, port), None)
            times = {name: [] for name in commands}
            for _ in range(args.rounds * STARTS):
                for name, (command, text) in commands.items():
                    seconds, output = peers.run_quietly(command, text)
                    times[name].append(seconds * 1000)
                    if name == "mailspec":
                        check_all_passed(output, 1)
            figures = {name: table.Figure(statistics.median(times[name]), peers.peak_kib(*commands[name])) for name in commands}
    ours = figures.pop("mailspec")
    for name, theirs in figures.items():
        shown.add("one session, start to end", "ms", ours, theirs, name)
