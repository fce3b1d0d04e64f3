"""Forks, and lets the child take the way back to the driver: by a result, an exception or an exit."""
import os, sys


def callme(n, how):
    child = os.fork() == 0
    if child and how == "raise":
        raise ValueError("of the child")
    if child and how == "exit":
        sys.exit(3)
    return -n if child else n
