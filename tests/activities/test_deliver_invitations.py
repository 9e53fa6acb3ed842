"""What leaves the house because of a meeting, from the command to the mailbox and the folder."""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pypdf
import pytest
import vobject

from activities.invitations import invitation_id
from activities.ports import Append
from activities.views import outbox_rows
from adapters.mail.settings import SmtpSettings
from adapters.mail.smtp import SmtpCourier
from adapters.postgres.case_list import PostgresCases
from adapters.postgres.pool import Pool
from adapters.settings import SmtpSecurity
from domain.commands import Command
from domain.events import (
    DropReason,
    InvitationChange,
    InvitationDue,
    ReminderDropped,
    ReminderSent,
)
from domain.facts import (
    CancelReason,
    CorrectionReason,
    Died,
    Fact,
    Meeting,
    MeetingCalled,
    MeetingCancelled,
    MeetingHeld,
    MeetingMoved,
    NoteReceived,
    Participant,
    Place,
    ReturnedToWork,
    Role,
    Struck,
    TimeSlot,
    Via,
    Way,
    WishStated,
    WishWithdrawn,
)
from domain.ids import CauseId, MeetingName, NoteId, WishId, case_id
from domain.localtime import OSLO
from domain.notes import Activity, Note, Period
from domain.policy import DEFAULT
from domain.spans import DateSpan
from domain.state import fold
from domain.step import advance, as_records
from tests.activities.test_deliver import LEARNT, Case, local
from tests.support.mail_server import LOOPBACK, Inbox, serving
from tests.support.people import House, delta, organisation, unit

NAME = MeetingName("dm1")
CALLED = local("2026-01-12T09:00")
LATER = local("2026-01-13T09:00")
AFTER = local("2026-01-14T09:00")
DAY = date(2026, 2, 10)
SLOT = TimeSlot(on=DAY, begins=time(10, 0), minutes=60)
NEW_DAY = date(2026, 2, 12)
WISH = WishId("w-1")
BOTH = (Role.EMPLOYEE, Role.MANAGER)
MOVE = MeetingMoved(
    name=NAME, on=NEW_DAY, time=TimeSlot(on=NEW_DAY, begins=time(13, 0), minutes=30)
)
CANCEL = MeetingCancelled(name=NAME, reason=CancelReason.NOT_NECESSARY)
WANT = WishStated(
    wish=WISH,
    by=Role.EMPLOYEE,
    about=Role.PRACTITIONER,
    wanted=True,
    via=Via.PHONE,
    on=date(2026, 1, 9),
)
NO_MORE = WishWithdrawn(wish=WISH, via=Via.PHONE, on=date(2026, 1, 13))


def call(*invitees: Role, slot: TimeSlot | None = SLOT, ways: tuple[Participant, ...] = ()) -> Fact:
    return MeetingCalled(
        meeting=Meeting.DIALOGUE_1,
        on=DAY,
        invitees=invitees,
        time=slot,
        place=Place.WORKPLACE,
        ways=ways,
    )


@dataclass
class Called(Case):
    """A case in which meetings are called, with all that is to be sent because of it."""

    told: list[str] = field(default_factory=list)

    async def tell(self, fact: Fact, at: datetime, cause: str = "") -> None:
        """Record a fact as `step` does: with its outbox rows, in one transaction."""
        self.told.append(cause or f"c-{len(self.told)}")
        stream = await self.log.load(self.employment)
        command = Command(cause=CauseId(self.told[-1]), actor="m-1", fact=fact)
        done = advance(fold(self.employment, stream.records), DEFAULT, at, command)
        assert done.answer is not None
        assert done.answer.accepted, done.answer
        records = as_records(done.pending, stream.head.seq, at, "m-1", DEFAULT)
        rows = outbox_rows(done.pending, at) if at > LEARNT else ()
        batch = Append(employment=self.employment, head=stream.head, records=records, outbox=rows)
        assert await self.log.append(batch) is not None

    async def deliver(self, at: datetime) -> None:
        await self.deliveries().deliver_due(at)

    @property
    def letters(self) -> list[str]:
        """Give the texts of all letters, read with another library."""
        files = sorted((self.folder.parent / "letters").glob("*.pdf"))
        texts = [pypdf.PdfReader(file).pages[0].extract_text() for file in files]
        return [" ".join(text.split()) for text in texts]

    def invited(self, *addresses: str) -> list[Any]:
        """Give the calendar events of the mails to some, or to all, in the order of SEQUENCE."""
        events = [
            event
            for message in self.mails
            if not addresses or message["To"] in addresses
            for event in calendars(message)
        ]
        return sorted(events, key=lambda one: int(one.vevent.sequence.value))

    async def end_of(self, change: InvitationChange, role: Role) -> ReminderSent | ReminderDropped:
        stream = await self.log.load(self.employment)
        names = [
            invitation_id(one.event, role)
            for one in stream.records
            if isinstance(one.event, InvitationDue) and one.event.change is change
        ]
        (end,) = [one for one in await self.ends() if one.reminder in names and one.role is role]
        return end

    async def dropped(self, change: InvitationChange, role: Role) -> DropReason:
        end = await self.end_of(change, role)
        assert isinstance(end, ReminderDropped), end
        return end.reason


def calendars(message: EmailMessage) -> list[Any]:
    parts = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    return [
        vobject.readOne(part.get_content(), validate=True)
        for part in parts
        if isinstance(part, EmailMessage)
    ]


@pytest.fixture
async def case(own_pool: Pool, tmp_path: Path) -> Called:
    house = House(own_pool)
    await house.take_in(organisation())
    representatives = {
        "safety_representative": "beate",
        "union_representative": "tillitsvalgt@example.org",
        "ohs": "bht@example.org",
    }
    ward = unit("ward", parent="top", manager="leda", has_ohs=True, **representatives)
    top = unit("top", manager="toppe", hr=["hanne"], phone="+47 22 00 00 00")
    await house.take_in(delta("2026-01-06", units=[ward, top]))
    made = Called(house=house, employment=house.e("e-ansa"), folder=tmp_path / "mail")
    span = DateSpan(first=date(2026, 1, 5), last=date(2026, 3, 1))
    note = Note(note_id=NoteId("n-1"), periods=(Period(span=span, activity=Activity.NO_ACTIVITY),))
    await made.tell(NoteReceived(note=note), LEARNT)
    return made


async def test_each_one_called_gets_a_mail_of_their_own(case: Called) -> None:
    """R34: nobody sees who else is called."""
    await case.tell(call(*BOTH, Role.OHS), CALLED)

    await case.deliver(CALLED)

    assert sorted(mail["To"] for mail in case.mails) == [
        "ansa@example.org",
        "bht@example.org",
        "leda@example.org",
    ]
    for mail in case.mails:
        (calendar,) = calendars(mail)
        assert calendar.method.value == "REQUEST"
        assert [one.value for one in calendar.vevent.attendee_list] == [f"mailto:{mail['To']}"]
        assert calendar.vevent.dtstart.value == datetime(2026, 2, 10, 10, 0, tzinfo=OSLO)
    assert len({one.vevent.uid.value for one in case.invited()}) == 1


async def test_what_was_sent_to_whom_is_recorded(case: Called) -> None:
    await case.tell(call(*BOTH, Role.OHS), CALLED)

    await case.deliver(CALLED)

    sent = {end.role: end for end in await case.ends()}
    name = f"{case_id(case.employment, 1)}:dm1:0:called:employee"
    assert sent[Role.EMPLOYEE] == ReminderSent(
        case=case_id(case.employment, 1),
        reminder=name,
        role=Role.EMPLOYEE,
        to_person=case.house.p("ansa"),
        channel="maildir",
    )
    ohs = sent[Role.OHS]
    assert isinstance(ohs, ReminderSent)
    assert ohs.to_person == f"{case.house.u('ward')}/ohs"
    assert (await case.row(name))[0] == "sent"
    listed = await PostgresCases(case.house.pool).reminders(case.employment)
    assert {(one.stage, one.meeting, one.change, one.sequence, one.state) for one in listed} == {
        (None, "dm1", "called", 0, "sent")
    }


async def test_representatives_are_found_by_the_directory(case: Called) -> None:
    for number, role in enumerate((Role.SAFETY_REPRESENTATIVE, Role.UNION_REPRESENTATIVE)):
        wish = replace(WANT, wish=WishId(f"w-{number}"), about=role)
        await case.tell(wish, local("2026-01-09T10:00"))
    await case.tell(call(*BOTH, Role.SAFETY_REPRESENTATIVE, Role.UNION_REPRESENTATIVE), CALLED)

    await case.deliver(CALLED)

    assert {mail["To"] for mail in case.mails} == {
        "ansa@example.org",
        "leda@example.org",
        "beate@example.org",
        "tillitsvalgt@example.org",
    }


async def test_somebody_the_directory_does_not_know_is_left_to_hr(case: Called) -> None:
    """R46: never silently dropped."""
    await case.tell(call(*BOTH, Role.OTHER), CALLED)

    await case.deliver(CALLED)

    assert await case.dropped(InvitationChange.CALLED, Role.OTHER) is DropReason.NO_RECIPIENT
    name = f"{case_id(case.employment, 1)}:dm1:0:called:other"
    assert (await case.row(name))[0] == "no_recipient"


async def test_a_move_keeps_the_uid_and_raises_the_sequence(case: Called) -> None:
    await case.tell(call(*BOTH), CALLED)
    await case.deliver(CALLED)
    await case.tell(MOVE, LATER)
    await case.deliver(LATER)

    first, second = case.invited("ansa@example.org")

    assert second.method.value == "REQUEST"
    assert second.vevent.uid.value == first.vevent.uid.value
    assert (first.vevent.sequence.value, second.vevent.sequence.value) == ("0", "1")
    assert second.vevent.dtstart.value == datetime(2026, 2, 12, 13, 0, tzinfo=OSLO)


async def test_a_cancelled_meeting_is_taken_out_of_the_calendars(case: Called) -> None:
    await case.tell(call(*BOTH), CALLED)
    await case.deliver(CALLED)
    await case.tell(CANCEL, LATER)
    await case.deliver(LATER)

    first, second = case.invited("leda@example.org")

    assert second.method.value == "CANCEL"
    assert second.vevent.status.value == "CANCELLED"
    assert second.vevent.uid.value == first.vevent.uid.value
    assert second.vevent.sequence.value == "1"
    assert second.vevent.dtstart.value == first.vevent.dtstart.value


async def test_who_is_not_wanted_any_more_is_told_and_nobody_else(case: Called) -> None:
    """R35: a withdrawal takes the invitation back."""
    safety = replace(WANT, about=Role.SAFETY_REPRESENTATIVE)
    await case.tell(safety, local("2026-01-09T10:00"))
    await case.tell(call(*BOTH, Role.SAFETY_REPRESENTATIVE), CALLED)
    await case.deliver(CALLED)
    await case.tell(NO_MORE, LATER)
    await case.deliver(LATER)

    methods = {
        address: [one.method.value for one in case.invited(address)]
        for address in ("ansa@example.org", "leda@example.org", "beate@example.org")
    }

    assert methods == {
        "ansa@example.org": ["REQUEST"],
        "leda@example.org": ["REQUEST"],
        "beate@example.org": ["REQUEST", "CANCEL"],
    }


async def test_what_one_is_told_later_does_not_undo_what_others_are_told(case: Called) -> None:
    """The safety representative is taken off while the others' invitations still wait."""
    safety = replace(WANT, about=Role.SAFETY_REPRESENTATIVE)
    await case.tell(safety, local("2026-01-09T10:00"))
    await case.tell(call(*BOTH, Role.SAFETY_REPRESENTATIVE), CALLED)
    await case.tell(NO_MORE, LATER)

    await case.deliver(LATER)

    assert {mail["To"] for mail in case.mails} == {"ansa@example.org", "leda@example.org"}
    role = Role.SAFETY_REPRESENTATIVE
    assert await case.dropped(InvitationChange.CALLED, role) is DropReason.SUPERSEDED
    assert await case.dropped(InvitationChange.TAKEN_BACK, role) is DropReason.NOT_APPLICABLE


async def test_the_practitioner_gets_a_letter_and_never_a_mail(case: Called) -> None:
    await case.tell(WANT, local("2026-01-09T10:00"))
    await case.tell(
        call(
            *BOTH,
            Role.PRACTITIONER,
            ways=(Participant(role=Role.PRACTITIONER, way=Way.PHONE),),
        ),
        CALLED,
    )

    await case.deliver(CALLED)

    (letter,) = case.letters
    for said in ("Innkalling til møte", "10:00–11:00", "på telefon", "+47 22 00 00 00"):
        assert said in letter
    assert [name for name in ("Prøvesen", "Ansa", "Leda") if name in letter] == []
    end = await case.end_of(InvitationChange.CALLED, Role.PRACTITIONER)
    assert isinstance(end, ReminderSent)
    assert (end.channel, end.to_person) == ("letter", "")
    assert len(case.mails) == 2


async def test_a_practitioner_who_is_taken_off_gets_a_letter_too(case: Called) -> None:
    await case.tell(WANT, local("2026-01-09T10:00"))
    await case.tell(call(*BOTH, Role.PRACTITIONER), CALLED)
    await case.deliver(CALLED)
    await case.tell(NO_MORE, LATER)
    await case.deliver(LATER)

    assert len(case.letters) == 2
    assert sum("Du er ikke lenger kalt inn" in letter for letter in case.letters) == 1
    assert len(case.mails) == 2


async def test_an_invitation_that_waited_while_the_meeting_moved_is_not_sent(case: Called) -> None:
    """R40: only the present one goes."""
    await case.tell(call(*BOTH), CALLED)
    await case.tell(MOVE, LATER)

    await case.deliver(LATER)

    (calendar,) = case.invited("ansa@example.org")
    assert calendar.vevent.sequence.value == "1"
    assert await case.dropped(InvitationChange.CALLED, Role.EMPLOYEE) is DropReason.MOVED


async def test_of_a_meeting_that_was_cancelled_at_once_nobody_hears(case: Called) -> None:
    await case.tell(call(*BOTH), CALLED)
    await case.tell(CANCEL, LATER)

    await case.deliver(LATER)

    assert case.mails == []
    called, cancelled = InvitationChange.CALLED, InvitationChange.CANCELLED
    assert await case.dropped(called, Role.MANAGER) is DropReason.SUPERSEDED
    assert await case.dropped(cancelled, Role.MANAGER) is DropReason.NOT_APPLICABLE


async def test_a_cancellation_waits_for_the_end_of_the_invitation_before_it(case: Called) -> None:
    """Another sender holds the invitation: it may be on its way just now."""
    await case.tell(call(Role.EMPLOYEE, Role.MANAGER), CALLED)
    (held,) = [
        item
        for item in await case.deliveries().outbox.claim(CALLED, 10)
        if item.row.role is Role.EMPLOYEE
    ]
    await case.tell(CANCEL, LATER)
    name = f"{case_id(case.employment, 1)}:dm1:1:cancelled:employee"
    await case.house.pool.execute(
        "update outbox set lease_until = $2 where reminder = $1",
        held.row.reminder,
        AFTER,
    )

    await case.deliver(LATER)
    waits = await case.row(name)
    await case.deliveries().deliver_one(held, LATER)
    await case.deliver(waits[2])

    assert waits == ("pending", 1, LATER + timedelta(minutes=1), "after_an_earlier_one")
    assert (await case.row(name))[0] == "dropped"
    assert case.invited("ansa@example.org") == []


async def test_a_call_that_is_struck_is_taken_back_with_the_time_it_had(case: Called) -> None:
    """R50: what follows from a corrected fact follows."""
    await case.tell(call(*BOTH), CALLED, "call-1")
    await case.deliver(CALLED)
    struck = Struck(cause=CauseId("call-1"), reason=CorrectionReason.NOT_SO)
    await case.tell(struck, LATER)
    await case.deliver(LATER)

    first, second = case.invited("ansa@example.org")

    assert second.method.value == "CANCEL"
    assert second.vevent.dtstart.value == first.vevent.dtstart.value
    assert second.vevent.uid.value == first.vevent.uid.value


async def test_called_again_after_a_cancellation_it_is_the_same_entry(case: Called) -> None:
    await case.tell(call(*BOTH), CALLED)
    await case.deliver(CALLED)
    await case.tell(CANCEL, LATER)
    await case.deliver(LATER)
    await case.tell(call(*BOTH), AFTER)
    await case.deliver(AFTER)

    entries = case.invited("ansa@example.org")

    assert [one.method.value for one in entries] == ["REQUEST", "CANCEL", "REQUEST"]
    assert [one.vevent.sequence.value for one in entries] == ["0", "1", "2"]
    assert len({one.vevent.uid.value for one in entries}) == 1


async def test_a_new_meeting_after_one_that_was_held_is_another_entry(case: Called) -> None:
    held = MeetingHeld(meeting=Meeting.DIALOGUE_1, on=date(2026, 1, 13), attendees=BOTH)
    await case.tell(call(*BOTH), CALLED)
    await case.deliver(CALLED)
    await case.tell(held, LATER)
    await case.tell(call(*BOTH), AFTER)
    await case.deliver(AFTER)

    first, second = case.invited("ansa@example.org")

    assert first.vevent.uid.value != second.vevent.uid.value


async def test_a_meeting_that_was_held_meanwhile_is_not_invited_to(case: Called) -> None:
    held = MeetingHeld(meeting=Meeting.DIALOGUE_1, on=date(2026, 1, 13), attendees=BOTH)
    await case.tell(call(*BOTH), CALLED)
    await case.tell(held, LATER)

    await case.deliver(LATER)

    assert case.invited() == []
    assert await case.dropped(InvitationChange.CALLED, Role.EMPLOYEE) is DropReason.DONE


async def test_a_return_does_not_undo_a_call(case: Called) -> None:
    """R24: a call already made stays; a human cancels it."""
    await case.tell(call(*BOTH), CALLED)
    await case.tell(ReturnedToWork(on=date(2026, 1, 13)), LATER)

    await case.deliver(LATER)

    assert len(case.invited()) == 2


async def test_after_a_death_nobody_is_invited(case: Called) -> None:
    """R15: everything stops on that date."""
    await case.tell(call(*BOTH), CALLED)
    await case.tell(Died(on=date(2026, 1, 12)), LATER)

    await case.deliver(LATER)

    assert case.invited() == []
    assert await case.dropped(InvitationChange.CALLED, Role.EMPLOYEE) is DropReason.CLOSED


async def test_the_dead_are_not_written_to_and_the_others_are_told(case: Called) -> None:
    await case.tell(call(*BOTH), CALLED)
    await case.deliver(CALLED)
    await case.tell(Died(on=date(2026, 1, 12)), LATER)
    await case.tell(CANCEL, LATER)

    await case.deliver(LATER)

    assert len(case.invited("ansa@example.org")) == 1
    assert [one.method.value for one in case.invited("leda@example.org")] == ["REQUEST", "CANCEL"]


async def test_invitations_keep_to_the_hours_of_mail(case: Called) -> None:
    """R41."""
    evening = local("2026-01-12T19:00")
    await case.tell(call(*BOTH), evening)

    await case.deliver(evening)
    assert case.mails == []
    await case.deliver(local("2026-01-13T08:00"))

    assert len(case.invited()) == 2


async def test_no_name_from_the_directory_stands_in_an_invitation(case: Called) -> None:
    await case.tell(call(*BOTH, Role.OHS), CALLED)

    await case.deliver(CALLED)

    for mail in case.mails:
        parts = [part.get_content() for part in mail.walk() if not part.is_multipart()]
        shown = " ".join([str(mail["Subject"]), *parts])
        assert [word for word in ("Prøvesen", "Ansa", "Avdeling") if word in shown] == []


async def test_a_mail_server_gets_invitations_one_by_one(case: Called) -> None:
    await case.tell(call(*BOTH), CALLED)
    async with serving(inbox := Inbox()) as port:
        smtp = SmtpSettings(
            host=LOOPBACK, port=port, encryption=SmtpSecurity.NONE, timeout_seconds=10.0
        )
        courier = SmtpCourier(replace(case.settings(), smtp=smtp), smtp)
        await case.deliveries(courier).deliver_due(CALLED)

    assert sorted(to for to, _ in inbox.mails) == [("ansa@example.org",), ("leda@example.org",)]
    for _, content in inbox.mails:
        message = email.message_from_bytes(content, policy=email.policy.default)
        (calendar,) = calendars(message)
        assert calendar.vevent.dtstart.value == datetime(2026, 2, 10, 10, 0, tzinfo=OSLO)


async def test_the_same_invitation_is_one_row_however_often_it_is_asked_for(case: Called) -> None:
    await case.tell(call(*BOTH), CALLED, "same")
    stream = await case.log.load(case.employment)
    again = Command(cause=CauseId("same"), actor="m-1", fact=call(*BOTH))
    done = advance(fold(case.employment, stream.records), DEFAULT, LATER, again)

    assert outbox_rows(done.pending, LATER) == ()
