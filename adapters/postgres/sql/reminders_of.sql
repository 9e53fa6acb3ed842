select reminder, employment_id, case_id, role, duty, stage, legal_on, meeting, change, sequence,
    due_at, state, attempts, next_try_at, settled_at, detail
from outbox
where employment_id = $1
order by due_at, reminder
