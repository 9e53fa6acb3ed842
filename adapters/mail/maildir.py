"""Courier that writes each mail as one file of a Maildir, for evaluation and training.

The file name comes from the reminder, so the same reminder is one file, however often and
from wherever it is sent; the standard library's `mailbox.Maildir` reads the folder.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import Final

from activities.ports import (
    Delivery,
    DeliveryDelayed,
    Recipient,
    Said,
)
from adapters.mail.message import Envelope, compose
from adapters.mail.settings import MailSettings

CHANNEL: Final = "maildir"
_OWNER_ONLY: Final = 0o600


class MaildirCourier:
    """Puts mails into `settings.maildir`."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    async def send(self, said: Said, to: Recipient, at: datetime) -> Delivery:
        """Write the mail unless it is there already.

        Raises:
            DeliveryDelayed: the folder cannot be written to.
        """
        envelope = compose(said, to, at, self._settings)
        try:
            await asyncio.to_thread(_put, self._settings.maildir, envelope)
        except OSError as fault:
            raise DeliveryDelayed(f"maildir-{fault.errno}") from fault
        return Delivery(channel=CHANNEL)


def _put(folder: Path, envelope: Envelope) -> None:
    name = f"{envelope.digest}.tilbake"
    for part in ("tmp", "new", "cur"):
        (folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
    if _was_read(folder, name):
        return
    fresh = folder / "tmp" / f"{name}.{secrets.token_hex(8)}"
    _write(fresh, envelope.content)
    unread = folder / "new" / name
    try:
        unread.hardlink_to(fresh)
    except FileExistsError:
        return
    finally:
        fresh.unlink()
    if _was_read(folder, name):
        # A reader moved an earlier copy from new to cur while this one was written.
        unread.unlink(missing_ok=True)
    _sync_folder(folder / "new")


def _was_read(folder: Path, name: str) -> bool:
    cur = folder / "cur"
    # A reader adds flags after a colon when it moves a mail to cur.
    return (cur / name).exists() or any(cur.glob(f"{name}:*"))


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
