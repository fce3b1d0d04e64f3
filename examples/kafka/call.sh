#!/bin/sh
# Calls a function over Kafka alone: produces to fob.async and waits for the reply on fob.response.
# Needs kcat (apt-get install kcat). The request id is yours to choose, once a call; without one it is a random one.
#
#   sh call.sh localhost:9092 add '{"param1": 1, "param2": 1}' [request id]
set -eu
broker=$1 function=$2 parameters=$3 id=${4:-$(cat /proc/sys/kernel/random/uuid)}

# The reply is written later than this, also where its writer's clock is some seconds behind ours.
start=$(($(date +%s) - 10))000

printf %s "$parameters" | kcat -P -b "$broker" -t fob.async -k "$function" -H "fob-request-id=$id"

# Reads to the end, over and over: others' replies are there too, and the key tells which is ours.
for _ in $(seq 120); do
  kcat -C -q -e -b "$broker" -t fob.response -o "s@$start" -f '%k %s\n' |
    awk -v id="$id" '$1 == id { sub(/^[^ ]* /, ""); print; found = 1; exit } END { exit !found }' && exit 0
  sleep 0.5
done
echo "no reply within a minute; /api/result/$id?since=$start tells when there is one" >&2
exit 1
