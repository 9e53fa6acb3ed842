select employment_id, unit_id, valid_from, valid_to
from employment_unit
order by employment_id, valid_from
