# aiosmtpd.sh - aiosmtpd, Python's SMTP server, as the receiving server of example.test; mail goes to the Maildir DIR/mail/USER. Sourced.

start_aiosmtpd() { # DIR PORT SCRIPTS
    [ -d "$1/tls" ] || make_certificates "$1"
    mkdir -p "$1/mail"
    chown nobody "$1/mail"
    cp "$3/aiosmtpd_server.py" "$1/server.py" # where nobody can read it
    chmod 644 "$1/server.py"
    # shellcheck disable=SC2086 # the users are words
    spawn "$1" setpriv --reuid nobody --regid nogroup --clear-groups /usr/bin/python3 "$1/server.py" "$2" "$1/mail" \
        "$1/tls/server.pem" "$1/tls/server.key" $USERS
}

# The command of the package, with the handler that keeps what comes: one Maildir for all.
start_aiosmtpd_debian() { # DIR PORT
    mkdir -p "$1/mail/alice"
    chown -R nobody "$1/mail"
    spawn "$1" setpriv --reuid nobody --regid nogroup --clear-groups aiosmtpd -n -l "127.0.0.1:$2" -c aiosmtpd.handlers.Mailbox "$1/mail/alice"
}
