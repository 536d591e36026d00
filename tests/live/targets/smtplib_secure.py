"""Send one message inside TLS and behind a login as Python's documentation of smtplib does.

usage: smtplib_secure.py CA USER SECRET HOST PORT NAME SENDER FILE RECIPIENT...
"""
import smtplib
import ssl
import sys

ca, user, secret, host, port, name, sender, path, *recipients = sys.argv[1:]
with open(path, "rb") as message:
    text = message.read()
# A text has to be US-ASCII; octets are sent as they are, so they need their CRLFs.
text = text.decode("ascii") if text.isascii() else text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
with smtplib.SMTP(host, int(port), local_hostname=name, timeout=30) as server:
    server.starttls(context=ssl.create_default_context(cafile=ca))
    server.login(user, secret)
    refused = server.sendmail(sender, recipients, text)
sys.exit(f"refused: {refused}" if refused else 0)
