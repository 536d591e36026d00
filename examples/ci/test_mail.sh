#!/bin/sh
# A test of a program that sends mail, and of one that fetches it. Put yours into send() and fetch(), and your checks below them.
#
# usage: test_mail.sh     mailspec is found in PATH, or named by $MAILSPEC
set -eu
mailspec=${MAILSPEC:-mailspec}
dir=$(mktemp -d)

fail() { echo "FAIL: $*" >&2; exit 1; }
tell() { "$mailspec" tell "$dir/ctl" "$@" >"$dir/answer"; }
end() { kill "$server" 2>/dev/null || :; rm -rf "$dir"; }

send() { # SUBJECT
    printf 'From: shop@example.test\nTo: bob@example.test\nSubject: %s\n\nTotal: 42\n' "$1" >"$dir/mail.txt"
    curl -sS --crlf "$smtp" --mail-from shop@example.test --mail-rcpt bob@example.test -T "$dir/mail.txt"
}

fetch() { curl -sS "$pop3/1" -u bob:secret-b; }

# The server takes free ports and says which when it is ready. If it cannot start, `read` ends too, and so does this test.
mkfifo "$dir/ready"
"$mailspec" serve -q smtp://127.0.0.1:0 pop3://127.0.0.1:0 --store "$dir/mail" --control "$dir/ctl" --ready-fd 3 3>"$dir/ready" &
server=$!
trap end EXIT
trap 'exit 1' INT TERM
{ read -r smtp; read -r pop3; } <"$dir/ready"

# The mail goes out and is what it should be.
send "invoice 42"
"$mailspec" wait --store "$dir/mail" --to bob@example.test --subject /invoice/ --timeout 10s >"$dir/got.txt"
grep -q '^Total: 42' "$dir/got.txt" || fail "the total is not in the mail"
fetch | grep -q '^Subject: invoice 42' || fail "the mail cannot be fetched"

# Nothing goes to anybody else.
"$mailspec" wait --store "$dir/mail" --to alice@example.test --not --timeout 100ms || fail "alice got mail, too"

# The mailbox is full: 452. The sender must not say that all is well.
tell set full bob
! send "invoice 43" 2>"$dir/errors" || fail "the sender did not notice that the mailbox is full"
tell reset

# Somebody else has the mailbox open: -ERR [IN-USE].
tell set locked bob
! fetch >"$dir/got.txt" 2>"$dir/errors" || fail "the fetcher did not notice that the mailbox is locked"

tell stop
wait "$server" || fail "the server did not end well"
echo "ok"
