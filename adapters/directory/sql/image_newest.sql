select max(valid_from)
from (
    select valid_from from manager_of
    union all select valid_from from hr_of
    union all select valid_from from represented_by
) as answers
