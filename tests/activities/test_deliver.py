from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from temporalio.testing import ActivityEnvironment

from activities.deliver import Deliveries, back_off
from activities.ports import (
    Append,
    Courier,
    Delivery,
    Directory,
    EventLog,
    Head,
    OutboxRow,
    Recipient,
    Said,
)
from adapters.directory.postgres import PostgresDirectory
from adapters.letters.folder import LetterFolder
from adapters.mail.maildir import MaildirCourier
from adapters.mail.settings import MailSettings, SmtpSettings
from adapters.mail.smtp import SmtpCourier
from adapters.postgres.event_log import PostgresEventLog
from adapters.postgres.outbox import PostgresOutbox
from adapters.postgres.pool import Pool
from adapters.settings import SmtpSecurity
from domain.commands import Command
from domain.events import (
    DropReason,
    Pending,
    ReminderDropped,
    ReminderDue,
    ReminderSent,
    Stage,
    reminder_id,
)
from domain.facts import DutyKind, Fact, NoteReceived, PlanCompleted, Role
from domain.ids import CauseId, EmploymentId, NoteId, case_id
from domain.localtime import OSLO
from domain.notes import Activity, Note, Period
from domain.policy import DEFAULT
from domain.spans import DateSpan
from domain.state import fold
from domain.step import advance, as_records
from tests.support.mail_samples import BASE_URL
from tests.support.mail_server import LOOPBACK, Inbox, scripted, serving
from tests.support.people import House, delta, organisation, unit

LEASE = timedelta(minutes=6)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OSLO)


LEARNT = local("2026-01-05T09:00")
DUE = local("2026-01-23T07:00")
NOW = local("2026-01-23T09:00")


@dataclass
class Hands:
    """A clock that is set by hand."""

    at: datetime = NOW
    step: timedelta = timedelta(0)

    def now(self) -> datetime:
        self.at += self.step
        return self.at


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Case:
    """One employment on sick leave since 2026-01-05, its log, its outbox and its mails."""

    house: House
    employment: EmploymentId
    folder: Path
    clock: Hands = field(default_factory=Hands)

    @property
    def log(self) -> PostgresEventLog:
        return PostgresEventLog(self.house.pool)

    @property
    def mails(self) -> list[EmailMessage]:
        policy = email.policy.default
        files = sorted((self.folder / "new").glob("*"))
        return [email.message_from_bytes(file.read_bytes(), policy=policy) for file in files]

    def settings(self) -> MailSettings:
        return MailSettings(
            base_url=BASE_URL,
            sender="tilbake@example.org",
            message_domain="example.org",
            maildir=self.folder,
        )

    def deliveries(
        self,
        courier: Courier | None = None,
        log: EventLog | None = None,
        directory: Directory | None = None,
    ) -> Deliveries:
        return Deliveries(
            log=log or self.log,
            outbox=PostgresOutbox(self.house.pool),
            directory=directory or PostgresDirectory(self.house.pool, self.house.vault),
            courier=courier or MaildirCourier(self.settings()),
            letters=LetterFolder(self.folder.parent / "letters"),
            policy=DEFAULT,
            clock=self.clock,
        )

    async def tell(self, fact: Fact, at: datetime, cause: str) -> None:
        """Record a fact as `step` would."""
        stream = await self.log.load(self.employment)
        command = Command(cause=CauseId(cause), actor="hr-1", fact=fact)
        done = advance(fold(self.employment, stream.records), DEFAULT, at, command)
        assert done.answer is not None
        assert done.answer.accepted, done.answer
        records = as_records(done.pending, stream.head.seq, at, "hr-1", DEFAULT)
        await self.log.append(Append(employment=self.employment, head=stream.head, records=records))

    async def remind(
        self,
        stage: Stage = Stage.DUE_SOON,
        role: Role = Role.MANAGER,
        duty: DutyKind | None = DutyKind.FOLLOW_UP_PLAN,
        at: datetime = DUE,
    ) -> str:
        """Let a stage be reached, and put its reminder into the outbox."""
        stream = await self.log.load(self.employment)
        case = case_id(self.employment, 1)
        due = ReminderDue(
            case=case,
            duty=duty,
            stage=stage,
            legal_on=None if duty is None else date(2026, 2, 1),
            target_on=None if duty is None else date(2026, 1, 30),
            to=(role,),
        )
        name = reminder_id(case, due, role)
        row = OutboxRow(
            reminder=name,
            case=case,
            role=role,
            duty=duty,
            stage=stage,
            legal_on=due.legal_on,
            target_on=due.target_on,
            due_at=at,
        )
        pending = Pending(cause=CauseId(f"due/{name}"), event=due, case=case)
        records = as_records((pending,), stream.head.seq, at, "system", DEFAULT)
        written = await self.log.append(
            Append(employment=self.employment, head=stream.head, records=records, outbox=(row,))
        )
        assert written is not None
        return name

    async def ends(self) -> list[ReminderSent | ReminderDropped]:
        """Give how its reminders ended, from the log."""
        stream = await self.log.load(self.employment)
        events = [record.event for record in stream.records]
        return [one for one in events if isinstance(one, ReminderSent | ReminderDropped)]

    async def row(self, reminder: str) -> tuple[str, int, datetime, str]:
        """Give state, tries, next try and detail of an outbox row."""
        found = await self.house.pool.fetchrow(
            "select state, attempts, next_try_at, detail from outbox where reminder = $1", reminder
        )
        assert found is not None
        return found[0], found[1], found[2], found[3]


@pytest.fixture
async def case(own_pool: Pool, tmp_path: Path) -> Case:
    house = House(own_pool)
    await house.take_in(organisation())
    made = Case(house=house, employment=house.e("e-ansa"), folder=tmp_path / "mail")
    span = DateSpan(first=date(2026, 1, 5), last=date(2026, 3, 1))
    note = Note(note_id=NoteId("n-1"), periods=(Period(span=span, activity=Activity.NO_ACTIVITY),))
    await made.tell(NoteReceived(note=note), LEARNT, "note/n-1")
    return made


async def test_a_reminder_is_sent_and_recorded_with_who_got_it(case: Case) -> None:
    reminder = await case.remind()

    looked_at = await case.deliveries().deliver_due(NOW)

    assert looked_at == 1
    (mail,) = case.mails
    assert mail["To"] == "leda@example.org"
    assert await case.ends() == [
        ReminderSent(
            case=case_id(case.employment, 1),
            reminder=reminder,
            role=Role.MANAGER,
            to_person=case.house.p("leda"),
            channel="maildir",
        )
    ]
    assert (await case.row(reminder))[0] == "sent"


async def test_no_name_from_the_directory_stands_in_a_mail(case: Case) -> None:
    """R44: neither the employee's nor the manager's, the unit's or the employer's."""
    await case.remind()
    await case.remind(Stage.OPENING, duty=None)
    await case.deliveries().deliver_due(NOW)

    assert len(case.mails) == 2
    for mail in case.mails:
        parts = [part.get_content() for part in mail.walk() if not part.is_multipart()]
        shown = " ".join([str(mail["Subject"]), str(mail["From"]), str(mail["To"]), *parts])
        assert [word for word in ("Prøvesen", "Ansa", "ansa@", "Avdeling")
                if word in shown] == []  # fmt: skip


async def test_what_was_sent_is_not_sent_again(case: Case) -> None:
    await case.remind()
    deliveries = case.deliveries()

    await deliveries.deliver_due(NOW)

    assert await deliveries.deliver_due(NOW + timedelta(days=3)) == 0
    assert len(await case.ends()) == 1


async def test_a_crash_between_sending_and_recording_doubles_nothing(case: Case) -> None:
    class DyingLog(PostgresEventLog):
        async def append(self, batch: Append) -> Head | None:
            raise Killed

    reminder = await case.remind()
    (item,) = await PostgresOutbox(case.house.pool).claim(NOW, 10)
    with pytest.raises(Killed):
        await case.deliveries(log=DyingLog(case.house.pool)).deliver_one(item, NOW)
    assert len(case.mails) == 1
    assert await case.ends() == []

    again = await case.deliveries().deliver_due(NOW + LEASE)

    assert again == 1
    assert len(case.mails) == 1
    assert [type(end) for end in await case.ends()] == [ReminderSent]
    assert (await case.row(reminder))[0] == "sent"


async def test_a_crash_before_the_lease_ends_keeps_others_away(case: Case) -> None:
    await case.remind()
    await PostgresOutbox(case.house.pool).claim(NOW, 10)

    assert await case.deliveries().deliver_due(NOW + timedelta(minutes=1)) == 0


async def test_a_duty_that_was_done_meanwhile_is_not_reminded_of(case: Case) -> None:
    """R40: asked again before each send."""
    reminder = await case.remind()
    await case.tell(PlanCompleted(on=date(2026, 1, 23)), local("2026-01-23T08:30"), "plan/1")

    await case.deliveries().deliver_due(NOW)

    assert case.mails == []
    (end,) = await case.ends()
    assert isinstance(end, ReminderDropped)
    assert end.reason is DropReason.DONE
    assert (await case.row(reminder))[0] == "dropped"


async def test_outside_the_window_it_waits_for_the_next_opening(case: Case) -> None:
    """R41: working days, 08-17."""
    reminder = await case.remind()
    evening = local("2026-01-23T18:00")

    await case.deliveries().deliver_due(evening)

    assert case.mails == []
    state, _, next_try, detail = await case.row(reminder)
    assert (state, next_try, detail) == ("pending", local("2026-01-26T08:00"), "outside_window")
    assert await case.deliveries().deliver_due(local("2026-01-26T08:00")) == 1
    assert len(case.mails) == 1


async def test_a_new_manager_gets_what_fell_due_under_the_old(case: Case) -> None:
    """R45: the recipient is looked up when it is sent."""
    await case.remind()
    ward = unit("ward", parent="top", manager="beate", has_ohs=True)
    await case.house.take_in(delta("2026-01-23", units=[ward]))

    await case.deliveries().deliver_due(NOW)

    assert [mail["To"] for mail in case.mails] == ["beate@example.org"]


async def test_without_a_leader_it_goes_to_hrs_queue(case: Case) -> None:
    """R46: never silently dropped."""
    reminder = await case.remind()
    await case.house.take_in(delta("2026-01-23", units=[unit("ward", parent="top")]))

    await case.deliveries().deliver_due(NOW)

    (end,) = await case.ends()
    assert isinstance(end, ReminderDropped)
    assert end.reason is DropReason.NO_RECIPIENT
    assert (await case.row(reminder))[0] == "no_recipient"


async def test_hr_is_told_of_a_unit_and_of_no_case(case: Case) -> None:
    await case.remind(Stage.OVERDUE_HR, Role.HR, at=local("2026-02-06T07:00"))

    await case.deliveries().deliver_due(local("2026-02-06T09:00"))

    (mail,) = case.mails
    assert mail["To"] == "hanne@example.org"
    assert mail["Subject"] == "Én enhet har 1 oppgave over fristen"
    assert case.employment not in mail.as_string()


async def test_the_opening_carries_the_dates_of_the_case(case: Case) -> None:
    await case.remind(Stage.OPENING, duty=None, at=LEARNT)

    await case.deliveries().deliver_due(LEARNT)

    (mail,) = case.mails
    body = mail.get_body(("plain",))
    assert body is not None
    shown = body.get_content()
    assert "Follow-up plan made and handed on: Friday, 30 January 2026" in shown
    assert "Dialogue meeting held: Friday, 20 February 2026" in shown


async def test_the_opening_brings_both_sides_the_information_sheet(case: Case) -> None:
    """Roles and duties, data and complaints; occupational health as the directory has it."""
    ward = unit("ward", parent="top", manager="leda", has_ohs=True, ohs="bht@example.org",
                phone="+47 22 00 00 01")  # fmt: skip
    await case.house.take_in(delta("2026-01-05", units=[ward]))
    for role in (Role.MANAGER, Role.EMPLOYEE):
        await case.remind(Stage.OPENING, role, duty=None, at=LEARNT)

    await case.deliveries().deliver_due(LEARNT)

    assert sorted(mail["To"] for mail in case.mails) == ["ansa@example.org", "leda@example.org"]
    for mail in case.mails:
        body = mail.get_body(("plain",))
        assert body is not None
        shown = body.get_content()
        for said in ("aml. § 2-3", "Datatilsynet", "bht@example.org", "+47 22 00 00 01"):
            assert said in shown


def smtp_courier(case: Case, port: int) -> SmtpCourier:
    smtp = SmtpSettings(
        host=LOOPBACK, port=port, encryption=SmtpSecurity.NONE, timeout_seconds=10.0
    )
    return SmtpCourier(replace(case.settings(), smtp=smtp), smtp)


async def test_a_mail_that_is_refused_for_good_ends_in_hrs_queue(case: Case) -> None:
    reminder = await case.remind()
    async with serving(Inbox(rcpt="550 no such user leda@example.org")) as port:
        await case.deliveries(smtp_courier(case, port)).deliver_due(NOW)

    (end,) = await case.ends()
    assert isinstance(end, ReminderDropped)
    assert end.reason is DropReason.REFUSED
    state, _, _, detail = await case.row(reminder)
    assert (state, detail) == ("failed", "rcpt-550")


async def test_a_mail_that_is_delayed_is_tried_again_later_each_time(case: Case) -> None:
    reminder = await case.remind()
    async with serving(Inbox(rcpt="450 greylisted")) as port:
        deliveries = case.deliveries(smtp_courier(case, port))
        await deliveries.deliver_due(NOW)
        first = await case.row(reminder)
        await deliveries.deliver_due(first[2])
        second = await case.row(reminder)

    assert first == ("pending", 1, NOW + timedelta(minutes=1), "rcpt-450")
    assert second == ("pending", 2, first[2] + timedelta(minutes=2), "rcpt-450")
    assert await case.ends() == []

    async with serving(inbox := Inbox()) as port:
        await case.deliveries(smtp_courier(case, port)).deliver_due(second[2])
    assert len(inbox.mails) == 1
    assert len(await case.ends()) == 1


async def test_a_mail_that_may_have_arrived_is_recorded_as_such_and_not_repeated(
    case: Case,
) -> None:
    await case.remind()
    async with scripted([("TEXT", None)]) as port:
        await case.deliveries(smtp_courier(case, port)).deliver_due(NOW)

    (end,) = await case.ends()
    assert isinstance(end, ReminderSent)
    assert end.uncertain
    assert await case.deliveries().deliver_due(NOW + LEASE) == 0


async def test_what_was_sent_is_recorded_although_the_log_moved_on_meanwhile(case: Case) -> None:
    class BusyCourier(MaildirCourier):
        """Someone records the plan while the mail is on its way."""

        async def send(self, said: Said, to: Recipient, at: datetime) -> Delivery:
            delivery = await super().send(said, to, at)
            await case.tell(PlanCompleted(on=date(2026, 1, 23)), at, "plan/1")
            return delivery

    reminder = await case.remind()

    await case.deliveries(BusyCourier(case.settings())).deliver_due(NOW)

    assert [type(end) for end in await case.ends()] == [ReminderSent]
    assert (await case.row(reminder))[0] == "sent"


async def test_two_senders_of_one_reminder_record_it_once(case: Case) -> None:
    """The lease of a slow sender ran out, and another took over."""
    await case.remind()
    outbox = PostgresOutbox(case.house.pool)
    (slow,) = await outbox.claim(NOW, 10)
    (fast,) = await outbox.claim(NOW + LEASE, 10)
    deliveries = case.deliveries()

    await deliveries.deliver_one(fast, NOW + LEASE)
    await deliveries.deliver_one(slow, NOW + LEASE)

    assert len(case.mails) == 1
    assert len(await case.ends()) == 1


async def test_a_drop_is_decided_anew_when_the_log_moves_on(case: Case) -> None:
    class MovingLog(PostgresEventLog):
        """Someone else writes just before the first append."""

        moved = False

        async def append(self, batch: Append) -> Head | None:
            if not self.moved:
                self.moved = True
                await case.tell(PlanCompleted(on=date(2026, 1, 23)), NOW, "plan/1")
            return await super().append(batch)

    await case.remind()
    await case.house.take_in(delta("2026-01-23", units=[unit("ward", parent="top")]))

    await case.deliveries(log=MovingLog(case.house.pool)).deliver_due(NOW)

    (end,) = await case.ends()
    assert isinstance(end, ReminderDropped)
    assert end.reason is DropReason.DONE


async def test_one_broken_reminder_does_not_hold_up_the_others(case: Case) -> None:
    class HalfBroken(PostgresDirectory):
        async def recipient(
            self, employment: EmploymentId, role: Role, on: date
        ) -> Recipient | None:
            if role is Role.HR:
                raise RuntimeError("leda@example.org is no address for a log")
            return await super().recipient(employment, role, on)

    hr = await case.remind(Stage.OVERDUE_HR, Role.HR, at=local("2026-02-06T07:00"))
    await case.remind(Stage.OVERDUE_HR, Role.MANAGER, at=local("2026-02-06T07:00"))
    at = local("2026-02-06T09:00")

    broken = HalfBroken(case.house.pool, case.house.vault)
    await case.deliveries(directory=broken).deliver_due(at)

    assert [mail["To"] for mail in case.mails] == ["leda@example.org"]
    assert await case.row(hr) == ("pending", 1, at + timedelta(minutes=1), "error-RuntimeError")


async def test_a_sender_does_not_wake_the_case(case: Case) -> None:
    await case.house.pool.execute(
        "update event_stream set next_wake = $2 where employment_id = $1", case.employment, DUE
    )
    await case.remind()
    wake = await case.house.pool.fetchval(
        "select next_wake from event_stream where employment_id = $1", case.employment
    )

    await case.deliveries().deliver_due(NOW)

    after = await case.house.pool.fetchval(
        "select next_wake from event_stream where employment_id = $1", case.employment
    )
    assert after == wake


async def test_the_activity_sends_beats_and_ends_after_an_hour(case: Case) -> None:
    await case.remind()
    case.clock = Hands(at=NOW, step=timedelta(minutes=25))
    beats: list[tuple[object, ...]] = []
    env = ActivityEnvironment()
    env.on_heartbeat = lambda *details: beats.append(details)

    await env.run(case.deliveries().deliver)

    assert len(case.mails) == 1
    assert beats


async def test_nothing_due_is_nothing_done(case: Case) -> None:
    await case.remind()

    assert await case.deliveries().deliver_due(DUE - timedelta(minutes=1)) == 0


def test_pauses_double_up_to_an_hour() -> None:
    minutes = [back_off(attempts) // timedelta(minutes=1) for attempts in (0, 1, 2, 5, 6, 400)]

    assert minutes == [1, 2, 4, 32, 60, 60]
