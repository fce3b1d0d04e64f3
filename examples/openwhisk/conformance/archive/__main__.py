from words import HELLO


def main(args):
    return {"greeting": HELLO + args["name"]}
