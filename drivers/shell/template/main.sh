#!/bin/sh
# Greets somebody. Parameters are in variables; the output is the result.
echo "Hello, ${FOB_PARAM_NAME:-world}!"
