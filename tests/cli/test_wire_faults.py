#!/usr/bin/env python3
"""mailspec serve --fault NAME@STAGE: what arrives on the wire for each of these faults, octet for octet."""
import os
import poplib
import re
import shlex
import shutil
import smtplib
import socket
import subprocess
import time
import unittest

from harness import Case, main, run
from test_attack import Raw, port
from test_serve import LIMIT, POP3, ROOT, SMTP, Serving

OK = b"250 2.0.0 OK\r\n"
BYE = b"221 2.0.0 mx.example.test closing the connection\r\n"
SCRIPT = b"<script>alert(1)</script><img src=x onerror=alert(1)> "
ENDLESS, NOTHING, RESET = "endless", "nothing", "reset"
TEN_M = 10 * 1024 * 1024


def padded(octets, line=b"250 2.0.0 OK"):
    return line + b"x" * (octets - len(line) - 2) + b"\r\n"


# What is sent for NOOP with that fault, and whether QUIT behind it is answered.
AT_NOOP = {
    "tab": b"250 2.0.0\tOK\ttab\r\n", "bare-code": b"250\r\n", "more-lines": b"250-more\r\n" + OK,
    "more-lines=3": b"250-more\r\n" * 3 + OK, "line-512": padded(512), "octet-by-octet": OK, "split-line-end": OK, "slow=5": OK,
    "delay=20": OK, "hyphen-alone": b"250-\r\n" + OK, "bare-lf": b"250 2.0.0 OK\n", "bare-cr": b"250 2.0.0 OK\r",
    "cr-cr-lf": b"250 2.0.0 OK\r\r\n", "no-blank": b"2502.0.0 OK\r\n", "hyphen-last": b"250-2.0.0 OK\r\n",
    "no-last-line": b"250-more comes\r\n", "codes-differ": b"550-another code\r\n" + OK, "blank-line-before": b"\r\n" + OK,
    "blank-line-within": b"250-first\r\n\r\n" + OK, "text-before": b"hello there\r\n" + OK, "text-before-code": b"mx: " + OK,
    "line-513": padded(513), "line-513=600": padded(600), "line-64k": padded(65536), "line-10m": padded(TEN_M),
    "nul": b"250 a\0b 2.0.0 OK\r\n", "eight-bit": b"250 gr\xfc\xdf 2.0.0 OK\r\n",
    "bad-utf8": b"250 \xc3( \xed\xa0\x80 \xf8\x88\x80\x80\x80 2.0.0 OK\r\n",
    "terminal-codes": b"250 \x1b[2J\x1b]0;title\x07\x1b[31m\x08\x08 2.0.0 OK\r\n", "html": b"250 " + SCRIPT + b"2.0.0 OK\r\n",
    "twice": OK + OK, "missing": b"",
}
# The same, where that is all there is.
AT_NOOP_LAST = {
    "no-line-end": b"250 2.0.0 OK", "early": OK + b"250 2.0.0 early\r\n", "swapped": BYE + OK, "close": OK, "close=0": b"",
    "close=7": OK[:7], "close=13": OK[:13], "half-close=7": OK[:7], "half-close": OK, "silence=7": OK[:7], "silence": OK,
    "reset=7": RESET, "reset": RESET, "endless-line": ENDLESS, "endless-reply": ENDLESS,
}
# What is made of the reply to EHLO.
HELLO = b"250-mx.example.test\r\n250-SIZE 33554432\r\n"


def offers(*more):
    lines = [b"mx.example.test", b"SIZE 33554432", *more]
    return b"".join(b"250" + (b"-" if line is not lines[-1] else b" ") + line + b"\r\n" for line in lines)


AT_EHLO = {
    "lower-case-keywords": b"250-mx.example.test\r\n250 size 33554432\r\n",
    "many-keywords": offers(*(b"X-KEYWORD-%d" % i for i in range(1, 501))), "many-keywords=2": offers(b"X-KEYWORD-1", b"X-KEYWORD-2"),
    "keyword-twice": offers(b"PIPELINING", b"PIPELINING", b"HELP"), "keyword-odd": offers(b"X_ODD", b"-X", b"8BITMIME=yes", b"X X=1 *"),
    "auth-equals": offers(b"AUTH PLAIN LOGIN", b"AUTH=PLAIN LOGIN"),
    "size-contradicts": offers(b"SIZE 10", b"SIZE 99999999999999999999", b"SIZE x", b"SIZE"),
    "no-last-line": b"250-mx.example.test\r\n", "hyphen-last": offers()[:-len(b" SIZE 33554432\r\n")] + b"-SIZE 33554432\r\n",
    "bare-lf": offers().replace(b"\r\n", b"\n"),
}


def first_word(word):
    return lambda plain: re.sub(rb"(?m)^\d+ ", word + b" ", plain)


def second_word(word):
    return lambda plain: re.sub(rb"(?m)^(\d+) \S+", lambda found: found[1] + b" " + word, plain)


def behind_status(line):
    return lambda plain: plain.replace(b"\r\n", b"\r\n" + line + b"\r\n", 1)


# POP3: stage, and what is made of the response that the server gives without the fault.
OF_POP3 = {
    "lower-case-indicator": ("NOOP", lambda plain: plain.replace(b"+OK", b"+ok")),
    "no-indicator": ("NOOP", lambda plain: plain[1:]), "tab": ("NOOP", lambda plain: b"+OK Nothing\tdone\ttab\r\n"),
    "bare-code": ("NOOP", lambda plain: b"+OK\r\n"), "line-512": ("NOOP", lambda plain: padded(512, plain[:-2])),
    "error-with-body": ("LIST", lambda plain: b"-ERR no\r\nand a line\r\n.\r\n"), "unstuffed": ("RETR 1", behind_status(b".unstuffed")),
    "dot-within": ("RETR 1", behind_status(b".")), "no-end": ("RETR 1", lambda plain: plain[:-3]),
    "body-nul": ("RETR 1", behind_status(b"X-Nul: a\0b")), "body-bare-cr": ("TOP 1 0", behind_status(b"X-Cr: a\rb\r\rc")),
    "body-line-10m": ("RETR 1", behind_status(b"X-Long: " + b"x" * TEN_M)), "count-wrong": ("STAT", lambda plain: b"+OK 7" + plain[5:]),
    "count-negative": ("LIST", first_word(b"-1")), "count-huge": ("LIST", first_word(b"9" * 20)), "count-zero": ("UIDL", first_word(b"0")),
    "count-no-number": ("STAT", lambda plain: b"+OK x" + plain[5:]), "size-wrong": ("LIST", second_word(b"1")),
    "size-negative": ("STAT", lambda plain: b"+OK 2 -1\r\n"), "size-huge": ("LIST", second_word(b"9" * 20)),
    "uid-same": ("UIDL", second_word(b"same")), "uid-changes": ("UIDL", second_word(b"changed-1")),
    "uid-long": ("UIDL", second_word(b"x" * 210)), "uid-odd": ("UIDL", second_word(b"\x01\xe4")), "bare-lf": ("RETR 1", lambda plain: plain.replace(b"\r\n", b"\n")),
    "twice": ("UIDL", lambda plain: plain + plain), "missing": ("STAT", lambda plain: b""), "close=9": ("RETR 1", lambda plain: plain[:9]),
}
LETTER = b"Subject: x\r\n\r\nx\r\n.dot\r\n"


def deliver(url, count=2):
    with smtplib.SMTP("127.0.0.1", port(url), timeout=LIMIT) as client:
        for _ in range(count):
            client.sendmail("a@b.example", "alice@example.test", LETTER)


def read_some(client, octets):
    text = b""
    while len(text) < octets and (piece := client.socket.recv(65536)):
        text += piece
    return text


class Octets(Case):
    def expect(self, client, expected, behind=b""):
        if expected is RESET:
            self.assertIsNone(client.rest())
        elif expected is ENDLESS:
            self.assertEqual(len(read_some(client, 4 * 1024 * 1024)) >= 4 * 1024 * 1024, True)
        else:
            said = client.rest()
            self.assertEqual((len(said), said[:2000]), (len(expected + behind), (expected + behind)[:2000]))
            self.assertEqual(said, expected + behind)

    def test_at_noop(self):
        for fault, expected in {**AT_NOOP, **AT_NOOP_LAST}.items():
            with self.subTest(fault=fault), Serving(SMTP, "--fault", f"{fault}@NOOP", "--set", "idle=1s") as serving, \
                    Raw(serving.urls[0]) as client:
                client.lines()
                client.socket.sendall(b"NOOP\r\nQUIT\r\n")
                self.expect(client, expected, BYE if fault in AT_NOOP else b"")

    def test_at_ehlo(self):
        for fault, expected in AT_EHLO.items():
            with self.subTest(fault=fault), Serving(SMTP, "--fault", f"{fault}@EHLO", "--set", "offer=SIZE", "--set", "auth=none") as serving, \
                    Raw(serving.urls[0]) as client:
                client.lines()
                client.socket.sendall(b"EHLO c.example\r\nQUIT\r\n")
                self.expect(client, expected, BYE.replace(b"2.0.0 ", b""))

    def answer(self, url, line):
        """What is said to that line, between login and QUIT."""
        with Raw(url) as client:
            client.lines()
            client.say("USER alice", "PASS secret-a")
            client.socket.sendall(line.encode() + b"\r\nQUIT\r\n")
            return client.rest().removesuffix(b"+OK mx.example.test POP3 server signing off\r\n")

    def test_pop3(self):
        """The second time the response is as it should be, so that the first one can be held against it."""
        for fault, (line, change) in OF_POP3.items():
            stage = line.partition(" ")[0]
            with self.subTest(fault=fault), Serving(SMTP, POP3, "--fault", f"{fault}@pop3/{stage}::1") as serving:
                deliver(serving.urls[0])
                wrong = self.answer(serving.urls[1], line)
                self.assertEqual(wrong, change(self.answer(serving.urls[1], line)))

    def test_endless_body(self):
        with Serving(POP3, "--fault", "endless-body@LIST") as serving, Raw(serving.urls[0]) as client:
            client.lines()
            client.say("USER alice", "PASS secret-a")
            client.socket.sendall(b"LIST\r\n")
            self.expect(client, ENDLESS)

    def test_every_row(self):
        listed = run("serve", "--fault", "list")
        names = set(re.findall(r"^(\S+?)(?:\[=N\])?@STAGE ", listed.out, re.MULTILINE))
        tried = {fault.partition("=")[0] for table in (AT_NOOP, AT_NOOP_LAST, AT_EHLO, OF_POP3) for fault in table} | {"endless-body"}
        self.assertEqual(names, tried)


class Stages(Case):
    def test_every_stage(self):
        """Closed behind five octets, wherever that is."""
        steps = [("greeting", None), ("EHLO", "EHLO c.example"), ("AUTH", "AUTH LOGIN"), ("AUTH-response", "YWxpY2U="), ("MAIL", "MAIL FROM:<a@b.example>"),
                 ("RCPT", "RCPT TO:<alice@example.test>"), ("DATA", "DATA"), ("end-of-data", "."), ("HELO", "HELO c.example"), ("NOOP", "NOOP"),
                 ("VRFY", "VRFY bob"), ("EXPN", "EXPN bob"), ("HELP", "HELP"), ("RSET", "RSET"), ("other", "XYZZY"), ("QUIT", "QUIT")]
        way = {"MAIL": [1], "RCPT": [1, 4], "DATA": [1, 4, 5], "end-of-data": [1, 4, 5, 6], "AUTH": [1], "AUTH-response": [1, 2]}
        for stage, line in steps:
            with self.subTest(stage=stage), Serving(SMTP, "--fault", f"close=5@{stage}") as serving, Raw(serving.urls[0]) as client:
                if line is not None:
                    client.lines()
                    client.say(*(steps[i][1] for i in way.get(stage, [])))
                    client.socket.sendall(line.encode() + b"\r\n")
                self.assertEqual(len(client.rest()), 5)

    def test_which_time(self):
        with Serving(SMTP, "--fault", "twice@NOOP:2", "--fault", "missing@RSET::2") as serving:
            for number in (1, 2):
                with Raw(serving.urls[0]) as client:
                    client.lines()
                    client.socket.sendall(b"NOOP\r\nNOOP\r\nNOOP\r\nRSET\r\nQUIT\r\n")
                    self.assertEqual(client.rest(), OK * (5 if number == 1 else 4) + BYE)

    def test_segments(self):
        """Each octet comes alone, so that some reads have one."""
        with Serving(SMTP, "--fault", "octet-by-octet=20@NOOP") as serving, Raw(serving.urls[0]) as client:
            client.lines()
            client.socket.sendall(b"NOOP\r\n")
            pieces = []
            while b"".join(pieces) != OK:
                pieces.append(client.socket.recv(100))
            self.assertGreater(len(pieces), 5)

    def test_slowly(self):
        with Serving(SMTP, "--fault", "delay=300@NOOP") as serving, Raw(serving.urls[0]) as client:
            client.lines()
            begin = time.monotonic()
            self.assertEqual(client.say("NOOP"), OK)
            self.assertGreaterEqual(time.monotonic() - begin, 0.29)

    def test_inside_tls(self):
        import ssl
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with Serving(SMTP, "--set", "starttls=yes", "--fault", "octet-by-octet@STARTTLS", "--fault", "bare-lf@NOOP") as serving:
            with smtplib.SMTP("127.0.0.1", port(serving.urls[0]), timeout=LIMIT) as client:
                client.starttls(context=context)
                self.assertEqual(client.docmd("NOOP"), (250, b"2.0.0 OK"))

    def test_endless_is_bounded(self):
        """Whoever does not read costs little, and the transcript has its bound."""
        folder = os.path.join(self.folder, "seen")
        with Serving(SMTP, "--fault", "endless-line@NOOP", "--transcripts", folder) as serving:
            with Raw(serving.urls[0]) as client:
                client.lines()
                client.socket.sendall(b"NOOP\r\n")
                read_some(client, 20 * 1024 * 1024)
                with open(f"/proc/{serving.process.pid}/status", encoding="ascii") as file:
                    peak = int(re.search(r"VmHWM:\s+(\d+)", file.read())[1])
            serving.end(15)
        self.assertLess(peak, 200 * 1024 if os.environ.get("ASAN_OPTIONS") else 400 * 1024)
        self.assertLess(os.path.getsize(os.path.join(folder, "00001.txt")), 9 * 1024 * 1024)

    def test_while_it_runs(self):
        control = os.path.join(self.folder, "ctl")
        with Serving(SMTP, "--control", control) as serving, Raw(serving.urls[0]) as client:
            client.lines()
            self.check(run("tell", control, "fault twice@NOOP", config=True), 0)
            client.socket.sendall(b"NOOP\r\n")
            self.assertEqual(client.line() + client.line(), OK + OK)
            self.check(run("tell", control, "fault -twice@NOOP", config=True), 0)
            self.assertEqual(client.say("NOOP"), OK)
            self.check(run("tell", control, "fault twcie@NOOP", config=True), 1, 'did you mean "twice"')
            self.check(run("tell", control, "fault -twice@NOOP", config=True), 1, "is not among its values")
            client.socket.sendall(b"QUIT\r\n")
            self.assertEqual(client.rest(), BYE)

    def test_wrong_ones(self):
        for fault, words in (("bare-lff@RCPT", 'did you mean "bare-lf"'), ("bare-lf@RPCT", 'did you mean "RCPT"'), ("bare-lf=3@RCPT", "takes no number"),
                             ("close=x@RCPT", "expected a number"), ("unstuffed@RCPT", "POP3 has no such stage"), ("bare-lf", "at which stage?"),
                             ("close@RCPT:0", "counted from 1"), ("greeting-code@greeting", "leave @STAGE out"), ("no-blank@RETR", "SMTP has no such stage")):
            with self.subTest(fault=fault):
                result = run("serve", SMTP, "--fault", fault)
                self.check(result, 2, words)
                self.assertEqual(len(result.err.splitlines()), 1, result.err)
        self.check(run("serve", SMTP, "--fault", "bare-lf@RCPT", "--fault", "twice@RCPT"), 2, "is never used")


class Clients(Case):
    """What is legal is taken by those that others have written."""

    def legal(self):
        listed = run("serve", "--fault", "list").out
        return re.findall(r"^(\S+?)(?:\[=N\])?@STAGE +legal +(\S+)", listed, re.MULTILINE)

    def faults(self, at):
        for name, protocol in self.legal():
            # curl 7.88 counts each line of a reply again for those behind it, and gives up at 300 KiB.
            number = {"slow": "=2", "delay": "=20", "many-keywords": "=50"}.get(name, "")
            stage = "EHLO" if "keyword" in name else at
            if not (at == "STAT" and protocol == "SMTP:") and not (name == "bare-code" and at == "STAT"):
                yield f"{name}{number}@{stage}"

    def test_smtplib(self):
        for fault in self.faults("RCPT"):
            with self.subTest(fault=fault), Serving(SMTP, "--fault", fault) as serving:
                deliver(serving.urls[0], 1)
                self.assertEqual(serving.end(15), 0)
                self.assertIn(" 1 message\n", serving.out)

    def test_poplib(self):
        for fault in self.faults("STAT"):
            if "line-512" in fault or "EHLO" in fault or fault.startswith("tab"):
                continue  # a drop listing is two numbers and no text
            with self.subTest(fault=fault), Serving(SMTP, POP3, "--fault", fault.replace("STAT", "RETR")) as serving:
                deliver(serving.urls[0], 1)
                client = poplib.POP3("127.0.0.1", port(serving.urls[1]), timeout=LIMIT)
                client.user("alice")
                client.pass_("secret-a")
                self.assertEqual(client.retr(1)[1][-1], b".dot")
                client.quit()

    @unittest.skipUnless(shutil.which("curl"), "curl is missing")
    def test_curl(self):
        self.write("message", "Subject: x\r\n\r\nx\r\n")
        for fault in self.faults("RCPT"):
            with self.subTest(fault=fault), Serving(SMTP, "--fault", fault) as serving:
                result = subprocess.run(["curl", "-sS", serving.urls[0], "--mail-from", "a@b.example", "--mail-rcpt", "alice@example.test",
                                         "-T", "message"], cwd=self.folder, capture_output=True, timeout=LIMIT, check=False)
                self.assertEqual(result.returncode, 0, result.stderr)


# Words of the docs, what is said then, and what is answered last; "TLS": it begins.
LOGIN = ["EHLO c.example", "AUTH LOGIN"]
SECURITY = {
    "--set starttls=yes --reply STARTTLS=454": (["STARTTLS"], rb"454 4\.7\.0 .*\r\n"),
    "--set starttls=yes --reply STARTTLS=250": (["STARTTLS", "NOOP"], rb"250 2\.0\.0 OK\r\n"),
    "--set starttls=yes --fault early@STARTTLS": (["STARTTLS"], rb"220 .*\r\n250 2\.0\.0 early\r\n"),
    "--set starttls=yes --fault octet-by-octet@STARTTLS": (["STARTTLS"], rb"220 .*\r\n"),
    "--set starttls=yes --fault twice@STARTTLS": (["STARTTLS"], rb"(220 .*\r\n){2}"),
    "--set starttls=yes --fault silence@STARTTLS": (["STARTTLS"], rb"220 .*\r\n"),
    "--set starttls=yes --fault close@STARTTLS": (["STARTTLS"], rb"220 .*\r\n"),
    "--reply 'AUTH=334 no base64'": (["AUTH LOGIN"], rb"334 no base64\r\n"),
    "--reply 'AUTH=334 bm8=' --reply 'AUTH-response=334 bm8='": ([*LOGIN, *["eA=="] * 50], rb"334 bm8=\r\n"),
    "--reply AUTH=235": (["AUTH LOGIN"], rb"235 2\.7\.0 .*\r\n"), "--reply AUTH=silence": (["AUTH LOGIN"], rb""),
    "--reply AUTH-response=454": ([*LOGIN, "eA=="], rb"454 4\.7\.0 .*\r\n"), "--reply AUTH-response=432": ([*LOGIN, "eA=="], rb"432 4\.7\.12 .*\r\n"),
    "--reply AUTH-response=534": ([*LOGIN, "eA=="], rb"534 5\.7\.9 .*\r\n"), "--reply AUTH-response=421": ([*LOGIN, "eA=="], rb"421 4\.3\.2 .*\r\n"),
    "--reply MAIL=530": (["EHLO c.example", "MAIL FROM:<a@b.example>"], rb"530 5\.7\.0 .*\r\n"),
    "--set starttls=yes --reply 'EHLO:2=250 mx.example.test'": (["EHLO c.example"] * 2, rb"250 mx\.example\.test\r\n"),
    "--set starttls=yes --reply STLS=-ERR": (["STLS"], rb"-ERR .*\r\n"),
    "--set starttls=yes --fault early@STLS": (["STLS"], rb"\+OK .*\r\n\+OK early\r\n"),
    "--reply 'PASS=-ERR [IN-USE] Locked'": (["USER alice", "PASS secret-a"], rb"-ERR \[IN-USE\] Locked\r\n"),
    "--reply 'PASS=-ERR [LOGIN-DELAY] Later'": (["USER alice", "PASS secret-a"], rb"-ERR \[LOGIN-DELAY\] Later\r\n"),
}
ELSEWHERE = {"--set starttls=yes --set tls-disturb=garbage", "--set starttls=yes --set tls-disturb='cut 100'",
             "--set starttls=yes --set certificate-kind=expired"}  # test_serve_tls.py


class Security(Case):
    def test_the_table(self):
        """Each row of the docs does what it says."""
        with open(os.path.join(ROOT, "docs", "attack.md"), encoding="utf-8") as file:
            text = file.read().partition("## TLS and logins")[2].partition("\n## ")[0]
        written = {words.replace('"', "'") for words in re.findall(r"`(--[^`]+)`", text)}
        self.assertEqual(written, set(SECURITY) | ELSEWHERE)
        for words, (lines, answer) in SECURITY.items():
            is_pop3 = lines[0] in ("STLS", "USER alice")
            with self.subTest(words=words), Serving(POP3 if is_pop3 else SMTP, *shlex.split(words)) as serving, \
                    Raw(serving.urls[0]) as client:
                client.lines()
                client.say(*lines[:-1])
                client.socket.sendall(lines[-1].encode() + b"\r\n")
                client.socket.shutdown(socket.SHUT_WR)  # so that the end of what is said is seen
                self.assertRegex(client.rest(), b"^" + answer + b"$")


class Docs(Case):
    def test_the_table(self):
        with open(os.path.join(ROOT, "docs", "attack.md"), encoding="utf-8") as file:
            text = file.read()
        listed = run("serve", "--fault", "list").out
        rows = [f"| `{name}` | {kind} | {what} |" for name, kind, what in
                re.findall(r"^(\S+)@STAGE +(legal|lax|broken) +(.*)$", listed, re.MULTILINE)]
        self.assertIn("\n".join(rows), text, "\n".join(rows))


if __name__ == "__main__":
    main()
