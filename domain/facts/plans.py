"""Facts about the follow-up plan, its measures, and who was given it (R31, R32, R36)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from domain.facts.parties import DocumentRef, Role
from domain.ids import MeasureId
from domain.refusals import InvalidValue
from domain.spans import check_day


class PlanPart(StrEnum):
    """The four parts that a plan must have, aml. § 4-6 (3)."""

    TASKS_AND_ABILITY = "tasks_and_ability"
    EMPLOYER_MEASURES = "employer_measures"
    AUTHORITY_MEASURES = "authority_measures"
    FURTHER_FOLLOW_UP = "further_follow_up"


class PartAnswer(StrEnum):
    """What a plan says in a part; the words are in its document."""

    FILLED = "filled"
    NOT_RELEVANT = "not_relevant"
    """With the reason in the document."""


class NoPartReason(StrEnum):
    """Why the employee took no part in making the plan (R31)."""

    DID_NOT_WANT = "did_not_want"
    TOO_ILL = "too_ill"
    UNREACHABLE = "unreachable"
    OTHER = "other"


class PlanReceiver(StrEnum):
    """Who a plan was sent to."""

    PRACTITIONER = "practitioner"
    NAV = "nav"


class PlanChannel(StrEnum):
    """How a plan was sent (R32); plain e-mail is not a channel."""

    BROUGHT_BY_EMPLOYEE = "brought_by_employee"
    LETTER = "letter"
    NAV = "nav"
    SECURE = "secure"
    AGREED_OTHER_WAY = "agreed_other_way"


class NotSentReason(StrEnum):
    """Why a plan could not be handed over (R32)."""

    FAILED = "failed"
    NO_PRACTITIONER = "no_practitioner"


class MeasureOutcome(StrEnum):
    """Whether a measure works."""

    WORKS = "works"
    PARTLY = "partly"
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measure of a plan: which of the catalogue, who sees to it, and when it is looked at."""

    measure: MeasureId
    code: str
    """Its name in the policy's catalogue, or `other`; the words are in the plan's document."""
    by: Role
    first: date
    last: date | None = None
    """None: lasting."""
    evaluate_on: date | None = None

    def __post_init__(self) -> None:
        """Refuse dates that contradict each other."""
        check_day("first", self.first)
        for name, day in (("last", self.last), ("evaluate_on", self.evaluate_on)):
            if day is not None and day < self.first:
                raise InvalidValue(name, f"{day} must not be before {self.first}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartAnswered:
    """One part of a plan, and whether it is filled."""

    part: PlanPart
    answer: PartAnswer


def check_version(version: int) -> None:
    """Refuse a version that is no number from 1 on.

    Raises:
        InvalidValue: below 1.
    """
    if version < 1:
        raise InvalidValue("version", f"{version} must be 1 or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDrafted:
    """A draft of a version was saved; the reminders before the date then pause (R43)."""

    kind: ClassVar[str] = "plan_drafted"
    version: int
    document: DocumentRef | None = None

    def __post_init__(self) -> None:
        """Refuse an impossible version."""
        check_version(self.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCompleted:
    """The follow-up plan, or a new version of it, was completed on `on` (R31).

    Without a version it is a plan that is kept elsewhere, on paper or in another system.
    """

    kind: ClassVar[str] = "plan_completed"
    on: date
    version: int | None = None
    document: DocumentRef | None = None
    answers: tuple[PartAnswered, ...] = ()
    employee_took_part: bool | None = None
    no_part_because: NoPartReason | None = None
    measures: tuple[Measure, ...] = ()
    shown_to: tuple[Role, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an absurd date or version."""
        check_day("on", self.on)
        if self.version is not None:
            check_version(self.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanShown:
    """A version of the plan was shown to somebody."""

    kind: ClassVar[str] = "plan_shown"
    version: int
    to: Role
    on: date

    def __post_init__(self) -> None:
        """Refuse an absurd date or version."""
        check_version(self.version)
        check_day("on", self.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCommented:
    """Somebody, above all the employee, commented on a version of the plan."""

    kind: ClassVar[str] = "plan_commented"
    version: int
    by: Role
    document: DocumentRef | None = None

    def __post_init__(self) -> None:
        """Refuse an impossible version."""
        check_version(self.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureEvaluated:
    """It was found on `on` how a measure works; one that does not suggests a meeting (R37)."""

    kind: ClassVar[str] = "measure_evaluated"
    measure: MeasureId
    outcome: MeasureOutcome
    on: date

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        check_day("on", self.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSent:
    """The plan was handed to the practitioner or to NAV (R32, R27)."""

    kind: ClassVar[str] = "plan_sent"
    to: PlanReceiver
    channel: PlanChannel | None = None
    on: date | None = None
    """The day on which it was handed over; None: the day on which it is told."""
    version: int | None = None

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        if self.on is not None:
            check_day("on", self.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanNotSent:
    """The plan could not be handed over; without a practitioner the duty falls away (R32)."""

    kind: ClassVar[str] = "plan_not_sent"
    to: PlanReceiver
    reason: NotSentReason
    on: date

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        check_day("on", self.on)
