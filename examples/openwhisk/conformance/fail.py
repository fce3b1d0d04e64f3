def main(args):
    raise ValueError("it fails: " + args["why"])
