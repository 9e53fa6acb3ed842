"""Invented people, units and employments for tests, as a directory file would name them.

National ids are synthetic (month + 80) with right check digits; so are organisation numbers.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from stdnum.no import fodselsnummer, orgnr

from adapters.directory.file import directory_of
from adapters.directory.ids import employment_id, person_id, unit_id
from adapters.postgres.pool import Pool
from adapters.vault.keyring import KeyRing, new_ring
from adapters.vault.store import PostgresVault
from domain.ids import EmploymentId
from service.directory_import import ImportReport, take_in

TODAY = date(2026, 1, 5)
ORGNR = "319900004"


def synthetic_id(number: int) -> str:
    """Give the number-th synthetic national id."""
    for serial in range(900, 1000):
        day, rest = number % 28 + 1, number // 28
        nine = f"{day:02}{rest % 12 + 81:02}{rest // 12 % 40 + 60:02}{serial:03}"
        first = fodselsnummer.calc_check_digit1(nine + "00")
        second = fodselsnummer.calc_check_digit2(nine + first + "0")
        if len(first) == len(second) == 1 and (first + second).isdigit():
            return nine + first + second
    raise AssertionError(number)


def synthetic_orgnr(number: int) -> str:
    """Give the number-th synthetic organisation number."""
    found = [
        f"3{n:07}{digit}"
        for n in range(1000 + number * 20, 1020 + number * 20)
        for digit in range(10)
        if orgnr.is_valid(f"3{n:07}{digit}")
    ]
    return found[0]


def unit(key: str, **more: object) -> dict[str, object]:
    """Write a unit."""
    return {"id": key, "name": f"Avdeling {key}", "orgnr": ORGNR, **more}


def person(key: str, number: int, **more: object) -> dict[str, object]:
    """Write a person."""
    return {
        "id": key,
        "name": f"{key.title()} Prøvesen",
        "national_id": synthetic_id(number),
        "mail": f"{key}@example.org",
        **more,
    }


def employment(key: str, who: str, where: str, **more: object) -> dict[str, object]:
    """Write an employment in one unit since long ago."""
    begin = "2020-01-01"
    stays = [{"unit": where, "from": begin}]
    return {"id": key, "person": who, "from": begin, "units": stays, **more}


def organisation() -> dict[str, object]:
    """Write a small employer: a top, a ward below it, a leader of each, HR and two employees."""
    return {
        "format": 1,
        "scope": "full",
        "as_of": TODAY.isoformat(),
        "units": [
            unit("top", manager="toppe", hr=["hanne"]),
            unit("ward", parent="top", manager="leda", has_ohs=True),
        ],
        "people": [
            person("toppe", 1),
            person("leda", 2, language="en"),
            person("hanne", 3),
            person("ansa", 4),
            person("beate", 5),
        ],
        "employments": [
            employment("e-toppe", "toppe", "top"),
            employment("e-leda", "leda", "ward"),
            employment("e-hanne", "hanne", "top"),
            employment("e-ansa", "ansa", "ward", employee_no="1001"),
            employment("e-beate", "beate", "ward", employee_no="1002"),
        ],
    }


class House:
    """A database with a directory in it, and the keys that open it."""

    def __init__(self, pool: Pool, ring: KeyRing | None = None) -> None:
        self.pool = pool
        self.ring = ring or new_ring()
        self.vault = PostgresVault(pool, self.ring)

    def e(self, key: str) -> EmploymentId:
        """Give tilbake's id of an employment."""
        return employment_id(self.ring, key)

    def p(self, key: str) -> str:
        """Give tilbake's id of a person."""
        return person_id(self.ring, key)

    def u(self, key: str) -> str:
        """Give tilbake's id of a unit."""
        return unit_id(self.ring, key)

    async def take_in(
        self, value: object, *, dry_run: bool = False, allow_ends: bool = False
    ) -> ImportReport:
        """Import a directory."""
        file = directory_of("directory.json", value)
        return await take_in(
            self.pool, self.vault, file, today=TODAY, dry_run=dry_run, allow_ends=allow_ends
        )


def delta(as_of: str, **parts: object) -> dict[str, object]:
    """Write a file that says only what is different."""
    return {"format": 1, "scope": "delta", "as_of": as_of, **parts}


SAMPLE = Path(__file__).resolve().parents[2] / "docs" / "directory-format.md"
