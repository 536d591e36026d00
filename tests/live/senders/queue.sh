#!/bin/sh
# queue.sh postfix|exim RELAY PORT SENDER RCPT DIR: give the message on standard input to that relay, which is to send it to that port of this machine: the domain
# names it, and on its way out the relay takes that off again (relays.sh). DIR/mark is where the relay's log ends before.
set -eu
relay=$1 home=$2 port=$3 sender=$4 rcpt=$5 dir=$6
case $relay in
postfix) log=$home/postfix.log ;;
exim) log=$home/exim-log/mainlog ;;
*) exit 64 ;;
esac
{ wc -l <"$log"; } >"$dir/mark" 2>/dev/null || echo 0 >"$dir/mark"
rcpt=${rcpt%@*}@p$port.${rcpt#*@}
case $relay in
postfix) exec sendmail -i -C "$home/etc" -f "$sender" "$rcpt" ;;
exim) exec "$home/exim" -i -odi -f "$sender" "$rcpt" ;;
esac
