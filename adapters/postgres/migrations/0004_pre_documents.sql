-- Sealed texts, notes that wait for a person's decision, and who read what.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- An event names a document by id and by the SHA-256 of its ciphertext, so it never changes.
create table document (
    document_id text collate "C" primary key,
    person_id text collate "C" not null references person (person_id),
    field text collate "C" not null,
    sealed bytea not null,
    sha256 text collate "C" not null check (sha256 ~ '^[0-9a-f]{64}$'),
    created_at timestamptz not null default now()
);

create index document_person on document (person_id);
create index document_created on document (created_at);

-- A note that fits several employments, or none, waits for HR (R1b).
create table note_queue (
    note_id text collate "C" primary key,
    person_id text collate "C" references person (person_id),
    sealed bytea not null,
    candidates text [] not null default '{}',
    suggested text [] not null default '{}',
    received_at timestamptz not null default now(),
    state text collate "C" not null default 'open' check (state in ('open', 'assigned', 'dismissed')),
    assigned_to text [] not null default '{}',
    settled_at timestamptz,
    settled_by text collate "C",
    constraint note_queue_settled check ((state = 'open') = (settled_at is null))
);

create index note_queue_open on note_queue (received_at) where state = 'open';

create table access_log (
    access_id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    actor text collate "C" not null,
    action text collate "C" not null,
    case_id text collate "C",
    person_id text collate "C",
    reason text collate "C" not null default ''
);

create index access_log_case on access_log (case_id, at);
create index access_log_actor on access_log (actor, at);

create trigger access_log_append_only before update or delete on access_log
for each row execute function refuse_change();
create trigger access_log_no_truncate before truncate on access_log
for each statement execute function refuse_change();

grant select, insert, delete on document to tilbake_app;
grant select, insert, update, delete on note_queue to tilbake_app;
grant select, insert on access_log to tilbake_app;
