delete from employment_unit where employment_id = any($1::text [])
