#!/bin/sh
# outcome.sh postfix|exim RELAY SENDER DIR: what became of the message of that sender, by the relay's log behind DIR/mark: 0 delivered, 75 deferred, 69
# bounced. The sender is another one for each case.
set -u
relay=$1 home=$2 sender=$3 dir=$4
mark=$(($(cat "$dir/mark") + 1))

of_postfix() {
    tail -n "+$mark" "$home/postfix.log" 2>/dev/null | awk -v from="from=<$sender>" '
        index($0, from) && /qmgr/ { sub(/:$/, "", $6); id = $6 }
        id != "" && index($0, " " id ": to=<") && match($0, /status=[a-z]*/) { said = substr($0, RSTART + 7, RLENGTH - 7) }
        END { print said }'
}

# Exim tells of a delivery by =>, of one that is put off by ==, of a failure by **.
of_exim() {
    tail -n "+$mark" "$home/exim-log/mainlog" 2>/dev/null | awk -v from="$sender" '
        $4 == "<=" && $5 == from { id = $3 }
        id != "" && $3 == id && $4 == "=>" { said = "sent" }
        id != "" && $3 == id && $4 == "==" { said = "deferred" }
        id != "" && $3 == id && $4 == "**" { said = "bounced" }
        END { print said }'
}

tries=0
until said=$("of_$relay") && [ -n "$said" ]; do
    tries=$((tries + 1))
    [ $tries -lt 300 ] || exit 70
    sleep 0.1
done
case $said in
sent) exit 0 ;;
deferred) exit 75 ;;
*) exit 69 ;;
esac
