select unit_id
from employment_unit
where employment_id = $1 and valid_from <= $2 and (valid_to is null or valid_to >= $2)
