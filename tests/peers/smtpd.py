"""A real submission server, aiosmtpd: STARTTLS and AUTH required. Arguments: certificate, key, user, password.

Says `port N` once it listens, and each mail that it takes as one line of JSON, read by Python's own email package. Mail to
tempfail@ gets 451, to nouser@ 550.
"""

import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

CERTIFICATE, KEY, USER, PASSWORD = sys.argv[1:5]
ANSWERS = {"tempfail": "451 4.3.0 try again later", "nouser": "550 5.1.1 no such mailbox"}


def say(line):
    print(line, flush=True)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = ANSWERS.get(address.split("@")[0])
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        defects = [repr(defect) for part in mail.walk() for defect in part.defects]
        defects += [repr(defect) for value in mail.values() for defect in getattr(value, "defects", [])]
        say(json.dumps({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "encrypted": session.ssl is not None,
            "user": session.auth_data.login.decode() if session.auth_data else None,
            "headers": {name.lower(): str(value) for name, value in mail.items()},
            "parts": [[part.get_content_type(), part.get_content()] for part in mail.walk() if not part.is_multipart()],
            "defects": defects,
        }))
        return "250 2.0.0 queued"


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=good, handled=False, auth_data=data)


async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, KEY)

    def session():
        return SMTP(
            Handler(),
            hostname="localhost",
            tls_context=context,
            require_starttls=True,
            auth_required=True,
            authenticator=authenticate,
        )

    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0)
    say(f"port {server.sockets[0].getsockname()[1]}")
    await server.serve_forever()


asyncio.run(main())
