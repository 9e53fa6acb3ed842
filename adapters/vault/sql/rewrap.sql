update person_key
set wrapped_key = $2, kek_id = $3
where person_id = $1
