"""What mail needs to know: where pages live, who sends, and where mail is handed over."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import Final

from adapters.settings import Settings, SmtpSecurity, secret
from domain.refusals import InvalidValue

_NOWHERE: Final = "tilbake.invalid"
"""A domain that can never exist (RFC 2606): mail that stays in a folder needs no better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """The mail server that takes the mails."""

    host: str
    port: int = 587
    encryption: SmtpSecurity = SmtpSecurity.STARTTLS
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    """Certificates to trust instead of the system's, for a server of one's own."""
    timeout_seconds: float = 30.0

    def __post_init__(self) -> None:
        """Refuse to send a password in clear."""
        if self.user is not None and self.encryption is SmtpSecurity.NONE:
            raise InvalidValue("smtp_encryption", "must be starttls or tls when a user is set")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """All of it; without `smtp` mails become files in a Maildir."""

    base_url: str | None
    sender: str
    """Address that mails come from, such as `tilbake@example.org`."""
    message_domain: str
    """Right side of every Message-ID; never changed, or a repeat is not recognised."""
    reply_to: str | None = None
    """Where answers go, such as HR's mailbox."""
    maildir: Path = Path("var/mail")
    smtp: SmtpSettings | None = None


def mail_settings_of(settings: Settings) -> MailSettings:
    """Take what mail needs out of the settings of the process."""
    sender = settings.smtp_from or f"tilbake@{_NOWHERE}"
    smtp = None
    if settings.smtp_host is not None:
        smtp = SmtpSettings(
            host=settings.smtp_host,
            port=settings.smtp_port,
            encryption=settings.smtp_tls,
            user=settings.smtp_user,
            password=secret(settings.smtp_password),
        )
    return MailSettings(
        base_url=settings.base_url,
        sender=sender,
        message_domain=parseaddr(sender)[1].rpartition("@")[2] or _NOWHERE,
        maildir=settings.state_dir / "mail",
        smtp=smtp,
    )
