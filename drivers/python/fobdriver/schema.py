"""Describes the function for callers: what it does, its parameters and its result, as JSON Schema."""
import re
from types import FunctionType

from .annotations import Annotations, is_simple, object_of
from .jsontext import cut
from .signature import KEYWORD_ONLY, NAMED, REQUIRED, VAR_KEYWORD

LONGEST_DESCRIPTION = 4096  # bytes
LONGEST_DOCSTRING = 100_000
MOST_WRAPPERS = 20
_FIELD = re.compile(r":param\s+(?:[^:]*\s)?\*{0,2}(\w+)\s*:\s*(.*)").fullmatch
_ENTRY = re.compile(r"\*{0,2}(\w+)\s*(?:\([^)]*\))?\s*:\s*(.*)").fullmatch
_HEADINGS = {"Args:", "Arguments:", "Parameters:", "Params:"}
_SECTION = re.compile(r"[A-Z][a-z]+:|:[a-z]+.*:.*").fullmatch


def of_function(function, parameters):
    """`parameters` are (name, kind, default), as in signature."""
    code = _unwrapped(function)
    annotations, names, docstring = {}, {}, ""
    if type(code) is FunctionType:
        names = code.__globals__
        annotations = _annotations_of(code)
        docstring = code.__doc__ if type(code.__doc__) is str else ""
    lines = [line.expandtabs() for line in docstring[:LONGEST_DOCSTRING].splitlines()]
    described = _of_parameters(lines)
    convert = Annotations()
    properties, required, others = {}, [], False
    for name, kind, default in parameters:
        schema = convert.schema(annotations[name], names) if name in annotations else {}
        if kind == VAR_KEYWORD:
            others = schema or True
        elif kind in (NAMED, KEYWORD_ONLY):
            properties[name] = schema
            if name in described:
                schema["description"] = cut(described[name], LONGEST_DESCRIPTION)
            if default is REQUIRED:
                required.append(name)
            elif default is not None and is_simple(default):
                schema["default"] = default
    answer = {"parameters": {**object_of(properties, required), "additionalProperties": others}}
    if description := _first_paragraph(lines):
        answer["description"] = cut(description, LONGEST_DESCRIPTION)
    if "return" in annotations:
        answer["result"] = convert.schema(annotations["return"], names)
    return answer


def _unwrapped(function):
    for _ in range(MOST_WRAPPERS):
        if type(function) is not FunctionType or "__wrapped__" not in function.__dict__:
            break
        function = function.__dict__["__wrapped__"]
    return function


def _annotations_of(function):
    try:
        return dict(function.__annotations__)
    except Exception:  # since Python 3.14 they are evaluated here, and may use names that do not exist
        return {}


def _first_paragraph(lines):
    words = []
    for line in map(str.strip, lines):
        if _SECTION(line) or not line and words:
            break
        words.append(line)
    return " ".join(words).strip()


def _of_parameters(lines):
    """Reads `:param name: text`, and `name: text` below `Args:`. Lines with a deeper indentation go on with the text."""
    found, name, depth, section = {}, None, 0, None
    for line in lines:
        text = line.strip()
        indentation = len(line) - len(line.lstrip())
        field = _FIELD(text)
        if name and text and indentation > depth and not field:
            found[name] = f"{found[name]} {text}".strip()
            continue
        name = None
        if text in _HEADINGS:
            section = indentation
            continue
        if section is not None and text and indentation <= section:
            section = None
        match = field or (section is not None and _ENTRY(text))
        if match:
            name, depth = match[1], indentation
            found[name] = match[2]
    return found
