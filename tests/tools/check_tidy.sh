#!/bin/sh
# Run clang-tidy over every C file of the program, two at a time; or over one part of them, one at a time.
#
# usage: check_tidy.sh BUILD-FOLDER [PART PARTS]     exit status 1: there are findings; 77: clang-tidy is missing
#
# The static analyzer follows calls deeply in an eighth of the files, another one each day, and in the others it looks at each function
# nearly alone: nine tenths of the time go into its depth. DEEP=all in the environment has it go deeply everywhere.
#
# A file without findings is remembered in BUILD-FOLDER/tidy-cache under a hash of all that the
# result depends on: the file, the headers of ours that it reaches, its compile command, .clang-tidy
# and the version of clang-tidy. A second run checks only what has changed since.
set -eu

SHALLOW="--extra-arg=-Xclang --extra-arg=-analyzer-config --extra-arg=-Xclang --extra-arg=mode=shallow"

# is_deep FILE: is it of today's eighth, by a hash of its name?
is_deep() {
    [ "${DEEP-}" = all ] || [ $(($(printf %s "$1" | cksum | cut -d ' ' -f 1) % 8)) -eq "$TIDY_EIGHTH" ]
}

# The hash for one file; -MG because headers of libraries, which may not be found here, do not count.
key_of() {
    {
        echo "$TIDY_VERSION $2"
        cat .clang-tidy
        grep -F "$1" "$build/compile_commands.json" || true
        "${CC:-cc}" -MM -MG -I harness -I . "$1" | tr ' \\' '\n\n' | grep '\.[ch]$' | while read -r part; do
            if [ -f "$part" ]; then
                echo "$part"
                cat "$part"
            fi
        done
    } | sha256sum | cut -d ' ' -f 1
}

check_one() {
    name=$(printf %s "$1" | tr / -)
    depth=$SHALLOW
    ! is_deep "$1" || depth=
    key=$(key_of "$1" "$depth")
    if [ -e "$cache/$name.$key" ]; then
        return 0
    fi
    # shellcheck disable=SC2086 # the words are options
    if ! found=$(clang-tidy --quiet -p "$build" $depth "$1" 2>&1); then
        printf '%s\n' "$found"
        return 1
    fi
    rm -f "$cache/$name".*
    : >"$cache/$name.$key"
}

build=$(cd "${1:?usage: check_tidy.sh BUILD-FOLDER [PART PARTS]}" && pwd)
cache=$build/tidy-cache
tool=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
cd "$(dirname "$tool")/../.."

if [ $# -eq 2 ]; then # called by xargs below
    check_one "$2"
    exit
fi
if ! command -v clang-tidy >/dev/null; then
    echo "clang-tidy is missing, so the code was not checked: apt-get install clang-tidy"
    exit 77
fi
if [ ! -f "$build/compile_commands.json" ]; then
    echo "$build holds no compile_commands.json: configure it with cmake first"
    exit 1
fi
mkdir -p "$cache"
TIDY_VERSION=$(clang-tidy --version)
TIDY_EIGHTH=$(($(date +%j | sed 's/^0*//') % 8))
export TIDY_VERSION TIDY_EIGHTH
part=${2:-1} parts=${3:-1}
at_a_time=2
[ "$parts" -eq 1 ] || at_a_time=1
files=$(find harness fake_servers fake_clients reports -name '*.c' | sort | awk -v part="$part" -v parts="$parts" 'NR % parts == part % parts')
if [ -z "$files" ]; then
    echo "no C files were found: nothing was checked"
    exit 1
fi
if ! printf '%s\n' "$files" | xargs -n 1 -P "$at_a_time" sh "$tool" "$build"; then
    echo "clang-tidy has findings, see above"
    exit 1
fi
echo "$(printf '%s\n' "$files" | wc -l) files without findings of clang-tidy"
