"""Chooses the courier that the settings ask for."""

from __future__ import annotations

from activities.ports import Courier
from adapters.mail.maildir import MaildirCourier
from adapters.mail.settings import MailSettings
from adapters.mail.smtp import SmtpCourier


def courier_from(settings: MailSettings) -> Courier:
    """Give the SMTP courier when a mail server is set, else the Maildir courier."""
    if settings.smtp is None:
        return MaildirCourier(settings)
    return SmtpCourier(settings, settings.smtp)
