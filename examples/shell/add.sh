#!/bin/sh
# Parameters are in variables. The output is a number, so the result is one.
echo $((FOB_PARAM_PARAM1 + FOB_PARAM_PARAM2))
