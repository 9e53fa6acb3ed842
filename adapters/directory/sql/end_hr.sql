-- What began on the same day was corrected before it counted; all else keeps its history.
with corrected as (
    delete from hr_of
    where unit_id = $1 and person_id = $2 and valid_to is null and valid_from >= $3
    returning hr_of_id
)
update hr_of
set valid_to = $3::date - 1
where unit_id = $1 and person_id = $2 and valid_to is null and valid_from < $3
