#!/bin/sh
# serve-secure.sh [curl|msmtp|swaks|smtplib|curl-pop3|mpop|fetchmail|poplib ...]: real clients against `mailspec serve` inside TLS and
# with logins: served/secure.py gives each the right and the wrong secret by every mechanism, and the right and the wrong certificates.
#
# Exit status: 0 all went as expected, 77 nothing could be run here (a package is missing and cannot be installed).
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
MAILSPEC=${MAILSPEC:-$top/build/release/mailspec}
export MAILSPEC
[ $# -gt 0 ] || set -- curl msmtp swaks smtplib curl-pop3 mpop fetchmail poplib
. "$here/lib.sh"
[ -x "$MAILSPEC" ] || die "$MAILSPEC is missing: ./dev run builds it"

packages_of() {
    case $1 in
    smtplib | poplib) echo python3 ;;
    curl-pop3) echo curl ;;
    swaks) echo swaks libnet-ssleay-perl ;;
    curl | msmtp | mpop | fetchmail) echo "$1" ;;
    *) die "no such client: $1; there are curl, msmtp, swaks, smtplib, curl-pop3, mpop, fetchmail and poplib" ;;
    esac
}

work=$(mktemp -d /tmp/mailspec-live.XXXXXX)
trap '[ -n "${KEEP-}" ] || rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

for client; do
    packages=$(packages_of "$client") || exit 1
    # shellcheck disable=SC2086 # the words are package names
    if ! want python3 $packages; then
        leave_out "$client"
        continue
    fi
    mkdir "$work/$client"
    count timeout -k 10 240 python3 "$here/served/secure.py" "$work/$client" "$client"
done
finish client
