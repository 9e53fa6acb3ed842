select p.person_id, p.name
from employment as e
join person as p on p.person_id = e.person_id
where e.employment_id = $1
