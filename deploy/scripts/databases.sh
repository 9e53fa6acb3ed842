#!/bin/sh
# Runs once, when PostgreSQL's volume is empty: the databases, and one role for each user of them.
# The worker signs in as a member of tilbake_app, which can neither change nor delete an event.
set -eu

psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --set owner_password="$DB_OWNER_PASSWORD" \
  --set worker_password="$DB_WORKER_PASSWORD" \
  --set temporal_password="$TEMPORAL_DB_PASSWORD" <<'SQL'
create role tilbake_app nologin;
create role tilbake_owner login password :'owner_password';
create role tilbake_worker login password :'worker_password' in role tilbake_app;
create role temporal login password :'temporal_password';
create database tilbake owner tilbake_owner;
create database temporal owner temporal;
create database temporal_visibility owner temporal;
revoke all on database tilbake, temporal, temporal_visibility from public;
grant connect on database tilbake to tilbake_worker;
SQL
