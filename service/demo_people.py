"""The demonstration's employer as a directory file: a head office, two units, a dozen employees.

All names are invented, the numbers are synthetic (month + 80) and the mail domain can never
exist. Nothing here ends up in clear in the database.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from pydantic import JsonValue

HEAD: Final = "hovedkontor"
NORTH: Final = "nord"
SOUTH: Final = "sor"
_SINCE: Final = "2021-03-01"
_MAIL_DOMAIN: Final = "demo.invalid"

_UNITS: Final = (
    # key, name, organisation number, manager
    (HEAD, "Eksempelbedriften, hovedkontor", "300011403", "styra"),
    (NORTH, "Avdeling nord", "300011608", "leda"),
    (SOUTH, "Avdeling sør", "300011802", "sjefrik"),
)
_HR: Final = "hjelpa"
_PEOPLE: Final = (
    # key, name, national id, unit
    ("styra", "Styra Tenktvik", "22916090068", HEAD),
    (_HR, "Hjelpa Prøvesen", "07816190074", HEAD),
    ("leda", "Leda Øvedal", "20826190052", NORTH),
    ("sjefrik", "Sjefrik Liksomrud", "13836190089", SOUTH),
    ("alvilde", "Alvilde Tenktvik", "08856190073", NORTH),
    ("bernt", "Bernt Prøvesen", "03876190078", NORTH),
    ("catinka", "Catinka Øvedal", "26886190017", NORTH),
    ("dagrun", "Dagrun Liksomrud", "21906190130", NORTH),
    ("eilif", "Eilif Påfunnsen", "16926190044", NORTH),
    ("fredny", "Fredny Tenktvik", "11826290031", NORTH),
    ("gaute", "Gaute Prøvesen", "06846290026", SOUTH),
    ("hjordis", "Hjørdis Øvedal", "01866290020", SOUTH),
    ("ingar", "Ingar Liksomrud", "24876290150", SOUTH),
    ("jorunn", "Jorunn Påfunnsen", "19896290064", SOUTH),
    ("kolbein", "Kolbein Tenktvik", "14916290188", SOUTH),
    ("liv", "Liv Prøvesen", "09816390084", SOUTH),
)
_ENGLISH: Final = frozenset({"sjefrik"})
"""Who is written to in English, so that both languages can be seen."""

NAMES: Final = tuple(name for _, name, _, _ in _PEOPLE)
UNITS: Final = len(_UNITS) - 1
EMPLOYEES: Final = tuple(key for key, _, _, _ in _PEOPLE[4:])


def employment_key(person: str) -> str:
    """Give the employer's own key of a person's employment, as the file has it."""
    return f"demo-{person}"


def directory(as_of: date) -> dict[str, JsonValue]:
    """Write the directory file (docs/directory-format.md)."""
    return {
        "format": 1,
        "scope": "full",
        "as_of": as_of.isoformat(),
        "units": [_unit(*row) for row in _UNITS],
        "people": [_person(key, name, number) for key, name, number, _ in _PEOPLE],
        "employments": [
            _employment(1001 + place, key, unit) for place, (key, _, _, unit) in enumerate(_PEOPLE)
        ],
    }


def _key(person: str) -> str:
    return f"demo-{person}"


def _unit(key: str, name: str, orgnr: str, manager: str) -> dict[str, JsonValue]:
    unit: dict[str, JsonValue] = {"id": key, "name": name, "orgnr": orgnr, "manager": _key(manager)}
    return unit | ({"hr": [_key(_HR)]} if key == HEAD else {"parent": HEAD})


def _person(key: str, name: str, national_id: str) -> dict[str, JsonValue]:
    person: dict[str, JsonValue] = {
        "id": _key(key),
        "name": name,
        "national_id": national_id,
        "mail": f"{key}@{_MAIL_DOMAIN}",
    }
    return person | ({"language": "en"} if key in _ENGLISH else {})


def _employment(number: int, person: str, unit: str) -> dict[str, JsonValue]:
    return {
        "id": employment_key(person),
        "person": _key(person),
        "employee_no": str(number),
        "from": _SINCE,
        "units": [{"unit": unit, "from": _SINCE}],
    }
