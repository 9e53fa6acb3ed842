-- A sick row is a note of its own, named row:<id>; the others name their row.
with told (employment_id, seq, is_note, row_id, span) as (
    select employment_id, seq, kind = 'note_received',
        case kind
            when 'note_received' then substr(body -> 'note' ->> 'note_id', 5)
            else body ->> 'row'
        end,
        case kind
            when 'note_received' then body -> 'note' -> 'periods' -> 0 -> 'span'
            else body -> 'span'
        end
    from case_event
    where (kind = 'note_received' and body -> 'note' ->> 'note_id' like 'row:%')
        or (kind in ('self_certified', 'vacation', 'leave') and body ->> 'row' is not null)
)
select t.employment_id, t.row_id, t.is_note, (t.span ->> 'first')::date as first,
    (t.span ->> 'last')::date as last,
    not exists (
        select from case_event as w
        where w.employment_id = t.employment_id and w.seq > t.seq
            and case
                when t.is_note
                then w.kind = 'note_withdrawn' and w.body ->> 'note_id' = 'row:' || t.row_id
                else w.kind = 'row_withdrawn' and w.body ->> 'row' = t.row_id
            end
    ) as is_live
from told as t
where (t.span ->> 'first')::date >= $1 and (t.span ->> 'last')::date <= $2
order by t.employment_id, t.seq
