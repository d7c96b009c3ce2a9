#!/bin/sh
# Makes the two databases, each with an owner of its own. PostgreSQL's container runs it once, while its folder is empty.
set -eu
psql --no-psqlrc -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
	-v foyer="$(cat /run/secrets/foyer_database_password)" \
	-v prosody="$(cat /run/secrets/prosody_database_password)" <<-'SQL'
	CREATE ROLE foyer LOGIN PASSWORD :'foyer';
	CREATE ROLE prosody LOGIN PASSWORD :'prosody';
	CREATE DATABASE foyer OWNER foyer;
	CREATE DATABASE prosody OWNER prosody;
	REVOKE CONNECT ON DATABASE foyer, prosody FROM PUBLIC;
	SQL
