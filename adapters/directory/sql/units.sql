-- The tree in reading order; $1 null begins at the tops, else at that unit.
with recursive tree (unit_id, parent_id, orgnr, name, has_ohs, depth, path) as (
    select unit_id, parent_id, orgnr, name, has_ohs, 0, array[unit_id]
    from unit
    where ($1::text is null and parent_id is null) or unit_id = $1
    union all
    select u.unit_id, u.parent_id, u.orgnr, u.name, u.has_ohs, t.depth + 1, t.path || u.unit_id
    from tree as t
    join unit as u on u.parent_id = t.unit_id
    where t.depth < 100
)
select unit_id, parent_id, orgnr, name, has_ohs, depth
from tree
order by path
