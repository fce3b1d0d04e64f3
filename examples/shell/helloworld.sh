#!/bin/sh
echo "Hello, ${FOB_PARAM_NAME:-world}!"
