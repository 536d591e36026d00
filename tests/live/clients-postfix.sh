#!/bin/sh
# clients-postfix.sh: every scenario for senders of mail against Postfix, a client that runs by itself: mailspec listens on a port for
# each case, and Postfix is given a message for each of them. What is known to fail is explained in known-failing/postfix-smtp.
#
# Exit status: 0 all went as expected, 77 nothing could be run here (not root, or a package would push another out).
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
MAILSPEC=${MAILSPEC:-$top/build/release/mailspec}
. "$here/lib.sh"
. "$here/postfix_parts.sh"

[ "$(id -u)" = 0 ] || {
    echo "live: skipped: Postfix needs root"
    exit 77
}
[ -x "$MAILSPEC" ] || die "$MAILSPEC is missing: ./dev run builds it"
want postfix || exit 77

# Its daemons switch to other users, so every folder above must let them through.
work=$(mktemp -d /tmp/mailspec-live.XXXXXX)
chmod 755 "$work"
mailspec=
cleanup() {
    [ -z "$mailspec" ] || kill "$mailspec" 2>/dev/null
    stop_server "$work"
    if [ -z "${KEEP-}" ]; then rm -rf "$work"; else echo "live: kept $work"; fi
}
trap cleanup EXIT
trap 'exit 130' INT TERM

postfix_folders "$work"
# shellcheck disable=SC2086 # the words are arguments
"$MAILSPEC" run --no-config --listen smtp://127.0.0.1:0 --for "${LIVE_FOR:-120s}" --target "$here/targets/postfix-listen.target" \
    --known-failing "$here/known-failing/postfix-smtp" --fail-on should -q --out "${LIVE_OUT:-$work/out}/postfix-smtp" \
    ${LIVE_ARGS-'client/smtp/**'} 2>"$work/told" &
mailspec=$!
tries=0
until grep -q ' for a client$' "$work/told"; do
    tries=$((tries + 1))
    if [ $tries -gt 300 ] || ! kill -0 "$mailspec" 2>/dev/null; then
        cat "$work/told" >&2
        die "mailspec does not listen"
    fi
    sleep 0.1
done

# The local part of a recipient names the port of its case. Nothing else leaves this machine, and nothing comes back.
ports=$(sed -n 's#^smtp://127\.0\.0\.1:\([0-9]*\) .*#\1#p' "$work/told")
for port in $ports; do echo "/^c$port@/ smtp:[127.0.0.1]:$port"; done >"$work/etc/transport"
echo '/./ discard:' >>"$work/etc/transport"
{
    postfix_settings "$work" client.test
    echo "transport_maps = regexp:$work/etc/transport"
} >"$work/etc/main.cf"
{
    postfix_services
    echo "discard unix - - n - - discard"
    echo "smtp unix - - n - - smtp"
} >"$work/etc/master.cf"
postfix_start "$work"
cat >"$work/message" <<END
From: Sender <sender@client.test>
To: Case <case@case.test>
Subject: A test

The first line of the body.
.
.. and lines that begin with dots
END
for port in $ports; do
    sendmail -i -C "$work/etc" -f sender@client.test "c$port@case.test" <"$work/message" || die "Postfix takes no mail"
done
wait "$mailspec"
status=$?
mailspec=
grep -v '^smtp://' "$work/told" | grep -v ' for a client$' >&2
[ $status = 0 ] || exit 1
echo "live: Postfix sent as expected"
