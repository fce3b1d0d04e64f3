def callme(name="world"):
    return f"Hello, {name}!"
