select person_id, sealed
from note_queue
where note_id = $1
