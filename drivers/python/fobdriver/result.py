"""Converts a result to JSON, or says which part of it is not JSON."""
from math import isfinite

from .failure import Failure
from .foreign import described, is_a, type_name
from .jsontext import cut, encode

DEEPEST = 200
MOST_KEYS = 20
LONGEST_KEY = 100
_KEYS = str, int, float, type(None)  # bool is an int


def to_json(value, limit):
    try:
        encoded = encode(value).encode()
    except BaseException as error:  # containers may have classes of the user's, which may raise any exception
        raise _not_json(value, error) from None
    if len(encoded) > limit:
        raise Failure(500, "result-too-large", size=len(encoded), limit=limit, message=(
            f"the result has {len(encoded)} bytes as JSON, and {limit} are allowed: "
            "return less, or store it elsewhere and return where it is"))
    return encoded


def _not_json(value, error):
    found = _offender(value, ())
    kind, problem, path = found or (type_name(type(value)), described(error), [])
    keys = [f"[{_shown(key)}]" for key in path[:-MOST_KEYS - 1:-1]]
    where = "".join(["result", *keys, "…" if len(path) > MOST_KEYS else ""])
    return Failure(500, "result-not-json", type=kind, where=where, message=(
        f"{where} is not JSON: {problem}. "
        "Return None, bool, int, float, str, or lists and dicts (with str keys) of these"))


def _offender(value, above):
    """Returns (type, problem, path with the innermost key first) of the first part that is not JSON, or None. It reads
    containers with the methods of Python's own types, so no code of the user's runs."""
    kind = type_name(type(value))
    if is_a(value, float):
        return None if isfinite(value) else (kind, f"JSON has no {float.__repr__(value)}", [])
    if is_a(value, str):
        return None if _is_unicode(value) else (kind, "the text has a lone surrogate, so it is not Unicode", [])
    if is_a(value, int):
        return None if int.bit_length(value) < 10_000 else (kind, "the number has too many digits", [])
    if value is None:
        return None
    if not is_a(value, (dict, list, tuple)):
        return kind, f"it is of type {kind}", []
    if id(value) in above:
        return kind, "it contains itself", []
    if len(above) > DEEPEST:
        return kind, "it is nested too deeply", []
    for key, item in _items(value):
        if not is_a(key, _KEYS):
            key_kind = type_name(type(key))
            return key_kind, f"its key {_shown(key)} is of type {key_kind}", []
        found = _offender(key, ()) or _offender(item, above + (id(value),))
        if found:
            found[2].append(key)
            return found
    return None


def _items(value):
    if is_a(value, dict):
        return list(dict.items(value))
    return enumerate(list.__iter__(value) if is_a(value, list) else tuple.__iter__(value))


def _shown(key):
    """Shows a key as Python code; a key of a user's class is shown as the name of its class."""
    for kind in _KEYS:
        if is_a(key, kind) and (kind is not int or int.bit_length(key) < 1000):
            return cut(kind.__repr__(key[:LONGEST_KEY] if type(key) is str else key), LONGEST_KEY)
    return f"({type_name(type(key))})"


def _is_unicode(text):
    try:
        str.encode(text)
        return True
    except UnicodeEncodeError:
        return False
