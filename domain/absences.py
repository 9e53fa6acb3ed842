"""Everything told about absence, and the cases that follow from it under a policy."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Final

from domain.cases import Case, walk
from domain.duties import DutyAssessment
from domain.ids import CauseId
from domain.phases import Course, course_of
from domain.policy import Policy
from domain.timeline import Known, Told, classify, gather


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The cases of an employment, in order, each with what is known about its end."""

    known: Known
    cases: tuple[Case, ...]
    courses: tuple[Course, ...]
    assessed: dict[Hashable, tuple[DutyAssessment, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )
    """Duties worked out before under this timeline; one step asks for the same several times."""


class Absences:
    """The facts about absence of an employment; immutable.

    The cases under the policy asked for last are kept, since every question about an
    employment needs them.
    """

    __slots__ = ("_last", "told")

    def __init__(self, told: Iterable[Told] = ()) -> None:
        self.told: Final = tuple(told)
        self._last: tuple[Policy, Timeline] | None = None

    def __eq__(self, other: object) -> bool:
        """Say whether the same was told, in the same order."""
        return isinstance(other, Absences) and self.told == other.told

    def __hash__(self) -> int:
        """Hash what was told."""
        return hash(self.told)

    def and_also(self, told: Told) -> Absences:
        """Give the same with one fact more."""
        return Absences((*self.told, told))

    def without(self, cause: CauseId) -> Absences:
        """Give the same without what a command told (R50)."""
        return Absences(one for one in self.told if one.cause != cause)

    def at_rest(self) -> Absences:
        """Give the same without what was worked out from it, for a case that sleeps for weeks."""
        return Absences(self.told)

    def under(self, policy: Policy) -> Timeline:
        """Give the cases that follow under a policy (R1-R15)."""
        if self._last is None or self._last[0] is not policy:
            self._last = (policy, timeline_of(self.told, policy))
        return self._last[1]


def timeline_of(told: Iterable[Told], policy: Policy) -> Timeline:
    """Classify the days, walk the cases, and gather what is known about the end of each."""
    known = gather(told)
    cases = walk(classify(known, policy), policy)
    courses = tuple(
        course_of(case, known, followed=number < len(cases))
        for number, case in enumerate(cases, start=1)
    )
    return Timeline(known=known, cases=cases, courses=courses)
