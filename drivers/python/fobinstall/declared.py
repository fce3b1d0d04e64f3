"""Reads the dependencies that the code declares: in a block of PEP 723, or in a requirements.txt."""
import io
import os
import platform
import re
import tokenize

try:
    import tomllib
except ImportError:  # before Python 3.11
    from pip._vendor import tomli as tomllib

from . import Refused

# The regular expression of the specification, https://packaging.python.org/specifications/inline-script-metadata
BLOCK = re.compile(r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$")
BEGIN = re.compile(r"(?m)^# /// script$")


def requirements(folder, entry):
    """Returns the path of a requirements file, or a list of requirements, which may be empty."""
    script = os.path.join(folder, entry or "function")
    block = _block(script)
    manifest = os.path.join(folder, "requirements.txt")
    if entry and os.path.isfile(manifest):
        if block.get("dependencies"):
            raise Refused(f"both requirements.txt and the script block in {entry} declare dependencies: keep one of them")
        return manifest
    return block.get("dependencies", [])


def _block(script):
    try:
        with open(script, "rb") as file:
            block = _parse(_decode(file.read()))
    except OSError as error:
        raise Refused(f"the code cannot be read: {error.strerror}") from None
    wanted = block.get("requires-python", "")
    if not isinstance(wanted, str) or not _are_texts(block.get("dependencies", [])):
        raise Refused('in the script block, dependencies must be a list of texts, such as ["requests>=2"], '
                      'and requires-python a text, such as ">=3.11"')
    _check_python(wanted)
    for text in block.get("dependencies", []):
        _check_requirement(text)
    return block


def _decode(code):
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(code).readline)
        return code.decode(encoding).replace("\r\n", "\n")
    except (SyntaxError, UnicodeDecodeError) as error:
        raise Refused(f"the code is not text in its encoding: {error}") from None


def _parse(code):
    blocks = [match for match in BLOCK.finditer(code) if match["type"] == "script"]
    if len(blocks) > 1:
        raise Refused("the code has more than one block that begins with # /// script: keep one of them")
    if not blocks:
        if BEGIN.search(code):
            raise Refused("the block that begins with # /// script has no end: "
                          "each of its lines must begin with #, and the last one is # ///")
        return {}
    lines = blocks[0]["content"].splitlines(keepends=True)
    try:
        return tomllib.loads("".join(line[2:] if line.startswith("# ") else line[1:] for line in lines))
    except tomllib.TOMLDecodeError as error:
        raise Refused(f"the block that begins with # /// script is not valid TOML: {error}") from None


def _are_texts(value):
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _check_python(wanted):
    from pip._vendor.packaging.specifiers import InvalidSpecifier, SpecifierSet
    version = platform.python_version()
    try:
        fits = SpecifierSet(wanted).contains(version, prereleases=True)
    except InvalidSpecifier:
        raise Refused(f"requires-python is {wanted!r}, expected versions such as >=3.11") from None
    if not fits:
        raise Refused(f"the code requires Python {wanted}, and functions run in Python {version}")


def _check_requirement(text):
    from pip._vendor.packaging.requirements import InvalidRequirement, Requirement
    try:
        Requirement(text)
    except InvalidRequirement as error:
        problem = str(error).split("\n")[0]
        raise Refused(f"the dependency {text!r} is not valid: {problem}; expected a name and versions, "
                      "such as requests>=2,<3") from None
