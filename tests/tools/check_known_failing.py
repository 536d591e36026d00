#!/usr/bin/env python3
"""Hold the lists of what real servers and clients get wrong against the cases and rules that there are.

usage: check_known_failing.py MAILSPEC FOLDER...

A line of a list names cases that exist, a rule that exists, or "-", and why; no line stands twice. A pattern that matches no case is
left over from a case that has gone, and would hide nothing but mistakes. A line of NAME-default that begins with "-" takes away what NAME says. Lists in a
folder not-judged name cases, with "?" behind them where some are judged, and why.
"""
import collections
import functools
import json
import os
import re
import subprocess
import sys

# Their cases are files of their own.
ELSEWHERE = re.compile(r"(external|first-dot)(/|$)")


@functools.lru_cache(None)
def pattern(text):
    """As selectors: "**" is anything, "*" anything but a slash."""
    return re.compile("".join({"**": ".*", "*": "[^/]*"}.get(part, re.escape(part)) for part in re.split(r"(\*\*?)", text)))


def lines(path):
    """(number, fields) of each line that is neither empty nor a comment; three fields where it is whole: cases, a rule, and why."""
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            fields = line.split(None, 2)
            if fields and line[0] not in "#-":
                yield number, [field.strip() for field in fields]


def taken_away(path):
    """(number, fields) of each line that takes away one of the list that this one goes with."""
    with open(path, encoding="utf-8") as file:
        yield from ((number, line[1:].split()) for number, line in enumerate(file, 1) if line.startswith("-"))


def check_taken_away(path):
    base = path.removesuffix("-default")
    there = [fields for _, fields in lines(base)] if base != path and os.path.exists(base) else []
    for number, gone in taken_away(path):
        if not any(fields[:len(gone)] == gone for fields in there):
            yield f"{path}:{number}: {' '.join(gone)} stands in no list that this one goes with"


def check_not_judged(path, cases):
    for number, fields in lines(path):
        if len(fields) < 2:
            yield f"{path}:{number}: expected cases and why"
        elif not any(map(pattern(fields[0].removesuffix("?")).fullmatch, cases)):
            yield f"{path}:{number}: {fields[0]} is no case"


def check(path, cases, rules):
    seen = collections.Counter()
    for number, fields in lines(path):
        where = f"{path}:{number}"
        if len(fields) < 3:
            yield f"{where}: expected cases, a rule and why"
            continue
        case, rule = fields[0], fields[1].removesuffix("?")
        if not ELSEWHERE.match(case) and not any(map(pattern(case).fullmatch, cases)):
            yield f"{where}: {case} is no case"
        if rule != "-" and not any(map(pattern(rule).fullmatch, rules)):
            yield f"{where}: {rule} is no rule"
        seen[case, rule] += 1
        if seen[case, rule] == 2:
            yield f"{where}: {case} {rule} stands twice"


def main():
    program, *folders = sys.argv[1:]
    data = json.loads(subprocess.run([program, "coverage", "--no-config", "--format", "json"], capture_output=True, text=True, check=True).stdout)
    # What judges no rule, as the dialogues of RFCs, is in the list alone.
    listed = subprocess.run([program, "list", "--no-config"], capture_output=True, text=True, check=True).stdout
    cases = {case["case"] for case in data["cases"]} | {line.split()[0] for line in listed.splitlines() if line.strip()}
    rules = [rule["rule"] for rule in data["rules"]]
    paths = sorted(os.path.join(folder, name) for folder in folders for name in os.listdir(folder))
    problems = [problem for path in paths for problem in check_taken_away(path)]
    for path in paths:
        not_judged = os.path.basename(os.path.dirname(path)) == "not-judged"
        problems += check_not_judged(path, cases) if not_judged else check(path, cases, rules)
    print("\n".join(problems) or f"{len(paths)} lists name what there is")
    return 1 if problems or not paths or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
