#!/bin/sh
# fetchmail.sh delete|keep HOST PORT USER SECRET DIR [CA]: one run of fetchmail with its settings, lock and memory in DIR. "delete" takes
# everything off the server, sized by one LIST; "keep" leaves it there and fetches what is new, which UIDL tells. It goes to DIR/mbox.
# With CA it does STLS first.
# fetchmail wants settings that only their owner can read, and no other fetchmail with the same pid file.
set -eu
mode=$1 host=$2 port=$3 user=$4 secret=$5 dir=$6
if [ $# -gt 6 ]; then tls="sslproto tls1.2+ sslcertck sslcertfile $7 sslcommonname localhost"; else tls="sslproto ''"; fi
case $mode in
delete) server='' rest="fetchall fetchsizelimit 0" ;;
keep) server=uidl rest=keep ;;
*) echo "fetchmail.sh: no such mode: $mode" >&2 && exit 64 ;;
esac
export HOME="$dir" FETCHMAILHOME="$dir" LC_ALL=C
umask 077
cat >"$dir/fetchmailrc" <<END
poll "$host" protocol pop3 port $port timeout 20 $server
  username "$user" password "$secret" $tls $rest mda "cat >>$dir/mbox"
END
exec fetchmail -f "$dir/fetchmailrc" --nodetach --nosyslog --pidfile "$dir/fetchmail.pid" --idfile "$dir/fetchids"
