"""What an import would change: the difference of two images, and its summary. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from adapters.directory.file import Scope, Stay
from adapters.directory.image import EmploymentImage, Image, PersonImage, UnitImage
from domain.ids import EmploymentId
from domain.spans import ONE_DAY

K = TypeVar("K", bound=str)
V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is new, what is different, and which employments end by it."""

    new_units: Mapping[str, UnitImage]
    changed_units: Mapping[str, UnitImage]
    new_people: Mapping[str, PersonImage]
    changed_people: Mapping[str, PersonImage]
    new_employments: Mapping[EmploymentId, EmploymentImage]
    changed_employments: Mapping[EmploymentId, EmploymentImage]
    ended: Mapping[EmploymentId, date] = field(default_factory=dict)
    """Employments that get an end, or an earlier one, with their last day; they also count as
    changed."""
    open_before: int = 0
    """How many employments held on the date of the file before it."""
    moved: int = 0
    """How many employments change unit."""
    managers: int = 0
    """How many units or employments get another manager, or lose theirs."""
    left_alone: int = 0
    """How many erased persons the file still names."""


def changes_between(stored: Image, wanted: Image, scope: Scope, as_of: date) -> Changes:
    """Say what must change for the directory to be what a file says from a date on."""
    target = _without_erased(stored, _with_history(stored, wanted))
    if scope is Scope.FULL:
        target = _completed(stored, target, as_of)
    people = {name: one for name, one in target.people.items() if name not in stored.erased}
    new_units, changed_units = _split(stored.units, target.units)
    new_people, changed_people = _split(stored.people, people)
    new, changed = _split(stored.employments, target.employments)
    before = [(stored.employments[name], one) for name, one in changed.items()]
    leaders = [(stored.units[name].manager, one.manager) for name, one in changed_units.items()]
    leaders += [(old.manager, one.manager) for old, one in before]
    return Changes(
        new_units=new_units,
        changed_units=changed_units,
        new_people=new_people,
        changed_people=changed_people,
        new_employments=new,
        changed_employments=changed,
        ended=_ended(stored, changed, as_of),
        open_before=sum(one.is_open(as_of) for one in stored.employments.values()),
        moved=sum(_moves(old, one) for old, one in before),
        managers=sum(old != new for old, new in leaders),
        left_alone=len(target.people) - len(people),
    )


def _without_erased(stored: Image, wanted: Image) -> Image:
    """Let nothing find an erased person again, not even by employee number."""
    numberless = {
        name: replace(one, number=None)
        for name, one in wanted.employments.items()
        if one.person in stored.erased
    }
    return replace(wanted, employments={**wanted.employments, **numberless})


def _with_history(stored: Image, wanted: Image) -> Image:
    """Keep the units an employment was in before the first that the file names (W14)."""
    kept = {
        name: replace(one, stays=(*_before(stored.employments[name].stays, one), *one.stays))
        for name, one in wanted.employments.items()
        if name in stored.employments
    }
    return replace(wanted, employments={**wanted.employments, **kept})


def _before(stays: tuple[Stay, ...], one: EmploymentImage) -> tuple[Stay, ...]:
    return _cut(stays, one.stays[0].first - ONE_DAY)


def _cut(stays: tuple[Stay, ...], last: date) -> tuple[Stay, ...]:
    return tuple(
        replace(stay, last=last if stay.last is None or stay.last > last else stay.last)
        for stay in stays
        if stay.first <= last
    )


def _completed(stored: Image, wanted: Image, as_of: date) -> Image:
    """Add to a full file what it says by leaving out: who ended, and units nobody answers for."""
    gone = {
        name: _end(one, as_of - ONE_DAY)
        for name, one in stored.employments.items()
        if name not in wanted.employments and (one.last is None or one.last >= as_of)
    }
    idle = {
        name: replace(unit, manager=None, hr=frozenset(), representatives=frozenset())
        for name, unit in stored.units.items()
        if name not in wanted.units
    }
    return replace(
        wanted, units={**idle, **wanted.units}, employments={**gone, **wanted.employments}
    )


def _end(one: EmploymentImage, last: date) -> EmploymentImage:
    # One that was still to begin keeps its first day: its id may stand in the log.
    last = max(last, one.first)
    return replace(one, last=last, stays=_cut(one.stays, last), manager=None)


def _split(stored: Mapping[K, V], wanted: Mapping[K, V]) -> tuple[dict[K, V], dict[K, V]]:
    new = {name: one for name, one in wanted.items() if name not in stored}
    changed = {name: one for name, one in wanted.items() if name in stored and stored[name] != one}
    return new, changed


def _ended(
    stored: Image, changed: Mapping[EmploymentId, EmploymentImage], as_of: date
) -> dict[EmploymentId, date]:
    return {
        name: one.last
        for name, one in changed.items()
        if one.last is not None
        and stored.employments[name].is_open(as_of)
        and _is_earlier(one.last, stored.employments[name].last)
    }


def _is_earlier(new: date, old: date | None) -> bool:
    return old is None or new < old


def _moves(old: EmploymentImage, new: EmploymentImage) -> bool:
    # Only an end that is set is no move.
    return [stay.unit for stay in old.stays] != [stay.unit for stay in new.stays]
