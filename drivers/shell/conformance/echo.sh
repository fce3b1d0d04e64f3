#!/usr/bin/python3
import json
import sys

print(json.dumps(json.load(sys.stdin)["value"]))
