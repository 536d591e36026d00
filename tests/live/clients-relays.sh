#!/bin/sh
# clients-relays.sh [postfix|exim ...]: every scenario for senders of mail against relays, started by mailspec from targets/NAME-smtp.target:
# the command queues the message, and senders/outcome.sh tells by the relay's log what became of it. What is known to fail is explained in known-failing/NAME-smtp.
#
# Exit status: 0 all went as expected, 77 nothing could be run here (not root, or a package would push another out).
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
MAILSPEC=${MAILSPEC:-$top/build/release/mailspec}
SENDERS=$here/senders
export SENDERS
[ $# -gt 0 ] || set -- postfix exim
. "$here/lib.sh"
. "$here/exim.sh"
. "$here/postfix_parts.sh"
. "$here/relays.sh"

[ "$(id -u)" = 0 ] || {
    echo "live: skipped: relays need root"
    exit 77
}
[ -x "$MAILSPEC" ] || die "$MAILSPEC is missing: ./dev run builds it"

# Their daemons switch to other users, so every folder above must let them through.
work=$(mktemp -d /tmp/mailspec-live.XXXXXX)
chmod 755 "$work"
cleanup() {
    for client in postfix exim; do stop_server "$work/$client"; done
    if [ -z "${KEEP-}" ]; then rm -rf "$work"; else echo "live: kept $work"; fi
}
trap cleanup EXIT
trap 'exit 130' INT TERM

prepare() {
    RELAY=$work/$1
    export RELAY
    mkdir "$RELAY"
    chmod 755 "$RELAY"
    case $1 in
    postfix) want postfix && sender_postfix "$RELAY" ;;
    exim)
        # shellcheck disable=SC2086 # the words are package names
        want $EXIM_LIBRARIES && can_jail || return 1
        unpack_exim "$top/build/exim"
        sender_exim "$RELAY" "$top/build/exim/root"
        ;;
    *) die "no such relay: $1; there are postfix and exim" ;;
    esac
}

for client; do
    if ! prepare "$client"; then
        leave_out "$client"
        continue
    fi
    # shellcheck disable=SC2086 # LIVE_ARGS is words
    count timeout -k 10 280 "$MAILSPEC" run --no-config --target "$here/targets/$client-smtp.target" \
        --known-failing "$here/known-failing/$client-smtp" --fail-on should -j 8 -q --out "${LIVE_OUT:-$work/out}/$client-smtp" \
        ${LIVE_ARGS-'client/smtp/**'}
    keep_client "$client-smtp" "$here/targets/$client-smtp.target" "${LIVE_OUT:-$work/out}/$client-smtp" "$client-smtp"
    stop_server "$RELAY"
done
finish relay
