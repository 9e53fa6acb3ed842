insert into represented_by (unit_id, role, person_id, mail, valid_from)
values ($1, $2, $3, $4, $5)
