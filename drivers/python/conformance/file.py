def callme(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()
