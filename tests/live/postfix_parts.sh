# postfix_parts.sh - what every Postfix of the live tests has: settings and services of its own, below one folder. Sourced.

postfix_folders() { # DIR
    mkdir -p "$1/etc" "$1/queue" "$1/data"
    chown postfix "$1/data"
}

# On standard output: the lines of main.cf that do not depend on what it is for. It listens on loopback and asks no DNS.
postfix_settings() { # DIR HOSTNAME
    cat <<END
compatibility_level = 3.6
queue_directory = $1/queue
data_directory = $1/data
daemon_directory = $(postconf -dh daemon_directory)
maillog_file = $1/postfix.log
maillog_file_prefixes = $1
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = $2
mydestination =
alias_maps =
local_transport = error:no local delivery here
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
END
}

# The same of master.cf: no server that listens, and nothing that delivers.
postfix_services() {
    cat <<END
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
END
}

postfix_start() { # DIR
    postfix -c "$1/etc" start >>"$1/log" 2>&1 || {
        cat "$1/log" >&2
        die "Postfix did not start"
    }
    note_pid "$1" "$(tr -d ' ' <"$1/queue/pid/master.pid")"
}
