"""Mail servers for tests: a real one (aiosmtpd), and one that follows a script to the letter."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOOPBACK = "127.0.0.1"


class Inbox:
    """Takes mails, or answers as it was told to."""

    def __init__(self, rcpt: str = "250 OK", data: str = "250 OK", sender: str = "250 OK") -> None:
        self.rcpt, self.data, self.sender = rcpt, data, sender
        self.mails: list[tuple[tuple[str, ...], bytes]] = []
        self.encrypted: list[bool] = []

    async def handle_MAIL(  # noqa: N802 - the server's name for it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.sender

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.encrypted.append(session.ssl is not None)
        if self.data.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.mails.append((tuple(envelope.rcpt_tos), content))
        return self.data


@asynccontextmanager
async def serving(inbox: Inbox, **options: object) -> AsyncIterator[int]:
    """Run a real mail server on loopback; give its port."""
    loop = asyncio.get_running_loop()
    make: Callable[[], SMTP] = lambda: SMTP(inbox, loop=loop, hostname="mail", **options)  # type: ignore[arg-type] # noqa: E731
    server = await loop.create_server(make, LOOPBACK, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def accept(user: str, password: str) -> Callable[..., AuthResult]:
    """Make an authenticator that knows one user."""

    def check(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        given = (getattr(data, "login", b""), getattr(data, "password", b""))
        return AuthResult(success=given == (user.encode(), password.encode()), handled=False)

    return check


@asynccontextmanager
async def scripted(answers: Sequence[tuple[str, str | None]]) -> AsyncIterator[int]:
    """Greet and answer by the first word of each line; None hangs up, an absent word is 250.

    The word `TEXT` stands for the end of the mail's text, and `HELLO` for the greeting. An
    empty answer is silence.
    """
    script = dict(answers)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        word, in_text = "HELLO", False
        while True:
            answer = script.get(
                word, {"HELLO": "220 mail", "DATA": "354 go on"}.get(word, "250 OK")
            )
            if answer is None:
                break
            if answer:
                writer.write(f"{answer}\r\n".encode())
            in_text = word == "DATA" and answer.startswith("354")
            line = await reader.readline()
            while in_text and line and line != b".\r\n":
                line = await reader.readline()
            if not line:
                break
            word = "TEXT" if in_text else line.split()[0].decode().upper()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            await talk(reader, writer)
        writer.close()

    server = await asyncio.start_server(serve, LOOPBACK, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """Make a certificate for loopback; give its file and a server's context with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    start = datetime.now(UTC) - timedelta(minutes=5)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(LOOPBACK))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "mail.pem", folder / "mail.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(public, private)
    return public, context
