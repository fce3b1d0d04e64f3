import sys


def main(args):
    print("to stdout")
    print("to stderr", file=sys.stderr)
    return {}
