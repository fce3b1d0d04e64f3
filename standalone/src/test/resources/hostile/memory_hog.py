"""Takes memory until it is stopped."""


def callme(hog=False):
    taken = []
    while hog:
        taken.append(bytearray(b"x") * (1 << 22))
    return "modest"
