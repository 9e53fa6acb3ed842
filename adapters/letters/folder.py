"""Writes letters as PDF files into a folder, for its owner to print and post.

The name of a file comes from what is sent, so the same one is one file however often it is
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

from activities.ports import Contacts, Delivery, DeliveryDelayed, Invitation, OhsOrder
from adapters.letters.words import letter_data, order_data
from adapters.mail.message import reminder_digest

CHANNEL: Final = "letter"
LANGUAGE: Final = "nb"
"""What practitioners and OHS in Norway are written to in."""
_TEMPLATE: Final = Path(__file__).parent / "letter.typ"
_STANDARDS: Final[list[typst.PDFStandard]] = ["a-2a", "ua-1"]
_OWNER_ONLY: Final = 0o600


class LetterFolder:
    """Puts letters into a folder (`activities.ports.Letters`)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def write(self, said: Invitation | OhsOrder, contacts: Contacts) -> Delivery:
        """Write the letter unless it is there already.

        Raises:
            DeliveryDelayed: the folder cannot be written to.
        """
        try:
            await asyncio.to_thread(_put, self._folder, said, contacts)
        except OSError as fault:
            raise DeliveryDelayed(f"letter-{fault.errno}") from fault
        return Delivery(channel=CHANNEL)


def letter_name(said: Invitation | OhsOrder) -> str:
    """Name the file of a letter."""
    return f"{said.mark}-{reminder_digest(said.reminder)}.pdf"


def letter_pdf(said: Invitation | OhsOrder, contacts: Contacts) -> bytes:
    """Set the page: PDF/A for the archive, PDF/UA for whoever has it read aloud."""
    if isinstance(said, OhsOrder):
        data = order_data(said, contacts, LANGUAGE)
    else:
        data = letter_data(said, contacts, LANGUAGE)
    return typst.compile(
        _TEMPLATE,
        format="pdf",
        sys_inputs={"said": json.dumps(data, ensure_ascii=False)},
        pdf_standards=_STANDARDS,
        timestamp=int(said.decided_at.timestamp()),
        ignore_system_fonts=True,
    )


def _put(folder: Path, said: Invitation | OhsOrder, contacts: Contacts) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / letter_name(said)
    if target.exists():
        return
    fresh = folder / f".{target.name}.{secrets.token_hex(8)}"
    try:
        _write(fresh, letter_pdf(said, contacts))
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
