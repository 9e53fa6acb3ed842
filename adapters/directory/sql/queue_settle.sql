update note_queue
set state = $2, assigned_to = $3, settled_by = $4, settled_at = $5
where note_id = $1 and state = 'open'
returning note_id
