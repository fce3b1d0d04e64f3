import os


def main(args):
    return {"value": os.environ.get(args["name"])}
