insert into ohs_question (question_id, asker_id, sealed, asked_on)
values ($1, $2, $3, $4)
