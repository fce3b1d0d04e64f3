def niam(args):
    return {"entry": "niam"}
