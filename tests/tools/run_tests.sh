#!/bin/sh
# run_tests.sh BUILD-FOLDER [CTEST ARGS]: run CTest, then close with a plain line "N passed, N failed, N skipped".
#
# A slot of CTest is half a processor: what works takes two (PROCESSORS), what mostly waits takes one, what must be alone four.
set -u
build=$1
shift
log=$build/ctest.log
slots=$((2 * $(nproc)))
[ "$slots" -ge 4 ] || slots=4 # as many as one test may take
ctest --test-dir "$build" --output-on-failure -j "$slots" "$@" 2>&1 | tee "$log"
grep -q 'tests passed' "$log" || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }
# Result lines look like " 3/40 Test  #7: unit/test_base_buf ....   Passed    0.01 sec".
count() { grep -cE "^ *[0-9]+/[0-9]+ Test +#.*$1" "$log"; }
skipped=$(count '\*\*\*Skipped')
passed=$(count '   Passed ')
all=$(grep -cE '^ *[0-9]+/[0-9]+ Test +#' "$log")
failed=$((all - passed - skipped))
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
