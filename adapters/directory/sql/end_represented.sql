-- What began on the same day was corrected before it counted; all else keeps its history.
with corrected as (
    delete from represented_by
    where unit_id = $1 and role = $2 and valid_to is null and valid_from >= $3
    returning represented_by_id
)
update represented_by
set valid_to = $3::date - 1
where unit_id = $1 and role = $2 and valid_to is null and valid_from < $3
