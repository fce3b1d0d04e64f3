import os


def callme():
    os._exit(3)
