"""A result as JSON, or the failure that says which part of it is not JSON."""
import json
import math

from .failure import Failure

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def to_json(value, limit):
    try:
        encoded = _encode(value).encode()
    except Exception as error:
        raise _not_json(value, error) from None
    if len(encoded) > limit:
        raise Failure(500, "result-too-large", size=len(encoded), limit=limit, message=(
            f"the result has {len(encoded)} bytes as JSON, and {limit} are allowed: "
            "return less, or store it elsewhere and return where it is"))
    return encoded


def _not_json(value, error):
    try:
        kind, problem, path = _offender(value, ())
    except Exception:  # nested too deeply to be searched, or a container of the user's that fails
        kind, problem, path = type(value).__name__, f"{type(error).__name__}: {error}", []
    where = "result" + "".join(f"[{key!r}]" for key in reversed(path))
    return Failure(500, "result-not-json", type=kind, where=where, message=(
        f"{where} is not JSON: {problem}. "
        "Return None, bool, int, float, str, or lists and dicts (with str keys) of these"))


def _offender(value, above):
    """(type, problem, path from the innermost key outwards) of the first part that is not JSON, or None."""
    kind = type(value).__name__
    if isinstance(value, float):
        return None if math.isfinite(value) else (kind, f"JSON has no {value}", [])
    if isinstance(value, str):
        return None if _is_unicode(value) else (kind, "the text has a lone surrogate, so it is not Unicode", [])
    if isinstance(value, int):
        return None if value.bit_length() < 10_000 else (kind, "the number has too many digits", [])
    if value is None:
        return None
    if not isinstance(value, (dict, list, tuple)):
        return kind, f"it is of type {kind}", []
    if id(value) in above:
        return kind, "it contains itself", []
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        if not isinstance(key, (str, int, float, type(None))):
            return type(key).__name__, f"its key {key!r} is of type {type(key).__name__}", []
        found = _offender(key, ()) or _offender(item, above + (id(value),))
        if found:
            found[2].append(key)
            return found
    return None


def _is_unicode(text):
    try:
        text.encode()
        return True
    except UnicodeEncodeError:
        return False
