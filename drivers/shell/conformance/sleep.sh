#!/bin/sh
sleep "$FOB_PARAM_SECONDS"
echo "$FOB_PARAM_SECONDS"
