#!/bin/sh
echo "[${FOB_PARAM_A:-null}, ${FOB_PARAM_B:-2}]"
