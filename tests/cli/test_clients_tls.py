#!/usr/bin/env python3
"""run --client with curl: TLS by STARTTLS, by STLS and from the beginning, certificates that it trusts or not, and logins."""
import json
import os
import re
import shutil
import unittest

from harness import Case, main, run

SEND = "curl -sS --crlf --max-time 20 --mail-from {{sender}} --mail-rcpt {{rcpt}} -T {{message-file}}"
URL = " smtp://{{host}}:{{port}}/{{client}}"
TRUSTS = " --ssl-reqd --cacert {{ca}}"
KNOWN = " --user {{user}}:{{secret}}"
MAIL = "C: MAIL FROM:<{{sender}}>\nS: 250\n"
STARTTLS = "C: STARTTLS\nS: 220\n"
TLS = STARTTLS + "C & S: <negotiate a TLS session>\n"

# What the dialogue is, how curl is called, and what comes of it; a part of the reason, or "".
ROWS = (
    ("it goes on inside", TLS + "C: <nothing is left in clear text>\nC: EHLO {{client}}\nS: 250\n" + MAIL, SEND + TRUSTS + URL, "PASS", ""),
    ("a dialogue without TLS, and a client that insists on it", MAIL, SEND + TRUSTS + URL, "PASS", ""),
    ("a dialogue without TLS, and a client that takes it where it is", "C!: STARTTLS\n" + MAIL, SEND + " --ssl" + URL, "PASS", ""),
    ("a dialogue that greets itself, and a client that insists on TLS", "C: EHLO {{client}}\nS: 250-mail.example\nS: 250 SIZE\n" + MAIL, SEND + TRUSTS + URL, "PASS", ""),
    ("a value that Given: cannot have", "Given:\n  certificate-kind bogus\n\n" + TLS, SEND + TRUSTS + URL, "ERROR", "Given: certificate-kind: expected good"),
    ("versions", "Given:\n  tls-max 1.2\n\n" + TLS + "S: <the TLS version is 1.2>\n", SEND + TRUSTS + URL, "PASS", ""),
    ("it trusts nobody", TLS + MAIL, SEND + " --ssl-reqd" + URL, "FAIL", "unknown CA"),
    ("it must not trust everybody", "Given:\n  certificate-kind expired\n\n" + STARTTLS + "C: <TLS negotiation fails>\n", SEND + TRUSTS + URL, "PASS", ""),
    ("another name", "Given:\n  certificate-kind other-name\n\n" + STARTTLS + "C: <TLS negotiation fails>\n", SEND + TRUSTS + URL, "PASS", ""),
    ("it trusts everybody", "Given:\n  certificate-kind self-signed\n\n" + STARTTLS + "C: <TLS negotiation fails>\n", SEND + " --ssl-reqd --insecure" + URL, "FAIL", "the TLS session began"),
    ("it shows a certificate", "Given:\n  tls-client-certificate yes\n\n" + TLS + "C: <shows a certificate>\nC: <the certificate is trusted>\n",
     SEND + TRUSTS + " --cert {{client-certificate}}" + URL, "PASS", ""),
    ("it shows none", "Given:\n  tls-client-certificate yes\n\n" + TLS + "C: <shows a certificate>\n", SEND + TRUSTS + URL, "FAIL", "no certificate"),
    ("it uses no TLS", TLS + MAIL, SEND + URL, "UNSUPPORTED", "does not send STARTTLS"),
    ("inside from the beginning", "Start: connect\n\nC & S: <negotiate a TLS session>\nS: 220 hello\nC: EHLO {{client}}\nS: 250\n",
     SEND + TRUSTS + URL.replace("smtp:", "smtps:"), "PASS", ""),
    ("a dialogue without TLS, inside", MAIL, SEND + TRUSTS + URL.replace("smtp:", "smtps:"), "PASS", ""),
    ("STARTTLS, inside", TLS, SEND + TRUSTS + URL.replace("smtp:", "smtps:"), "UNSUPPORTED", "asks for none"),
    ("PLAIN", "C: <authenticate PLAIN as {{user}}>\n" + MAIL, SEND + KNOWN + URL, "PASS", ""),
    ("LOGIN", "C: <authenticate LOGIN>\n" + MAIL, SEND + KNOWN + URL, "PASS", ""),
    ("CRAM-MD5", "C: <authenticate CRAM-MD5>\n" + MAIL, SEND + KNOWN + URL, "PASS", ""),
    ("XOAUTH2", "C: <authenticate XOAUTH2>\n" + MAIL, SEND + " --user {{user}} --oauth2-bearer {{secret}}" + URL, "PASS", ""),
    ("inside TLS", TLS + "C: EHLO {{client}}\nS: 250\nC: <authenticate PLAIN as {{user}}>\n" + MAIL, SEND + TRUSTS + KNOWN + URL, "PASS", ""),
    ("EXTERNAL", TLS + "C: EHLO {{client}}\nS: 250\nC: <shows a certificate>\nC: <authenticate EXTERNAL as {{user}}>\n" + MAIL,
     SEND + TRUSTS + " --cert {{client-certificate}} --user {{user}}: --login-options AUTH=EXTERNAL" + URL, "PASS", ""),
    ("EXTERNAL as somebody else", TLS + "C: EHLO {{client}}\nS: 250\nC: <authenticate EXTERNAL as bob>\n" + MAIL,
     SEND + TRUSTS + " --cert {{client-certificate}} --user {{user}}: --login-options AUTH=EXTERNAL" + URL, "FAIL", "another user"),
    ("with a secret of its own", "C: <authenticate PLAIN>\n" + MAIL, SEND + " --user joe:joes" + URL, "PASS", ""),
    ("CRAM-MD5 with a secret of its own", "C: <authenticate CRAM-MD5>\n" + MAIL, SEND + " --user joe:joes" + URL, "PASS", ""),
    ("with a wrong secret", "C: <authenticate PLAIN as {{user}}>\n" + MAIL, SEND + " --user {{user}}:x{{secret}}" + URL, "FAIL", "other credentials"),
    ("it does not log in", "C: <authenticate PLAIN>\n" + MAIL, SEND + URL, "UNSUPPORTED", "does not send AUTH"),
)
FETCH = "curl -sS --max-time 20 --user {{user}}:{{secret}} pop3://{{host}}:{{port}}/1"
FETCHED = (
    ("STLS", "Start: greeting\n\nC: STLS\nS: +OK\nC & S: <negotiate a TLS session>\nC: CAPA\nS: +OK\n", FETCH + TRUSTS, "PASS", ""),
    ("a login inside", "Requires: tls, auth PLAIN\n\nC: RETR 1\nS: +OK\n", FETCH + TRUSTS, "PASS", ""),
    ("SASL", "C: <authenticate CRAM-MD5>\nC: RETR 1\nS: +OK\n", FETCH, "PASS", ""),
    ("inside from the beginning", "C: RETR 1\nS: +OK\n", FETCH.replace("pop3:", "pop3s:") + TRUSTS, "PASS", ""),
)


DOCS = os.path.abspath(os.path.join(os.path.dirname(__file__), os.pardir, os.pardir, "docs"))
# A client of STARTTLS that takes what comes with the 220 for the reply to its EHLO inside, or waits for that, or leaves.
INJECTED = """\
import socket, ssl, sys
host, port, mode = sys.argv[1:]
peer = socket.create_connection((host, int(port)))
def say(line):
    peer.sendall(line + b"\\r\\n")
    return peer.recv(4096)
peer.recv(4096)
say(b"EHLO a.example")
left = say(b"STARTTLS").partition(b"\\r\\n")[2]
if mode == "leaves" and left:
    sys.exit()
trusting = ssl.create_default_context()
trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
peer = trusting.wrap_socket(peer)
if mode == "believes" and left.endswith(b"250 AUTH PLAIN\\r\\n"):
    peer.sendall(b"EHLO a.example\\r\\n")
else:
    say(b"EHLO a.example")
say(b"MAIL FROM:<a@a.example>")
say(b"QUIT")
"""


@unittest.skipIf(shutil.which("curl") is None, "curl is missing")
class Curl(Case):
    def play(self, name, dialogue, command, *arguments):
        """The one case; findings of judges are about curl, not about us: none of them is looked at."""
        header = f"Title: {name}\n" + ("" if dialogue.startswith(("Given:", "Start:", "Requires:")) else "\n")
        self.write("case.scn", header + dialogue)
        result = run("run", "--client", command, "--report", "json=report.json", *arguments, "case.scn", cwd=self.folder)
        with open(os.path.join(self.folder, "report.json"), encoding="utf-8") as file:
            return json.load(file)["cases"][0], result

    def verdict_of(self, case):
        """With --crlf curl declares the size of the file, whose lines end in LF alone: a MAY, and no matter of TLS."""
        rules = [finding["rule"] for finding in case["findings"]]
        return "PASS" if case["verdict"] == "INFO" and rules == ["smtp/size-declared"] else case["verdict"]

    def check_rows(self, rows):
        for name, dialogue, command, verdict, reason in rows:
            with self.subTest(name):
                case, result = self.play(name, dialogue, command)
                self.assertEqual(self.verdict_of(case), verdict, result)
                self.assertIn(reason, case.get("reason") or "", result)

    def test_smtp(self):
        self.check_rows(ROWS)

    def test_pop3(self):
        self.check_rows(FETCHED)

    def test_versions_and_keys(self):
        keys = os.path.join(self.folder, "keys")
        case, result = self.play("keys", TLS + "S: <the TLS version is 1.2>\n", SEND + TRUSTS + URL, "--tls-max", "1.2", "--keylog", keys)
        self.assertEqual(self.verdict_of(case), "PASS", result)
        with open(keys, encoding="ascii") as file:
            self.assertIn("CLIENT_RANDOM ", file.read())

    def test_the_other_kind(self):
        """TLS where clear text is expected, and the reverse: the run ends before the first case."""
        hello = "python3 -S -c 'import socket; s = socket.create_connection((\"{{host}}\", {{port}})); s.sendall(b\"EHLO a\\r\\n\"); s.recv(99)'"
        fetch = FETCH + " --insecure"
        inside, clear = "the client begins with a TLS handshake, where clear text is expected", "the client begins in clear text, where a TLS handshake"
        waits = "the client connected and no TLS session began in 2500 ms"
        self.write("case.scn", "Title: Mail\n\n" + MAIL)
        self.write("fetch.scn", "Title: Fetch\n\nC: RETR 1\nS: +OK\n")
        for name, command, words, kind in (
            ("case.scn", "smtp:" + SEND + " --insecure" + URL.replace("smtp:", "smtps:"), inside, "is smtps, not smtp ("),
            ("case.scn", "lmtp:" + SEND + " --insecure" + URL.replace("smtp:", "smtps:"), inside, "is lmtps, not lmtp ("),
            ("fetch.scn", "pop3:" + fetch.replace("pop3:", "pop3s:"), inside, "is pop3s, not pop3 ("),
            ("case.scn", "smtps:" + SEND + URL, waits, "is smtp, not smtps ("),
            ("fetch.scn", "pop3s:" + fetch, waits, "is pop3, not pop3s ("),
            ("case.scn", "smtps:" + hello, clear, "is smtp, not smtps ("),
        ):
            with self.subTest(command):
                result = run("run", "--client", command, "--time-scale", "0.5", name, cwd=self.folder)
                self.check(result, 4, "Broken off: " + words)
                self.assertIn(kind, result.out)

    def test_what_is_for_servers(self):
        """No option and no field is taken and then left aside."""
        self.write("case.scn", "Title: Mail\n\n" + MAIL)
        known = ("--client", SEND + URL)
        for option in (("--start-with", "tls"), ("--tls-name", "a.example"), ("--tls-cert", "a"), ("--tls-key", "a"), ("--tls-ca", "a"), ("--tls-verify",)):
            for target in (known, ("--listen", "smtp://127.0.0.1:0")):
                self.check(run("run", *target, *option, "case.scn", cwd=self.folder), 2, f"mailspec: {option[0]} is for a server under test")
        for field in ("Start-with: auth", "Tls-name: a.example", "Tls-cert: a", "Tls-key: a", "Tls-ca: a", "Tls-verify: yes"):
            self.write("a.target", f"{field}\nClient: {SEND}{URL}\n")
            words = f"mailspec: a.target: {field.split(':')[0]} is for a server under test"
            self.check(run("run", "--target", "a.target", "case.scn", cwd=self.folder), 2, words)
            self.check(run("run", "--target", "a.target", "--client", SEND + URL, "case.scn", cwd=self.folder), 2, words)
        result = run("run", *known, "case.scn", cwd=self.folder, env={"MAILSPEC_TLS_VERIFY": "yes", "MAILSPEC_START_WITH": "tls"})
        self.check(result, 0, "1 case: 1 INFO", "smtp/size-declared")

    def test_response_injection(self):
        """The example of docs/language.md: what stands behind the 220 comes with it, and a client that believes it is found."""
        with open(os.path.join(DOCS, "language.md"), encoding="utf-8") as file:
            self.write("case.scn", next(block for block in re.findall(r"(?ms)^```scenario\n(.*?)^```", file.read()) if "250-injected" in block))
        with open(os.path.join(self.folder, "client.py"), "w", encoding="ascii") as file:
            file.write(INJECTED)
        for mode, verdict, rules in (("waits", "PASS", []), ("leaves", "PASS", []), ("believes", "FAIL", ["smtp/tls-response-injection"])):
            with self.subTest(mode):
                command = f"smtp:python3 -S client.py {{{{host}}}} {{{{port}}}} {mode}"
                result = run("run", "--client", command, "--report", "json=report.json", "case.scn", cwd=self.folder)
                with open(os.path.join(self.folder, "report.json"), encoding="utf-8") as file:
                    case = json.load(file)["cases"][0]
                self.assertEqual(case["verdict"], verdict, result)
                self.assertEqual([finding["rule"] for finding in case["findings"] if finding["verdict"] == "FAIL"], rules, result)

    def test_listen_inside(self):
        """A client that comes by itself, and does not check."""
        self.write("case.scn", "Title: Inside\n\n" + MAIL)
        held = run("run", "--listen", "smtps://127.0.0.1:0", "--for", "300ms", "case.scn", cwd=self.folder)
        self.assertIn("smtps://127.0.0.1:", held.err, held)


if __name__ == "__main__":
    main()
