update unit set parent_id = $2 where unit_id = $1
