def callme(a, b):
    return a + b
