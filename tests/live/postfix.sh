# postfix.sh - Postfix as the receiving server of example.test; mail goes to the Maildir DIR/mail/USER. Sourced.
#
# Error delays and limits that Postfix has against abuse are lifted: they are no matter of conformance.

start_postfix() { # DIR PORT
    scratch=$1 port=$2
    mkdir -p "$scratch/etc" "$scratch/queue" "$scratch/data" "$scratch/mail"
    chown postfix "$scratch/data"
    chown nobody "$scratch/mail"
    for user in $USERS; do echo "$user@$DOMAIN $user/"; done >"$scratch/etc/mailboxes"
    cat >"$scratch/etc/main.cf" <<END
compatibility_level = 3.6
queue_directory = $scratch/queue
data_directory = $scratch/data
daemon_directory = $(postconf -dh daemon_directory)
maillog_file = $scratch/postfix.log
maillog_file_prefixes = $scratch
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.$DOMAIN
mynetworks =
mydestination =
local_transport = error:no local delivery here
relay_domains =
default_transport = error:nothing leaves this machine
relay_transport = error:nothing leaves this machine
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
virtual_mailbox_domains = $DOMAIN
virtual_mailbox_base = $scratch/mail
virtual_mailbox_maps = texthash:$scratch/etc/mailboxes
virtual_alias_maps = inline:{postmaster=alice@$DOMAIN, postmaster@$DOMAIN=alice@$DOMAIN}
virtual_minimum_uid = 100
virtual_uid_maps = static:$(id -u nobody)
virtual_gid_maps = static:$(id -g nobody)
alias_maps =
smtpd_relay_restrictions = reject_unauth_destination
smtpd_client_connection_count_limit = 0
smtpd_client_event_limit_exceptions = 127.0.0.0/8
smtpd_error_sleep_time = 0
smtpd_soft_error_limit = 100000
smtpd_hard_error_limit = 100000
smtpd_junk_command_limit = 100000
END
    cat >"$scratch/etc/master.cf" <<END
127.0.0.1:$port inet n - n - - smtpd
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
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
END
    postfix -c "$scratch/etc" start >>"$scratch/log" 2>&1 || {
        cat "$scratch/log" >&2
        die "Postfix did not start"
    }
    note_pid "$scratch" "$(tr -d ' ' <"$scratch/queue/pid/master.pid")"
}
