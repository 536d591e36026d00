#!/usr/bin/env python3
"""A test of a program that sends mail. Put your program into send() and your checks into the tests.

usage: test_mail.py     mailspec is found in PATH, or named by $MAILSPEC
"""
import email
import os
import poplib
import smtplib
import subprocess
import tempfile
import unittest

MAILSPEC = os.environ.get("MAILSPEC", "mailspec")


def send(port, subject):
    """The program under test."""
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as session:
        session.sendmail("shop@example.test", ["bob@example.test"],
                         f"From: shop@example.test\r\nTo: bob@example.test\r\nSubject: {subject}\r\n\r\nTotal: 42\r\n")


class Mail(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.store, cls.control = (os.path.join(cls.folder.name, name) for name in ("mail", "ctl"))
        ready, tells = os.pipe()  # the server takes free ports, and says which when it is ready
        cls.server = subprocess.Popen(
            [MAILSPEC, "serve", "-q", "smtp://127.0.0.1:0", "pop3://127.0.0.1:0", "--store", cls.store,
             "--control", cls.control, "--ready-fd", str(tells)], pass_fds=[tells])
        os.close(tells)
        cls.addClassCleanup(cls.server.wait)
        cls.addClassCleanup(cls.server.terminate)
        with open(ready, encoding="ascii") as urls:
            cls.smtp, cls.pop3 = (int(url.rpartition(":")[2]) for url in urls)

    def setUp(self):
        self.tell("reset")
        self.tell("clear")

    def tell(self, *words):
        return subprocess.run([MAILSPEC, "tell", self.control, *words], check=True, capture_output=True, text=True).stdout

    def wait(self, *conditions, status=0):
        result = subprocess.run([MAILSPEC, "wait", "--store", self.store, *conditions], capture_output=True, check=False)
        self.assertEqual(result.returncode, status, result.stderr.decode())
        return email.message_from_bytes(result.stdout)

    def test_it_comes_and_is_what_it_should_be(self):
        send(self.smtp, "invoice 42")
        message = self.wait("--to", "bob@example.test", "--subject", "/invoice/", "--timeout", "10s")
        self.assertEqual(message.get_payload(), "Total: 42\r\n")
        session = poplib.POP3("127.0.0.1", self.pop3, timeout=10)
        session.user("bob")
        session.pass_("secret-b")
        self.assertIn(b"Subject: invoice 42", session.retr(1)[1])
        session.quit()

    def test_nobody_else_gets_it(self):
        send(self.smtp, "invoice 42")
        self.wait("--to", "alice@example.test", "--not", "--timeout", "100ms")

    def test_a_full_mailbox_is_reported(self):
        self.tell("set", "full", "bob")
        with self.assertRaises(smtplib.SMTPRecipientsRefused) as caught:
            send(self.smtp, "invoice 42")
        self.assertEqual(caught.exception.recipients["bob@example.test"][0], 452)

    def test_a_broken_server_is_reported(self):
        self.tell("fault", "greeting-code")  # `mailspec serve --fault list` has sixty more ways
        with self.assertRaises(smtplib.SMTPConnectError):
            send(self.smtp, "invoice 42")


if __name__ == "__main__":
    unittest.main()
