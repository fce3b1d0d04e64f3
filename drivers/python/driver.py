"""Starts the Python driver. ../CONTRACT.md says what a driver is; fobdriver/__init__.py lists the modules.

Python compiles a script anew at every start. So the code is in the package fobdriver, whose bytecode is cached.
"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from fobdriver import main  # noqa: E402
sys.path.remove(HERE)  # the function must not import the driver's modules

if __name__ == "__main__":
    main()
