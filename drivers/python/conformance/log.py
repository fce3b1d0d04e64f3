import sys


def callme(text):
    print(text)
    print(text, file=sys.stderr)
