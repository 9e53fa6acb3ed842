delete from document
where document_id = $1
