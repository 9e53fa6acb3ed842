select person_id
from employment
where employment_id = $1
