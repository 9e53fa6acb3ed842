from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from adapters.formats.located import Faults
from adapters.formats.nav_note import NavNote, read_note
from domain.notes import Activity
from domain.spans import DateSpan
from tests.support.notes import graded, nav_note, period, sample


def read(value: object) -> NavNote:
    faults = Faults()
    found = read_note(value, "", faults)
    assert found is not None, str(faults.first)
    assert faults.count == 0
    return found


def faults_of(value: object) -> Faults:
    faults = Faults()
    assert read_note(value, "notes[0]", faults) is None
    return faults


def activity_of(**activity: Any) -> tuple[Activity, int | None]:
    found = read(nav_note("n", period("2026-01-05", "2026-01-06", **activity))).note.periods[0]
    return found.activity, found.grade


def test_the_complete_sample_is_read() -> None:
    found = read(sample())

    assert found.note.note_id == "7d0f6a5e-1c1b-4c0e-9a53-2f2f0f6c1a01"
    assert [(each.activity, each.grade) for each in found.note.periods] == [
        (Activity.NO_ACTIVITY, None),
        (Activity.GRADED, 60),
        (Activity.TREATMENT_DAYS, None),
        (Activity.TRAVEL_GRANT, None),
        (Activity.ADVICE, None),
    ]
    assert found.note.self_certified == (DateSpan(first=date(2026, 1, 8), last=date(2026, 1, 9)),)
    assert found.note.nav_start == date(2026, 1, 8)
    assert found.ignored == 0


def test_a_note_never_shows_who_it_is_about_when_it_is_printed() -> None:
    shown = repr(read(sample()))

    for secret in ("15817910030", "319900004", "PRØVESEN", "Tunge", "Lege"):
        assert secret not in shown


@pytest.mark.parametrize(
    ("activity", "expected"),
    [
        # R2 in the order in which the first one counts
        ({"aktivitetIkkeMulig": {}, "gradertSykmelding": {}}, (Activity.NO_ACTIVITY, None)),
        (
            {"gradertSykmelding": {"sykmeldingsgrad": 40}, "antallBehandlingsdagerUke": 1},
            (Activity.GRADED, 40),
        ),
        # graded with a travel grant is legal
        (
            {"gradertSykmelding": {"sykmeldingsgrad": 60, "harReisetilskudd": True}},
            (Activity.GRADED, 60),
        ),
        # an absent grade means 100
        ({"gradertSykmelding": {}}, (Activity.GRADED, 100)),
        ({"gradertSykmelding": {"sykmeldingsgrad": None}}, (Activity.GRADED, 100)),
        ({"gradertSykmelding": {"sykmeldingsgrad": 0}}, (Activity.GRADED, 0)),
        (
            {"antallBehandlingsdagerUke": 2, "harReisetilskudd": True},
            (Activity.TREATMENT_DAYS, None),
        ),
        # 0 treatment days means none
        ({"antallBehandlingsdagerUke": 0, "harReisetilskudd": True}, (Activity.TRAVEL_GRANT, None)),
        ({"harReisetilskudd": True, "avventendeSykmelding": "x"}, (Activity.TRAVEL_GRANT, None)),
        ({"harReisetilskudd": False, "avventendeSykmelding": "x"}, (Activity.ADVICE, None)),
    ],
)
def test_an_activity_is_mapped_by_precedence(
    activity: dict[str, Any], expected: tuple[Activity, int | None]
) -> None:
    assert activity_of(**activity) == expected


@pytest.mark.parametrize(
    "activity",
    [
        {"harReisetilskudd": False},
        {"antallBehandlingsdagerUke": 0},
        {"gradertSykmelding": None, "avventendeSykmelding": None},
        {"somethingNew": {}},
    ],
)
def test_a_period_without_any_activity_is_refused(activity: dict[str, Any]) -> None:
    faults = faults_of(nav_note("n", period("2026-01-05", "2026-01-06", **activity)))

    assert faults.first is not None
    assert faults.first.place == "notes[0].sykmeldingPerioder[0].aktivitet"
    assert "says nothing about work" in faults.first.text
    assert faults.count == 1


def test_a_missing_key_and_null_mean_the_same() -> None:
    full = sample()
    without = {key: value for key, value in full.items() if key not in {"oppfoelging", "behandler"}}
    nulled = {**full, "oppfoelging": None, "behandler": None}

    assert read(without) == read(nulled)


def test_unknown_keys_are_ignored_and_counted_at_every_level() -> None:
    value = sample()
    value["nytt"] = {"med": "innhold"}
    value["sykmeldt"]["kjonn"] = "-"
    value["sykmeldingPerioder"][2]["aktivitet"]["nyType"] = None

    found = read(value)

    assert found.ignored == 3
    assert found == read(sample())


@pytest.mark.parametrize(
    ("change", "place", "text"),
    [
        ({"sykmeldingId": None}, "sykmeldingId", "is missing"),
        ({"sykmeldingId": 7}, "sykmeldingId", "must be a text, not a whole number"),
        ({"sykmeldingId": ""}, "sykmeldingId", "must be an id"),
        ({"sykmeldingId": "a/b"}, "sykmeldingId", "must be an id"),
        ({"sykmeldt": None}, "sykmeldt", "is missing"),
        ({"sykmeldt": {}}, "sykmeldt.fnr", "is missing"),
        ({"sykmeldt": "x"}, "sykmeldt", "must be an object, not a text"),
        ({"sykmeldt": {"fnr": "15817910031"}}, "sykmeldt.fnr", "check digits"),
        ({"arbeidsgiver": {"navn": "x"}}, "arbeidsgiver.orgnr", "is missing"),
        ({"arbeidsgiver": {"orgnr": "319900005"}}, "arbeidsgiver.orgnr", "check digit"),
        ({"sykmeldingPerioder": None}, "sykmeldingPerioder", "is missing"),
        ({"sykmeldingPerioder": []}, "sykmeldingPerioder", "at least one"),
        ({"sykmeldingPerioder": {}}, "sykmeldingPerioder", "must be a list"),
        ({"sykmeldingPerioder": [None]}, "sykmeldingPerioder[0]", "must be an object, not null"),
        ({"egenmeldingsdager": [{"fom": "2026-01-02"}]}, "egenmeldingsdager[0].tom", "is missing"),
        ({"sykefravaerFom": "5.1.2026"}, "sykefravaerFom", "such as 2026-01-05, not 5.1.2026"),
        ({"behandler": "Lege"}, "behandler", "must be an object"),
        ({"behandler": {"tlf": ["1"]}}, "behandler.tlf", "must be a text"),
        ({"behandler": {"navn": "\ud800"}}, "behandler.navn", "half a character"),
    ],
)
def test_a_fault_is_located(change: dict[str, Any], place: str, text: str) -> None:
    faults = faults_of(nav_note("n") | change)

    assert faults.first is not None
    assert faults.first.place == f"notes[0].{place}"
    assert text in faults.first.text
    assert faults.count == 1


@pytest.mark.parametrize(
    ("bad", "place", "text"),
    [
        (period("2026-02-30", "2026-03-01"), "fom", "not 2026-02-30"),
        (period("20260105", "2026-03-01"), "fom", "must be a date"),
        (period("2026-01-05T00:00", "2026-03-01"), "fom", "must be a date"),
        (period("2026-03-02", "2026-03-01"), "fom", "must not be after tom"),
        (period("0001-01-01", "2026-03-01"), "fom", "must lie between"),
        (period("2026-01-05", "9999-12-31"), "tom", "must lie between"),
        (period("2026-01-05", "2066-01-05"), "tom", "more than 20 years"),
        (
            graded("2026-01-05", "2026-01-06", 101),
            "aktivitet.gradertSykmelding.sykmeldingsgrad",
            "between 0 and 100",
        ),
        (
            graded("2026-01-05", "2026-01-06", -1),
            "aktivitet.gradertSykmelding.sykmeldingsgrad",
            "between 0 and 100",
        ),
        (
            period("2026-01-05", "2026-01-06", gradertSykmelding={"sykmeldingsgrad": 50.5}),
            "aktivitet.gradertSykmelding.sykmeldingsgrad",
            "must be a whole number",
        ),
        (
            period("2026-01-05", "2026-01-06", gradertSykmelding={"sykmeldingsgrad": True}),
            "aktivitet.gradertSykmelding.sykmeldingsgrad",
            "must be a whole number, not true or false",
        ),
        (
            period("2026-01-05", "2026-01-06", antallBehandlingsdagerUke=-1),
            "aktivitet.antallBehandlingsdagerUke",
            "must not be negative",
        ),
        (
            period("2026-01-05", "2026-01-06", harReisetilskudd="ja"),
            "aktivitet.harReisetilskudd",
            "must be true or false",
        ),
        ({"fom": "2026-01-05", "tom": "2026-01-06"}, "aktivitet", "is missing"),
    ],
)
def test_a_bad_period_is_located(bad: dict[str, Any], place: str, text: str) -> None:
    faults = faults_of(nav_note("n", bad))

    assert faults.first is not None
    assert faults.first.place == f"notes[0].sykmeldingPerioder[0].{place}"
    assert text in faults.first.text
    assert faults.count == 1


@pytest.mark.parametrize("second", ["2026-01-20", "2026-01-01", "2026-01-18"])
def test_overlapping_or_unordered_periods_are_refused(second: str) -> None:
    one, two = period("2026-01-05", "2026-01-20"), period(second, "2026-01-25")

    faults = faults_of(nav_note("n", one, two))

    assert faults.first is not None
    assert faults.first.place == "notes[0].sykmeldingPerioder[1].fom"


def test_every_fault_of_a_note_is_counted() -> None:
    assert faults_of({}).count == 4
    assert faults_of(nav_note("n", period("x", "y"), {})).count == 5


def test_a_number_of_a_person_is_never_repeated_in_a_fault() -> None:
    value = nav_note("n", sykefravaerFom="15817910030") | {"sykmeldt": {"fnr": "15817910039"}}

    assert "1581791003" not in str(faults_of(value).first)
    assert "1581791003" not in str(faults_of(nav_note("n", sykefravaerFom="15817910030")).first)
