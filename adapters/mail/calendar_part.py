"""Writes the iCalendar object of an invitation (RFC 5545, RFC 5546): one meeting, one attendee.

What stands here is read by phones, shared calendars and assistants: a neutral title and place,
a private class, and nobody else's address (R34, R44).
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from typing import Final

from icalendar import (
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vUri,
)

from activities.invitations import WITHDRAWING
from activities.ports import Invitation
from adapters.mail.invitation_words import Invited
from adapters.mail.settings import MailSettings
from domain.localtime import OSLO
from domain.spans import ONE_DAY

PRODUCT: Final = "-//tilbake//tilbake//EN"
_UID_LETTERS: Final = 40
_WINTER: Final = timedelta(hours=1)
_SUMMER: Final = timedelta(hours=2)
_TO_SUMMER: Final = datetime(1996, 3, 31, 2)  # noqa: DTZ001 - local, as RFC 5545 wants it
_TO_WINTER: Final = datetime(1996, 10, 27, 3)  # noqa: DTZ001 - as above
"""First changes by the rule that still holds: the last Sundays of March and October."""


def method_of(invitation: Invitation) -> str:
    """Give the iTIP method: an entry is put or changed, or taken away."""
    return "CANCEL" if invitation.change in WITHDRAWING else "REQUEST"


def meeting_uid(meeting: str, domain: str) -> str:
    """Name a meeting in calendars: the same in every message about it; opaque."""
    digest = hashlib.sha256(f"meeting\0{meeting}".encode()).hexdigest()[:_UID_LETTERS]
    return f"{digest}@{domain}"


def write_calendar(
    invitation: Invitation, words: Invited, address: str, settings: MailSettings
) -> str:
    """Write the calendar object for one attendee."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method_of(invitation))
    if invitation.time is not None:
        calendar.add_component(_oslo())
    calendar.add_component(_event(invitation, words, address, settings))
    content: bytes = calendar.to_ical()
    return content.decode()


def _event(invitation: Invitation, words: Invited, address: str, settings: MailSettings) -> Event:
    is_gone = invitation.change in WITHDRAWING
    event = Event()
    event.add("uid", meeting_uid(invitation.meeting, settings.message_domain))
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", invitation.decided_at.astimezone(UTC).replace(microsecond=0))
    _add_time(event, invitation)
    event.add("summary", words.title)
    if words.place:
        event.add("location", words.place)
    if words.link:
        event.add("url", vUri(words.link))
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if is_gone else "CONFIRMED")
    event.add("organizer", vCalAddress(f"mailto:{parseaddr(settings.sender)[1]}"))
    event.add("attendee", _attendee(address), encode=False)
    return event


def _add_time(event: Event, invitation: Invitation) -> None:
    slot = invitation.time
    if slot is None:
        event.add("dtstart", invitation.on)
        event.add("dtend", invitation.on + ONE_DAY)
        # The hour is not known, so nobody's whole day is taken.
        event.add("transp", "TRANSPARENT")
        return
    begins = datetime.combine(slot.on, slot.begins, OSLO)
    event.add("dtstart", begins)
    event.add("dtend", begins + timedelta(minutes=slot.minutes))
    event.add("transp", "OPAQUE")


def _attendee(address: str) -> vCalAddress:
    attendee = vCalAddress(f"mailto:{address}")
    attendee.params["role"] = "REQ-PARTICIPANT"
    attendee.params["partstat"] = "NEEDS-ACTION"
    # Nobody reads the answers of mail programs: who comes is said on the case page.
    attendee.params["rsvp"] = "FALSE"
    return attendee


def _oslo() -> Timezone:
    """Write the time zone as two rules; the library would list every change until 2038."""
    zone = Timezone()
    zone.add("tzid", str(OSLO))
    for part, name, first, before, after in (
        (TimezoneDaylight(), "CEST", _TO_SUMMER, _WINTER, _SUMMER),
        (TimezoneStandard(), "CET", _TO_WINTER, _SUMMER, _WINTER),
    ):
        part.add("tzname", name)
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        part.add("dtstart", first)
        part.add("rrule", {"freq": "yearly", "bymonth": first.month, "byday": "-1SU"})
        zone.add_component(part)
    return zone
