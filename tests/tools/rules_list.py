#!/usr/bin/env python3
"""Hold docs/rules-list.md against the catalogue of rules, or write it anew.

usage: rules_list.py [--write]        (from the project's folder)

The page is made: nobody edits it. Where it differs from the catalogue, "python3 tests/tools/rules_list.py --write" mends it.
"""
import glob
import sys

PAGE = "docs/rules-list.md"
SECTIONS = [("smtp", "server", "SMTP and LMTP: servers"), ("pop3", "server", "POP3: servers"),
            ("smtp", "client", "SMTP and LMTP: clients"), ("pop3", "client", "POP3: clients")]


def records(path):
    record, name = {}, None
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if line.startswith("#"):
                continue
            if not line.strip():
                if record:
                    yield record
                record = {}
            elif line[0] in " \t":
                record[name] += " " + line.strip()
            else:
                name, _, value = line.partition(":")
                record[name] = value.strip()
    if record:
        yield record


def page():
    rules = [rule for path in sorted(glob.glob("scenarios/catalogue/*.rules")) for rule in records(path)]
    text = ["# All rules", "",
            "Made from the catalogue by `python3 tests/tools/rules_list.py --write`; [rules.md](rules.md) tells what the columns "
            "mean."]
    for protocol, side, title in SECTIONS:
        own = [rule for rule in rules if rule["Id"].startswith(protocol + "/") and rule["Side"] == side]
        text += ["", f"## {title}", "", "| id | level | source | title | judged by |", "|---|---|---|---|---|"]
        text += [f"| `{rule['Id']}` | {rule['Level']} | {rule['Source'].split(';')[0]} | {rule['Title']} | {rule['Judged-by']} |"
                 for rule in sorted(own, key=lambda rule: rule["Id"])]
    return "\n".join(text) + "\n", len(rules)


def main():
    wanted, count = page()
    if "--write" in sys.argv:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(wanted)
        return 0
    with open(PAGE, encoding="utf-8") as file:
        found = file.read()
    if found != wanted:
        for line in sorted(set(wanted.splitlines()) ^ set(found.splitlines())):
            print(("missing: " if line in wanted else "outdated: ") + line)
        print(f"{PAGE} is not what the catalogue says; mend it by: python3 tests/tools/rules_list.py --write")
        return 1
    print(f"{PAGE} has the {count} rules")
    return 0 if count > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
