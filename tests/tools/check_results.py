#!/usr/bin/env python3
"""Hold docs/results.md, the results of real servers, the records of bugs and the lists of what is known to fail against each other.

usage: check_results.py MAILSPEC            (from the project's folder)
       check_results.py MAILSPEC --write    write docs/results.md anew
       check_results.py MAILSPEC --self     prove that each check can fail, on what there is with one thing changed

The page is what would be made. Every line of a list that names a MUST stands in a record, every record in a list. A dialogue can be read by
"mailspec check", which sees in it what the record says where a judge can, and nothing else.
"""
import copy
import functools
import json
import re
import subprocess
import sys

from live_results import BUGS, CLIENT_GROUPS, CLIENT_RESULTS, GROUPS, LISTS, OCCASIONS, RESULTS, Bug, Kept, Line, pattern, product, read
from results_page import APART, KINDS, PAGE, page

MEND = "python3 tests/tools/check_results.py MAILSPEC --write"
NEEDED = ("Id", "Title", "Server", "Version", "Lists", "Rules", "Cases", "Status", "Says")
STATUS = re.compile(r"bug|configuration|disputed|fixed in \S.*")
# What nobody can tell from a dialogue without times (docs/check.md).
BY_TIME = ("smtp/command-gets-reply", "pop3/command-gets-response", "smtp/quit-before-close", "smtp/quit-always", "smtp/waits-for-quit-reply")
# Put in front of a dialogue that begins later, so that judges know where they are.
BEGINNING = {
    "smtp": ["S: 220 server.example ESMTP", "C: EHLO client.example", "S: 250-server.example", "S: 250-PIPELINING", "S: 250-8BITMIME",
             "S: 250-SIZE 1000000", "S: 250-STARTTLS", "S: 250-CHUNKING", "S: 250-SMTPUTF8", "S: 250 AUTH PLAIN LOGIN CRAM-MD5"],
    "pop3": ["S: +OK ready", "C: USER alice", "S: +OK", "C: PASS {{secret:*}}", "S: +OK"],
}


def fielded(kept):
    """Each record has the fields that it needs."""
    yield from kept.problems
    seen = set()
    for bug in kept.bugs:
        for name in NEEDED:
            if not bug.fields.get(name, "").strip():
                yield f"{bug.where}: {name} is missing"
        if bug.id in seen:
            yield f"{bug.where}: {bug.id} stands twice"
        seen.add(bug.id)
        if not STATUS.fullmatch(bug.status):
            yield f"{bug.where}: Status is bug, configuration, disputed, or \"fixed in ...\", not \"{bug.status}\""
        wanted = ("Why",) if bug.status in APART else ("Kind", "Consequence", "Dialogue")
        for name in wanted:
            if not bug.fields.get(name, "").strip():
                yield f"{bug.where}: {name} is missing"
        if bug.status not in APART and bug.kind not in KINDS:
            yield f"{bug.where}: Kind is one of {', '.join(KINDS)}, not \"{bug.kind}\""


def named(kept):
    """What a record names is there."""
    for bug in kept.bugs:
        for rule in bug.rules:
            if rule != "-" and rule not in kept.catalogue.rules:
                yield f"{bug.where}: {rule} is no rule"
        for case in bug.cases:
            if not any(map(pattern(case).fullmatch, kept.catalogue.cases)):
                yield f"{bug.where}: {case} is no case"
        for name in bug.lists:
            if name not in kept.lines:
                yield f"{bug.where}: {LISTS}/{name} is not there"
            elif not any(bug.covers(line) for line in kept.lines[name]):
                yield f"{bug.where}: no line of {LISTS}/{name} names what it is about"
        lines = [line for name in bug.lists for line in kept.lines.get(name, ()) if bug.covers(line)]
        for case in bug.cases:
            if not any(pattern(case).fullmatch(line.cases) or pattern(line.cases).fullmatch(case) for line in lines):
                yield f"{bug.where}: no list names {case}"
        for rule in bug.rules:
            if not any(rule == line.rule for line in lines):
                yield f"{bug.where}: no list names {rule} for these cases"


def recorded(kept):
    """Nothing that breaks a MUST is lost, nor what makes a program fail."""
    for line in (line for lines in kept.lines.values() for line in lines):
        rule = kept.catalogue.rules.get(line.rule)
        grave = rule["level"] == "MUST" if rule else line.rule == "-" and not line.cases.startswith("examples/")
        if grave and not any(bug.covers(line) for bug in kept.bugs):
            yield f"{line.where}: {line.cases} {line.rule} stands in no record of {BUGS}"


def resulted(kept):
    """Results are whole, and agree with the lists and the records."""
    for folder, result in [(RESULTS, result) for result in kept.results] + [(CLIENT_RESULTS, result) for result in kept.client_results]:
        where = f"{folder}/{result.word}.tsv"
        if not result.whole or not result.name or not result.packages or not result.lists or not result.cases:
            yield f"{where}: is not as take_results.py writes it"
        for rule, verdict in result.verdicts.items():
            if rule not in kept.catalogue.rules:
                yield f"{where}: {rule} is no rule"
            lines = [line for name in result.lists for line in kept.lines.get(name, ())]
            if verdict in ("FAIL", "NON-STRICT") and not any(pattern(line.rule).fullmatch(rule) for line in lines):
                yield f"{where}: {rule} was broken, and no line of {' '.join(result.lists)} names it"
    for name, lines in kept.lines.items():
        own = [result for result in kept.results + kept.client_results if name in result.lists]
        for rule in sorted({line.rule for line in lines if line.rule != "-" and not line.maybe} if own else ()):
            if not any(result.verdicts.get(rule) in ("FAIL", "NON-STRICT") for result in own):
                yield f"{LISTS}/{name}: {rule} was broken in no result: {' '.join(result.word for result in own)}"


def versioned(kept):
    """A record of a server speaks of a version that results are of."""
    for bug in kept.bugs:
        packages = [result.packages for result in kept.results + kept.client_results if set(bug.lists) & set(result.lists)]
        if packages and not any(bug.fields.get("Version", "").split(" ")[-1] in text for text in packages):
            yield f"{bug.where}: Version {bug.fields.get('Version')} is that of no result: {packages[0]}"


def tabled(kept):
    """Every rule of servers has a row, and one that judges watch for an occasion; every list of results has a program."""
    for protocol in GROUPS:
        for rule in kept.catalogue.servers(protocol):
            if kept.catalogue.group(rule) is None:
                yield f"{rule['rule']}: no group of live_results.py takes it"
            if rule["judged-by"] == "judge" and not rule["cases"] and rule["rule"] not in OCCASIONS:
                yield f"{rule['rule']}: live_results.py does not tell its occasion"
    for rule in OCCASIONS:
        if rule not in kept.catalogue.rules:
            yield f"live_results.py: {rule} is no rule"
    for protocol, rows in CLIENT_GROUPS.items():
        for rule in kept.catalogue.clients(protocol):
            if kept.catalogue.file_of.get(rule["rule"]) not in (file for _, file in rows):
                yield f"{rule['rule']}: no group of clients takes it"
    for name in {name for result in kept.results + kept.client_results for name in result.lists}:
        if product(name) is None:
            yield f"live_results.py: PRODUCTS lacks {name}"


@functools.lru_cache(None)
def judge(program, side, lines):
    """(what is wrong with the dialogue, the rules that judges find broken in it)."""
    found = subprocess.run([program, "check", "--no-config", "-", "--side", side, "--report", "json"], input="\n".join(lines) + "\n",
                           capture_output=True, text=True, check=False)
    if found.returncode not in (0, 1):
        return f"the dialogue cannot be read: {found.stderr.strip()}", set()
    return "", {finding["rule"] for case in json.loads(found.stdout)["cases"] for finding in case["findings"]}


def shown(kept):
    """A dialogue can be read, and shows what the record says."""
    for bug in kept.bugs:
        if not bug.dialogue:
            continue
        protocol = "pop3" if "pop3/" in bug.cases[0] else "smtp"
        said = [line for line in bug.dialogue if not line.startswith("#")]
        greeted = re.match(r"S\d*: (220|554|421|\+OK)", said[0] if said else "")
        problem, seen = judge(kept.program, bug.side, (*(() if greeted else BEGINNING[protocol]), *bug.dialogue))
        if problem:
            yield f"{bug.where}: {problem}"
            continue
        for rule in sorted(seen - set(bug.rules)):
            yield f"{bug.where}: the dialogue shows {rule}, too"
        judged = [rule for rule in bug.rules if rule in kept.catalogue.rules and kept.catalogue.rules[rule]["judged-by"] == "judge"]
        for rule in judged:
            if rule not in BY_TIME and rule not in seen and "..." not in bug.dialogue:
                yield f"{bug.where}: the dialogue does not show {rule}"
        if not any(line.startswith("C") for line in bug.dialogue) or not any(line.startswith("S") for line in bug.dialogue):
            yield f"{bug.where}: one side says nothing in the dialogue"


def written(kept):
    if kept.page != page(kept):
        yield f"{PAGE} is not what would be made; mend it by: {MEND}"


CHECKS = (fielded, named, recorded, resulted, versioned, tabled, shown)


# ---- each check must be able to fail ----

def change(kept, what):
    bug = next(bug for bug in kept.bugs if bug.id == "postfix-lf-ends-data")
    result = next(result for result in kept.results if result.word == "postfix")
    line = kept.lines["postfix"][0]
    if what == "a field is missing":
        bug.fields["Says"] = ""
    elif what == "an id stands twice":
        kept.bugs.append(bug)
    elif what == "a status is unknown":
        bug.status = "mended"
    elif what == "a kind is unknown":
        bug.kind = "sad"
    elif what == "a rule is none":
        bug.rules.append("smtp/nothing")
    elif what == "a case is none":
        bug.cases.append("smtp/nothing")
    elif what == "a list is not there":
        bug.lists.append("nothing")
    elif what == "a list does not name it":
        bug.lists.append("exim")
    elif what == "no list names its case":
        bug.cases.append("smtp/noop")
    elif what == "no list names its rule":
        bug.rules.append("smtp/helo")
    elif what == "a line of a list is in no record":
        kept.bugs.remove(bug)
    elif what == "a client's hang is in no record":
        kept.lines["postfix"].append(Line("postfix", 1, ["client/smtp/quit-late", "-", "hangs"]))
    elif what == "a result is cut off":
        result.whole = False
    elif what == "a result has a rule that is none":
        result.verdicts["smtp/nothing"] = "PASS"
    elif what == "a result is worse than the list":
        result.verdicts["smtp/helo"] = "FAIL"
    elif what == "a client's result is worse than the list":
        kept.client_results[0].verdicts["smtp/client-crlf"] = "FAIL"
    elif what == "a client's rule has no group":
        kept.catalogue.file_of["smtp/client-crlf"] = "elsewhere"
    elif what == "no result shows what is in a list":
        for other in kept.results:
            other.verdicts[line.rule] = "PASS"
    elif what == "the version is another":
        bug.fields["Version"] = "3.7.10"
    elif what == "a rule has no group":
        kept.catalogue.file_of["smtp/helo"] = "elsewhere"
    elif what == "a judge's rule has no occasion":
        kept.catalogue.rules["smtp/new"] = dict(kept.catalogue.rules["smtp/bare-code"], rule="smtp/new")
    elif what == "a list has no program":
        result.lists.append("newmail")
    elif what == "a dialogue cannot be read":
        bug.dialogue.append("C*: NOOP")
    elif what == "a dialogue shows something else":
        bug.dialogue[-1] = "S: 250 \\x01"
    elif what == "a dialogue does not show it":
        bug.dialogue = [said for said in bug.dialogue if "354" not in said]
    elif what == "one side is silent":
        bug.dialogue = ["S: 220 ready", "..."]
    elif what == "the page is old":
        kept.page += "more"
    else:
        raise ValueError(what)


EXPECTED = {
    "a field is missing": "Says is missing",
    "an id stands twice": "postfix-lf-ends-data stands twice",
    "a status is unknown": "not \"mended\"",
    "a kind is unknown": "not \"sad\"",
    "a rule is none": "smtp/nothing is no rule",
    "a case is none": "smtp/nothing is no case",
    "a list is not there": "known-failing/nothing is not there",
    "a list does not name it": "no line of tests/live/known-failing/exim names",
    "no list names its case": "no list names smtp/noop",
    "no list names its rule": "no list names smtp/helo",
    "a line of a list is in no record": "smtp/smuggled-message stands in no record",
    "a client's hang is in no record": "quit-late - stands in no record",
    "a result is cut off": "is not as take_results.py writes it",
    "a result has a rule that is none": "postfix.tsv: smtp/nothing is no rule",
    "a result is worse than the list": "smtp/helo was broken, and no line",
    "a client's result is worse than the list": "smtp/client-crlf was broken, and no line",
    "a client's rule has no group": "smtp/client-crlf: no group of clients",
    "no result shows what is in a list": "smtp/smuggled-message was broken in no result",
    "the version is another": "Version 3.7.10 is that of no result",
    "a rule has no group": "smtp/helo: no group",
    "a judge's rule has no occasion": "smtp/new: live_results.py does not tell its occasion",
    "a list has no program": "PRODUCTS lacks newmail",
    "a dialogue cannot be read": "the dialogue cannot be read",
    "a dialogue shows something else": "the dialogue shows smtp/reply-text-grammar, too",
    "a dialogue does not show it": "the dialogue does not show smtp/smuggled-message",
    "one side is silent": "one side says nothing",
    "the page is old": "is not what would be made",
}


def problems_of(kept):
    problems = [problem for check in CHECKS for problem in check(kept)]
    return problems + list(written(kept)) if whole(kept) else problems


def whole(kept):
    """Only of records that are can a page be made."""
    return not any(fielded(kept)) and not any(named(kept))


def prove(kept):
    for what, expected in EXPECTED.items():
        changed = copy.deepcopy(kept)
        change(changed, what)
        found = problems_of(changed)
        if not any(expected in problem for problem in found):
            yield f"when {what}, no check says \"{expected}\": {found[:3]}"


def main():
    kept = Kept(sys.argv[1])
    if "--write" in sys.argv and whole(kept):
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(page(kept))
    kept.page = read(PAGE)
    problems = list(prove(kept)) if "--self" in sys.argv else problems_of(kept)
    print("\n".join(problems) or f"{len(kept.results)} results of servers, {len(kept.client_results)} of clients, {len(kept.bugs)} records and {len(kept.lines)} lists belong together")
    return 1 if problems or not kept.results or not kept.bugs else 0


if __name__ == "__main__":
    sys.exit(main())
