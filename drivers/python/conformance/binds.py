def callme(a, b=2):
    return [a, b]
