"""Writes letters as PDF files into a folder, for its owner to print and post.

The name of a file comes from the invitation, so the same one is one file however often it is
written. A letter about the same meeting begins with the same case mark.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
from pathlib import Path
from typing import Final

import typst

from activities.ports import Contacts, Delivery, DeliveryDelayed, Invitation
from adapters.letters.words import letter_data
from adapters.mail.message import reminder_digest

CHANNEL: Final = "letter"
LANGUAGE: Final = "nb"
"""What practitioners in Norway are written to in."""
_TEMPLATE: Final = Path(__file__).parent / "letter.typ"
_STANDARDS: Final[list[typst.PDFStandard]] = ["a-2a", "ua-1"]
_OWNER_ONLY: Final = 0o600


class LetterFolder:
    """Puts letters into a folder (`activities.ports.Letters`)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def write(self, invitation: Invitation, contacts: Contacts) -> Delivery:
        """Write the letter unless it is there already.

        Raises:
            DeliveryDelayed: the folder cannot be written to.
        """
        try:
            await asyncio.to_thread(_put, self._folder, invitation, contacts)
        except OSError as fault:
            raise DeliveryDelayed(f"letter-{fault.errno}") from fault
        return Delivery(channel=CHANNEL)


def letter_name(invitation: Invitation) -> str:
    """Name the file of a letter."""
    return f"{invitation.mark}-{reminder_digest(invitation.reminder)}.pdf"


def letter_pdf(invitation: Invitation, contacts: Contacts) -> bytes:
    """Set the page: PDF/A for the archive, PDF/UA for whoever has it read aloud."""
    said = json.dumps(letter_data(invitation, contacts, LANGUAGE), ensure_ascii=False)
    return typst.compile(
        _TEMPLATE,
        format="pdf",
        sys_inputs={"said": said},
        pdf_standards=_STANDARDS,
        timestamp=int(invitation.decided_at.timestamp()),
        ignore_system_fonts=True,
    )


def _put(folder: Path, invitation: Invitation, contacts: Contacts) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / letter_name(invitation)
    if target.exists():
        return
    fresh = folder / f".{target.name}.{secrets.token_hex(8)}"
    try:
        _write(fresh, letter_pdf(invitation, contacts))
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
