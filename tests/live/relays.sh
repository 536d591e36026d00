# relays.sh - Postfix and Exim as senders: they take mail from this machine and relay it to us, by the way that the local part of the recipient
# names: NAME-smtp, NAME-lmtp, NAME-unix (LMTP at the socket DIR/lmtp.socket). All else, and what comes back, is thrown away. Sourced.

relay_postfix() { # DIR PORT-OF-ITS-OWN SMTP-PORT LMTP-PORT
    scratch=$1
    postfix_folders "$scratch"
    cat >"$scratch/etc/transport" <<END
/-smtp@example\.test\$/ smtp:[127.0.0.1]:$3
/-lmtp@example\.test\$/ lmtp:inet:127.0.0.1:$4
/-unix@example\.test\$/ lmtp:unix:$scratch/lmtp.socket
/./ discard:
END
    # smtp_line_length_limit: Postfix breaks longer lines (postconf(5)); here it shall leave them alone.
    {
        postfix_settings "$scratch" postfix.client.test
        cat <<END
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
transport_maps = regexp:$scratch/etc/transport
message_size_limit = 20000000
smtp_line_length_limit = 0
lmtp_line_length_limit = 0
END
    } >"$scratch/etc/main.cf"
    {
        echo "127.0.0.1:$2 inet n - n - - smtpd"
        postfix_services
        echo "discard unix - - n - - discard"
        echo "smtp unix - - n - - smtp"
        echo "lmtp unix - - n - - lmtp"
    } >"$scratch/etc/master.cf"
    postfix_start "$scratch"
    wait_port "$2" "$scratch"
}

# exim_main DIR ROOT: the options that each Exim here begins with; it asks no name server.
exim_main() {
    cat <<END
primary_hostname = exim.client.test
spool_directory = $1/spool
log_file_path = $1/exim-log/%slog
exim_path = $2/usr/sbin/exim4
never_users =
host_lookup =
dns_ipv4_lookup =
disable_ipv6 = true
keep_environment =
END
}

# Debian's daemon-light; no daemon runs: "DIR/exim -odi -bs" takes a message and delivers it at once.
relay_exim() { # DIR ROOT SMTP-PORT LMTP-PORT
    exim_jail "$1" "$2"
    cat >"$1/exim.conf" <<END
$(exim_main "$1" "$2")
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

# ---- For clients-relays.sh: each message goes to the port of its case ----

# Postfix: the domain p2525.example.test names the port, and is example.test on the wire.
sender_postfix() { # DIR
    postfix_folders "$1"
    {
        postfix_settings "$1" postfix.client.test
        cat <<END
transport_maps = texthash:$1/etc/transport
default_transport = discard
smtp_generic_maps = regexp:$1/etc/generic
smtp_line_length_limit = 0
END
    } >"$1/etc/main.cf"
    # A table of regular expressions may not put what it has found into a destination, so each port has a line.
    seq 1024 65535 | sed 's/.*/p&.example.test smtp:[127.0.0.1]:&/' >"$1/etc/transport"
    echo '/^(.*)@p[0-9]+\.(.*)$/ ${1}@${2}' >"$1/etc/generic"
    {
        postfix_services
        echo "discard unix - - n - - discard"
        echo "smtp unix - - n - - smtp"
    } >"$1/etc/master.cf"
    postfix_start "$1"
}

# Exim: no daemon runs; "DIR/exim -odi" queues and delivers at once. The domain names the port here, too. What comes back is thrown away.
sender_exim() { # DIR ROOT
    exim_jail "$1" "$2"
    cat >"$1/exim.conf" <<END
$(exim_main "$1" "$2")

begin routers
case:
  driver = redirect
  domains = ^p[0-9]+\\\\.example\\\\.test
  address_data = \${sg{\$domain}{^p([0-9]+)\\\\..*}{\\\$1}}
  data = \$local_part@example.test
send:
  driver = manualroute
  domains = example.test
  route_list = * 127.0.0.1
  self = send
  transport = by_smtp
rest:
  driver = redirect
  data = :blackhole:

begin transports
by_smtp:
  driver = smtp
  port = \$address_data
  connection_max_messages = 1
  hosts_avoid_tls = *
  message_linelength_limit = 100000

begin retry
* * F,2h,1s
END
}
