#!/bin/sh
# Measure mailspec beside its peers; see README.md.
#
# usage: tests/bench/run.sh [BUILD-FOLDER] [NAME ...]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=build/release
if [ $# -gt 0 ] && [ -d "$1" ]; then
    build=$1
    shift
fi
PATH=$PATH:/usr/sbin:/sbin
export PATH
if [ ! -x "$build/mailspec" ]; then
    echo "$build/mailspec is not there: build it first, or name the build folder" >&2
    exit 2
fi
missing=
for need in smtp-sink:postfix smtp-source:postfix nc:netcat-openbsd curl:curl swaks:swaks /usr/bin/time:time python3:python3; do
    command -v "${need%%:*}" >/dev/null || missing="$missing ${need#*:}"
done
if [ -n "$missing" ]; then
    echo "missing: DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends$missing" >&2
    exit 2
fi
exec python3 "$here/bench.py" --mailspec "$build/mailspec" "$@"
