def callme(:  # BROKEN HERE
    pass
