"""What the modules that are shared with the Python driver must know of scripts."""
import os
import select  # noqa: F401 - here and below: imported before the code is loaded
import subprocess  # noqa: F401
import sys

FILE_NAME = "function"  # of code that is a single file
GRACE_S = 2  # from the timeout of a call until its processes must have ended
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def prepare(log):
    sys.stdout, sys.stderr = log.stdout, log.stderr
    os.environ.setdefault("PATH", PATH)


def add_dependencies(directory):
    os.environ["PATH"] = f"{directory}/bin:{directory}:{os.environ['PATH']}"
