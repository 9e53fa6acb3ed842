insert into unit (unit_id, orgnr, name, has_ohs, phone)
values ($1, $2, $3, $4, $5)
on conflict (unit_id) do update
set orgnr = excluded.orgnr, name = excluded.name, has_ohs = excluded.has_ohs,
    phone = excluded.phone, updated_at = now()
