"""Reads language.json, which is beside the driver."""
from os.path import dirname

from .jsontext import decode


def entries():
    """Returns the names of the files of an archive that may be its entry file."""
    with open(f"{dirname(dirname(__file__))}/language.json", "rb") as file:
        return decode(file.read().decode())["entries"]
