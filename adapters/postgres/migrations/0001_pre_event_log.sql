-- The log of every employment, what lists read of it, and what is to be sent.
-- The log is the one source of truth; case_view can be rebuilt from it.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Roles belong to the cluster, not to the database: another database may have made it.
do $$
begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'tilbake_app') then
        create role tilbake_app nologin;
    end if;
exception
    when duplicate_object or unique_violation then null;
end
$$;

grant usage on schema public to tilbake_app;

-- One row an employment: where its log ends. Whoever updates it writes alone.
create table event_stream (
    employment_id text collate "C" primary key,
    seq bigint not null check (seq >= 0),
    hash bytea not null check (octet_length(hash) = 32),
    next_wake timestamptz,
    finished boolean not null default false,
    updated_at timestamptz not null default now()
) with (fillfactor = 80);

create index event_stream_open on event_stream (employment_id) where not finished;

create table case_event (
    employment_id text collate "C" not null,
    seq bigint not null check (seq > 0),
    case_id text collate "C",
    cause_id text collate "C" not null,
    cause_no bigint not null check (cause_no >= 0),
    kind text collate "C" not null,
    at timestamptz not null,
    actor text collate "C" not null,
    rule_set text collate "C" not null,
    body jsonb not null,
    prev_hash bytea not null check (octet_length(prev_hash) = 32),
    hash bytea not null check (octet_length(hash) = 32),
    primary key (employment_id, seq),
    constraint case_event_cause_once unique (employment_id, cause_id, cause_no)
);

-- Grants keep the program from changing an event; the trigger keeps the owner from doing it by accident.
create function refuse_change() returns trigger
language plpgsql as $$
begin
    raise exception '% is append-only: % refused', tg_table_name, lower(tg_op)
        using errcode = 'restrict_violation';
end
$$;

create trigger case_event_append_only before update or delete on case_event
for each row execute function refuse_change();
create trigger case_event_no_truncate before truncate on case_event
for each statement execute function refuse_change();

-- One row a case, for lists and pages: codes and dates only.
create table case_view (
    case_id text collate "C" primary key,
    employment_id text collate "C" not null,
    mark text collate "C" not null,
    state text collate "C" not null,
    start_on date not null,
    last_on date not null,
    next_due_on date,
    overdue bigint not null check (overdue >= 0),
    duties jsonb not null
) with (fillfactor = 80);

create index case_view_employment on case_view (employment_id);
create index case_view_overdue on case_view (next_due_on, case_id) where overdue > 0;
create index case_view_due on case_view (next_due_on, case_id)
where state in ('active', 'awaiting_note');

-- Each reminder to one role, once.
create table outbox (
    reminder text collate "C" primary key,
    employment_id text collate "C" not null,
    case_id text collate "C" not null,
    role text collate "C" not null,
    duty text collate "C",
    stage text collate "C" not null,
    legal_on date,
    target_on date,
    due_at timestamptz not null,
    state text collate "C" not null default 'pending'
    check (state in ('pending', 'sent', 'dropped', 'failed', 'no_recipient')),
    attempts bigint not null default 0 check (attempts >= 0),
    next_try_at timestamptz not null,
    lease_until timestamptz,
    settled_at timestamptz,
    detail text not null default '',
    constraint outbox_settled check ((state = 'pending') = (settled_at is null))
) with (fillfactor = 80);

create index outbox_pending on outbox (next_try_at, reminder) where state = 'pending';
create index outbox_case on outbox (case_id);
create index outbox_for_hr on outbox (settled_at) where state in ('failed', 'no_recipient');

-- Each try and how it ended; codes only, never an address.
create table delivery_attempt (
    attempt_id bigint generated always as identity primary key,
    reminder text collate "C" not null references outbox (reminder),
    at timestamptz not null default now(),
    outcome text collate "C" not null,
    detail text not null default ''
);

create index delivery_attempt_reminder on delivery_attempt (reminder);

grant select on schema_migration to tilbake_app;
grant select, insert on case_event, delivery_attempt to tilbake_app;
grant select, insert, update on event_stream, outbox to tilbake_app;
grant select, insert, update, delete on case_view to tilbake_app;
