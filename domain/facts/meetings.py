"""Facts about dialogue meetings: prepared, agreed, called, moved, held, and what came of it (R34).

A meeting is named when it is called; one that was told without a name goes by its kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import ClassVar, Final

from domain.facts.parties import EMPLOYER, DocumentRef, Role, Via
from domain.ids import MeetingName
from domain.notes import check_grade
from domain.refusals import InvalidValue
from domain.spans import check_day

SHORTEST: Final = 15
LONGEST: Final = 8 * 60


class Meeting(StrEnum):
    """Which meeting: the employer's first (dm1), an additional one, or NAV's (dm2)."""

    DIALOGUE_1 = "dm1"
    ADDITIONAL = "additional"
    NAV = "dm2"


class Place(StrEnum):
    """Where a meeting is held; the workplace is preferred."""

    WORKPLACE = "workplace"
    PRACTITIONERS_OFFICE = "practitioners_office"
    ELSEWHERE = "elsewhere"
    NOWHERE = "nowhere"
    """Everybody takes part by phone or video."""


class Way(StrEnum):
    """How somebody takes part."""

    IN_PERSON = "in_person"
    PHONE = "phone"
    VIDEO = "video"


class Topic(StrEnum):
    """What a meeting can be about: work and what can be adapted, never the diagnosis."""

    TASKS_POSSIBLE = "tasks_possible"
    ERGONOMICS_AND_AIDS = "ergonomics_and_aids"
    TASKS_SHARED_DIFFERENTLY = "tasks_shared_differently"
    ORGANISATION = "organisation"
    SHIELDING = "shielding"
    ADAPTATIONS_DONE = "adaptations_done"
    CHANGED_TASKS = "changed_tasks"
    GRADE_AND_STEPS = "grade_and_steps"
    OTHERS_CONTRIBUTE = "others_contribute"
    OHS_CONTRIBUTES = "ohs_contributes"
    GOAL = "goal"
    FURTHER_FOLLOW_UP = "further_follow_up"
    OTHER = "other"


class LeftOutReason(StrEnum):
    """Why somebody whom the employee wanted was not called (R35)."""

    NOT_AVAILABLE = "not_available"
    LATER_MEETING = "later_meeting"
    OTHER = "other"


class CancelReason(StrEnum):
    """Why a meeting was cancelled."""

    RETURNED = "returned"
    NOT_NECESSARY = "not_necessary"
    NOT_WANTED = "not_wanted"
    NEW_TIME_LATER = "new_time_later"
    OTHER = "other"


class AbsentReason(StrEnum):
    """Why somebody who was called did not come."""

    ILL = "ill"
    WORK = "work"
    DID_NOT_COME = "did_not_come"
    OTHER = "other"


class Contribution(StrEnum):
    """Whether a contribution from others, or from OHS, was considered, and with what outcome."""

    NOT_NEEDED = "not_needed"
    WANTED = "wanted"
    AGREED = "agreed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Somebody in a meeting, and how."""

    role: Role
    way: Way = Way.IN_PERSON


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Somebody whom the employee wanted and who was not called, with the reason."""

    role: Role
    reason: LeftOutReason


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSlot:
    """A time in Oslo: `minutes` is 15 to 480."""

    on: date
    begins: time
    minutes: int = 60

    def __post_init__(self) -> None:
        """Refuse an impossible time."""
        check_day("on", self.on)
        if self.begins.tzinfo is not None or self.begins.second or self.begins.microsecond:
            raise InvalidValue("begins", f"{self.begins} must be hours and minutes")
        if not SHORTEST <= self.minutes <= LONGEST:
            raise InvalidValue("minutes", f"{self.minutes} must be {SHORTEST} to {LONGEST}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From `on` the sick share is to be `grade` per cent."""

    on: date
    grade: int

    def __post_init__(self) -> None:
        """Refuse an impossible step."""
        check_day("on", self.on)
        check_grade("grade", self.grade)


def named(name: MeetingName | None, meeting: Meeting) -> MeetingName:
    """Give the name of a meeting; without one it goes by its kind."""
    return name or MeetingName(str(meeting))


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPrepared:
    """One side noted its topics; the other sees them once they are shared."""

    kind: ClassVar[str] = "meeting_prepared"
    meeting: Meeting
    by: Role
    topics: tuple[Topic, ...] = ()
    document: DocumentRef | None = None
    shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimesOffered:
    """Times were offered before the call."""

    kind: ClassVar[str] = "times_offered"
    meeting: Meeting
    times: tuple[TimeSlot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PractitionerAsked:
    """The practitioner was asked about time, place and form before the call."""

    kind: ClassVar[str] = "practitioner_asked"
    meeting: Meeting
    agreed: bool
    via: Via
    on: date

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        check_day("on", self.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingCalled:
    """A meeting was called for `on` (R34)."""

    kind: ClassVar[str] = "meeting_called"
    meeting: Meeting
    on: date
    invitees: tuple[Role, ...] = ()
    name: MeetingName | None = None
    time: TimeSlot | None = None
    """On the same day."""
    place: Place | None = None
    ways: tuple[Participant, ...] = ()
    """How the invitees take part, where it is not in person."""
    left_out: tuple[LeftOut, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an absurd date, or a time on another day."""
        check_day("on", self.on)
        if self.time is not None and self.time.on != self.on:
            raise InvalidValue("time", f"{self.time.on} must be the day of the meeting, {self.on}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingMoved:
    """A called meeting got another time or place."""

    kind: ClassVar[str] = "meeting_moved"
    name: MeetingName
    on: date
    time: TimeSlot | None = None
    place: Place | None = None

    def __post_init__(self) -> None:
        """Refuse an absurd date, or a time on another day."""
        check_day("on", self.on)
        if self.time is not None and self.time.on != self.on:
            raise InvalidValue("time", f"{self.time.on} must be the day of the meeting, {self.on}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingCancelled:
    """A called meeting is not to take place."""

    kind: ClassVar[str] = "meeting_cancelled"
    name: MeetingName
    reason: CancelReason


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingNotAttended:
    """A called meeting was not held, since somebody did not come; the duty stays open."""

    kind: ClassVar[str] = "meeting_not_attended"
    name: MeetingName
    on: date
    absent: tuple[Role, ...]
    reason: AbsentReason

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        check_day("on", self.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingHeld:
    """A meeting took place on `on` (R34)."""

    kind: ClassVar[str] = "meeting_held"
    meeting: Meeting
    on: date
    attendees: tuple[Role, ...] = ()
    name: MeetingName | None = None
    ways: tuple[Participant, ...] = ()
    document: DocumentRef | None = None
    """The minutes: what was agreed."""
    others: Contribution | None = None
    ohs: Contribution | None = None
    goal_on: date | None = None
    """The agreed goal: a date for the return."""
    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        check_day("on", self.on)
        if self.goal_on is not None:
            check_day("goal_on", self.goal_on)

    @property
    def both_present(self) -> bool:
        """The employee and the employer were there; otherwise it is not held (R34)."""
        return Role.EMPLOYEE in self.attendees and not EMPLOYER.isdisjoint(self.attendees)


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesAnswered:
    """The employee commented on the minutes of a meeting, or disputes them."""

    kind: ClassVar[str] = "minutes_answered"
    name: MeetingName
    by: Role
    disputed: bool
    document: DocumentRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnotherMeetingAnswered:
    """Someone answered whether one more meeting is useful; evidence, never a duty (R37, R37b)."""

    kind: ClassVar[str] = "another_meeting_answered"
    by: Role
    wanted: bool
    on: date
    document: DocumentRef | None = None
    """The reason."""

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        check_day("on", self.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingUseful:
    """Someone answered whether dialogue meeting 1 is useful while graded (R22)."""

    kind: ClassVar[str] = "meeting_useful"
    by: Role
    answer: bool
    via: Via | None = None
    on: date | None = None
    """The day of the answer; None: the day on which it is told."""

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        if self.on is not None:
            check_day("on", self.on)
