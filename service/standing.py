"""What was done in a case as it stands, for people and for programs.

Meetings, wishes that bind, the plan with its measures, and what is to be noticed. Codes, dates
and opaque ids only; the words are sealed elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, get_args

from adapters.event_codec import encode
from domain.doings import Doings
from domain.events import CalledLate, CameUncalled, HeldWithout, Recorded
from domain.facts import (
    ContactMade,
    Measure,
    MeasureEvaluated,
    MeasureOutcome,
    MinutesAnswered,
    PlanCompleted,
    PlanDrafted,
    PlanShown,
    WishStated,
)
from domain.ids import CaseId, MeasureId
from domain.meetings import Arranged, MeetingState
from domain.questions import Question

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"
Flag: TypeAlias = HeldWithout | CameUncalled | CalledLate


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneIn:
    """What was done in one case, and the events of it that are to be noticed."""

    case: CaseId
    doings: Doings
    flags: tuple[Flag, ...] = ()
    questions: tuple[Question, ...] = ()


def done_in(
    case: CaseId,
    doings: Doings,
    happened: Sequence[Recorded],
    questions: tuple[Question, ...] = (),
) -> DoneIn:
    """Gather what was done in a case, and what is asked."""
    events = (one.event for one in happened)
    flags = tuple(one for one in events if isinstance(one, get_args(Flag)) and one.case == case)
    return DoneIn(case=case, doings=doings, flags=flags, questions=questions)


def lines_of(done: DoneIn) -> tuple[str, ...]:
    """Say what was done, a line each."""
    doings = done.doings
    lines = [plan_line(doings)] if _has_plan(doings) else []
    lines += [measure_line(one, _outcome(doings, one.measure)) for one in doings.measures()]
    lines += [meeting_line(one, _disputed(doings, one)) for one in doings.meetings().values()]
    lines += [wish_line(one) for one in doings.wishes().values()]
    lines += [contact_line(doings)] if doings.of(ContactMade) else []
    lines += [flag_line(one) for one in done.flags]
    return (*lines, *(question_line(one) for one in done.questions))


def question_line(question: Question) -> str:
    """Say what is asked, since when, and of whom."""
    who = " and ".join(str(role).replace("_", " ") for role in question.to)
    kind = str(question.kind).replace("_", " ")
    return f"asked since {question.on}, {kind} ({question.rule}), of {who}: {question.why}"


def as_json(done: DoneIn) -> dict[str, Json]:
    """Write what was done."""
    doings = done.doings
    return {
        "plan": {
            "versions": list(doings.versions()),
            "draft_of": _draft_of(doings),
            "shown_to": [*_shown_to(doings)],
            "measures": [
                measure_json(one, _outcome(doings, one.measure)) for one in doings.measures()
            ],
        },
        "meetings": [
            meeting_json(one, _disputed(doings, one)) for one in doings.meetings().values()
        ],
        "wishes": [wish_json(one) for one in doings.wishes().values()],
        "contacts": len(doings.of(ContactMade)),
        "flags": [{"kind": one.kind, **encode(one)} for one in done.flags],
        "questions": [
            {
                "kind": str(one.kind),
                "on": one.on.isoformat(),
                "to": [str(role) for role in one.to],
                "rule": one.rule,
                "why": one.why,
            }
            for one in done.questions
        ],
    }


def plan_line(doings: Doings) -> str:
    """Say which versions of the plan there are."""
    versions, draft = doings.versions(), _draft_of(doings)
    parts = [f"version {versions[-1]}"] if versions else []
    if not versions and doings.of(PlanCompleted):
        parts.append("kept elsewhere")
    parts += [f"draft of version {draft}"] if draft else []
    shown = _shown_to(doings)
    parts += [f"last version shown to {_and(shown)}"] if shown else []
    return f"Plan: {', '.join(parts)}"


def measure_line(one: Measure, outcome: MeasureOutcome | None) -> str:
    """Say what a measure is and whether it works."""
    until = f"to {one.last}" if one.last else "lasting"
    look = f", looked at on {one.evaluate_on}" if one.evaluate_on else ""
    found = f": {_words(outcome)}" if outcome else ""
    who = f"{_words(one.code)} by {_words(one.by)}"
    return f"Measure {one.measure} ({who}), from {one.first} {until}{look}{found}"


def measure_json(one: Measure, outcome: MeasureOutcome | None) -> dict[str, Json]:
    """Write a measure."""
    return {
        "measure": one.measure,
        "code": one.code,
        "by": str(one.by),
        "first": one.first.isoformat(),
        "last": one.last.isoformat() if one.last else None,
        "evaluate_on": one.evaluate_on.isoformat() if one.evaluate_on else None,
        "outcome": outcome and str(outcome),
    }


def meeting_line(one: Arranged, disputed: bool = False) -> str:
    """Say how a meeting stands."""
    when = f"{one.on}{f' {one.time.begins:%H:%M}' if one.time else ''}"
    where = f", {_words(one.place)}" if one.place else ""
    held = one.state is MeetingState.HELD
    people = [_who(one, role) for role in (one.attendees if held else one.invitees)]
    who = f", with {_and(people)}" if people else ""
    left = [f"{_words(each.role)} ({_words(each.reason)})" for each in one.left_out]
    out = f", without {_and(left)}" if left else ""
    end = ", minutes disputed" if disputed else ""
    return f"Meeting {one.name}: {_words(one.state)}, {when}{where}{who}{out}{end}"


def meeting_json(one: Arranged, disputed: bool = False) -> dict[str, Json]:
    """Write a meeting."""
    return {
        "name": one.name,
        "meeting": str(one.meeting),
        "state": str(one.state),
        "on": one.on.isoformat(),
        "begins": f"{one.time.begins:%H:%M}" if one.time else None,
        "minutes": one.time.minutes if one.time else None,
        "place": one.place and str(one.place),
        "called_on": one.called_on.isoformat() if one.called_on else None,
        "invitees": [str(role) for role in one.invitees],
        "ways": {str(each.role): str(each.way) for each in one.ways},
        "left_out": {str(each.role): str(each.reason) for each in one.left_out},
        "attendees": [str(role) for role in one.attendees],
        "disputed": disputed,
        "sequence": one.sequence,
    }


def wish_line(one: WishStated) -> str:
    """Say what somebody wants."""
    verb = "wants" if one.wanted else "does not want"
    what = "called" if one.matter == "call" else "shown the plan"
    said = f"said on {one.on} by {_words(one.via)}"
    return f"Wish {one.wish}: {_words(one.by)} {verb} {_words(one.about)} {what}, {said}"


def wish_json(one: WishStated) -> dict[str, Json]:
    """Write a wish."""
    return dict(encode(one))


def contact_line(doings: Doings) -> str:
    """Say when there was contact."""
    found = [fact for _, fact in doings.of(ContactMade)]
    reached = [fact.on for fact in found if fact.reached]
    last = f", reached last on {max(reached)}" if reached else ", nobody reached"
    agreed = [fact.next_on for fact in found if fact.next_on]
    after = f", next on {agreed[-1]}" if agreed else ""
    often = "once" if len(found) == 1 else f"{len(found)} times"
    return f"Contact: {often}{last}{after}"


def flag_line(one: Flag) -> str:
    """Say what is to be noticed."""
    match one:
        case HeldWithout():
            why = "a reason is on record" if one.left_out else "no reason is on record"
            who = f"{_words(one.role)}, whom the employee wanted"
            return f"Notice: {one.name} was held without {who}; {why}"
        case CameUncalled():
            return f"Notice: {_words(one.role)} took part in {one.name} uncalled"
        case CalledLate():
            return f"Notice: {one.name} was called with {one.workdays} working days' notice"


def _who(one: Arranged, role: str) -> str:
    way = next((each.way for each in one.ways if each.role == role), None)
    return _words(role) + (f" ({_words(way)})" if way else "")


def _has_plan(doings: Doings) -> bool:
    return bool(doings.of(PlanCompleted)) or _draft_of(doings) is not None


def _draft_of(doings: Doings) -> int | None:
    drafts = [fact.version for _, fact in doings.of(PlanDrafted)]
    return drafts[-1] if drafts and drafts[-1] not in doings.versions() else None


def _shown_to(doings: Doings) -> list[str]:
    """Give who was shown the last version, as it was completed or later."""
    last = max(doings.versions(), default=None)
    completed = [fact for _, fact in doings.of(PlanCompleted) if fact.version == last]
    with_it = completed[-1].shown_to if completed and last else ()
    later = [fact.to for _, fact in doings.of(PlanShown) if fact.version == last]
    return list(dict.fromkeys(str(role) for role in (*with_it, *later)))


def _outcome(doings: Doings, measure: MeasureId) -> MeasureOutcome | None:
    found = [fact for _, fact in doings.of(MeasureEvaluated) if fact.measure == measure]
    return found[-1].outcome if found else None


def _disputed(doings: Doings, one: Arranged) -> bool:
    return any(fact.disputed for _, fact in doings.of(MinutesAnswered) if fact.name == one.name)


def _and(parts: Sequence[str]) -> str:
    return " and ".join(_words(one) for one in parts)


def _words(code: str) -> str:
    return str(code).replace("_", " ")
