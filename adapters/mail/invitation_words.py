"""Puts an invitation into words: the mail, and the few words in a calendar (R34, R44)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from activities.ports import Invitation
from adapters.mail.catalogues import written_language
from adapters.mail.rendering import Letter, case_link, mail_of, one_line, said_by, written_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """What an invitation says, in the reader's language."""

    letter: Letter
    title: str
    """Of the calendar entry; like its place it says nothing about a person."""
    place: str
    link: str | None


def write_invitation(invitation: Invitation, language: str, base_url: str | None) -> Invited:
    """Write the mail and the calendar words for one invitation."""
    written = written_language(language)
    link = case_link(base_url, invitation.case)
    context = {**invitation_context(invitation, written), "link": link, "dates": ()}
    said = said_by("invitation.j2", written, context)
    return Invited(
        letter=mail_of(said, written, context),
        title=one_line(said["title"]),
        place=one_line(said["location"]),
        link=link,
    )


def invitation_context(invitation: Invitation, language: str) -> dict[str, object]:
    """Give what templates about a meeting speak of."""
    return {
        "mark": invitation.mark,
        "role": str(invitation.role),
        "change": str(invitation.change),
        "day": written_day(invitation.on, language),
        "hours": _hours(invitation),
        "place": str(invitation.place) if invitation.place else "",
        "way": str(invitation.way),
    }


def _hours(invitation: Invitation) -> str:
    slot = invitation.time
    if slot is None:
        return ""
    end = datetime.combine(slot.on, slot.begins) + timedelta(minutes=slot.minutes)
    return f"{slot.begins:%H:%M}\N{EN DASH}{end:%H:%M}"
