"""Fails to load with an error of many MB."""
print("x" * 1_000_000)
error = ValueError("\U0001f600" * 3_000_000)
error.__notes__ = ["n" * 1_000_000] * 20
raise error
