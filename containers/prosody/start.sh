#!/bin/sh
# Prosody in a container: writes the configuration from the environment, makes the demo's accounts if asked to, and serves.
set -eu
umask 077
lua5.4 /usr/share/foyer/configure.lua > /run/prosody/prosody.cfg.lua
lua5.4 /usr/share/foyer/demo-accounts.lua | prosodyctl mod_foyer_accounts
exec prosody -F
