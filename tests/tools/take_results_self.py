#!/usr/bin/env python3
"""take_results.py on reports of one case: what each comes to, and what is refused.

usage: take_results_self.py MAILSPEC
"""
import json
import os
import subprocess
import sys
import tempfile

TOOL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "take_results.py")
TARGET = "Name: Postfix, tried\nKnown-failing: /somewhere/known-failing\n"
HELO, RSET, REPLY = "smtp/helo", "smtp/rset-clears", "smtp/reply-text-grammar"
CHALLENGE = "C: AUTH PLAIN\nS: 334 \n"


def finding(rule, verdict, found_by="scenario"):
    return {"rule": rule, "verdict": verdict, "found_by": found_by}


# (what it is, members of the case, its dialogue, rows that must be there, rules that must not)
ROWS = (
    ("a case that passes", {"verdict": "PASS"}, "", [(HELO, "PASS", 1, 0, 0, 0, 0), (RSET, "PASS", 1, 0, 0, 0, 0)], []),
    ("a failure that is known", {"verdict": "XFAIL", "place": {}, "findings": [finding(HELO, "FAIL")]}, "",
     [(HELO, "FAIL", 0, 0, 0, 1, 0)], [RSET]),
    ("a second choice", {"verdict": "XFAIL", "place": {}, "findings": [finding(HELO, "NON-STRICT")]}, "",
     [(HELO, "NON-STRICT", 0, 0, 1, 0, 0), (RSET, "PASS", 1, 0, 0, 0, 0)], []),
    ("a judge's finding, and the dialogue goes on", {"verdict": "XFAIL", "findings": [finding(REPLY, "FAIL", "session")]}, "",
     [(REPLY, "FAIL", 0, 0, 0, 1, 0), (HELO, "PASS", 1, 0, 0, 0, 0)], []),
    ("a judge's finding that breaks the dialogue off", {"verdict": "XFAIL", "place": {}, "findings": [finding(REPLY, "FAIL", "session")]}, "",
     [(REPLY, "FAIL", 0, 0, 0, 1, 0)], [HELO, RSET]),
    ("a practice that is not followed", {"verdict": "INFO", "place": {}, "findings": [finding(HELO, "INFO")]}, "",
     [(HELO, "INFO", 0, 1, 0, 0, 0), (RSET, "PASS", 1, 0, 0, 0, 0)], []),
    ("the gravest of two", {"verdict": "FAIL", "place": {}, "findings": [finding(HELO, "FAIL"), finding(HELO, "INFO", "session")]}, "",
     [(HELO, "FAIL", 0, 0, 0, 1, 0)], [RSET]),
    ("a case that was not judged", {"verdict": "UNSUPPORTED"}, CHALLENGE, [], [HELO, RSET, "smtp/auth-challenge"]),
    ("an occasion for a judge", {"verdict": "PASS"}, CHALLENGE, [("smtp/auth-challenge", "PASS", 0, 0, 0, 0, 0)], ["smtp/utf8-with-8bitmime"]),
    ("a rule of clients", {"verdict": "PASS", "rules": ["smtp/first-digit"]}, "", [], ["smtp/first-digit"]),
)


def report(case, transcript, broken_off=False):
    case = {"rules": [HELO, RSET], "findings": [], "place": None, "transcript": transcript, **case}
    return {"summary": {"broken_off": broken_off, "interrupted": False}, "cases": [case]}


def take(program, folder, content, *more):
    for name, text in (("report.json", json.dumps(content)), ("target", TARGET)):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    return subprocess.run([sys.executable, TOOL, program, "postfix", os.path.join(folder, "target"), os.path.join(folder, "report.json"),
                           "postfix", "dovecot-pop3", *more], capture_output=True, text=True, check=False)


def problems(program, folder):
    transcript = os.path.join(folder, "transcript.txt")
    for what, case, dialogue, present, absent in ROWS:
        with open(transcript, "w", encoding="utf-8") as file:
            file.write(dialogue)
        found = take(program, folder, report(case, transcript))
        lines = found.stdout.splitlines()
        for row in present:
            if "\t".join(map(str, row)) not in lines:
                yield f"{what}: no line {row}: {[line for line in lines if line.startswith(row[0])]} {found.stderr}"
        for rule in absent:
            if any(line.startswith(rule + "\t") for line in lines):
                yield f"{what}: {rule} was not judged"
        for line in ("# Name: Postfix, tried", "# Lists: postfix dovecot-pop3"):
            if line not in lines:
                yield f"{what}: the head has no \"{line}\""
    if take(program, folder, report({"verdict": "PASS"}, transcript, broken_off=True)).returncode == 0:
        yield "a run that broke off is kept"
    if "what new is about" not in take(program, folder, report({"verdict": "PASS"}, transcript), "new").stderr:
        yield "a list of no program is passed over"


def main():
    with tempfile.TemporaryDirectory() as folder:
        found = list(problems(sys.argv[1], folder))
    print("\n".join(found) or f"{len(ROWS)} reports come to what they should")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
