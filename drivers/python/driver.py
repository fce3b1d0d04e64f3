"""Starts the Python driver; ../CONTRACT.md says what a driver is, fobdriver/__init__.py where what is.

A script is compiled anew at every start, so everything lives in the package, whose bytecode is cached.
"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from fobdriver import main  # noqa: E402
sys.path.remove(HERE)  # the function imports what Python offers, nothing of ours

if __name__ == "__main__":
    main()
