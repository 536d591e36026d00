# mailutils.sh - GNU Mailutils' pop3d over the mailboxes DIR/mail/USER/INBOX, which Postfix fills. Sourced.
#
# Its users stand in a file of a virtual domain, so they log in as USER@example.test, and none of the system's is touched.

mailutils_users() { # DIR
    for user in $USERS; do
        mkdir -p "$1/mail/$user"
        touch "$1/mail/$user/INBOX" # pop3d would make it root's, and Postfix not write to it
        chmod 600 "$1/mail/$user/INBOX"
        chown nobody "$1/mail/$user" "$1/mail/$user/INBOX"
        echo "$user:$(openssl passwd -6 "secret-$user"):$(id -u nobody):$(id -g nobody)::$1/mail/$user:/bin/false" >&3
        echo "$user@$DOMAIN $user/INBOX" >&4
        echo "$user@$DOMAIN secret-$user" >&5
    done 3>"$1/virtual/$DOMAIN" 4>"$1/etc/mailboxes" 5>"$1/apop"
}

start_mailutils() { # DIR PORT, behind start_postfix
    scratch=$1 port=$2
    mkdir -p "$scratch/virtual" "$scratch/locks"
    install -m 600 "$scratch/tls/server.key" "$scratch/pop3d.key" # it takes none that others can read
    mailutils_users "$scratch"
    popauth --create --file="$scratch/apop" --output="$scratch/apop.db"
    cat >"$scratch/pop3d.conf" <<END
mode daemon;
foreground yes;
pidfile $scratch/pop3d.pid;
max-children 100;
logging { syslog no; };
auth { authorization virtdomain; authentication generic; };
virtdomain { passwd-dir $scratch/virtual; };
tcp-wrappers { enable no; };
mandatory-locking { lock-directory $scratch/locks; };
apop-database-file $scratch/apop.db;
tls-mode ondemand;
tls {
  ssl-certificate-file $scratch/tls/server.pem;
  ssl-key-file $scratch/pop3d.key;
};
server 127.0.0.1:$port { };
END
    spawn "$scratch" pop3d --config-file="$scratch/pop3d.conf"
}
