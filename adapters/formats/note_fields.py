"""What becomes of each field of NAV's sick note: kept, sealed or dropped (R52).

The reader of notes takes its list of known fields from here; docs/note-fields.md says the
same to people, and a test holds the two together. A path writes a list as `name[]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Handling(StrEnum):
    """What becomes of a field."""

    KEPT = "kept"
    """Stands in the log as a date, a grade or a code."""
    SEALED = "sealed"
    """Encrypted under the person's key; never in the log, in Temporal or in a list."""
    LOOKED_UP = "looked up"
    """Finds the employment, then forgotten."""
    DROPPED = "dropped"
    """Never leaves the reader."""


_PERIOD: Final = "sykmeldingPerioder[]"
_ACTIVITY: Final = f"{_PERIOD}.aktivitet"
_NO_ACTIVITY: Final = f"{_ACTIVITY}.aktivitetIkkeMulig"

FIELDS: Final[Mapping[str, Handling]] = MappingProxyType(
    {
        "loepenr": Handling.DROPPED,
        "sykmeldingId": Handling.KEPT,
        "mottattAvNav": Handling.DROPPED,
        "sendtTilArbeidsgiver": Handling.DROPPED,
        "kontaktMedPasient": Handling.DROPPED,
        "sykmeldt.fnr": Handling.LOOKED_UP,
        "sykmeldt.navn": Handling.DROPPED,
        "egenmeldingsdager[].fom": Handling.KEPT,
        "egenmeldingsdager[].tom": Handling.KEPT,
        "sykefravaerFom": Handling.KEPT,
        f"{_PERIOD}.fom": Handling.KEPT,
        f"{_PERIOD}.tom": Handling.KEPT,
        _NO_ACTIVITY: Handling.KEPT,
        f"{_NO_ACTIVITY}.manglendeTilretteleggingPaaArbeidsplassen": Handling.SEALED,
        f"{_NO_ACTIVITY}.beskrivelse": Handling.SEALED,
        f"{_ACTIVITY}.gradertSykmelding": Handling.KEPT,
        f"{_ACTIVITY}.gradertSykmelding.sykmeldingsgrad": Handling.KEPT,
        f"{_ACTIVITY}.gradertSykmelding.harReisetilskudd": Handling.DROPPED,
        f"{_ACTIVITY}.antallBehandlingsdagerUke": Handling.KEPT,
        f"{_ACTIVITY}.harReisetilskudd": Handling.KEPT,
        f"{_ACTIVITY}.avventendeSykmelding": Handling.SEALED,
        "oppfoelging.prognose.erArbeidsfoerEtterEndtPeriode": Handling.SEALED,
        "oppfoelging.prognose.beskrivHensynArbeidsplassen": Handling.SEALED,
        "oppfoelging.meldingTilArbeidsgiver": Handling.SEALED,
        "oppfoelging.tiltakArbeidsplassen": Handling.SEALED,
        "behandler.navn": Handling.SEALED,
        "behandler.tlf": Handling.SEALED,
        "arbeidsgiver.navn": Handling.DROPPED,
        "arbeidsgiver.orgnr": Handling.LOOKED_UP,
    }
)
"""Every field of the note, in NAV's order."""


def members(path: str) -> Mapping[str, Handling | None]:
    """List the keys of the object at `path` (empty for the note), each with what becomes of it.

    None stands for an object or a list that is looked into; a leaf has no members.
    """
    return _MEMBERS.get(path, {})


def _grouped() -> dict[str, dict[str, Handling | None]]:
    found: dict[str, dict[str, Handling | None]] = {"": {}}
    for path, handling in FIELDS.items():
        parent = ""
        for part in path.split("."):
            full = f"{parent}.{part}" if parent else part
            own = handling if full == path else None
            found.setdefault(parent, {}).setdefault(part.removesuffix("[]"), own)
            parent = full
    return found


_MEMBERS: Final = _grouped()
