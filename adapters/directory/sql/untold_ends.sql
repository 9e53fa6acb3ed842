-- Employments with a log and an end in the directory that the log does not name as the last one.
select e.employment_id, e.valid_to, ended.told
from employment as e
join event_stream as s on s.employment_id = e.employment_id and s.seq > 0
cross join lateral (
    select count(*) as told,
        (array_agg((body ->> 'on')::date order by seq desc))[1] as latest
    from case_event as c
    where c.employment_id = e.employment_id and c.kind = 'employment_ended'
) as ended
where e.valid_to is not null and ended.latest is distinct from e.valid_to
    and ($1::text is null or e.employment_id = $1)
order by e.employment_id
