#!/usr/bin/env bash
# Parameters are JSON on stdin, and the output is JSON. Needs jq where functions run.
set -euo pipefail
jq '{words: (.text | split(" ") | length), longest: (.text | split(" ") | max_by(length))}'
