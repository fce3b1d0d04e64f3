"""Encodes and decodes JSON with the parts of the module json that are written in C, which the function cannot patch."""
import re
from json.encoder import c_encode_basestring, c_encode_basestring_ascii, c_make_encoder
from json.scanner import c_make_scanner
from math import isfinite
from types import SimpleNamespace

_skip_space = re.compile(r"[ \t\n\r]*").match


def _finite(text):
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"the number {text[:30]} is too large for a float")
    return number


def _refuse_constant(name):
    raise ValueError(f"JSON has no {name}")


def _refuse_object(value):
    raise TypeError("it has parts that JSON cannot express")


_scan = c_make_scanner(SimpleNamespace(
    strict=True, object_hook=None, object_pairs_hook=None, parse_float=_finite, parse_int=int,
    parse_constant=_refuse_constant))


def decode(text):
    """Raises an exception of any type if the text is not JSON."""
    try:
        value, end = _scan(text, _skip_space(text).end())
    except StopIteration as stop:
        raise ValueError(f"Expecting value: character {stop.value}") from None
    if _skip_space(text, end).end() != len(text):
        raise ValueError(f"Extra data: character {end}")
    return value


def encode(value):
    """Raises an exception of any type if the value is not JSON. The value's own code may run."""
    return "".join(c_make_encoder({}, _refuse_object, c_encode_basestring, None, ":", ",", False, False, False)(value, 0))


def encode_ascii(value):
    """Encodes the driver's own values."""
    parts = c_make_encoder(None, _refuse_object, c_encode_basestring_ascii, None, ": ", ", ", False, False, False)
    return "".join(parts(value, 0)).encode()


def cut(text, most_bytes):
    """Returns the text, or its beginning and … if it needs more bytes as JSON."""
    piece = text[:most_bytes]
    while len(c_encode_basestring_ascii(piece)) - 2 > most_bytes:
        piece = piece[:len(piece) // 2]
    return text if len(piece) == len(text) else piece + "…"
