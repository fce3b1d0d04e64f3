def of(name):
    return f"Hello, {name}"
