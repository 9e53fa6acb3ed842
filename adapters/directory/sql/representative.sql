-- Who holds a role for the employment's unit, else for the nearest unit above; never the employee.
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
select r.unit_id, r.mail as own_mail, p.person_id, p.mail, coalesce(p.language, 'nb') as language
from chain as c
join represented_by as r on r.unit_id = c.unit_id and r.role = $3 and r.valid_from <= $2
    and (r.valid_to is null or r.valid_to >= $2)
left join person as p on p.person_id = r.person_id
where r.person_id is distinct from (select person_id from employment where employment_id = $1)
order by c.depth, r.valid_from desc, r.represented_by_id
limit 1
