select extract(year from asked_on)::integer as asked_in, count(*) as asked
from ohs_question
group by asked_in
order by asked_in
