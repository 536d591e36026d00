# exim_debian.sh - Exim as Debian's package sets it up for an "internet site", mail to Maildirs: limits, access lists and all. Sourced.
#
# Its mount namespace has its own /etc, /var/lib, /var/log, /var/spool and /run, so that Debian's own script (update-exim4.conf) makes the
# configuration, and Exim finds it where it always does. TLS is on, as Debian's README tells how; AUTH stays off. The users are
# those of the system, in the passwd file of that /etc.
#
# Whoever comes from 127.0.0.1 may relay, and all that he names is accepted: the tests come from 127.0.0.2, as a stranger does.

# unpack_exim_debian FOLDER: what unpack_exim fetches, and Debian's configuration.
unpack_exim_debian() {
    unpack_exim "$1"
    [ -x "$1/root/usr/sbin/update-exim4.conf" ] && return 0
    (
        cd "$1/debs"
        apt-get -qq download exim4-config 2>/dev/null
    ) || die "Exim's configuration could not be fetched"
    dpkg-deb -x "$1"/debs/exim4-config_*.deb "$1/root"
}

exim_debian_etc() { # DIR ROOT
    etc=$1/jail/etc
    mkdir -p "$etc"
    cp -a "$2/etc/exim4" /etc/nsswitch.conf /etc/services /etc/ld.so.cache "$etc/"
    uid=$(id -u nobody) gid=$(id -g nobody)
    {
        grep -v '^Debian-exim:' /etc/passwd
        echo "Debian-exim:x:$EXIM_UID:$EXIM_UID::/var/spool/exim4:/bin/false"
        for user in $USERS; do echo "$user:x:$uid:$gid::$1/mail/$user:/bin/false"; done
    } >"$etc/passwd"
    { grep -v '^Debian-exim:' /etc/group; echo "Debian-exim:x:$EXIM_UID:"; } >"$etc/group"
    echo "postmaster: alice" >"$etc/aliases"
    echo "mx.$DOMAIN" >"$etc/mailname"
    printf '127.0.0.1 localhost\n127.0.0.2 client.test\n' >"$etc/hosts"
    printf 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n' >"$etc/resolv.conf" # nobody there: no question leaves the machine
    cp "$1/tls/server.pem" "$etc/exim4/exim.crt"
    cp "$1/tls/server.key" "$etc/exim4/exim.key"
    chown $EXIM_UID "$etc/exim4/exim.key"
    cat >"$etc/exim4/update-exim4.conf.conf" <<END
dc_eximconfig_configtype='internet'
dc_other_hostnames='$DOMAIN'
dc_local_interfaces='127.0.0.1'
dc_localdelivery='maildir_home'
dc_mailname_in_oh='true'
END
    cat >"$etc/exim4/exim4.conf.localmacros" <<END
MAIN_HARDCODE_PRIMARY_HOSTNAME = mx.$DOMAIN
MAIN_TLS_ENABLE = yes
END
}

start_exim_debian() { # DIR PORT ROOT
    jail=$1/jail
    mkdir -p "$jail/lib/exim4" "$jail/log/exim4" "$jail/spool/exim4" "$jail/run/exim4" "$1/mail"
    [ -d "$1/tls" ] || make_certificates "$1"
    exim_debian_etc "$1" "$3"
    chown $EXIM_UID:$EXIM_UID "$jail/log/exim4" "$jail/spool/exim4" "$jail/run/exim4"
    for user in $USERS; do make_home "$1/mail/$user"; done
    cat >"$1/exim" <<END
#!/bin/sh
exec unshare -m --propagation private sh -c '
    mount --bind "\$0/jail/etc" /etc && mount --bind "\$0/jail/lib" /var/lib && mount --bind "\$0/jail/log" /var/log &&
    mount --bind "\$0/jail/spool" /var/spool && mount --bind "\$0/jail/run" /run && mount --bind "$3/usr/sbin" /usr/sbin &&
    update-exim4.conf && exec /usr/sbin/exim4 "\$@"' "$1" "\$@"
END
    chmod 755 "$1/exim"
    spawn "$1" "$1/exim" -bdf -q30m -oX "127.0.0.1.$2"
}
