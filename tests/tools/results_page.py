"""docs/results.md, as text: a table of rule groups by server, and what was found, with the dialogue that shows it."""
import collections

from live_results import CLIENT_GROUPS, GROUPS, POP3_ALONE, pattern, product

PAGE = "docs/results.md"

# Kinds of what was found, the gravest first, each with what it means.
KINDS = collections.OrderedDict((
    ("security", "somebody who may not do so gets mail accepted, commands carried out, or a login"),
    ("crash", "the process that serves the session dies"),
    ("hang", "the session, or the program, goes no further"),
    ("mail", "a message is lost, doubled or changed"),
    ("interop", "who follows the standard does not get on"),
    ("form", "another code or another form than the standard's; no mail is lost by it"),
))
APART = collections.OrderedDict((
    ("configuration", ("Matters of configuration", "What the settings of the tests, or of a default, bring about; other settings do not.")),
    ("disputed", ("Disputed", "Where the texts can be read in another way, too; the program may hold that it follows them.")),
))
PROTOCOLS = {"smtp": "SMTP and LMTP", "pop3": "POP3"}
NOTES = {
    "smtp": "Postfix stands before `mailutils` and `popa3d`, whose own protocol is POP3 alone: they have no column.",
    "pop3": "What comes in by aiosmtpd, Exim, OpenSMTPD, Postfix, Sendmail and Dovecot's submission server is fetched from Dovecot, whose verdicts these are.",
}

HEAD = """# What real servers and clients were found to do

Made by `tests/tools/check_results.py` from [results](../tests/live/results), [records of bugs](../tests/live/bugs) and the
[lists of what is known to fail](../tests/live/known-failing); nobody edits it, and a test fails where it is old. On Debian 12, as root:

```
RESULTS=tests/live/results ./dev live servers            # every case against every server, minutes
for script in smtp pop3 relays; do RESULTS=tests/live/client-results tests/live/clients-$script.sh; done
python3 tests/tools/check_results.py build/release/mailspec --write
```

The servers are those of Debian's packages, with the security fixes of their versions; [how they are set up](../tests/live/README.md), and why. A finding
holds for the version that it names, and was read against the text of the RFC and the octets on the wire. Later versions may be better;
where that is known it is said. Whoever knows that a finding is wrong, or mended, is asked to say so.
"""

LEGEND = """| in a cell | counts rules |
|---|---|
| `✓` | that were kept wherever they were judged |
| `✗` | of which a MUST was broken |
| `~` | of which a SHOULD was not followed, or a MUST by an answer that serves as well, such as 500 for 501 |
| `i` | of practice that nobody has to follow |
| `·` | that were not judged: the server does not offer the extension (as AUTH), speaks the other protocol (LMTP), or only the built-in server can be set up for them; or no dialogue came so far |
"""


def cell(marks):
    counts = collections.Counter(marks)
    parts = [f"{counts[mark]} {mark}" for mark in "✓✗~i·" if counts[mark]]
    return "\u00a0".join(f"**{part}**" if "✗" in part else part for part in parts).replace(" ", "\u00a0")


MARKS = {"PASS": "✓", "FAIL": "✗", "NON-STRICT": "~", "INFO": "i"}


def table_row(cells):
    return f"| {' | '.join(cells)} |"


def table(columns, rows):
    yield table_row(columns)
    yield "|" + "---|" * len(columns)
    yield from map(table_row, rows)
    yield ""


def mark(result, rule):
    return MARKS.get(result.verdicts.get(rule["rule"]), "·")


def judges(result, protocol):
    """Whether its own server speaks the protocol, and not another one that stands before it."""
    return (protocol != "smtp" or result.word not in POP3_ALONE) and any(rule.startswith(protocol + "/") for rule in result.verdicts)


def main_results(kept, protocol):
    """One for each server; another setting of it (postfix_tls beside postfix) only where the first is missing."""
    words = {result.word for result in kept.results}
    return [result for result in kept.results if (result.base == result.word or result.base not in words) and judges(result, protocol)]


def columns_of(results, rules):
    """[(words, result)]: results that are the same stand in one column."""
    same = collections.OrderedDict()
    for result in results:
        same.setdefault(tuple(mark(result, rule) for rule in rules), []).append(result)
    return [(", ".join(result.word for result in alike), alike[0]) for alike in same.values()]


def groups(kept, protocol):
    rules = kept.catalogue.servers(protocol)
    columns = columns_of(main_results(kept, protocol), rules)
    rows = []
    for title, *_ in GROUPS[protocol]:
        own = [rule for rule in rules if kept.catalogue.group(rule) == title]
        rows.append([title, str(len(own)), *(cell(mark(result, rule) for rule in own) for _, result in columns)])
    rows.append(["together", str(len(rules)), *(cell(mark(result, rule) for rule in rules) for _, result in columns)])
    yield f"### {PROTOCOLS[protocol]}"
    yield ""
    yield NOTES[protocol]
    yield ""
    yield from table(["rules about", "rules", *(words for words, _ in columns)], rows)


def servers(kept):
    yield "## Servers"
    yield ""
    yield from table(["word", "server", "Debian's packages", "cases"],
                     [[f"`{result.word}`", result.name, result.packages, result.cases] for result in kept.results])


def others(kept):
    """What another setting of a server changes."""
    by_word = {result.word: result for result in kept.results}
    rows = []
    for result in kept.results:
        base = by_word.get(result.base)
        if base is None or base is result:
            continue
        both = sorted(set(base.verdicts) & set(result.verdicts))
        changed = [f"`{rule}` {MARKS[base.verdicts[rule]]} → {MARKS[result.verdicts[rule]]}" for rule in both
                   if base.verdicts[rule] != result.verdicts[rule]]
        more, less = (len(set(a.verdicts) - set(b.verdicts)) for a, b in ((result, base), (base, result)))
        rows.append([f"`{result.word}`", f"`{base.word}`", str(len(both)), "; ".join(changed) or "none", str(more), str(less)])
    if rows:
        yield "### Other settings"
        yield ""
        yield "The same servers with TLS, on a pipe, or set up otherwise: the rules that both were judged by, and which of these came out otherwise."
        yield ""
        yield from table(["word", "beside", "rules of both", "otherwise", "only here", "only there"], rows)


def sources(kept, bug):
    rules = [kept.catalogue.rules[rule] for rule in bug.rules if rule in kept.catalogue.rules]
    return ", ".join(f"`{rule['rule']}` ({rule['level']}, {rule['sources'][0]})" for rule in rules) or "no rule: the program itself fails"


def text(value):
    return " ".join(value.split())


def where(kept, bug):
    """The case whose dialogue is shown, or the first, and how many others the lists have for it."""
    lines = [line for name in bug.lists for line in kept.lines[name] if bug.covers(line)]
    cases = sorted(case for case in kept.catalogue.cases if any(pattern(line.cases).fullmatch(case) for line in lines))
    first = next((case for case in cases if case == bug.cases[0]), cases[0])
    return f"`{first}`" + (f" and {len(cases) - 1} more" if len(cases) > 1 else "")


def status(bug):
    return "" if bug.status in ("bug", *APART) else f", {bug.status}"


def block(bug):
    if bug.dialogue:
        yield "```"
        yield from bug.dialogue
        yield "```"
        yield ""


def entry(kept, bug):
    get = bug.fields.get
    yield f'<a id="{bug.id}"></a>'
    yield f"#### {get('Server')}: {text(get('Title', ''))}"
    yield ""
    yield f"{get('Server')} {get('Version')}, {bug.kind}{status(bug)}. Breaks {sources(kept, bug)}; seen in {where(kept, bug)}."
    yield ""
    yield f"* The standard: {text(get('Says', ''))}"
    yield f"* What it leads to: {text(get('Consequence', ''))}"
    for name, label in (("Mend", "What helps"), ("See", "See")):
        if get(name):
            yield f"* {label}: {text(get(name))}"
    yield ""
    yield from block(bug)


def found(kept, side):
    """The bugs of one side, the gravest kind first, within it by server."""
    bugs = [bug for bug in kept.bugs if bug.side == side and bug.status not in APART]
    return sorted(bugs, key=lambda bug: (list(KINDS).index(bug.kind), bug.fields["Server"].lower()))


def overview(bugs):
    rows = [[bug.kind, bug.fields["Server"], f"[{text(bug.fields['Title'])}](#{bug.id})", bug.status if status(bug) else ""] for bug in bugs]
    yield from table(["kind", "program", "what", "since then"], rows)


def tally(bugs):
    """How many there are of each kind."""
    counts = collections.Counter(bug.kind for bug in bugs)
    yield f"{len(bugs)}: {', '.join(f'{counts[kind]} {kind}' for kind in KINDS if counts[kind])}."
    yield ""


def entries(kept, side):
    bugs = found(kept, side)
    yield from tally(bugs)
    yield from overview(bugs)
    for kind, meaning in KINDS.items():
        own = [bug for bug in bugs if bug.kind == kind]
        if own:
            yield f"### {'Clients, ' if side == 'client' else ''}{kind if side == 'client' else kind.capitalize()}: {meaning}"
            yield ""
        for bug in own:
            yield from entry(kept, bug)


def apart(kept):
    for name, (title, meaning) in APART.items():
        own = sorted((bug for bug in kept.bugs if bug.status == name), key=lambda bug: (bug.side != "server", bug.fields["Server"].lower()))
        if not own:
            continue
        yield f"## {title}"
        yield ""
        yield meaning
        yield ""
        for bug in own:
            get = bug.fields.get
            yield (f'* <a id="{bug.id}"></a>**{get("Server")} {get("Version")}: {text(get("Title", ""))}.** {sources(kept, bug)}, '
                   f'{where(kept, bug)}. {text(get("Says", ""))} {text(get("Why", ""))}')
        yield ""


def program(name):
    """Postfix of postfix and postfix-default, curl of curl-tls-smtp."""
    return (product(name) or (name.split("-")[0],))[0]


def milder(kept):
    """What is in the lists and in no record: SHOULDs, by rule."""
    rows = collections.OrderedDict()
    for line in (line for lines in kept.lines.values() for line in lines):
        rule = kept.catalogue.rules.get(line.rule)
        if rule and not any(bug.covers(line) for bug in kept.bugs):
            why = rows.setdefault((rule["side"] != "server", line.rule), collections.OrderedDict())
            why.setdefault(line.why, collections.OrderedDict())[program(line.list)] = True
    cells = []
    for (_, rule), reasons in sorted(rows.items()):
        said = "; ".join(f"{', '.join(programs)}: {why}" for why, programs in reasons.items())
        cells.append([f"`{rule}`", kept.catalogue.rules[rule]["sources"][0], said])
    yield "## What is less than a MUST"
    yield ""
    yield "The rest of the lists of what is known to fail; the dialogues stand there."
    yield ""
    yield from table(["rule", "stands in", "who"], cells)


CLIENT_TITLES = {"smtp": "Senders of mail", "pop3": "Fetchers of mail"}


def client_groups(kept, protocol):
    """How many rules of each file came out how, and which were broken by whom."""
    results = [result for result in kept.client_results if any(rule.startswith(protocol + "/") for rule in result.verdicts)]
    if not results:
        return
    rules = kept.catalogue.clients(protocol)
    rows = []
    for title, file in CLIENT_GROUPS[protocol]:
        own = [rule for rule in rules if kept.catalogue.file_of.get(rule["rule"]) == file]
        rows.append([title, str(len(own)), *(cell(mark(result, rule) for rule in own) for result in results)])
    yield f"### {CLIENT_TITLES[protocol]}"
    yield ""
    yield from table(["rules about", "rules", *(result.word for result in results)], rows)
    yield "What any of them did otherwise, rule by rule:"
    yield ""
    broken = [rule for rule in rules if any(mark(result, rule) in "✗~i" for result in results)]
    yield from table(["rule", "level", *(result.word for result in results)],
                     [[f"`{rule['rule']}`", rule["level"], *(mark(result, rule) for result in results)] for rule in broken])


def clients(kept):
    yield "## Clients"
    yield ""
    yield "mailspec was the server ([how](../tests/live/README.md#senders-of-mail)); a cell counts rules, as above. `·` stands also for what a client does not do of"
    yield "itself, such as TLS or a second recipient."
    yield ""
    yield from table(["word", "client", "Debian's packages", "cases"],
                     [[f"`{result.word}`", result.name, result.packages, result.cases] for result in kept.client_results])
    for protocol in CLIENT_GROUPS:
        yield from client_groups(kept, protocol)


def page(kept):
    lines = [HEAD]
    lines += servers(kept)
    lines += ["## Rules by server", "", LEGEND]
    for protocol in GROUPS:
        lines += groups(kept, protocol)
    lines += others(kept)
    lines += ["## Bugs of servers", "", "Each with the shortest dialogue that shows it, cut out of a transcript, with shorter names and addresses: "
              "`\\n` is a lone LF, `\\c` a line",
              "without its end, `...` what is left out ([notation](language.md)). Where a judge watches for the rule, `mailspec check` names it in",
              "the dialogue that is pasted behind a greeting and EHLO. Within a kind they are in the order of their programs.", ""]
    lines += entries(kept, "server")
    lines += clients(kept)
    if found(kept, "client"):
        lines += ["## Bugs of clients", "", "mailspec was the server.", ""]
        lines += entries(kept, "client")
    lines += apart(kept)
    lines += milder(kept)
    return "\n".join(lines).rstrip("\n") + "\n"
