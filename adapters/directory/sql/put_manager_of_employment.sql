insert into manager_of (employment_id, person_id, valid_from)
values ($1, $2, $3)
