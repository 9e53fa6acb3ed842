select e.employment_id, e.person_id, e.employee_no_digest, e.valid_from, e.valid_to,
    (
        select m.person_id from manager_of as m
        where m.employment_id = e.employment_id and m.valid_to is null
        order by m.valid_from desc, m.manager_of_id desc limit 1
    ) as manager
from employment as e
