#!/bin/sh
# Tests main.sh.
greeting=$(FOB_PARAM_NAME=Ada sh "$(dirname "$0")/main.sh")
if [ "$greeting" != "Hello, Ada!" ]; then
  echo "expected a greeting by name, but got $greeting" >&2
  exit 1
fi
echo passed
