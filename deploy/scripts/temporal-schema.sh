#!/bin/sh
# Brings both of Temporal's databases to the schema of this admin-tools image; harmless to repeat.
set -eu

schema() {
  temporal-sql-tool --plugin postgres12 --endpoint "$POSTGRES_HOST" --port 5432 \
    --user temporal --database "$1" "$2" "$3" "$4"
}

# The password is read from SQL_PASSWORD.
schema temporal setup-schema -v 0.0
schema temporal update-schema -d /etc/temporal/schema/postgresql/v12/temporal/versioned
schema temporal_visibility setup-schema -v 0.0
schema temporal_visibility update-schema -d /etc/temporal/schema/postgresql/v12/visibility/versioned
