#!/bin/sh
# run.sh BUILD-FOLDER SECONDS [TARGET...]: run every fuzz target for so long, two side by side; a crash ends it.
# The corpus of the repository is only read; what is found new goes to the build folder.
set -eu
build=$1 seconds=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
[ $# -gt 0 ] || set -- $(cd "$here" && ls fuzz_*.c | sed 's/\.c$//')
one() {
    name=$1
    mkdir -p "$build/found/$name"
    dictionary=
    [ ! -f "$here/$name.dict" ] || dictionary=-dict=$here/$name.dict
    if "$build/tests/$name" $dictionary -max_total_time="$seconds" -rss_limit_mb=1024 -timeout=10 -print_final_stats=1 \
        -artifact_prefix="$build/found/$name-" "$build/found/$name" "$here/corpus/$name" >"$build/$name.log" 2>&1; then
        echo "ok      $name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$name.log") inputs in $seconds s"
    else
        echo "NOT OK  $name: see $build/$name.log"
        return 1
    fi
}
if [ "${FUZZ_ONE-}" = yes ]; then
    one "$1"
    exit
fi
printf '%s\n' "$@" | FUZZ_ONE=yes xargs -P 2 -n 1 "$0" "$build" "$seconds"
