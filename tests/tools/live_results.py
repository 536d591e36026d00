"""What runs against real servers and clients found, as it is kept: results, lists of what is known to fail, and records of bugs.

tests/live/results/WORD.tsv    a head of "# Field: value" lines, then a line for each rule of servers that was judged
tests/live/client-results/WORD.tsv  the same of clients
tests/live/known-failing/LIST  read by check_known_failing.py
tests/live/bugs/NAME.txt       records of header fields, an empty line between them; what begins with a blank belongs to the field above
scenarios/catalogue/*.rules    which rule stands in which file, for the groups of the table

Nothing here prints or decides.
"""
import collections
import glob
import json
import os
import re
import subprocess

import check_known_failing
from check_known_failing import pattern

RESULTS, CLIENT_RESULTS, LISTS, BUGS = "tests/live/results", "tests/live/client-results", "tests/live/known-failing", "tests/live/bugs"
COLUMNS = ("rule", "verdict", "pass", "info", "non-strict", "fail", "open")

# What stands behind a list: the name of the program and the Debian package that holds it.
PRODUCTS = {
    "postfix": ("Postfix", "postfix"),
    "exim": ("Exim", "exim4-daemon-light"),
    "exim_tcp": ("Exim", "exim4-daemon-light"),
    "opensmtpd": ("OpenSMTPD", "opensmtpd"),
    "sendmail": ("Sendmail", "sendmail-bin"),
    "aiosmtpd": ("aiosmtpd", "python3-aiosmtpd"),
    "mailutils": ("Mailutils", "mailutils-pop3d"),
    "popa3d": ("popa3d", "popa3d"),
    "dovecot": ("Dovecot", "dovecot-core"),
    "dovecot-pop3": ("Dovecot", "dovecot-core"),
    "submission": ("Dovecot", "dovecot-core"),
}
# The same of clients, by the word that their lists begin with.
CLIENTS = {
    "curl": ("curl", "curl"),
    "msmtp": ("msmtp", "msmtp"),
    "swaks": ("swaks", "swaks"),
    "smtplib": ("smtplib", "python3"),
    "s-nail": ("s-nail", "s-nail"),
    "postfix": ("Postfix", "postfix"),
    "exim": ("Exim", "exim4-daemon-light"),
    "mpop": ("mpop", "mpop"),
    "fetchmail": ("fetchmail", "fetchmail"),
    "getmail": ("getmail", "getmail6"),
    "poplib": ("poplib", "python3"),
}


def product(name):
    """(program, package) of a list; None where nobody tells."""
    word = re.match(r"([a-z0-9-]+?)(-keep|-tls|-two)*-(smtp|pop3)$", name)
    if word and word.group(1) in CLIENTS and name not in PRODUCTS:
        return CLIENTS[word.group(1)]
    return PRODUCTS.get(name.removesuffix("-default"))


# Results of POP3 servers that another server, of which there are results as well, takes mail for.
POP3_ALONE = ("mailutils", "popa3d")

# Rules of a row: (title, file of the catalogue, documents of their main source; none: those that no other row of the file takes).
GROUPS = {
    "smtp": (
        ("commands and their order", "smtp-commands", ()),
        ("greeting and replies", "smtp-replies", ()),
        ("enhanced status codes", "smtp-enhanced-codes", ()),
        ("addresses and parameters", "smtp-addresses", ()),
        ("lengths and numbers", "smtp-limits", ()),
        ("end of data, content", "smtp-data", ()),
        ("delivery", "smtp-delivery", ()),
        ("trace fields", "smtp-trace", ()),
        ("PIPELINING", "smtp-extensions", ("RFC 2920",)),
        ("CHUNKING, BINARYMIME", "smtp-extensions", ("RFC 3030",)),
        ("SIZE", "smtp-extensions", ("RFC 1870",)),
        ("8BITMIME, offers in general", "smtp-extensions", ()),
        ("DSN, notices", "smtp-notices", ()),
        ("SMTPUTF8", "smtp-utf8", ()),
        ("STARTTLS", "smtp-tls", ()),
        ("AUTH", "smtp-auth", ()),
        ("LMTP", "smtp-lmtp", ()),
    ),
    "pop3": (
        ("commands, states, maildrop", "pop3-session", ()),
        ("responses, multi-line", "pop3-responses", ()),
        ("listings and messages", "pop3-messages", ()),
        ("capabilities", "pop3-capabilities", ()),
        ("STLS", "pop3-tls", ()),
        ("logins", "pop3-auth", ()),
    ),
}
CLIENT_GROUPS = {
    "smtp": (
        ("the session and its replies", "smtp-client-session"),
        ("the message and its envelope", "smtp-client-data"),
        ("STARTTLS and AUTH", "smtp-client-tls-auth"),
    ),
    "pop3": (
        ("the session and its responses", "pop3-client-session"),
        ("STLS and logins", "pop3-client-tls-auth"),
    ),
}

# When a rule that judges watch in every session had an occasion to be broken: what stands in some dialogue of the run. A rule that cases
# name needs no line here if it is watched in these alone.
SMTP, POP3 = r"^S\d*: [2-5]\d\d", r"^S\d*: (\+OK|-ERR)"
TLS, ENHANCED = r"<negotiate a TLS session>", r"^S\d*: 250[- ]ENHANCEDSTATUSCODES$"
OCCASIONS = {
    **dict.fromkeys(("smtp/bare-code", "smtp/closes-unasked", "smtp/command-gets-reply", "smtp/ehlo-domain", "smtp/ehlo-keyword-grammar",
                     "smtp/ehlo-parameter", "smtp/greeting-code", "smtp/intermediate-reply", "smtp/minimum", "smtp/multiline-last-line",
                     "smtp/multiline-same-code", "smtp/offered-command", "smtp/one-reply-per-command", "smtp/quit-reply",
                     "smtp/reply-code-grammar", "smtp/reply-crlf", "smtp/reply-line-length", "smtp/reply-separator",
                     "smtp/reply-text-grammar", "smtp/usual-code"), SMTP),
    **dict.fromkeys(("pop3/command-gets-response", "pop3/greeting", "pop3/line-end", "pop3/listing-extra", "pop3/one-response-per-command",
                     "pop3/status-indicator", "pop3/status-line-length"), POP3),
    **dict.fromkeys(("smtp/enhanced-code", "smtp/enhanced-code-class", "smtp/enhanced-code-lines", "smtp/enhanced-code-registered",
                     "smtp/enhanced-code-syntax"), ENHANCED),
    **dict.fromkeys(("smtp/no-text-before-tls", "smtp/starttls-not-offered-within-tls", "pop3/no-text-before-tls"), TLS),
    "smtp/auth-challenge": r"^S\d*: 334 ",
    "smtp/auth-empty-challenge": r"^S\d*: 334 ?$",
    "smtp/auth-enhanced-code": r"^C\d*: AUTH .*\nS\d*: [245]\d\d [245]\.\d",
    "smtp/auth-mechanism-names": r"^S\d*: 250[- ]AUTH ",
    "smtp/binarymime-with-chunking": r"^S\d*: 250[- ]BINARYMIME$",
    "smtp/ehlo-lists-commands": r"^C\d*: (EXPN|HELP)\b.*\nS\d*: 2",
    "smtp/smuggled-message": r"^# smtp/end-of-data/",
    "smtp/utf8-with-8bitmime": r"^S\d*: 250[- ]SMTPUTF8$",
    "smtp/vrfy-mailbox": r"^C\d*: (VRFY|EXPN) .*\nS\d*: (250|251|551)",
    "pop3/auth-challenge": r"^S\d*: \+ ",
    "pop3/capability-form": r"^C\d*: CAPA$",
    "pop3/no-auth-code-for-user": r"^# pop3/response-codes-login/unknown-user$",
    "pop3/timestamp-form": r"^S\d*: \+OK.*<[^<>@]+@[^<>@]+>",
}


class Catalogue:
    """The rules and cases that there are."""

    def __init__(self, program):
        def run(*words):
            return subprocess.run([program, *words, "--no-config"], capture_output=True, text=True, check=True).stdout
        data = json.loads(run("coverage", "--format", "json"))
        self.rules = {rule["rule"]: rule for rule in data["rules"]}
        self.cases = {case["case"] for case in data["cases"]} | {line.split()[0] for line in run("list").splitlines() if line.strip()}
        self.cases |= {os.path.basename(path).removesuffix(".scn") for path in glob.glob("tests/live/*.scn")}
        self.file_of = {}
        for path in glob.glob("scenarios/catalogue/*.rules"):
            with open(path, encoding="utf-8") as file:
                for name in re.findall(r"^Id: (\S+)$", file.read(), re.M):
                    self.file_of[name] = os.path.basename(path).removesuffix(".rules")

    def servers(self, protocol):
        return [rule for rule in self.rules.values() if rule["side"] == "server" and rule["rule"].startswith(protocol + "/")]

    def clients(self, protocol):
        return [rule for rule in self.rules.values() if rule["side"] == "client" and rule["rule"].startswith(protocol + "/")]

    def group(self, rule):
        """The title of its row; None where there is none."""
        rows = [row for row in GROUPS[rule["rule"].split("/")[0]] if row[1] == self.file_of.get(rule["rule"])]
        for title, _, documents in sorted(rows, key=lambda row: not row[2]):
            if not documents or rule["document"] in documents:
                return title
        return None


def fields(text, where):
    """[{field: value}] of records, and what is wrong with them. A value's further lines are kept, without the blank in front."""
    records, problems, record, last = [], [], None, None
    for number, line in enumerate(text.splitlines(), 1):
        found = re.match(r"([A-Z][A-Za-z-]*):(?: (.*))?$", line)
        if line.startswith("#"):
            continue
        if not line.strip():
            record = None
        elif line.startswith(" ") and record is not None:
            record[last] += "\n" + line[1:]
        elif found:
            if record is None:
                record = {"where": f"{where}:{number}"}
                records.append(record)
            last = found.group(1)
            if last in record:
                problems.append(f"{where}:{number}: {last} stands twice")
            record[last] = found.group(2) or ""
        else:
            problems.append(f"{where}:{number}: expected a field, a further line of one, or an empty line: {line}")
    return records, problems


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def files(folder, ending):
    return sorted(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(ending))


class Result:
    """A file of results: `word`, `name`, `packages`, `lists`, `cases` as its head tells, and `verdicts`, rule to verdict."""

    def __init__(self, word, text):
        self.word = word
        head = dict(re.findall(r"^# ([A-Z][a-z-]+): (.*)$", text, re.M))
        self.name, self.packages = head.get("Name", ""), head.get("Packages", "")
        self.lists, self.cases = head.get("Lists", "").split(), head.get("Cases", "")
        rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
        self.whole = bool(rows) and tuple(rows[0]) == COLUMNS and all(len(row) == len(COLUMNS) for row in rows)
        self.verdicts = {row[0]: row[1] for row in rows[1:]} if self.whole else {}

    @property
    def base(self):
        """postfix of postfix_tls."""
        return self.word.split("_")[0]


class Line:
    """A line of a list: `cases` and `rule` as they stand there, and `why`."""

    def __init__(self, name, number, words):
        self.list, self.where = name, f"{LISTS}/{name}:{number}"
        self.cases, self.rule, self.why = words
        self.maybe = self.rule.endswith("?")
        self.rule = self.rule.removesuffix("?")


class Bug:
    """A record, with the words of its fields split."""

    def __init__(self, record):
        self.fields, self.where = record, record["where"]
        self.id = record.get("Id", "")
        self.lists, self.rules, self.cases = (record.get(name, "").split() for name in ("Lists", "Rules", "Cases"))
        self.kind, self.status = record.get("Kind", ""), record.get("Status", "")
        self.dialogue = [line for line in record.get("Dialogue", "").split("\n") if line]

    @property
    def side(self):
        return "client" if any(case.startswith("client/") for case in self.cases) else "server"

    def covers(self, line):
        return line.list in self.lists and line.rule in self.rules and any(pattern(case).fullmatch(line.cases) for case in self.cases)


class Kept:
    """All of it, as it stands in the folders."""

    def __init__(self, program):
        self.program, self.catalogue, self.problems = program, Catalogue(program), []
        self.results = [Result(os.path.basename(path).removesuffix(".tsv"), read(path)) for path in files(RESULTS, ".tsv")]
        self.client_results = [Result(os.path.basename(path).removesuffix(".tsv"), read(path)) for path in files(CLIENT_RESULTS, ".tsv")]
        self.lines = collections.OrderedDict()
        for name in sorted(os.listdir(LISTS)):
            self.lines[name] = [Line(name, number, words) for number, words in check_known_failing.lines(os.path.join(LISTS, name))
                                if len(words) == 3]
        self.bugs = []
        for path in files(BUGS, ".txt"):
            records, problems = fields(read(path), path)
            self.bugs += map(Bug, records)
            self.problems += problems
