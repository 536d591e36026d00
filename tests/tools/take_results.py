#!/usr/bin/env python3
"""Keep what a run against a real server found, without times, addresses and whatever else another run would have otherwise.

usage: take_results.py MAILSPEC WORD TARGET REPORT LIST...            tests/live/results/WORD.tsv, on standard output
       take_results.py --client MAILSPEC WORD TARGET REPORT LIST...   tests/live/client-results/WORD.tsv: of a client

TARGET is the target file of the run, REPORT its report.json, whose transcripts are still there, each LIST the name of a file of known-failing
that was taken into account. A line of the result is a rule of servers that was judged: the gravest verdict, and how many of the cases that
name it had which (open: not judged, or broken off before the end). A verdict is that of the rule, whatever a list made of the case.
"""
import collections
import glob
import json
import os
import re
import subprocess
import sys

from live_results import COLUMNS, OCCASIONS, Catalogue, product, read

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
VERDICTS = ("PASS", "INFO", "NON-STRICT", "FAIL")  # the gravest last
UNDECIDED = ("UNSUPPORTED", "SKIP", "INCONCLUSIVE", "ERROR")


def version(package):
    """As Debian tells it, of the package that is installed, or of the one that was unpacked (exim.sh, opensmtpd.sh)."""
    for path in sorted(glob.glob(f"{TOP}/build/*/debs/{package}_*.deb")):
        return os.path.basename(path).split("_")[1].replace("%3a", ":")
    found = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True, check=False)
    return found.stdout or "unknown"


def head(word, target, report, lists, script):
    unknown = [name for name in lists if product(name) is None]
    if unknown:
        sys.exit(f"take_results: PRODUCTS of live_results.py does not tell what {' '.join(unknown)} is about")
    packages = dict.fromkeys(product(name)[1] for name in lists)
    judged = sum(case["verdict"] not in UNDECIDED for case in report["cases"])
    yield f"# What {word} was found to do: tests/live/{script} and tests/tools/take_results.py made this file, and nobody edits it."
    yield f"# Name: {re.search(r'^Name: (.*)$', target, re.M).group(1)}"
    yield f"# Packages: {', '.join(f'{package} {version(package)}' for package in packages)}"
    yield f"# Lists: {' '.join(lists)}"
    yield f"# Cases: {judged} judged, {len(report['cases']) - judged} not"


def verdicts(case):
    """(rule, verdict) for each rule that the case names or breaks; None: the case does not tell."""
    broken = {}
    for finding in case["findings"]:
        broken[finding["rule"]] = max(broken.get(finding["rule"], "PASS"), finding["verdict"], key=VERDICTS.index)
    # Behind an accepted second choice, and what a judge alone found, the dialogue goes on.
    to_the_end = case["place"] is None or all(f["found_by"] == "scenario" and f["verdict"] != "FAIL" for f in case["findings"])
    kept = to_the_end and case["verdict"] not in UNDECIDED
    for rule in case["rules"]:
        if rule not in broken:
            yield rule, "PASS" if kept else None
    yield from broken.items()


def dialogues(report):
    """All that was said, one case behind the other, each below "# CASE"."""
    paths = [case["transcript"] for case in report["cases"] if case["verdict"] not in UNDECIDED]
    return "\n".join(read(path) for path in paths if path)


def rows(catalogue, report, side):
    counts = collections.defaultdict(collections.Counter)
    for case in report["cases"]:
        for rule, verdict in verdicts(case):
            counts[rule][verdict] += 1
    said = dialogues(report)
    for rule in sorted(set(counts) | set(OCCASIONS)):
        if catalogue.rules[rule]["side"] != side:
            continue
        seen = [verdict for verdict in VERDICTS if counts[rule][verdict]]
        if not seen and rule in OCCASIONS and re.search(OCCASIONS[rule], said, re.M):
            seen = ["PASS"]
        if seen:
            yield (rule, seen[-1], *(str(counts[rule][verdict]) for verdict in (*VERDICTS, None)))


def take(program, word, target, report, lists, side="server"):
    script = "run.sh" if side == "server" else "clients-*.sh"
    return "\n".join([*head(word, target, report, lists, script), "\t".join(COLUMNS), *map("\t".join, rows(Catalogue(program), report, side))]) + "\n"


def main():
    side = "client" if sys.argv[1:2] == ["--client"] else "server"
    program, word, target, report, *lists = sys.argv[2 if side == "client" else 1:]
    report = json.loads(read(report))
    if report["summary"]["broken_off"] or report["summary"]["interrupted"]:
        sys.exit(f"take_results: the run of {word} broke off")
    sys.stdout.write(take(program, word, read(target), report, lists, side))


if __name__ == "__main__":
    main()
