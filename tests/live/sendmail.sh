# sendmail.sh - Sendmail as the receiving server of example.test; mail goes to the Maildir DIR/mail/USER. Sourced.
#
# Debian's packages of Sendmail and Postfix exclude each other, so it is unpacked into a folder of its own, and runs in a mount namespace that
# shows it its users and hosts. There DIR is /mnt: Sendmail trusts nothing below a folder that all may write to, such as /tmp.
SENDMAIL_LIBRARIES="libdb5.3 libldap-2.5-0 libnsl2 libsasl2-2 libsasl2-modules libsasl2-modules-db libssl3 libwrap0"

# unpack_sendmail FOLDER: Debian's packages, with what makes its settings and its secrets, once; the libraries come through apt.
unpack_sendmail() {
    [ -x "$1/root/usr/sbin/saslpasswd2" ] && return 0
    mkdir -p "$1/debs" "$1/root"
    (
        cd "$1/debs"
        apt-get -qq download sendmail-base sendmail-bin sendmail-cf m4 libsigsegv2 sasl2-bin 2>/dev/null
    ) || die "Sendmail's packages could not be fetched"
    for package in "$1"/debs/*.deb; do dpkg-deb -x "$package" "$1/root"; done
}

# sendmail_jail DIR ROOT: its view of users, hosts and secrets, and DIR/sendmail, which runs it with these.
sendmail_jail() {
    jail=$1/jail
    mkdir -p "$jail/sasl2" "$1/queue" "$1/mail" "$1/root"
    chmod 700 "$1/queue"
    chown nobody "$1/mail"
    grep -v '^smm' /etc/passwd >"$jail/passwd"
    for user in smmta smmsp; do echo "$user:x:64131:64131::/:/bin/false"; done >>"$jail/passwd"
    for user in $USERS; do
        echo "$user:x:$(id -u nobody):$(id -g nobody)::/:/bin/sh" >>"$jail/passwd"
        printf 'secret-%s' "$user" | LD_LIBRARY_PATH="$2/usr/lib/x86_64-linux-gnu" "$2/usr/sbin/saslpasswd2" -p -c -f "$jail/sasldb" -u "mx.$DOMAIN" "$user"
    done
    { grep -v '^smm' /etc/group; echo "smmta:x:64131:"; echo "smmsp:x:64131:"; } >"$jail/group"
    # Who comes from an address of its own host may send anywhere; 127.0.0.2, where the target comes from, is none of them.
    printf '127.0.0.1 localhost\n127.0.0.9 mx.%s mx %s\n127.0.0.2 client.mailspec.example\n' "$DOMAIN" "$(hostname)" >"$jail/hosts"
    printf 'hosts files\naliases files\n' >"$jail/switch"
    echo "postmaster: alice" >"$jail/aliases"
    cat >"$jail/sasl2/Sendmail.conf" <<END
pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: /mnt/jail/sasldb
END
    cat >"$1/sendmail" <<END
#!/bin/sh
exec unshare -m --propagation private sh -c '
    for file in passwd group hosts; do mount --bind "\$0/jail/\$file" "/etc/\$file" || exit 1; done
    mount --bind "\$0/jail/sasl2" /usr/lib/sasl2 && mount --bind "\$0" /mnt && mount --bind "$2" /mnt/root &&
    exec /mnt/root/usr/libexec/sendmail/sendmail -C /mnt/sendmail.cf "\$@"' "$1" "\$@"
END
    chmod 755 "$1/sendmail"
}

# The program that delivers: standard input into the Maildir of a user.
sendmail_deliver() { # DIR
    cat >"$1/deliver" <<'END'
#!/bin/sh
set -e
cd /mnt/mail
umask 022
mkdir -p "$1/tmp" "$1/new" "$1/cur"
name=$(date +%s).P$$.mx
cat >"$1/tmp/$name"
mv "$1/tmp/$name" "$1/new/$name"
END
    chmod 755 "$1/deliver"
}

sendmail_settings() { # PORT: on standard output, what m4 makes the settings of
    cat <<END
OSTYPE(\`linux')dnl
define(\`confDOMAIN_NAME', \`mx.$DOMAIN')dnl
LOCAL_DOMAIN(\`$DOMAIN')dnl
define(\`QUEUE_DIR', \`/mnt/queue')dnl
define(\`confPID_FILE', \`/mnt/pid')dnl
define(\`STATUS_FILE', \`')dnl
define(\`ALIAS_FILE', \`/mnt/jail/aliases')dnl
define(\`HELP_FILE', \`/mnt/root/etc/mail/helpfile')dnl
define(\`confSERVICE_SWITCH_FILE', \`/mnt/jail/switch')dnl
define(\`confDONT_PROBE_INTERFACES', \`True')dnl
define(\`confTO_IDENT', \`0')dnl
define(\`confQUEUE_LA', \`1000')dnl
define(\`confREFUSE_LA', \`1000')dnl
define(\`confPRIVACY_FLAGS', \`')dnl
define(\`confSERVER_CERT', \`/mnt/tls/server.pem')dnl
define(\`confSERVER_KEY', \`/mnt/jail/key')dnl
define(\`confCACERT', \`/mnt/tls/ca.pem')dnl
define(\`confCACERT_PATH', \`/mnt/tls')dnl
define(\`confAUTH_MECHANISMS', \`PLAIN LOGIN CRAM-MD5 DIGEST-MD5 SCRAM-SHA-1 SCRAM-SHA-256')dnl
define(\`confMAX_MESSAGE_SIZE', \`20000000')dnl
define(\`confDEF_USER_ID', \`$(id -u nobody):$(id -g nobody)')dnl
define(\`LOCAL_MAILER_PATH', \`/mnt/deliver')dnl
define(\`LOCAL_MAILER_ARGS', \`deliver \$u')dnl
define(\`LOCAL_MAILER_FLAGS', \`Pn9')dnl
FEATURE(\`nocanonify')dnl
FEATURE(\`accept_unresolvable_domains')dnl
FEATURE(\`accept_unqualified_senders')dnl
FEATURE(\`no_default_msa')dnl
DAEMON_OPTIONS(\`Port=$1, Addr=127.0.0.1, Name=MTA')dnl
MAILER(\`local')dnl
MAILER(\`smtp')dnl
END
}

start_sendmail() { # DIR PORT ROOT
    scratch=$1 port=$2 root=$3
    [ -d "$scratch/tls" ] || make_certificates "$scratch"
    sendmail_jail "$scratch" "$root"
    sendmail_deliver "$scratch"
    install -m 600 "$scratch/tls/server.key" "$scratch/jail/key"
    sendmail_settings "$port" | LD_LIBRARY_PATH="$root/usr/lib/x86_64-linux-gnu" "$root/usr/bin/m4" \
        -D_CF_DIR_="$root/usr/share/sendmail/cf/" "$root/usr/share/sendmail/cf/m4/cf.m4" - >"$scratch/sendmail.cf"
    "$scratch/sendmail" -bi >>"$scratch/log" 2>&1 # the aliases
    spawn "$scratch" "$scratch/sendmail" -bD -q1m
}
