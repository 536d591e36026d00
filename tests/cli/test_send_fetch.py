#!/usr/bin/env python3
"""`mailspec send` and `mailspec fetch`: what is sent arrives, what is fetched is whole, what is refused is told, and no rule is broken."""
import email
import email.policy
import os
import re
import socket
import stat
import subprocess
import time

from harness import PROGRAM, Case, Reference, Server, main, run

FROM = ("--from", "alice@example.test")
TO = ("--to", "bob@example.test")
BOB = ("--user", "bob:secret-b")
SCENARIOS = os.path.abspath(os.path.join(os.path.dirname(__file__), os.pardir, os.pardir, "scenarios"))


def octets(*arguments, stdin=b""):
    """Status, standard output and error of a command, as they are."""
    child = subprocess.run([PROGRAM, arguments[0], "--no-config", *arguments[1:]], input=stdin, capture_output=True, timeout=60,
                           check=False)
    return child.returncode, child.stdout, child.stderr.decode("utf-8", "replace")


def text_of(part):
    return part.get_content().replace("\r\n", "\n")


def scripted(*replies, after=None):
    """A server that greets, and answers each line with the next reply; None closes the connection."""
    def serve(connection, _):
        lines = connection.makefile("rb")
        for i, reply in enumerate(replies):
            if reply is None or (i > 0 and not lines.readline()):
                return
            connection.sendall(reply)
        if after is not None:
            after(lines, connection)
    return Server(serve)


class Mail(Case):
    """The reference server with the program's own commands."""

    SERVE = ()

    def setUp(self):
        super().setUp()
        server = Reference("smtp://127.0.0.1:0", "pop3://127.0.0.1:0", *self.SERVE)
        server.__enter__()
        self.addCleanup(server.__exit__)
        self.smtp, self.pop3 = server.urls

    def send(self, *arguments, **more):
        return run("send", self.smtp, *FROM, *arguments, **more)

    def fetch(self, *arguments, **more):
        return run("fetch", self.pop3, *BOB, *arguments, **more)

    def fetched(self):
        """All messages, as the standard library reads them."""
        folder = os.path.join(self.folder, f"got{time.monotonic_ns()}")
        self.check(self.fetch("--all", "-o", folder), 0)
        texts = []
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), "rb") as file:
                texts.append(file.read())
        return [email.message_from_bytes(text, policy=email.policy.default) for text in texts]


class Sending(Mail):
    def test_a_message(self):
        self.check(self.send(*TO, "--subject", "Hello", "--body", "line\n.\n..\n"), 0, "bob@example.test: accepted: 250 2.0.0")
        message = self.fetched()[0]
        self.assertEqual((message["From"], message["To"], message["Subject"]), ("alice@example.test", "bob@example.test", "Hello"))
        self.assertEqual(text_of(message), "line\n.\n..\n")
        self.assertRegex(message["Message-ID"], r"^<[0-9a-f]{32}@example\.test>$")
        self.assertIsNotNone(message["Date"].datetime.tzinfo)
        self.assertEqual(message.defects, [])

    def test_other_scripts_and_attachments(self):
        noise = os.urandom(4321)
        first = self.write("Bericht März.pdf", noise)
        second = self.write("Ein langer Name " + "ä" * 60 + ".txt", "Grüße\n")
        subject = "Grüße aus dem Büro: " + "ein langer Betreff, " * 6 + "ж" * 40
        self.check(self.send("--to", "Bär, B. <bob@example.test>", "--cc", "Älice <alice@example.test>", "--subject", subject,
                             "--body", "Hallö\n" + "x" * 2000, "--attach", first, "--attach", second, "--header", "X-Ä: b"), 2)
        self.check(self.send("--to", "Bär, B. <bob@example.test>", "--cc", "Älice <alice@example.test>", "--subject", subject,
                             "--body", "Hallö\n" + "x" * 2000, "--attach", first, "--attach", second, "--header", "X-A: ä  b"), 0)
        message = self.fetched()[0]
        self.assertEqual(message["Subject"], subject)
        self.assertEqual(message["X-A"], "ä  b")
        self.assertEqual([a.display_name for a in message["To"].addresses + message["Cc"].addresses], ["Bär, B.", "Älice"])
        text, *files = message.iter_parts()
        self.assertEqual(text_of(text), "Hallö\n" + "x" * 2000 + "\n")
        self.assertEqual([part.get_filename() for part in files], [os.path.basename(first), os.path.basename(second)])
        self.assertEqual(files[0].get_content(), noise)
        self.assertEqual(text_of(files[1]), "Grüße\n")
        for part in message.walk():
            self.assertEqual(part.defects, [])

    def test_a_line_of_the_message_is_short_and_plain(self):
        self.check(self.send(*TO, "--subject", "ä" * 500, "--body", "ö" * 5000), 0)
        _, message, _ = octets("fetch", self.pop3, *BOB, "1")
        self.assertLessEqual(max(len(line) for line in message.split(b"\r\n")), 100)
        self.assertTrue(message.isascii())

    def test_text_from_standard_input(self):
        status, _, error = octets("send", self.smtp, *FROM, *TO, stdin="Grüße\n".encode())
        self.assertEqual(status, 0, error)
        self.assertEqual(text_of(self.fetched()[0]), "Grüße\n")

    def test_a_ready_message(self):
        path = self.write("ready.eml", b"From: a@b.example\nSubject: x\n\n.dot\nno end")
        self.check(self.send(*TO, "--eml", path), 0)
        _, message, _ = octets("fetch", self.pop3, *BOB, "1")
        self.assertTrue(message.endswith(b"\r\nFrom: a@b.example\r\nSubject: x\r\n\r\n.dot\r\nno end\r\n"), message)
        self.check(self.send(*TO, "--eml", path, "--subject", "x"), 2, "--subject would change it")

    def test_each_recipient_has_its_line(self):
        result = self.send(*TO, "--to", "nobody@example.test", "--cc", "alice@example.test", "--bcc", "bob@example.test",
                           "--bcc", "x@elsewhere.example", "--body", "x")
        self.check(result, 1)
        lines = result.out.splitlines()
        self.assertEqual([line.split(": ")[:2] for line in lines],
                         [["bob@example.test", "accepted"], ["nobody@example.test", "refused"],
                          ["alice@example.test", "accepted"], ["x@elsewhere.example", "refused"]])
        self.assertIn("550 5.1.1 No such user", lines[1])
        message = self.fetched()[0]
        self.assertNotIn("elsewhere", str(message))

    def test_what_is_asked_of_the_server(self):
        shown = self.send(*TO, "--body", "x", "--bdat", "--notify", "success,delay", "--return", "hdrs", "--envid", "q-1", "-v").err
        for line in ("C: MAIL FROM:<alice@example.test> SIZE=", " RET=hdrs ENVID=q-1\n",
                     "C: RCPT TO:<bob@example.test> NOTIFY=success,delay\n", "C: BDAT "):
            self.assertIn(line, shown)
        shown = self.send("--to", "bücher@example.test", "--body", "x", "-v").err
        self.assertIn("BODY=8BITMIME SMTPUTF8\n", shown)

    def test_the_null_reverse_path(self):
        self.check(run("send", self.smtp, "--from", "<>", *TO, "--body", "x"), 2, "--header \"From: ADDRESS\"")
        self.check(run("send", self.smtp, "--from", "<>", *TO, "--body", "x", "--header", "From: mailer@example.test", "-v"), 0,
                   "C: MAIL FROM:<>")

    def test_a_silent_command(self):
        result = self.send(*TO, "--body", "x", "-q")
        self.check(result, 0)
        self.assertEqual(result.out + result.err, "")

    def test_unix_socket_and_lmtp(self):
        path = os.path.join(self.folder, "s")
        with Reference(f"lmtp+unix:{path}", "pop3://127.0.0.1:0"):
            self.check(run("send", f"lmtp+unix:{path}", *FROM, *TO, "--to", "alice@example.test", "--body", "x", "-v"), 0,
                       "C: LHLO ", "bob@example.test: accepted", "alice@example.test: accepted")


class Defects(Mail):
    """What is wrong with the options is told before anything is sent."""

    ROWS = (
        ((), "expected the address of a server"),
        (("pop3://127.0.0.1:1", *FROM, *TO), "mail is sent by SMTP or LMTP"),
        (("smtp://127.0.0.1:1", *TO), "--from ADDRESS says who sends it"),
        (("smtp://127.0.0.1:1", *FROM), "--to ADDRESS says who it goes to"),
        (("smtp://127.0.0.1:1", *FROM, "--to", "bob"), 'found "bob"'),
        (("smtp://127.0.0.1:1", *FROM, "--to", "bob@example.test>\r\nDATA"), "without line ends"),
        (("smtp://127.0.0.1:1", *FROM, "--to", "bob@example.test> NOTIFY=NEVER"), "expected one address"),
        (("smtp://127.0.0.1:1", *FROM, *TO, "--subject", "a\nBcc: x@y.example"), "without line ends"),
        (("smtp://127.0.0.1:1", *FROM, *TO, "--header", "X"), 'expected "NAME: VALUE"'),
        (("smtp://127.0.0.1:1", *FROM, *TO, "--header", "X: a\nY: b"), "without line ends"),
        (("smtp://127.0.0.1:1", *FROM, *TO, "--header", "Content-Type: text/html"), "give a ready message"),
        (("smtp://127.0.0.1:1", *FROM, *TO, "--header", "Bcc: x@y.example"), "the option for it leaves it out"),
        (("smtp://127.0.0.1:1", *FROM, *TO, "--attach", "/nowhere/x"), "/nowhere/x cannot be opened"),
        (("smtp://127.0.0.1:1", *FROM, *TO, "--body", "x", "--body-file", "y"), "a message has one text"),
        (("smtp://127.0.0.1:1", *FROM, *TO, "--ehlo", "a b"), "a domain or an address literal"),
        (("smtp://127.0.0.1:1", *FROM, *TO, "--notify", "never,delay"), "expected never, or some of"),
        (("smtp://127.0.0.1:1", *FROM, *TO, "--envid", "a b"), "1 to 100 printable octets"),
        (("smtp://127.0.0.1:1", *FROM, *TO, "--return", "all"), "full or hdrs"),
        (("smtp://127.0.0.1:1", *FROM, *TO, "--login", "plain"), "--user NAME:SECRET is missing"),
        (("smtp://127.0.0.1:1", *FROM, *TO, "--user", "a:b", "--login", "pain"), "did you mean PLAIN"),
        (("smtp://127.0.0.1:1", *FROM, *TO, "--start-with", "auth"), "expected tls or clear"),
        (("smtps://127.0.0.1:1", *FROM, *TO, "--start-with", "clear"), "is inside TLS"),
        (("smtp://127.0.0.1:1", *FROM, *TO, "--insecure", "--tls-verify"), "it counts or it does not"),
        (("smtp://127.0.0.1:1", *FROM, *TO, "--tls-ca", "/nowhere/ca"), "/nowhere/ca"),
        (("smtp://127.0.0.1:1", *FROM, *TO, "--timeout", "5"), "a time with its unit"),
        (("smtp://127.0.0.1:1", *FROM, *TO, "a text"), "stands behind the address"),
        (("smtp://127.0.0.1:1", *FROM, *TO, "--delete"), "fetch"),
        # a secret is asked for last
        (("smtp://127.0.0.1:1", *FROM, "--to", "bob", "--user", "alice:env:NOWHERE"), 'found "bob"'),
        (("smtp://127.0.0.1:1", *FROM, *TO, "--user", "alice:env:NOWHERE"), "NOWHERE"),
    )

    def test_send(self):
        for words, text in self.ROWS:
            with self.subTest(words=words):
                self.check(run("send", *words), 2, text.replace("it counts", "a certificate counts"))

    def test_fetch(self):
        for words, text in (((), "expected the address of a server"), (("smtp://127.0.0.1:1", *BOB), "mail is fetched by POP3"),
                            (("pop3://127.0.0.1:1",), "--user NAME:SECRET says whose mail"),
                            (("pop3://127.0.0.1:1", *BOB, "x"), 'found "x"'), (("pop3://127.0.0.1:1", *BOB, "0"), 'found "0"'),
                            (("pop3://127.0.0.1:1", *BOB, "1", "--all"), "the one or the others"),
                            (("pop3://127.0.0.1:1", *BOB, "--delete"), "of which messages"),
                            (("pop3://127.0.0.1:1", *BOB, "-o", "x"), "of which messages")):
            with self.subTest(words=words):
                self.check(run("fetch", *words), 2, text)


class Refusals(Mail):
    def test_a_wrong_secret(self):
        result = self.send(*TO, "--body", "x", "--user", "alice:wrong")
        self.check(result, 1, "AUTH: 535 5.7.8", "bob@example.test: not sent")
        self.check(run("fetch", self.pop3, "--user", "bob:wrong"), 1, "APOP: -ERR [AUTH]")

    def test_a_full_maildrop_and_a_locked_one(self):
        with Reference("smtp://127.0.0.1:0", "pop3://127.0.0.1:0", "--set", "full=bob", "--set", "locked=alice") as server:
            self.check(run("send", server.urls[0], *FROM, *TO, "--body", "x"), 5, "bob@example.test: refused for now: 452")
            self.check(run("fetch", server.urls[1], "--user", "alice:secret-a"), 5, "[IN-USE]")

    def test_nobody_there(self):
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            port = held.getsockname()[1]
            self.check(run("send", f"smtp://127.0.0.1:{port}", *FROM, *TO, "--body", "x"), 4, "connection refused", "not sent")
            self.check(run("fetch", f"pop3://127.0.0.1:{port}", *BOB), 4, "connection refused")
        self.check(run("send", f"smtp+unix:{self.folder}/nothing", *FROM, *TO, "--body", "x"), 4, "no such file")

    def test_a_server_that_goes_away(self):
        ok = b"250 x\r\n"
        for replies in ((None,), (b"220 x\r\n", None), (b"220 x\r\n", ok, None), (b"220 x\r\n", ok, ok, ok, b"354 x\r\n", None)):
            with self.subTest(replies=replies), scripted(*replies) as server:
                self.check(run("send", f"smtp://127.0.0.1:{server.port}", *FROM, *TO, "--body", "x"), 4,
                           "bob@example.test: not sent")

    def test_a_server_that_goes_away_in_the_middle_of_a_message(self):
        with scripted(b"+OK x\r\n", b"-ERR\r\n", b"+OK\r\n", b"+OK\r\n", b"+OK 1 10\r\n", b"+OK\r\n1 10\r\n.\r\n", b"-ERR\r\n",
                      b"+OK\r\nSubject: x\r\n\r\nha", None) as server:
            folder = os.path.join(self.folder, "cut")
            self.check(run("fetch", f"pop3://127.0.0.1:{server.port}", *BOB, "--all", "-o", folder, "--delete"), 4)
            self.assertFalse(os.path.exists(folder))

    def test_a_server_that_makes_no_sense(self):
        with scripted(b"x" * 100000) as server:
            self.check(run("send", f"smtp://127.0.0.1:{server.port}", *FROM, *TO, "--body", "x"), 3, "makes no sense")
            self.check(run("fetch", f"pop3://127.0.0.1:{server.port}", *BOB), 3, "makes no sense")

    def test_a_server_that_says_nothing(self):
        with scripted(b"220 x\r\n", after=lambda lines, _: lines.read()) as server:
            self.check(run("send", f"smtp://127.0.0.1:{server.port}", *FROM, *TO, "--body", "x", "--timeout", "200ms"), 4,
                       "the server says nothing any more")

    def test_what_a_server_says_is_harmless(self):
        with scripted(b"220 x\r\n", b"250 x\r\n", b"250 x\r\n", b"550 \x1b[31m\xe2\x80\xae ::error::\x07\r\n", b"221 x\r\n") as server:
            result = run("send", f"smtp://127.0.0.1:{server.port}", *FROM, *TO, "--body", "x", "-v")
        self.check(result, 1, "\\x1b[31m")
        self.assertNotIn("\x1b", result.out + result.err)
        self.assertNotIn("\u202e", result.out + result.err)
        self.assertNotIn("::error::", result.out)


class Secrets(Mail):
    def test_none_is_shown(self):
        for words in ((), ("--login", "plain"), ("--login", "login"), ("--login", "cram-md5"), ("--login", "scram-sha-1")):
            with self.subTest(words=words):
                result = self.send(*TO, "--body", "x", "--user", "alice:secret-a", *words, "-v")
                self.check(result, 0, "{{secret:*}}", "235 2.7.0")
                self.assertNotIn("secret-a", result.out + result.err)
                self.assertNotIn("c2VjcmV0LWE", result.out + result.err)
        for words in (("--login", "user"), ("--login", "apop")):
            result = self.fetch(*words, "-v")
            self.check(result, 0, "{{secret:*}}")
            self.assertNotIn("secret-b", result.out + result.err)

    def test_shown_after_all(self):
        result = self.fetch("--login", "user", "-v", "--show-secrets")
        self.check(result, 0, "# Secrets are shown here", "C: PASS secret-b")

    def test_from_elsewhere(self):
        path = self.write("secret", "secret-b\n")
        os.chmod(path, 0o600)
        self.check(run("fetch", self.pop3, "--user", f"bob:file:{path}"), 0, "0 messages")
        self.check(run("fetch", self.pop3, "--user", "bob:env:B"), 2, "B")
        self.check(run("fetch", self.pop3, "--user", "bob:env:B", env={"B": "secret-b"}), 0, "0 messages")

    def test_no_secret_for_strangers(self):
        heard = []

        def serve(connection, _):
            lines = connection.makefile("rb")
            connection.sendall(b"220 x\r\n")
            for line in lines:
                heard.append(line)
                connection.sendall(b"250-x\r\n250 AUTH PLAIN LOGIN\r\n" if line.startswith(b"EHLO") else b"221 x\r\n")
        with Server(serve) as server:
            self.check(run("send", f"smtp://127.0.0.1:{server.port}", *FROM, *TO, "--body", "x", "--user", "alice:secret-a"), 1,
                       "--login plain tells it all the same")
        self.assertEqual([line.split()[0] for line in heard], [b"EHLO", b"QUIT"])


class Tls(Case):
    def setUp(self):
        super().setUp()
        self.tls = os.path.join(self.folder, "tls")
        server = Reference("smtp://127.0.0.1:0", "pop3://127.0.0.1:0", "smtps://127.0.0.1:0", "pop3s://127.0.0.1:0", "--set",
                           "starttls=yes", "--set", "auth-needs-tls=yes", "--tls-folder", self.tls)
        server.__enter__()
        self.addCleanup(server.__exit__)
        self.urls = server.urls
        self.trusts = ("--tls-ca", os.path.join(self.tls, "ca.pem"))

    def send(self, url, *words):
        return run("send", url, *FROM, *TO, "--body", "x", *words)

    def test_good_certificates(self):
        for url in (self.urls[0], self.urls[2]):
            self.check(self.send(url, "--user", "alice:secret-a", *self.trusts, "--tls-verify", "-v"), 0,
                       "C & S: <negotiate a TLS session>", "AUTH PLAIN {{secret:*}}")
        for url in (self.urls[1], self.urls[3]):
            self.check(run("fetch", url, *BOB, *self.trusts, "-v"), 0, "C & S: <negotiate a TLS session>", "2 messages")

    def test_bad_certificates(self):
        for url in (self.urls[0], self.urls[2]):
            self.check(self.send(url), 0)  # nothing that must be kept from others
            self.check(self.send(url, "--tls-verify"), 4, "not trusted", "trust it by --tls-ca FILE")
            self.check(self.send(url, "--user", "alice:secret-a", "--insecure", "-v"), 0, "AUTH PLAIN {{secret:*}}")
        for url in (self.urls[1], self.urls[3]):
            self.check(run("fetch", url, *BOB), 1, "the server's certificate is not good", "not trusted", "trust it by --tls-ca FILE")
            self.check(run("fetch", url, *BOB, "--insecure"), 0)

    def test_of_the_wrong_kind(self):
        self.check(self.send(self.urls[0].replace("smtp:", "smtps:")), 4, "is not TLS")
        self.check(self.send(self.urls[0], "--start-with", "clear", "-v"), 0, "STARTTLS")
        self.assertNotIn("negotiate", self.send(self.urls[0], "--start-with", "clear", "-v").err)
        with Reference("smtp://127.0.0.1:0", "pop3://127.0.0.1:0") as server:
            self.check(self.send(server.urls[0], "--start-with", "tls"), 1, "the server does not offer STARTTLS")
            self.check(run("fetch", server.urls[1], *BOB, "--start-with", "tls"), 1, "the server does not offer STLS")


class Fetching(Mail):
    def setUp(self):
        super().setUp()
        self.attached = self.write("a.bin", bytes(range(256)) * 40)
        self.send(*TO, "--subject", "Grüße", "--body", "Hallö\t1\n", "--attach", self.attached)
        self.send(*TO, "--subject", "two", "--body", "second")

    def test_the_list(self):
        lines = self.fetch().out.splitlines()
        self.assertRegex(lines[0], r"^ +1 +\d+  \S+ +alice@example\.test +Grüße$")
        self.assertRegex(lines[1], r"^ +2 +\d+  \S+ +alice@example\.test +two$")
        self.assertRegex(lines[2], r"^2 messages, \d+ octets$")

    def test_to_standard_output(self):
        status, message, _ = octets("fetch", self.pop3, *BOB, "2")
        self.assertEqual(status, 0)
        self.assertTrue(message.endswith(b"\r\n\r\nsecond\r\n"))
        self.check(self.fetch("3"), 1, "there is no message 3")

    def test_text(self):
        result = self.fetch("1", "--text")
        self.check(result, 0, "From: alice@example.test\n", "Subject: Grüße\n\nHallö\t1\n")
        self.assertNotIn("base64", result.out)

    def test_attachments(self):
        folder = os.path.join(self.folder, "files")
        self.check(self.fetch("--all", "--attachments", folder), 0, "a.bin")
        self.check(self.fetch("--all", "--attachments", folder), 0, "a (2).bin")
        for name in ("a.bin", "a (2).bin"):
            with open(os.path.join(folder, name), "rb") as got, open(self.attached, "rb") as sent:
                self.assertEqual(got.read(), sent.read())

    def test_delete(self):
        folder = os.path.join(self.folder, "got")
        self.check(self.fetch("--all", "-o", folder), 0)
        self.check(self.fetch(), 0, "2 messages")
        self.check(self.fetch("1", "-o", folder, "--delete"), 0)
        self.check(self.fetch(), 0, "1 message,", "two")
        self.assertEqual(len(os.listdir(folder)), 3)

    def test_what_is_not_written_stays(self):
        for folder in ("/proc/nothing", self.attached):
            self.check(self.fetch("--all", "-o", folder, "--delete"), 6, "it stays in the maildrop")
        full = subprocess.run(["sh", "-c", f'"{PROGRAM}" fetch --no-config {self.pop3} --user bob:secret-b --all --delete > /dev/full'],
                              capture_output=True, check=False)
        self.assertEqual(full.returncode, 6, full.stderr)
        self.check(self.fetch(), 0, "2 messages")

    def test_names_that_lead_elsewhere(self):
        folder = os.path.join(self.folder, "in", "files")
        names = ("../../escaped", "/etc/escaped", "..", "a\x1b[31m.txt", "con\u202etxt.exe", "-rf", ".profile", "x" * 300 + ".pdf")
        parts = "".join(f"--b\nContent-Disposition: attachment; filename*=UTF-8''{''.join('%%%02X' % c for c in name.encode())}\n\nx\n"
                        for name in names)
        path = self.write("hostile.eml", f"Subject: \x1b[31m\nContent-Type: multipart/mixed; boundary=b\n\n{parts}--b--\n")
        self.check(self.send(*TO, "--eml", path), 0)
        result = self.fetch("3", "--attachments", folder)
        self.check(result, 0)
        self.assertNotIn("\x1b", result.out)
        self.assertEqual(os.listdir(os.path.dirname(folder)), ["files"])
        written = os.listdir(folder)
        self.assertEqual(len(written), len(names))
        for name in written:
            self.assertTrue(stat.S_ISREG(os.lstat(os.path.join(folder, name)).st_mode))
            self.assertRegex(name, r"^[^.\-/\x00-\x1f]")
            self.assertLessEqual(len(name.encode()), 110)
        self.assertNotIn("\x1b", self.fetch().out)

    def test_a_link_is_not_followed(self):
        folder = os.path.join(self.folder, "files")
        os.mkdir(folder)
        victim = self.write("victim", "mine")
        os.symlink(victim, os.path.join(folder, "a.bin"))
        self.check(self.fetch("1", "--attachments", folder), 0, "a (2).bin")
        with open(victim, encoding="utf-8") as file:
            self.assertEqual(file.read(), "mine")


class Conforming(Case):
    """The commands as clients under test: every scenario for clients, and no rule is broken."""

    SEND = "mailspec send --no-config {0}://{{{{host}}}}:{{{{port}}}} --from {{{{sender}}}} --to {{{{rcpt}}}} --eml {{{{message-file}}}} "
    FETCH = "mailspec fetch --no-config {0}://{{{{host}}}}:{{{{port}}}} --user {{{{user}}}}:{{{{secret}}}} --all --tls-ca {{{{ca}}}} "
    LOGIN = "--tls-ca {{ca}} --user {{user}}:{{secret}}"
    ROWS = (
        # command, at least so many cases pass
        (SEND.format("smtp") + "--to {{rcpt2}}", 140),
        (SEND.format("smtp") + LOGIN, 150),
        (SEND.format("smtp") + "--bdat", 100),
        (SEND.format("smtps") + LOGIN, 120),
        (SEND.format("lmtp"), 100),
        (FETCH.format("pop3") + "--delete", 100),
        (FETCH.format("pop3") + "--delete --login user", 110),
        (FETCH.format("pop3"), 90),
        (FETCH.format("pop3s") + "--delete", 90),
    )

    def test_no_rule_is_broken(self):
        path = os.path.dirname(PROGRAM) + os.pathsep + os.environ["PATH"]
        for command, least in self.ROWS:
            with self.subTest(command=command):
                lines = ["Client: " + command, "Exit-permanent: 1", "Exit-temporary: 4 5", "Name: ours"]
                lines += ["Fetched: output"] if " fetch " in command else []
                target = self.write("target", "\n".join(lines) + "\n")
                # It remembers nothing: --all is all.
                tags = ("-t", "!memory") if " fetch " in command else ()
                result = run("run", "--target", target, "--scenarios", SCENARIOS, "-q", *tags, "--fail-on", "practice", limit=200,
                             env={"PATH": path}, cwd=self.folder)
                found = re.search(r"(\d+) PASS", result.out)
                self.check(result, 0, "Rules broken: 0 MUST, 0 SHOULD")
                self.assertGreaterEqual(int(found.group(1)), least, result.out[-600:])


if __name__ == "__main__":
    main()
