"""The order of OHS, from the wish to its mailbox or its letter: once, neutral, recorded (R35)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from activities.deliver import Deliveries
from activities.ports import Delivery, DeliveryDelayed, OutboxRow, Recipient, Said
from adapters.mail.maildir import MaildirCourier
from adapters.postgres.pool import Pool
from domain.events import DropReason, OrderChange, ReminderDropped, ReminderSent
from domain.facts import (
    CorrectionReason,
    Died,
    Fact,
    NoteReceived,
    PlanCompleted,
    Role,
    Struck,
)
from domain.ids import CauseId, NoteId, case_id
from domain.notes import Activity, Note, Period
from domain.spans import DateSpan
from tests.activities.test_deliver import LEARNT, local
from tests.activities.test_deliver_invitations import (
    AFTER,
    CALLED,
    LATER,
    NO_MORE,
    WANT,
    WISH,
    Called,
)
from tests.adapters.mail.test_words import HEALTH_WORDS
from tests.support.people import House, delta, organisation, unit

ASK = replace(WANT, about=Role.OHS)
FROM_MANAGER = replace(ASK, wish=type(WISH)("w-2"), by=Role.MANAGER)
MAILBOX = "bht@example.org"


@pytest.fixture
async def house(own_pool: Pool) -> House:
    made = House(own_pool)
    await made.take_in(organisation())
    return made


async def away(house: House, folder: Path, **ward: str) -> Called:
    top = unit("top", manager="toppe", hr=["hanne"], phone="+47 22 00 00 00")
    below = unit("ward", parent="top", manager="leda", has_ohs=True, **ward)
    await house.take_in(delta("2026-01-06", units=[below, top]))
    made = Called(house=house, employment=house.e("e-ansa"), folder=folder / "mail")
    span = DateSpan(first=date(2026, 1, 5), last=date(2026, 3, 1))
    note = Note(note_id=NoteId("n-1"), periods=(Period(span=span, activity=Activity.NO_ACTIVITY),))
    await made.tell(NoteReceived(note=note), LEARNT)
    return made


@pytest.fixture
async def case(house: House, tmp_path: Path) -> Called:
    return await away(house, tmp_path, ohs=MAILBOX)


def to_ohs(case: Called) -> list[EmailMessage]:
    return [mail for mail in case.mails if mail["To"] == MAILBOX]


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())


def order(case: Called, cause: str, change: OrderChange = OrderChange.PLACED) -> str:
    return f"{case_id(case.employment, 1)}:ohs:{change}:{cause}"


async def reason(case: Called, reminder: str) -> DropReason:
    (end,) = [one for one in await case.ends() if one.reminder == reminder]
    assert isinstance(end, ReminderDropped), end
    return end.reason


async def told_and_delivered(case: Called, *facts: tuple[Fact, str, datetime]) -> None:
    for fact, cause, at in facts:
        await case.tell(fact, at, cause)
        await case.deliver(at)


async def test_the_order_goes_to_the_mailbox_of_the_unit_and_is_recorded(case: Called) -> None:
    await told_and_delivered(case, (ASK, "ask", CALLED))

    (mail,) = case.mails
    assert mail["To"] == MAILBOX
    text = text_of(mail)
    for said in ("dialogmøte", "ingen oppfølgingsplan", "+47 22 00 00 00"):
        assert said in text
    assert await case.ends() == [
        ReminderSent(
            case=case_id(case.employment, 1),
            reminder=order(case, "ask"),
            role=Role.OHS,
            to_person=f"{case.house.u('ward')}/ohs",
            channel="maildir",
        )
    ]
    assert (await case.row(order(case, "ask")))[0] == "sent"


async def test_an_order_names_nobody_and_no_cause(case: Called) -> None:
    await told_and_delivered(case, (ASK, "ask", CALLED))

    (mail,) = case.mails
    parts = [part.get_content() for part in mail.walk() if not part.is_multipart()]
    shown = " ".join([str(mail["Subject"]), *parts])
    assert [word for word in ("Prøvesen", "Ansa", "Leda", "Avdeling") if word in shown] == []
    assert HEALTH_WORDS.findall(shown) == []


async def test_whether_there_is_a_plan_is_looked_up_when_it_leaves(case: Called) -> None:
    """R40: the plan came after the wish and before the mail."""
    await case.tell(ASK, CALLED, "ask")
    await case.tell(PlanCompleted(on=date(2026, 1, 12)), CALLED, "plan")

    await case.deliver(LATER)

    (mail,) = to_ohs(case)
    assert "Det finnes en oppfølgingsplan. Dere får den hos lederen." in text_of(mail)


async def test_without_a_mailbox_the_order_is_a_letter(house: House, tmp_path: Path) -> None:
    case = await away(house, tmp_path)

    await told_and_delivered(case, (ASK, "ask", CALLED))

    (letter,) = case.letters
    assert "Bestilling" in letter
    assert "Det finnes ingen oppfølgingsplan" in letter
    assert [name for name in ("Prøvesen", "Ansa", "Leda") if name in letter] == []
    (end,) = await case.ends()
    assert isinstance(end, ReminderSent)
    assert (end.channel, end.to_person, case.mails) == ("letter", "", [])


async def test_two_sides_that_want_the_same_make_one_order(case: Called) -> None:
    await told_and_delivered(case, (ASK, "ask", CALLED), (FROM_MANAGER, "too", LATER))

    assert len(to_ohs(case)) == 1


async def test_a_withdrawal_takes_the_order_back(case: Called) -> None:
    await told_and_delivered(case, (ASK, "ask", CALLED), (NO_MORE, "no", LATER))

    subjects = sorted(str(mail["Subject"]).partition(": ")[2] for mail in to_ohs(case))
    assert subjects == ["dere bes ikke lenger komme", "dere bes komme til et møte"]


async def test_of_an_order_that_is_taken_back_at_once_nobody_hears(case: Called) -> None:
    await case.tell(ASK, CALLED, "ask")
    await case.tell(NO_MORE, CALLED, "no")

    await case.deliver(LATER)

    assert case.mails == []
    assert await reason(case, order(case, "ask")) is DropReason.SUPERSEDED
    back = order(case, "no", OrderChange.TAKEN_BACK)
    assert await reason(case, back) is DropReason.NOT_APPLICABLE


async def test_a_withdrawal_that_is_struck_before_it_left_orders_nothing_twice(
    case: Called,
) -> None:
    await told_and_delivered(case, (ASK, "ask", CALLED))
    await case.tell(NO_MORE, LATER, "no")
    struck = Struck(cause=CauseId("no"), reason=CorrectionReason.NOT_SO)
    await case.tell(struck, LATER, "struck")

    await case.deliver(AFTER)
    await case.deliver(AFTER + timedelta(minutes=5))  # the later may have met the earlier

    assert len(to_ohs(case)) == 1
    assert await reason(case, order(case, "struck")) is DropReason.DONE


async def test_a_withdrawal_that_is_struck_after_it_left_orders_again(case: Called) -> None:
    struck = Struck(cause=CauseId("no"), reason=CorrectionReason.NOT_SO)
    await told_and_delivered(
        case, (ASK, "ask", CALLED), (NO_MORE, "no", LATER), (struck, "struck", AFTER)
    )

    assert len(to_ohs(case)) == 3


async def test_after_a_death_ohs_is_not_ordered(case: Called) -> None:
    """R15."""
    await case.tell(ASK, CALLED, "ask")
    await case.tell(Died(on=date(2026, 1, 12)), CALLED, "died")

    await case.deliver(LATER)

    assert case.mails == []
    assert await reason(case, order(case, "ask")) is DropReason.CLOSED


async def test_an_order_keeps_to_the_hours_of_mail(case: Called) -> None:
    """R41."""
    evening = local("2026-01-12T19:00")
    await told_and_delivered(case, (ASK, "ask", evening))
    before = len(case.mails)

    await case.deliver(local("2026-01-13T08:00"))

    assert (before, len(case.mails)) == (0, 1)


class _Away(MaildirCourier):
    """A mail server that does not answer."""

    async def send(self, said: Said, to: Recipient, at: datetime) -> Delivery:
        raise DeliveryDelayed("connect-TimeoutError")


async def test_taking_back_waits_until_it_is_known_whether_the_order_arrived(case: Called) -> None:
    await case.tell(ASK, CALLED, "ask")
    deliveries: Deliveries = case.deliveries(_Away(case.settings()))
    await deliveries.deliver_due(CALLED)
    await case.tell(NO_MORE, CALLED, "no")
    back = order(case, "no", OrderChange.TAKEN_BACK)
    (item,) = [one for one in await deliveries.outbox.claim(CALLED, 9) if one.row.reminder == back]

    await case.deliveries().deliver_one(item, CALLED)

    assert not isinstance(item.row, OutboxRow)
    assert (await case.row(back))[::3] == ("pending", "after_an_earlier_one")
    assert case.mails == []
