#!/bin/sh
# getmail.sh delete|keep HOST PORT USER SECRET DIR: one run of getmail with its settings and memory in DIR. "delete" takes everything and deletes it, "keep"
# takes what is new, which UIDL tells, and leaves it there. It goes to DIR/mbox.
set -eu
mode=$1 host=$2 port=$3 user=$4 secret=$5 dir=$6
case $mode in
delete) options="read_all = true
delete = true" ;;
keep) options="read_all = false
delete = false" ;;
*) echo "getmail.sh: no such mode: $mode" >&2 && exit 64 ;;
esac
export HOME="$dir"
[ -f "$dir/mbox" ] || : >"$dir/mbox"
# It delivers nothing as root: then a process of another user does.
as=
if [ "$(id -u)" = 0 ]; then
    chown nobody "$dir" "$dir/mbox"
    as="user = nobody"
fi
cat >"$dir/getmailrc" <<END
[retriever]
type = SimplePOP3Retriever
server = $host
port = $port
username = $user
password = $secret
timeout = 20
[destination]
type = Mboxrd
path = $dir/mbox
$as
[options]
$options
delivered_to = false
received = false
END
exec getmail --getmaildir="$dir" --rcfile="$dir/getmailrc"
