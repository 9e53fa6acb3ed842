select asker_id, sealed, asked_on
from ohs_question
where question_id = $1
