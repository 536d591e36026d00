#!/bin/sh
# Every sixteenth fault under a program with sanitizers: sanitized_selftest.sh MAILSPEC [PART]. The part, 0 to 15, is another one each day, so
# that all have their turn; all of them go through the optimised program every time.
set -eu
parts=16
today=$(date +%j | sed 's/^0*//')
part=${2:-$((today % parts))}
names=$("$1" run --fault list | awk -v part="$part" -v parts="$parts" 'NF > 0 && NR % parts == part { print $1 }')
[ -n "$names" ]
echo "part $part of $parts; again: $0 $1 $part"
# shellcheck disable=SC2086 # the names are words
exec "$1" selftest --no-config -q $names
