"""The commands `lock`, `install` and `serve`."""
import compileall
import json
import os
import platform
import sys
import tempfile
from py_compile import PycInvalidationMode

from . import Refused, declared

LAYER = "/fob/layer"  # where the function sees its dependencies
PYTHON = ".".join(platform.python_version_tuple()[:2])


def main(arguments):
    command, folder = (arguments + ["", "/fob"])[0], (arguments + ["/fob"])[1] if arguments else "/fob"
    if arguments == ["serve"]:
        from .serve import serve
        return serve(os.environ)
    if command not in ("lock", "install") or len(arguments) > 2:
        print("error: expected install.py lock, install.py install or install.py serve", file=sys.stderr)
        return 2
    try:
        _need_pip()
        with tempfile.TemporaryDirectory(prefix="fob-pip-") as temporary:
            (lock if command == "lock" else install)(folder, temporary)
        return 0
    except Refused as refused:
        print(f"error: {refused}", *refused.details, sep="\n", file=sys.stderr)
    except OSError as error:
        print(f"error: the dependencies cannot be stored: {error}", file=sys.stderr)
    return 1


def _need_pip():
    try:
        import pip  # noqa: F401
    except ImportError:
        raise Refused(f"pip is missing in {sys.executable}: the operator of fob must install it "
                      "(on Debian: apt-get install python3-pip)") from None


def lock(folder, temporary):
    requirements = declared.requirements(f"{folder}/code", os.environ.get("FOB_CODE_ENTRY"))
    packages = []
    if requirements:
        from . import pip
        packages = pip.resolve(requirements, temporary)
    content = {"packages": packages, "python": PYTHON} if packages else {"packages": []}
    with open(f"{folder}/out/lock.json", "w", encoding="utf-8") as file:
        file.write(json.dumps(content, indent=1, sort_keys=True) + "\n")


def install(folder, temporary):
    try:
        with open(f"{folder}/lock.json", encoding="utf-8") as file:
            locked = json.load(file)
    except ValueError as error:
        raise Refused(f"lock.json is not JSON: {error}") from None
    if not locked["packages"]:
        return
    if locked["python"] != PYTHON:
        raise Refused(f"the dependencies were found for Python {locked['python']}, and functions run in Python {PYTHON}: "
                      "register the function again")
    from . import pip
    out = f"{folder}/out"
    pip.install(locked["packages"], out, temporary)
    # Bytecode that does not depend on the times of files, because an archive or a mount may change them. A package may
    # have files that do not compile.
    compileall.compile_dir(out, quiet=2, stripdir=out, prependdir=LAYER,
                           invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
