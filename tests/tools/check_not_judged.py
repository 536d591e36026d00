#!/usr/bin/env python3
"""Hold what a run could not judge against the list that explains it.

usage: check_not_judged.py REPORT.json LIST...

A line of a list names cases, with "?" behind them where some or all may be judged, and why they cannot be. Each case that was
INCONCLUSIVE has to stand there, and what stands there without "?" has to be INCONCLUSIVE, as far as it was run.
"""
import json
import sys

from check_known_failing import lines, pattern


def check(report, paths):
    verdicts = {case["id"]: case for case in report["cases"]}
    explained = set()
    for where, word in [(f"{path}:{number}", fields[0]) for path in paths for number, fields in lines(path)]:
        named = {case for case in verdicts if pattern(word.removesuffix("?")).fullmatch(case)}
        explained |= named
        judged = sorted(case for case in named if verdicts[case]["verdict"] not in ("INCONCLUSIVE", "UNSUPPORTED", "SKIP"))
        if judged and not word.endswith("?"):
            yield f"{where}: {judged[0]} was judged: {verdicts[judged[0]]['verdict']}"
    for case, result in verdicts.items():
        if result["verdict"] == "INCONCLUSIVE" and case not in explained:
            yield f"{case} is INCONCLUSIVE, and nobody says why: {result['reason']}"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        problems = list(check(json.load(file), sys.argv[2:]))
    print("\n".join(problems) or "what was not judged is explained")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
