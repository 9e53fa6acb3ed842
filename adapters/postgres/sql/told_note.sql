select kind, body
from case_event
where employment_id = $1 and (
    (kind = 'note_received' and body -> 'note' ->> 'note_id' = $2)
    or (kind = 'note_replaced' and body -> 'by' ->> 'note_id' = $2)
)
order by seq
limit 1
