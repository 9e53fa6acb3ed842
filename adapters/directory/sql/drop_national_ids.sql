delete from national_id_index where person_id = any($1::text [])
