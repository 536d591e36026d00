#!/usr/bin/env python3
"""run against servers with TLS and logins: what they ask for, what is wrong with them, and what is written down."""
import json
import os

from harness import Case, Reference, Server, main, run

USER = ("--user", "alice:secret-a:alice@example.test")
NEGOTIATED = """Requires: tls

C: STARTTLS
S: 220
C & S: <negotiate a TLS session>
"""
MAIL = "C: MAIL FROM:<{{sender}}>\nS: 250\nC: RCPT TO:<{{rcpt}}>\nS: 250\n"


class Tls(Case):
    def reference(self, *arguments):
        self.folder_of_ca = os.path.join(self.folder, "authority")
        return Reference(*arguments, "--tls-folder", self.folder_of_ca)

    def ca(self):
        return os.path.join(self.folder_of_ca, "ca.pem")

    def test_session(self):
        case = self.write("a.scn", NEGOTIATED + "S: <the TLS version is at least 1.2>\nS: <the certificate is valid>\n"
                          "S: <nothing is left in clear text>\nC: EHLO {{client}}\nS: 250\nC: <authenticate SCRAM-SHA-256 as alice>\n" + MAIL)
        keys = os.path.join(self.folder, "keys")
        with self.reference("smtp://127.0.0.1:0", "--set", "starttls=yes") as server:
            result = run("run", *server.options, *USER, "--tls-ca", self.ca(), "--keylog", keys, case, "--trace", "all")
        self.check(result, 0, "1 PASS", "TLS 1.3, TLS_AES_256_GCM_SHA384", "certificate of CN=mx.example.test")
        with open(keys, encoding="ascii") as file:
            self.assertIn("SERVER_TRAFFIC_SECRET_0", file.read())
        self.assertEqual(os.stat(keys).st_mode & 0o077, 0)

    def test_versions(self):
        case = self.write("a.scn", NEGOTIATED + "S: <the TLS version is 1.3>\n")
        with self.reference("smtp://127.0.0.1:0", "--set", "starttls=yes") as server:
            self.check(run("run", *server.options, "--tls-max", "1.2", case), 1, "the TLS version is 1.2")
            self.check(run("run", *server.options, "--tls-min", "1.3", case), 0, "1 PASS")
            target = self.write("t", f"Smtp: {server.urls[0]}\nTls-max: 1.2\n")
            self.check(run("run", "--target", target, case), 1, "the TLS version is 1.2")
            self.check(run("run", "--target", target, "--tls-max", "1.3", case), 0, "1 PASS")

    def test_implicit(self):
        case = self.write("a.scn", "C: NOOP {{tls:version}}\nS: 250\n")
        pop3 = self.write("p.scn", "C: STAT\nS: +OK\n")
        with self.reference("smtps://127.0.0.1:0", "pop3s://127.0.0.1:0") as server:
            self.check(run("run", *server.options, *USER, case, pop3), 0, "2 PASS")
            plain = server.urls[0].replace("smtps", "smtp")
            self.check(run("run", "--server", plain, "--time-scale", "0.1", case), 4, "it is smtps://")
        with self.reference("smtp://127.0.0.1:0") as server:
            secure = server.urls[0].replace("smtp", "smtps")
            self.check(run("run", "--server", secure, case), 4, "begins no TLS session", "With STARTTLS it is smtp://")

    def test_it_is_tls_and_wants_something_else(self):
        """Where an alert came, the address is right: what is named is what the server may want of us."""
        case = self.write("a.scn", "C: NOOP\nS: 250\n")
        with self.reference("smtps://127.0.0.1:0", "--set", "tls-max=1.2") as server:
            result = run("run", *server.options, "--tls-min", "1.3", case)
            self.check(result, 4, "begins no TLS session", "protocol version", "--tls-min")
            self.assertNotIn("With STARTTLS", result.err)
        no_certificate = bytes.fromhex("15030300020274")
        with Server(lambda connection, closing: connection.sendall(no_certificate)) as server:
            self.check(run("run", "--server", f"pop3s://127.0.0.1:{server.port}", case), 4, '"certificate required" (116)', "(--tls-cert)")

    def test_start_with(self):
        """A submission server: nothing goes before TLS and a login."""
        case = self.write("a.scn", MAIL)
        settings = ("--set", "starttls=yes", "--set", "auth-needs-tls=yes", "--set", "mail-needs-auth=yes")
        with self.reference("smtp://127.0.0.1:0", *settings) as server:
            self.check(run("run", *server.options, *USER, case), 5, "INCONCLUSIVE", "(see --start-with): 530")
            early = self.write("early.scn", "Start: greeting\n\nC: EHLO x\nS: 250\n" + MAIL.split("\n\n")[-1])
            self.check(run("run", *server.options, *USER, "--start-with", "tls,auth", early), 5, "INCONCLUSIVE",
                       "(the dialogue begins before what Start-with says): 530")
            self.check(run("run", *server.options, *USER, "--start-with", "tls,auth", case), 0, "1 PASS")
            target = self.write("t", f"Smtp: {server.urls[0]}\nUser: alice secret-a alice@example.test\nStart-with: tls auth\n")
            self.check(run("run", "--target", target, case), 0, "1 PASS")
        with self.reference("smtp://127.0.0.1:0") as server:
            self.check(run("run", *server.options, *USER, "--start-with", "tls", case), 4, "does not offer STARTTLS")

    def test_pop3_finds_its_way(self):
        case = self.write("a.scn", "Requires: messages 1\n\nC: STAT\nS: +OK\nC: NOOP\nS: +OK\n")
        addresses = ("smtp://127.0.0.1:0", "pop3://127.0.0.1:0")
        with self.reference(*addresses, "--set", "starttls=yes", "--set", "auth-needs-tls=yes") as server:
            self.check(run("run", *server.options, *USER, case, "--trace", "all"), 0, "1 PASS", "C: STLS", "C: USER alice")
        with self.reference(*addresses, "--set", "auth-needs-tls=yes") as server:
            self.check(run("run", *server.options, *USER, case), 5, "the server lets nobody log in")
        with self.reference(*addresses, "--set", "hide-capa=USER", "--set", "pop3-auth=CRAM-MD5") as server:
            self.check(run("run", *server.options, *USER, case, "--trace", "all"), 0, "1 PASS", "C: AUTH CRAM-MD5")

    def test_needs(self):
        tls = self.write("tls.scn", NEGOTIATED)
        auth = self.write("auth.scn", "C: <authenticate PLAIN>\n")
        with self.reference("smtp://127.0.0.1:0", "--set", "auth=LOGIN") as server:
            self.check(run("run", *server.options, *USER, tls, auth), 5, "2 UNSUPPORTED", "the server does not offer STARTTLS",
                       "the server does not offer a login by PLAIN")

    def test_verify(self):
        case = self.write("a.scn", NEGOTIATED)
        with self.reference("smtp://127.0.0.1:0", "--set", "starttls=yes", "--set", "certificate-kind=expired") as server:
            good = ("--tls-ca", self.ca())
            self.check(run("run", *server.options, *good, case), 0, "1 PASS")
            self.check(run("run", *server.options, *good, "--tls-verify", case), 1, "1 ERROR", "the certificate was refused", "expired")
            self.check(run("run", *server.options, *good, "--tls-verify", "--start-with", "tls", self.write("b.scn", MAIL)), 4,
                       "the certificate was refused")
        with self.reference("smtp://127.0.0.1:0", "--set", "starttls=yes") as server:
            good = ("--tls-ca", self.ca(), "--tls-verify")
            self.check(run("run", *server.options, *good, case), 0, "1 PASS")
            self.check(run("run", *server.options, *good, "--tls-name", "elsewhere.example", case), 1, "it is not for elsewhere.example")

    def test_bad_files_and_values(self):
        case = self.write("a.scn", NEGOTIATED)
        text = self.write("text", "no certificate\n")
        rows = (
            (("--tls-ca", "nowhere.pem"), "nowhere.pem cannot be opened"),
            (("--tls-ca", text), "holds no certificate in PEM"),
            (("--tls-cert", text), "holds no"),
            (("--tls-key", text), "a key without its certificate"),
            (("--tls-min", "1.4"), "--tls-min: expected a version of TLS"),
            (("--tls-min", "1.3", "--tls-max", "1.2"), "no version is left"),
            (("--tls-ciphers", "NONSENSE"), 'the cipher list "NONSENSE"'),
            (("--start-with", "login"), "--start-with: expected tls, auth, or both"),
            (("--keylog", "/nowhere/keys"), "/nowhere/keys cannot be opened"),
        )
        asked = []
        with Server(lambda connection, closing: asked.append(1)) as server:
            for options, words in rows:
                with self.subTest(options):
                    self.check(run("run", "--server", f"smtp://127.0.0.1:{server.port}", *options, case), 2, words)
            target = self.write("folder/t", f"Smtp: smtp://127.0.0.1:{server.port}\nTls-ca: there.pem\n")
            self.check(run("run", "--target", target, case), 2, "folder/there.pem cannot be opened")
        self.assertEqual(asked, [], "nothing is sent before the files are good")

    def test_clear_text_instead_of_tls(self):
        """220 to STARTTLS, and then no TLS; and a certificate that nobody can read."""
        def serve(connection, closing, behind):
            file = connection.makefile("rb")
            connection.sendall(b"220 stub\r\n")
            for line in file:
                word = line.split()[0].upper()
                if word == b"EHLO":
                    connection.sendall(b"250-stub\r\n250 STARTTLS\r\n")
                elif word == b"STARTTLS":
                    connection.sendall(b"220 go\r\n")
                    connection.sendall(behind)
                    connection.recv(10000)
                    connection.sendall(b"500 what?\r\n")
                    return
                else:
                    connection.sendall(b"250 fine\r\n")
        case = self.write("a.scn", NEGOTIATED)
        for behind in (b"", b"250 too early\r\n"):
            with Server(lambda connection, closing: serve(connection, closing, behind)) as server:
                result = run("run", "--server", f"smtp://127.0.0.1:{server.port}", case)
                self.check(result, 1, "1 FAIL", "the TLS negotiation failed")

    def test_transcript_is_replayed(self):
        case = self.write("a.scn", NEGOTIATED + "C: EHLO {{client}}\nS: 250\nC: NOOP\nS: 250\n")
        out = os.path.join(self.folder, "out")
        with self.reference("smtp://127.0.0.1:0", "--set", "starttls=yes") as server:
            self.check(run("run", *server.options, "-o", out, case), 0)
            with open(f"{out}/transcripts/a.txt", encoding="utf-8") as file:
                text = file.read()
            self.assertIn("C: STARTTLS\nS: 220", text)
            self.assertIn("C & S: <negotiate a TLS session>\n", text)
            again = self.write("again.scn", text)
            self.check(run("run", *server.options, again), 0, "1 PASS")
        with open(f"{out}/transcripts/a.jsonl", encoding="utf-8") as file:
            secured = [event for event in map(json.loads, file) if event["kind"] == "secured"]
        self.assertEqual([event["version"] for event in secured], ["1.3"])
        self.assertIn("mx.example.test", secured[0]["certificate"]["names"])

    def test_recorded(self):
        case = self.write("a.scn", NEGOTIATED + "S: <the TLS version is 1.3>\nC: EHLO {{client}}\nS: 250\nC: <authenticate LOGIN as {{user}}>\n")
        folder = os.path.join(self.folder, "recorded")
        with self.reference("smtp://127.0.0.1:0", "--set", "starttls=yes") as server:
            self.check(run("run", *server.options, *USER, "--record", folder, case), 0)
            with open(os.path.join(folder, "a.scn"), encoding="utf-8") as file:
                text = file.read()
            self.assertIn("C & S: <negotiate a TLS session>\nS: <the TLS version is 1.3>\n", text)
            self.assertIn("C: <authenticate LOGIN as {{user}}>\nS: 235", text)
            self.check(run("run", *server.options, *USER, os.path.join(folder, "a.scn")), 0, "1 PASS")

    def test_built_in(self):
        """Without a target everything is there, and the certificate is good."""
        case = self.write("a.scn", NEGOTIATED + "S: <the certificate is valid>\nS: <the certificate names {{tls:server-name}}>\n"
                          "C: EHLO {{client}}\nS: 250\nC: <authenticate PLAIN as {{user}}>\n")
        wrong = self.write("b.scn", "Given:\n  starttls yes\n  certificate-kind other-name\n\n"
                           "C: STARTTLS\nS: 220\nC & S: <negotiate a TLS session>\nS: <the certificate is for another name>\n")
        self.check(run("run", case, wrong), 0, "2 PASS")


main()
