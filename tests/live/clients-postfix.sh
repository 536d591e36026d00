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

mkdir "$work/etc" "$work/queue" "$work/data"
chown postfix "$work/data"
# shellcheck disable=SC2086 # the words are arguments
"$MAILSPEC" run --no-config --listen smtp://127.0.0.1:0 --for "${LIVE_FOR:-120s}" --target "$here/targets/postfix-smtp.target" \
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
cat >"$work/etc/main.cf" <<END
compatibility_level = 3.6
queue_directory = $work/queue
data_directory = $work/data
daemon_directory = $(postconf -dh daemon_directory)
maillog_file = $work/postfix.log
maillog_file_prefixes = $work
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = client.test
mydestination =
alias_maps =
local_transport = error:no local delivery here
smtp_dns_support_level = disabled
transport_maps = regexp:$work/etc/transport
END
cat >"$work/etc/master.cf" <<END
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
smtp unix - - n - - smtp
postlog unix-dgram n - n - 1 postlogd
END
postfix -c "$work/etc" start >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    die "Postfix did not start"
}
note_pid "$work" "$(tr -d ' ' <"$work/queue/pid/master.pid")"
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
