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
# A command that ends before getmail waits for it is lost to it (getmail6's issue 226), so this one stays until it sleeps, in a futex where the kernel tells.
cat >"$dir/deliver" <<END
#!/bin/sh
cat >>"$dir/mbox"
while read -r _ _ state _ <"/proc/\$PPID/stat"; do
    [ "\$state" != S ] || ! grep -qE "futex|^0" "/proc/\$PPID/wchan" || break
done
END
chmod 700 "$dir/deliver"
cat >"$dir/getmailrc" <<END
[retriever]
type = SimplePOP3Retriever
server = $host
port = $port
username = $user
password = $secret
timeout = 20
[destination]
type = MDA_external
path = $dir/deliver
allow_root_commands = true
[options]
$options
delivered_to = false
received = false
END
exec getmail --getmaildir="$dir" --rcfile="$dir/getmailrc"
