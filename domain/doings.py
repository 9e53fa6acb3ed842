"""What was done in a case: the follow-up facts, given to the case that they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from domain.cases import Case
from domain.facts import (
    DutyKind,
    Exempted,
    ExemptionDecided,
    FollowUpFact,
    Measure,
    Meeting,
    MeetingCalled,
    MeetingHeld,
    MeetingUseful,
    NavMeetingSet,
    NotSentReason,
    PlanAskedByNav,
    PlanCompleted,
    PlanDrafted,
    PlanNotSent,
    PlanReceiver,
    PlanSent,
    WishStated,
)
from domain.ids import UNTOLD, CauseId, MeetingName, WishId
from domain.localtime import local_date
from domain.meetings import Arranged, MeetingState, arranged
from domain.wishes import standing_wishes

_Kind = TypeVar("_Kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A follow-up fact, the instant at which it was told, and the command that told it."""

    at: datetime
    fact: FollowUpFact
    cause: CauseId = UNTOLD

    @property
    def on(self) -> date:
        """The day it belongs to: its own date, or the day on which it was told."""
        match self.fact:
            case PlanCompleted(on=on) | MeetingCalled(on=on) | MeetingHeld(on=on):
                return on
            case PlanSent(on=date() as on) | MeetingUseful(on=date() as on):
                return on
            case _:
                return self.told_on

    @property
    def told_on(self) -> date:
        """The day on which it was told."""
        return local_date(self.at)


@dataclass(frozen=True, slots=True)
class Doings:
    """The follow-up facts of one case, in the order in which they were told."""

    all: tuple[Done, ...] = ()

    def of(self, kind: type[_Kind]) -> list[tuple[date, _Kind]]:
        """Give the facts of a kind with the day each belongs to."""
        return [(done.on, done.fact) for done in self.all if isinstance(done.fact, kind)]

    def plan_completed_on(self, since: date | None = None) -> date | None:
        """Give the day of the first plan, or of the first one completed on or after a date."""
        days = [on for on, _ in self.of(PlanCompleted) if since is None or on >= since]
        return min(days, default=None)

    def plan_drafted_on(self) -> date | None:
        """Give the day on which a draft was first saved (R43)."""
        return min((on for on, _ in self.of(PlanDrafted)), default=None)

    def versions(self) -> tuple[int, ...]:
        """Give the completed versions of the plan, in their order."""
        numbers = {fact.version for _, fact in self.of(PlanCompleted) if fact.version}
        return tuple(sorted(numbers))

    def measures(self) -> tuple[Measure, ...]:
        """Give the measures of the latest version that names any (R31)."""
        named = [fact.measures for _, fact in self.of(PlanCompleted) if fact.measures]
        return named[-1] if named else ()

    def plan_sent_on(self, to: PlanReceiver, since: date | None = None) -> date | None:
        """Give the day on which a plan was first sent to someone, or since a day (R32, R27)."""
        days = [on for on, fact in self.of(PlanSent) if fact.to is to]
        return min((on for on in days if since is None or on >= since), default=None)

    def plan_asked_by_nav(self) -> PlanAskedByNav | None:
        """Give NAV's latest request for the plan (R39)."""
        told = self.of(PlanAskedByNav)
        return told[-1][1] if told else None

    def has_no_practitioner(self) -> bool:
        """Say whether it was found that there is nobody to send the plan to (R32)."""
        return any(
            fact.to is PlanReceiver.PRACTITIONER and fact.reason is NotSentReason.NO_PRACTITIONER
            for _, fact in self.of(PlanNotSent)
        )

    def meetings(self) -> dict[MeetingName, Arranged]:
        """Give the meetings of the case as they stand, by name (R34)."""
        return arranged((done.told_on, done.fact) for done in self.all)

    def called_for(self, meeting: Meeting) -> list[date]:
        """Give the days that a meeting is called for (R34)."""
        return [
            one.on
            for one in self.meetings().values()
            if one.meeting is meeting and one.state is MeetingState.CALLED
        ]

    def held_on(self, meeting: Meeting) -> date | None:
        """Give the day on which a meeting was first held with both sides present (R34)."""
        held = [fact for _, fact in self.of(MeetingHeld) if fact.both_present]
        return min((fact.on for fact in held if fact.meeting is meeting), default=None)

    def last_held_on(self) -> date | None:
        """Give the day of the latest meeting of any kind (R36)."""
        return max((fact.on for _, fact in self.of(MeetingHeld) if fact.both_present), default=None)

    def first_yes(self) -> tuple[date, MeetingUseful] | None:
        """Give the first answer that finds dialogue meeting 1 useful (R22)."""
        yes = [(on, fact) for on, fact in self.of(MeetingUseful) if fact.answer]
        return min(yes, key=lambda one: one[0], default=None)

    def nav_meeting_on(self) -> date | None:
        """Give the date of NAV's meeting as last told; None when none is set (R27)."""
        told = self.of(NavMeetingSet)
        return told[-1][1].on if told else None

    def wishes(self) -> dict[WishId, WishStated]:
        """Give the wishes that bind (R35)."""
        return standing_wishes(done.fact for done in self.all)

    def exemptions(self, duty: DutyKind) -> list[tuple[Done, Exempted]]:
        """Give the exemptions of a duty and how each was told (R33)."""
        return [
            (done, done.fact)
            for done in self.all
            if isinstance(done.fact, Exempted) and done.fact.duty is duty
        ]

    def is_approved(self, exemption: CauseId) -> bool | None:
        """Give HR's last word on an exemption, or None while there is none."""
        said = [fact for _, fact in self.of(ExemptionDecided) if fact.exemption == exemption]
        return said[-1].approved if said else None


def by_case(done: Iterable[Done], cases: Sequence[Case]) -> tuple[Doings, ...]:
    """Give each fact to the latest case that began on or before its day, else to the first."""
    shares: list[list[Done]] = [[] for _ in cases]
    for one in sorted(done, key=lambda one: one.at):
        begun = [number for number, case in enumerate(cases) if case.start <= one.on]
        if shares:
            shares[begun[-1] if begun else 0].append(one)
    return tuple(Doings(tuple(share)) for share in shares)
