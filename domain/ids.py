"""Opaque identifiers. None of them may be derived from a name or a national id (R54)."""

from __future__ import annotations

import hashlib
from typing import Final, NewType

EmploymentId = NewType("EmploymentId", str)
CaseId = NewType("CaseId", str)
NoteId = NewType("NoteId", str)
CauseId = NewType("CauseId", str)
RowId = NewType("RowId", str)
MeasureId = NewType("MeasureId", str)
MeetingName = NewType("MeetingName", str)
WishId = NewType("WishId", str)

UNTOLD: Final = CauseId("")
"""Stands where a fact came without a command, as in a case file."""

_MARK_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_MARK_LENGTH: Final = 4


def case_id(employment: EmploymentId, number: int) -> CaseId:
    """Name the number-th case of an employment; the same on every replay."""
    return CaseId(f"{employment}/{number}")


def case_mark(case: CaseId) -> str:
    """Give the neutral mark (such as K-7F3Q) that stands for a case in mails (R44).

    The mark says nothing about the person. It is for people to recognise, not a
    key: two cases of an organisation may, rarely, share one.
    """
    digest = int.from_bytes(hashlib.sha256(case.encode()).digest()[:8])
    letters = []
    for _ in range(_MARK_LENGTH):
        digest, index = divmod(digest, len(_MARK_LETTERS))
        letters.append(_MARK_LETTERS[index])
    return "K-" + "".join(letters)
