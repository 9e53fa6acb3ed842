select e.employment_id, e.person_id, true as now_there
from employment as e
where e.employee_no_digest = $1
    and e.valid_from <= $2 and (e.valid_to is null or e.valid_to >= $2)
order by e.employment_id
