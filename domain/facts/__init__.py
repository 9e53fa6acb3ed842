"""Facts: what people and payroll tell tilbake.

A fact carries the date on which it holds (`on`, `until`, `span`); the instant at which
it was learnt is the envelope's (`Recorded.at` in domain/events.py). `kind` is the stable
name used in the log, in the API and in the files that `explain` reads.
"""

from __future__ import annotations

from domain.facts.absence import (
    AbsenceContinues,
    Died,
    EmploymentEnded,
    GradeChanged,
    LeaveTaken,
    NoteReceived,
    NoteReplaced,
    NoteWithdrawn,
    ReturnedToWork,
    RowWithdrawn,
    SelfCertified,
    VacationTaken,
)
from domain.facts.contact import (
    ContactMade,
    NoteEnd,
    NoteEndAnswered,
)
from domain.facts.corrections import (
    CorrectionReason,
    Struck,
)
from domain.facts.duties import (
    EXEMPTABLE,
    SOON_BACK,
    DutyKind,
    Exempted,
    ExemptionDecided,
    ExemptionReason,
)
from domain.facts.live import (
    WentLive,
)
from domain.facts.meetings import (
    AbsentReason,
    AnotherMeetingAnswered,
    CancelReason,
    Contribution,
    LeftOut,
    LeftOutReason,
    Meeting,
    MeetingCalled,
    MeetingCancelled,
    MeetingHeld,
    MeetingMoved,
    MeetingNotAttended,
    MeetingPrepared,
    MeetingUseful,
    MinutesAnswered,
    Participant,
    Place,
    PractitionerAsked,
    Step,
    TimeSlot,
    TimesOffered,
    Topic,
    Way,
    named,
)
from domain.facts.nav import (
    AfterSickPay,
    EarlierNavMeetingAsked,
    MaxDateAnswered,
    NavMeetingNeed,
    NavMeetingSet,
    PlanAskedByNav,
)
from domain.facts.parties import (
    EMPLOYER,
    DocumentRef,
    Role,
    Via,
)
from domain.facts.plans import (
    Measure,
    MeasureEvaluated,
    MeasureOutcome,
    NoPartReason,
    NotSentReason,
    PartAnswer,
    PartAnswered,
    PlanChannel,
    PlanCommented,
    PlanCompleted,
    PlanDrafted,
    PlanNotSent,
    PlanPart,
    PlanReceiver,
    PlanSent,
    PlanShown,
)
from domain.facts.wishes import (
    Matter,
    WishDisputed,
    WishStated,
    WishWithdrawn,
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
    PlanDrafted
    | PlanCompleted
    | PlanShown
    | PlanCommented
    | MeasureEvaluated
    | PlanSent
    | PlanNotSent
    | MeetingPrepared
    | TimesOffered
    | PractitionerAsked
    | MeetingCalled
    | MeetingMoved
    | MeetingCancelled
    | MeetingNotAttended
    | MeetingHeld
    | MinutesAnswered
    | MeetingUseful
    | AnotherMeetingAnswered
    | WishStated
    | WishWithdrawn
    | WishDisputed
    | ContactMade
    | NoteEndAnswered
    | Exempted
    | ExemptionDecided
    | NavMeetingSet
    | NavMeetingNeed
    | EarlierNavMeetingAsked
    | PlanAskedByNav
    | MaxDateAnswered
)
"""Facts about what was done in a case."""

Fact = AbsenceFact | FollowUpFact | WentLive | Struck

__all__ = [
    "EMPLOYER",
    "EXEMPTABLE",
    "SOON_BACK",
    "AbsenceContinues",
    "AbsenceFact",
    "AbsentReason",
    "AfterSickPay",
    "AnotherMeetingAnswered",
    "CancelReason",
    "ContactMade",
    "Contribution",
    "CorrectionReason",
    "Died",
    "DocumentRef",
    "DutyKind",
    "EarlierNavMeetingAsked",
    "EmploymentEnded",
    "Exempted",
    "ExemptionDecided",
    "ExemptionReason",
    "Fact",
    "FollowUpFact",
    "GradeChanged",
    "LeaveTaken",
    "LeftOut",
    "LeftOutReason",
    "Matter",
    "MaxDateAnswered",
    "Measure",
    "MeasureEvaluated",
    "MeasureOutcome",
    "Meeting",
    "MeetingCalled",
    "MeetingCancelled",
    "MeetingHeld",
    "MeetingMoved",
    "MeetingNotAttended",
    "MeetingPrepared",
    "MeetingUseful",
    "MinutesAnswered",
    "NavMeetingNeed",
    "NavMeetingSet",
    "NoPartReason",
    "NotSentReason",
    "NoteEnd",
    "NoteEndAnswered",
    "NoteReceived",
    "NoteReplaced",
    "NoteWithdrawn",
    "PartAnswer",
    "PartAnswered",
    "Participant",
    "Place",
    "PlanAskedByNav",
    "PlanChannel",
    "PlanCommented",
    "PlanCompleted",
    "PlanDrafted",
    "PlanNotSent",
    "PlanPart",
    "PlanReceiver",
    "PlanSent",
    "PlanShown",
    "PractitionerAsked",
    "ReturnedToWork",
    "Role",
    "RowWithdrawn",
    "SelfCertified",
    "Step",
    "Struck",
    "TimeSlot",
    "TimesOffered",
    "Topic",
    "VacationTaken",
    "Via",
    "Way",
    "WentLive",
    "WishDisputed",
    "WishStated",
    "WishWithdrawn",
    "named",
]
