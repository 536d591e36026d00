#!/usr/bin/env python3
"""Show that what holds the lists of real servers together can fail: check_lists_self.py MAILSPEC"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
MAILSPEC = sys.argv.pop()


def run(tool, *args):
    done = subprocess.run([sys.executable, os.path.join(HERE, tool), *args], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


class Lists(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def write(self, name, text):
        path = os.path.join(self.folder.name, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def test_names(self):
        good = {"failing/x": "smtp/noop smtp/help why\n", "failing/x-default": "-smtp/noop smtp/help\n", "not-judged/x": "smtp/help? why\n"}
        bad = {
            "failing/case": ("smtp/nothing smtp/noop why\n", "is no case"),
            "failing/rule": ("smtp/noop smtp/nothing why\n", "is no rule"),
            "failing/short": ("smtp/noop smtp/help\n", "expected cases, a rule and why"),
            "failing/twice": ("smtp/noop smtp/help a\nsmtp/noop smtp/help b\n", "stands twice"),
            "failing/y-default": ("-smtp/noop smtp/help\n", "stands in no list"),
            "not-judged/case": ("smtp/nothing why\n", "is no case"),
            "not-judged/short": ("smtp/noop\n", "expected cases and why"),
        }
        for name, text in good.items():
            self.write(name, text)
        folders = [os.path.join(self.folder.name, name) for name in ("failing", "not-judged")]
        self.assertEqual(run("check_known_failing.py", MAILSPEC, *folders)[0], 0)
        for name, (text, told) in bad.items():
            path = self.write(name, text)
            status, output = run("check_known_failing.py", MAILSPEC, *folders)
            os.remove(path)
            self.assertEqual((status, told in output), (1, True), (name, output))

    def test_not_judged(self):
        verdicts = {"a/one": "INCONCLUSIVE", "a/two": "PASS", "a/three": "UNSUPPORTED"}
        report = self.write("report.json", json.dumps({"cases": [{"id": case, "verdict": verdict, "reason": "r"} for case, verdict in verdicts.items()]}))
        rows = [("a/one why\n", 0, "explained"), ("a/*? why\n", 0, "explained"), ("a/one why\na/three why\n", 0, "explained"), ("", 1, "nobody says why: r"),
                ("a/* why\n", 1, "a/two was judged: PASS"), ("a/one why\na/two why\n", 1, "a/two was judged: PASS")]
        for text, status, told in rows:
            found, output = run("check_not_judged.py", report, self.write("list", text))
            self.assertEqual((found, told in output), (status, True), (text, output))


if __name__ == "__main__":
    unittest.main()
