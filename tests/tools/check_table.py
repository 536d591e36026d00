#!/usr/bin/env python3
"""Hold the table of the shipped scenarios, command by state and by variation, against the cases that there are.

usage: check_table.py MAILSPEC TABLE      "mailspec coverage --table" prints it

Every command of a protocol has a cell in each of its states, and in each of the variations; a cell names cases that exist, or says why it is
empty; every case stands somewhere in the table.
"""
import collections
import fnmatch
import subprocess
import sys


def read_table(path):
    cells, problems = collections.OrderedDict(), []
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.startswith("#") or not line.strip():
                continue
            fields = line.rstrip("\n").split("\t")
            if len(fields) != 4 or not fields[3].strip():
                problems.append(f"{path}:{number}: expected protocol, command, state and cases or a reason")
                continue
            key = tuple(fields[:3])
            if key in cells:
                problems.append(f"{path}:{number}: the cell {' '.join(key)} stands twice")
            cells[key] = fields[3]
    return cells, problems


def holes(cells):
    for protocol in dict.fromkeys(key[0] for key in cells):
        own = [key for key in cells if key[0] == protocol and key[2] != "any"]
        for command in dict.fromkeys(key[1] for key in own):
            for state in dict.fromkeys(key[2] for key in own):
                if (protocol, command, state) not in cells:
                    yield f"no cell for {protocol} {command} in the state {state}"


def check_cases(cells, cases):
    placed = set()
    for key, text in cells.items():
        if text.startswith("-"):
            if len(text) < 10 and text != "- as EHLO" and text != "- as USER":
                yield f"the cell {' '.join(key)} is empty without a reason"
            continue
        patterns = text.split()
        for pattern in sorted({pattern for pattern in patterns if patterns.count(pattern) > 1}):
            yield f"the cell {' '.join(key)} names {pattern} twice"
        for pattern in patterns:
            found = fnmatch.filter(cases, pattern)
            if not found:
                yield f"the cell {' '.join(key)} names {pattern}, which is no case"
            placed.update(found)
    for case in cases:
        if case not in placed:
            yield f"the case {case} stands in no cell of the table"


def main():
    program, path = sys.argv[1:3]
    listed = subprocess.run([program, "list", "smtp", "pop3", "pop3/autologout-minutes"], capture_output=True, text=True, check=True).stdout
    cases = [line.split()[0] for line in listed.splitlines()]
    cells, problems = read_table(path)
    problems += holes(cells)
    problems += check_cases(cells, cases)
    print("\n".join(problems) or f"{len(cells)} cells hold {len(cases)} cases")
    return 1 if problems or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
