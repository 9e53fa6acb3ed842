insert into employment (employment_id, person_id, employee_no_digest, valid_from, valid_to)
values ($1, $2, $3, $4, $5)
on conflict (employment_id) do update
set employee_no_digest = excluded.employee_no_digest, valid_from = excluded.valid_from,
    valid_to = excluded.valid_to, updated_at = now()
