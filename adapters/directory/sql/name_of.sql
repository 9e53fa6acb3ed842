select name
from person
where person_id = $1
