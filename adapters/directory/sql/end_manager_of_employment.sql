-- What began on the same day was corrected before it counted; all else keeps its history.
with corrected as (
    delete from manager_of
    where employment_id = $1 and valid_to is null and valid_from >= $2
    returning manager_of_id
)
update manager_of
set valid_to = $2::date - 1
where employment_id = $1 and valid_to is null and valid_from < $2
