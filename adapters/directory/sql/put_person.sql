insert into person (person_id, language)
values ($1, $2)
on conflict (person_id) do update
set language = excluded.language, updated_at = now()
