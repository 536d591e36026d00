#!/bin/sh
# clients-smtp.sh [curl|msmtp|swaks|smtplib|s-nail|curl-tls|msmtp-tls|swaks-tls|smtplib-tls|curl-two|msmtp-two|swaks-two|smtplib-two ...]: every
# scenario for senders of mail against clients of Debian's packages, each started by mailspec from targets/NAME-smtp.target; against those
# with two recipients the scenarios about recipients. What is known to fail is explained in known-failing/NAME-smtp.
#
# Exit status: 0 all went as expected, 77 nothing could be run here (a client is missing and cannot be installed).
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
MAILSPEC=${MAILSPEC:-$top/build/release/mailspec}
TARGETS=$here/targets
export TARGETS
[ $# -gt 0 ] || set -- curl msmtp swaks smtplib s-nail curl-tls msmtp-tls swaks-tls smtplib-tls \
    curl-two msmtp-two swaks-two smtplib-two

. "$here/lib.sh"
[ -x "$MAILSPEC" ] || die "$MAILSPEC is missing: ./dev run builds it"

package_of() {
    case $1 in
    swaks-tls) echo swaks libnet-ssleay-perl ;;
    smtplib | smtplib-tls | smtplib-two) echo python3 ;;
    curl | curl-tls | curl-two | msmtp | msmtp-tls | msmtp-two | swaks | swaks-two | s-nail) echo "${1%-t[lw][so]}" ;;
    *) die "no such client: $1; there are curl, msmtp, swaks and smtplib, each with -tls and -two behind it, and s-nail" ;;
    esac
}

cases_of() {
    case $1 in
    *-two) echo 'client/smtp/recipients* client/smtp/one-copy client/smtp/client-recipients-not-shown client/smtp/refused-rcpt/*' ;;
    *) echo 'client/smtp/**' ;;
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
        --fail-on should --time-scale 0.5 -q --out "${LIVE_OUT:-$work/out}/$client-smtp" ${LIVE_ARGS-$(cases_of "$client")}
    keep_client "$client-smtp" "$TARGETS/$client-smtp.target" "${LIVE_OUT:-$work/out}/$client-smtp" "$client-smtp"
done
finish client
