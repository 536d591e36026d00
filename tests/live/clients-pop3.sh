#!/bin/sh
# clients-pop3.sh [curl|mpop|mpop-keep|fetchmail|fetchmail-keep|getmail|getmail-keep|poplib|curl-tls|mpop-tls|fetchmail-tls|poplib-tls ...]: every scenario for
# POP3 clients against real ones of Debian's packages. mailspec is the server, on loopback; each run of a client has a folder of its own. What is known to fail is
# explained in known-failing/NAME-pop3.
#
# Exit status: 0 all went as expected, 77 nothing could be run here (a package is missing and we are not root).
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
MAILSPEC=${MAILSPEC:-$top/build/release/mailspec}
[ $# -gt 0 ] || set -- curl mpop mpop-keep fetchmail fetchmail-keep getmail getmail-keep poplib curl-tls mpop-tls fetchmail-tls poplib-tls
. "$here/lib.sh"
[ -x "$MAILSPEC" ] || die "$MAILSPEC is missing: ./dev run builds it"

package_of() {
    case ${1%-tls} in
    curl) echo curl ;;
    mpop | mpop-keep) echo mpop ;;
    fetchmail | fetchmail-keep) echo fetchmail ;;
    getmail | getmail-keep) echo getmail6 ;;
    poplib) echo python3 ;;
    *) echo "live: no such client: $1" >&2 && exit 64 ;;
    esac
}

work=$(mktemp -d /tmp/mailspec-live.XXXXXX)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cd "$top" || exit 1 # the commands of the targets are written from here

for client; do
    package=$(package_of "$client") || exit 64
    if ! want "$package"; then
        leave_out "$client"
        continue
    fi
    # A run takes some ten seconds; the limit is for a harness that hangs.
    # shellcheck disable=SC2086 # LIVE_ARGS is words
    count timeout -k 10 240 "$MAILSPEC" run --no-config --target "$here/targets/$client-pop3.target" -j 8 --fail-on should -q \
        --out "${LIVE_OUT:-$work/out}/$client-pop3" ${LIVE_ARGS-} 'client/pop3/**'
    # shellcheck disable=SC2046 # the words are names of lists
    keep_client "$client-pop3" "$here/targets/$client-pop3.target" "${LIVE_OUT:-$work/out}/$client-pop3" \
        $(sed -n 's#^Known-failing: ../known-failing/##p' "$here/targets/$client-pop3.target")
done
finish client
