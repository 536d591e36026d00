# lib.sh - what the start scripts of real servers share; sourced, never run. Needs root, Linux /proc and a POSIX shell.
#
# Every server runs from a scratch folder with its own settings, listens on loopback only, and is stopped by its own
# pid, noted with the start time of the process, so that a pid used anew is never signalled.
DOMAIN=example.test
USERS="alice bob u1 u2 u3 u4 u5 u6" # the secret of NAME is secret-NAME
limits=lifted # those of servers against abuse; "default": as Debian sets it up

die() {
    echo "live: $*" >&2
    exit 1
}

# want PACKAGE...: install what is missing, unless that would remove something that is there.
want() {
    absent=
    for package in "$@"; do
        dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || absent="$absent $package"
    done
    [ -n "$absent" ] || return 0
    if [ "$(id -u)" != 0 ]; then
        echo "live: missing, and only root can install it:$absent"
        return 1
    fi
    alone /run/mailspec-live.lock fetch_packages "$@"
}

# alone FILE COMMAND...: when nobody else holds the lock, for several scripts may run at a time.
alone() {
    lock=$1
    shift
    (
        flock 9
        "$@"
    ) 9>"$lock"
}

fetch_packages() {
    apt-get -qq update
    if apt-get -s install --no-install-recommends "$@" 2>/dev/null | grep -q '^Remv'; then
        echo "live: installing $* would remove other packages"
        return 1
    fi
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" >/dev/null 2>&1 9>&-
}

# spawn DIR COMMAND...: start it detached, as leader of its own process group, its output in DIR/log.
spawn() {
    scratch=$1
    shift
    setsid "$@" </dev/null >>"$scratch/log" 2>&1 &
    note_pid "$scratch" $!
}
born() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
note_pid() { echo "$2 $(born "$2")" >>"$1/pids"; }
alive() { [ -n "$2" ] && [ "$(born "$1")" = "$2" ] && ! grep -q '^State:.*Z' "/proc/$1/status" 2>/dev/null; }

# take_port VARIABLE: the next of the ports that held_ports.py keeps for us.
take_port() {
    [ -n "$HELD_PORTS" ] || die "held_ports.py was asked for too few ports"
    eval "$1=\${HELD_PORTS%% *}"
    case $HELD_PORTS in *" "*) HELD_PORTS=${HELD_PORTS#* } ;; *) HELD_PORTS= ;; esac
}
listening() {
    awk -v p="$(printf %04X "$1")" '$4 == "0A" { split($2, a, ":"); if (a[2] "" == p "") f = 1 } END { exit !f }' \
        /proc/net/tcp /proc/net/tcp6 2>/dev/null
}
# wait_socket PATH DIR: until somebody listens there.
wait_socket() {
    tries=0
    until awk -v p="$1" '$8 == p && $4 == "00010000" { f = 1 } END { exit !f }' /proc/net/unix; do
        tries=$((tries + 1))
        if [ $tries -gt 300 ]; then
            tail -n 20 "$2/log" >&2
            die "nothing listens at $1"
        fi
        sleep 0.1
    done
}
# wait_port PORT DIR: until somebody listens there; the kernel's table is asked, no connection is spent.
wait_port() {
    tries=0
    until listening "$1"; do
        tries=$((tries + 1))
        if [ $tries -gt 300 ]; then
            tail -n 20 "$2/log" >&2
            die "nothing listens on port $1"
        fi
        sleep 0.1
    done
}

# stop_server DIR: TERM to each noted pid, the last first; KILL to what is left of it after 5 s.
stop_server() {
    [ -f "$1/pids" ] || return 0
    tac "$1/pids" | while read -r pid start; do
        alive "$pid" "$start" || continue
        kill -TERM "$pid" 2>/dev/null || :
        tries=0
        while alive "$pid" "$start" && [ $tries -lt 50 ]; do
            tries=$((tries + 1))
            sleep 0.1
        done
        if alive "$pid" "$start"; then kill -KILL "$pid" 2>/dev/null || :; fi
    done
    rm -f "$1/pids"
}

# make_home PATH: of a user of the system, for servers that deliver to ~/Maildir: where Dovecot looks, too.
make_home() {
    mkdir -p "$1"
    ln -sfn . "$1/Maildir"
    chown -h nobody:"$(id -g nobody)" "$1" "$1/Maildir"
}

# target DIR NAME SMTP-URL POP3-URL KNOWN-FAILING...: write DIR/target.
target() {
    folder=$1
    {
        echo "Name: $2"
        echo "Smtp: $3"
        echo "Pop3: $4"
        echo "Domain: $DOMAIN"
        for user in $USERS; do echo "User: $user secret-$user $user@$DOMAIN"; done
        echo "Unknown-user: nobody-here@$DOMAIN"
        echo "Relay-domain: elsewhere.example"
        echo "Delivers: yes"
        shift 4
        for file; do echo "Known-failing: $file"; done
    } >"$folder/target"
}

# keep_client WORD TARGET OUT LIST...: keep what a client was found to do in RESULTS/WORD.tsv, where RESULTS is set: of runs of every case.
keep_client() {
    [ -n "${RESULTS-}" ] && [ -z "${LIVE_ARGS-}" ] || return 0
    word=$1 target=$2 out=$3
    shift 3
    python3 "$top/tests/tools/take_results.py" --client "$MAILSPEC" "$word" "$target" "$out/report.json" "$@" >"$out/result.tsv" &&
        cp "$out/result.tsv" "$RESULTS/$word.tsv"
}

# count COMMAND...: run it, and remember how it went. leave_out NAME...: remember that one could not be run, and say so.
passed=0 failed=0 skipped=0
count() { if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi; }
leave_out() {
    echo "live: $* skipped"
    skipped=$((skipped + 1))
}
# finish WHAT: tell how many went how, and end: 1 where one failed, 77 where nothing could be run.
finish() {
    echo "live: $passed $1(s) as expected, $failed not, $skipped skipped"
    [ $failed = 0 ] || exit 1
    [ $passed -gt 0 ] || exit 77
    exit 0
}
