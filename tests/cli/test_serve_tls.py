#!/usr/bin/env python3
"""`serve` with TLS and logins, as the clients of the standard library see it."""
import os
import poplib
import signal
import smtplib
import socket
import ssl

from harness import Case, main, run
from test_serve import Serving

SMTP, SMTPS, POP3, POP3S = "smtp://127.0.0.1:0", "smtps://127.0.0.1:0", "pop3://127.0.0.1:0", "pop3s://127.0.0.1:0"


def port(url):
    return int(url.rpartition(":")[2])


class Tls(Case):
    def path(self, *names):
        return os.path.join(self.folder, *names)

    def context(self):
        return ssl.create_default_context(cafile=self.path("tls", "ca.pem"))

    def serving(self, *arguments):
        return Serving(*arguments, "--tls-folder", self.path("tls"))

    def test_starttls_and_implicit_tls(self):
        with self.serving(SMTP, SMTPS, POP3, POP3S, "--set", "starttls=yes") as serving:
            ports = [port(url) for url in serving.urls]
            self.assertEqual([url.partition(":")[0] for url in serving.urls], ["smtp", "smtps", "pop3", "pop3s"])
            with smtplib.SMTP("localhost", ports[0]) as client:
                client.starttls(context=self.context())
                client.ehlo()
                self.assertFalse(client.has_extn("starttls"))
                client.login("alice", "secret-a")
                client.sendmail("a@b.example", ["bob@example.test"], "Subject: one\r\n\r\nx\r\n")
            with smtplib.SMTP_SSL("localhost", ports[1], context=self.context()) as client:
                client.sendmail("a@b.example", ["bob@example.test"], "Subject: two\r\n\r\nx\r\n")
            client = poplib.POP3("localhost", ports[2])
            self.assertIn("STLS", client.capa())
            client.stls(context=self.context())
            self.assertNotIn("STLS", client.capa())
            client.user("bob")
            client.pass_("secret-b")
            self.assertIn(b"\twith ESMTPSA id 1", client.retr(1)[1])
            client.quit()
            client = poplib.POP3_SSL("localhost", ports[3], context=self.context())
            client.apop("bob", "secret-b")
            self.assertIn(b"\twith ESMTPS id 3", client.retr(2)[1])
            client.quit()
            self.assertEqual(serving.end(signal.SIGTERM), 0)
            self.assertIn(f"\nclients trust {self.path('tls')}/ca.pem\n", serving.out)
            self.assertEqual(serving.err, "")

    def test_the_authority_stays(self):
        with self.serving(SMTPS):
            with open(self.path("tls", "ca.pem"), encoding="ascii") as file:
                first = file.read()
        context = self.context()
        with self.serving(SMTPS) as serving:
            with smtplib.SMTP_SSL("localhost", port(serving.urls[0]), context=context) as client:
                self.assertEqual(client.noop()[0], 250)
        with open(self.path("tls", "ca.pem"), encoding="ascii") as file:
            self.assertEqual(file.read(), first)

    def test_the_certificate_of_a_client(self):
        with self.serving(SMTPS, "--set", "auth=EXTERNAL", "--set", "tls-client-certificate=yes", "--set", "user=" + 65 * "x" + " y",
                          "--set", "user=carol y") as serving:
            context = self.context()
            context.load_cert_chain(self.path("tls", "client.pem"))
            with smtplib.SMTP_SSL("localhost", port(serving.urls[0]), context=context) as client:
                client.ehlo()
                self.assertEqual(client.auth("EXTERNAL", lambda challenge=None: "", initial_response_ok=True)[0], 235)
            with smtplib.SMTP_SSL("localhost", port(serving.urls[0]), context=self.context()) as client:
                client.ehlo()
                self.assertFalse(client.has_extn("auth"))
            self.assertEqual(serving.end(signal.SIGTERM), 0)
            self.assertIn(f"\n{self.path('tls')}/client.pem is the certificate of carol\n", serving.out)
        self.assertEqual(os.stat(self.path("tls", "client.pem")).st_mode & 0o777, 0o600)

    def test_a_bad_certificate(self):
        with self.serving(SMTPS, "--set", "certificate-kind=other-name") as serving:
            with self.assertRaises(ssl.SSLCertVerificationError):
                smtplib.SMTP_SSL("localhost", port(serving.urls[0]), context=self.context())

    def test_transcripts_and_keys(self):
        with self.serving(SMTP, "--set", "starttls=yes", "--transcripts", self.path("seen"), "--keylog", self.path("keys"),
                          "--sessions", "1") as serving:
            with smtplib.SMTP("localhost", port(serving.urls[0])) as client:
                client.starttls(context=self.context())
                client.login("alice", "secret-a")
            self.assertEqual(serving.end(), 0)
        with open(self.path("seen", "00001.txt"), encoding="ascii") as file:
            seen = file.read()
        self.assertRegex(seen, r"S: 220 2\.0\.0 Ready to start TLS\n(# [0-9.]+ ms\n)?C & S: <negotiate a TLS session>\n# .*TLS 1\.[23], TLS_")
        self.assertNotIn("secret-a", seen)
        with open(self.path("keys"), encoding="ascii") as file:
            self.assertRegex(file.read(), r"(?m)^(CLIENT_RANDOM|CLIENT_TRAFFIC_SECRET_0) [0-9a-f]+ [0-9a-f]+$")

    def test_clear_text_instead_of_tls(self):
        """The command that came where TLS should begin stands in the transcript, and `check` names the rule."""
        with self.serving(SMTP, "--set", "starttls=yes", "--transcripts", self.path("seen"), "--sessions", "1") as serving:
            with socket.create_connection(("127.0.0.1", port(serving.urls[0]))) as client, client.makefile("rb") as replies:
                replies.readline()
                client.sendall(b"EHLO c.example\r\n")
                while replies.readline()[3:4] == b"-":
                    pass
                client.sendall(b"STARTTLS\r\n")
                self.assertEqual(replies.readline()[:3], b"220")
                client.sendall(b"MAIL FROM:<a@b.example>\r\n")
                replies.read()
            self.assertEqual(serving.end(), 0)
        with open(self.path("seen", "00001.txt"), encoding="ascii") as file:
            self.assertRegex(file.read(), r"had sent in clear text before: MAIL FROM:<a@b\.example>\\r\\n\nC & S: <TLS negotiation fails>\n")
        self.check(run("check", self.path("seen")), 1, "MUST smtp/starttls-last")

    def test_what_we_disturb_is_told(self):
        """What a client does then, such as to reset the connection, is not all that is told."""
        failed = "# [^\n]*TLS failed: "
        ends = "[^\n]*\n# [^\n]*the TLS handshake failed\nS: <close connection>\n"
        cut = "we cut the connection in the middle of TLS, as the settings say"
        for disturbance, told in (("garbage", f"{failed}we sent what is no TLS, as the settings say: {ends}"), ("cut 100", failed + cut + ends),
                                  ("cut 4000", f"C: noop\nS: 250 [^\n]*\n# [^\n]*{cut}\nS: <close connection>\n")):
            seen = self.path("seen " + disturbance)
            with self.subTest(disturbance), self.serving(SMTPS, "--set", "tls-disturb=" + disturbance, "--transcripts", seen, "--sessions", "1") as serving:
                with self.assertRaises((OSError, smtplib.SMTPException)):
                    client = smtplib.SMTP_SSL("localhost", port(serving.urls[0]), context=self.context())
                    for _ in range(100):
                        client.noop()
                self.assertEqual(serving.end(), 0)
                with open(os.path.join(seen, "00001.txt"), encoding="ascii") as file:
                    self.assertRegex(file.read(), told)

    def test_what_cannot_be_had(self):
        for setting, words in (("certificate=/nonexistent/c.pem", "/nonexistent/c.pem"),
                               ("key=/nonexistent/k.pem", "no certificate that it belongs to"),
                               ("tls-ciphers=NO-SUCH", "NO-SUCH"), ("auth=GSSAPI", "or OAUTHBEARER"), ("auth=SCRAM-SHA256", "(did you mean SCRAM-SHA-256?)"),
                               ("tls-min=1.4", "expected 1.0, 1.1, 1.2, 1.3 or any")):
            self.check(run("serve", SMTP, "--set", setting), 2, words)
        self.check(run("serve", SMTP, "--set", "tls-min=1.3", "--set", "tls-max=1.2"), 2, "1.3")
        self.check(run("serve", SMTP, "--set", "certificate=c.pem", "--set", "certificate-kind=expired"), 2,
                   "certificate-kind: none is made that is expired where certificate names c.pem; leave one of the two out")
        self.check(run("serve", SMTPS, "--tls-folder", "/dev/null/tls"), 2, "--tls-folder: ")
        self.check(run("serve", SMTP, "--keylog", "/nonexistent/keys"), 2, "/nonexistent/keys")

    def test_changes(self):
        control = self.path("control")
        with self.serving(SMTP, "--control", control) as serving:
            self.check(run("tell", control, "set", "certificate", "/nonexistent/c.pem"), 1, "/nonexistent/c.pem")
            self.assertEqual(run("tell", control, "get", "certificate").out, "")
            self.check(run("tell", control, "set", "starttls", "yes"), 0)
            with smtplib.SMTP("localhost", port(serving.urls[0])) as client:
                self.assertEqual(client.starttls(context=self.context())[0], 220)
            self.check(run("tell", control, "set", "certificate-kind", "expired"), 0)
            with smtplib.SMTP("localhost", port(serving.urls[0])) as client:
                with self.assertRaises(ssl.SSLCertVerificationError):
                    client.starttls(context=self.context())


class Logins(Case):
    def login(self, *settings, user="alice", secret="secret-a"):
        """What the server says to smtplib's login."""
        with Serving(SMTP, *(word for setting in settings for word in ("--set", setting))) as serving:
            with smtplib.SMTP("localhost", port(serving.urls[0])) as client:
                try:
                    return client.login(user, secret)[0]
                except smtplib.SMTPAuthenticationError as error:
                    return error.smtp_code

    def test_mechanisms(self):
        for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5"):
            self.assertEqual(self.login(f"auth={mechanism}"), 235)
            self.assertEqual(self.login(f"auth={mechanism}", secret="wrong"), 535)
        self.assertEqual(self.login("login=any", "auth=PLAIN", user="who", secret="x"), 235)
        self.assertEqual(self.login("refuse=AUTH 454"), 454)
        self.assertEqual(self.login("refuse=AUTH 534 too weak"), 534)

    def test_none_before_tls(self):
        with self.assertRaises(smtplib.SMTPNotSupportedError):
            self.login("auth-needs-tls=yes")
        with self.assertRaises(smtplib.SMTPNotSupportedError):
            self.login("auth=none")

    def test_mail_needs_a_login(self):
        with Serving(SMTP, "--set", "mail-needs-auth=yes") as serving:
            with smtplib.SMTP("localhost", port(serving.urls[0])) as client:
                client.ehlo()
                self.assertEqual(client.mail("a@b.example")[0], 530)
                client.login("alice", "secret-a")
                self.assertEqual(client.mail("a@b.example")[0], 250)


if __name__ == "__main__":
    main()
