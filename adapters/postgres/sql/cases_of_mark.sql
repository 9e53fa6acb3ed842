select case_id, employment_id
from case_view
where mark = $1
order by case_id
