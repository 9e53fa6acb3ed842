"""Which wishes bind on a day (R35): stated, not withdrawn, not disputed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from domain.facts import Matter, Role, WishDisputed, WishStated, WishWithdrawn
from domain.ids import WishId

ON_EMPLOYEES_WISH: Final = frozenset(
    {Role.PRACTITIONER, Role.SAFETY_REPRESENTATIVE, Role.UNION_REPRESENTATIVE}
)
"""Who is called only when the employee wants it, or agrees that the employer does."""


def standing_wishes(facts: Iterable[object]) -> dict[WishId, WishStated]:
    """Give the wishes that bind, by id, from facts in the order in which they were told."""
    found: dict[WishId, WishStated] = {}
    for fact in facts:
        match fact:
            case WishStated():
                found[fact.wish] = fact
            case WishWithdrawn() | WishDisputed():
                found.pop(fact.wish, None)
            case _:
                pass
    return found


def agreed_to_call(wishes: Iterable[WishStated], role: Role) -> bool:
    """Say whether somebody may be called: for some, only with the employee's wish."""
    if role not in ON_EMPLOYEES_WISH:
        return True
    said = [one for one in wishes if one.by is Role.EMPLOYEE and _is_about(one, role)]
    return bool(said) and said[-1].wanted


def wanted_by_employee(wishes: Iterable[WishStated]) -> tuple[Role, ...]:
    """Give whom the employee wants called; calling without them needs a reason."""
    said: dict[Role, bool] = {}
    for one in wishes:
        if one.by is Role.EMPLOYEE and one.matter is Matter.CALL:
            said[one.about] = one.wanted
    return tuple(role for role, wanted in said.items() if wanted)


def ohs_is_asked_for(wishes: Iterable[WishStated]) -> bool:
    """Say whether either side wants OHS in the meeting; each may, whatever the other says."""
    said = {one.by: one.wanted for one in wishes if _is_about(one, Role.OHS)}
    return any(said.values())


def _is_about(wish: WishStated, role: Role) -> bool:
    return wish.about is role and wish.matter is Matter.CALL
