insert into person_key (person_id, wrapped_key, kek_id)
values ($1, $2, $3)
on conflict (person_id) do nothing
