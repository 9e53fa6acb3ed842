insert into document (document_id, person_id, field, sealed, sha256)
values ($1, $2, $3, $4, $5)
