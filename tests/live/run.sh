#!/bin/sh
# run.sh [postfix|postfix_tls|exim|exim_pipe|opensmtpd|aiosmtpd|dovecot|dovecot_unix|dovecot_tls|dovecot_external|submission ...]: every scenario against real servers of Debian's packages, each started from a scratch
# folder on free loopback ports and stopped by its own pid. What is known to fail is explained in known-failing/.
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
. "$here/exim.sh"
. "$here/opensmtpd.sh"
. "$here/aiosmtpd.sh"
[ $# -gt 0 ] || set -- postfix postfix_tls exim exim_pipe opensmtpd aiosmtpd dovecot dovecot_unix dovecot_tls dovecot_external submission
[ -n "${HELD_PORTS-}" ] || exec python3 "$top/tests/tools/held_ports.py" $((3 * $#)) "$0" "$@"

[ "$(id -u)" = 0 ] || {
    echo "live: skipped: real servers need root"
    exit 77
}
[ -x "$MAILSPEC" ] || die "$MAILSPEC is missing: ./dev run builds it"

# The daemons switch to other users, so every folder above must let them through.
work=$(mktemp -d /tmp/mailspec-live.XXXXXX)
chmod 755 "$work"
servers=
cleanup() {
    for server in $servers; do stop_server "$work/$server"; done
    if [ -z "${KEEP-}" ]; then rm -rf "$work"; else echo "live: kept $work"; fi
}
trap cleanup EXIT
trap 'exit 130' INT TERM

begin() { # NAME: its scratch folder
    mkdir -p "$work/$1"
    chmod 755 "$work/$1"
    servers="$servers $1"
}

setup_postfix() {
    want postfix dovecot-core dovecot-pop3d || return 77
    begin postfix
    take_port smtp
    start_postfix "$work/postfix" "$smtp"
    take_port pop3
    start_dovecot "$work/postfix" "$pop3" "$(id -u nobody)" "$(id -g nobody)"
    wait_port "$smtp" "$work/postfix"
    wait_port "$pop3" "$work/postfix"
    target "$work/postfix" "Postfix, with Dovecot for POP3" "smtp://127.0.0.1:$smtp" "pop3://127.0.0.1:$pop3" \
        "$here/known-failing/postfix" "$here/known-failing/dovecot-pop3"
}

# Inside TLS from the first octet, both of them, and the certificate has to be good.
setup_postfix_tls() {
    want postfix dovecot-core dovecot-pop3d || return 77
    begin postfix_tls
    take_port smtps
    start_postfix "$work/postfix_tls" "$smtps" "-o smtpd_tls_wrappermode=yes"
    take_port pop3
    take_port pop3s
    start_dovecot "$work/postfix_tls" "$pop3" "$(id -u nobody)" "$(id -g nobody)" "" "$pop3s"
    wait_port "$smtps" "$work/postfix_tls"
    wait_port "$pop3s" "$work/postfix_tls"
    target "$work/postfix_tls" "Postfix inside TLS, with Dovecot for POP3" "smtps://127.0.0.1:$smtps" "pop3s://127.0.0.1:$pop3s" \
        "$here/known-failing/postfix" "$here/known-failing/dovecot-pop3"
    printf 'Tls-verify: yes\nTls-ca: tls/ca.pem\nTls-name: localhost\n' >>"$work/postfix_tls/target"
}

setup_exim() {
    # shellcheck disable=SC2086 # the words are package names
    want dovecot-core dovecot-pop3d $EXIM_LIBRARIES || return 77
    can_jail || return 77
    unpack_exim "$top/build/exim"
    begin exim
    take_port smtp
    start_exim "$work/exim" "$smtp" "$top/build/exim/root"
    take_port pop3
    start_dovecot "$work/exim" "$pop3" "$EXIM_UID" "$EXIM_UID"
    wait_port "$smtp" "$work/exim"
    wait_port "$pop3" "$work/exim"
    target "$work/exim" "Exim, with Dovecot for POP3" "smtp://127.0.0.1:$smtp" "pop3://127.0.0.1:$pop3" \
        "$here/known-failing/exim" "$here/known-failing/exim_tcp" "$here/known-failing/dovecot-pop3"
}

setup_opensmtpd() {
    # shellcheck disable=SC2086 # the words are package names
    want dovecot-core dovecot-pop3d $OPENSMTPD_LIBRARIES || return 77
    can_jail || return 77
    unpack_opensmtpd "$top/build/opensmtpd"
    begin opensmtpd
    take_port smtp
    start_opensmtpd "$work/opensmtpd" "$smtp" "$top/build/opensmtpd/root"
    take_port pop3
    start_dovecot "$work/opensmtpd" "$pop3" "$(id -u nobody)" "$(id -g nobody)"
    wait_port "$smtp" "$work/opensmtpd"
    wait_port "$pop3" "$work/opensmtpd"
    target "$work/opensmtpd" "OpenSMTPD, with Dovecot for POP3" "smtp://127.0.0.1:$smtp" "pop3://127.0.0.1:$pop3" \
        "$here/known-failing/opensmtpd" "$here/known-failing/dovecot-pop3"
}

setup_aiosmtpd() {
    want dovecot-core dovecot-pop3d python3-aiosmtpd || return 77
    begin aiosmtpd
    take_port smtp
    start_aiosmtpd "$work/aiosmtpd" "$smtp" "$here"
    take_port pop3
    start_dovecot "$work/aiosmtpd" "$pop3" "$(id -u nobody)" "$(id -g nobody)"
    wait_port "$smtp" "$work/aiosmtpd"
    wait_port "$pop3" "$work/aiosmtpd"
    target "$work/aiosmtpd" "aiosmtpd, with Dovecot for POP3" "smtp://127.0.0.1:$smtp" "pop3://127.0.0.1:$pop3" \
        "$here/known-failing/aiosmtpd" "$here/known-failing/dovecot-pop3"
}

# The same Exim without a daemon: one process for each connection, on its standard input and output. -odi: it delivers before it
# ends, because what it leaves behind is killed with it.
setup_exim_pipe() {
    # shellcheck disable=SC2086 # the words are package names
    want dovecot-core dovecot-pop3d $EXIM_LIBRARIES || return 77
    can_jail || return 77
    unpack_exim "$top/build/exim"
    begin exim_pipe
    exim_files "$work/exim_pipe" "$top/build/exim/root"
    take_port pop3
    start_dovecot "$work/exim_pipe" "$pop3" "$EXIM_UID" "$EXIM_UID"
    wait_port "$pop3" "$work/exim_pipe"
    target "$work/exim_pipe" "Exim on standard input, with Dovecot for POP3" "pipe:$work/exim_pipe/exim -bs -odi" \
        "pop3://127.0.0.1:$pop3" "$here/known-failing/exim" "$here/known-failing/dovecot-pop3"
}

setup_dovecot() {
    want dovecot-core dovecot-pop3d dovecot-lmtpd || return 77
    begin dovecot
    take_port pop3
    take_port lmtp
    start_dovecot "$work/dovecot" "$pop3" "$(id -u nobody)" "$(id -g nobody)" "$lmtp"
    wait_port "$pop3" "$work/dovecot"
    wait_port "$lmtp" "$work/dovecot"
    target "$work/dovecot" "Dovecot, LMTP and POP3" "lmtp://127.0.0.1:$lmtp" "pop3://127.0.0.1:$pop3" \
        "$here/known-failing/dovecot" "$here/known-failing/dovecot-pop3"
}

# The same over a Unix socket.
setup_dovecot_unix() {
    want dovecot-core dovecot-pop3d dovecot-lmtpd || return 77
    begin dovecot_unix
    take_port pop3
    socket=$work/dovecot_unix/lmtp
    start_dovecot "$work/dovecot_unix" "$pop3" "$(id -u nobody)" "$(id -g nobody)" "$socket"
    wait_port "$pop3" "$work/dovecot_unix"
    wait_socket "$socket" "$work/dovecot_unix"
    target "$work/dovecot_unix" "Dovecot, LMTP on a Unix socket and POP3" "lmtp+unix:$socket" "pop3://127.0.0.1:$pop3" \
        "$here/known-failing/dovecot" "$here/known-failing/dovecot-pop3"
}

# STARTTLS on LMTP before anything else, and POP3 inside TLS from the first octet.
setup_dovecot_tls() {
    want dovecot-core dovecot-pop3d dovecot-lmtpd || return 77
    begin dovecot_tls
    take_port pop3
    take_port lmtp
    take_port pop3s
    start_dovecot "$work/dovecot_tls" "$pop3" "$(id -u nobody)" "$(id -g nobody)" "$lmtp" "$pop3s"
    wait_port "$pop3s" "$work/dovecot_tls"
    wait_port "$lmtp" "$work/dovecot_tls"
    target "$work/dovecot_tls" "Dovecot inside TLS, LMTP and POP3" "lmtp://127.0.0.1:$lmtp" "pop3s://127.0.0.1:$pop3s" \
        "$here/known-failing/dovecot" "$here/known-failing/dovecot-pop3"
    printf 'Start-with: tls\nTls-verify: yes\nTls-ca: tls/ca.pem\n' >>"$work/dovecot_tls/target"
}

# Who logs in is told by the client's certificate alone: EXTERNAL, and no user but its own.
setup_dovecot_external() {
    want dovecot-core dovecot-pop3d || return 77
    begin dovecot_external
    take_port pop3
    start_dovecot "$work/dovecot_external" "$pop3" "$(id -u nobody)" "$(id -g nobody)" "" 0 "" "" external
    wait_port "$pop3" "$work/dovecot_external"
    cat >"$work/dovecot_external/target" <<END
Name: Dovecot with EXTERNAL, POP3
Pop3: pop3://127.0.0.1:$pop3
Domain: $DOMAIN
User: alice secret-alice alice@$DOMAIN
Known-failing: $here/known-failing/dovecot-pop3
Start-with: tls
Tls-verify: yes
Tls-ca: tls/ca.pem
Tls-cert: tls/client.pem
END
    cases="$here/external.scn pop3/auth/** pop3/tls/**"
}

# Dovecot's submission server takes mail from who has logged in, here inside TLS, and hands it to Postfix.
setup_submission() {
    want postfix dovecot-core dovecot-pop3d dovecot-submissiond || return 77
    begin submission
    take_port smtp
    start_postfix "$work/submission" "$smtp"
    take_port pop3
    take_port submission
    start_dovecot "$work/submission" "$pop3" "$(id -u nobody)" "$(id -g nobody)" "" 0 "$submission" "$smtp"
    wait_port "$smtp" "$work/submission"
    wait_port "$submission" "$work/submission"
    target "$work/submission" "Dovecot's submission server, with Postfix behind it" "smtp://127.0.0.1:$submission" "pop3://127.0.0.1:$pop3" \
        "$here/known-failing/submission" "$here/known-failing/dovecot-pop3"
    printf 'Start-with: tls auth\nTls-verify: yes\nTls-ca: tls/ca.pem\n' >>"$work/submission/target"
}

for server; do
    cases=
    "setup_$server"
    if [ $? = 77 ]; then
        leave_out "$server"
        continue
    fi
    out=${LIVE_OUT:-$work/out}/$server
    set -f # the words of $cases are patterns of mailspec
    # shellcheck disable=SC2086
    count "$MAILSPEC" run --no-config --target "$work/$server/target" --fail-on should -q --out "$out" ${LIVE_ARGS-} $cases
    set +f
    stop_server "$work/$server"
done
finish server
