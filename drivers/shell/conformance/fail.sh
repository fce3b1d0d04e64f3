#!/usr/bin/env bash
echo "$FOB_PARAM_MESSAGE" >&2; exit 1  # FAIL HERE
