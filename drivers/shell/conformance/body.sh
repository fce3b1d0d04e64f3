#!/bin/sh
echo "{\"size\": $(wc -c), \"content_type\": \"$FOB_CONTENT_TYPE\"}"
