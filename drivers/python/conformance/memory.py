def callme():
    kept = []
    while True:
        kept.append(b"x" * (8 << 20))
