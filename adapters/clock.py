"""The real clock, for what leaves the house. Rules never see it."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """The machine's clock (`activities.ports.Clock`)."""

    def now(self) -> datetime:
        """Give the present instant, aware, in UTC."""
        return datetime.now(UTC)
