-- One round trip a step: head, events, view, outbox and settlements in one call.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Gives false, and writes nothing, when the stream does not end at (p_seq, p_hash).
-- p_records is an array of the very texts that were hashed; p_hashes are their hashes, 32 bytes
-- each, one after the other. p_cases, p_outbox and p_settled are arrays too; null means "leave
-- as it is". No SQL arrays: a driver would have to ask for their types first.
create function append_events(
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
        insert into outbox (reminder, employment_id, case_id, role, duty, stage, legal_on,
            target_on, due_at, next_try_at)
        select o ->> 'reminder', p_employment, o ->> 'case', o ->> 'role', o ->> 'duty',
            o ->> 'stage', (o ->> 'legal_on')::date, (o ->> 'target_on')::date,
            (o ->> 'due_at')::timestamptz, (o ->> 'due_at')::timestamptz
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

revoke all on function append_events from public;
grant execute on function append_events to tilbake_app;
