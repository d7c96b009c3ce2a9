#!/bin/sh
# Runs one of Foyer's two services: sh runtime/run.sh component/main.ts
# How Node is to use memory stands here alone, for npm start, containers and tests alike.
set -eu

# Where Node keeps our sources as it has compiled them. With it a start takes half the time, and a process 27 MB less: what
# reads TypeScript is not even loaded.
: "${NODE_COMPILE_CACHE:=$(dirname "$0")/../node_modules/.cache/compiled}"
export NODE_COMPILE_CACHE

# --max-semi-space-size: garbage of the moment is collected in small portions; by default 100 MB of it may lie about in each
# process.
exec "${NODE:-node}" --disable-warning=ExperimentalWarning --max-semi-space-size=4 "$@"
