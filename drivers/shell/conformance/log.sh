#!/bin/sh
echo "$FOB_PARAM_TEXT" >&2
