select person_id, wrapped_key, kek_id
from person_key
where person_id = any($1::text [])
