#!/bin/sh
# Hold every C file against .clang-format.
#
# usage: check_format.sh     exit status 1: a file is laid out otherwise; 77: clang-format is missing
set -eu
cd "$(dirname "$0")/../.."

if ! command -v clang-format >/dev/null; then
    echo "clang-format is missing, so the layout was not checked: apt-get install clang-format"
    exit 77
fi
count=$(find harness fake_servers fake_clients reports tests -name '*.[ch]' | wc -l)
if [ "$count" -eq 0 ]; then
    echo "no C files were found: nothing was checked"
    exit 1
fi
if ! find harness fake_servers fake_clients reports tests -name '*.[ch]' -print0 |
    xargs -0 clang-format --dry-run -Werror; then
    echo "run clang-format -i on the files named above"
    exit 1
fi
echo "$count files keep to .clang-format"
