-- Who is who, by date. Names, addresses and texts are sealed (bytea); the rest is opaque or public.
-- An open validity has valid_to null; both ends are included.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create table unit (
    unit_id text collate "C" primary key,
    parent_id text collate "C" references unit (unit_id),
    orgnr text collate "C" not null check (orgnr ~ '^[0-9]{9}$'),
    name bytea,
    has_ohs boolean not null default false,
    updated_at timestamptz not null default now()
);

create index unit_parent on unit (parent_id);
create index unit_orgnr on unit (orgnr);

create table person (
    person_id text collate "C" primary key,
    name bytea,
    mail bytea,
    language text collate "C" not null default 'nb' check (language in ('nb', 'nn', 'en')),
    updated_at timestamptz not null default now()
);

-- The person's data key, wrapped by a key-encryption key. Deleting the row erases the person.
create table person_key (
    person_id text collate "C" primary key references person (person_id),
    wrapped_key bytea not null,
    kek_id text collate "C" not null,
    created_at timestamptz not null default now()
);

create index person_key_kek on person_key (kek_id);

-- A national id is found by its keyed HMAC and stored nowhere else.
create table national_id_index (
    digest bytea primary key,
    person_id text collate "C" not null references person (person_id)
);

create index national_id_index_person on national_id_index (person_id);

create table employment (
    employment_id text collate "C" primary key,
    person_id text collate "C" not null references person (person_id),
    employee_no_digest bytea,
    valid_from date not null,
    valid_to date,
    updated_at timestamptz not null default now(),
    check (valid_to is null or valid_to >= valid_from)
);

create index employment_person on employment (person_id);
create index employment_number on employment (employee_no_digest);

create table employment_unit (
    employment_id text collate "C" not null references employment (employment_id),
    unit_id text collate "C" not null references unit (unit_id),
    valid_from date not null,
    valid_to date,
    primary key (employment_id, valid_from),
    check (valid_to is null or valid_to >= valid_from)
);

create index employment_unit_unit on employment_unit (unit_id);

-- Who answers for a unit, or for one employment apart from its unit.
create table manager_of (
    manager_of_id bigint generated always as identity primary key,
    unit_id text collate "C" references unit (unit_id),
    employment_id text collate "C" references employment (employment_id),
    person_id text collate "C" not null references person (person_id),
    valid_from date not null,
    valid_to date,
    check (num_nonnulls(unit_id, employment_id) = 1),
    check (valid_to is null or valid_to >= valid_from)
);

create index manager_of_unit on manager_of (unit_id) where unit_id is not null;
create index manager_of_employment on manager_of (employment_id) where employment_id is not null;
create index manager_of_person on manager_of (person_id);

create table hr_of (
    hr_of_id bigint generated always as identity primary key,
    unit_id text collate "C" not null references unit (unit_id),
    person_id text collate "C" not null references person (person_id),
    valid_from date not null,
    valid_to date,
    check (valid_to is null or valid_to >= valid_from)
);

create index hr_of_unit on hr_of (unit_id);
create index hr_of_person on hr_of (person_id);

grant select, insert, update, delete on unit, person, person_key, national_id_index, employment,
employment_unit, manager_of, hr_of to tilbake_app;
