"""The words of a letter about a meeting. No name and no health word: one line stays empty.

Whom the letter is about is filled in by hand before it is posted, so that no file on the
machine ties a person to a practitioner.
"""

from __future__ import annotations

from typing import Final

from activities.invitations import WITHDRAWING
from activities.ports import Contacts, Invitation
from adapters.mail.catalogues import written_language
from adapters.mail.invitation_words import invitation_context
from adapters.mail.rendering import one_line, paragraphs, said_by, written_day
from domain.localtime import local_date

BLANK: Final = ""
"""A value that stays to be filled in by hand."""


def letter_data(invitation: Invitation, contacts: Contacts, language: str) -> dict[str, object]:
    """Give the parts of a letter as the template of the page takes them."""
    written = written_language(language)
    said = said_by("paper.j2", written, invitation_context(invitation, written))
    line = {name: one_line(text) for name, text in said.items()}
    rows = [(line["when"], line["time"])]
    if invitation.change not in WITHDRAWING:
        rows += [(line["where"], line["place_words"]), (line["how"], line["way_words"])]
    return {
        "language": written,
        "sender": contacts.employer,
        "title": line["title"],
        "head": [
            (line["about"], BLANK),
            (line["reference"], invitation.mark),
            (line["written"], written_day(local_date(invitation.decided_at), written)),
        ],
        "by_hand": line["by_hand"],
        "body": paragraphs(said["body"]),
        "rows": [*rows, (line["contact"], contacts.phone or BLANK)],
        "closing": paragraphs(said["closing"]),
    }
