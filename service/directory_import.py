"""Takes a directory file in, whole or not at all: check, compare, say what changes, write.

The format is described in docs/directory-format.md. Ids come from the employer's own keys by
a keyed digest, so an import may be repeated; a person that was erased is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from adapters.directory.changes import Changes, changes_between
from adapters.directory.file import DirectoryFile, read_directory
from adapters.directory.image import check_references, image_of
from adapters.directory.stored import read_image, write_changes
from adapters.postgres.pool import Pool
from adapters.vault.store import PostgresVault
from domain.ids import EmploymentId
from domain.refusals import TilbakeError

MOST_ENDS: Final = 0.05
"""A file that ends more of the employments than this is more likely cut off than true."""
_LOCK: Final = 7_405_619_003
"""Any number that nothing else locks: two imports never run at once."""


class TooManyEnds(TilbakeError):
    """The file would end so many employments that a person has to confirm it."""

    def __init__(self, ending: int, before: int) -> None:
        """Say how many of how many."""
        super().__init__(
            f"{ending} of {before} employments would end, more than {MOST_ENDS:.0%}; nothing was "
            "changed. Check that the file is whole, or allow the ends"
        )
        self.ending = ending
        self.before = before


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did, or would do; no names."""

    dry_run: bool
    as_of: date
    counts: tuple[tuple[str, int], ...]
    """What changed and how many, in the order in which it is said."""
    ended: tuple[tuple[EmploymentId, date], ...]
    """Employments that got an end, with their last day: their cases have to be told."""

    needs_consent: bool = False
    """A dry run of a file that would be refused for its many ends."""

    def lines(self) -> tuple[str, ...]:
        """Say it in lines for a terminal."""
        head = f"directory as of {self.as_of}" + (" (dry run, nothing written)" * self.dry_run)
        said = [f"  {count:>6} {what}" for what, count in self.counts if count]
        if self.needs_consent:
            said.append(f"  more than {MOST_ENDS:.0%} of the employments would end: refused so far")
        return (head, *(said or ["  nothing changes"]))


async def import_directory(
    pool: Pool,
    vault: PostgresVault,
    path: Path,
    *,
    today: date,
    dry_run: bool = False,
    allow_ends: bool = False,
) -> ImportReport:
    """Import a directory file.

    Raises:
        Faulty: the file has a fault; nothing was stored.
        TooManyEnds: more than 5 % of the employments would end; nothing was stored.
    """
    return await take_in(
        pool, vault, read_directory(path), today=today, dry_run=dry_run, allow_ends=allow_ends
    )


async def take_in(
    pool: Pool,
    vault: PostgresVault,
    file: DirectoryFile,
    *,
    today: date,
    dry_run: bool = False,
    allow_ends: bool = False,
) -> ImportReport:
    """Import what was read from a directory file already; `import_directory` says the rest."""
    as_of = file.as_of or today
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("select pg_advisory_xact_lock($1)", _LOCK)
        stored = await read_image(connection, vault)
        check_references(file, vault.ring, stored)
        wanted = image_of(file, vault.ring)
        changes = changes_between(stored, wanted, file.scope, as_of)
        refused = _ends_too_many(changes) and not allow_ends
        if refused and not dry_run:
            raise TooManyEnds(len(changes.ended), changes.open_before)
        if not dry_run:
            await write_changes(connection, vault, stored, changes, as_of)
    return _report(changes, as_of, dry_run, refused)


def _ends_too_many(changes: Changes) -> bool:
    return len(changes.ended) > MOST_ENDS * changes.open_before


def _report(changes: Changes, as_of: date, dry_run: bool, refused: bool) -> ImportReport:
    counts = (
        ("units are new", len(changes.new_units)),
        ("units change", len(changes.changed_units)),
        ("people are new", len(changes.new_people)),
        ("people change", len(changes.changed_people)),
        ("employments are new", len(changes.new_employments)),
        ("employments change", len(changes.changed_employments)),
        ("of these move to another unit", changes.moved),
        ("of these end", len(changes.ended)),
        ("units or employments get another manager", changes.managers),
        ("erased people are left alone", changes.left_alone),
    )
    return ImportReport(
        dry_run=dry_run,
        as_of=as_of,
        counts=counts,
        ended=tuple(sorted(changes.ended.items())),
        needs_consent=refused,
    )
