"""The conformance kit: tests a driver over HTTP, as a process or as a container, against ../CONTRACT.md.

Usage: run.py FOLDER | IMAGE | --openwhisk IMAGE [--language FOLDER] [-k PATTERN]

FOLDER is the folder of a language, whose driver is started as a process. IMAGE is an image of the local Docker engine; its
name (fob-driver-LANGUAGE) or --language says which folder has the functions to test it with.

--openwhisk tests a runtime of Apache OpenWhisk instead, with the Python functions of examples/openwhisk, or with --language.

Exit codes: 0 all tests have passed, 1 some have failed, 2 the arguments are wrong.
"""
import argparse
import os
import re
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from kit import cases_calls, cases_ends, cases_loading, cases_openwhisk  # noqa: E402
from kit.language import Language  # noqa: E402
from kit.openwhisk import Whisk  # noqa: E402
from kit.targets import Container, Process  # noqa: E402


def main():
    parser = argparse.ArgumentParser("conformance", usage=__doc__.split("\n\n")[1].removeprefix("Usage: "))
    parser.add_argument("target")
    parser.add_argument("--openwhisk", action="store_true")
    parser.add_argument("--language")
    parser.add_argument("-k", action="append")
    options = parser.parse_args()
    is_folder = os.path.isdir(options.target)
    if options.openwhisk:
        folder = options.language or os.path.join(HERE, "..", "..", "examples", "openwhisk")
    else:
        folder = options.language or (options.target if is_folder else _folder_of(options.target))
    if not os.path.isfile(os.path.join(folder, "conformance", "conformance.json")):
        parser.error(f"{folder} has no conformance/conformance.json: name the language's folder with --language")
    language = Language(folder)
    modules = [cases_openwhisk] if options.openwhisk else [cases_loading, cases_calls, cases_ends]
    if options.openwhisk:
        target = Whisk(options.target, language)
    else:
        target = Process(folder, language) if is_folder else Container(options.target, language)
    loader = unittest.TestLoader()
    loader.testNamePatterns = [f"*{pattern}*" for pattern in options.k or []] or None
    suite = unittest.TestSuite()
    for module in modules:
        module.Case.target = target
        suite.addTests(loader.loadTestsFromModule(module))
    result = unittest.TextTestRunner(verbosity=2).run(suite)
    for test, reason in result.skipped:
        print(f"left out: {test.id().rpartition('.')[2]}: {reason}", file=sys.stderr)
    return 0 if result.wasSuccessful() else 1


def _folder_of(image):
    name = re.search(r"fob-driver-([a-z0-9]+)", image)
    return os.path.join(os.path.dirname(HERE), name[1] if name else "none")


if __name__ == "__main__":
    sys.exit(main())
