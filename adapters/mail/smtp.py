"""Courier that hands mails to a mail server.

What is refused about this mail is refused for good; what concerns the connection, our own
sign-in or sender is only delayed, since setting it right must not cost a reminder. Once the
text is handed over, silence means "it may have arrived" and nothing is sent again.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from email.utils import parseaddr
from typing import Final

import aiosmtplib

from activities.ports import (
    Delivery,
    DeliveryDelayed,
    DeliveryRefused,
    Recipient,
    Said,
)
from adapters.mail.message import Envelope, compose
from adapters.mail.settings import MailSettings, SmtpSettings
from adapters.settings import SmtpSecurity

CHANNEL: Final = "smtp"
_PERMANENT: Final = 500
_START_TEXT: Final = 354
_TAKEN: Final = 250
_FAREWELL_SECONDS: Final = 5.0
_LEADING_DOT: Final = re.compile(rb"(?m)^\.")


class SmtpCourier:
    """Sends each mail over a connection of its own."""

    def __init__(self, settings: MailSettings, smtp: SmtpSettings) -> None:
        self._settings = settings
        self._smtp = smtp

    async def send(self, said: Said, to: Recipient, at: datetime) -> Delivery:
        """Send the mail.

        Raises:
            DeliveryRefused: the server refuses the receiver or the text for good (5xx).
            DeliveryDelayed: not now, or our own side has to be set right first.
        """
        envelope = compose(said, to, at, self._settings)
        async with self._connected() as client:
            await _address(client, envelope)
            return await _hand_over(client, envelope.content, self._smtp.timeout_seconds)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[aiosmtplib.SMTP]:
        client = _client(self._smtp, self._settings.message_domain)
        try:
            try:
                await client.connect()
            except (aiosmtplib.SMTPException, OSError, ValueError) as fault:
                raise DeliveryDelayed(_code("connect", fault)) from fault
            yield client
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit(timeout=_FAREWELL_SECONDS)
        finally:
            client.close()


def _client(smtp: SmtpSettings, own_name: str) -> aiosmtplib.SMTP:
    return aiosmtplib.SMTP(
        hostname=smtp.host,
        port=smtp.port,
        local_hostname=own_name,
        username=smtp.user,
        password=smtp.password,
        timeout=smtp.timeout_seconds,
        use_tls=smtp.encryption is SmtpSecurity.TLS,
        # True insists on STARTTLS: a server that offers none gets no mail.
        start_tls=smtp.encryption is SmtpSecurity.STARTTLS,
        cert_bundle=str(smtp.ca_file) if smtp.ca_file else None,
    )


async def _address(client: aiosmtplib.SMTP, envelope: Envelope) -> None:
    try:
        await client.mail(parseaddr(envelope.sender)[1])
        await client.rcpt(envelope.receiver)
    except aiosmtplib.SMTPRecipientRefused as fault:
        raise _answered("rcpt", fault.code) from fault
    except (aiosmtplib.SMTPException, OSError) as fault:
        raise DeliveryDelayed(_code("mail", fault)) from fault
    except ValueError as fault:
        # The address holds what no server may be given (a line break, say).
        raise DeliveryRefused("rcpt-address") from fault


async def _hand_over(client: aiosmtplib.SMTP, content: bytes, seconds: float) -> Delivery:
    try:
        start = await client.execute_command(b"DATA")
        protocol = client.protocol
        if protocol is None:
            raise DeliveryDelayed("data-lost")
        if start.code != _START_TEXT:
            raise _answered("data", start.code)
        protocol.write(_LEADING_DOT.sub(b"..", content) + b".\r\n")
    except (aiosmtplib.SMTPException, OSError) as fault:
        raise DeliveryDelayed(_code("data", fault)) from fault
    try:
        end = await protocol.read_response(timeout=seconds)
    except (aiosmtplib.SMTPException, OSError):
        return Delivery(channel=CHANNEL, uncertain=True)
    if end.code != _TAKEN:
        raise _answered("text", end.code)
    return Delivery(channel=CHANNEL)


def _answered(step: str, code: int) -> DeliveryRefused | DeliveryDelayed:
    kind = DeliveryRefused if code >= _PERMANENT else DeliveryDelayed
    return kind(f"{step}-{code}")


def _code(step: str, fault: Exception) -> str:
    # The server's own words can repeat an address; its number cannot.
    if isinstance(fault, aiosmtplib.SMTPResponseException):
        return f"{step}-{fault.code}"
    return f"{step}-{type(fault).__name__}"
