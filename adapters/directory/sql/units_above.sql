-- The employment's unit and those above it, the nearest first.
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
select c.unit_id, u.name, u.phone
from chain as c
join unit as u on u.unit_id = c.unit_id
order by c.depth
