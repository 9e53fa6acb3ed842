insert into access_log (actor, action, case_id, person_id, reason)
select $1, $2, r.case_id, r.person_id, $5
from unnest($3::text [], $4::text []) as r (case_id, person_id)
