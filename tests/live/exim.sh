# exim.sh - Exim as the receiving server of example.test; mail goes to the Maildir DIR/mail/USER. Sourced.
#
# Debian's packages of Exim and Postfix exclude each other, so Exim's are unpacked into a folder of their own. Exim
# wants its user by name and finds itself under /usr/sbin: it runs in a mount namespace that shows it both.
EXIM_UID=64101
EXIM_LIBRARIES="libdb5.3 libgnutls-dane0 libgnutls30 libidn12 libidn2-0 libnsl2 libpcre2-8-0"

# unpack_exim FOLDER: Debian's exim4-base and exim4-daemon-light, once; the libraries come through apt.
unpack_exim() {
    mkdir -p "$1/debs" "$1/root"
    alone "$1/lock" fetch_exim "$1" || exit 1
}

fetch_exim() {
    [ -x "$1/root/usr/sbin/exim4" ] && return 0
    (
        cd "$1/debs"
        apt-get -qq download exim4-base exim4-daemon-light 2>/dev/null
    ) || die "Exim's packages could not be fetched"
    for package in "$1"/debs/*.deb; do dpkg-deb -x "$package" "$1/root"; done
}

# Some containers forbid a mount namespace.
can_jail() {
    unshare -m --propagation private true 2>/dev/null && return 0
    echo "live: no mount namespace can be made here (unshare -m), and Exim needs one"
    return 1
}

# exim_jail DIR ROOT: its folders, its view of the users, and DIR/exim, which runs it with these and DIR/exim.conf.
exim_jail() {
    mkdir -p "$1/spool" "$1/exim-log" "$1/mail" "$1/jail"
    chown $EXIM_UID:$EXIM_UID "$1/spool" "$1/exim-log" "$1/mail"
    { grep -v '^Debian-exim:' /etc/passwd; echo "Debian-exim:x:$EXIM_UID:$EXIM_UID::$1:/bin/false"; } >"$1/jail/passwd"
    { grep -v '^Debian-exim:' /etc/group; echo "Debian-exim:x:$EXIM_UID:"; } >"$1/jail/group"
    cat >"$1/exim" <<END
#!/bin/sh
exec unshare -m --propagation private sh -c '
    mount --bind "\$0/jail/passwd" /etc/passwd && mount --bind "\$0/jail/group" /etc/group &&
    exec "$2/usr/sbin/exim4" -C "\$0/exim.conf" "\$@"' "$1" "\$@"
END
    chmod 755 "$1/exim"
}

# The secret of NAME is secret-NAME, here too; what an authenticator compares with is an expansion.
exim_authenticators() {
    known='${if inlist{$auth1}{'$(echo "$USERS" | sed 's/ / : /g')'}{secret-$auth1}fail}'
    cat <<END
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if eq{\$auth3}{secret-\$auth2}}
  server_set_id = \$auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = \${if eq{\$auth2}{secret-\$auth1}}
  server_set_id = \$auth1
cram:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = $known
  server_set_id = \$auth1
END
}

# exim_files DIR ROOT: a jail, and its settings as the receiving server.
exim_files() {
    scratch=$1 root=$2
    [ -d "$scratch/tls" ] || make_certificates "$scratch"
    exim_jail "$scratch" "$root"
    locals=$(echo "$USERS" | sed 's/ / : /g')
    cat >"$scratch/exim.conf" <<END
primary_hostname = exim.$DOMAIN
qualify_domain = $DOMAIN
spool_directory = $scratch/spool
log_file_path = $scratch/exim-log/%slog
pid_file_path = $scratch/exim.pid
exim_path = $root/usr/sbin/exim4
domainlist local_domains = $DOMAIN
hostlist relay_from_hosts =
never_users =
deliver_drop_privilege = true
host_lookup =
rfc1413_query_timeout = 0s
dns_ipv4_lookup =
disable_ipv6 = true
keep_environment =
smtp_accept_max = 0
smtp_accept_max_nonmail = 100000
smtp_accept_max_per_connection = 100000
smtp_max_synprot_errors = 100000
smtp_max_unknown_commands = 100000
smtp_accept_queue_per_connection = 0
tls_advertise_hosts = *
tls_certificate = $scratch/tls/server.pem
tls_privatekey = $scratch/tls/server.key
tls_try_verify_hosts = *
tls_verify_certificates = $scratch/tls/ca.pem
acl_smtp_rcpt = check_rcpt
acl_smtp_data = accept_all
acl_smtp_vrfy = accept_all

begin acl
check_rcpt:
  require message = relay not permitted
          domains = +local_domains
  require verify = recipient
  accept
accept_all:
  accept

begin routers
elsewhere:
  driver = redirect
  domains = ! +local_domains
  allow_fail
  data = :fail: nothing leaves this machine
postmaster:
  driver = redirect
  local_parts = postmaster
  data = alice@$DOMAIN
local:
  driver = accept
  local_parts = $locals
  transport = maildir
  cannot_route_message = Unknown user

begin transports
maildir:
  driver = appendfile
  maildir_format
  directory = $scratch/mail/\$local_part_data
  create_directory
  delivery_date_add
  envelope_to_add
  return_path_add
  user = Debian-exim
  group = Debian-exim

begin authenticators
$(exim_authenticators)
END
}

start_exim() { # DIR PORT ROOT
    exim_files "$1" "$3"
    spawn "$1" "$1/exim" -bdf -oX "127.0.0.1.$2"
}
