import time

import fob


def callme(seconds):
    time.sleep(seconds)
    return fob.call()._asdict()
