"""Stops its own process, and with it the driver."""
import os, signal, time, uuid

instance = str(uuid.uuid4())


def callme(stop=False):
    if stop:
        os.kill(os.getpid(), signal.SIGSTOP)
        time.sleep(60)  # this thread may run on for a moment, and must not answer
    return instance
