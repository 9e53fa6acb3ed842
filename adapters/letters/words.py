"""The words of a letter: no name and no health word.

Whom a letter to a practitioner is about is filled in by hand before it is posted, so that no
file on the machine ties a person to one. OHS asks the manager.
"""

from __future__ import annotations

from typing import Final

from activities.invitations import WITHDRAWING
from activities.ports import Contacts, Invitation, OhsOrder
from adapters.mail.catalogues import written_language
from adapters.mail.invitation_words import invitation_context
from adapters.mail.order_words import order_context
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


def order_data(order: OhsOrder, contacts: Contacts, language: str) -> dict[str, object]:
    """Give the parts of a letter to OHS, which names nobody at all."""
    written = written_language(language)
    said = said_by("ohs_order.j2", written, order_context(order, contacts.phone))
    line = {name: one_line(text) for name, text in said.items()}
    return {
        "language": written,
        "sender": contacts.employer,
        "title": line["title"],
        "head": [
            (line["reference"], order.mark),
            (line["written"], written_day(local_date(order.decided_at), written)),
        ],
        "by_hand": line["by_hand"],
        "body": paragraphs(said["asked"]),
        "rows": [(line["contact"], contacts.phone or BLANK)],
        "closing": [],
    }
