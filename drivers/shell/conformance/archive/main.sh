#!/bin/sh
here=$(dirname "$0")
. "$here/greeting.sh"
echo "$(greeting "$FOB_PARAM_NAME")$(cat "$here/data/mark.txt")"
