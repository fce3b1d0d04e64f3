#!/bin/sh
# Starts the driver. Node cannot duplicate descriptors, so the shell does it: 3 is the original stdout, for events, 4 is
# the log, and 1 becomes the log too, also for child processes of the function.
# NODE_OPTIONS may be a variable of the function's. It must not change the driver, but is given to the function.
if [ -n "$NODE_OPTIONS" ]; then
  export FOB_NODE_OPTIONS="$NODE_OPTIONS"
  unset NODE_OPTIONS
fi
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
exec node --v8-pool-size=1 --max-semi-space-size=8 --no-warnings "$here/driver.js" started 3>&1 4>&2 1>&2
