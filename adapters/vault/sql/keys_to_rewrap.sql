select person_id, wrapped_key, kek_id
from person_key
where kek_id <> $1
order by person_id
limit 500
for update skip locked
