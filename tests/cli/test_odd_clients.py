#!/usr/bin/env python3
"""Clients that are odd: each is named as what it is, nothing of it is left, and the run goes on with the next case."""
import collections
import concurrent.futures
import json
import os
import shutil
import tempfile
import time

import odd_clients
from harness import Case, main, run

SCENARIO = """\
Title: A message is accepted
Rule: smtp/client-crlf
Start: ehlo
{timeout}
C: MAIL FROM:<{{{{sender}}}}>
S: 250
C: RCPT TO:<{{{{rcpt}}}}>
S: 250
C: DATA
S: 354
C: .
S: 250
"""
SILENT = "Timeout: 2s\n"  # of the odd case alone: the others may take their time
BOUND = 45  # seconds for a run of three sessions; two is what they take
MEMORY = 200 * 1024  # KiB
SANITIZER = "quarantine_size_mb=16"  # of what was freed, else 256
PYTHON = f"python3 -S '{odd_clients.__file__}'"
WORDS = "{{host}} {{port}} {{case}} {{sender}} {{rcpt}}"

# The client's name in odd_clients.py, the odd case's verdict, words of its reason; timeout: a silence is waited for.
Row = collections.namedtuple("Row", "name verdict words timeout scale", defaults=("", 1))
STAYED_AWAY = "the client never connected"
NO_COMMAND = "the client's command cannot be run"
HANGS = "behind the last line of the dialogue the client neither spoke nor ended in 2 s: it was stopped"
ROWS = (
    Row("exits_0", "ERROR", (STAYED_AWAY, "it ended with status 0")),
    Row("exits_3", "ERROR", (STAYED_AWAY, "it ended with status 3")),
    Row("says_why", "ERROR", (STAYED_AWAY, "it ended with status 78; it says: ")),
    Row("never_connects", "ERROR", ("the client did not connect in 2 s, and was stopped",), SILENT),
    Row("never_connects_and_ignores_sigterm", "ERROR", ("the client did not connect in 2 s, and was stopped",), SILENT),
    Row("says_nothing", "INCONCLUSIVE", ("before line one: the client never sent MAIL: it said nothing for 2 s",), SILENT),
    Row("closes_at_once", "INCONCLUSIVE", ("before line one: the client never sent MAIL: it ",)),
    Row("leaves_after_greeting", "INCONCLUSIVE", ("before line one: the client never sent MAIL: it closed the connection",)),
    Row("resets_after_envelope", "FAIL", ("the client never sent DATA: it reset the connection; it ended with status 0",)),
    Row("connects_twice", "INFO", ("the client connected 2 times; the dialogue has 1 connection",)),
    Row("connects_30_times", "INFO", ("the client connected 30 times; the dialogue has 1 connection",)),
    Row("holds_30_connections", "INFO", ("the client connected 30 times; the dialogue has 1 connection",)),
    Row("hangs_after_quit", "FAIL", (HANGS,), SILENT),
    Row("hangs_after_quit_and_ignores_sigterm", "FAIL", (HANGS,), SILENT),
    Row("keeps_open_after_message", "FAIL", (HANGS,), SILENT),
    Row("never_reads", "FAIL", ("before the reply to \"EHLO client.example\"",)),
    Row("floods_commands_and_never_reads", "FAIL", ("before the reply to \"HELP\"",), SILENT),
    Row("segfault_before", "ERROR", (STAYED_AWAY, "it was killed by signal 11")),
    Row("kill_before", "ERROR", (STAYED_AWAY, "it was killed by signal 9")),
    Row("segfault_after_greeting", "ERROR", ("before line one: ", "it was killed by signal 11")),
    Row("segfault_in_session", "FAIL", ("the client never sent DATA", "it was killed by signal 11")),
    Row("kill_in_session", "FAIL", ("the client never sent MAIL", "it was killed by signal 9")),
    Row("segfault_after", "FAIL", ("the client did not end in good order: it was killed by signal 11",)),
    Row("kill_after", "FAIL", ("the client did not end in good order: it was killed by signal 9",)),
    Row("writes_a_lot_on_stderr", "PASS", ()),
    Row("yes_on_stdout", "ERROR", (STAYED_AWAY, "it wrote too much and was killed")),
    Row("yes_on_stderr_after", "ERROR", ("it wrote too much and was killed",)),
    Row("binary_output", "PASS", ()),
    Row("closes_its_streams", "PASS", ()),
    Row("leaves_child", "INFO", ("the client left 1 process running in the background",)),
    Row("leaves_child_with_pipes", "INFO", ("the client left 1 process running in the background",)),
    Row("leaves_daemon", "INFO", ("the client left 1 process running in the background",)),
    Row("leaves_daemon_with_pipes_ignoring_sigterm", "INFO", ("the client left 1 process running in the background",)),
    Row("leaves_a_tree_and_hangs", "FAIL", (HANGS,), SILENT),
    Row("child_goes_on_talking", "FAIL", ("the client never sent DATA: ", "it ended with status 0")),
    Row("child_talks_and_parent_waits", "PASS", ()),
    Row("noop_for_ever", "FAIL", ("the client never sent DATA: ",), "", 0.3),
    Row("sends_garbage", "FAIL", ("the client never sent MAIL: ",)),
    Row("sends_nuls", "FAIL", ("the client never sent MAIL: it said QUIT",)),
    Row("sends_a_line_without_end", "INCONCLUSIVE", ("the client sent a line of more than 1 MiB without an end",)),
    Row("sends_a_message_without_end", "FAIL", ("the client never sent the message data: its end did not come in 2 s",), SILENT),
    Row("sends_lines_without_cr", "FAIL", ("wanted is CR LF at the end of each line",)),
    Row("sends_without_end_behind_quit", "FAIL", (), SILENT),
    Row("quits_talks_and_resets", "FAIL", ("the client said MAIL, but not as it is written; ",)),
    Row("half_closes_and_waits", "FAIL", ("the client never sent DATA: it closed the connection; it ended with status 0",)),
    Row("fails_in_spite_of_success", "FAIL", ("the client reports failure: it ended with status 75",)),
)
# The shell finds no client, or none that runs. "{folder}" is the scratch folder.
COMMANDS = (
    ("no-such-program", "exec '{folder}/no-such-client'", (NO_COMMAND, "it ended with status 127", "no-such-client")),
    ("no-program", "exec '{folder}/plain.txt'", (NO_COMMAND, "it ended with status 126", "plain.txt")),
    ("a-folder", "exec '{folder}'", (NO_COMMAND, "it ended with status 126", "it says: ")),
    ("syntax", "eval 'if'", (STAYED_AWAY, "it says: ")),
)
AT_A_TIME = 10  # runs; most of them wait


def marked(mark):
    """Processes that carry the mark; what has ended and waits for its parent has no environment."""
    wanted = b"ODD_CLIENT=" + os.fsencode(mark) + b"\0"
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                if wanted in file.read() + b"\0":
                    found.append(pid)
        except OSError:
            pass
    return found


def left_of(mark):
    """What is still running after the kernel had the time to bury those that were killed."""
    for _ in range(100):
        if not marked(mark):
            break
        time.sleep(0.05)
    return marked(mark)


class Played:
    """One run: the case "odd", then the case "then"."""

    def __init__(self, client, timeout="", scale=1, target=""):
        self.folder = tempfile.mkdtemp(prefix="odd client ")
        self.write("odd.scn", SCENARIO.format(timeout=timeout))
        self.write("then.scn", SCENARIO.format(timeout=""))
        self.write("plain.txt", "no program\n")
        self.write("odd.target", f"Client: smtp:{client}\n{target}".replace("{folder}", self.folder))
        self.result = run("run", "--target", "odd.target", "odd.scn", "then.scn", "-j", "1", "--report", "json=-", "--out", "out",
                          "--time-scale", str(scale), cwd=self.folder, limit=BOUND,
                          env={"ODD_CLIENT": self.folder, "ASAN_OPTIONS": SANITIZER})
        try:
            self.report = json.loads(self.result.out)
        except ValueError:
            self.report = None
        self.left = left_of(self.folder)

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def case(self, name):
        return next((case for case in self.report["cases"] if case["id"] == name), None)

    def transcript(self, name):
        with open(os.path.join(self.folder, "out", "transcripts", f"{name}.txt"), encoding="utf-8") as file:
            return file.read()


def play_all(rows):
    """rows: (name, arguments of Played); they run beside each other, for most of them wait."""
    with concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
        futures = [(row, pool.submit(Played, **arguments)) for row, arguments in rows]
        return [(row, future.result()) for row, future in futures]


class Rows(Case):
    def bury(self, played):
        self.addCleanup(shutil.rmtree, played.folder, ignore_errors=True)

    def check_run(self, played):
        self.bury(played)
        self.assertIsNotNone(played.report, played.result)
        self.assertLess(played.result.seconds, BOUND)
        self.assertLess(played.result.peak_kib, MEMORY)
        self.assertNotIn("Sanitizer", played.result.err)
        self.assertNotIn("runtime error", played.result.err)
        self.assertEqual(played.left, [], "processes of the client are left")

    def check_then(self, played):
        then = played.case("then")
        self.assertIsNotNone(then, "the run did not go on")
        self.assertEqual(then["verdict"], "PASS", then["reason"])
        self.assertIn("note: standard output: left behind: [], zombies: []\n", played.transcript("then"))

    def check_odd(self, played, verdict, words):
        odd = played.case("odd")
        said = " ".join([odd["reason"] or ""] + [finding["text"] for finding in odd["findings"]])
        self.assertEqual(odd["verdict"], verdict, odd["text"])
        for word in words:
            self.assertIn(word, said)
        self.assertEqual(played.result.status, 1 if verdict in ("FAIL", "ERROR") else 0, played.result.err)


class OddOnce(Rows):
    """Odd in one case, honest in the probe before it and in the case behind it."""

    def test_rows(self):
        rows = play_all([(row, {"client": f"exec {PYTHON} {row.name} {WORDS}", "timeout": row.timeout, "scale": row.scale})
                         for row in ROWS])
        for row, played in rows:
            with self.subTest(row.name):
                self.check_run(played)
                self.check_odd(played, row.verdict, row.words)
                self.assertIn(f"note: standard error: this is {row.name}\n", played.transcript("odd"))
                if row.verdict in ("FAIL", "ERROR") and "wrote too much" not in "".join(row.words):
                    self.assertIn(f"standard error: this is {row.name}", played.case("odd")["text"])
                self.check_then(played)

    def test_every_odd_client_has_a_row(self):
        odd = {name for name, value in vars(odd_clients).items()
               if callable(value) and getattr(value, "__code__", None) is not None
               and value.__code__.co_varnames[:value.__code__.co_argcount] == ("given",)}
        self.assertEqual(odd - {"deliver"}, {row.name for row in ROWS})

    def test_commands(self):
        honest = f"exec {PYTHON} honest {WORDS}"
        rows = play_all([((name, words), {"client": f"case {{{{case}}}} in odd) {command};; *) {honest};; esac"})
                         for name, command, words in COMMANDS])
        for (name, words), played in rows:
            with self.subTest(name):
                self.check_run(played)
                self.check_odd(played, "ERROR", words)
                self.check_then(played)

    def test_folder_missing(self):
        for there in ((), ("probe", "then")):
            with self.subTest(there=there):
                folder = os.path.join(self.folder, str(len(there)))
                for name in there:
                    os.makedirs(os.path.join(folder, name))
                played = Played(f"exec {PYTHON} honest {WORDS}", target=f"Folder: {folder}/{{{{case}}}}\n")
                self.check_run(played)
                if there:
                    self.check_odd(played, "ERROR", ("the client could not be started: ", folder))
                    self.check_then(played)
                else:
                    self.assertEqual(played.result.status, 4)
                    self.assertIn("the client could not be started", played.report["summary"]["broken_off"])


class OddFromTheFirst(Rows):
    """What is odd in every case, the probe before the first one, too."""

    ROWS = (
        ("exits_3", 4, "the client never connected; it ended with status 3"),
        ("segfault_before", 4, "it was killed by signal 11"),
        ("never_connects", 4, "the client did not connect in 3 s, and was stopped"),
        ("yes_on_stdout", 4, "it wrote too much and was killed"),
        ("closes_at_once", 5, None),
        ("says_nothing", 5, None),
        ("segfault_after_greeting", 1, None),
        ("sends_garbage", 1, None),
        ("sends_nuls", 1, None),
        ("quits_talks_and_resets", 1, None),
        ("floods_commands_and_never_reads", 1, None),
        ("holds_30_connections", 0, None),
        ("leaves_daemon_with_pipes_ignoring_sigterm", 0, None),
    )

    def test_rows(self):
        command = f"exec {PYTHON} {{name}} {WORDS.replace('{{case}}', 'odd')}"
        rows = play_all([(row, {"client": command.replace("{name}", row[0]), "timeout": SILENT, "scale": 0.3})
                         for row in self.ROWS])
        for (name, status, broken_off), played in rows:
            with self.subTest(name):
                self.check_run(played)
                self.assertEqual(played.result.status, status, played.result)
                if broken_off is None:
                    self.assertIsNone(played.report["summary"]["broken_off"])
                    self.assertEqual(len(played.report["cases"]), 2)
                else:
                    self.assertIn(broken_off, played.report["summary"]["broken_off"])
                    self.assertIn(broken_off, played.result.err)

    def test_gone_for_good(self):
        """After five cases in a row without the client the run is given up."""
        self.write("a.scn", SCENARIO.format(timeout=""))
        for i in range(8):
            self.write(f"odd/{i}.scn", SCENARIO.format(timeout=""))
        client = f"smtp:case {{{{case}}}} in [0-9]) exit 1;; *) exec {PYTHON} honest {WORDS};; esac"
        result = run("run", "--client", client, "a.scn", "odd", "-j", "1", cwd=self.folder)
        self.check(result, 4, "in 5 cases in a row the client did not connect. The last case that reached it was a", "5 ERROR")
        self.assertNotIn("server is gone", result.out + result.err)


if __name__ == "__main__":
    main()
