select person_id, field, sealed, sha256
from document
where document_id = $1
