# dovecot.sh - Dovecot with POP3, and LMTP where a port or a path for its socket is given, over the Maildirs DIR/mail/USER.
# It offers STLS and STARTTLS with the certificate of DIR/tls, and AUTH; DIR/auth is a socket where Postfix asks for its users.
# Sourced.

lmtp_listener() { # PORT or PATH
    case $1 in
    /*) printf 'unix_listener %s {\n    mode = 0600\n  }\n' "$1" ;;
    *) printf 'inet_listener lmtp {\n    address = 127.0.0.1\n    port = %s\n  }\n' "${1:-0}" ;;
    esac
}

# Dovecot's submission server takes mail for its users only, and hands it on to a server that delivers.
submission_parts() { # [PORT RELAY-PORT]
    [ -n "$1" ] || return 0
    cat <<END
submission_relay_host = 127.0.0.1
submission_relay_port = $2
submission_relay_trusted = yes
service submission-login {
  inet_listener submission {
    address = 127.0.0.1
    port = $1
  }
  inet_listener submissions {
    port = 0
  }
}
END
}

# Only who shows a certificate logs in, as the user of its common name.
external_parts() { # DIR
    cat <<END
auth_mechanisms = plain external
auth_ssl_require_client_cert = yes
auth_ssl_username_from_cert = yes
ssl_verify_client_cert = yes
ssl_require_crl = no
ssl_cert_username_field = commonName
ssl_ca = <$1/tls/ca.pem
passdb {
  driver = static
  args = nopassword
  mechanisms = external
}
END
}

# What Dovecot does against abuse (a delay behind each refused login that grows with their number, few sessions for each user) is no matter of
# conformance, nor is how many mechanisms it offers. That it locks maildrops is one, and off unless it is asked for.
dovecot_limits() {
    [ "$limits" = lifted ] || return 0
    cat <<END
disable_plaintext_auth = no
auth_mechanisms = plain login apop cram-md5 digest-md5 scram-sha-1 scram-sha-256
auth_failure_delay = 0
mail_max_userip_connections = 0
pop3_lock_session = yes
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
END
}

start_dovecot() { # DIR POP3-PORT UID GID [LMTP-PORT or LMTP-SOCKET [POP3S-PORT [SUBMISSION-PORT RELAY-PORT [external]]]]
    scratch=$1 pop3=$2 uid=$3 gid=$4 lmtp=${5-} pop3s=${6-0} submission=${7-} relay=${8-} external=${9-}
    [ -d "$scratch/tls" ] || make_certificates "$scratch"
    mkdir -p "$scratch/dovecot/run" "$scratch/mail" "$scratch/index"
    chown "$uid:$gid" "$scratch/mail" "$scratch/index"
    for user in $USERS; do
        echo "$user:{PLAIN}secret-$user:$uid:$gid::$scratch/mail/$user::"
    done >"$scratch/dovecot/users"
    echo "postmaster::$uid:$gid::$scratch/mail/postmaster::" >>"$scratch/dovecot/users" # RFC 5321 4.5.1; nobody logs in as him
    chmod 644 "$scratch/dovecot/users"
    cat >"$scratch/dovecot/dovecot.conf" <<END
base_dir = $scratch/dovecot/run
log_path = $scratch/dovecot/log
protocols = pop3 ${lmtp:+lmtp} ${submission:+submission}
listen = 127.0.0.1
hostname = dovecot.$DOMAIN
postmaster_address = alice@$DOMAIN
ssl = yes
ssl_cert = <$scratch/tls/server.pem
ssl_key = <$scratch/tls/server.key
ssl_min_protocol = TLSv1.2
auth_username_format = %n
$(dovecot_limits)
mail_location = maildir:$scratch/mail/%n:INDEX=$scratch/index/%n
mail_uid = $uid
mail_gid = $gid
first_valid_uid = 1
passdb {
  driver = passwd-file
  args = $scratch/dovecot/users
}
userdb {
  driver = passwd-file
  args = $scratch/dovecot/users
}
service auth {
  unix_listener $scratch/auth {
    mode = 0666
  }
}
service pop3-login {
  inet_listener pop3 {
    port = $pop3
  }
  inet_listener pop3s {
    port = $pop3s
    ssl = yes
  }
}
service lmtp {
  $(lmtp_listener "$lmtp")
}
$(submission_parts "$submission" "$relay")
$([ -z "$external" ] || external_parts "$scratch")
END
    spawn "$scratch" dovecot -F -c "$scratch/dovecot/dovecot.conf"
}
