#!/bin/sh
# Makes lib/driver.aot, after a build: see run.sh.
exec "$(dirname "$0")/run.sh" train
