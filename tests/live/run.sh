#!/bin/sh
# run.sh [SERVER ...]: every scenario against real servers of Debian's packages, each started from a scratch folder on free loopback ports
# and stopped by its own pid. What is known to fail is explained in known-failing/, what cannot be judged in not-judged/. README.md tells of each.
# RESULTS=FOLDER: what each was found to do is kept there, in SERVER.tsv (tests/live/results is what docs/results.md is made of).
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
. "$here/exim_debian.sh"
. "$here/opensmtpd.sh"
. "$here/aiosmtpd.sh"
. "$here/mailutils.sh"
. "$here/popa3d.sh"
. "$here/sendmail.sh"
[ $# -gt 0 ] || set -- postfix postfix_tls exim exim_pipe opensmtpd sendmail aiosmtpd mailutils popa3d dovecot dovecot_unix dovecot_tls dovecot_external submission \
    postfix_default exim_default opensmtpd_default aiosmtpd_default dovecot_default submission_default
[ -n "${HELD_PORTS-}" ] || exec python3 "$top/tests/tools/held_ports.py" $((3 * $#)) "$0" "$@"

[ "$(id -u)" = 0 ] || {
    echo "live: skipped: real servers need root"
    exit 77
}
[ -x "$MAILSPEC" ] || die "$MAILSPEC is missing: ./dev run builds it"
[ -z "${RESULTS-}" ] || [ -z "${LIVE_ARGS-}" ] || die "RESULTS wants every case, and LIVE_ARGS leaves some out"

# The daemons switch to other users, so every folder above must let them through.
work=$(mktemp -d "${TMPDIR:-/tmp}/mailspec-live.XXXXXX")
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

# read_lists FOLDER: the names of its lists that say something of this server.
read_lists() {
    for name in $lists; do
        [ ! -f "$here/$1/$name" ] || echo "$name"
        [ "$limits" = lifted ] || [ ! -f "$here/$1/$name-default" ] || echo "$name-default"
    done
}

# known FOLDER: one file of what the lists of that folder, by the names in $lists, say of this server. Of Debian's configuration NAME-default says more;
# its lines that begin with "-" take lines of NAME away, by the case, or by case and rule.
known() {
    list=$work/$server/$1
    from=$here/$1
    : >"$list"
    for name in $lists; do
        [ ! -f "$from/$name" ] || cat "$from/$name" >>"$list"
    done
    for name in $lists; do
        [ "$limits" = default ] && [ -f "$from/$name-default" ] || continue
        grep '^-' "$from/$name-default" | cut -c2- >"$list.gone"
        awk 'FILENAME == ARGV[1] { gone[$1 " " $2]; next } !(($1 " " $2) in gone) && !(($1 " ") in gone)' "$list.gone" "$list" >"$list.kept"
        grep -v '^-' "$from/$name-default" | cat "$list.kept" - >"$list"
    done
    echo "$list"
}

# with_dovecot TITLE SMTP-PORT: Dovecot's POP3 beside it, and its target file.
with_dovecot() {
    title=$1 port=$2
    wait_port "$port" "$work/$server"
    wait_port "$pop3" "$work/$server"
    target "$work/$server" "$title$how, with Dovecot for POP3" "smtp://127.0.0.1:$port" "pop3://127.0.0.1:$pop3" "$(known known-failing)"
}

setup_postfix() {
    want postfix dovecot-core dovecot-pop3d || return 77
    begin "$server"
    take_port smtp
    start_postfix "$work/$server" "$smtp"
    take_port pop3
    start_dovecot "$work/$server" "$pop3" "$(id -u nobody)" "$(id -g nobody)"
    with_dovecot Postfix "$smtp"
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
        "$(known known-failing)"
    printf 'Tls-verify: yes\nTls-ca: tls/ca.pem\nTls-name: localhost\n' >>"$work/postfix_tls/target"
}

setup_exim() {
    # shellcheck disable=SC2086 # the words are package names
    want dovecot-core dovecot-pop3d $EXIM_LIBRARIES || return 77
    can_jail || return 77
    begin "$server"
    take_port smtp
    if [ "$limits" = default ]; then
        unpack_exim_debian "$top/build/exim"
        start_exim_debian "$work/$server" "$smtp" "$top/build/exim/root"
        owner=$(id -u nobody)
    else
        unpack_exim "$top/build/exim"
        start_exim "$work/$server" "$smtp" "$top/build/exim/root"
        owner=$EXIM_UID
    fi
    take_port pop3
    start_dovecot "$work/$server" "$pop3" "$owner" "$(id -g "$owner" 2>/dev/null || echo "$owner")"
    with_dovecot Exim "$smtp"
    [ "$limits" = lifted ] || echo "Source: 127.0.0.2" >>"$work/$server/target"
}

setup_opensmtpd() {
    # shellcheck disable=SC2086 # the words are package names
    want dovecot-core dovecot-pop3d $OPENSMTPD_LIBRARIES || return 77
    can_jail || return 77
    unpack_opensmtpd "$top/build/opensmtpd"
    begin "$server"
    take_port smtp
    if [ "$limits" = default ]; then
        start_opensmtpd_debian "$work/$server" "$smtp" "$top/build/opensmtpd/root"
    else
        start_opensmtpd "$work/$server" "$smtp" "$top/build/opensmtpd/root"
    fi
    take_port pop3
    start_dovecot "$work/$server" "$pop3" "$(id -u nobody)" "$(id -g nobody)"
    with_dovecot OpenSMTPD "$smtp"
    [ "$limits" = lifted ] || echo "Source: 127.0.0.2" >>"$work/$server/target"
}

setup_sendmail() {
    # shellcheck disable=SC2086 # the words are package names
    want dovecot-core dovecot-pop3d $SENDMAIL_LIBRARIES || return 77
    can_jail || return 77
    unpack_sendmail "$top/build/sendmail"
    begin sendmail
    take_port smtp
    start_sendmail "$work/sendmail" "$smtp" "$top/build/sendmail/root"
    take_port pop3
    start_dovecot "$work/sendmail" "$pop3" "$(id -u nobody)" "$(id -g nobody)"
    wait_port "$smtp" "$work/sendmail"
    wait_port "$pop3" "$work/sendmail"
    target "$work/sendmail" "Sendmail, with Dovecot for POP3" "smtp://127.0.0.1:$smtp" "pop3://127.0.0.1:$pop3" \
        "$(known known-failing)"
    echo "Source: 127.0.0.2" >>"$work/sendmail/target"
    cases="-t !reset"
}

setup_aiosmtpd() {
    want dovecot-core dovecot-pop3d python3-aiosmtpd || return 77
    begin "$server"
    take_port smtp
    if [ "$limits" = default ]; then
        start_aiosmtpd_debian "$work/$server" "$smtp"
    else
        start_aiosmtpd "$work/$server" "$smtp" "$here"
    fi
    take_port pop3
    start_dovecot "$work/$server" "$pop3" "$(id -u nobody)" "$(id -g nobody)"
    with_dovecot aiosmtpd "$smtp"
    # One Maildir for all, and nobody is refused.
    [ "$limits" = lifted ] || sed -i -e '/^User: [^a]/d' -e '/^Unknown-user:/d' -e '/^Relay-domain:/d' "$work/$server/target"
}

# Only the POP3 server is new here: its cases, and those of what comes out by it. Logins are with the domain.
setup_mailutils() {
    want postfix mailutils-pop3d || return 77
    begin mailutils
    take_port smtp
    start_postfix "$work/mailutils" "$smtp" "-o smtpd_sasl_auth_enable=no"
    take_port pop3
    start_mailutils "$work/mailutils" "$pop3"
    wait_port "$smtp" "$work/mailutils"
    wait_port "$pop3" "$work/mailutils"
    target "$work/mailutils" "GNU Mailutils' pop3d, with Postfix before it" "smtp://127.0.0.1:$smtp" "pop3://127.0.0.1:$pop3" \
        "$(known known-failing)"
    sed -i "s/^User: \([a-z0-9]*\) /User: \1@$DOMAIN /" "$work/mailutils/target"
    cases="pop3/** smtp/content* smtp/header*"
}

setup_popa3d() {
    want postfix libpam0g || return 77
    can_jail || return 77
    unpack_popa3d "$top/build/popa3d"
    begin popa3d
    take_port smtp
    start_postfix "$work/popa3d" "$smtp" "-o smtpd_sasl_auth_enable=no"
    popa3d_files "$work/popa3d" "$top/build/popa3d/root"
    wait_port "$smtp" "$work/popa3d"
    target "$work/popa3d" "popa3d, with Postfix before it" "smtp://127.0.0.1:$smtp" "pipe+pop3:$work/popa3d/popa3d" \
        "$(known known-failing)"
    cases="pop3/** smtp/content* smtp/header*"
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
        "pop3://127.0.0.1:$pop3" "$(known known-failing)"
}

setup_dovecot() {
    want dovecot-core dovecot-pop3d dovecot-lmtpd || return 77
    begin "$server"
    take_port pop3
    take_port lmtp
    start_dovecot "$work/$server" "$pop3" "$(id -u nobody)" "$(id -g nobody)" "$lmtp"
    wait_port "$pop3" "$work/$server"
    wait_port "$lmtp" "$work/$server"
    target "$work/$server" "Dovecot$how, LMTP and POP3" "lmtp://127.0.0.1:$lmtp" "pop3://127.0.0.1:$pop3" "$(known known-failing)"
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
        "$(known known-failing)"
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
        "$(known known-failing)"
    printf 'Start-with: tls\nTls-verify: yes\nTls-ca: tls/ca.pem\n' >>"$work/dovecot_tls/target"
}

# A message that begins with a dot, in a Maildir: no server would leave one of those that it receives.
first_dot() { # PATH
    mkdir -p "$1/cur" "$1/new" "$1/tmp"
    printf '.Dot: the first field\nSubject: a dot\n\ntext\n' >"$1/new/1.mx"
    chown -R nobody "$1"
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
Known-failing: $(known known-failing)
Start-with: tls
Tls-verify: yes
Tls-ca: tls/ca.pem
Tls-cert: tls/client.pem
END
    first_dot "$work/dovecot_external/mail/alice"
    cases="$here/external.scn $here/first-dot.scn pop3/auth/** pop3/tls/**"
}

# Dovecot's submission server takes mail from who has logged in, here inside TLS, and hands it to Postfix.
setup_submission() {
    want postfix dovecot-core dovecot-pop3d dovecot-submissiond || return 77
    begin "$server"
    take_port smtp
    start_postfix "$work/$server" "$smtp"
    take_port pop3
    take_port submission
    start_dovecot "$work/$server" "$pop3" "$(id -u nobody)" "$(id -g nobody)" "" 0 "$submission" "$smtp"
    wait_port "$smtp" "$work/$server"
    wait_port "$submission" "$work/$server"
    target "$work/$server" "Dovecot's submission server$how, with Postfix behind it" "smtp://127.0.0.1:$submission" "pop3://127.0.0.1:$pop3" \
        "$(known known-failing)"
    printf 'Start-with: tls auth\nTls-verify: yes\nTls-ca: tls/ca.pem\n' >>"$work/$server/target"
}

# The lists that explain what is found of a server.
lists_of() {
    case $1 in
    postfix*) echo postfix dovecot-pop3 ;;
    exim) echo exim exim_tcp dovecot-pop3 ;;
    exim*) echo exim dovecot-pop3 ;;
    dovecot_external) echo dovecot_external dovecot-pop3 ;;
    dovecot*) echo dovecot dovecot-pop3 ;;
    mailutils | popa3d) echo "$1" ;;
    *) echo "$1" dovecot-pop3 ;;
    esac
}

# judge OUT COMMAND...: run it; then what could not be judged has to be explained, too.
judge() {
    out=$1
    shift
    "$@"
    status=$?
    [ ! -f "$out/report.json" ] || python3 "$top/tests/tools/check_not_judged.py" "$out/report.json" "$(known not-judged)" || status=1
    return $status
}

# keep_result SERVER OUT: what the run in OUT found; a run that broke off leaves what is there.
keep_result() {
    # shellcheck disable=SC2046 # the words are names of lists
    python3 "$top/tests/tools/take_results.py" "$MAILSPEC" "$1" "$work/$1/target" "$2/report.json" $(read_lists known-failing) >"$work/$1.tsv" &&
        cp "$work/$1.tsv" "$RESULTS/$1.tsv"
}

for server; do
    cases=
    case $server in
    *_default) limits=default how=" as Debian sets it up" ;;
    *) limits=lifted how= ;;
    esac
    lists=$(lists_of "${server%_default}")
    "setup_${server%_default}"
    if [ $? = 77 ]; then
        leave_out "$server"
        continue
    fi
    out=${LIVE_OUT:-$work/out}/$server
    set -f # the words of $cases are patterns of mailspec
    # shellcheck disable=SC2086
    count judge "$out" "$MAILSPEC" run --no-config --target "$work/$server/target" --fail-on should -q --out "$out" ${LIVE_ARGS-} $cases
    set +f
    stop_server "$work/$server"
    # Where a certificate logs in is no result of its own.
    [ -z "${RESULTS-}" ] || [ "$server" = dovecot_external ] || keep_result "$server" "$out"
done
finish server
