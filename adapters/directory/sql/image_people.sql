select p.person_id, p.name, p.mail, p.language,
    array(select n.digest from national_id_index as n where n.person_id = p.person_id) as digests
from person as p
