#!/usr/bin/env python3
"""mailspec serve: addresses, settings, who is told that it is ready, transcripts, and how it ends."""
import contextlib
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import threading
import time
import unittest

from harness import PROGRAM, Case, main, run

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
LIMIT = 40  # seconds, for what takes one
SMTP, POP3 = "smtp://127.0.0.1:0", "pop3://127.0.0.1:0"


def ipv6():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        return True
    except OSError:
        return False


class Serving:
    """The server, ready; its URLs come through --ready-fd."""

    def __init__(self, *arguments, cwd=None, **more):
        reading, writing = os.pipe()
        self.process = subprocess.Popen([PROGRAM, "serve", "--no-config", *arguments, "--ready-fd", str(writing)], cwd=cwd,
                                        pass_fds=(writing,), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, **more)
        os.close(writing)
        self.watchdog = threading.Timer(LIMIT, self.process.kill)
        self.watchdog.start()
        self.clients = []
        with os.fdopen(reading) as ready:
            self.urls = ready.read().splitlines()

    def __enter__(self):
        return self

    def client(self, i=0):
        self.clients.append(Client(self.urls[i]))
        return self.clients[-1]

    def end(self, number=None):
        """Its exit status; what it printed stands in `out` and `err`."""
        if number is not None:
            self.process.send_signal(number)
        self.out, self.err = self.process.communicate(timeout=LIMIT)
        self.watchdog.cancel()
        return self.process.returncode

    def __exit__(self, *_):
        for client in self.clients:
            client.close()
        if self.process.returncode is None:
            self.end(signal.SIGKILL)


class Client:
    """One connection, line by line."""

    def __init__(self, url):
        if "+unix:" in url:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(LIMIT)
            self.socket.connect(url.partition(":")[2])
        else:
            host, _, port = url.partition("://")[2].rpartition(":")
            self.socket = socket.create_connection((host.strip("[]"), int(port)), timeout=LIMIT)
        self.file = self.socket.makefile("rb")
        self.greeting = self.reply()

    def reply(self):
        """A reply of any protocol, its lines as one text; "" at the end."""
        text = line = self.file.readline().decode()
        while line[3:4] == "-" and line[:3].isdigit():
            line = self.file.readline().decode()
            text += line
        return text

    def say(self, *lines):
        for line in lines:
            self.socket.sendall(line.encode() + b"\r\n")
            answer = self.reply()
        return answer

    def send(self, rcpt="alice@example.test", hello="EHLO c.example"):
        """The answer to the message's end."""
        self.say(hello, "MAIL FROM:<a@b.example>")
        if not self.say(f"RCPT TO:<{rcpt}>").startswith("250"):
            return "refused"
        return self.say("DATA", "Subject: x\r\n\r\nhello\r\n.")

    def close(self):
        self.file.close()
        self.socket.close()


def quits(client):
    answer = client.say("QUIT")
    client.close()
    return answer


class Addresses(Case):
    def test_every_kind(self):
        urls = [SMTP, "lmtp://127.0.0.1:0", POP3, "smtp://localhost:0"]
        urls += [f"{protocol}+unix:{os.path.join(self.folder, protocol)}" for protocol in ("smtp", "lmtp", "pop3")]
        urls += [url.replace("127.0.0.1", "[::1]") for url in urls[:3] if ipv6()]
        with Serving(*urls) as serving:
            self.assertEqual([re.sub(r":\d+$", ":0", url) for url in serving.urls], urls)
            for i, url in enumerate(serving.urls):
                with self.subTest(url=url):
                    client = serving.client(i)
                    self.assertIn({"smtp": " ESMTP ", "lmtp": " LMTP ", "pop3": "+OK "}[url[:4]], client.greeting)
                    if url[:4] != "pop3":
                        hello = "LHLO c.example" if url.startswith("lmtp") else "EHLO c.example"
                        self.assertIn("250", client.send(hello=hello))
                    self.assertRegex(quits(client), r"^(221 |\+OK)")
            self.assertEqual(serving.end(signal.SIGTERM), 0)
            for url in serving.urls:
                self.assertIn(f"listening at {url}\n", serving.out)
            sent = sum("pop3" not in url for url in urls)
            self.assertTrue(serving.out.endswith(f"\n{len(urls)} sessions, {sent} messages\n"), serving.out)
            self.assertEqual(serving.err, "")
        self.assertEqual(os.listdir(self.folder), [])

    def test_wrong_ones(self):
        for url, words in (("pipe:cat", "serve listens at smtp://"), ("pipe+pop3:cat", "serve listens at smtp://"),
                           ("lmtp://127.0.0.1:25", "RFC 2033"), ("stmp://127.0.0.1:0", "did you mean \"smtp\""),
                           ("smtp://127.0.0.1:70000", "expected a port")):
            self.check(run("serve", url), 2, words)
        self.check(run("serve", SMTP, f"smtp+unix:{self.folder}/none/s"), 4, "no such file")
        with Serving(SMTP) as serving:
            self.check(run("serve", serving.urls[0]), 4, "something else listens there")

    def test_a_unix_socket_left_behind(self):
        path = os.path.join(self.folder, "lmtp.sock")
        with Serving(f"lmtp+unix:{path}") as serving:
            self.check(run("serve", f"lmtp+unix:{path}"), 4, "something listens there")
            serving.end(signal.SIGKILL)
        self.assertTrue(os.path.exists(path))
        with Serving(f"lmtp+unix:{path}") as serving:
            self.assertIn("220 ", serving.client().greeting)
            self.assertEqual(serving.end(signal.SIGTERM), 0)
        self.assertFalse(os.path.exists(path))
        self.check(run("serve", f"lmtp+unix:{self.write('file', 'x')}"), 4, "that is a file")

    def test_open_ones_are_told(self):
        with Serving("smtp://0.0.0.0:0", SMTP) as serving:
            self.assertEqual(serving.end(signal.SIGTERM), 0)
            self.assertEqual(serving.err.count("warning: "), 1)
            self.assertIn(f"warning: {serving.urls[0]} is open to other machines", serving.err)


class Ready(Case):
    def test_port_file(self):
        path = self.write("ports/file", "smtp://127.0.0.1:1\n")
        with Serving(SMTP, POP3, "--port-file", path) as serving:
            with open(path, encoding="utf-8") as file:
                self.assertEqual(file.read().splitlines(), serving.urls)
            self.assertEqual(len(serving.urls), 2)
            self.assertEqual(os.listdir(os.path.dirname(path)), ["file"])
            self.assertEqual(serving.end(signal.SIGINT), 0)
        self.assertFalse(os.path.exists(path))
        self.check(run("serve", SMTP, "--port-file", self.folder), 2, "is no file")

    def test_an_old_port_file_misleads_nobody(self):
        path = self.write("ports", "smtp://127.0.0.1:1\n")
        self.check(run("serve", f"smtp+unix:{self.folder}/none/s", "--port-file", path), 4)
        self.assertFalse(os.path.exists(path))

    def test_wrong_descriptors(self):
        for word, words in (("x", "expected the number"), ("2", "from 3 on"), ("777", "not open for writing")):
            self.check(run("serve", SMTP, "--ready-fd", word), 2, "--ready-fd", words)
        with open(os.devnull, "rb") as file:
            result = subprocess.run([PROGRAM, "serve", "--no-config", SMTP, "--ready-fd", str(file.fileno())], check=False,
                                    pass_fds=(file.fileno(),), capture_output=True, text=True, timeout=LIMIT)
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn("not open for writing", result.stderr)

    def test_nobody_reads(self):
        reading, writing = os.pipe()
        os.close(reading)
        result = subprocess.run([PROGRAM, "serve", "--no-config", SMTP, "--ready-fd", str(writing), "--for", "1ms"], check=False,
                                pass_fds=(writing,), capture_output=True, timeout=LIMIT)
        os.close(writing)
        self.assertEqual(result.returncode, 0)

    def test_nobody_reads_a_full_pipe(self):
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(writing, b"x" * 4096)
        os.set_blocking(writing, True)
        result = subprocess.run([PROGRAM, "serve", "--no-config", SMTP, "--ready-fd", str(writing), "--for", "1ms"], check=False,
                                pass_fds=(writing,), capture_output=True, text=True, timeout=LIMIT)
        os.close(reading)
        os.close(writing)
        self.assertEqual((result.returncode, result.stderr), (0, "mailspec: warning: --ready-fd: nobody reads what is written to it\n"))


class End(Case):
    def test_sessions(self):
        with Serving(SMTP, POP3, "--sessions", "2") as serving:
            stays = serving.client()
            quits(serving.client(1))
            self.assertIn("250", stays.say("NOOP"))
            serving.client().close()
            self.assertEqual(stays.reply()[:9], "421 4.3.2")
            self.assertEqual(serving.end(), 0)
            self.assertIn("\n3 sessions, 0 messages\n", serving.out)
        self.check(run("serve", SMTP, "--sessions", "0"), 2, "--sessions")

    def test_time(self):
        self.check(run("serve", SMTP, "--for", "20ms"), 0, "0 sessions, 0 messages")
        self.check(run("serve", SMTP, "--for", "20"), 2, "expected a time")

    def test_quiet(self):
        result = run("serve", SMTP, "-q", "--for", "1ms")
        self.assertEqual((result.status, result.out, result.err), (0, "", ""))

    def test_in_the_middle(self):
        with Serving(SMTP, POP3) as serving:
            half = serving.client()
            self.assertIn("354 ", half.say("EHLO c.example", "MAIL FROM:<>", "RCPT TO:<alice@example.test>", "DATA"))
            half.socket.sendall(b"half of it\r\n")
            self.assertIn("250 ", serving.client().send())  # what was sent before has been read
            fetches = serving.client(1)
            self.assertIn("+OK", fetches.say("USER alice", "PASS secret-a", "DELE 1"))
            serving.process.send_signal(signal.SIGTERM)
            self.assertEqual(half.reply()[:9], "421 4.3.2")
            self.assertEqual(half.reply(), "")
            self.assertEqual(fetches.reply(), "")
            self.assertEqual(serving.end(), 0)
            self.assertIn("\n3 sessions, 1 message\n", serving.out)

    def test_last_words_reach_who_still_sends(self):
        """Closed at once, the connection would be reset by what still comes, and 421 be lost."""
        with Serving(SMTP) as serving:
            client = serving.client()
            client.say("EHLO c.example", "MAIL FROM:<>", "RCPT TO:<alice@example.test>", "DATA")
            for i in range(60):
                if i == 10:
                    serving.process.send_signal(signal.SIGTERM)
                client.socket.sendall(b"0123456789abcdef" * 4096)
            self.assertEqual(client.reply()[:9], "421 4.3.2")
            client.close()
            self.assertEqual(serving.end(), 0)

    def test_second_signal(self):
        """A client that does not close is waited for, for a second; who says it twice does not wait."""
        for _ in range(20):
            with Serving(SMTP) as serving:
                client = serving.client()
                serving.process.send_signal(signal.SIGTERM)
                self.assertEqual(client.reply()[:4], "421 ")
                if serving.end(signal.SIGTERM) == -signal.SIGTERM:
                    return
        self.fail("a second signal changes nothing")


class Settings(Case):
    def answer(self, client, *lines):
        return client.say("EHLO c.example", *lines)[:3]

    def test_file_and_options(self):
        path = self.write("settings", "# of a test\nHOSTNAME: mail.example.net\nDomain: a.test\n  b.test\n\nDomain: c.test\n"
                                      "max-recipients: 1\nUser: carol s3cret-carol\n")
        with Serving(SMTP, "--settings", path, "--set", "max-recipients=2") as serving:
            client = serving.client()
            self.assertIn("220 mail.example.net", client.greeting)
            self.assertEqual(self.answer(client, "MAIL FROM:<>", "RCPT TO:<carol@a.test>"), "250")
            self.assertEqual(client.say("RCPT TO:<alice@a.test>")[:3], "550")
            self.assertEqual(client.say("RCPT TO:<carol@elsewhere.test>")[:3], "550")
        with Serving(SMTP, "--settings", path, "--set", "domain=d.test", "--set", "Domain=e.test") as serving:
            client = serving.client()
            self.assertEqual(self.answer(client, "MAIL FROM:<>", "RCPT TO:<carol@a.test>"), "550")
            self.assertEqual(client.say("RCPT TO:<carol@d.test>")[:3], "250")

    def test_short_options(self):
        with Serving(SMTP, POP3, "--domain", "x.test", "--user", "dave:pass:word:d@x.test", "--user", "eve:pw") as serving:
            client = serving.client()
            self.assertEqual(self.answer(client, "MAIL FROM:<>", "RCPT TO:<d@x.test>"), "250")
            self.assertEqual(client.say("RCPT TO:<eve@x.test>")[:3], "250")
            self.assertIn("+OK", serving.client(1).say("USER dave", "PASS pass:word"))
            serving.end(signal.SIGTERM)
            self.assertIn("user dave, address d@x.test\nuser eve, address eve@x.test\n", serving.out)
        with Serving(SMTP, "--profile", "rfc821") as serving:
            self.assertNotIn("-", serving.client().say("HELO c.example"))

    def test_wrong_files(self):
        for text, words in (("Hostnam: x\n", ":1: unknown setting \"Hostnam\"; did you mean \"hostname\"?"),
                            ("\n# c\nMax-recipients: many\n", ":3: max-recipients: expected NUMBER, found \"many\""),
                            ("User: alice a\n  bob\n", ":2: user: expected NAME SECRET [ADDRESS], found \"bob\""),
                            ("Hostname: a\nhostname: b\n", ":2: hostname has one value, and line 1 gives it already"),
                            ("Hostname: a\n  b\n", ":2: hostname has one value"),
                            ("Hostname:\n", ":1: hostname: expected NAME, found nothing"),
                            ("Profile: rfc822\n", ":1: profile: expected rfc5321, rfc821 or minimal, found \"rfc822\""),
                            ("nonsense\n", ":1: ")):
            with self.subTest(text=text):
                self.check(run("serve", SMTP, "--settings", self.write("f", text)), 2, f"{self.folder}/f{words}")
        self.check(run("serve", SMTP, "--settings", f"{self.folder}/none"), 2, "none")

    def test_wrong_options(self):
        for words, told in ((("--set", "x"), "expected NAME=VALUE, or list"), (("--set", "max-lin=1"), "did you mean \"max-line\"?"),
                            (("--set", "idle=5"), "--set: idle: expected TIME, found \"5\""),
                            (("--set", "hostname="), "--set: hostname: expected NAME"),
                            (("--profile", "x"), "--profile: profile: expected rfc5321"),
                            (("--domain", "a b"), "--domain: domain: expected NAME"),
                            (("--user", "alice:hush hush"), "hold no blanks"),
                            (("--user", "alice:hush", "--user", "Alice:hush2"), "user: Alice is there already")):
            result = run("serve", SMTP, *words)
            self.check(result, 2, told)
            self.assertNotIn("hush", result.err)

    def test_a_user_who_is_not_there_is_told(self):
        result = run("serve", SMTP, "--set", "full=bob", "--set", "full=bob@example.test", "--set", "locked=bbo", "--for", "1ms")
        self.check(result, 0, 'warning: locked: there is no user "bbo"')
        self.assertNotIn("full:", result.err)

    def test_the_list_stands_in_the_docs(self):
        listed = run("serve", "--set", "list")
        self.check(listed, 0)
        with open(os.path.join(ROOT, "docs", "serve.md"), encoding="utf-8") as file:
            rows = re.findall(r"^\| `[^`]+` \| `[^`]+` \| .*\|$", file.read(), re.MULTILINE)
        cells = [re.split(r"\s{2,}", line) for line in listed.out.splitlines()]
        expected = [f"| `{name}` | `{shape}` | {'' if standard == '-' else f'`{standard}` '}| {text} |"
                    for name, shape, standard, text in cells]
        self.assertEqual(rows, expected, "the table should be:\n" + "\n".join(expected))
        self.assertGreater(len(rows), 30)

    def test_limits(self):
        with Serving(SMTP, "--set", "max-connections=1", "--sessions", "1") as serving:
            first = serving.client()
            self.assertIn("421 ", serving.client().greeting)
            quits(first)
            self.assertEqual(serving.end(), 0)
            self.assertIn("1 session, 0 messages, 1 refused", serving.out)

    def test_few_descriptors(self):
        """Whoever comes when there are no more is told so, and nobody else notices."""
        def few():
            resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))
        with Serving(SMTP, "--set", "max-connections=5000", preexec_fn=few) as serving:
            clients = [serving.client() for _ in range(90)]
            greeted = [client for client in clients if client.greeting.startswith("220 ")]
            self.assertGreater(len(greeted), 20)
            self.assertLess(len(greeted), 90)
            self.assertEqual({client.greeting[:4] for client in clients if client not in greeted} - {"421 ", ""}, set())
            for client in greeted:
                self.assertIn("250", client.say("NOOP"))
            for client in clients:
                client.close()
            self.assertIn("220 ", serving.client().greeting)
            self.assertEqual(serving.end(signal.SIGTERM), 0)
            self.assertIn("there are descriptors for ", serving.err)


class Store(Case):
    def test_mail_stays(self):
        folder = os.path.join(self.folder, "store")
        with Serving(SMTP, "--store", folder) as serving:
            self.assertIn("250", serving.client().send())
            self.assertEqual(len(os.listdir(os.path.join(folder, "alice", "new"))), 1)
            serving.end(signal.SIGKILL)
        with Serving(POP3, "--store", folder) as serving:
            client = serving.client()
            self.assertIn("+OK", client.say("USER alice", "PASS secret-a"))
            self.assertRegex(client.say("STAT"), r"^\+OK 1 ")

    def test_why_a_folder_cannot_be_made(self):
        """Where not even root may, or a folder of our own for others."""
        for place in ("/sys", "/proc/self/task", os.path.join(self.folder, "locked")):
            os.makedirs(place, exist_ok=True)
            os.chmod(place, 0o555) if place.startswith(self.folder) else None
            try:
                os.mkdir(os.path.join(place, "none"))
            except OSError as error:
                self.check(run("serve", SMTP, "--store", os.path.join(place, "none"), "--for", "1ms"), 4, "cannot be made: " + error.strerror)

    def test_it_cannot_be_written(self):
        self.check(run("serve", SMTP, "--store", self.write("file", "x"), "--for", "1ms"), 4, "--store: ", "file")


class Transcripts(Case):
    def read(self, number):
        with open(os.path.join(self.folder, "seen", f"{number:05}.txt"), encoding="utf-8") as file:
            return file.read()

    def wait_for_end_of(self, *numbers):
        deadline = time.monotonic() + LIMIT
        while not all(self.read(number).endswith("<close connection>\n") for number in numbers):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    def test_refused(self):
        with Serving(SMTP, "--transcripts", "seen", "--set", "max-connections=1", cwd=self.folder) as serving:
            serving.client()
            self.assertIn("421 ", serving.client().greeting)
            self.wait_for_end_of(2)
            self.assertRegex(self.read(2), r"\nS: 421 .*\n.*note: too many connections\nS: <close connection>\n$")

    def test_good_and_bad_sessions(self):
        folder = os.path.join(self.folder, "seen")
        self.write("seen/00009.txt", "Title: Session 9 of serve, smtp\n")
        for name in ("00010.txt", "notes.txt", "more/00011.txt"):
            self.write("seen/" + name, "Title: Session notes\n")
        with Serving(SMTP, POP3, "--transcripts", folder) as serving:
            client = serving.client()
            self.assertIn("250", client.send())
            self.assertIn("C: MAIL FROM:<a@b.example>\nS: 250", self.read(1))  # while it goes on
            quits(client)
            serving.client().close()
            fails = serving.client(1)
            self.assertIn("-ERR", fails.say("USER alice", "PASS not-hers"))
            self.assertIn("+OK", fails.say("USER alice", "PASS secret-a"))
            fails.close()
            self.wait_for_end_of(2, 3)
            self.assertIn("220 ", serving.client().greeting)
            self.assertEqual(serving.end(signal.SIGTERM), 0)
        texts = [self.read(i) for i in range(1, 5)]
        self.assertEqual(sorted(os.listdir(folder)), [f"{i:05}.txt" for i in range(1, 5)] + ["00010.txt", "more", "notes.txt"])
        self.assertIn("C: Subject: x\nC:\nC: hello\nC: .\nS: 250 ", texts[0])
        self.assertIn("\nC: QUIT\nS: 221 ", texts[0])
        self.assertTrue(texts[0].endswith("\nS: <close connection>\n"))
        self.assertRegex(texts[1], r"\nS: 220 .*\nC: <close connection>\n$")
        self.assertEqual(texts[2].count("C: PASS {{secret:*}}\n"), 2)
        self.assertTrue(texts[2].endswith("\nC: <close connection>\n"))
        self.assertRegex(texts[3], r"\nS: 421 4.3.2 .*\n.*note: the server was stopped\nS: <close connection>\n$")
        for text in texts:
            self.assertNotIn("secret-a", text)
            self.assertNotIn("not-hers", text)
        self.check(run("lint", *(os.path.join(folder, f"{i:05}.txt") for i in range(1, 5))), 0)

    def test_what_was_said_can_be_said_again(self):
        with Serving(SMTP, "--transcripts", "seen", "--sessions", "1", cwd=self.folder) as serving:
            client = serving.client()
            client.send()
            quits(client)
            self.assertEqual(serving.end(), 0)
        with Serving(SMTP) as serving:
            path = os.path.join(self.folder, "seen", "00001.txt")
            self.check(run("run", "--server", serving.urls[0], path), 0, "1 case: 1 PASS")

    def test_a_login_can_be_said_again(self):
        with Serving(POP3, "--transcripts", "seen", "--sessions", "1", cwd=self.folder) as serving:
            serving.client().say("USER bob", "PASS secret-b", "STAT", "QUIT")
            self.assertEqual(serving.end(), 0)
        path = os.path.join(self.folder, "seen", "00001.txt")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with Serving(POP3) as serving:
            user = ("--server", serving.urls[0], "--user", "bob:secret-b")
            self.check(run("run", *user, path), 1, "{{secret:*}} stands for a secret that the transcript leaves out; write {{secret:NAME}}")
            self.check(run("run", *user, self.write("said", text.replace("{{secret:*}}", "{{secret:bob}}"))), 0, "1 case: 1 PASS")

    def test_what_is_below_is_nobodys_business(self):
        os.makedirs(os.path.join(self.folder, "seen", *(["d"] * 70)))
        os.mkfifo(os.path.join(self.folder, "seen", "00009.txt"))
        self.check(run("serve", SMTP, "--transcripts", os.path.join(self.folder, "seen"), "--for", "1ms"), 0)

    def test_they_cannot_be_written(self):
        self.check(run("serve", SMTP, "--transcripts", self.write("file", "x"), "--for", "1ms"), 2, "file")
        folder = os.path.join(self.folder, "seen")
        with Serving(SMTP, "--transcripts", folder) as serving:
            os.rmdir(folder)
            self.write("seen", "a file")
            self.assertIn("250", serving.client().send())
            self.assertEqual(serving.end(signal.SIGTERM), 6)
            self.assertIn("--transcripts: ", serving.err)

    def test_bounded(self):
        with Serving(SMTP, "--transcripts", "seen", "--sessions", "1", cwd=self.folder) as serving:
            client = serving.client()
            client.say("EHLO c.example", "MAIL FROM:<>", "RCPT TO:<alice@example.test>", "DATA")
            for _ in range(12):
                client.socket.sendall((b"x" * 1022 + b"\r\n") * 1024)
            self.assertIn("250", client.say("."))
            quits(client)
            self.assertEqual(serving.end(), 0)
        self.assertLess(len(self.read(1)), 9 << 20)
        self.assertRegex(self.read(1), r"\n# [0-9]+ octets left out\n$")


def fenced(text):
    """(language, block) of each block between fences."""
    parts = re.split(r"^```(.*)\n", text, flags=re.MULTILINE)
    return list(zip(parts[1::4], parts[2::4]))


class Docs(Case):
    def blocks(self, language):
        with open(os.path.join(ROOT, "docs", "serve.md"), encoding="utf-8") as file:
            return [block for name, block in fenced(file.read()) if name == language]

    def shell(self, text):
        path = os.path.dirname(PROGRAM) + os.pathsep + os.environ["PATH"]
        result = subprocess.run(["sh", "-ec", text], cwd=self.folder, env={**os.environ, "PATH": path}, capture_output=True,
                                text=True, timeout=LIMIT, check=False, stdin=subprocess.DEVNULL)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result.stdout

    def test_in_a_test(self):
        block = self.blocks("bash")[0]
        out = self.shell(block + "\nkill $!\nwait $!\necho \"$smtp $pop3 ${smtp##*:}\"\n")
        self.assertRegex(out, r"0 sessions, 0 messages\nsmtp://127.0.0.1:(\d+) pop3://127.0.0.1:\d+ \1\n$")

    @unittest.skipUnless(shutil.which("curl"), "curl is missing")
    def test_tls(self):
        block = self.blocks("bash")[1]
        self.write("message", "Subject: x\r\n\r\nx\r\n")
        with contextlib.ExitStack() as stack:
            held = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(2)]
            ports = [str(one.getsockname()[1]) for one in held]
        block = block.replace("2525", ports[0]).replace("4465", ports[1])
        out = self.shell(block.replace("curl ", "curl -sS ") + "\nkill $!\nwait $!\n")
        self.assertRegex(out, r"\n2 sessions, 2 messages\n$")

    def test_command_lines(self):
        (settings,) = [block for block in self.blocks("") if block.startswith("# settings")]
        self.write("settings", settings)
        lines = [line for block in self.blocks("sh") for line in block.splitlines()]
        self.assertGreater(len(lines), 1)
        for line in lines:
            self.shell(re.sub(r"(127.0.0.1):\d+", r"\1:0", line) + " --no-config --for 1ms")

    def test_the_transcript(self):
        (scenario,) = [block for block in self.blocks("") if block.startswith("Title: Session")]
        self.check(run("lint", self.write("seen.scn", scenario)), 0)


if __name__ == "__main__":
    main()
