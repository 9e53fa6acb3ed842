-- Without the data key every text of the person is noise; what could still find or show the
-- person goes with it. The ciphertexts stay, since the log's hashes speak of them.
with gone as (
    delete from person_key where person_id = $1 returning person_id
), unfindable as (
    delete from national_id_index where person_id = $1
), numberless as (
    update employment set employee_no_digest = null, updated_at = now() where person_id = $1
), nameless as (
    update person set name = null, mail = null, updated_at = now() where person_id = $1
)
select count(*) from gone
