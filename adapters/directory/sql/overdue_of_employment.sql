select coalesce(sum(overdue), 0)::integer from case_view where employment_id = $1
