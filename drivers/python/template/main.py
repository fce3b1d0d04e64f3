def callme(name="world"):
    """Greets somebody."""
    return f"Hello, {name}!"
