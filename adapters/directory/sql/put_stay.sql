insert into employment_unit (employment_id, unit_id, valid_from, valid_to)
values ($1, $2, $3, $4)
