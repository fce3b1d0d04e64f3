"""Installs the dependencies of a function with pip. ../CONTRACT.md says what an installer is.

Usage: install.py lock|install [FOLDER]      FOLDER stands for /fob
       install.py serve
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fobinstall.main import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
