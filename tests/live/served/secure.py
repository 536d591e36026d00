#!/usr/bin/env python3
"""Real clients against `mailspec serve` inside TLS and with logins: what is right succeeds, what is wrong is refused by who must.

usage: secure.py FOLDER curl|msmtp|swaks|smtplib|curl-pop3|mpop|fetchmail|poplib

FOLDER is a scratch folder. Each client is told to trust our authority, and to go on inside TLS only.
"""
import pathlib
import poplib
import re
import shutil
import smtplib
import ssl
import subprocess
import sys

import serve

USER = "alice"
SUBJECT = re.compile(rb"(?m)^Subject: ([^\r\n]*)\r?$")
BAD_CERTIFICATES = ("expired", "not-yet-valid", "other-name", "self-signed", "broken-chain")
# Inside TLS from the first octet (RFC 8314), or behind STARTTLS or STLS, or not at all.
WAYS = ("implicit", "starttls", "clear")


class Client:
    """attempt() is one session: True when the client says that it went well. `mechanisms`: those that it can be told to use."""

    scheme = "smtp"
    mechanisms = ()
    accepts = ()  # of the bad certificates
    external = ""  # what it calls EXTERNAL, where it can show a certificate; the secret is its file then

    def __init__(self, folder, server):
        self.folder, self.server = pathlib.Path(folder), server
        self.ca = str(self.folder / "authority" / "ca.pem")
        self.said = ""

    def port(self, way):
        return self.server.port[self.scheme + ("s" if way == "implicit" else "")]

    def shows(self, mechanism, certificate):
        return [f"--tls-cert-file={certificate}", f"--tls-key-file={certificate}"] if mechanism == self.external else []

    def call(self, command, octets=b""):
        status, text = serve.run(command, octets, self.folder, self.folder)
        self.said = f"{' '.join(command)}: status {status}\n{text[-2000:]}"
        return status == 0

    def attempt(self, way, mechanism, secret, mark):
        raise NotImplementedError


def message(mark):
    return f"Subject: {mark}\n\nA message of this test.\n".encode()


class Sender(Client):
    """The message is in the maildrop afterwards, or it is not."""

    def outcome(self, way, mechanism, secret, mark):
        told = self.attempt(way, mechanism, secret, mark)
        letters = [letter for letter in self.server.letters(USER) if SUBJECT.search(letter.octets).group(1) == mark.encode()]
        if told != (len(letters) == 1):
            raise serve.Trouble(f"it says {told}, and {len(letters)} messages came\n{self.said}")
        # RFC 3848: the A is for a login, the S for TLS.
        if letters and letters[0].protocol != ("ESMTPA" if way == "clear" else "ESMTPSA"):
            raise serve.Trouble(f"Received: says {letters[0].protocol}")
        return told


class Fetcher(Client):
    """The message is fetched, or it is not."""

    scheme = "pop3"

    def outcome(self, way, mechanism, secret, mark):
        self.server.letters(USER)
        self.server.put(USER, [message(mark).replace(b"\n", b"\r\n")])
        into = self.folder / mark
        into.mkdir()
        told = self.attempt(way, mechanism, secret, into)
        came = sum(mark.encode() in path.read_bytes() for path in into.iterdir())
        if told != (came == 1):
            raise serve.Trouble(f"it says {told}, and {came} messages came\n{self.said}")
        return told


class Curl(Sender):
    """`localhost`: a name, so that it is sent and compared."""

    mechanisms = ("PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2", "OAUTHBEARER")

    external = "EXTERNAL"

    def login(self, mechanism, secret):
        if mechanism == "EXTERNAL":
            return ["--login-options", f"AUTH={mechanism}", "-u", f"{USER}:", "--cert", secret]
        if mechanism in ("XOAUTH2", "OAUTHBEARER"):
            return ["--login-options", f"AUTH={mechanism}", "-u", f"{USER}:", "--oauth2-bearer", secret]
        return ["--login-options", f"AUTH={mechanism}", "-u", f"{USER}:{secret}"]

    def url(self, way, path):
        return f"{self.scheme}{'s' if way == 'implicit' else ''}://localhost:{self.port(way)}/{path}"

    def tls(self, way):
        return [] if way == "clear" else ["--cacert", self.ca, *(["--ssl-reqd"] if way == "starttls" else [])]

    def attempt(self, way, mechanism, secret, mark):
        (self.folder / "message").write_bytes(message(mark).replace(b"\n", b"\r\n"))
        return self.call(["curl", "-q", "-sS", "-4", *self.tls(way), *self.login(mechanism, secret), self.url(way, "curl.client.test"),
                          "--mail-from", "sender@client.test", "--mail-rcpt", f"{USER}@example.test", "-T", "message"])


class CurlPop3(Fetcher, Curl):
    mechanisms = ("PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2", "OAUTHBEARER", "+APOP")

    def attempt(self, way, mechanism, secret, into):
        return self.call(["curl", "-q", "-sS", "-4", *self.tls(way), *self.login(mechanism, secret), self.url(way, "1"),
                          "-o", str(into / "1")])


class Msmtp(Sender):
    external = "external"
    mechanisms = ("plain", "login", "cram-md5", "scram-sha-1", "scram-sha-256", "xoauth2", "oauthbearer")

    def attempt(self, way, mechanism, secret, mark):
        tls = ["--tls=off"] if way == "clear" else [
            "--tls=on", f"--tls-starttls={'on' if way == 'starttls' else 'off'}", f"--tls-trust-file={self.ca}"]
        return self.call(["msmtp", "-C", "/dev/null", "--host=localhost", f"--port={self.port(way)}", "--domain=msmtp.client.test", *tls,
                          *self.shows(mechanism, secret),
                          f"--auth={mechanism}", f"--user={USER}", f"--passwordeval=echo {secret}", "--from=sender@client.test",
                          f"{USER}@example.test"], message(mark))


class Mpop(Fetcher):
    external = "external"
    mechanisms = ("user", "apop", "plain", "login", "cram-md5", "scram-sha-1", "scram-sha-256", "xoauth2", "oauthbearer")

    def attempt(self, way, mechanism, secret, into):
        tls = ["--tls=off"] if way == "clear" else [
            "--tls=on", f"--tls-starttls={'on' if way == 'starttls' else 'off'}", f"--tls-trust-file={self.ca}"]
        return self.call(["mpop", "-C", "/dev/null", "--host=localhost", f"--port={self.port(way)}", *tls, f"--auth={mechanism}",
                          *self.shows(mechanism, secret),
                          f"--user={USER}", f"--passwordeval=echo {secret}", f"--uidls-file={self.folder}/uidls", "--keep=off",
                          "--received-header=off", f"--delivery=mbox,{into}/mbox"])


class Swaks(Sender):
    """
    Its --tls-verify looks whether the chain is trusted, and compares no name: it goes on with a server that shows another one's
    certificate and logs in there with PLAIN, which RFC 4954 section 14 forbids (swaks 20201014).
    """

    mechanisms = ("PLAIN", "LOGIN", "CRAM-MD5")
    accepts = ("other-name",)

    def attempt(self, way, mechanism, secret, mark):
        tls = {"clear": [], "starttls": ["--tls"], "implicit": ["--tls-on-connect"]}[way]
        verify = [] if way == "clear" else ["--tls-verify", "--tls-ca-path", self.ca]
        return self.call(["swaks", "--server", "localhost", "--port", str(self.port(way)), "--ehlo", "swaks.client.test", *tls, *verify,
                          "--from", "sender@client.test", "--to", f"{USER}@example.test", "--auth", mechanism, "--auth-user", USER,
                          "--auth-password", secret, "--header", f"Subject: {mark}", "--suppress-data"])


class Fetchmail(Fetcher):
    mechanisms = ("password", "cram-md5")

    def attempt(self, way, mechanism, secret, into):
        settings = self.folder / "fetchmailrc"
        tls = "sslproto ''" if way == "clear" else (
            f"{'ssl' if way == 'implicit' else ''} sslproto tls1.2+ sslcertck sslcertfile '{self.ca}'")
        settings.write_text(f"set invisible\npoll localhost protocol pop3 port {self.port(way)} timeout 20 auth {mechanism}\n"
                            f"  username {USER} password {secret} {tls} no rewrite fetchall mda \"/bin/sh -c 'cat >{into}/1'\"\n")
        settings.chmod(0o600)
        return self.call(["fetchmail", "-f", str(settings), "--nodetach", "--nosyslog", "--pidfile", str(self.folder / "pid"),
                          "--idfile", str(self.folder / "ids")])


def context(ca):
    return ssl.create_default_context(cafile=ca)


class Smtplib(Sender):
    mechanisms = ("PLAIN", "LOGIN", "CRAM-MD5")

    def attempt(self, way, mechanism, secret, mark):
        arguments = {"host": "localhost", "port": self.port(way), "local_hostname": "smtplib.client.test", "timeout": serve.WAIT_S}
        try:
            kind = smtplib.SMTP if way != "implicit" else smtplib.SMTP_SSL
            more = {"context": context(self.ca)} if way == "implicit" else {}
            with kind(**arguments, **more) as smtp:
                if way == "starttls":
                    smtp.starttls(context=context(self.ca))
                smtp.ehlo()
                smtp.user, smtp.password = USER, secret
                smtp.auth(mechanism, getattr(smtp, f"auth_{mechanism.lower().replace('-', '_')}"))
                smtp.sendmail("sender@client.test", [f"{USER}@example.test"], message(mark).replace(b"\n", b"\r\n"))
        except (OSError, smtplib.SMTPException) as trouble:
            self.said = repr(trouble)
            return False
        return True


class Poplib(Fetcher):
    mechanisms = ("USER", "APOP")

    def attempt(self, way, mechanism, secret, into):
        try:
            if way == "implicit":
                pop3 = poplib.POP3_SSL("localhost", self.port(way), timeout=serve.WAIT_S, context=context(self.ca))
            else:
                pop3 = poplib.POP3("localhost", self.port(way), timeout=serve.WAIT_S)
            try:
                if way == "starttls":
                    pop3.stls(context=context(self.ca))
                if mechanism == "APOP":
                    pop3.apop(USER, secret)
                else:
                    pop3.user(USER)
                    pop3.pass_(secret)
                (into / "1").write_bytes(b"\r\n".join(pop3.retr(1)[1]))
                pop3.quit()
            finally:
                pop3.close()
        except (OSError, poplib.error_proto) as trouble:
            self.said = repr(trouble)
            return False
        return True


CLIENTS = {"curl": Curl, "msmtp": Msmtp, "swaks": Swaks, "smtplib": Smtplib,
           "curl-pop3": CurlPop3, "mpop": Mpop, "fetchmail": Fetchmail, "poplib": Poplib}


class Checks:
    """What is tried, and what must come of it."""

    def __init__(self, client, name, control):
        self.client, self.name, self.control = client, name, control
        self.troubles = self.done = 0

    def tell(self, *words):
        subprocess.run([serve.PROGRAM, "tell", "--no-config", self.control, *words], check=True, stdout=subprocess.DEVNULL)

    def must(self, expected, what, way, mechanism, secret=serve.SECRET):
        self.done += 1
        try:
            if self.client.outcome(way, mechanism, secret, f"{self.name.strip('+')}-{self.done}") != expected:
                raise serve.Trouble(f"{'failed' if expected else 'succeeded'}\n{self.client.said}")
        except serve.Trouble as trouble:
            self.troubles += 1
            print(f"{self.name}, {way}, {mechanism}, {what}: {trouble}", file=sys.stderr)

    def external(self):
        """The certificate of the user, that of another one, and one of an authority that the server does not know."""
        authority = self.client.folder / "authority"
        self.tell("set", "tls-client-certificate", "yes")
        if self.client.scheme == "smtp":
            self.tell("set", "mail-needs-auth", "yes")  # curl goes on without a login where none is offered
        for setting in ("auth", "pop3-auth"):
            self.tell("set", setting, "EXTERNAL")
        for folder, user in (("others", USER), ("bobs", "bob")):
            if user != USER:
                shutil.copytree(authority, self.client.folder / folder)
            subprocess.run([serve.PROGRAM, "serve", "--no-config", "smtp://127.0.0.1:0", "--for", "1ms", "--set", f"user={user} x",
                            "--tls-folder", str(self.client.folder / folder)], check=True, stdout=subprocess.DEVNULL)
        for way in ("implicit", "starttls"):
            self.must(True, "the user's certificate", way, self.client.external, str(authority / "client.pem"))
            self.must(False, "another user's certificate", way, self.client.external, str(self.client.folder / "bobs" / "client.pem"))
            self.must(False, "an unknown authority's certificate", way, self.client.external, str(self.client.folder / "others" / "client.pem"))

    def all(self):
        first = self.client.mechanisms[0]
        for way in WAYS:
            for mechanism in self.client.mechanisms:
                self.must(True, "all is right", way, mechanism)
                self.must(False, "a wrong secret", way, mechanism, "wrong")
        for way in ("implicit", "starttls"):
            for kind in BAD_CERTIFICATES:
                self.tell("set", "certificate-kind", kind)
                self.must(kind in self.client.accepts, f"a certificate that is {kind}", way, first)
            self.tell("set", "certificate-kind", "good")
            for disturbance in ("garbage", "cut 100"):
                self.tell("set", "tls-disturb", *disturbance.split())
                self.must(False, f"a handshake with {disturbance}", way, first)
            self.tell("set", "tls-disturb", "nothing")
            self.must(True, "all is right again", way, first)
        self.tell("set", "starttls", "no")
        self.must(False, "STARTTLS is stripped", "starttls", first)
        self.tell("set", "starttls", "yes")
        self.tell("set", "refuse", *(("STARTTLS", "454") if self.client.scheme == "smtp" else ("STLS", "-ERR", "[SYS/TEMP]", "Not now")))
        self.must(False, "TLS is refused", "starttls", first)
        if self.client.external:
            self.tell("reset", "refuse")
            self.external()


def main(folder, name):
    control = str(pathlib.Path(folder) / "control")
    urls = [f"{scheme}://127.0.0.1:0" for scheme in ("smtp", "smtps", "pop3", "pop3s")]
    options = ["--tls-folder", str(pathlib.Path(folder) / "authority"), "--control", control, "--set", "starttls=yes",
               "--set", "pop3-auth=PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 XOAUTH2 OAUTHBEARER"]
    with serve.Server(urls, [USER, "bob"], *options) as server:
        checks = Checks(CLIENTS[name](folder, server), name, control)
        checks.all()
    print(f"{name}: {checks.done} sessions, {checks.troubles} not as they must be")
    return 1 if checks.troubles else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
