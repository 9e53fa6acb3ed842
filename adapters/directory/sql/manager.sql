-- Whoever answers for an employment on a date: its own manager, else its unit's. Nobody handles
-- their own case, so a unit led by the employee alone passes it on to the unit above. A unit
-- without a manager passes nothing on: that is for HR to see.
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
), level (depth, person_id, valid_from) as (
    select 0, m.person_id, m.valid_from
    from manager_of as m
    where m.employment_id = $1 and m.valid_from <= $2
        and (m.valid_to is null or m.valid_to >= $2)
    union all
    select c.depth, m.person_id, m.valid_from
    from chain as c
    left join manager_of as m on m.unit_id = c.unit_id and m.valid_from <= $2
        and (m.valid_to is null or m.valid_to >= $2)
), other (depth, person_id, valid_from) as (
    select depth, person_id, valid_from
    from level
    where person_id is distinct from (select person_id from employment where employment_id = $1)
)
select p.person_id, p.mail, p.language
from other as o
join person as p on p.person_id = o.person_id
where o.depth = (select min(depth) from other)
order by o.valid_from desc, p.person_id
limit 1
