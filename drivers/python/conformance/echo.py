def callme(value):
    return value
