-- $1 only what is overdue; $2 only these units, null for all; $3 the day; $4 closed ones too.
select v.case_id, v.employment_id, v.mark, v.state, v.start_on, v.last_on, v.next_due_on,
    v.overdue, e.person_id, eu.unit_id
from case_view as v
left join employment as e on e.employment_id = v.employment_id
left join employment_unit as eu on eu.employment_id = v.employment_id
    and eu.valid_from <= $3 and (eu.valid_to is null or eu.valid_to >= $3)
where (not $1 or v.overdue > 0)
    and ($2::text [] is null or eu.unit_id = any($2))
    and ($4 or v.state <> 'closed')
order by v.overdue = 0, v.next_due_on nulls last, v.case_id
limit $5
