#!/bin/sh
# send-fetch.sh: mailspec send and mailspec fetch against Postfix and Dovecot of Debian, in clear text, behind STARTTLS and STLS and inside
# TLS, with logins, attachments and names that are no US-ASCII; and what they say when something is refused.
#
# Exit status: 0 all went as expected, 77 nothing could be run here (not root, or a package would push another out).
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
MAILSPEC=${MAILSPEC:-$top/build/release/mailspec}
. "$here/lib.sh"
. "$here/certificates.sh"
. "$here/postfix_parts.sh"
. "$here/postfix.sh"
. "$here/dovecot.sh"
[ -n "${HELD_PORTS-}" ] || exec python3 "$top/tests/tools/held_ports.py" 3 "$0" "$@"

[ "$(id -u)" = 0 ] || {
    echo "live: skipped: real servers need root"
    exit 77
}
[ -x "$MAILSPEC" ] || die "$MAILSPEC is missing: ./dev run builds it"
want postfix dovecot-core dovecot-pop3d dovecot-lmtpd || exit 77

work=$(mktemp -d "${TMPDIR:-/tmp}/mailspec-live.XXXXXX")
chmod 755 "$work"
cleanup() {
    stop_server "$work"
    if [ -z "${KEEP-}" ]; then rm -rf "$work"; else echo "live: kept $work"; fi
}
trap cleanup EXIT
trap 'exit 130' INT TERM

take_port smtp
take_port pop3
take_port pop3s
start_postfix "$work" "$smtp"
start_dovecot "$work" "$pop3" "$(id -u nobody)" "$(id -g nobody)" "$work/lmtp" "$pop3s"
wait_port "$smtp" "$work"
wait_port "$pop3" "$work"
smtp=smtp://127.0.0.1:$smtp pop3=pop3://127.0.0.1:$pop3 pop3s=pop3s://127.0.0.1:$pop3s
ca="--tls-ca $work/tls/ca.pem"
failed=0

# said STATUS TEXT COMMAND ARGUMENT...: mailspec ends so, and says that.
said() {
    status=$1 text=$2 command=$3
    shift 3
    "$MAILSPEC" "$command" --no-config --timeout 30s "$@" >"$work/said" 2>&1 </dev/null
    got=$?
    [ $got = "$status" ] && grep -qF -- "$text" "$work/said" && return
    failed=1
    echo "live: mailspec $command $*: status $got, wanted are $status and \"$text\":"
    cat "$work/said"
}
same() { cmp "$1" "$2" || failed=1; }

# arrived USER COUNT: so many messages are in the maildrop, which the server fills when it has time.
arrived() {
    tries=0
    until [ "$("$MAILSPEC" fetch --no-config "$pop3" --user "$1:secret-$1" $ca 2>/dev/null | tail -n 1 | cut -d' ' -f1)" = "$2" ]; do
        tries=$((tries + 1))
        [ $tries -le 100 ] || die "$1 has not got $2 messages"
        sleep 0.1
    done
}

head -c 5000 /dev/urandom >"$work/octets"
name=$(printf 'Bericht M\303\244rz.txt')
subject=$(printf 'Gr\303\274\303\237e aus dem B\303\274ro')
printf 'Gr\303\274\303\237e\n.\n..\nFrom here\n' >"$work/$name"
me="--from alice@$DOMAIN"

# shellcheck disable=SC2086 # words
{
    # Postfix
    said 0 "u1@$DOMAIN: accepted: 250 2.0.0" send "$smtp" $me --to "U One <u1@$DOMAIN>" --subject "$subject" --body-file "$work/$name" \
        --attach "$work/octets" --attach "$work/$name"
    said 0 "accepted" send "$smtp" $me --to "u1@$DOMAIN" --body x --user alice:secret-alice $ca --start-with tls
    said 0 "accepted" send "$smtp" $me --to "u1@$DOMAIN" --body x --user alice:secret-alice --login scram-sha-256 -v
    said 1 "535 5.7.8" send "$smtp" $me --to "u1@$DOMAIN" --body x --user alice:wrong $ca
    said 1 "nobody@$DOMAIN: refused: 550 5.1.1" send "$smtp" $me --to "nobody@$DOMAIN" --to "u2@$DOMAIN" --body x
    said 0 "C: BDAT" send "$smtp" $me --to "u2@$DOMAIN" --body x --bdat -v
    said 4 "not trusted" send "$smtp" $me --to "u2@$DOMAIN" --body x --tls-verify
    arrived u1 3
    arrived u2 2

    # Dovecot
    said 0 "$subject" fetch "$pop3" --user u1:secret-u1 $ca
    said 0 "$work/got" fetch "$pop3" --user u1:secret-u1 $ca --all -o "$work/got" --attachments "$work/files"
    same "$work/octets" "$work/files/octets"
    same "$work/$name" "$work/files/$name"
    said 0 "From here" fetch "$pop3s" --user u1:secret-u1 $ca 1 --text
    for how in user apop plain login cram-md5 scram-sha-1 scram-sha-256; do
        said 0 "3 messages" fetch "$pop3" --user u1:secret-u1 --login $how --start-with clear
    done
    said 1 "PASS: -ERR [AUTH]" fetch "$pop3" --user u1:wrong $ca --login user
    said 1 "trust it by --tls-ca" fetch "$pop3" --user u1:secret-u1
    said 1 "there is no message 99" fetch "$pop3" --user u1:secret-u1 $ca 99
    said 0 "" fetch "$pop3" --user u1:secret-u1 $ca --all -o "$work/got" --delete
    said 0 "0 messages" fetch "$pop3" --user u1:secret-u1 $ca
    said 0 "u1@$DOMAIN: accepted: 250 2.0.0" send "lmtp+unix:$work/lmtp" $me --to "u1@$DOMAIN" --to "u2@$DOMAIN" --body x
    said 1 "nobody@$DOMAIN: refused: 550 5.1.1" send "lmtp+unix:$work/lmtp" $me --to "u1@$DOMAIN" --to "nobody@$DOMAIN" --body x
}
[ $failed = 0 ] && echo "live: send and fetch got on with Postfix and Dovecot"
exit $failed
