#!/bin/sh
seq "$FOB_PARAM_LINES" >&2
echo "$FOB_PARAM_LINES"
