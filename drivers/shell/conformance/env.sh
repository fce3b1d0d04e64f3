#!/usr/bin/env bash
name=$FOB_PARAM_NAME
[ -z "${!name+set}" ] || printf "%s\n" "${!name}"
