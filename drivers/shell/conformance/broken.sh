#!/usr/bin/env bash
if true
fi  # BROKEN HERE
