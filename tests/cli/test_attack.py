#!/usr/bin/env python3
"""mailspec serve that answers what it is asked to answer: rules, key words, and clients that meet them."""
import os
import poplib
import re
import shutil
import smtplib
import socket
import subprocess
import sys
import unittest

from harness import Case, main, run
from test_serve import LIMIT, POP3, ROOT, SMTP, Serving, fenced

LMTP = "lmtp://127.0.0.1:0"
MESSAGE = b"Subject: x\r\n\r\nx\r\n"


def port(url):
    return int(url.rpartition(":")[2])


class Raw:
    """One connection, octet by octet."""

    def __init__(self, url):
        self.socket = socket.create_connection(("127.0.0.1", port(url)), timeout=LIMIT / 4)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def line(self):
        text = b""
        while not text.endswith(b"\n"):
            octet = self.socket.recv(1)
            if not octet:
                break
            text += octet
        return text

    def lines(self):
        """A whole reply of SMTP: up to the first line that has no hyphen behind its digits."""
        text = line = self.line()
        while re.match(rb"\d+-", line):
            line = self.line()
            text += line
        return text

    def say(self, *lines):
        """What the last of these was answered."""
        answer = b""
        for line in lines:
            self.socket.sendall(line.encode() + b"\r\n")
            answer = self.lines()
        return answer

    def rest(self):
        """All up to the end; None: the connection was reset."""
        text = b""
        try:
            while piece := self.socket.recv(65536):
                text += piece
        except ConnectionResetError:
            return None
        return text


def says(url, *lines):
    with Raw(url) as client:
        client.lines()
        return client.say(*lines)


START = ["EHLO c.example", "MAIL FROM:<a@b.example>"]
RCPT = "RCPT TO:<alice@example.test>"
WRITTEN = [*START, RCPT, "DATA"]


class Rules(Case):
    def test_wrong_ones(self):
        for rules, words in ((["RPCT=452"], 'no stage "RPCT"; did you mean "RCPT"? "--reply list" shows all'),
                             (["RCPT=45x"], "expected STAGE=REPLY"),
                             (["USER=452"], "POP3 answers with +OK or -ERR"),
                             (["EHLO=+OK"], "SMTP answers with a code"),
                             (["RCPT=452", "RCPT bob*=550"], "is never used"),
                             (["greeting:2=421"], "two colons")):
            options = [word for rule in rules for word in ("--reply", rule)]
            result = run("serve", SMTP, *options)
            self.check(result, 2, words)
            self.assertEqual(len(result.err.splitlines()), 1, result.err)

    def test_the_seed(self):
        for words in (["--seed", "x"], ["--set", "seed=-1"]):
            self.check(run("serve", SMTP, *words), 2, "seed: expected NUMBER")
        seen = []
        for seed in ("7", "7", "8"):
            with Serving(SMTP, "--reply", "NOOP@50%=450 no", "--seed", seed) as serving, Raw(serving.urls[0]) as client:
                client.lines()
                seen.append([client.say("NOOP")[:3] for _ in range(40)])
                serving.end(15)
                self.assertIn(f"\nseed {seed}\n", serving.out)
        self.assertEqual(seen[0], seen[1])
        self.assertNotEqual(seen[0], seen[2])
        self.assertEqual({code for row in seen for code in row}, {b"250", b"450"})

    def test_a_seed_is_chosen(self):
        for rule, told in (("NOOP@50%=450", True), ("NOOP=450", False)):
            with Serving(SMTP, "--reply", rule) as serving:
                serving.end(15)
                self.assertEqual(bool(re.search(r"^seed \d+$", serving.out, re.MULTILINE)), told)

    def test_over_connections(self):
        with Serving(SMTP, "--reply", "greeting::1-2=421 later", "--reply", "RCPT::2=451 again", "--reply", "NOOP:2=450 x") as serving:
            url = serving.urls[0]
            for _ in range(2):
                with Raw(url) as client:
                    self.assertEqual(client.rest(), b"421 later\r\n")
            for expected in (b"250", b"451", b"250"):
                self.assertEqual(says(url, *START, RCPT)[:3], expected)
            for _ in range(2):
                self.assertEqual(says(url, "NOOP")[:3], b"250")
                self.assertEqual(says(url, "NOOP", "NOOP"), b"450 x\r\n")

    def test_the_end_of_the_connection(self):
        for action, expected in (("close", b""), ("reset", None), ("half-close", b"")):
            for stage, lines in (("greeting", None), ("NOOP", ["NOOP"]), ("end-of-data", [*WRITTEN, "."])):
                with self.subTest(action=action, stage=stage), \
                        Serving(SMTP, "--reply", f"{stage}={action}", "--transcripts", os.path.join(self.folder, "t")) as serving:
                    try:
                        with Raw(serving.urls[0]) as client:
                            if lines:
                                client.lines()
                                client.say(*lines[:-1])
                                client.socket.sendall(lines[-1].encode() + b"\r\n")
                            self.assertEqual(client.rest(), expected)
                    except ConnectionResetError:
                        self.assertEqual(action, "reset")
                    self.assertEqual(serving.end(15), 0)

    def test_silence(self):
        with Serving(SMTP, POP3, "--reply", "MAIL=silence", "--reply", "USER=silence", "--set", "idle=300ms") as serving:
            with Raw(serving.urls[0]) as client:
                client.lines()
                client.say("EHLO c.example")
                client.socket.sendall(b"MAIL FROM:<a@b.example>\r\nNOOP\r\nQUIT\r\n")
                self.assertEqual(client.rest(), b"")
            with Raw(serving.urls[1]) as client:
                client.lines()
                client.socket.sendall(b"USER alice\r\nQUIT\r\n")
                self.assertEqual(client.rest(), b"")

    def test_while_it_runs(self):
        control = os.path.join(self.folder, "ctl")
        with Serving(SMTP, "--control", control, "--reply", "RCPT::1=450 first") as serving:
            url = serving.urls[0]
            self.assertEqual(says(url, *START, RCPT), b"450 first\r\n")
            self.check(run("tell", control, "set full bob", config=True), 0)
            self.assertEqual(says(url, *START, RCPT)[:3], b"250")  # what was counted stays
            self.check(run("tell", control, "add reply NOOP=458", config=True), 0)
            self.assertEqual(says(url, "NOOP")[:3], b"458")
            self.check(run("tell", control, "add reply NOOPP=458", config=True), 1, 'did you mean "NOOP"')
            self.check(run("tell", control, "add reply RCPT::1=451", config=True), 1, "is never used")
            self.check(run("tell", control, "reset reply", config=True), 0)
            self.assertEqual(says(url, "NOOP")[:3], b"250")

    def test_transcripts(self):
        folder = os.path.join(self.folder, "seen")
        with Serving(SMTP, "--reply", "NOOP=258 odd\\nlines", "--transcripts", folder) as serving:
            self.assertEqual(says(serving.urls[0], "NOOP"), b"258-odd\r\n258 lines\r\n")
            serving.end(15)
        with open(os.path.join(folder, "00001.txt"), encoding="utf-8") as file:
            self.assertIn("C: NOOP\n", text := file.read())
        self.assertIn("S: 258-odd\nS: 258 lines\n", text)


class Given(Case):
    def test_a_scenario(self):
        """The built-in server of a scenario is told in the same words."""
        path = self.write("given.scn", "Title: the server does what Given says\nGiven:\n hostname mx.example.test\n domain example.test\n"
                          " user alice secret-a\n reply RCPT bob@*=452 4.2.2 full\n wire-fault line-512@NOOP\n\n"
                          "C: MAIL FROM:<a@b.example>\nS: 250\nC: RCPT TO:<bob@example.test>\nS=: 452 4.2.2 full\nC: NOOP\n"
                          "S/: 250 2\\.0\\.0 OKx{400,}\n")
        self.check(run("run", path), 0)
        for setting, words in (("reply RPCT=452", 'did you mean "RCPT"'), ("wire-fault bare-lff@NOOP", 'did you mean "bare-lf"')):
            path = self.write("wrong.scn", f"Title: wrong\nGiven:\n {setting}\n\nC: NOOP\nS: 250\n")
            result = run("run", path)
            self.assertNotEqual(result.status, 0)
            self.assertIn(words, result.out + result.err)


class KeyWords(Case):
    def test_addresses(self):
        with Serving(SMTP) as serving:
            url = serving.urls[0]
            for address, before, last, expected in (
                    ("rcpt+452@x.example", [], None, b"452 4.2.2 "), ("rcpt+452+4.2.1@x.example", [], None, b"452 4.2.1 "),
                    ("data+554@x.example", [], "DATA", b"554 5.0.0 "), ("dot+452@x.example", ["DATA"], ".", b"452 4.3.1 "),
                    ("quit+421@x.example", [], "QUIT", b"421 4.3.2 "), ("rset+500@x.example", [], "RSET", b"500 5.5.2 "),
                    ("noop+421@x.example", [], "NOOP", b"421 4.3.2 "), ("alice@example.test", ["DATA"], ".", b"250 2.0.0 ")):
                with self.subTest(address=address):
                    lines = [*START, f"RCPT TO:<{address}>", *before, *([last] if last else [])]
                    self.assertEqual(says(url, *lines)[:10], expected)
            self.assertEqual(says(url, "EHLO c.example", "MAIL FROM:<mail+451@x.example>")[:4], b"451 ")
            self.assertEqual(says(url, "VRFY vrfy+252@x.example")[:4], b"252 ")

    def test_names_of_logins(self):
        """By the mechanisms that tell the name, and by one that proves something."""
        with Serving(SMTP, "--set", "auth=PLAIN LOGIN CRAM-MD5") as serving:
            for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5"):
                for name, code in (("auth+454@example.test", 454), ("auth+534+5.7.9@x", 534), ("auth+235@x.example", 235), ("auth+53", 535),
                                   ("rcpt+454@x", 535)):
                    with self.subTest(mechanism=mechanism, name=name), smtplib.SMTP("127.0.0.1", port(serving.urls[0]), timeout=LIMIT) as client:
                        client.ehlo()
                        client.user, client.password = name, "x"
                        try:
                            said = client.auth(mechanism, getattr(client, "auth_" + mechanism.lower().replace("-", "_")))[0]
                        except smtplib.SMTPAuthenticationError as error:
                            said = error.smtp_code
                        self.assertEqual(said, code)
                        self.assertEqual(client.docmd("NOOP")[0], 250)

    def test_without(self):
        with Serving(SMTP, "--set", "key-words=no") as serving:
            self.assertEqual(says(serving.urls[0], *START, "RCPT TO:<rcpt+452@example.test>")[:4], b"550 ")

    def test_of_lmtp(self):
        with Serving(LMTP) as serving, Raw(serving.urls[0]) as client:
            client.lines()
            client.say("LHLO c.example", START[1], RCPT, "RCPT TO:<dot+552@x.example>", "DATA")
            self.assertEqual(client.say(".")[:4], b"250 ")
            self.assertEqual(client.lines()[:4], b"552 ")


class Clients(Case):
    def test_smtplib(self):
        with Serving(SMTP, "--reply", "RCPT m01@*=450 4.2.1 busy") as serving, \
                smtplib.SMTP("127.0.0.1", port(serving.urls[0]), timeout=LIMIT) as client:
            refused = client.sendmail("a@b.example", ["alice@example.test", "m01@example.test"], MESSAGE)
            self.assertEqual(refused, {"m01@example.test": (450, b"4.2.1 busy")})
            with self.assertRaises(smtplib.SMTPDataError) as caught:
                client.sendmail("a@b.example", "dot+552@x.example", MESSAGE)
            self.assertEqual(caught.exception.smtp_code, 552)

    def test_poplib(self):
        with Serving(POP3, "--reply", "RETR 1=+OK here\\n.dot\\n\\nend", "--reply", "STAT=-ERR [SYS/TEMP] x") as serving:
            client = poplib.POP3("127.0.0.1", port(serving.urls[0]), timeout=LIMIT)
            client.user("alice")
            client.pass_("secret-a")
            self.assertEqual(client.retr(1)[:2], (b"+OK here", [b".dot", b"", b"end"]))
            self.assertRaises(poplib.error_proto, client.stat)
            client.quit()

    @unittest.skipUnless(shutil.which("curl"), "curl is missing")
    def test_curl(self):
        self.write("message", "Subject: x\r\n\r\nx\r\n")
        with Serving(SMTP) as serving:
            for address, status in (("alice@example.test", 0), ("rcpt+550@x.example", 55), ("data+451@x.example", 55),
                                    ("dot+452@x.example", 8)):
                with self.subTest(address=address):
                    result = subprocess.run(["curl", "-sS", serving.urls[0], "--mail-from", "a@b.example", "--mail-rcpt", address,
                                             "-T", "message"], cwd=self.folder, capture_output=True, timeout=LIMIT, check=False)
                    self.assertEqual(result.returncode, status, result.stderr)

    @unittest.skipUnless(shutil.which("swaks"), "swaks is missing")
    def test_swaks(self):
        with Serving(SMTP) as serving:
            for address, status in (("alice@example.test", 0), ("rcpt+550@x.example", 24), ("data+451@x.example", 25),
                                    ("dot+452@x.example", 26)):
                with self.subTest(address=address):
                    result = subprocess.run(["swaks", "-S", "3", "--server", f"127.0.0.1:{port(serving.urls[0])}", "--from",
                                             "a@b.example", "--to", address], capture_output=True, timeout=LIMIT, check=False)
                    self.assertEqual(result.returncode, status, result.stdout + result.stderr)


class Docs(Case):
    def text(self):
        with open(os.path.join(ROOT, "docs", "attack.md"), encoding="utf-8") as file:
            return file.read()

    def test_stages(self):
        listed = run("serve", "--reply", "list")
        self.check(listed, 0)
        expected = []
        for line in listed.out.splitlines():
            name, protocol, what = re.split(r"\s{2,}", line, maxsplit=2)
            expected.append(f"| `{name}` | {protocol} | {what} |")
        self.assertIn("\n".join(expected), self.text(), "\n".join(expected))

    def test_codes(self):
        """Each code of the table is said at NOOP, with that text."""
        rows = re.findall(r"^\| (\d{3}) \| ([\d.]*) ?\| (.*?) ?\| RFC ", self.text(), re.MULTILINE)
        self.assertGreater(len(rows), 40)
        rules = [word for i, row in enumerate(rows) for word in ("--reply", f"NOOP::{i + 1}={row[0]}")]
        with Serving(SMTP, *rules) as serving:
            for code, status, text in rows:
                said = f"{code} {status}{' ' if status else ''}{text.replace('HOST', 'mx.example.test').replace('&lt;', '<')}"
                self.assertEqual(says(serving.urls[0], "NOOP").decode(), said + "\r\n")

    def test_the_commands(self):
        """The block of shell begins with a command that serves; the one of Python runs against it."""
        (command,) = [block for name, block in fenced(self.text()) if name == "sh" and "--reply 'RCPT" in block]
        (script,) = [block for name, block in fenced(self.text()) if name == "python"]
        words = [word.strip("'") for word in re.findall(r"'[^']*'|\S+", command)]
        self.assertEqual(words[:3], ["mailspec", "serve", "smtp://127.0.0.1:2525"])
        with Serving(SMTP, *words[3:]) as serving:
            for expected in (b"421 ", b"421 ", b"220 "):
                with Raw(serving.urls[0]) as client:
                    self.assertEqual(client.lines()[:4], expected)
            self.assertEqual(says(serving.urls[0], *START, "RCPT TO:<bob@example.test>"), b"452 4.2.2 mailbox full\r\n")
            result = subprocess.run([sys.executable, "-c", script.replace("2525", str(port(serving.urls[0])))],
                                    capture_output=True, text=True, timeout=LIMIT, check=False)
            self.assertEqual(result.returncode, 0, result.stderr)

    def test_grammar(self):
        """Every rule and every reply in the tables of the grammar is one."""
        table = self.text().partition("## Rules")[2].partition("## Stages")[0]
        rows = [row.replace("\\|", "|") for row in re.findall(r"^\| (`.*?`) \| ", table, re.MULTILINE)]
        written = [word for row in rows for word in re.findall(r"`([^`]+)`", row)]
        self.assertGreater(len(written), 18)
        for word in written:
            stage = "AUTH" if word.startswith("+ ") else "STAT" if word[0] in "+-" else "RCPT"
            rule = f"{stage}={word}" if re.match(r"[\d+-]|close|reset|half|silence", word) else f"{word}=close"
            with self.subTest(rule=rule):
                self.check(run("serve", SMTP, "--reply", rule, "--for", "1ms"), 0)


if __name__ == "__main__":
    main()
