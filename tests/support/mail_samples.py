"""Every mail that tilbake writes, as a reader sees it.

`python -m tests.support.mail_samples` writes the snapshots anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

from activities.ports import Contacts, Invitation, Notice, OhsOrder, Sheet
from adapters.mail.invitation_words import write_invitation
from adapters.mail.order_words import write_order
from adapters.mail.rendering import Letter
from adapters.mail.words import write_letter
from domain.events import InvitationChange, OrderChange, Stage
from domain.facts import DutyKind, Place, Role, TimeSlot, Way
from domain.ids import CaseId

SNAPSHOTS = Path(__file__).resolve().parents[1] / "adapters" / "mail" / "snapshots"
LANGUAGES = ("nb", "nn", "en")
BASE_URL = "https://tilbake.example.org"
DUTIES = (
    DutyKind.FOLLOW_UP_PLAN,
    DutyKind.PLAN_TO_PRACTITIONER,
    DutyKind.DIALOGUE_MEETING_1,
    DutyKind.PLAN_TO_NAV,
    DutyKind.UPDATE_PLAN,
)
DATES = (
    (DutyKind.FOLLOW_UP_PLAN, date(2026, 1, 30)),
    (DutyKind.PLAN_TO_PRACTITIONER, date(2026, 1, 30)),
    (DutyKind.DIALOGUE_MEETING_1, date(2026, 2, 20)),
    (DutyKind.ACTIVITY_REQUIREMENT, date(2026, 3, 1)),
    (DutyKind.NAV_MEETING_QUESTION, date(2026, 5, 4)),
    (DutyKind.PLAN_TO_NAV, date(2026, 6, 26)),
    (DutyKind.NAV_DIALOGUE_MEETING, date(2026, 7, 3)),
    (DutyKind.UPDATE_PLAN, date(2026, 2, 27)),
    (DutyKind.MAX_SICK_PAY, date(2027, 1, 1)),
)


SLOT = TimeSlot(on=date(2026, 9, 30), begins=time(10, 0), minutes=90)
"""On a day with a long name."""
SHEET = Sheet(
    has_ohs=True,
    contacts=Contacts(employer="Eksempelbedriften", phone="+47 22 00 00 00", ohs="bht@example.org"),
)


def notice(
    stage: Stage = Stage.DUE_SOON,
    duty: DutyKind | None = DutyKind.FOLLOW_UP_PLAN,
    role: Role = Role.MANAGER,
    overdue: int = 0,
    *,
    reminder: str = "e-1001/1:follow_up_plan:due_soon:2026-02-01:manager",
    sheet: Sheet = SHEET,
) -> Notice:
    """Make a notice about one case."""
    return Notice(
        reminder=reminder,
        mark="K-7F3Q",
        case=CaseId("e-1001/1"),
        duty=duty,
        stage=stage,
        legal_on=None if duty is None else date(2026, 2, 1),
        target_on=None if duty is None else date(2026, 1, 30),
        dates=DATES if stage is Stage.OPENING else (),
        role=role,
        overdue_in_unit=overdue,
        sheet=sheet if stage is Stage.OPENING else None,
    )


def invitation(
    change: InvitationChange = InvitationChange.CALLED,
    role: Role = Role.EMPLOYEE,
    sequence: int = 0,
    *,
    slot: TimeSlot | None = SLOT,
    place: Place | None = Place.WORKPLACE,
    way: Way = Way.IN_PERSON,
) -> Invitation:
    """Make an invitation to one meeting."""
    return Invitation(
        reminder=f"e-1001/1:dm1:{sequence}:{change}:{role}",
        mark="K-7F3Q",
        case=CaseId("e-1001/1"),
        meeting="e-1001/1:dm1",
        role=role,
        change=change,
        sequence=sequence,
        on=SLOT.on,
        time=slot,
        place=place,
        way=way,
        decided_at=datetime(2026, 9, 21, 7, 30, tzinfo=UTC),
    )


def samples() -> Iterator[tuple[str, Notice]]:
    """Walk all mails with a title for each."""
    for role in (Role.MANAGER, Role.EMPLOYEE):
        yield f"opening, to the {role}", notice(Stage.OPENING, None, role)
        for title, sheet in (
            ("no contacts", Sheet(has_ohs=True)),
            ("no OHS", Sheet(has_ohs=False)),
        ):
            yield f"opening, {title}, {role}", notice(Stage.OPENING, None, role, sheet=sheet)
    for duty in DUTIES:
        for stage in Stage:
            if stage is not Stage.OPENING:
                yield f"{duty}, {stage}", notice(stage, duty)
        yield f"{duty}, to the employee", notice(Stage.DUE_SOON, duty, Role.EMPLOYEE)
    for overdue in (1, 3):
        yield f"{overdue} overdue, to HR", notice(Stage.OVERDUE_HR, role=Role.HR, overdue=overdue)


def invitations() -> Iterator[tuple[str, Invitation]]:
    """Walk all mails about a meeting with a title for each."""
    for change in InvitationChange:
        for role in (Role.EMPLOYEE, Role.MANAGER):
            yield f"meeting {change}, to the {role}", invitation(change, role)
    yield "without an hour, place or mark of them", invitation(slot=None, place=None)
    for place in Place:
        for way in Way:
            yield f"meeting at {place}, {way}", invitation(place=place, way=way)


def order(
    change: OrderChange = OrderChange.PLACED,
    *,
    has_plan: bool = True,
    phone: str | None = "+47 22 00 00 00",
) -> OhsOrder:
    """Make an order of OHS."""
    return OhsOrder(
        reminder=f"e-1001/1:ohs:{change}:c-1",
        mark="K-7F3Q",
        case=CaseId("e-1001/1"),
        change=change,
        has_plan=has_plan,
        decided_at=datetime(2026, 9, 21, 7, 30, tzinfo=UTC),
        phone=phone,
    )


def orders() -> Iterator[tuple[str, OhsOrder]]:
    """Walk all mails to OHS with a title for each."""
    yield "OHS is ordered, there is a plan", order()
    yield "OHS is ordered, no plan and no telephone", order(has_plan=False, phone=None)
    yield "OHS is not wanted any more", order(OrderChange.TAKEN_BACK)


def letters(language: str, base_url: str | None = BASE_URL) -> Iterator[tuple[str, Letter]]:
    """Put every mail into words."""
    for title, one in samples():
        yield title, write_letter(one, language, base_url)
    for title, told in invitations():
        yield title, write_invitation(told, language, base_url).letter
    for title, ordered in orders():
        yield title, write_order(ordered, language, base_url)


def shown(language: str) -> str:
    """Write all mails of a language one below the other."""
    return "\n".join(
        f"==== {title} ====\n{letter.subject}\n\n{letter.text}"
        for title, letter in letters(language)
    )


def shown_html(language: str) -> str:
    """Write the opening as HTML."""
    return write_letter(notice(Stage.OPENING, None), language, BASE_URL).html


def main() -> None:
    """Write the snapshots."""
    SNAPSHOTS.mkdir(exist_ok=True)
    for language in LANGUAGES:
        (SNAPSHOTS / f"{language}.txt").write_text(shown(language), encoding="utf-8")
        (SNAPSHOTS / f"{language}.html").write_text(shown_html(language), encoding="utf-8")


if __name__ == "__main__":
    main()
