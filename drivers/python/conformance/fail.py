def callme(message):
    raise ValueError(message)  # FAIL HERE
