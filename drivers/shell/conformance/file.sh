#!/bin/sh
cat "$FOB_PARAM_PATH"; echo
