"""The group `tilbake case wish`: who wants whom called, or shown the plan (R35). A wish binds."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, TypeAlias
from uuid import uuid4

import typer

from cli.case_change import Change, Made, Say, change_in, look_in
from cli.case_options import YesNo, on_day, short_id
from cli.case_texts import Anyway, TextFile, read_words, text_of
from domain.facts import Matter, Role, Via, WishDisputed, WishStated, WishWithdrawn
from domain.ids import WishId

if TYPE_CHECKING:
    from service.desk import Desk
    from service.drafts import CaseNow

app = typer.Typer(
    help=(
        "Wishes and agreements: who wants whom called to a meeting, or shown the plan (R35).\n\n"
        "A wish binds until it is withdrawn; an invitation that stood on it is then taken back."
    ),
    no_args_is_help=True,
)

How: TypeAlias = Annotated[Via, typer.Option("--via", help="How it was said.")]
When: TypeAlias = Annotated[date | None, on_day("--on", "When it was said; today without it.")]
Wish: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--wish",
        parser=short_id,
        metavar="ID",
        help="Which (`case wish list`), when there are several.",
    ),
]


def stated(
    *, by: Role, about: Role, wanted: bool, via: Via, on: date, matter: Matter
) -> WishStated:
    """Make a wish under a new id."""
    wish = WishId(f"w-{uuid4().hex[:8]}")
    return WishStated(wish=wish, by=by, about=about, wanted=wanted, via=via, on=on, matter=matter)


@change_in("wish")
def state(
    *,
    about: Annotated[Role, typer.Option("--about", help="Who is to be called, or shown it.")],
    via: How,
    by: Annotated[Role, typer.Option("--by", help="Whose wish it is.")] = Role.EMPLOYEE,
    wanted: Annotated[YesNo, typer.Option("--wanted", help="Whether they want it.")] = YesNo.YES,
    matter: Annotated[
        Matter, typer.Option("--matter", help="To be called, or to be shown the plan.")
    ] = Matter.CALL,
    on: When = None,
) -> Change:
    """Record a wish: `case wish state K-7F3Q --about practitioner --via phone`.

    The practitioner and the representatives are called only when the employee wants it.
    """
    return lambda now, _: stated(
        by=by,
        about=about,
        wanted=wanted is YesNo.YES,
        via=via,
        on=on or now.today,
        matter=matter,
    )


@change_in("wish")
def withdraw(via: How, wish: Wish = None, on: When = None) -> Change:
    """Record that a wish was taken back; invitations that stood on it are taken back too."""
    return lambda now, _: WishWithdrawn(wish=now.wish(wish), via=via, on=on or now.today)


@change_in("wish")
def dispute(wish: Wish = None, text: TextFile = None, anyway: Anyway = False) -> Change:
    """Record that the employee says a recorded wish is not theirs: it binds no longer."""
    words = read_words(text, anyway=anyway)

    def made(now: CaseNow, _: Desk) -> Made:
        from service.drafts import Draft  # noqa: PLC0415 - keeps other commands fast

        return Draft(fact=WishDisputed(wish=now.wish(wish)), text=text_of(words))

    return made


@look_in("wish")
def list_() -> Change:
    """List the wishes that bind."""

    def made(now: CaseNow, _: Desk) -> Made:
        from service.standing import wish_json, wish_line  # noqa: PLC0415 - as above

        found = list(now.wishes().values())
        lines = [wish_line(one) for one in found] or ["No wish binds."]
        return Say(text="\n".join(lines), data={"wishes": [wish_json(one) for one in found]})

    return made


for _name, _command in (
    ("state", state),
    ("withdraw", withdraw),
    ("dispute", dispute),
    ("list", list_),
):
    app.command(_name)(_command)
