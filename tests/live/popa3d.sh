# popa3d.sh - popa3d, one process for each connection, over the mailboxes DIR/mail/USER, which Postfix fills. Sourced.
#
# Its package and Dovecot's exclude each other, so it is unpacked into a folder of its own. It knows the users of the system: it runs in a
# mount namespace that shows it ours, as exim.sh does.
POPA3D_UID=64121

# unpack_popa3d FOLDER: Debian's package, once.
unpack_popa3d() {
    [ -x "$1/root/usr/sbin/popa3d" ] && return 0
    mkdir -p "$1/debs" "$1/root"
    (
        cd "$1/debs"
        apt-get -qq download popa3d 2>/dev/null
    ) || die "popa3d's package could not be fetched"
    for package in "$1"/debs/*.deb; do dpkg-deb -x "$package" "$1/root"; done
}

popa3d_users() { # DIR
    uid=$(id -u nobody) gid=$(id -g nobody)
    for user in $USERS; do
        touch "$1/mail/$user"
        chmod 600 "$1/mail/$user"
        chown nobody "$1/mail/$user"
        echo "$user:x:$uid:$gid::/:/bin/sh" >&3
        echo "$user:$(openssl passwd -6 "secret-$user"):19000:0:99999:7:::" >&4
        echo "$user@$DOMAIN $user" >&5
    done 3>>"$1/jail/passwd" 4>"$1/jail/shadow" 5>"$1/etc/mailboxes"
}

popa3d_files() { # DIR ROOT, behind start_postfix: DIR/popa3d, which runs it
    mkdir -p "$1/jail/lib/popa3d" "$1/jail/pam.d"
    echo "popa3d:x:$POPA3D_UID:$POPA3D_UID::/var/lib/popa3d:/bin/false" >"$1/jail/passwd"
    echo "popa3d:x:$POPA3D_UID:" >"$1/jail/group"
    popa3d_users "$1"
    chmod 600 "$1/jail/shadow"
    printf 'auth required pam_unix.so nodelay\naccount required pam_unix.so\n' >"$1/jail/pam.d/popa3d"
    cat >"$1/popa3d" <<END
#!/bin/sh
exec unshare -m --propagation private sh -c '
    for file in passwd group shadow pam.d; do mount --bind "\$0/jail/\$file" "/etc/\$file" || exit 1; done
    mount --bind "\$0/mail" /var/mail && mount --bind "\$0/jail/lib" /var/lib && exec "$2/usr/sbin/popa3d"' "$1"
END
    chmod 755 "$1/popa3d"
}
