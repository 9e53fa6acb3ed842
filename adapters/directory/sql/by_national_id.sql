-- A note names the sub-unit it was written for, which may be where the employee was before.
select e.employment_id, e.person_id,
    bool_or(eu.valid_from <= $3 and (eu.valid_to is null or eu.valid_to >= $3)) as now_there
from national_id_index as n
join employment as e on e.person_id = n.person_id
join employment_unit as eu on eu.employment_id = e.employment_id
join unit as u on u.unit_id = eu.unit_id
where n.digest = $1 and u.orgnr = $2
    and e.valid_from <= $3 and (e.valid_to is null or e.valid_to >= $3)
group by e.employment_id, e.person_id
order by now_there desc, e.employment_id
