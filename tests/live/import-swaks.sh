#!/bin/sh
# import-swaks.sh: what the real swaks prints of its sessions with `mailspec serve` becomes scenarios that pass on the same server: a message with
# dots, one of two recipients refused, all refused, LMTP, and a session that swaks ends behind RCPT.
#
# Exit status: 0 all went as expected, 77 nothing could be run here (swaks is missing and cannot be installed).
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
MAILSPEC=${MAILSPEC:-$top/build/release/mailspec}
. "$here/lib.sh"
[ -x "$MAILSPEC" ] || die "$MAILSPEC is missing: ./dev run builds it"
want swaks || {
    echo "live: import-swaks skipped: the package swaks is missing"
    exit 77
}

work=$(mktemp -d /tmp/mailspec-live.XXXXXX)
server=
cleanup() {
    [ -z "$server" ] || kill "$server" 2>/dev/null
    if [ -z "${KEEP-}" ]; then rm -rf "$work"; else echo "live: kept $work"; fi
}
trap cleanup EXIT
trap 'exit 130' INT TERM

mkfifo "$work/ready"
"$MAILSPEC" serve --no-config -q smtp://127.0.0.1:0 lmtp://127.0.0.1:0 --user alice:secret:alice@example.test \
    --ready-fd 3 3>"$work/ready" >"$work/log" 2>&1 &
server=$!
urls=$(cat "$work/ready") # ends when all listen
smtp=$(echo "$urls" | sed -n 's|^smtp://||p')
lmtp=$(echo "$urls" | sed -n 's|^lmtp://||p')
[ -n "$smtp" ] && [ -n "$lmtp" ] || die "the server says no address: $urls"

# session NAME WORD...: swaks may fail, where the server refuses it.
session() {
    name=$1
    shift
    swaks --from sender@client.example --helo client.example "$@" >"$work/$name.log" 2>&1
}
session plain --server "$smtp" --to alice@example.test --body 'first
.second
..third // and <CRLF>'
session refused --server "$smtp" --to alice@example.test,nobody@example.test
session all-refused --server "$smtp" --to nobody@example.test
session quits --server "$smtp" --to alice@example.test --quit-after RCPT
session lmtp --server "$lmtp" --protocol LMTP --to alice@example.test

"$MAILSPEC" import --no-config "$work"/*.log -o "$work/made" >"$work/import" 2>&1 || die "import fails: $(cat "$work/import")"
count=$(find "$work/made" -name '*.scn' | wc -l)
[ "$count" = 5 ] || die "5 sessions, $count scenarios: $(cat "$work/import")"
! grep -q '^/.*:[0-9]*: ' "$work/import" || die "something is not carried over: $(cat "$work/import")"
"$MAILSPEC" lint --no-config "$work/made" >"$work/lint" 2>&1 || die "lint refuses what was made: $(cat "$work/lint")"

# replay URL NAME...: each passes, and nothing else is told.
replay() {
    url=$1
    shift
    for name; do set -- "$@" "$work/made/$name.scn" && shift; done
    "$MAILSPEC" run --no-config -q --server "$url" --user alice:secret:alice@example.test --fail-on any \
        --report "tap=$work/tap" "$@" || die "a session does not pass again"
    [ "$(grep -c '^ok ' "$work/tap")" = $# ] || die "not all passed: $(cat "$work/tap")"
}
replay "smtp://$smtp" plain refused all-refused quits
replay "lmtp://$lmtp" lmtp

# The proof that it can fail: on a server that knows nobody called alice, the reply differs.
sed 's/alice@example/carol@example/' "$work/made/plain.scn" >"$work/made/other.scn"
if "$MAILSPEC" run --no-config -q --server "smtp://$smtp" "$work/made/other.scn" >"$work/other" 2>&1; then
    die "a session with another recipient passes: $(cat "$work/other")"
fi
echo "live: 5 sessions of swaks imported and replayed"
