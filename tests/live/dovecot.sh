# dovecot.sh - Dovecot with POP3, and LMTP where a port or a path for its socket is given, over the Maildirs DIR/mail/USER.
# Sourced.

lmtp_listener() { # PORT or PATH
    case $1 in
    /*) printf 'unix_listener %s {\n    mode = 0600\n  }\n' "$1" ;;
    *) printf 'inet_listener lmtp {\n    address = 127.0.0.1\n    port = %s\n  }\n' "${1:-0}" ;;
    esac
}

start_dovecot() { # DIR POP3-PORT UID GID [LMTP-PORT or LMTP-SOCKET]
    scratch=$1 pop3=$2 uid=$3 gid=$4 lmtp=${5-}
    mkdir -p "$scratch/dovecot/run" "$scratch/mail" "$scratch/index"
    chown "$uid:$gid" "$scratch/mail" "$scratch/index"
    for user in $USERS; do
        echo "$user:{PLAIN}secret-$user:$uid:$gid::$scratch/mail/$user::"
    done >"$scratch/dovecot/users"
    chmod 644 "$scratch/dovecot/users"
    cat >"$scratch/dovecot/dovecot.conf" <<END
base_dir = $scratch/dovecot/run
log_path = $scratch/dovecot/log
protocols = pop3 ${lmtp:+lmtp}
listen = 127.0.0.1
hostname = dovecot.$DOMAIN
postmaster_address = alice@$DOMAIN
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain apop
auth_username_format = %n
auth_failure_delay = 0
mail_max_userip_connections = 0
mail_location = maildir:$scratch/mail/%n:INDEX=$scratch/index/%n
mail_uid = $uid
mail_gid = $gid
first_valid_uid = 1
pop3_lock_session = yes
passdb {
  driver = passwd-file
  args = $scratch/dovecot/users
}
userdb {
  driver = passwd-file
  args = $scratch/dovecot/users
}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service pop3-login {
  inet_listener pop3 {
    port = $pop3
  }
  inet_listener pop3s {
    port = 0
  }
}
service lmtp {
  $(lmtp_listener "$lmtp")
}
END
    spawn "$scratch" dovecot -F -c "$scratch/dovecot/dovecot.conf"
}
