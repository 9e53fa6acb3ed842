select person_id
from national_id_index
where digest = $1
