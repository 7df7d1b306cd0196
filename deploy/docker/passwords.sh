#!/bin/sh
# Gives the roles of databases.sql the password of the installation, when PostgreSQL's data is created.
set -eu
for role in identity_owner identity_service directory billing_owner billing_service gateway; do
	echo "ALTER ROLE $role PASSWORD :'password'" | psql -v ON_ERROR_STOP=1 -v password="$MUSTER_DATABASE_PASSWORD" -U "$POSTGRES_USER"
done
