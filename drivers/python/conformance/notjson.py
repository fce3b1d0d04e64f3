def callme(kind):
    return {"nan": float("nan"), "infinity": float("inf"), "other": {1, 2}}[kind]
