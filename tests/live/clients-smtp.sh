#!/bin/sh
# clients-smtp.sh [curl|msmtp|swaks|smtplib|curl-tls|msmtp-tls|swaks-tls|smtplib-tls ...]: every scenario for senders of mail against clients of
# Debian's packages, each started by mailspec from targets/NAME-smtp.target. What is known to fail is explained in known-failing/NAME-smtp.
#
# Exit status: 0 all went as expected, 77 nothing could be run here (a client is missing and cannot be installed).
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
MAILSPEC=${MAILSPEC:-$top/build/release/mailspec}
TARGETS=$here/targets
export TARGETS
[ $# -gt 0 ] || set -- curl msmtp swaks smtplib curl-tls msmtp-tls swaks-tls smtplib-tls

. "$here/lib.sh"
[ -x "$MAILSPEC" ] || die "$MAILSPEC is missing: ./dev run builds it"

package_of() {
    case $1 in
    swaks-tls) echo swaks libnet-ssleay-perl ;;
    smtplib | smtplib-tls) echo python3 ;;
    curl | curl-tls | msmtp | msmtp-tls | swaks) echo "${1%-tls}" ;;
    *) die "no such client: $1; there are curl, msmtp, swaks and smtplib, and each with -tls behind it" ;;
    esac
}

work=$(mktemp -d /tmp/mailspec-live.XXXXXX)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# The waits of the scenarios are halved, and so are the limits of a client that hangs: all of it is on this machine.
for client; do
    packages=$(package_of "$client") || exit 1
    # shellcheck disable=SC2086 # the words are package names
    if ! want $packages; then
        leave_out "$client (of $packages one is missing)"
        continue
    fi
    # shellcheck disable=SC2086 # the words are arguments
    count "$MAILSPEC" run --no-config --target "$TARGETS/$client-smtp.target" --known-failing "$here/known-failing/$client-smtp" \
        --fail-on should --time-scale 0.5 -q --out "${LIVE_OUT:-$work/out}/$client-smtp" ${LIVE_ARGS-'client/smtp/**'}
done
finish client
