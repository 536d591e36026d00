# postfix.sh - Postfix as the receiving server of example.test; mail goes to the Maildir DIR/mail/USER. Sourced.
#
# It offers STARTTLS with the certificate of DIR/tls, and AUTH as Dovecot knows the users (DIR/auth, a socket).

# Error delays and limits that Postfix has against abuse are no matter of conformance. Where they are not lifted, it is as Debian's
# package sets it up for an "Internet Site", but for its networks: the tests come from a stranger.
postfix_limits() {
    if [ "$limits" = lifted ]; then
        cat <<END
smtpd_client_event_limit_exceptions = 127.0.0.0/8
smtpd_relay_restrictions = reject_unauth_destination
smtpd_client_connection_count_limit = 0
smtpd_error_sleep_time = 0
smtpd_soft_error_limit = 100000
smtpd_hard_error_limit = 100000
smtpd_junk_command_limit = 100000
END
    else
        cat <<END
smtpd_banner = \$myhostname ESMTP \$mail_name (Debian/GNU)
smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated defer_unauth_destination
append_dot_mydomain = no
mailbox_size_limit = 0
recipient_delimiter = +
END
    fi
}

start_postfix() { # DIR PORT [more words of its line in master.cf]
    scratch=$1 port=$2 more=${3-}
    postfix_folders "$scratch"
    [ -d "$scratch/tls" ] || make_certificates "$scratch"
    mkdir -p "$scratch/mail"
    chown nobody "$scratch/mail"
    for user in $USERS; do echo "$user@$DOMAIN $user/"; done >"$scratch/etc/mailboxes"
    {
        postfix_settings "$scratch" "mx.$DOMAIN"
        cat <<END
mynetworks =
relay_domains =
default_transport = error:nothing leaves this machine
relay_transport = error:nothing leaves this machine
virtual_mailbox_domains = $DOMAIN
virtual_mailbox_base = $scratch/mail
virtual_mailbox_maps = texthash:$scratch/etc/mailboxes
virtual_alias_maps = inline:{postmaster=alice@$DOMAIN, postmaster@$DOMAIN=alice@$DOMAIN}
virtual_minimum_uid = 100
virtual_uid_maps = static:$(id -u nobody)
virtual_gid_maps = static:$(id -g nobody)
$(postfix_limits)
smtpd_tls_security_level = may
smtpd_tls_chain_files = $scratch/tls/server.key, $scratch/tls/server.pem
smtpd_tls_ask_ccert = yes
smtpd_tls_CAfile = $scratch/tls/ca.pem
smtpd_tls_received_header = no
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = unix:$scratch/auth
tls_preempt_cipherlist = no
END
    } >"$scratch/etc/main.cf"
    {
        echo "127.0.0.1:$port inet n - n - - smtpd $more"
        postfix_services
        echo "virtual unix - n n - - virtual"
    } >"$scratch/etc/master.cf"
    postfix_start "$scratch"
}
