# relays.sh - Postfix and Exim as senders: they take mail from this machine and relay it to us, by the way that the local part of the recipient
# names: NAME-smtp, NAME-lmtp, NAME-unix (LMTP at the socket DIR/lmtp.socket). All else, and what comes back, is thrown away. Sourced.

relay_postfix() { # DIR PORT-OF-ITS-OWN SMTP-PORT LMTP-PORT
    scratch=$1
    mkdir -p "$scratch/etc" "$scratch/queue" "$scratch/data"
    chown postfix "$scratch/data"
    cat >"$scratch/etc/transport" <<END
/-smtp@example\.test\$/ smtp:[127.0.0.1]:$3
/-lmtp@example\.test\$/ lmtp:inet:127.0.0.1:$4
/-unix@example\.test\$/ lmtp:unix:$scratch/lmtp.socket
/./ discard:
END
    # smtp_line_length_limit: Postfix breaks longer lines (postconf(5)); here it shall leave them alone.
    cat >"$scratch/etc/main.cf" <<END
compatibility_level = 3.6
queue_directory = $scratch/queue
data_directory = $scratch/data
daemon_directory = $(postconf -dh daemon_directory)
maillog_file = $scratch/postfix.log
maillog_file_prefixes = $scratch
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = postfix.client.test
mynetworks = 127.0.0.0/8
mydestination =
alias_maps =
local_transport = error:no local delivery here
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_client_event_limit_exceptions = 127.0.0.0/8
transport_maps = regexp:$scratch/etc/transport
message_size_limit = 20000000
smtp_line_length_limit = 0
lmtp_line_length_limit = 0
END
    cat >"$scratch/etc/master.cf" <<END
127.0.0.1:$2 inet n - n - - smtpd
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
discard unix - - n - - discard
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
END
    postfix -c "$scratch/etc" start >>"$scratch/log" 2>&1 || {
        cat "$scratch/log" >&2
        die "Postfix did not start"
    }
    note_pid "$scratch" "$(tr -d ' ' <"$scratch/queue/pid/master.pid")"
    wait_port "$2" "$scratch"
}

# Debian's daemon-light; no daemon runs: "DIR/exim -odi -bs" takes a message and delivers it at once.
relay_exim() { # DIR ROOT SMTP-PORT LMTP-PORT
    exim_jail "$1" "$2"
    cat >"$1/exim.conf" <<END
primary_hostname = exim.client.test
spool_directory = $1/spool
log_file_path = $1/exim-log/%slog
exim_path = $2/usr/sbin/exim4
never_users =
host_lookup =
dns_ipv4_lookup =
disable_ipv6 = true
keep_environment =
tls_advertise_hosts =
smtputf8_advertise_hosts = *
dsn_advertise_hosts = *
message_size_limit = 20M
acl_smtp_rcpt = accept_all
acl_smtp_data = accept_all

begin acl
accept_all:
  accept

begin routers
smtp:
  driver = manualroute
  domains = example.test
  local_parts = *-smtp
  route_list = * 127.0.0.1
  self = send
  transport = by_smtp
lmtp:
  driver = manualroute
  domains = example.test
  local_parts = *-lmtp
  route_list = * 127.0.0.1
  self = send
  transport = by_lmtp
unix:
  driver = accept
  domains = example.test
  local_parts = *-unix
  transport = by_unix
rest:
  driver = redirect
  data = :blackhole:

begin transports
by_smtp:
  driver = smtp
  port = $3
  hosts_avoid_tls = *
  message_linelength_limit = 100000
by_lmtp:
  driver = smtp
  protocol = lmtp
  port = $4
  hosts_avoid_tls = *
  message_linelength_limit = 100000
by_unix:
  driver = lmtp
  socket = $1/lmtp.socket
  batch_max = 100
  user = Debian-exim
END
}
