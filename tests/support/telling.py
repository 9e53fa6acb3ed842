"""One employment and its log in memory, told one fact after the other by the rules alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from domain.agenda import next_wake
from domain.assess import CaseAssessment, assess
from domain.commands import Answer, Command
from domain.doings import Doings
from domain.duty import DutyAssessment
from domain.events import Event, Recorded
from domain.facts import DutyKind, Fact, NoteReceived
from domain.identity import standings
from domain.ids import CauseId, EmploymentId, NoteId
from domain.localtime import OSLO, local_date
from domain.notes import Activity, Note, Period
from domain.policy import DEFAULT, Policy
from domain.spans import DateSpan
from domain.state import begin
from domain.step import advance, as_records

START = date(2026, 1, 5)


class Teller:
    """Tells facts at noon in Oslo of a day; what fell due before is recorded first."""

    def __init__(self, policy: Policy = DEFAULT, employment: str = "e-1") -> None:
        self.policy = policy
        self.state = begin(EmploymentId(employment))
        self.log: list[Recorded] = []
        self.at = datetime(2026, 1, 5, 11, tzinfo=UTC)

    @property
    def doings(self) -> Doings:
        """What was done in the latest case."""
        return standings(self.state, self.policy)[-1].doings

    def on(self, day: date) -> Teller:
        """Let time pass to noon of a day, waking whenever something falls due."""
        until = datetime(day.year, day.month, day.day, 12, tzinfo=OSLO).astimezone(UTC)
        while (wake := next_wake(self.state, self.policy, self.at)) is not None and wake <= until:
            self.at = wake
            self._step(None)
        self.at = until
        return self

    def note(self, first: date, last: date, name: str = "n-1") -> Answer:
        """Tell a sick note of full absence."""
        period = Period(span=DateSpan(first=first, last=last), activity=Activity.NO_ACTIVITY)
        return self.tell(NoteReceived(note=Note(note_id=NoteId(name), periods=(period,))))

    def tell(
        self,
        fact: Fact,
        cause: str | None = None,
        *,
        instead: Fact | None = None,
        seen: int | None = None,
    ) -> Answer:
        """Ask that a fact be recorded; the answer."""
        name = CauseId(cause or f"c-{len(self.log)}-{fact.kind}")
        command = Command(cause=name, actor="hr-1", fact=fact, instead=instead, seen=seen)
        self.at += timedelta(minutes=1)
        answer = self._step(command)
        assert answer is not None
        return answer

    def accepted(self, fact: Fact, cause: str | None = None) -> list[Event]:
        """Tell a fact that must be accepted; the events that it brought."""
        before = len(self.log)
        answer = self.tell(fact, cause)
        assert answer.accepted, answer
        return [one.event for one in self.log[before:]]

    def refused(self, fact: Fact) -> tuple[str | None, str | None]:
        """Tell a fact that must be refused; the code and the field."""
        answer = self.tell(fact)
        assert not answer.accepted, fact
        return answer.code, answer.field

    def case(self) -> CaseAssessment:
        """The latest case, today."""
        return assess(self.state, self.policy, local_date(self.at))[-1]

    def duty(self, kind: DutyKind) -> DutyAssessment:
        """A duty of the latest case, today."""
        return next(one for one in self.case().duties if one.kind is kind)

    def _step(self, command: Command | None) -> Answer | None:
        advanced = advance(self.state, self.policy, self.at, command)
        self.log += as_records(advanced.pending, len(self.log), self.at, "hr-1", self.policy)
        self.state = advanced.state
        return advanced.answer


def sick(policy: Policy = DEFAULT, last: date = date(2026, 4, 30)) -> Teller:
    """An employee who is fully away from 5 January 2026."""
    teller = Teller(policy)
    assert teller.note(START, last).accepted
    return teller
