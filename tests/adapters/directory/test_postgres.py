from __future__ import annotations

from datetime import date

import pytest

from activities.ports import Append, Contacts, Head, Recipient
from adapters.directory.postgres import PostgresDirectory
from adapters.formats.located import Faulty
from adapters.postgres.event_log import PostgresEventLog
from adapters.postgres.pool import Pool
from domain.facts import Role
from domain.ids import EmploymentId
from tests.support.people import (
    ORGNR,
    TODAY,
    House,
    delta,
    employment,
    organisation,
    person,
    synthetic_id,
    synthetic_orgnr,
    unit,
)
from tests.support.records import case_row

LATER = date(2026, 2, 2)


@pytest.fixture
async def house(own_pool: Pool) -> House:
    house = House(own_pool)
    await house.take_in(organisation())
    return house


@pytest.fixture
def directory(house: House) -> PostgresDirectory:
    return PostgresDirectory(house.pool, house.vault)


async def test_the_manager_is_the_units(house: House, directory: PostgresDirectory) -> None:
    found = await directory.recipient(house.e("e-ansa"), Role.MANAGER, TODAY)

    assert found == Recipient(person=house.p("leda"), address="leda@example.org", language="en")


async def test_nobody_manages_their_own_case(house: House, directory: PostgresDirectory) -> None:
    """A leader's own case goes to the leader of the unit above (R52)."""
    found = await directory.recipient(house.e("e-leda"), Role.MANAGER, TODAY)

    assert found is not None
    assert found.person == house.p("toppe")


async def test_the_leader_at_the_top_has_no_manager(
    house: House, directory: PostgresDirectory
) -> None:
    assert await directory.recipient(house.e("e-toppe"), Role.MANAGER, TODAY) is None


async def test_a_manager_of_ones_own_comes_before_the_units(
    house: House, directory: PostgresDirectory
) -> None:
    one = employment("e-ansa", "ansa", "ward", employee_no="1001", manager="beate")
    await house.take_in(delta("2026-02-01", employments=[one]))

    found = await directory.recipient(house.e("e-ansa"), Role.MANAGER, LATER)

    assert found is not None
    assert found.person == house.p("beate")


async def test_a_unit_without_a_manager_passes_nothing_on(
    house: House, directory: PostgresDirectory
) -> None:
    """R46: that no leader is registered is for HR to see, not for the leader above."""
    await house.take_in(delta("2026-02-01", units=[unit("ward", parent="top")]))

    assert await directory.recipient(house.e("e-ansa"), Role.MANAGER, LATER) is None


async def test_after_a_change_the_new_manager_is_told_and_the_old_date_keeps_the_old_one(
    house: House, directory: PostgresDirectory
) -> None:
    await house.take_in(delta("2026-02-01", units=[unit("ward", parent="top", manager="beate")]))

    told = await directory.recipient(house.e("e-ansa"), Role.MANAGER, LATER)

    assert told is not None
    assert told.person == house.p("beate")
    before = await directory.responsible_on(house.e("e-ansa"), date(2026, 1, 31))
    assert before == house.p("leda")
    assert await directory.responsible_on(house.e("e-ansa"), LATER) == house.p("beate")


async def test_hr_is_the_nearest_above(house: House, directory: PostgresDirectory) -> None:
    found = await directory.recipient(house.e("e-ansa"), Role.HR, TODAY)

    assert found is not None
    assert found.person == house.p("hanne")


async def test_hr_does_not_handle_its_own_case(house: House, directory: PostgresDirectory) -> None:
    assert await directory.recipient(house.e("e-hanne"), Role.HR, TODAY) is None


async def test_the_employee_is_told_of_their_own_case(
    house: House, directory: PostgresDirectory
) -> None:
    found = await directory.recipient(house.e("e-ansa"), Role.EMPLOYEE, TODAY)

    assert found is not None
    assert found.address == "ansa@example.org"


async def test_a_role_that_the_directory_does_not_know_has_no_recipient(
    house: House, directory: PostgresDirectory
) -> None:
    assert await directory.recipient(house.e("e-ansa"), Role.PRACTITIONER, TODAY) is None


async def test_someone_without_an_address_or_erased_is_no_recipient(
    house: House, directory: PostgresDirectory
) -> None:
    await house.take_in(delta("2026-01-05", people=[person("leda", 2, mail=None)]))
    await house.vault.erase(house.p("hanne"))

    assert await directory.recipient(house.e("e-ansa"), Role.MANAGER, TODAY) is None
    assert await directory.recipient(house.e("e-ansa"), Role.HR, TODAY) is None
    assert await directory.responsible_on(house.e("e-ansa"), TODAY) == house.p("leda")


async def test_a_move_changes_who_answers_from_its_date_on(
    house: House, directory: PostgresDirectory
) -> None:
    """W14: one case, responsibility by date."""
    moved = employment("e-ansa", "ansa", "top", employee_no="1001")
    moved["units"] = [{"unit": "top", "from": "2026-01-19"}]
    await house.take_in(delta("2026-01-20", employments=[moved]))

    assert await directory.responsible_on(house.e("e-ansa"), date(2026, 1, 18)) == house.p("leda")
    assert await directory.responsible_on(house.e("e-ansa"), date(2026, 1, 19)) == house.p("toppe")


async def test_an_employment_is_found_by_national_id_and_sub_unit(
    house: House, directory: PostgresDirectory
) -> None:
    found = await directory.by_national_id(synthetic_id(4), ORGNR, TODAY)

    assert [(one.employment, one.now_there) for one in found] == [(house.e("e-ansa"), True)]
    assert await directory.by_national_id(synthetic_id(4), synthetic_orgnr(1), TODAY) == ()
    assert await directory.by_national_id(synthetic_id(9), ORGNR, TODAY) == ()


async def test_two_posts_at_one_employer_are_both_found(
    house: House, directory: PostgresDirectory
) -> None:
    """W13: one note, two employments; HR decides."""
    second = employment("e-ansa-2", "ansa", "top", employee_no="1001")
    await house.take_in(delta("2026-01-05", employments=[second]))

    found = await directory.by_national_id(synthetic_id(4), ORGNR, TODAY)
    by_number = await directory.by_employee_number("1001", TODAY)

    both = {house.e("e-ansa"), house.e("e-ansa-2")}
    assert {one.employment for one in found} == both
    assert {one.employment for one in by_number} == both


async def test_a_note_for_the_unit_before_the_move_still_finds_the_employment(
    house: House, directory: PostgresDirectory
) -> None:
    other = synthetic_orgnr(1)
    moved = employment("e-ansa", "ansa", "far", employee_no="1001")
    moved["units"] = [{"unit": "far", "from": "2026-01-19"}]
    await house.take_in(
        delta("2026-01-20", units=[unit("far", orgnr=other, manager="toppe")], employments=[moved])
    )

    before = await directory.by_national_id(synthetic_id(4), ORGNR, LATER)
    now = await directory.by_national_id(synthetic_id(4), other, LATER)

    assert [(one.employment, one.now_there) for one in before] == [(house.e("e-ansa"), False)]
    assert [(one.employment, one.now_there) for one in now] == [(house.e("e-ansa"), True)]


async def test_an_employment_that_ended_is_not_found_any_more(
    house: House, directory: PostgresDirectory
) -> None:
    ended = employment("e-ansa", "ansa", "ward", employee_no="1001", to="2026-01-31")
    await house.take_in(delta("2026-01-05", employments=[ended]), allow_ends=True)

    assert await directory.by_national_id(synthetic_id(4), ORGNR, LATER) == ()
    assert await directory.by_employee_number("1001", LATER) == ()


async def test_a_former_national_id_finds_the_person_too(
    house: House, directory: PostgresDirectory
) -> None:
    renumbered = person("ansa", 44, former_national_ids=[synthetic_id(4)])
    await house.take_in(delta("2026-01-05", people=[renumbered]))

    for national_id in (synthetic_id(4), synthetic_id(44)):
        assert await directory.person_by_national_id(national_id) == house.p("ansa")


async def test_the_tree_of_units_is_read_from_the_top(
    house: House, directory: PostgresDirectory
) -> None:
    whole = await directory.units()
    part = await directory.units(house.u("ward"))

    assert [(one.name, one.depth, one.has_ohs) for one in whole] == [
        ("Avdeling top", 0, False),
        ("Avdeling ward", 1, True),
    ]
    assert [one.unit for one in part] == [house.u("ward")]


async def test_overdue_duties_are_counted_over_the_unit(
    house: House, directory: PostgresDirectory
) -> None:
    log = PostgresEventLog(house.pool)
    for key, overdue in (("e-ansa", 2), ("e-beate", 1), ("e-toppe", 4)):
        name = house.e(key)
        row = case_row(name, overdue=overdue)
        await log.append(Append(employment=name, head=Head(), records=(), cases=(row,)))

    assert await directory.overdue_in_unit(house.e("e-ansa"), TODAY) == 3


async def test_no_stored_column_shows_a_name_an_address_or_a_number(
    house: House, directory: PostgresDirectory
) -> None:
    tables = ("unit", "person", "national_id_index", "employment", "employment_unit")
    shown = ""
    for table in tables:
        for row in await house.pool.fetch(f"select * from {table}"):
            shown += repr(tuple(row))

    for secret in ("Prøvesen", "Avdeling", "example.org", "ansa", synthetic_id(4), "1001"):
        assert secret not in shown


REPRESENTING = {
    Role.OHS: "ohs",
    Role.SAFETY_REPRESENTATIVE: "safety_representative",
    Role.UNION_REPRESENTATIVE: "union_representative",
}


@pytest.mark.parametrize(("role", "key"), REPRESENTING.items())
async def test_a_representative_is_a_person_or_a_mailbox(
    house: House, directory: PostgresDirectory, role: Role, key: str
) -> None:
    top = unit("top", manager="toppe", hr=["hanne"], **{key: "rep@example.org"})
    await house.take_in(delta("2026-01-06", units=[top]))
    mailbox = await directory.recipient(house.e("e-ansa"), role, LATER)
    ward = unit("ward", parent="top", manager="leda", **{key: "hanne"})
    await house.take_in(delta("2026-01-07", units=[ward]))
    person_of_ward = await directory.recipient(house.e("e-ansa"), role, LATER)

    assert mailbox == Recipient(
        person=f"{house.u('top')}/{role}", address="rep@example.org", language="nb"
    )
    assert person_of_ward is not None
    assert person_of_ward.person == house.p("hanne")


@pytest.mark.parametrize("role", REPRESENTING)
async def test_without_a_representative_there_is_nobody(
    house: House, directory: PostgresDirectory, role: Role
) -> None:
    assert await directory.recipient(house.e("e-ansa"), role, LATER) is None


async def test_nobody_represents_themselves(house: House, directory: PostgresDirectory) -> None:
    """R52: the safety representative of the unit above takes over."""
    top = unit("top", manager="toppe", hr=["hanne"], safety_representative="hanne")
    ward = unit("ward", parent="top", manager="leda", safety_representative="ansa")
    await house.take_in(delta("2026-01-06", units=[top, ward]))

    found = await directory.recipient(house.e("e-ansa"), Role.SAFETY_REPRESENTATIVE, LATER)

    assert found is not None
    assert found.person == house.p("hanne")


async def test_who_represented_on_a_date_stays_on_record(
    house: House, directory: PostgresDirectory
) -> None:
    for day, mail in (("2026-01-06", "old@example.org"), ("2026-02-01", "new@example.org")):
        ward = unit("ward", parent="top", manager="leda", ohs=mail)
        await house.take_in(delta(day, units=[ward]))
    await house.take_in(delta("2026-03-01", units=[unit("ward", parent="top", manager="leda")]))

    found = [
        await directory.recipient(house.e("e-ansa"), Role.OHS, date.fromisoformat(day))
        for day in ("2026-01-05", "2026-01-31", "2026-02-01", "2026-03-01")
    ]

    assert [one and one.address for one in found] == [
        None,
        "old@example.org",
        "new@example.org",
        None,
    ]


async def test_an_address_that_is_a_persons_key_is_that_person(
    house: House, directory: PostgresDirectory
) -> None:
    ward = unit("ward", parent="top", manager="leda", ohs="bodil@example.org")
    bodil = person("bodil@example.org", 9, mail="other@example.org")
    await house.take_in(delta("2026-01-06", units=[ward], people=[bodil]))

    found = await directory.recipient(house.e("e-ansa"), Role.OHS, LATER)

    assert found == Recipient(
        person=house.p("bodil@example.org"), address="other@example.org", language="nb"
    )


async def test_contacts_are_those_of_the_nearest_unit_that_has_them(
    house: House, directory: PostgresDirectory
) -> None:
    top = unit("top", manager="toppe", hr=["hanne"], phone="22 00 00 00", ohs="bht@example.org")
    await house.take_in(delta("2026-01-06", units=[top]))
    above = await directory.contacts(house.e("e-ansa"), LATER)
    ward = unit("ward", parent="top", manager="leda", phone="+4722000001", ohs="hanne")
    await house.take_in(delta("2026-01-07", units=[ward]))
    own = await directory.contacts(house.e("e-ansa"), LATER)

    assert above == Contacts(employer="Avdeling top", phone="22 00 00 00", ohs="bht@example.org")
    # Where occupational health is a person, the sheet gives no address of theirs.
    assert own == Contacts(employer="Avdeling top", phone="+4722000001", ohs=None)
    assert await directory.contacts(EmploymentId("e-unknown"), LATER) == Contacts()


async def test_contacts_are_sealed(house: House) -> None:
    ward = unit("ward", parent="top", manager="leda", phone="22 00 00 00", ohs="bht@example.org")
    await house.take_in(delta("2026-01-06", units=[ward]))

    phone = await house.pool.fetchval("select phone from unit where phone is not null")
    mail = await house.pool.fetchval("select mail from represented_by where mail is not null")

    assert b"22 00" not in phone
    assert b"bht" not in mail


async def test_the_same_file_twice_changes_nothing(house: House) -> None:
    ward = unit("ward", parent="top", manager="leda", phone="22 00 00 00", ohs="bht@example.org",
                union_representative="hanne")  # fmt: skip
    await house.take_in(delta("2026-01-06", units=[ward]))

    report = await house.take_in(delta("2026-01-07", units=[ward]))

    assert dict(report.counts)["units change"] == 0
    assert await house.pool.fetchval("select count(*) from represented_by") == 2


async def test_a_representative_who_is_not_in_the_directory_is_refused(house: House) -> None:
    ward = unit("ward", parent="top", manager="leda", union_representative="nobody")

    with pytest.raises(Faulty, match=r"units\[0\]\.union_representative: names a person"):
        await house.take_in(delta("2026-01-06", units=[ward]))
