#!/bin/sh
head -c "$FOB_PARAM_BYTES" /dev/zero | tr "\0" x
