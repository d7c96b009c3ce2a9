#!/bin/sh
# What the entrypoint of the official image does, as far as Foyer relies on it: an empty folder becomes a cluster with the
# superuser's password, the scripts in /docker-entrypoint-initdb.d run once, and then the command runs.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
	initdb --username=postgres --pwfile="$POSTGRES_PASSWORD_FILE" --auth-local=trust --auth-host=scram-sha-256 "$PGDATA"
	echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
	pg_ctl -D "$PGDATA" -w start -o "-c listen_addresses=''"
	for script in /docker-entrypoint-initdb.d/*.sh; do "$script"; done
	pg_ctl -D "$PGDATA" -m fast -w stop
fi
exec "$@"
