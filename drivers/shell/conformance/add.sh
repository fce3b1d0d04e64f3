#!/bin/sh
echo $((FOB_PARAM_A + FOB_PARAM_B))
