select u.unit_id, u.parent_id, u.orgnr, u.name, u.has_ohs, u.phone,
    (
        select m.person_id from manager_of as m
        where m.unit_id = u.unit_id and m.valid_to is null
        order by m.valid_from desc, m.manager_of_id desc limit 1
    ) as manager,
    array(
        select h.person_id from hr_of as h
        where h.unit_id = u.unit_id and h.valid_to is null
    ) as hr
from unit as u
