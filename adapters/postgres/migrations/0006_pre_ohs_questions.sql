-- Questions that somebody asks occupational health in private: no part of a case.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Sealed under the asker's key, the case's mark with the words, so a row tells only that
-- somebody asked on that day.
create table ohs_question (
    question_id text collate "C" primary key,
    asker_id text collate "C" not null references person (person_id),
    sealed bytea not null,
    asked_on date not null
);

create index ohs_question_asker on ohs_question (asker_id);

grant select, insert, delete on ohs_question to tilbake_app;
