"""A machine that tells anything at any time, and looks at the log that comes of it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from domain.agenda import is_finished, next_wake
from domain.assess import assess
from domain.commands import Answer, Command
from domain.duties import OBLIGATIONS, OPEN
from domain.events import (
    CaseClosed,
    CaseMerged,
    CasePaused,
    DeadlineMoved,
    DutyMissed,
    ExemptionLapsed,
    InvitationDue,
    Recorded,
    ReminderDue,
)
from domain.facts import (
    AbsenceContinues,
    AbsentReason,
    CancelReason,
    ContactMade,
    CorrectionReason,
    Died,
    DutyKind,
    EarlierNavMeetingAsked,
    EmploymentEnded,
    Exempted,
    ExemptionDecided,
    ExemptionReason,
    Fact,
    GradeChanged,
    LeftOut,
    LeftOutReason,
    Measure,
    MeasureEvaluated,
    MeasureOutcome,
    Meeting,
    MeetingCalled,
    MeetingCancelled,
    MeetingHeld,
    MeetingMoved,
    MeetingNotAttended,
    MeetingUseful,
    MinutesAnswered,
    NavMeetingNeed,
    NavMeetingSet,
    NoPartReason,
    NoteEnd,
    NoteEndAnswered,
    NoteReceived,
    NoteWithdrawn,
    NotSentReason,
    PartAnswer,
    PartAnswered,
    PlanAskedByNav,
    PlanCommented,
    PlanCompleted,
    PlanDrafted,
    PlanNotSent,
    PlanPart,
    PlanReceiver,
    PlanSent,
    PlanShown,
    ReturnedToWork,
    Role,
    SelfCertified,
    Struck,
    VacationTaken,
    Via,
    WishDisputed,
    WishStated,
    WishWithdrawn,
)
from domain.falling_due import due_on
from domain.identity import standings
from domain.ids import CaseId, CauseId, EmploymentId, MeasureId, MeetingName, NoteId, WishId
from domain.ladder import RANK
from domain.localtime import acting_date, local_date
from domain.meetings import MeetingState
from domain.notes import Activity, Note, Period
from domain.policy import DEFAULT
from domain.spans import ONE_DAY, DateSpan
from domain.state import begin, fold
from domain.step import Advance, advance, as_records
from domain.wishes import ON_EMPLOYEES_WISH, wanted_by_employee

WHO: Final = EmploymentId("e-1")
HORIZON: Final = 40
BOTH: Final = (Role.EMPLOYEE, Role.MANAGER)
REASONS = CaseMerged | CaseClosed | CasePaused | DeadlineMoved | ExemptionLapsed
MEASURE: Final = MeasureId("m-1")
MEETING: Final = MeetingName("meeting-1")
near = st.integers(-45, 40)
versions = st.integers(1, 3)
exemptable = st.sampled_from(OBLIGATIONS)


class AnyHistory(RuleBasedStateMachine):
    """One employment, its log, and everybody who tells something about it."""

    told: Bundle[Command] = Bundle("told")

    def __init__(self) -> None:
        super().__init__()
        self.log: list[Recorded] = []
        self.state = begin(WHO)
        self.answers: dict[CauseId, Answer] = {}
        self.at = datetime(2026, 1, 1, 12, tzinfo=UTC)
        self.count = 0
        self.notes: list[NoteId] = []

    # Telling

    @initialize(days=st.integers(0, 720), minutes=st.integers(0, 1439))
    def begin_somewhere(self, days: int, minutes: int) -> None:
        self.at += timedelta(days=days, minutes=minutes)

    @rule(
        target=told,
        offset=near,
        length=st.integers(0, 70),
        grade=st.none() | st.integers(0, 100),
        live=st.none() | near,
    )
    def note(self, offset: int, length: int, grade: int | None, live: int | None) -> Command:
        first = self.day(offset)
        name = NoteId(f"n-{len(self.notes)}")
        self.notes.append(name)
        period = Period(
            span=DateSpan(first=first, last=first + timedelta(days=length)),
            activity=Activity.NO_ACTIVITY if grade is None else Activity.GRADED,
            grade=grade,
        )
        live_from = None if live is None or live > 0 else self.day(live)
        return self.tell(NoteReceived(note=Note(note_id=name, periods=(period,))), live_from)

    @precondition(lambda self: self.notes)
    @rule(target=told, which=st.integers(0, 100))
    def withdraw(self, which: int) -> Command:
        return self.tell(NoteWithdrawn(note_id=self.notes[which % len(self.notes)]))

    @rule(target=told, offset=near, grade=st.integers(0, 100))
    def regrade(self, offset: int, grade: int) -> Command:
        return self.tell(GradeChanged(on=self.day(offset), grade=grade))

    @rule(target=told, offset=near)
    def go_back(self, offset: int) -> Command:
        return self.tell(ReturnedToWork(on=self.day(offset)))

    @rule(target=told, offset=near)
    def stay_away(self, offset: int) -> Command:
        return self.tell(AbsenceContinues(until=self.day(offset)))

    @rule(target=told, offset=near, length=st.integers(0, 20), sick=st.booleans())
    def days_off(self, offset: int, length: int, sick: bool) -> Command:
        first = self.day(offset)
        span = DateSpan(first=first, last=first + timedelta(days=length))
        return self.tell(SelfCertified(span=span) if sick else VacationTaken(span=span))

    @rule(target=told, offset=near)
    def plan(self, offset: int) -> Command:
        return self.tell(PlanCompleted(on=self.day(min(offset, 0))))

    @rule(target=told, to=st.sampled_from(PlanReceiver))
    def send_plan(self, to: PlanReceiver) -> Command:
        return self.tell(PlanSent(to=to))

    @rule(target=told, offset=near, called=st.booleans(), meeting=st.sampled_from(Meeting))
    def meet(self, offset: int, called: bool, meeting: Meeting) -> Command:
        if called:
            return self.tell(MeetingCalled(meeting=meeting, on=self.day(offset)))
        on = self.day(min(offset, 0))
        return self.tell(MeetingHeld(meeting=meeting, on=on, attendees=BOTH))

    @rule(target=told, answer=st.booleans())
    def find_useful(self, answer: bool) -> Command:
        return self.tell(MeetingUseful(by=Role.EMPLOYEE, answer=answer))

    @rule(
        target=told,
        duty=exemptable,
        reason=st.sampled_from(ExemptionReason),
        offset=st.none() | near,
    )
    def exempt(self, duty: DutyKind, reason: ExemptionReason, offset: int | None) -> Command:
        until = None if offset is None else self.day(offset)
        return self.tell(
            Exempted(
                duty=duty,
                reason=reason,
                until=until,
                contacted_on=self.day(0),
                measure=MEASURE if reason is ExemptionReason.MEASURES_WORK_SOON_BACK else None,
            )
        )

    # The whole follow-up

    @rule(version=versions, took_part=st.booleans(), complete=st.booleans())
    def version(self, version: int, took_part: bool, complete: bool) -> None:
        if not complete:
            self.tell(PlanDrafted(version=version))
            return
        answers = tuple(PartAnswered(part=part, answer=PartAnswer.FILLED) for part in PlanPart)
        first = self.day(0)
        measure = Measure(measure=MEASURE, code="other", by=Role.MANAGER, first=first)
        self.tell(
            PlanCompleted(
                on=first,
                version=version,
                answers=answers[: len(PlanPart) - (version == 3)],
                employee_took_part=took_part,
                no_part_because=None if took_part else NoPartReason.TOO_ILL,
                measures=(measure,),
            )
        )

    @rule(version=versions, to=st.sampled_from(Role), which=st.integers(0, 3))
    def hand_round(self, version: int, to: Role, which: int) -> None:
        facts: list[Fact] = [
            PlanShown(version=version, to=to, on=self.day(0)),
            PlanCommented(version=version, by=to),
            MeasureEvaluated(measure=MEASURE, outcome=MeasureOutcome.NO, on=self.day(0)),
            PlanNotSent(
                to=PlanReceiver.PRACTITIONER,
                reason=NotSentReason.NO_PRACTITIONER,
                on=self.day(0),
            ),
        ]
        self.tell(facts[which])

    @rule(offset=near, invitees=st.sets(st.sampled_from(Role)), excused=st.booleans())
    def call(self, offset: int, invitees: set[Role], excused: bool) -> None:
        reason = LeftOutReason.NOT_AVAILABLE
        left_out = tuple(LeftOut(role=role, reason=reason) for role in Role) if excused else ()
        self.tell(
            MeetingCalled(
                meeting=Meeting.DIALOGUE_1,
                on=self.day(offset),
                invitees=tuple(sorted(invitees)),
                name=MEETING,
                left_out=left_out,
            )
        )

    @rule(offset=near, which=st.integers(0, 4), who=st.sets(st.sampled_from(Role)))
    def go_on_with_meeting(self, offset: int, which: int, who: set[Role]) -> None:
        day, past = self.day(offset), self.day(min(offset, 0))
        roles = tuple(sorted(who))
        facts: list[Fact] = [
            MeetingMoved(name=MEETING, on=day),
            MeetingCancelled(name=MEETING, reason=CancelReason.NOT_WANTED),
            MeetingNotAttended(name=MEETING, on=past, absent=roles, reason=AbsentReason.ILL),
            MeetingHeld(meeting=Meeting.DIALOGUE_1, on=past, attendees=roles, name=MEETING),
            MinutesAnswered(name=MEETING, by=Role.EMPLOYEE, disputed=True),
        ]
        self.tell(facts[which])

    @rule(about=st.sampled_from(Role), wanted=st.booleans(), which=st.integers(0, 2))
    def wish(self, about: Role, wanted: bool, which: int) -> None:
        wish = WishId(f"w-{about}")
        stated = WishStated(
            wish=wish,
            by=Role.EMPLOYEE,
            about=about,
            wanted=wanted,
            via=Via.PHONE,
            on=self.day(0),
        )
        facts: list[Fact] = [
            stated,
            WishWithdrawn(wish=wish, via=Via.LETTER, on=self.day(0)),
            WishDisputed(wish=wish),
        ]
        self.tell(facts[which])

    @rule(offset=near, reached=st.booleans(), which=st.integers(0, 4))
    def talk(self, offset: int, reached: bool, which: int) -> None:
        day, past = self.day(0), self.day(min(offset, 0))
        facts: list[Fact] = [
            ContactMade(on=past, via=Via.PHONE, reached=reached),
            NoteEndAnswered(answer=NoteEnd.STILL_AWAY, on=day),
            NavMeetingNeed(by=Role.EMPLOYEE, needed=reached, on=day),
            EarlierNavMeetingAsked(by=Role.MANAGER, on=day),
            PlanAskedByNav(on=day, by=self.day(offset)),
        ]
        self.tell(facts[which])

    @rule(command=told, approved=st.booleans())
    def decide(self, command: Command, approved: bool) -> None:
        self.tell(ExemptionDecided(exemption=command.cause, approved=approved))

    @rule(command=told, other=told, instead=st.booleans(), stale=st.booleans())
    def correct(self, command: Command, other: Command, instead: bool, stale: bool) -> None:
        self.count += 1
        cause = CauseId(f"c-{self.count}")
        struck = Struck(cause=command.cause, reason=CorrectionReason.NOT_SO)
        seen = self.state.told - 1 if stale else self.state.told
        correction = Command(
            cause=cause,
            actor="hr-1",
            fact=struck,
            instead=other.fact if instead else None,
            seen=seen,
        )
        before = self.state
        answer = self.step(correction).answer
        assert answer is not None
        self.answers[cause] = answer
        if stale:
            assert answer.code == "changed_meanwhile"
        if answer.accepted:
            told = {one.cause for one in self.state.done}
            told |= {one.cause for one in self.state.absences.told}
            assert command.cause not in told
            assert (cause in told) is instead
        else:
            assert (before.done, before.absences) == (self.state.done, self.state.absences)

    @rule(target=told, offset=st.none() | near)
    def set_nav_meeting(self, offset: int | None) -> Command:
        return self.tell(NavMeetingSet(on=None if offset is None else self.day(offset)))

    @rule(target=told, offset=near, died=st.booleans(), chance=st.integers(0, 9))
    def end(self, offset: int, died: bool, chance: int) -> Command | MultipleResults[Command]:
        if chance:
            return multiple()
        fact = Died(on=self.day(offset)) if died else EmploymentEnded(on=self.day(offset))
        return self.tell(fact)

    @rule(command=told)
    def repeat(self, command: Command) -> None:
        before = self.log_of(command.cause)
        advanced = self.step(command)
        assert advanced.answer == self.answers[command.cause]
        assert self.log_of(command.cause) == before

    # Time

    @rule(hours=st.integers(1, 24 * 50))
    def sleep_through(self, hours: int) -> None:
        """Let time pass with nobody awake: an outage."""
        self.at += timedelta(hours=hours)
        self.step(None)

    @rule()
    def wake(self) -> None:
        wake = next_wake(self.state, DEFAULT, self.at)
        if wake is not None:
            self.at = wake
            self.step(None)

    # What always holds

    @invariant()
    def the_log_tells_the_state(self) -> None:
        assert fold(WHO, self.log) == self.state

    @invariant()
    def nothing_is_left_undone_and_no_wake_lies_in_the_past(self) -> None:
        today = acting_date(self.at, DEFAULT.wake_hour)
        wake = next_wake(self.state, DEFAULT, self.at)
        assert (wake is None) == is_finished(self.state, DEFAULT, self.at)
        assert wake is None or wake > self.at
        until = local_date(wake) if wake else today + timedelta(days=HORIZON)
        day = today
        while day < until and day < today + timedelta(days=HORIZON):
            assert not due_on(
                self.state, DEFAULT, day, fresh=len(self.state.fired), by_later_fact=False
            ), day
            day += ONE_DAY

    @invariant()
    def no_derived_cause_comes_twice(self) -> None:
        derived = Counter(one.cause for one in self.log if one.cause.startswith("due/"))
        twice = [cause for cause, times in derived.items() if times > 1]
        assert not [cause for cause in twice if not cause.startswith("due/cases/")]

    @invariant()
    def no_stage_is_sent_again_for_about_the_same_date(self) -> None:
        moved = timedelta(days=DEFAULT.resend_after_days)
        sent: dict[tuple[CaseId, DutyKind | None], list[ReminderDue]] = {}
        for one in self.log:
            due = one.event
            if not isinstance(due, ReminderDue) or due.superseded:
                continue
            earlier = sent.setdefault((due.case, due.duty), [])
            for told in earlier:
                later = RANK[told.stage] >= RANK[due.stage]
                if later and told.legal_on and due.legal_on:
                    assert due.legal_on >= told.legal_on + moved
                assert due.duty is not None or not later
            earlier.append(due)

    @invariant()
    def invitations_go_forward_and_only_to_whom_the_employee_wants(self) -> None:
        last: dict[tuple[CaseId, str, Role], int] = {}
        for one in self.log:
            due = one.event
            if isinstance(due, InvitationDue):
                for role in due.to:
                    key = (due.case, due.name, role)
                    assert due.sequence > last.get(key, -1)
                    last[key] = due.sequence
        for standing in standings(self.state, DEFAULT):
            wanted = wanted_by_employee(standing.doings.wishes().values())
            for meeting in standing.doings.meetings().values():
                if meeting.state is MeetingState.CALLED and meeting.name == MEETING:
                    assert ON_EMPLOYEES_WISH & set(meeting.invitees) <= {*wanted}

    @invariant()
    def every_passed_date_of_an_open_case_is_on_record(self) -> None:
        missed = {
            (one.event.case, one.event.duty, one.event.legal_on)
            for one in self.log
            if isinstance(one.event, DutyMissed)
        }
        for case in assess(self.state, DEFAULT, acting_date(self.at, DEFAULT.wake_hour)):
            for duty in case.duties:
                if duty.kind in OBLIGATIONS and duty.state == "overdue":
                    assert (case.case_id, duty.kind, duty.legal_on) in missed

    # Help

    def day(self, offset: int) -> date:
        return local_date(self.at) + timedelta(days=offset)

    def log_of(self, cause: CauseId) -> list[Recorded]:
        return [one for one in self.log if one.cause == cause]

    def tell(self, fact: Fact, live_from: date | None = None) -> Command:
        self.count += 1
        cause = CauseId(f"c-{self.count}")
        command = Command(cause=cause, actor="hr-1", fact=fact, live_from=live_from)
        advanced = self.step(command)
        assert advanced.answer is not None
        self.answers[cause] = advanced.answer
        facts = [one.event for one in self.log_of(cause)]
        assert (fact in facts) is advanced.answer.accepted
        return command

    def step(self, command: Command | None) -> Advance:
        today = acting_date(self.at, DEFAULT.wake_hour)
        before = {
            (case.case_id, duty.kind): duty.legal_on
            for case in assess(self.state, DEFAULT, today)
            for duty in case.duties
            if duty.kind in OBLIGATIONS and duty.state in OPEN
        }
        advanced = advance(self.state, DEFAULT, self.at, command)
        records = as_records(advanced.pending, len(self.log), self.at, "hr-1", DEFAULT)
        self.log += records
        self.state = advanced.state
        self.check_vanished(before, today, records)
        return advanced

    def check_vanished(
        self,
        before: dict[tuple[CaseId, DutyKind], date | None],
        today: date,
        records: tuple[Recorded, ...],
    ) -> None:
        now = {
            (case.case_id, duty.kind): duty.legal_on
            for case in assess(self.state, DEFAULT, today)
            for duty in case.duties
        }
        for (case, kind), legal in before.items():
            if legal is None or now.get((case, kind)) == legal:
                continue
            reasons = [one.event for one in records if isinstance(one.event, REASONS)]
            about = [
                one
                for one in reasons
                if case in {one.case, getattr(one, "merged", None)}
                and getattr(one, "duty", kind) == kind
            ]
            assert about, f"{kind} of {case} went from {legal} to {now.get((case, kind))}"


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(stateful_step_count=25, deadline=None)
