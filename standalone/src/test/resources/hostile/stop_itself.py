"""Stops its own process, and with it the driver."""
import os, signal, uuid

instance = str(uuid.uuid4())


def callme(stop=False):
    if stop:
        os.kill(os.getpid(), signal.SIGSTOP)
    return instance
