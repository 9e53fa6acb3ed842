"""Facts: what people and payroll tell tilbake, and what it records about itself.

A fact carries the date on which it holds (`on`, `until`, `span`); the instant at which
it was learnt is the envelope's (`Recorded.at` in domain/events.py). `kind` is the stable
name used in the log, in the API and in the files that `explain` reads.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import ClassVar

from domain.ids import NoteId, RowId
from domain.notes import Note, check_grade
from domain.refusals import InvalidValue
from domain.spans import DateSpan, check_day


class DutyKind(StrEnum):
    """The nine duties and milestones that every case lists, in this order."""

    FOLLOW_UP_PLAN = "follow_up_plan"
    PLAN_TO_PRACTITIONER = "plan_to_practitioner"
    DIALOGUE_MEETING_1 = "dialogue_meeting_1"
    ACTIVITY_REQUIREMENT = "activity_requirement"
    NAV_MEETING_QUESTION = "nav_meeting_question"
    PLAN_TO_NAV = "plan_to_nav"
    NAV_DIALOGUE_MEETING = "nav_dialogue_meeting"
    UPDATE_PLAN = "update_plan"
    MAX_SICK_PAY = "max_sick_pay"


class Meeting(StrEnum):
    """Which meeting: the employer's first (dm1), an additional one, or NAV's (dm2)."""

    DIALOGUE_1 = "dm1"
    ADDITIONAL = "additional"
    NAV = "dm2"


class Role(StrEnum):
    """Who takes part in, or is called to, something in a case."""

    EMPLOYEE = "employee"
    MANAGER = "manager"
    HR = "hr"
    PRACTITIONER = "practitioner"
    SAFETY_REPRESENTATIVE = "safety_representative"
    UNION_REPRESENTATIVE = "union_representative"
    OHS = "ohs"
    NAV = "nav"
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


class ExemptionReason(StrEnum):
    """Why a duty is obviously unnecessary (R33)."""

    NO_RETURN = "no_return"
    BACK_SOON_WITHOUT_ADAPTATION = "back_soon_without_adaptation"
    MEASURES_WORK_SOON_BACK = "measures_work_soon_back"
    TOO_ILL_NOW = "too_ill_now"
    OTHER = "other"
    GRADED_WITH_DIALOGUE = "graded_with_dialogue"
    EMPLOYMENT_ENDS = "employment_ends"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRef:
    """A sealed text: its id and the SHA-256 of its ciphertext, never the text."""

    document_id: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteReceived:
    """A sick note came in (R6)."""

    kind: ClassVar[str] = "note_received"
    note: Note
    texts: DocumentRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWithdrawn:
    """A sick note was taken back; it counts for nothing from now on (R3b, R7)."""

    kind: ClassVar[str] = "note_withdrawn"
    note_id: NoteId


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteReplaced:
    """A sick note was withdrawn and another came in its place (R3b)."""

    kind: ClassVar[str] = "note_replaced"
    note_id: NoteId
    by: Note
    texts: DocumentRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeChanged:
    """From `on` the sick share is `grade` per cent (R37)."""

    kind: ClassVar[str] = "grade_changed"
    on: date
    grade: int
    source: str | None = None

    def __post_init__(self) -> None:
        """Refuse an impossible grade or date."""
        check_day("on", self.on)
        check_grade("grade", self.grade)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedToWork:
    """The employee is back in full work on `on` (R14)."""

    kind: ClassVar[str] = "returned_to_work"
    on: date

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        check_day("on", self.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceContinues:
    """The employee is still away, a note is expected; known until `until` (R14b)."""

    kind: ClassVar[str] = "absence_continues"
    until: date

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        check_day("until", self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfCertified:
    """Self-certified days (egenmelding), R3b. `row` names a payroll row, if it came from one."""

    kind: ClassVar[str] = "self_certified"
    span: DateSpan
    row: RowId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VacationTaken:
    """Vacation (ferie), R5."""

    kind: ClassVar[str] = "vacation"
    span: DateSpan
    row: RowId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveTaken:
    """Leave of absence (permisjon), R5."""

    kind: ClassVar[str] = "leave"
    span: DateSpan
    row: RowId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowWithdrawn:
    """A payroll row was removed at its source; what it said counts no longer."""

    kind: ClassVar[str] = "row_withdrawn"
    row: RowId


@dataclass(frozen=True, slots=True, kw_only=True)
class EmploymentEnded:
    """The employment ends; `on` is its last day (R15)."""

    kind: ClassVar[str] = "employment_ended"
    on: date

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        check_day("on", self.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Died:
    """The employee died; everything stops on that date (R15)."""

    kind: ClassVar[str] = "died"
    on: date

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        check_day("on", self.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCompleted:
    """The follow-up plan, or a new version of it, was completed on `on` (R31)."""

    kind: ClassVar[str] = "plan_completed"
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

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        if self.on is not None:
            check_day("on", self.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingCalled:
    """A meeting was called for `on` (R34)."""

    kind: ClassVar[str] = "meeting_called"
    meeting: Meeting
    on: date
    invitees: tuple[Role, ...] = ()

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

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        check_day("on", self.on)

    @property
    def both_present(self) -> bool:
        """The employee and the employer were there; otherwise it is not held (R34)."""
        employer = {Role.MANAGER, Role.HR}
        return Role.EMPLOYEE in self.attendees and not employer.isdisjoint(self.attendees)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingUseful:
    """Someone answered whether dialogue meeting 1 is useful while graded (R22)."""

    kind: ClassVar[str] = "meeting_useful"
    by: Role
    answer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Exempted:
    """A duty was found obviously unnecessary (R33); `until` is the stated return or review date."""

    kind: ClassVar[str] = "exempted"
    duty: DutyKind
    reason: ExemptionReason
    until: date | None = None
    contacted_on: date | None = None

    def __post_init__(self) -> None:
        """Refuse an exemption from what is no duty of the employer."""
        if self.duty not in EXEMPTABLE:
            raise InvalidValue("duty", f"{self.duty} is not a duty one can be exempt from")
        for name, day in (("until", self.until), ("contacted_on", self.contacted_on)):
            if day is not None:
                check_day(name, day)


@dataclass(frozen=True, slots=True, kw_only=True)
class NavMeetingSet:
    """NAV's dialogue meeting 2 has the date `on`; None cancels it (R27)."""

    kind: ClassVar[str] = "nav_meeting_set"
    on: date | None = field()

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        if self.on is not None:
            check_day("on", self.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class WentLive:
    """What fell due before `on` is from before tilbake was in use: never sent, never missed."""

    kind: ClassVar[str] = "went_live"
    on: date

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        check_day("on", self.on)


EXEMPTABLE = frozenset(
    {
        DutyKind.FOLLOW_UP_PLAN,
        DutyKind.PLAN_TO_PRACTITIONER,
        DutyKind.DIALOGUE_MEETING_1,
        DutyKind.PLAN_TO_NAV,
        DutyKind.UPDATE_PLAN,
    }
)

AbsenceFact = (
    NoteReceived
    | NoteWithdrawn
    | NoteReplaced
    | GradeChanged
    | ReturnedToWork
    | AbsenceContinues
    | SelfCertified
    | VacationTaken
    | LeaveTaken
    | RowWithdrawn
    | EmploymentEnded
    | Died
)
"""Facts that can change the class of a day."""

FollowUpFact = (
    PlanCompleted
    | PlanSent
    | MeetingCalled
    | MeetingHeld
    | MeetingUseful
    | Exempted
    | NavMeetingSet
)
"""Facts about what was done in a case."""

Fact = AbsenceFact | FollowUpFact | WentLive
