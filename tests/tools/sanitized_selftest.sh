#!/bin/sh
# Every eighth fault under a program with sanitizers: sanitized_selftest.sh MAILSPEC. All of them go through the optimised one.
set -eu
names=$("$1" run --fault list | awk 'NF > 0 && NR % 8 == 1 { print $1 }')
[ -n "$names" ]
# shellcheck disable=SC2086 # the names are words
exec "$1" selftest --no-config -q $names
