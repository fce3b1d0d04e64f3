import threading


def main(args):
    threading.Event().wait(args["seconds"])
    return {}
