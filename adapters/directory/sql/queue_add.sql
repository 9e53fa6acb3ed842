insert into note_queue (note_id, person_id, sealed, candidates, suggested)
values ($1, $2, $3, $4, $5)
on conflict (note_id) do nothing
returning note_id
