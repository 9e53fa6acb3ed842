-- HR of the employment's unit, else of the nearest unit above; never the employee.
with recursive chain (unit_id, parent_id, depth) as (
    select u.unit_id, u.parent_id, 1
    from employment_unit as eu
    join unit as u on u.unit_id = eu.unit_id
    where eu.employment_id = $1 and eu.valid_from <= $2
        and (eu.valid_to is null or eu.valid_to >= $2)
    union all
    select u.unit_id, u.parent_id, c.depth + 1
    from chain as c
    join unit as u on u.unit_id = c.parent_id
    where c.depth < 100
)
select p.person_id, p.mail, p.language
from chain as c
join hr_of as h on h.unit_id = c.unit_id and h.valid_from <= $2
    and (h.valid_to is null or h.valid_to >= $2)
join person as p on p.person_id = h.person_id
where h.person_id <> (select person_id from employment where employment_id = $1)
order by c.depth, h.valid_from desc, p.person_id
limit 1
