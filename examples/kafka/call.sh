#!/bin/sh
# Calls a function over Kafka alone: produces to fob.async and waits for the reply on fob.response.
# Needs kcat (apt-get install kcat). The request id is optional; it must be new for each call, and is random by default.
#
#   sh call.sh localhost:9092 add '{"param1": 1, "param2": 1}' [request id]
set -eu
broker=$1 function=$2 parameters=$3 id=${4:-$(cat /proc/sys/kernel/random/uuid)}

# The reply is written after this time, even if the broker's clock is some seconds behind this machine's.
start=$(($(date +%s) - 10))000

printf %s "$parameters" | kcat -P -b "$broker" -t fob.async -k "$function" -H "fob-request-id=$id"

# Reads all replies again and again. The topic has the replies to all calls; the key of a reply is its request id.
for _ in $(seq 120); do
  kcat -C -q -e -b "$broker" -t fob.response -o "s@$start" -f '%k %s\n' |
    awk -v id="$id" '$1 == id { sub(/^[^ ]* /, ""); print; found = 1; exit } END { exit !found }' && exit 0
  sleep 0.5
done
echo "no reply within a minute; /api/result/$id?since=$start tells when there is one" >&2
exit 1
