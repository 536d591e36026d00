#!/usr/bin/env python3
"""The whole suite against servers that are odd: what conforms is accused of nothing, one defect is named as what it is."""
import concurrent.futures
import fnmatch
import inspect
import json
import os
import re
import sys
import tempfile
import time
import zlib

import defective_servers
import extended_servers
import unusual_servers
from harness import Case, Server, main, run
from odd_rows import DEFECTIVE, NOT_HERE, UNUSUAL
from odd_servers import TARGET, Pop3, Smtp, Store

LATE_MOST = 2  # messages of a row


def cause_of(case):
    """The reason without where the case was, or whose maildrop it wanted."""
    return re.sub(r"^(in the preparation: |before line one: |the maildrop of \w+ could not be prepared: )", "", case["reason"])


def verdicts(broken):
    """{(rule, verdict)}; a rule alone is a FAIL."""
    return {(rule, "FAIL") if isinstance(rule, str) else rule for rule in broken}


def play(row):
    """What the program says of the row, and its cases. Each row has its own servers, maildrops and folder."""
    store = Store()

    def serving(kind):
        return lambda connection, closing: kind(connection, closing, store).serve()

    with tempfile.TemporaryDirectory(prefix="mailspec test ") as folder, Server(serving(row.smtp)) as smtp, Server(serving(row.pop3)) as pop3:
        target, report = os.path.join(folder, "odd.target"), os.path.join(folder, "report.json")
        with open(target, "w", encoding="utf-8") as file:
            file.write(f"Name: odd\nSmtp: smtp://127.0.0.1:{smtp.port}\nPop3: pop3://127.0.0.1:{pop3.port}\n{TARGET}")
        # The dialogues of RFCs and courses judge no rule, and ask for what these servers never had.
        result = run("run", "--target", target, "-t", "!example", "--report", f"json={report}", "--time-scale", str(row.scale),
                     "-j", str(row.jobs), limit=240, cwd=folder)
        with open(report, encoding="utf-8") as file:
            cases = json.load(file)["cases"]
    return result, [case for case in cases if case.get("reason") not in NOT_HERE]


class Games:
    """Rows that are played. Cases mostly wait, so rows play side by side; those without patience come last, one by one."""

    SIDE_BY_SIDE = 5

    def __init__(self):
        self.pool = concurrent.futures.ThreadPoolExecutor(self.SIDE_BY_SIDE)
        self.alone = concurrent.futures.ThreadPoolExecutor(1)
        self.patient, self.played = [], {}

    def begin(self, rows):
        new = [row for row in rows if row not in self.played]
        for row in new:
            if row.is_patient:
                self.played[row] = self.pool.submit(play, row)
                self.patient.append(self.played[row])
        for row in new:
            if not row.is_patient:
                self.played[row] = self.alone.submit(self.play_alone, row, tuple(self.patient))

    @staticmethod
    def play_alone(row, others):
        concurrent.futures.wait(others)
        return play(row)

    def end(self):
        for pool in (self.pool, self.alone):
            pool.shutdown(cancel_futures=True)


GAMES = Games()


def tearDownModule():
    GAMES.end()


class OddServers(Case):
    maxDiff = None

    def check_causes(self, cases, patterns):
        found = {}
        for case in cases:
            if case["verdict"] in ("INCONCLUSIVE", "UNSUPPORTED"):
                found.setdefault(cause_of(case), []).append(case["id"])
        plain = [pattern.removeprefix("?") for pattern in patterns]
        surplus = {cause: ids for cause, ids in found.items() if not any(fnmatch.fnmatchcase(cause, pattern) for pattern in plain)}
        # Twenty seconds may be too few for one message where many rows are played side by side on a busy machine.
        late = [cause for cause in surplus if fnmatch.fnmatchcase(cause, "the message * did not arrive in *")]
        surplus = {cause: ids for cause, ids in surplus.items() if len(late) > LATE_MOST or cause not in late}
        self.assertEqual(surplus, {}, "not judged, and should be")
        missing = [pattern for pattern in patterns if pattern[0] != "?" and not fnmatch.filter(found, pattern)]
        self.assertEqual(missing, [], f"the cause of nothing; there are {sorted(found)}")

    def check_row(self, row):
        result, cases = GAMES.played[row].result()
        self.assertNotIn("Sanitizer", result.err)
        broken = {(finding["rule"], finding["verdict"]): f"{case['id']}: {finding['text']}"
                  for case in cases for finding in case["findings"]}
        self.assertEqual(set(broken) - verdicts(row.also), verdicts(row.broken), broken)
        without_rule = [case["id"] for case in cases
                        if case["verdict"] in ("FAIL", "NON-STRICT", "ERROR") and not case["findings"]]
        self.assertEqual(without_rule, [])
        fails = any(verdict == "FAIL" for _, verdict in verdicts(row.broken))
        self.assertEqual(result.status, 4 if row.broken_off else 1 if fails else 0, result)
        self.assertIn(row.broken_off or "", result.err)
        self.check_causes(cases, row.causes)
        judged = [case["id"] for case in cases if case["verdict"] not in ("INCONCLUSIVE", "UNSUPPORTED")]
        self.assertGreaterEqual(len(judged), row.judged, "cases that are judged")
        self.assertEqual([pattern for pattern in row.tried if not fnmatch.filter(judged, pattern)], [], "nobody was judged by these")

    def check_rows(self, *rows):
        GAMES.begin(rows)
        for row in rows:
            with self.subTest(f"{row.smtp.__name__}, {row.pop3.__name__}"):
                self.check_row(row)


class Unusual(OddServers):
    """They conform: whatever is not accepted is INCONCLUSIVE or UNSUPPORTED, with the reason."""


class Defective(OddServers):
    """One defect, one rule, unless the defect has more than one face."""


def is_todays(row):
    """Half of the rows, the other half tomorrow: all of them take five minutes. DEEP=all in the environment has them all played."""
    name = f"{row.smtp.__name__}, {row.pop3.__name__}"
    return os.environ.get("DEEP") == "all" or zlib.crc32(name.encode()) % 2 == time.localtime().tm_yday % 2


def add_tests(kind, groups):
    for name, rows in groups.items():
        rows = [row for row in rows if is_todays(row)]
        if rows:
            setattr(kind, "test_" + name, lambda self, rows=rows: self.check_rows(*rows))


add_tests(Unusual, UNUSUAL)
add_tests(Defective, DEFECTIVE)
ROWS = tuple(row for groups in (UNUSUAL, DEFECTIVE) for rows in groups.values() for row in rows)


class Rows(Case):
    def test_every_server_is_in_a_row(self):
        played = {kind for row in ROWS for kind in (row.smtp, row.pop3)}
        for module in (extended_servers, unusual_servers, defective_servers):
            for name, kind in inspect.getmembers(module, inspect.isclass):
                if kind.__module__ == module.__name__ and issubclass(kind, (Smtp, Pop3)):
                    self.assertTrue(any(issubclass(one, kind) for one in played), name)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        GAMES.begin([row for row in ROWS if is_todays(row)])  # all are wanted: none waits for the others of its group
    main()
