#!/usr/bin/env python3
"""Every report and record of authenticated runs is written and searched: no secret stands there, nor what gives one away.

The search can fail: with --show-secrets it finds everything in the same files.
"""
import base64
import hmac
import html
import os
import re
import socket
import sys
import threading
import urllib.parse

from harness import Case, Reference, Server, main, run
from telltale_server import MECHANISMS, TOKEN, USER, Telltale, forms_of

# Quotation marks, a backslash, braces, what percent-encoding and XML and shells escape, and no US-ASCII.
SECRET = "pä\"s's\\w{{x}}%41<&>+=/;$(q)"
REPORTS = ("console", "tap", "tap13", "junit", "json")

LOGIN = "C: AUTH LOGIN\nS: 334\nC: {{base64 user}}\nS: 334\nC: {{base64 secret}}\nS: 235\n"
PLAIN = "C: AUTH PLAIN {{base64 \"\\0\" user \"\\0\" secret}}\nS: 235\n"

SMTP = {
    "plain": PLAIN,
    "plain-in-two": PLAIN.replace("PLAIN {{", "PLAIN\nS: 334\nC: {{"),
    "login": LOGIN,
    "cancelled": "C: AUTH LOGIN\nS: 334\nC: {{base64 user}}\nS: 334\nC: *\nS: 501\n",
    "echo": "C: NOOP {{secret}}\nS: 250 {{what}}\nC: NOOP {{what}}\nS: 250 {{secret}} is wanted\n",
    "message": "C: MAIL FROM:<{{sender}}>\nS: 250\nC: DATA\nS: 354\nC: Subject: {{secret}}\nC: \nC: {{secret}}\nC: .\nS: 550\n",
}
POP3 = {
    "pass": "S: +OK\nC: USER {{user}}\nS: +OK\nC: PASS {{secret}}\nS: +OK nothing else\n",
    "apop": "S: +OK\nC: APOP {{user}} {{apop}}\nS: +OK nothing else\n",
    "digest": "S: +OK\nC: NOOP\nS: +OK {{apop}} and {{md5 secret}}\n",
}


def variants(octets):
    """What a reader could make of a file: entities, escapes and percent signs undone, and every run of base64 decoded."""
    text = octets.decode("utf-8", "surrogateescape")
    once = {text, html.unescape(text), urllib.parse.unquote(text, errors="surrogateescape"), text.replace("'\\''", "'")}
    for one in list(once):
        once.add(re.sub(r'\\(["\\/])', r"\1", one))
        once.add(re.sub(r"\\u00([0-9a-f]{2})", lambda m: chr(int(m[1], 16)), one))
    yield octets
    for one in once:
        plain = one.encode("utf-8", "surrogateescape")
        for _ in range(3):
            yield plain
            plain = re.sub(rb"\\(x[0-9a-f]{2}|[\\{])", lambda m: bytes([int(m[1][1:], 16)]) if len(m[1]) > 1 else m[1], plain)
    for word in set(re.findall(rb"[A-Za-z0-9+/]{8,}", octets)):
        for skip in range(4):
            own = word[skip:]
            yield base64.b64decode(own + b"A" * (-len(own) % 4))


def files_below(folder):
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            with open(path, "rb") as file:
                yield os.path.relpath(path, folder), file.read()


class Searched(Case):
    def outputs(self, result, folder):
        yield "standard output", result.out.encode("utf-8", "surrogateescape")
        yield "standard error", result.err.encode("utf-8", "surrogateescape")
        yield from files_below(folder)

    def found(self, outputs, needles):
        """(name of the needle, name of the output) of each that stands in one."""
        found = set()
        for output, octets in outputs:
            for variant in variants(octets):
                found |= {(name, output) for name, needle in needles.items() if needle in variant}
        return found


def options_of(folder):
    """Every report, each in a file, and everything that --out writes."""
    os.makedirs(folder)
    words = ["--out", os.path.join(folder, "out"), "--trace", "all", "-k"]
    for kind in REPORTS:
        words += ["--report", f"{kind}={folder}/report.{kind}"]
    return words


class Runs(Searched):
    def scenarios(self):
        for name, text in SMTP.items():
            self.write(f"smtp/{name}.scn", "Start: ehlo\n\n" + text)
        for name, text in POP3.items():
            self.write(f"pop3/{name}.scn", text)
        for name in MECHANISMS.split():
            login = f"C: <authenticate {name} as {'bob' if 'OAUTH' in name else '{{user}}'}>\n"
            self.write(f"smtp/{name}.scn", f"Start: ehlo\n\n{login}C: NOOP\nS: 250 nothing else\n")
            self.write(f"pop3/{name}.scn", f"S: +OK\n{login}C: NOOP\nS: +OK nothing else\n")
        return [os.path.join(self.folder, "smtp"), os.path.join(self.folder, "pop3")]

    def run_all(self, accepts, *options, into="results"):
        """The outputs of every case against both telltale servers, and what was there to be found."""
        telltale = Telltale(SECRET.encode(), accepts)
        telltale.lets_pass = 1000 if "--record" in options else 2
        folder = os.path.join(self.folder, into)
        os.makedirs(folder)
        scenarios = self.scenarios()
        with telltale.server(True) as smtp, telltale.server(False) as pop3:
            result = run("run", "--server", f"smtp://127.0.0.1:{smtp.port}", "--server", f"pop3://127.0.0.1:{pop3.port}",
                         "--user", f"{USER}:env:ALICE:alice@example.test", "--user", "bob:env:BOB:bob@example.test", *options, *scenarios,
                         env={"ALICE": SECRET, "BOB": TOKEN.decode()}, cwd=folder)
        self.assertNotIn("UNSUPPORTED", result.out)
        return list(self.outputs(result, folder)), telltale.seen, result

    def test_no_report_tells(self):
        for accepts in (True, False):
            with self.subTest(accepts=accepts):
                into = f"results {accepts}"
                outputs, needles, result = self.run_all(accepts, *options_of(os.path.join(self.folder, into + " reports")), into=into)
                outputs += files_below(os.path.join(self.folder, into + " reports"))
                self.check(result, 1, "{{secret:*}}")
                self.assertGreater(len(outputs), 50)
                self.assertEqual(self.found(outputs, needles), set())

    def test_the_search_finds_them_all(self):
        into = os.path.join(self.folder, "open")
        outputs, needles, result = self.run_all(False, "--show-secrets", *options_of(into))
        outputs += files_below(into)
        self.check(result, 1, "Secrets are shown here (--show-secrets).")
        found = self.found(outputs, needles)
        self.assertEqual({name for name, _ in found}, set(needles))
        for output, octets in outputs:
            if re.search(r"report\.(xml|tap|json|console|tap13|junit)$|\.txt$", output) and "/" in output:
                self.assertIn(b"--show-secrets", octets, output)
        for kind in REPORTS:
            self.assertIn(f"report.{kind}", {output for _, output in found})

    def test_nor_why_a_run_broke_off(self):
        """A login that is refused beforehand; nobody's digest is asked for there."""
        telltale = Telltale(SECRET.encode(), False)
        telltale.lets_pass = 0
        path = self.write("pass.scn", POP3["pass"])
        with telltale.server(False) as pop3:
            words = ("run", "--server", f"pop3://127.0.0.1:{pop3.port}", "--user", f"{USER}:env:ALICE:alice@example.test", path)
            needles = dict(forms_of(SECRET.encode()))
            for more in ((), ("--show-secrets",)):
                folder = os.path.join(self.folder, "broken off", *more)
                result = run(*words, *more, *options_of(folder), env={"ALICE": SECRET}, cwd=folder)
                self.check(result, 4, "refuses the login of alice")
                found = self.found(self.outputs(result, folder), needles)
                self.assertEqual("as it is" in {name for name, _ in found}, bool(more), found)

    def test_no_record_tells(self):
        for accepts in (True, False):
            outputs, needles, _ = self.run_all(accepts, "--record", "pins", into=f"records {accepts}")
            self.assertGreater(sum(name.startswith("pins") for name, _ in outputs), 5)
            self.assertEqual(self.found(outputs, needles), set())
        outputs, needles, _ = self.run_all(True, "--record", "pins", "--show-secrets", into="records shown")
        pins = [(name, octets) for name, octets in outputs if name.startswith("pins")]
        self.assertIn("as it is", {name for name, _ in self.found(pins, needles)})
        for name, octets in pins:
            self.assertIn(b"Secrets are shown here", b"\n".join(octets.splitlines()[:2]), name)


class CommandLine(Case):
    def test_no_file_shows_secrets(self):
        self.write("mailspec.conf", "show-secrets: yes\n")
        self.check(run("run", "pop3/stat", cwd=self.folder, config=True), 2, "--show-secrets is for the command line alone")
        self.check(run("run", "pop3/stat", cwd="/", config=True, env={"MAILSPEC_SHOW_SECRETS": "yes"}), 2, "for the command line alone")


class Wire:
    """Stands between, and keeps what the client says: what was told in answer to AUTH, PASS and APOP."""

    def __init__(self, port):
        self.port, self.said = port, []

    def pass_on(self, one, other, kept):
        while octets := one.recv(65536):
            if kept is not None:
                kept += octets
            other.sendall(octets)
        other.shutdown(socket.SHUT_WR)

    def serve(self, client, _):
        said = bytearray()
        self.said.append(said)
        with socket.create_connection(("127.0.0.1", self.port)) as server:
            back = threading.Thread(target=self.pass_on, args=(server, client, None), daemon=True)
            back.start()
            self.pass_on(client, server, said)
            back.join()

    def responses(self):
        for said in self.said:
            for line in bytes(said).split(b"\r\n"):
                words = line.split(b" ")
                word = words[-1]
                if words[0] in (b"AUTH", b"APOP", b"PASS") and len(words) > 2 or len(words) == 1 and len(word) > 12:
                    yield word
                    yield from re.findall(rb"(?<=,p=).*|[0-9a-f]{32}$", base64.b64decode(word + b"=="))


class BuiltIn(Searched):
    """The built-in server, with the right secret and a wrong one, in clear text and inside TLS."""

    def scenarios(self):
        begin = {"smtp": "Start: ehlo\n\n", "pop3": "S: +OK\n"}
        tls = {"smtp": "C: STARTTLS\nS: 220\nC & S: <negotiate a TLS session>\nC: EHLO {{client}}\nS: 250\n",
               "pop3": "C: STLS\nS: +OK\nC & S: <negotiate a TLS session>\n"}
        bad, good = {"smtp": "535 nothing", "pop3": "-ERR nothing"}, {"smtp": "235 nothing", "pop3": "+OK nothing"}
        for side in begin:
            for name in (word for word in MECHANISMS.split() if "OAUTH" not in word):
                for start, text in (("clear", begin[side]), ("tls", begin[side] + tls[side])):
                    self.write(f"{side}/{start}-{name}.scn", f"{text}C: <authenticate {name} as {{{{user}}}}>\nS*: {good[side]}\n")
                    self.write(f"{side}/{start}-wrong-{name}.scn",
                               f"{text}C: <authenticate {name} as {{{{user}}}} with the secret {{{{upper secret}}}}>\nS*: {bad[side]}\n")
        for name in ("pass", "apop"):
            self.write(f"pop3/{name}.scn", POP3[name])
        return [os.path.join(self.folder, side) for side in begin]

    def run_all(self, *options, into):
        folder = os.path.join(self.folder, into)
        scenarios = self.scenarios()
        os.environ["ALICE"] = SECRET
        self.addCleanup(os.environ.pop, "ALICE", None)
        settings = ("starttls=yes", "pop3-auth=" + MECHANISMS)
        with Reference("smtp://127.0.0.1:0", "pop3://127.0.0.1:0", "--user", f"{USER}:env:ALICE",
                       *(word for setting in settings for word in ("--set", setting))) as server:
            wires = [Wire(server.port(i)) for i in range(2)]
            with Server(wires[0].serve) as smtp, Server(wires[1].serve) as pop3:
                result = run("run", "--server", f"smtp://127.0.0.1:{smtp.port}", "--server", f"pop3://127.0.0.1:{pop3.port}",
                             "--user", f"{USER}:env:ALICE:alice@example.test", *options, *options_of(folder), *scenarios, cwd=folder)
        needles = dict(forms_of(SECRET.encode()))
        needles |= {f"wire {i}": word for i, word in enumerate(sorted(set(word for wire in wires for word in wire.responses())))}
        return list(self.outputs(result, folder)), needles, result

    def test_no_report_tells(self):
        outputs, needles, result = self.run_all(into="results")
        self.check(result, 1, " FAIL")
        self.assertNotRegex(result.out, r"\d (UNSUPPORTED|ERROR|INCONCLUSIVE)")
        self.assertGreater(len(needles), 25)
        self.assertEqual(self.found(outputs, needles), set())

    def test_the_search_finds_them_all(self):
        outputs, needles, _ = self.run_all("--show-secrets", into="open")
        found = {name for name, _ in self.found(outputs, needles)}
        self.assertEqual({name for name in needles if name.startswith("wire")} - found, set())
        self.assertIn("as it is", found)


CRAM = "PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+"
EHLO = "S: 220 x\nC: EHLO\nS: 250-x\nS: 250 AUTH PLAIN CRAM-MD5\nC: AUTH CRAM-MD5\nS: 334 " + CRAM + "\n"
# Worked out by mailspec, and compared with what comes.
DIGEST = 'C: {{base64 user " {{hmac-md5 secret "<%s>"}}"}}\nS: 235\n'
CLIENTS = {
    "smtp:": {
        "cram": EHLO + DIGEST % "another challenge",
        "plain": EHLO + DIGEST % "1896.697170952@postoffice.reston.mci.net" + 'C: AUTH PLAIN {{base64 "\\0" user "\\0{{secret}}"}}\nS: 235\n',
        "whole": EHLO[:EHLO.index("C: AUTH")] + "C: <authenticate CRAM-MD5 as {{user}}>\nC: <authenticate PLAIN as {{user}}>\n",
        "vrfy": EHLO + "C: {{any:text}}\nS: 535 no\nC: AUTH PLAIN {{more:text}}\nS: 535 no\nC: VRFY {{secret}}\nS: 250\nC: VRFY\nS: 250\nC: VRFY {{secret}}!\nS: 250\n",
    },
    "pop3:": {
        "apop": "S: +OK x <1896.697170952@dbc.mtview.ca.us>\nC: APOP {{user}} {{apop}}\nS: +OK\n",
        "pass": "S: +OK x <1896.697170952@dbc.mtview.ca.us>\nC: APOP {{user}} {{any:text}}\nS: -ERR\nC: USER {{user}}\nS: +OK\nC: PASS {{secret}}\nS: +OK\n",
    },
}


class ClientRuns(Searched):
    def run_clients(self, *options, into):
        """Outputs and needles; the client notes what it sent in a file that is not searched."""
        seen = os.path.join(self.folder, "seen")
        folder = os.path.join(self.folder, into)
        os.makedirs(folder)
        outputs = []
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "telltale_client.py")
        for protocol, scenarios in CLIENTS.items():
            paths = [self.write(f"{protocol}{name}.scn", text) for name, text in scenarios.items()]
            client = f"{protocol}{sys.executable} '{script}' {{{{host}}}} {{{{port}}}} {{{{user}}}} {{{{secret}}}} '{seen}'"
            reports = options_of(os.path.join(folder, protocol))
            result = run("run", "--client", client, "--user", f"{USER}:env:ALICE:alice@example.test", *options, *reports, *paths,
                         env={"ALICE": SECRET}, cwd=folder)
            self.check(result, 1, f"{len(paths)} cases: {len(paths)} FAIL")
            outputs += [(protocol + name, octets) for name, octets in self.outputs(result, folder)]
        needles = dict(Telltale(SECRET.encode(), True).seen)
        with open(seen, "rb") as file:
            needles |= {f"seen {i}": line.rstrip(b"\n") for i, line in enumerate(file)}
        # Nobody sends it: it is what should have been sent.
        needles["wanted"] = hmac.new(SECRET.encode(), b"<another challenge>", "md5").hexdigest().encode()
        return outputs, needles

    def test_no_report_tells(self):
        outputs, needles = self.run_clients(into="results")
        self.assertEqual(self.found(outputs, needles), set())

    def test_the_search_finds_them_all(self):
        outputs, needles = self.run_clients("--show-secrets", into="open")
        self.assertEqual({name for name, _ in self.found(outputs, needles)}, set(needles))


# Of clients that come to `serve` with secrets that nobody told it.
THEIRS = b"their own secret"
PROOF = b"v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="
IN_BASE64 = {
    "AUTH PLAIN": b"\0carol\0" + THEIRS,
    "AUTH LOGIN": THEIRS,
    "AUTH CRAM-MD5": b"carol 0123456789abcdef0123456789abcdef",
    "AUTH SCRAM-SHA-1": b"c=biws,r=fyko,p=" + PROOF,
    "AUTH XOAUTH2": b"user=carol\1auth=Bearer " + THEIRS + b"\1\1",
}


class Sessions(Searched):
    def talk(self, port, *lines):
        """Say each line when something came; a dialogue that was not what was hoped for goes on all the same."""
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            for line in lines:
                connection.recv(65536)
                connection.sendall(line + b"\r\n")
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass

    def serve(self, *options):
        """Outputs and needles of sessions with a server whose own user's secret is known."""
        folder = os.path.join(self.folder, "sessions")
        needles = {"theirs": THEIRS, "digest": b"0123456789abcdef0123456789abcdef", "ours": SECRET.encode(), "proof": PROOF}
        os.environ["ALICE"] = SECRET
        self.addCleanup(os.environ.pop, "ALICE", None)
        with Reference("smtp://127.0.0.1:0", "pop3://127.0.0.1:0", "--user", f"{USER}:env:ALICE", "--transcripts", folder,
                       "--set", "starttls=yes", "--set", "pop3-auth=" + MECHANISMS, *options) as server:
            for i, greeting in enumerate((b"EHLO tell.example", b"CAPA")):
                port = server.port(i)
                for verb, plain in IN_BASE64.items():
                    text = base64.b64encode(plain)
                    needles[verb] = text
                    self.talk(port, greeting, verb.encode(), text, b"QUIT")
                    self.talk(port, greeting, verb.encode() + b" " + text, b"QUIT")
                    self.talk(port, greeting, verb.encode() + b"\r\n" + text + b"\r\nNOOP", b"QUIT")
                for form in Telltale(SECRET.encode(), True).seen.values():
                    self.talk(port, b"NOOP " + form, b"QUIT")
            # Behind STARTTLS in clear text: nobody reads it.
            self.talk(server.port(0), b"EHLO tell.example", b"STARTTLS\r\nAUTH PLAIN " + base64.b64encode(IN_BASE64["AUTH PLAIN"]) + b"\r\n" + SECRET.encode())
            self.talk(server.port(1), b"USER carol", b"PASS " + THEIRS, b"APOP carol 0123456789abcdef0123456789abcdef", b"QUIT")
        return list(files_below(folder)), needles | Telltale(SECRET.encode(), True).seen

    def test_no_transcript_tells(self):
        outputs, needles = self.serve()
        self.assertGreater(len(outputs), 40)
        self.assertEqual(self.found(outputs, needles), set())

    def test_the_search_finds_them_all(self):
        for _ in range(2):  # those of the first time are taken away
            outputs, needles = self.serve("--show-secrets")
        self.assertEqual({name for name, _ in self.found(outputs, needles)}, set(needles))
        self.assertEqual({octets.splitlines()[0] for _, octets in outputs}, {b"# Secrets are shown here (--show-secrets)."})


if __name__ == "__main__":
    main()
