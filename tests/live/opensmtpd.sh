# opensmtpd.sh - OpenSMTPD as the receiving server of example.test; mail goes to the Maildir DIR/mail/USER. Sourced.
#
# Debian's packages of OpenSMTPD and Postfix exclude each other, so it is unpacked into a folder of its own, and runs in a mount
# namespace that shows it its users, spool and helpers where it looks for them.
OPENSMTPD_UID=64111
OPENSMTPD_LIBRARIES="libdb5.3 libevent-2.1-7 libpam0g libssl3 zlib1g"

# unpack_opensmtpd FOLDER: Debian's package, once; the libraries come through apt.
unpack_opensmtpd() {
    [ -x "$1/root/usr/sbin/smtpd" ] && return 0
    mkdir -p "$1/debs" "$1/root"
    (
        cd "$1/debs"
        apt-get -qq download opensmtpd 2>/dev/null
    ) || die "OpenSMTPD's package could not be fetched"
    for package in "$1"/debs/*.deb; do dpkg-deb -x "$package" "$1/root"; done
}

# opensmtpd_jail DIR ROOT: its folders, its view of the users, and DIR/smtpd, which runs it with these.
opensmtpd_jail() {
    jail=$1/jail
    mkdir -p "$jail/spool" "$jail/lib/opensmtpd/empty" "$jail/run" "$1/mail"
    chmod 711 "$jail/spool"
    chown nobody "$1/mail"
    {
        grep -v '^opensmtp[dq]:' /etc/passwd
        echo "opensmtpd:x:$OPENSMTPD_UID:$OPENSMTPD_UID::/var/lib/opensmtpd/empty:/bin/false"
        echo "opensmtpq:x:$((OPENSMTPD_UID + 1)):$((OPENSMTPD_UID + 1))::/var/lib/opensmtpd/empty:/bin/false"
    } >"$jail/passwd"
    {
        grep -v '^opensmtp[dq]:' /etc/group
        echo "opensmtpd:x:$OPENSMTPD_UID:"
        echo "opensmtpq:x:$((OPENSMTPD_UID + 1)):"
    } >"$jail/group"
    printf '127.0.0.1 localhost\n127.0.0.2 client.test\n' >"$jail/hosts"
    printf 'lookup file\nnameserver 127.0.0.1\n' >"$jail/resolv.conf" # it looks up each client: no question is to leave the machine
    cat >"$1/smtpd" <<END
#!/bin/sh
exec unshare -m --propagation private sh -c '
    for file in hosts resolv.conf; do
        [ ! -f "/etc/\$file" ] || mount --bind "\$0/jail/\$file" "\$(readlink -f "/etc/\$file")" || exit
    done
    mount --bind "\$0/jail/passwd" /etc/passwd && mount --bind "\$0/jail/group" /etc/group &&
    mount --bind "\$0/jail/spool" /var/spool && mount --bind "\$0/jail/lib" /var/lib && mount --bind "\$0/jail/run" /run &&
    mount --bind "$2/usr/libexec" /usr/libexec &&
    exec "$2/usr/sbin/smtpd" "\$@"' "$1" "\$@"
END
    chmod 755 "$1/smtpd"
}

# The secret of NAME is secret-NAME, here too.
opensmtpd_tables() { # DIR
    uid=$(id -u nobody) gid=$(id -g nobody)
    for user in $USERS; do
        echo "$user $(openssl passwd -6 "secret-$user")" >&3
        echo "$user $uid:$gid:$1/mail/$user" >&4
        echo "$user@$DOMAIN $user" >&5
    done 3>"$1/secrets" 4>"$1/users" 5>"$1/recipients"
    echo "postmaster@$DOMAIN alice" >>"$1/recipients"
    echo "postmaster alice" >>"$1/recipients" # at the name of the host
}

start_opensmtpd() { # DIR PORT ROOT [more words of its line "listen on"]
    scratch=$1 port=$2
    [ -d "$scratch/tls" ] || make_certificates "$scratch" rsa # with others every handshake ends in "EVP lib"
    chmod 600 "$scratch/tls/server.key"
    chown root "$scratch/tls/server.key"
    opensmtpd_jail "$scratch" "$3"
    opensmtpd_tables "$scratch"
    chmod 640 "$scratch/secrets"
    chgrp $OPENSMTPD_UID "$scratch/secrets"
    cat >"$scratch/smtpd.conf" <<END
pki server cert "$scratch/tls/server.pem"
pki server key "$scratch/tls/server.key"
table secrets file:$scratch/secrets
table users file:$scratch/users
table recipients file:$scratch/recipients
listen on 127.0.0.1 port $port hostname mx.$DOMAIN tls pki server auth-optional <secrets> ${4-}
action "local" maildir "$scratch/mail/%{user.username}" virtual <recipients> userbase <users>
match from any for domain { "$DOMAIN", "mx.$DOMAIN" } action "local"
END
    spawn "$scratch" "$scratch/smtpd" -d -f "$scratch/smtpd.conf"
}

# The configuration of Debian's package, with the line for mail of a domain that its comments propose. Debian's users are those of the
# system. Whoever comes from this host may relay: the tests come from 127.0.0.2, as a stranger does.
start_opensmtpd_debian() { # DIR PORT ROOT
    scratch=$1
    opensmtpd_jail "$scratch" "$3"
    for user in $USERS; do
        echo "$user:x:$(id -u nobody):$(id -g nobody)::$scratch/mail/$user:/bin/false"
        make_home "$scratch/mail/$user"
    done >>"$scratch/jail/passwd"
    echo "postmaster: alice" >"$scratch/aliases"
    sed -e "s|/etc/aliases|$scratch/aliases|" -e "s|^listen on .*|listen on 127.0.0.1 port $2 hostname mx.$DOMAIN|" \
        -e "s|^# match from any for domain \"example.org\"|match from any for domain { \"$DOMAIN\", \"mx.$DOMAIN\" }|" \
        -e '/^action "relay"/d' -e '/action "relay"$/d' "$3/etc/smtpd.conf" >"$scratch/smtpd.conf" # nothing leaves this machine
    spawn "$scratch" "$scratch/smtpd" -d -f "$scratch/smtpd.conf"
}
