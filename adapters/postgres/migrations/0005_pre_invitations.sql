-- The outbox also holds what people are to be told about a meeting, and the directory knows who
-- represents the employees of a unit, its occupational health, and a telephone.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- A reminder has a stage; an invitation has a meeting, a change and a sequence. A worker of the
-- release before cannot read an invitation, and leaves it to the others until it stops.
alter table outbox
-- squawk-ignore ban-drop-not-null
alter column stage drop not null,
add column kind text collate "C" not null default 'reminder',
add column meeting text collate "C",
add column change text collate "C",
add column sequence bigint;
alter table outbox add constraint outbox_kind check (
    case kind
        when 'reminder' then stage is not null
        when 'invitation' then num_nulls(meeting, change, sequence) = 0
        else false
    end
) not valid;

-- A person of the directory, or a mailbox of its own: its address is sealed.
create table represented_by (
    represented_by_id bigint generated always as identity primary key,
    unit_id text collate "C" not null references unit (unit_id),
    role text collate "C" not null
    check (role in ('ohs', 'safety_representative', 'union_representative')),
    person_id text collate "C" references person (person_id),
    mail bytea,
    valid_from date not null,
    valid_to date,
    check (num_nonnulls(person_id, mail) = 1),
    check (valid_to is null or valid_to >= valid_from)
);

create index represented_by_unit on represented_by (unit_id, role);
create index represented_by_person on represented_by (person_id) where person_id is not null;

alter table unit add column phone bytea;

grant select, insert, update, delete on represented_by to tilbake_app;

-- As in 0002, with the columns above.
create or replace function append_events(
    p_employment text,
    p_seq bigint,
    p_hash bytea,
    p_records jsonb,
    p_hashes bytea,
    p_cases jsonb,
    p_outbox jsonb,
    p_settled jsonb,
    p_at timestamptz,
    p_next_wake timestamptz,
    p_finished boolean,
    p_keep_wake boolean
) returns boolean
language plpgsql as $$
declare
    added constant integer := octet_length(p_hashes) / 32;
    chain constant bytea := p_hash || p_hashes;
    last_hash constant bytea := substring(chain from added * 32 + 1 for 32);
begin
    -- Locks the head, compares it and moves it in one statement; a writer that comes second
    -- waits here and then finds that the head is no longer where it believed.
    update event_stream
    set seq = p_seq + added,
        hash = last_hash,
        next_wake = case when p_keep_wake then next_wake else p_next_wake end,
        finished = case when p_keep_wake then finished else p_finished end,
        updated_at = now()
    where employment_id = p_employment and seq = p_seq and hash = p_hash;
    if not found then
        if p_seq <> 0 then
            return false;
        end if;
        insert into event_stream (employment_id, seq, hash, next_wake, finished)
        values (p_employment, added, last_hash,
            case when p_keep_wake then null else p_next_wake end,
            case when p_keep_wake then false else p_finished end)
        on conflict (employment_id) do nothing;
        if not found then
            return false;
        end if;
    end if;

    if added > 0 then
        insert into case_event (employment_id, seq, case_id, cause_id, cause_no, kind, at, actor,
            rule_set, body, prev_hash, hash)
        select p_employment, p_seq + n, r ->> 'case', r ->> 'cause', (r ->> 'cause_no')::bigint,
            r ->> 'kind', (r ->> 'at')::timestamptz, r ->> 'actor', r ->> 'rule_set', r -> 'body',
            substring(chain from (n::integer - 1) * 32 + 1 for 32),
            substring(chain from n::integer * 32 + 1 for 32)
        from jsonb_array_elements(p_records) with ordinality as records (r, n);
    end if;

    if p_cases is not null then
        delete from case_view
        where employment_id = p_employment
            and case_id not in (select c ->> 'case' from jsonb_array_elements(p_cases) as c);
        insert into case_view as seen (case_id, employment_id, mark, state, start_on, last_on,
            next_due_on, overdue, duties)
        select c ->> 'case', p_employment, c ->> 'mark', c ->> 'state', (c ->> 'start_on')::date,
            (c ->> 'last_on')::date, (c ->> 'next_due_on')::date, (c ->> 'overdue')::bigint,
            c -> 'duties'
        from jsonb_array_elements(p_cases) as c
        on conflict (case_id) do update
        set state = excluded.state, start_on = excluded.start_on, last_on = excluded.last_on,
            next_due_on = excluded.next_due_on, overdue = excluded.overdue,
            duties = excluded.duties
        where (seen.state, seen.start_on, seen.last_on, seen.next_due_on, seen.overdue,
            seen.duties)
            is distinct from (excluded.state, excluded.start_on, excluded.last_on,
            excluded.next_due_on, excluded.overdue, excluded.duties);
    end if;

    if p_outbox is not null then
        insert into outbox (reminder, employment_id, case_id, role, kind, duty, stage, legal_on,
            target_on, meeting, change, sequence, due_at, next_try_at)
        select o ->> 'reminder', p_employment, o ->> 'case', o ->> 'role',
            coalesce(o ->> 'kind', 'reminder'), o ->> 'duty', o ->> 'stage',
            (o ->> 'legal_on')::date, (o ->> 'target_on')::date, o ->> 'meeting', o ->> 'change',
            (o ->> 'sequence')::bigint, (o ->> 'due_at')::timestamptz,
            (o ->> 'due_at')::timestamptz
        from jsonb_array_elements(p_outbox) as o
        on conflict (reminder) do nothing;
        if found then
            perform pg_notify('tilbake_outbox', '');
        end if;
    end if;

    if p_settled is not null then
        with settled as (
            update outbox as o
            set state = s ->> 'state', detail = s ->> 'detail', lease_until = null,
                settled_at = coalesce(p_at, now())
            from jsonb_array_elements(p_settled) as s
            where o.reminder = s ->> 'reminder' and o.state = 'pending'
            returning o.reminder, o.settled_at, o.state, o.detail
        )
        insert into delivery_attempt (reminder, at, outcome, detail)
        select reminder, settled_at, state, detail from settled;
    end if;
    return true;
end
$$;
