select coalesce(sum(v.overdue), 0)::integer
from employment_unit as mine
join employment_unit as beside on beside.unit_id = mine.unit_id
    and beside.valid_from <= $2 and (beside.valid_to is null or beside.valid_to >= $2)
join case_view as v on v.employment_id = beside.employment_id
where mine.employment_id = $1
    and mine.valid_from <= $2 and (mine.valid_to is null or mine.valid_to >= $2)
