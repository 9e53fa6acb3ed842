update person set name = $2, mail = $3 where person_id = $1
