"""Makes the MIME message of a letter: only its Date differs when a reminder is sent again.

The Message-ID comes from the reminder's id, so a repeat is recognisable on the way and in
the mailbox. Subject and body say nothing about a person (R44).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final

from activities.ports import DeliveryRefused, Invitation, OhsOrder, Recipient, Said
from adapters.mail.calendar_part import method_of, write_calendar
from adapters.mail.invitation_words import write_invitation
from adapters.mail.order_words import write_order
from adapters.mail.rendering import Letter
from adapters.mail.settings import MailSettings
from adapters.mail.words import write_letter

_DIGEST_LETTERS: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A finished mail, and who it goes from and to."""

    digest: str
    """Names the reminder in file names and headers; says nothing about the case."""
    sender: str
    receiver: str
    content: bytes


def reminder_digest(reminder: str) -> str:
    """Give the name of a reminder that may be seen on the way."""
    return hashlib.sha256(f"reminder\0{reminder}".encode()).hexdigest()[:_DIGEST_LETTERS]


def compose(said: Said, to: Recipient, at: datetime, settings: MailSettings) -> Envelope:
    """Write the whole mail for one notice, one order, or one invitation to one reader.

    Raises:
        DeliveryRefused: the address cannot stand in a mail.
    """
    digest = reminder_digest(said.reminder)
    if isinstance(said, Invitation):
        words = write_invitation(said, to.language, settings.base_url)
        message = _message(digest, words.letter, to, at, settings)
        # The last alternative is the one that a mail program likes best.
        message.add_alternative(
            write_calendar(said, words, to.address, settings),
            subtype="calendar",
            params={"method": method_of(said)},
            cte="quoted-printable",
        )
    else:
        letter = (
            write_order(said, to.language, settings.base_url)
            if isinstance(said, OhsOrder)
            else write_letter(said, to.language, settings.base_url)
        )
        message = _message(digest, letter, to, at, settings)
    message.set_boundary(f"=_{digest}")
    return Envelope(
        digest=digest, sender=settings.sender, receiver=to.address, content=message.as_bytes()
    )


def _message(
    digest: str, letter: Letter, to: Recipient, at: datetime, settings: MailSettings
) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = settings.sender
    try:
        message["To"] = to.address
    except ValueError as fault:
        raise DeliveryRefused("address") from fault
    if settings.reply_to:
        message["Reply-To"] = settings.reply_to
    message["Subject"] = letter.subject
    message["Date"] = at
    message["Message-ID"] = f"<{digest}@{settings.message_domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    # Headers named Content-… would have moved into the first part.
    message["Content-Language"] = letter.language
    return message
