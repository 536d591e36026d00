#!/bin/sh
# serve-fetchers.sh [curl|mpop|fetchmail|getmail|poplib|s-nail ...]: real fetchers of mail against `mailspec serve`: served/fetchers.py fills a
# maildrop, lets each of them fetch it, once to keep and once to delete, and compares what arrived.
#
# Exit status: 0 all went as expected, 77 nothing could be run here (a package is missing and cannot be installed).
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
MAILSPEC=${MAILSPEC:-$top/build/release/mailspec}
export MAILSPEC
[ $# -gt 0 ] || set -- curl mpop fetchmail getmail poplib s-nail
. "$here/lib.sh"
[ -x "$MAILSPEC" ] || die "$MAILSPEC is missing: ./dev run builds it"

package_of() {
    case $1 in
    getmail) echo getmail6 ;;
    poplib) echo python3 ;;
    curl | mpop | fetchmail | s-nail) echo "$1" ;;
    *) die "no such client: $1; there are curl, mpop, fetchmail, getmail, poplib and s-nail" ;;
    esac
}

work=$(mktemp -d /tmp/mailspec-live.XXXXXX)
trap '[ -n "${KEEP-}" ] || rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

for client; do
    package=$(package_of "$client") || exit 1
    if ! want python3 "$package"; then
        leave_out "$client"
        continue
    fi
    mkdir "$work/$client"
    count timeout -k 10 240 python3 "$here/served/fetchers.py" "$work/$client" "$client"
done
finish fetcher
