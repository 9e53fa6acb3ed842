insert into national_id_index (digest, person_id) values ($1, $2)
