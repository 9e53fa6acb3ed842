"""Why a fact about the follow-up cannot be recorded (R31-R36): refusals, each with its code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.doings import Doings
from domain.facts import (
    SOON_BACK,
    ContactMade,
    Exempted,
    ExemptionDecided,
    ExemptionReason,
    FollowUpFact,
    MeasureEvaluated,
    MeetingCalled,
    MeetingCancelled,
    MeetingHeld,
    MeetingMoved,
    MeetingNotAttended,
    MinutesAnswered,
    PlanCommented,
    PlanCompleted,
    PlanDrafted,
    PlanPart,
    PlanSent,
    PlanShown,
    WishDisputed,
    WishWithdrawn,
    named,
)
from domain.ids import MeetingName
from domain.meetings import MeetingState
from domain.refusals import Refusal, RefusalCode
from domain.wishes import agreed_to_call, wanted_by_employee

_PAST: Final = (PlanCompleted, PlanShown, MeetingHeld, MeetingNotAttended, ContactMade)
"""What is said to have happened cannot lie ahead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a fact is held against: the case that it belongs to, and the day on which it is told."""

    doings: Doings
    start: date
    today: date


def follow_up_refusal(fact: FollowUpFact, given: Standing) -> Refusal | None:
    """Say why a fact cannot be recorded, or None when it can."""
    if isinstance(fact, _PAST) and fact.on > given.today:
        return _refused(
            RefusalCode.IN_FUTURE, "on", f"{fact.on} lies ahead of today, {given.today}"
        )
    return _about_plan(fact, given) or _about_meeting(fact, given) or _about_rest(fact, given)


def _about_plan(fact: FollowUpFact, given: Standing) -> Refusal | None:
    match fact:
        case PlanDrafted(version=version):
            return _new_version(version, given)
        case PlanCompleted():
            return _plan(fact, given)
        case PlanShown(version=version) | PlanCommented(version=version):
            return _version(version, given)
        case PlanSent(version=int() as version):
            return _version(version, given)
        case MeasureEvaluated(measure=measure):
            return _measure(measure, given)
        case _:
            return None


def _about_meeting(fact: FollowUpFact, given: Standing) -> Refusal | None:
    match fact:
        case MeetingCalled():
            return _call(fact, given)
        case MeetingMoved(name=name) | MeetingCancelled(name=name) | MeetingNotAttended(name=name):
            return _called(name, given)
        case MeetingHeld():
            return _held(fact, given)
        case MinutesAnswered(name=name):
            return _was_held(name, given)
        case _:
            return None


def _about_rest(fact: FollowUpFact, given: Standing) -> Refusal | None:
    match fact:
        case WishWithdrawn(wish=wish) | WishDisputed(wish=wish):
            known = wish in given.doings.wishes()
            text = "was never stated, or counts no longer"
            return None if known else _refused(RefusalCode.UNKNOWN_WISH, "wish", text)
        case Exempted():
            return _exemption(fact, given)
        case ExemptionDecided():
            return _decision(fact, given)
        case _:
            return None


def _refused(code: RefusalCode, field: str, text: str) -> Refusal:
    return Refusal(code=code, field=field, text=text)


def _new_version(version: int, given: Standing) -> Refusal | None:
    wanted = max(given.doings.versions(), default=0) + 1
    if version < wanted:
        text = f"{version} exists; the next is {wanted}"
        return _refused(RefusalCode.VERSION_TAKEN, "version", text)
    if version > wanted:
        text = f"{version} is not the next, which is {wanted}"
        return _refused(RefusalCode.UNKNOWN_VERSION, "version", text)
    return None


def _version(version: int, given: Standing) -> Refusal | None:
    if version in given.doings.versions():
        return None
    return _refused(
        RefusalCode.UNKNOWN_VERSION, "version", f"{version} was never completed in this case"
    )


def _plan(fact: PlanCompleted, given: Standing) -> Refusal | None:
    if fact.version is None:
        return None  # kept elsewhere: its parts are not known here
    answered = {one.part for one in fact.answers}
    for part in PlanPart:
        if part not in answered:
            return _refused(
                RefusalCode.PLAN_INCOMPLETE, part, "is empty; fill it or say why it is not relevant"
            )
    if fact.employee_took_part is None:
        text = "say whether the employee took part"
        return _refused(RefusalCode.PLAN_INCOMPLETE, "employee_took_part", text)
    if not fact.employee_took_part and fact.no_part_because is None:
        text = "say why the employee did not take part"
        return _refused(RefusalCode.PLAN_INCOMPLETE, "no_part_because", text)
    return _new_version(fact.version, given)


def _measure(measure: str, given: Standing) -> Refusal | None:
    if any(one.measure == measure for one in given.doings.measures()):
        return None
    return _refused(RefusalCode.UNKNOWN_MEASURE, "measure", "is no measure of the latest plan")


def _call(fact: MeetingCalled, given: Standing) -> Refusal | None:
    known = given.doings.meetings().get(named(fact.name, fact.meeting))
    if known is not None and known.state is MeetingState.HELD and fact.name is not None:
        text = "was held; give the new meeting another name"
        return _refused(RefusalCode.MEETING_NOT_CALLED, "name", text)
    wishes = list(given.doings.wishes().values())
    for role in fact.invitees:
        if not agreed_to_call(wishes, role):
            return _refused(
                RefusalCode.NOT_AGREED,
                "invitees",
                f"{role} is called only when the employee wants it, or agrees; record the wish",
            )
    excused = {one.role for one in fact.left_out}
    for role in wanted_by_employee(wishes):
        if role not in fact.invitees and role not in excused:
            return _refused(
                RefusalCode.WANTED_LEFT_OUT,
                "left_out",
                f"the employee wants {role} called; call them, or give the reason why not",
            )
    return None


def _called(name: MeetingName, given: Standing) -> Refusal | None:
    known = given.doings.meetings().get(name)
    if known is None:
        return _refused(RefusalCode.UNKNOWN_MEETING, "name", "was never called in this case")
    if known.state in {MeetingState.HELD, MeetingState.CANCELLED}:
        return _refused(RefusalCode.MEETING_NOT_CALLED, "name", f"is {known.state}")
    return None


def _held(fact: MeetingHeld, given: Standing) -> Refusal | None:
    if not fact.both_present:
        return _refused(
            RefusalCode.MEETING_NEEDS_BOTH,
            "attendees",
            "must hold the employee and the manager (or hr): otherwise it was not held",
        )
    if fact.goal_on is not None and fact.goal_on < given.start:
        text = f"{fact.goal_on} is before the case began, {given.start}"
        return _refused(RefusalCode.GOAL_BEFORE_START, "goal_on", text)
    if fact.name is not None and fact.name not in given.doings.meetings():
        return _refused(RefusalCode.UNKNOWN_MEETING, "name", "was never called in this case")
    return None


def _was_held(name: MeetingName, given: Standing) -> Refusal | None:
    known = given.doings.meetings().get(name)
    if known is not None and known.state is MeetingState.HELD:
        return None
    return _refused(RefusalCode.UNKNOWN_MEETING, "name", "names no meeting that was held")


def _exemption(fact: Exempted, given: Standing) -> Refusal | None:
    if fact.contacted_on is None and not given.doings.of(ContactMade):
        return _refused(
            RefusalCode.EXEMPTION_NEEDS_CONTACT,
            "contacted_on",
            "say when there was contact with the employee, or when it was tried",
        )
    if fact.reason in SOON_BACK and fact.until is None:
        text = "say by when the employee is back"
        return _refused(RefusalCode.EXEMPTION_NEEDS_DATE, "until", text)
    if fact.until is not None and fact.until < given.today:
        text = f"{fact.until} has passed; today is {given.today}"
        return _refused(RefusalCode.EXEMPTION_PAST_DATE, "until", text)
    if fact.reason is ExemptionReason.MEASURES_WORK_SOON_BACK and fact.measure is None:
        text = "say which measure of the plan works"
        return _refused(RefusalCode.MEASURE_NEEDED, "measure", text)
    return _measure(fact.measure, given) if fact.measure is not None else None


def _decision(fact: ExemptionDecided, given: Standing) -> Refusal | None:
    told = {one.cause for one in given.doings.all if isinstance(one.fact, Exempted)}
    if fact.exemption in told:
        return None
    return _refused(RefusalCode.UNKNOWN_EXEMPTION, "exemption", "names no exemption of this case")
