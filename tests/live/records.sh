#!/bin/sh
# records.sh [postfix|dovecot|exim ...]: a server is recorded, replayed, set up otherwise, and its changed words are named and accepted.
#
# Exit status as of run.sh.
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
MAILSPEC=${MAILSPEC:-$top/build/release/mailspec}
. "$here/lib.sh"
. "$here/postfix_parts.sh"
. "$here/certificates.sh"
. "$here/postfix.sh"
. "$here/dovecot.sh"
. "$here/exim.sh"
[ $# -gt 0 ] || set -- postfix dovecot exim
[ -n "${HELD_PORTS-}" ] || exec python3 "$top/tests/tools/held_ports.py" $((2 * $#)) "$0" "$@"

[ "$(id -u)" = 0 ] || {
    echo "live: skipped: real servers need root"
    exit 77
}
[ -x "$MAILSPEC" ] || die "$MAILSPEC is missing: ./dev run builds it"
want postfix dovecot-core dovecot-pop3d dovecot-lmtpd || exit 77

work=$(mktemp -d /tmp/mailspec-live.XXXXXX)
chmod 755 "$work"
: >"$work/none"
cleanup() {
    for server in postfix dovecot exim; do stop_server "$work/$server"; done
    if [ -z "${KEEP-}" ]; then rm -rf "$work"; else echo "live: kept $work"; fi
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# Each is started by the same words again, then with other settings.
start_one() { # NAME
    mkdir -p "$work/$1"
    chmod 755 "$work/$1"
    case $1 in
    postfix)
        start_postfix "$work/postfix" "$first"
        postconf -c "$work/postfix/etc" "smtpd_discard_ehlo_keywords = etrn" # read by whoever serves the first client
        start_dovecot "$work/postfix" "$second" "$(id -u nobody)" "$(id -g nobody)"
        url=smtp://127.0.0.1:$first
        ;;
    dovecot)
        start_dovecot "$work/dovecot" "$second" "$(id -u nobody)" "$(id -g nobody)" "$first"
        url=lmtp://127.0.0.1:$first
        ;;
    exim)
        unpack_exim "$top/build/exim"
        start_exim "$work/exim" "$first" "$top/build/exim/root"
        start_dovecot "$work/exim" "$second" "$EXIM_UID" "$EXIM_UID"
        url=smtp://127.0.0.1:$first
        ;;
    *) die "no server $1" ;;
    esac
    wait_port "$first" "$work/$1"
    wait_port "$second" "$work/$1"
    target "$work/$1" "$1" "$url" "pop3://127.0.0.1:$second" "$work/none" # a record says what is
}

change() { # NAME: another greeting, as of another name, and Postfix offers more; read at once
    case $1 in
    postfix)
        postconf -c "$work/postfix/etc" "smtpd_discard_ehlo_keywords ="
        postconf -c "$work/postfix/etc" "smtpd_banner = other.$DOMAIN ESMTP another one"
        postfix -c "$work/postfix/etc" reload >>"$work/postfix/log" 2>&1
        ;;
    dovecot)
        echo "login_greeting = Another one is ready." >>"$work/dovecot/dovecot/dovecot.conf"
        doveadm -c "$work/dovecot/dovecot/dovecot.conf" reload
        ;;
    exim)
        sed -i "1i smtp_banner = other.$DOMAIN ESMTP another one" "$work/exim/exim.conf"
        kill -HUP "$(sed -n "1s/ .*//p" "$work/exim/pids")"
        ;;
    esac
}

# expect STATUS WORD...: the program's status, and words that stand in what it printed.
expect() {
    [ "$status" = "$1" ] || {
        tail -n 40 "$work/said"
        die "$server: status $status instead of $1"
    }
    shift
    for word; do
        grep -qF -e "$word" "$work/said" || {
            tail -n 40 "$work/said"
            die "$server: \"$word\" was not said"
        }
    done
}
mailspec_run() {
    "$MAILSPEC" run --no-config --target "$work/$server/target" "$@" >"$work/said" 2>&1
    status=$?
}

# can_be_run NAME: Exim needs more than the others.
can_be_run() {
    # shellcheck disable=SC2086 # the words are package names
    [ "$1" != exim ] || { want $EXIM_LIBRARIES && can_jail; }
}

for server; do
    can_be_run "$server" || {
        echo "live: records: $server skipped"
        continue
    }
    take_port first
    take_port second
    start_one "$server"
    pins=$work/$server/pins
    case $server in
    postfix) greeting=smtp/greeting said=another more=ETRN ;;
    exim) greeting=smtp/greeting said=another more=another ;;
    dovecot) greeting=pop3/greeting said=Another more=Another ;;
    esac
    # What a server answers to odd line ends, to UTF-8 and to several recipients is judged, and not the same each time.
    set -- pop3/greeting 'pop3/re*' 'pop3/l*' 'pop3/u*' smtp/greeting smtp/ehlo smtp/helo smtp/noop 'smtp/verb-case/**' 'smtp/rset-*' 'smtp/content-kept/**' smtp/received-added
    mailspec_run -q --record "$pins" "$@"
    grep -v '^left out' "$work/said"
    expect 0 ' 0 of them do not pass again'
    mailspec_run -q "$pins"
    expect 0
    tail -n 3 "$work/said"
    change "$server"
    tries=0
    until mailspec_run "$pins/$greeting.scn" && [ $status = 1 ]; do # a reload takes a moment
        tries=$((tries + 1))
        [ $tries -lt 50 ] || die "$server: the other settings are not seen"
        sleep 0.1
    done
    mailspec_run "$pins"
    expect 1 "$said" "$more"
    mailspec_run -q --accept "$pins"
    expect 0 "$said" "$more" ' 0 refused'
    grep '^[-+]' "$work/said"
    mailspec_run -q "$pins"
    expect 0
    stop_server "$work/$server"
done
echo "live: records: as expected"
