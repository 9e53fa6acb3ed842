select unit_id, role, person_id, mail
from represented_by
where valid_to is null
