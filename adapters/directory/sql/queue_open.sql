select note_id, person_id, candidates, suggested, received_at
from note_queue
where state = 'open'
order by received_at, note_id
limit $1
