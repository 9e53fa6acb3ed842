insert into unit (unit_id, orgnr, name, has_ohs)
values ($1, $2, $3, $4)
on conflict (unit_id) do update
set orgnr = excluded.orgnr, name = excluded.name, has_ohs = excluded.has_ohs, updated_at = now()
