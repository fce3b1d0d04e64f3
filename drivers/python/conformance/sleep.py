import time


def callme(seconds):
    time.sleep(seconds)
    return seconds
