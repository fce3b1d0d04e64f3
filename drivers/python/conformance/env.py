import os


def callme(name):
    return os.environ.get(name)
