def callme(bytes):
    return "x" * bytes
