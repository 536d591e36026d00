"""The messages that real clients send to `mailspec serve` and fetch from it. Lines end in CRLF, as on the wire."""

HEADER = (b"From: Sender <sender@client.test>\r\n"
          b"To: Somebody <somebody@example.test>\r\n"
          b"Date: Sun, 29 Nov 2026 12:00:00 +0000\r\n"
          b"Message-ID: <%s@client.test>\r\n"
          b"Subject: %s\r\n"
          b"MIME-Version: 1.0\r\n"
          b"Content-Type: text/plain; charset=utf-8\r\n"
          b"Content-Transfer-Encoding: 8bit\r\n"
          b"\r\n")
BIG_OCTETS = 5 * 1024 * 1024

DOTS = b".\r\n..\r\n.a\r\n...\r\n\r\n.\r\n a.\r\n.. \r\nthe end\r\n"
# 998 octets is all that RFC 5321 4.5.3.1.6 allows in a line, CRLF not counted; what is longer comes all the same.
LONG = b"x" * 998 + b"\r\n" + b".y" * 499 + b"\r\n" + b"z" * 5000 + b"\r\nshort\r\n"
EIGHT_BIT = "Grüße aus Łódź, 東京\r\n\u00a0\r\n".encode()

BODIES = {
    "small": b"One line.\r\n",
    "dots": DOTS,
    "long": LONG,
    "eight-bit": EIGHT_BIT,
    "empty": b"",
    "tail": b"blanks at the end  \t\r\n\r\n \r\n\r\n",
    "big": (b"%063d\r\n" % 7) * (BIG_OCTETS // 65),
}


def letter(name, mark=None):
    """The message called `name`; `mark` tells several of a kind apart."""
    title = (mark or name).encode()
    return HEADER % (title, title) + BODIES[name]


def with_lf(octets):
    """As clients and mailboxes of Unix have it."""
    return octets.replace(b"\r\n", b"\n")
