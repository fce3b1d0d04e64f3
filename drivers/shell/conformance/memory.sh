#!/usr/bin/python3
kept = []
while True:
    kept.append(b"x" * (8 << 20))
