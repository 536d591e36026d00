#!/usr/bin/python3
"""aiosmtpd as the receiving server of example.test: aiosmtpd_server.py PORT MAIL-FOLDER CERTIFICATE KEY USER...

What the library leaves to its user, recipients and delivery, is done as the RFCs want it: what is found is the library's.
"""
import asyncio
import email.utils
import mailbox
import os
import re
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

DOMAIN = "example.test"
PORT, FOLDER, CERTIFICATE, KEY, *USERS = sys.argv[1:]
OLD_PATH = re.compile(rb"(?im)^return-path:[^\n]*\n(?:[ \t][^\n]*\n)*")


def user_of(address):
    local, _, domain = address.rpartition("@") if "@" in address else (address, "", DOMAIN)
    local = local.lower().strip('"')
    local = "alice" if local == "postmaster" else local
    return local if domain.lower() == DOMAIN and local in USERS else None


def trace(session, envelope):
    sender = "" if envelope.mail_from == "<>" else envelope.mail_from
    kind = "ESMTP" if session.extended_smtp else "SMTP"
    if session.extended_smtp:
        kind = ("UTF8SMTP" if envelope.smtp_utf8 else kind) + ("S" if session.ssl else "") + ("A" if session.authenticated else "")
    return (f"Return-Path: <{sender}>\r\nReceived: from {session.host_name} ([{session.peer[0]}])\r\n"
            f"\tby mx.{DOMAIN} with {kind}; {email.utils.formatdate()}\r\n").encode()


class Handler:
    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if "@" in address and address.rpartition("@")[2].lower() != DOMAIN:
            return "550 5.7.1 nothing leaves this machine"
        if user_of(address) is None:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, session, envelope):
        header, gap, body = envelope.content.partition(b"\r\n\r\n")
        content = trace(session, envelope) + OLD_PATH.sub(b"", header + gap) + body
        for user in {user_of(address) for address in envelope.rcpt_tos}:
            mailbox.Maildir(os.path.join(FOLDER, user)).add(content)
        return "250 OK"


def authenticate(_server, _session, _envelope, _mechanism, data):
    name, secret = data.login.decode(errors="replace"), data.password.decode(errors="replace")
    return AuthResult(success=name in USERS and secret == f"secret-{name}", handled=False)


async def serve():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE, KEY)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Handler(), hostname=f"mx.{DOMAIN}", tls_context=context, authenticator=authenticate,
                     auth_require_tls=False, enable_SMTPUTF8=True, loop=loop), "127.0.0.1", int(PORT))
    await server.serve_forever()


asyncio.run(serve())
