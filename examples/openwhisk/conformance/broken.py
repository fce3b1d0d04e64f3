def main(args)
    return {}
