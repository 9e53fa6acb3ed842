"""Invitations as other programs read them: with the library's own parser, and with another."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from typing import Any

import icalendar
import pytest
import vobject

from activities.ports import Invitation, Recipient
from adapters.mail.calendar_part import meeting_uid
from adapters.mail.message import compose
from adapters.mail.settings import MailSettings
from domain.events import InvitationChange
from domain.facts import Place, Role, TimeSlot, Way
from domain.localtime import OSLO
from tests.adapters.mail.test_words import HEALTH_WORDS
from tests.support.mail_samples import BASE_URL, LANGUAGES, invitation

AT = datetime(2026, 9, 21, 8, 0, tzinfo=UTC)
CHANGES = [(change, language) for change in InvitationChange for language in LANGUAGES]
REQUESTS = (InvitationChange.CALLED, InvitationChange.MOVED)


def mail(one: Invitation, language: str = "nb", address: str = "ansa@example.org") -> EmailMessage:
    settings = MailSettings(
        base_url=BASE_URL,
        sender="Tilbake <tilbake@example.org>",
        message_domain="example.org",
    )
    envelope = compose(
        one, Recipient(person="p-1", address=address, language=language), AT, settings
    )
    return email.message_from_bytes(envelope.content, policy=email.policy.default)


def calendar_part(message: EmailMessage) -> EmailMessage:
    (part,) = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    assert isinstance(part, EmailMessage)
    return part


def calendar_text(message: EmailMessage) -> str:
    return str(calendar_part(message).get_content())


def unfolded(message: EmailMessage) -> str:
    return re.sub(r"\r?\n ", "", calendar_text(message))


def event_of(message: EmailMessage) -> Any:
    """Read the one event with another program's parser, strictly."""
    calendar = vobject.readOne(calendar_text(message), validate=True)
    assert len(calendar.vevent_list) == 1
    return calendar.vevent


@pytest.mark.parametrize(("change", "language"), CHANGES)
def test_another_parser_reads_every_invitation(change: InvitationChange, language: str) -> None:
    message = mail(invitation(change, sequence=3), language)

    calendar = vobject.readOne(calendar_text(message), validate=True)

    event = calendar.vevent
    method = "REQUEST" if change in REQUESTS else "CANCEL"
    assert calendar.method.value == method
    assert calendar_part(message).get_param("method") == method
    assert event.status.value == ("CONFIRMED" if method == "REQUEST" else "CANCELLED")
    assert event.sequence.value == "3"
    assert event.dtstamp.value == datetime(2026, 9, 21, 7, 30, tzinfo=UTC)
    assert event.dtstart.value == datetime(2026, 9, 30, 10, 0, tzinfo=OSLO)
    assert event.dtend.value - event.dtstart.value == timedelta(minutes=90)


@pytest.mark.parametrize(("change", "language"), CHANGES)
def test_what_is_written_survives_a_round_trip(change: InvitationChange, language: str) -> None:
    text = calendar_text(mail(invitation(change), language))

    again = icalendar.Calendar.from_ical(text)

    assert again.to_ical().decode().splitlines() == text.splitlines()
    assert [one.errors for one in again.walk() if one.errors] == []


def test_the_mail_is_text_html_and_calendar_of_one_content() -> None:
    message = mail(invitation())

    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    assert calendar_part(message).get_content_charset() == "utf-8"
    assert message["Message-ID"]


def test_all_messages_about_a_meeting_have_one_uid_and_their_own_sequence() -> None:
    events = [
        event_of(mail(invitation(change, sequence=number)))
        for number, change in enumerate(InvitationChange)
    ]

    assert {event.uid.value for event in events} == {meeting_uid("e-1001/1:dm1", "example.org")}
    assert [event.sequence.value for event in events] == ["0", "1", "2", "3"]
    assert len({mail(invitation(change))["Message-ID"] for change in InvitationChange}) == 4


def test_the_uid_says_nothing_and_other_meetings_have_another() -> None:
    uid = meeting_uid("e-1001/1:dm1", "example.org")

    assert re.fullmatch(r"[0-9a-f]{40}@example\.org", uid)
    assert uid != meeting_uid("e-1001/1:extra", "example.org")


@pytest.mark.parametrize(
    ("place", "way", "shown"),
    [
        (Place.WORKPLACE, Way.IN_PERSON, "At the workplace"),
        # The office of a practitioner would tell what the meeting is about.
        (Place.PRACTITIONERS_OFFICE, Way.IN_PERSON, "As agreed"),
        (Place.ELSEWHERE, Way.IN_PERSON, "As agreed"),
        (Place.NOWHERE, Way.VIDEO, "Video"),
        (Place.WORKPLACE, Way.PHONE, "Phone"),
        (None, Way.IN_PERSON, None),
    ],
)
def test_title_and_place_are_neutral_and_the_class_is_private(
    place: Place | None, way: Way, shown: str | None
) -> None:
    event = event_of(mail(invitation(place=place, way=way), "en"))

    assert event.summary.value == "Meeting, K-7F3Q"
    assert event.getChildValue("location") == shown
    assert event.getChildValue("class") == "PRIVATE"


@pytest.mark.parametrize(("change", "language"), CHANGES)
def test_no_calendar_entry_holds_a_health_word(change: InvitationChange, language: str) -> None:
    for place in Place:
        for way in Way:
            text = unfolded(mail(invitation(change, place=place, way=way), language))
            assert HEALTH_WORDS.findall(text) == []


def test_nobody_sees_who_else_is_called() -> None:
    message = mail(invitation(role=Role.OHS), address="bht@example.org")

    event = event_of(message)

    assert message["To"] == "bht@example.org"
    assert [one.value for one in event.attendee_list] == ["mailto:bht@example.org"]
    assert event.organizer.value == "mailto:tilbake@example.org"
    assert event.attendee.params["RSVP"] == ["FALSE"]
    addresses = set(re.findall(r"[\w.]+@[\w.]+", unfolded(message)))
    assert addresses == {
        "bht@example.org",
        "tilbake@example.org",
        meeting_uid("e-1001/1:dm1", "example.org"),
    }


def test_a_meeting_without_an_hour_is_a_day_that_takes_no_time() -> None:
    message = mail(invitation(slot=None))

    event = event_of(message)

    assert event.dtstart.value == date(2026, 9, 30)
    assert event.dtend.value == date(2026, 10, 1)
    assert event.transp.value == "TRANSPARENT"
    assert "VTIMEZONE" not in calendar_text(message)


@pytest.mark.parametrize(
    ("day", "offset"),
    [
        (date(2026, 3, 27), 1),
        # The last Sunday of March is over: summer time.
        (date(2026, 3, 30), 2),
        (date(2026, 10, 23), 2),
        (date(2026, 10, 26), 1),
        (date(2031, 1, 13), 1),
        (date(2031, 7, 14), 2),
    ],
)
def test_the_time_zone_that_is_sent_along_is_that_of_oslo(day: date, offset: int) -> None:
    slot = TimeSlot(on=day, begins=time(10, 0))

    text = calendar_text(mail(invitation(slot=slot)))

    begins = vobject.readOne(text).vevent.dtstart.value
    assert begins.utcoffset() == timedelta(hours=offset)
    assert begins.replace(tzinfo=OSLO) == datetime.combine(day, slot.begins, OSLO)
    assert text.count("BEGIN:STANDARD") == text.count("BEGIN:DAYLIGHT") == 1
    assert "TZID=Europe/Oslo" in text


def test_the_same_invitation_twice_is_the_same_but_for_its_date() -> None:
    assert calendar_text(mail(invitation())) == calendar_text(mail(invitation()))
