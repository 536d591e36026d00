#!/usr/bin/env python3
"""Hold rules, cases, faults and statements of the standards against each other: nothing is orphaned.

usage: check_coverage.py MAILSPEC           (from the project's folder)
       check_coverage.py MAILSPEC --write   write docs/rules-list.md and the Needs of each rule anew
       check_coverage.py MAILSPEC --self    prove that each check can fail, on what "coverage" prints with one thing changed

Every rule has a judge or a case, and faults that name it; every fault belongs to its rule; every statement ends in rules that
exist, or in a reason; every rule of a document whose statements are listed is
named by one, and for each section that it has as a source. docs/rules-list.md is what "coverage --format markdown" prints.
"""
import collections
import copy
import glob
import json
import re
import subprocess
import sys

PAGE = "docs/rules-list.md"
MEND = "python3 tests/tools/check_coverage.py MAILSPEC --write"


def section_of(source):
    """("5321", "4.2") of "RFC 5321 4.2 (erratum 1)"; None where it names no section of an RFC."""
    found = re.match(r"RFC (\d+) ([\w.]+)", source)
    return found.groups() if found else None


def judged(data):
    judges = set(data["judges"])
    for rule in data["rules"]:
        if (rule["judged-by"] == "judge") != (rule["rule"] in judges):
            yield f"{rule['rule']}: Judged-by is {rule['judged-by']}, and the judges say otherwise"
        if rule["judged-by"] == "scenario" and not rule["cases"]:
            yield f"{rule['rule']}: no case judges it"
    for judge in judges - {rule["rule"] for rule in data["rules"]}:
        yield f"{judge}: a judge names it, and it is no rule"


def cases(data):
    rules = {rule["rule"] for rule in data["rules"]}
    for case, named in data["listed"].items():
        for rule in set(named) - rules:
            yield f"the case {case} names {rule}, which is no rule"
    for rule in data["rules"]:
        for case in rule["cases"]:
            if rule["rule"] not in data["listed"].get(case, ()):
                yield f"{rule['rule']}: {case} does not name it"


def proven(data):
    rules = {rule["rule"]: rule for rule in data["rules"]}
    faults = {fault["fault"]: fault for fault in data["faults"]}
    for name, fault in faults.items():
        if fault["rule"] not in rules:
            yield f"the fault {name} breaks {fault['rule']}, which is no rule"
        elif name not in rules[fault["rule"]]["faults"]:
            yield f"the fault {name} breaks {fault['rule']}, which does not name it"
        elif fault["of"] != rules[fault["rule"]]["side"]:
            yield f"the fault {name} is one of the {fault['of']}, and {fault['rule']} binds the other side"
    for rule in rules.values():
        if not rule["faults"]:
            yield f"{rule['rule']}: no fault breaks it"
        for name in rule["faults"]:
            if name not in faults:
                yield f"{rule['rule']}: there is no fault {name}"
            elif faults[name]["rule"] != rule["rule"]:
                yield f"{rule['rule']}: the fault {name} breaks {faults[name]['rule']}"


def ended(data):
    rules = {rule["rule"] for rule in data["rules"]}
    seen = set()
    for row in data["statements"]:
        where = f"RFC {row['document']} {row['section']}, line {row['line']}"
        there = [rule for rule in row["rules"] if rule in rules]
        key = (row["document"], row["section"], row["line"], row["subject"], row["statement"])
        if key in seen:
            yield f"{where}: stands twice: {row['statement']}"
        seen.add(key)
        if row["becomes"] == "out" and len(row.get("reason", "")) < 10:
            yield f"{where}: left out without a reason"
        for name in re.findall(r"\b(?:smtp|pop3)/[a-z0-9-]+", row.get("reason") or ""):
            if name not in rules:
                yield f"{where}: the reason speaks of {name}, which is no rule"
        if row["becomes"] == "rule" and (not there or len(there) != len(row["rules"])):
            yield f"{where}: names rules that are not there"


def reached(data):
    sections = collections.defaultdict(set)
    for row in data["statements"]:
        sections[str(row["document"]), row["section"]] |= set(row["rules"])
    documents = {document for document, section in sections}
    for rule in data["rules"]:
        sources = [found for found in map(section_of, rule["sources"]) if found]
        if rule["level"] == "PRACTICE" or not {document for document, section in sources} & documents:
            continue
        if not any(rule["rule"] in named for named in sections.values()):
            yield f"{rule['rule']}: no statement names it"
        for source in sources:
            if source in sections and rule["rule"] not in sections[source]:
                yield f"{rule['rule']}: its source is RFC {' '.join(source)}, and no statement of that section names it"


def listed(data):
    if data["page"] != data["markdown"]:
        found, wanted = data["page"].splitlines(), data["markdown"].splitlines()
        for line in [line for line in wanted if line not in found][:5]:
            yield f"{PAGE} lacks: {line}"
        yield f"{PAGE} is not what the catalogue says; mend it by: {MEND}"


def sided(data):
    """A statement that binds one side, or both, ends in rules of just these."""
    side = {rule["rule"]: rule["side"] for rule in data["rules"]}
    for row in data["statements"]:
        wanted = {"both": {"server", "client"}}.get(row["subject"], {row["subject"]})
        found = {side[rule] for rule in row["rules"] if rule in side}
        if row["becomes"] != "out" and found != wanted:
            yield (f"RFC {row['document']} {row['section']}, line {row['line']}: binds {' and '.join(sorted(wanted))}, its rules "
                   f"{' and '.join(sorted(found))}")


def common_needs(cases_of_rule):
    """What each of the cases requires, but the protocol; of a number the least."""
    common = None
    for case in cases_of_rule:
        found = {}
        for need in case["needs"]:
            name, _, argument = need.partition(" ")
            key, number = (name, int(argument)) if argument.isdigit() else (need, 0)
            found[key] = max(number, found.get(key, 0))
        common = found if common is None else {key: min(common[key], found[key]) for key in common if key in found}
    return sorted(f"{key} {number}" if number else key for key, number in (common or {}).items()
                  if key not in ("smtp", "lmtp", "pop3"))


def rules_with_needs(data):
    """Each rule that cases judge, with what they all require; what judges find needs nothing of its own."""
    cases_of = collections.defaultdict(list)
    for case in data["cases"]:
        for rule in case["rules"]:
            cases_of[rule].append(case)
    for rule in data["rules"]:
        if rule["judged-by"] == "scenario":
            yield rule, common_needs(cases_of[rule["rule"]])


def needed(data):
    for rule, wanted in rules_with_needs(data):
        if sorted(rule["needs"]) != wanted:
            yield (f"{rule['rule']}: its cases all require \"{', '.join(wanted)}\", and Needs says "
                   f"\"{', '.join(rule['needs'])}\"; mend it by: {MEND}")


CHECKS = (judged, cases, proven, ended, reached, sided, needed, listed)


def collect(program):
    def run(*words):
        return subprocess.run([program, *words, "--no-config"], capture_output=True, text=True, check=True).stdout
    data = json.loads(run("coverage", "--format", "json"))
    data["markdown"] = run("coverage", "--format", "markdown")
    data["listed"] = {case["case"]: case["rules"] for case in data["cases"]}
    with open(PAGE, encoding="utf-8") as page:
        data["page"] = page.read()
    return data


# ---- each check must be able to fail ----

def first(rows, **fields):
    return next(row for row in rows if all(row[name] == value for name, value in fields.items()))


def change(data, what):
    rule = first(data["rules"], rule="smtp/rset-clears")
    row = next(row for row in data["statements"] if "smtp/rset-clears" in row["rules"])
    fault = first(data["faults"], rule="smtp/rset-clears")
    if what == "a rule has no case":
        rule["cases"] = []
    elif what == "the judges do not have a rule":
        data["judges"].remove("smtp/reply-crlf")
    elif what == "a judge names no rule":
        data["judges"].append("smtp/nothing")
    elif what == "a case names no rule":
        data["listed"]["smtp/helo"] = ["smtp/nothing"]
    elif what == "a case does not name the rule":
        rule["cases"].append("smtp/helo")
    elif what == "a fault breaks no rule":
        fault["rule"] = "smtp/nothing"
    elif what == "a rule does not name its fault":
        rule["faults"].remove(fault["fault"])
    elif what == "a fault is not there":
        rule["faults"].append("nothing")
    elif what == "a fault is that of another rule":
        rule["faults"].append("helo")
    elif what == "a fault is of the other side":
        fault["of"] = "client"
    elif what == "a statement names no rule":
        row["rules"] = ["smtp/nothing"]
    elif what == "a reason is missing":
        first(data["statements"], becomes="out")["reason"] = ""
    elif what == "a reason speaks of no rule":
        first(data["statements"], becomes="out")["reason"] = "what is left is smtp/nothing"
    elif what == "a statement stands twice":
        data["statements"].append(dict(row))
    elif what == "a rule is named by no statement":
        for row in data["statements"]:
            row["rules"] = [name for name in row["rules"] if name != "smtp/rset-clears"] or ["smtp/helo"]
    elif what == "a statement binds another side than its rules":
        row["subject"] = "both"
    elif what == "a rule does not say what it needs":
        first(data["rules"], rule="smtp/size-refused")["needs"] = []
    elif what == "a rule needs what its cases do not require":
        rule["needs"].append("delivery")
    elif what == "a source is named by no statement":
        rule["sources"].append("RFC 5321 4.5.2")
    elif what == "the page is old":
        data["page"] = data["page"].replace("smtp/rset-clears", "smtp/rset")
    else:
        raise ValueError(what)


EXPECTED = {
    "a rule has no case": "no case judges it",
    "the judges do not have a rule": "the judges say otherwise",
    "a judge names no rule": "it is no rule",
    "a case names no rule": "which is no rule",
    "a case does not name the rule": "does not name it",
    "a fault breaks no rule": "which is no rule",
    "a rule does not name its fault": "which does not name it",
    "a fault is not there": "there is no fault nothing",
    "a fault is that of another rule": "the fault helo breaks",
    "a fault is of the other side": "binds the other side",
    "a statement names no rule": "names rules that are not there",
    "a reason is missing": "without a reason",
    "a reason speaks of no rule": "the reason speaks of smtp/nothing, which is no rule",
    "a statement stands twice": "stands twice",
    "a rule is named by no statement": "smtp/rset-clears: no statement names it",
    "a source is named by no statement": "RFC 5321 4.5.2, and no statement",
    "a statement binds another side than its rules": "binds client and server, its rules server",
    "a rule does not say what it needs": "smtp/size-refused: its cases all require \"ehlo SIZE\", and Needs says \"\"",
    "a rule needs what its cases do not require": "smtp/rset-clears: its cases all require \"\", and Needs says \"delivery\"",
    "the page is old": "mend it by",
}


def problems_of(data):
    return [problem for check in CHECKS for problem in check(data)]


def prove(data):
    for what, expected in EXPECTED.items():
        changed = copy.deepcopy(data)
        change(changed, what)
        found = problems_of(changed)
        if not any(expected in problem for problem in found):
            yield f"when {what}, no check says \"{expected}\": {found[:3]}"


def write_needs(data):
    wanted = {rule["rule"]: needs for rule, needs in rules_with_needs(data) if sorted(rule["needs"]) != needs}
    for path in glob.glob("scenarios/catalogue/*.rules"):
        with open(path, encoding="utf-8") as file:
            records = re.split(r"(\n\n+)", file.read())
        for i, record in enumerate(records):
            found = re.search(r"^Id: (\S+)$", record, re.M)
            if found and found.group(1) in wanted:
                needs = wanted[found.group(1)]
                record = re.sub(r"^Needs:.*\n(?: .*\n)*", "", record, flags=re.M)
                line = f"Needs: {', '.join(needs)}\n" if needs else ""
                records[i] = re.sub(r"^Judged-by:", line + "Judged-by:", record, flags=re.M)
        with open(path, "w", encoding="utf-8") as file:
            file.write("".join(records))


def write(data, program):
    write_needs(data)
    with open(PAGE, "w", encoding="utf-8") as page:
        page.write(collect(program)["markdown"])


def main():
    data = collect(sys.argv[1])
    if "--write" in sys.argv:
        write(data, sys.argv[1])
        data = collect(sys.argv[1])
    problems = list(prove(data)) if "--self" in sys.argv else problems_of(data)
    print("\n".join(problems) or f"{len(data['rules'])} rules, {len(data['faults'])} faults and {len(data['statements'])} "
          f"statements belong together")
    return 1 if problems or not data["rules"] else 0


if __name__ == "__main__":
    sys.exit(main())
