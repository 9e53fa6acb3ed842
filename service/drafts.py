"""What somebody wants recorded, before it is a command: a fact and the text that goes with it.

A draft may depend on where the case stands (the next version, the meeting that is meant), so
the commands, and later the pages, make it from `CaseNow`. Nothing is stored or sent here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from domain.assess import CaseAssessment, assess
from domain.doings import Doings
from domain.facts import (
    DutyKind,
    Fact,
    Meeting,
    PlanCompleted,
    PlanDrafted,
    WishStated,
    named,
)
from domain.identity import Standing, standings
from domain.ids import CaseId, CauseId, MeetingName, WishId
from domain.localtime import local_date
from domain.meetings import Arranged, MeetingState
from domain.policy import Policy
from domain.refusals import InvalidValue
from domain.state import State

_OPEN = frozenset({MeetingState.CALLED, MeetingState.NOT_ATTENDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A fact, the text that is sealed for it, and what stands in the place of a struck one."""

    fact: Fact
    text: str | None = field(default=None, repr=False)
    instead: Fact | None = None
    seen: int | None = None
    """How many facts whoever wrote it had seen."""
    hint: str | None = None
    """What is left to do by hand once it is recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNow:
    """Where a case stands at the moment of asking."""

    state: State
    policy: Policy
    at: datetime
    case: CaseId | None = None
    """The case that was named; without a name it is the latest."""

    @property
    def today(self) -> date:
        """The date in Oslo."""
        return local_date(self.at)

    @property
    def told(self) -> int:
        """How many facts a reader has seen."""
        return self.state.told

    @property
    def doings(self) -> Doings:
        """What was done in the case."""
        mine = self._standing()
        return mine.doings if mine else Doings()

    def assessed(self) -> CaseAssessment | None:
        """Assess the case on this day."""
        found = assess(self.state, self.policy, self.today)
        mine = [one for one in found if one.case_id == self._identity()]
        return mine[0] if mine else None

    def is_fully_absent(self) -> bool:
        """Say whether every day of absence so far was a whole one."""
        found = self.assessed()
        return found is None or found.full_days == found.net_days

    def target_of(self, meeting: Meeting) -> date | None:
        """Give the target date of a meeting, where one is set."""
        found = self.assessed()
        if found is None or meeting is not Meeting.DIALOGUE_1:
            return None
        duty = next(one for one in found.duties if one.kind is DutyKind.DIALOGUE_MEETING_1)
        return duty.target_on

    def next_version(self) -> int:
        """Give the number of the next version of the plan."""
        return max(self.doings.versions(), default=0) + 1

    def version(self, number: int | None) -> PlanCompleted:
        """Give a completed version of the plan; without a number the last one.

        Raises:
            InvalidValue: there is no such version.
        """
        found = {fact.version: fact for _, fact in self.doings.of(PlanCompleted) if fact.version}
        if not found:
            raise InvalidValue("version", "no version of the plan was completed in this case")
        wanted = max(found) if number is None else number
        if wanted not in found:
            shown = ", ".join(str(one) for one in sorted(found))
            raise InvalidValue("version", f"{wanted} was never completed; there is {shown}")
        return found[wanted]

    def draft(self) -> PlanDrafted | None:
        """Give the last draft of the plan, if it is newer than every version."""
        drafts = [fact for _, fact in self.doings.of(PlanDrafted)]
        is_newer = bool(drafts) and drafts[-1].version >= self.next_version()
        return drafts[-1] if is_newer else None

    def open_meeting(self, name: str | None) -> MeetingName:
        """Give the meeting that is meant: the one named, else the only one that is called.

        Raises:
            InvalidValue: it is not clear which.
        """
        return self._meeting(name, [one for one in self._meetings() if one.state in _OPEN])

    def held_meeting(self, name: str | None) -> MeetingName:
        """Give the meeting that is meant: the one named, else the only one that was held.

        Raises:
            InvalidValue: it is not clear which.
        """
        held = [one for one in self._meetings() if one.state is MeetingState.HELD]
        return self._meeting(name, held)

    def new_name(self, meeting: Meeting) -> MeetingName | None:
        """Name a meeting that is called: by its kind, numbered when one of that name was held."""
        taken = {one.name for one in self._meetings() if one.state is MeetingState.HELD}
        plain = named(None, meeting)
        if plain not in taken:
            return None
        numbers = range(2, len(taken) + 2)
        return next(
            name for number in numbers if (name := MeetingName(f"{plain}-{number}")) not in taken
        )

    def called_name(self, meeting: Meeting, name: str | None) -> MeetingName | None:
        """Give the name of a meeting that was held: the call it belongs to, if there was one."""
        if name is not None:
            return MeetingName(name)
        called = [one for one in self._meetings() if one.meeting is meeting and one.state in _OPEN]
        if len(called) > 1:
            raise _unclear("name", [one.name for one in called])
        return called[0].name if called else None

    def wish(self, wish: str | None) -> WishId:
        """Give the wish that is meant: the one named, else the only one.

        Raises:
            InvalidValue: it is not clear which.
        """
        if wish is not None:
            return WishId(wish)
        found = list(self.wishes())
        if len(found) != 1:
            raise _unclear("wish", found)
        return found[0]

    def wishes(self) -> dict[WishId, WishStated]:
        """Give the wishes that bind."""
        return self.doings.wishes()

    def exemption(self, cause: str | None) -> CauseId:
        """Give the exemption that waits for a decision: the one named, else the only one.

        Raises:
            InvalidValue: it is not clear which.
        """
        if cause is not None:
            return CauseId(cause)
        waiting = [
            done.cause
            for duty in DutyKind
            for done, _ in self.doings.exemptions(duty)
            if self.doings.is_approved(done.cause) is None
        ]
        if len(waiting) != 1:
            raise _unclear("exemption", waiting)
        return waiting[0]

    def _standing(self) -> Standing | None:
        found = standings(self.state, self.policy)
        mine = [one for one in found if self.case in one.ids] or list(found[-1:])
        return mine[0] if mine else None

    def _identity(self) -> CaseId | None:
        mine = self._standing()
        return mine.identity.case_id if mine else None

    def _meetings(self) -> list[Arranged]:
        return list(self.doings.meetings().values())

    def _meeting(self, name: str | None, found: Sequence[Arranged]) -> MeetingName:
        if name is not None:
            return MeetingName(name)
        if len(found) != 1:
            raise _unclear("name", [one.name for one in found])
        return found[0].name


def _unclear(field_: str, found: Sequence[str]) -> InvalidValue:
    if not found:
        return InvalidValue(field_, "there is none in this case")
    return InvalidValue(field_, f"several are possible: name one of {', '.join(found)}")
