#!/bin/sh
# Prints what .env must hold for docker-compose.yml: six secrets, made now. Keep the file: the databases remember them.
set -eu
umask 077
for name in POSTGRES_PASSWORD FOYER_DATABASE_PASSWORD PROSODY_DATABASE_PASSWORD COMPONENT_SECRET WEBCHAT_SECRET TOKEN_SECRET; do
	echo "$name=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')"
done
