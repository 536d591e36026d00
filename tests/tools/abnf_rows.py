#!/usr/bin/env python3
"""Derive test rows for the reply, EHLO, path and mailbox grammar from the ABNF of RFC 5321.

usage: abnf_rows.py FOLDER            write FOLDER/*.tsv
       abnf_rows.py --check FOLDER    exit status 1 when a file there is not what would be written

The ABNF below is a transcription of the RFC's text. This script expands it into texts, changes them an octet here and there, and
decides with a matcher of its own whether the result still is in the language and which octets are which part. It shares
nothing with the C code that is tested with its rows. What the ABNF leaves to its comments stands in CHECKS.

A row: kind, "valid" or "invalid", the text (escaped as in a scenario), then for a valid text its parts as NAME=VALUE.
"""
import pathlib
import re
import sys

ABNF = """
; RFC 5234, appendix B.1
ALPHA = %x41-5A / %x61-7A
DIGIT = %x30-39
HEXDIG = DIGIT / "A" / "B" / "C" / "D" / "E" / "F"
SP = %x20
DQUOTE = %x22
CRLF = %d13.10

; RFC 5322, 3.2.3
atext = ALPHA / DIGIT / "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "/" / "=" / "?" / "^" / "_" / "`" / "{" / "|"
    / "}" / "~"

; RFC 5321, 4.2
textstring = 1*(%d09 / %d32-126)
Reply-line = *( Reply-code "-" [ textstring ] CRLF )
    Reply-code [ SP textstring ] CRLF
Reply-code = %x32-35 %x30-35 %x30-39
; RFC 4954, 4: continue-req, here with an empty challenge
reply = Reply-line / "334" SP CRLF

; RFC 5321, 4.1.1.1
ehlo-line = ehlo-keyword *( SP ehlo-param )
ehlo-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")
ehlo-param = 1*(%d33-126)

; RFC 5321, 4.1.1.3 and 4.1.2
rcpt-path = "<Postmaster@" Domain ">" / "<Postmaster>" / Forward-path
Reverse-path = Path / "<>"
Forward-path = Path
Path = "<" [ A-d-l ":" ] Mailbox ">"
A-d-l = At-domain *( "," At-domain )
At-domain = "@" Domain
Domain = sub-domain *("." sub-domain)
sub-domain = Let-dig [Ldh-str]
Let-dig = ALPHA / DIGIT
Ldh-str = *( ALPHA / DIGIT / "-" ) Let-dig
address-literal = "[" ( IPv4-address-literal / IPv6-address-literal / General-address-literal ) "]"
Mailbox = Local-part "@" ( Domain / address-literal )
Local-part = Dot-string / Quoted-string
Dot-string = Atom *("." Atom)
Atom = 1*atext
Quoted-string = DQUOTE *QcontentSMTP DQUOTE
QcontentSMTP = qtextSMTP / quoted-pairSMTP
quoted-pairSMTP = %d92 %d32-126
qtextSMTP = %d32-33 / %d35-91 / %d93-126

; RFC 5321, 4.1.3
IPv4-address-literal = Snum 3("." Snum)
IPv6-address-literal = "IPv6:" IPv6-addr
General-address-literal = Standardized-tag ":" 1*dcontent
Standardized-tag = Ldh-str
dcontent = %d33-90 / %d94-126
Snum = 1*3DIGIT
IPv6-addr = IPv6-full / IPv6-comp / IPv6v4-full / IPv6v4-comp
IPv6-hex = 1*4HEXDIG
IPv6-full = IPv6-hex 7(":" IPv6-hex)
IPv6-comp = [IPv6-hex *5(":" IPv6-hex)] "::" [IPv6-hex *5(":" IPv6-hex)]
IPv6v4-full = IPv6-hex 5(":" IPv6-hex) ":" IPv4-address-literal
IPv6v4-comp = [IPv6-hex *3(":" IPv6-hex)] "::" [IPv6-hex *3(":" IPv6-hex) ":"] IPv4-address-literal
"""


def hex_groups(text):
    return len([group for group in text.split(b":") if group and b"." not in group])


def same_codes(text):
    return len({line[:3] for line in text.split(b"\r\n")[:-1]}) == 1


# What the RFC says about a rule in words: a text that the rule derives must pass this too.
CHECKS = {
    "Snum": lambda text: int(text) <= 255,
    "IPv6-comp": lambda text: hex_groups(text) <= 6,  # "::" represents at least 2 groups
    "IPv6v4-comp": lambda text: hex_groups(text) <= 4,
    "Quoted-string": lambda text: len(text) > 2,  # erratum 5414: not empty
    "General-address-literal": lambda text: not text.lower().startswith(b"ipv6:"),  # that tag has its own format
    "Reply-line": same_codes,  # 4.2.1: the same code on each line
}

MAX_OCTETS = 64  # below every limit on length of 4.5.3.1, which are tested elsewhere


class Random:
    """A generator of our own, so that the rows never change with the version of Python (xorshift64*)."""

    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state ^= self.state >> 12
        self.state ^= (self.state << 25) & (2**64 - 1)
        self.state ^= self.state >> 27
        return ((self.state * 2685821657736338717) & (2**64 - 1)) % (2**32) % n

    def pick(self, items):
        return items[self.below(len(items))]


# ---- ABNF as a tree: (kind, ...) tuples ----

TOKEN = re.compile(r'\s*(?:(%[dx][0-9A-Fa-f.-]+)|"([^"]*)"|(\d*\*\d*|\d+)|([A-Za-z][A-Za-z0-9-]*)|([()\[\]/]))')


def tokens_of(text):
    tokens, at = [], 0
    text = text.strip()
    while at < len(text):
        found = TOKEN.match(text, at)
        if not found:
            raise ValueError(f"no ABNF: {text[at:]}")
        tokens.append([(i, group) for i, group in enumerate(found.groups()) if group is not None][0])
        at = found.end()
    return tokens


NUMBER, STRING, REPEAT, NAME, MARK = range(5)


def number_node(text):
    base = 16 if text[1] == "x" else 10
    if "-" in text:
        low, high = (int(part, base) for part in text[2:].split("-"))
        return ("range", low, high)
    return ("seq", tuple(("range", int(part, base), int(part, base)) for part in text[2:].split(".")))


def parse_alternatives(tokens):
    choices = [parse_sequence(tokens)]
    while tokens and tokens[0] == (MARK, "/"):
        tokens.pop(0)
        choices.append(parse_sequence(tokens))
    return choices[0] if len(choices) == 1 else ("alt", tuple(choices))


def parse_sequence(tokens):
    parts = []
    while tokens and tokens[0] not in ((MARK, "/"), (MARK, ")"), (MARK, "]")):
        parts.append(parse_element(tokens))
    return parts[0] if len(parts) == 1 else ("seq", tuple(parts))


def parse_element(tokens):
    kind, text = tokens.pop(0)
    if kind == REPEAT:
        low, star, high = text.partition("*")
        least = int(low or 0)
        most = int(high) if high else (None if star else least)
        return ("rep", least, most, parse_element(tokens))
    if kind == NUMBER:
        return number_node(text)
    if kind == STRING:
        return ("text", text.encode())
    if kind == NAME:
        return ("rule", text)
    inner = parse_alternatives(tokens)
    tokens.pop(0)
    return inner if text == "(" else ("rep", 0, 1, inner)


def read_abnf(text):
    rules = {}
    joined = re.sub(r"\n[ \t]+", " ", re.sub(r"(?m)^;.*\n", "", text))
    for line in filter(None, (line.strip() for line in joined.splitlines())):
        name, definition = line.split(" = ", 1)
        tokens = tokens_of(definition)
        rules[name] = parse_alternatives(tokens)
        assert not tokens, line
    return rules


RULES = read_abnf(ABNF)


def octet_edges(node):
    """The octets just inside and just outside of every range below `node`."""
    if node[0] == "range":
        return {c for c in (node[1] - 1, node[1], node[2], node[2] + 1) if 0 <= c <= 255}
    if node[0] in ("seq", "alt"):
        return set().union(*(octet_edges(part) for part in node[1]))
    return octet_edges(node[3]) if node[0] == "rep" else set()


# ---- texts out of the grammar ----


class Expander:
    def __init__(self, random):
        self.random = random
        self.used = {}  # how often each alternative was taken: the rarest is taken next, mostly

    def expand(self, node):
        return getattr(self, node[0])(*node[1:])

    def rule(self, name):
        return self.expand(RULES[name])

    def text(self, octets):
        flip = self.random.below(4) == 0
        return octets.swapcase() if flip else octets

    def range(self, low, high):
        edges = self.random.below(3) == 0
        return bytes([self.random.pick((low, high)) if edges else low + self.random.below(high - low + 1)])

    def seq(self, parts):
        return b"".join(self.expand(part) for part in parts)

    def alt(self, choices):
        order = sorted(range(len(choices)), key=lambda i: self.used.get((choices, i), 0))
        i = order[0] if self.random.below(4) else self.random.below(len(choices))
        self.used[(choices, i)] = self.used.get((choices, i), 0) + 1
        return self.expand(choices[i])

    def rep(self, least, most, node):
        more = self.random.pick((0, 0, 1, 1, 2, 3, 6))
        count = least + more if most is None else least + min(more, most - least)
        return b"".join(self.expand(node) for _ in range(count))


# ---- is a text in the grammar, and what are its parts? ----


class Matcher:
    """Finds all ends of all matches of a node, so that no choice is ever taken too early."""

    def __init__(self, text):
        self.text = text
        self.memo = {}

    def ends(self, node, at):
        key = (node, at)
        if key not in self.memo:
            self.memo[key] = frozenset(getattr(self, "ends_of_" + node[0])(at, *node[1:]))
        return self.memo[key]

    def ends_of_rule(self, at, name):
        check = CHECKS.get(name, lambda text: True)
        return {end for end in self.ends(RULES[name], at) if check(self.text[at:end])}

    def ends_of_text(self, at, octets):
        end = at + len(octets)
        return {end} if self.text[at:end].lower() == octets.lower() else set()

    def ends_of_range(self, at, low, high):
        return {at + 1} if at < len(self.text) and low <= self.text[at] <= high else set()

    def ends_of_seq(self, at, parts):
        places = {at}
        for part in parts:
            places = {end for place in places for end in self.ends(part, place)}
        return places

    def ends_of_alt(self, at, choices):
        return {end for choice in choices for end in self.ends(choice, at)}

    def ends_of_rep(self, at, least, most, node):
        places, found = {at}, {at} if least == 0 else set()
        count = 0
        while places and count != most:
            places = {end for place in places for end in self.ends(node, place) if end > place}
            count += 1
            if count >= least:
                found |= places
        return found

    def parts(self, node, at, end, wanted):
        """The wanted rules in one derivation of text[at:end], as (name, octets), in order."""
        kind = node[0]
        if kind == "rule":
            own = [(node[1], self.text[at:end])] if node[1] in wanted else []
            return own + self.parts(RULES[node[1]], at, end, wanted)
        if kind == "alt":
            choice = next(choice for choice in node[1] if end in self.ends(choice, at))
            return self.parts(choice, at, end, wanted)
        if kind == "seq" and node[1]:
            return self.parts_of_pair(node[1][0], ("seq", node[1][1:]), at, end, wanted)
        if kind == "rep" and end > at:
            less = None if node[2] is None else node[2] - 1
            rest = ("rep", max(node[1] - 1, 0), less, node[3])
            return self.parts_of_pair(node[3], rest, at, end, wanted)
        return []

    def parts_of_pair(self, first, second, at, end, wanted):
        middle = next(m for m in sorted(self.ends(first, at)) if end in self.ends(second, m))
        return self.parts(first, at, middle, wanted) + self.parts(second, middle, end, wanted)


# ---- rows ----


def mutate(text, octets, random):
    """One or two small changes: an octet put in, taken out, replaced, doubled, exchanged; a piece cut or repeated."""
    for _ in range(1 + (random.below(4) == 0)):
        at = random.below(len(text) + 1)
        to = at + random.below(5)
        octet = bytes([random.pick(octets)])
        text = random.pick((
            text[:at] + octet + text[at:],
            text[:at] + octet + text[at + 1:],
            text[:at] + text[at + 1:],
            text[:at] + text[at:at + 1] + text[at:],
            text[:at] + text[at + 1:at + 2] + text[at:at + 1] + text[at + 2:],
            text[:at] + text[to:],
            text[:at] + text[at:to] + text[at:],
        ))
    return text


def with_one_code(text, random):
    """Mostly the first line's code on every line, or hardly any reply of several lines would be valid."""
    lines = text.split(b"\r\n")
    if random.below(4):
        lines = [lines[0][:3] + line[3:] if line else line for line in lines]
    return b"\r\n".join(lines)


def reply_parts(text, _):
    lines = text.split(b"\r\n")[:-1]
    return [("code", lines[0][:3]), ("lines", b"%d" % len(lines)), ("last", lines[-1][4:])]


def ehlo_parts(_, found):
    return [("keyword", found[0][1]), ("params", b" ".join(octets for _, octets in found[1:]))]


def mailbox_parts(text, found):
    """The mailbox is what comes last: the domains of a source route stand before it."""
    named = dict(found)
    domain = found[-1][1] if "Local-part" in named else b""
    local_part = named.get("Local-part", b"" if text == b"<>" else text[1:-1])
    if text.lower().startswith(b"<postmaster@"):
        local_part, domain = text[1:11], text[12:-1]
    route = b"yes" if "A-d-l" in named else b"no"
    return [("local-part", local_part), ("domain", domain), ("route", route)]


MAILBOX = ("A-d-l", "Local-part", "Domain", "address-literal")

# kind: the rule, the rules whose octets are wanted, how the parts are written
KINDS = {
    "reply": ("reply", (), reply_parts),
    "ehlo-line": ("ehlo-line", ("ehlo-keyword", "ehlo-param"), ehlo_parts),
    "reverse-path": ("Reverse-path", MAILBOX, mailbox_parts),
    "forward-path": ("rcpt-path", MAILBOX, mailbox_parts),
    "mailbox": ("Mailbox", MAILBOX, mailbox_parts),
    "domain": ("Domain", (), lambda text, found: []),
    "address-literal": ("address-literal", (), lambda text, found: []),
}
ROWS_OF_A_KIND = 200  # valid ones, and as many invalid ones


def escaped(octets):
    named = {9: "\\t", 10: "\\n", 13: "\\r", 92: "\\\\"}
    return "".join(named.get(c) or (chr(c) if 32 <= c < 127 else f"\\x{c:02x}") for c in octets)


def row_of(kind, text):
    """(valid, line)"""
    rule, wanted, write = KINDS[kind]
    matcher = Matcher(text)
    if len(text) not in matcher.ends(("rule", rule), 0):
        return False, f"{kind}\tinvalid\t{escaped(text)}\n"
    parts = write(text, matcher.parts(("rule", rule), 0, len(text), wanted))
    return True, "\t".join([kind, "valid", escaped(text)] + [f"{n}={escaped(v)}" for n, v in parts]) + "\n"


def rows_of(kind, seed):
    random = Random(seed)
    expander = Expander(random)
    octets = sorted({ord(c) for c in ' \t\r\n.,:;<>@"\\[]=-_aZ09'} | {0, 127, 128, 255}
                    | set().union(*(octet_edges(node) for node in RULES.values())))
    rows, seen, counts = [], set(), {True: 0, False: 0}
    while min(counts.values()) < ROWS_OF_A_KIND:
        text = expander.rule(KINDS[kind][0])
        text = with_one_code(text, random) if kind == "reply" else text
        for candidate in (text, mutate(text, octets, random), mutate(text, octets, random)):
            if len(candidate) > MAX_OCTETS or candidate in seen:
                continue
            seen.add(candidate)
            valid, line = row_of(kind, candidate)
            if counts[valid] < ROWS_OF_A_KIND:
                counts[valid] += 1
                rows.append(line)
    return "".join(rows)


def main():
    check = sys.argv[1:2] == ["--check"]
    if len(sys.argv) != 2 + check:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[-1])
    stale = []
    for seed, kind in enumerate(KINDS, 5321):
        text = rows_of(kind, seed)
        path = folder / f"{kind}.tsv"
        if not check:
            path.write_text(text, encoding="ascii")
        elif not path.is_file() or path.read_text(encoding="ascii") != text:
            stale.append(str(path))
    if stale:
        sys.exit(f"not what tests/tools/abnf_rows.py writes: {', '.join(stale)}")


if __name__ == "__main__":
    main()
