"""Puts an order of OHS into words: what is asked, and whom to turn to, but nobody's name (R44)."""

from __future__ import annotations

from activities.ports import OhsOrder
from adapters.mail.catalogues import written_language
from adapters.mail.rendering import Letter, case_link, mail_of, said_by


def write_order(order: OhsOrder, language: str, base_url: str | None) -> Letter:
    """Write the mail to OHS."""
    written = written_language(language)
    link = case_link(base_url, order.case)
    context = {**order_context(order, order.phone), "link": link, "dates": ()}
    return mail_of(said_by("ohs_order.j2", written, context), written, context)


def order_context(order: OhsOrder, phone: str | None) -> dict[str, object]:
    """Give what the template of an order speaks of."""
    return {
        "mark": order.mark,
        "change": str(order.change),
        "has_plan": order.has_plan,
        "phone": phone or "",
    }
