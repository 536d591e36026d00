#!/bin/sh
# serve-senders.sh [curl|msmtp|swaks|smtplib|s-nail|postfix|exim ...]: real senders of mail against `mailspec serve`: served/senders.py sends every
# kind of message by each of them and compares what is stored. Postfix and Exim relay, by SMTP, by LMTP and by LMTP over a Unix socket.
#
# Exit status: 0 all went as expected, 77 nothing could be run here (a package is missing and cannot be installed).
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
MAILSPEC=${MAILSPEC:-$top/build/release/mailspec}
export MAILSPEC
[ $# -gt 0 ] || set -- curl msmtp swaks smtplib s-nail postfix exim
[ -n "${HELD_PORTS-}" ] || exec python3 "$top/tests/tools/held_ports.py" 3 "$0" "$@"
. "$here/lib.sh"
. "$here/exim.sh"
. "$here/postfix_parts.sh"
. "$here/relays.sh"
[ -x "$MAILSPEC" ] || die "$MAILSPEC is missing: ./dev run builds it"

# The daemons switch to other users, so every folder above must let them through.
work=$(mktemp -d /tmp/mailspec-live.XXXXXX)
chmod 755 "$work"
cleanup() {
    for client in postfix exim; do stop_server "$work/$client"; done
    if [ -z "${KEEP-}" ]; then rm -rf "$work"; else echo "live: kept $work"; fi
}
trap cleanup EXIT
trap 'exit 130' INT TERM

needs_root() {
    [ "$(id -u)" = 0 ] && return 0
    echo "live: $1 needs root"
    return 1
}

# Ready to send: what senders.py is told beyond the folder and the name stands in $more.
prepare() {
    more=
    case $1 in
    smtplib) want python3 ;;
    curl | msmtp | swaks | s-nail) want python3 "$1" ;;
    postfix)
        needs_root Postfix && want python3 postfix || return 1
        relay_postfix "$work/postfix" "$intake" "$smtp" "$lmtp"
        more=$intake
        ;;
    exim)
        # shellcheck disable=SC2086 # the words are package names
        needs_root Exim && want python3 $EXIM_LIBRARIES && can_jail || return 1
        unpack_exim "$top/build/exim"
        relay_exim "$work/exim" "$top/build/exim/root" "$smtp" "$lmtp"
        more=$work/exim/exim
        ;;
    *) die "no such client: $1; there are curl, msmtp, swaks, smtplib, s-nail, postfix and exim" ;;
    esac
}

take_port smtp
take_port lmtp
take_port intake
for client; do
    mkdir "$work/$client"
    chmod 755 "$work/$client"
    if ! prepare "$client"; then
        leave_out "$client"
        continue
    fi
    # shellcheck disable=SC2086 # one word or none
    count timeout -k 10 240 python3 "$here/served/senders.py" "$work/$client" "$smtp" "$lmtp" "$client" $more
    stop_server "$work/$client"
done
finish sender
