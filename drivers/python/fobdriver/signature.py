"""Checks parameters against the function's signature, which is analysed once, when the function is loaded."""
from types import FunctionType

from .failure import Failure, listed

POSITIONAL_ONLY, NAMED, VAR_POSITIONAL, KEYWORD_ONLY, VAR_KEYWORD = range(5)  # as inspect numbers them
REQUIRED = object()


class Signature:
    def __init__(self, name, function):
        self.parameters = parameters = _parameters(function)
        self.expected = f"{name}({_shown(parameters)})"
        named = [p for p in parameters if p[1] in (NAMED, KEYWORD_ONLY)]
        self._required = frozenset(p[0] for p in named if p[2] is REQUIRED)
        open_ended = any(p[1] == VAR_KEYWORD for p in parameters)
        self._allowed = None if open_ended else frozenset(p[0] for p in named)
        unnamed = [p[0] for p in parameters if p[1] == POSITIONAL_ONLY and p[2] is REQUIRED]
        if unnamed:
            raise Failure(502, "failed", f"{self.expected} cannot be called: parameters arrive by name, "
                          f"and {', '.join(unnamed)} can only be given by position")

    def accepts(self, name):
        return self._allowed is None or name in self._allowed

    def check(self, params):
        names = params.keys()
        if self._required <= names and (self._allowed is None or names <= self._allowed):
            return
        missing = sorted(self._required - names)
        unexpected = [] if self._allowed is None else sorted(names - self._allowed)
        problems = [f"{what} {listed(names)}" for what, names in (("missing", missing), ("unexpected", unexpected))
                    if names]
        raise Failure(422, "bad-parameters", f"{'; '.join(problems)}: the function is {self.expected}",
                      type="TypeError", missing=missing, unexpected=unexpected, expected=self.expected)


def _parameters(function):
    """Returns (name, kind, default) of each parameter."""
    if type(function) is FunctionType and not function.__dict__.keys() & {"__wrapped__", "__signature__"}:
        return list(_of_plain_function(function))  # by far the most common case, without importing inspect (9 ms)
    try:
        import inspect
        signature = inspect.signature(function)
    except Exception:  # written in C, or without a signature; Python itself will report wrong parameters
        return [("args", VAR_POSITIONAL, REQUIRED), ("params", VAR_KEYWORD, REQUIRED)]
    return [(p.name, int(p.kind), REQUIRED if p.default is p.empty else p.default)
            for p in signature.parameters.values()]


def _of_plain_function(function):
    code = function.__code__
    names = list(code.co_varnames)
    defaults = function.__defaults__ or ()
    first_default = code.co_argcount - len(defaults)
    for i in range(code.co_argcount):
        kind = POSITIONAL_ONLY if i < code.co_posonlyargcount else NAMED
        yield names[i], kind, defaults[i - first_default] if i >= first_default else REQUIRED
    keyword_only = names[code.co_argcount:code.co_argcount + code.co_kwonlyargcount]
    stars = names[code.co_argcount + code.co_kwonlyargcount:]
    if code.co_flags & 0x04:
        yield stars.pop(0), VAR_POSITIONAL, REQUIRED
    for name in keyword_only:
        yield name, KEYWORD_ONLY, (function.__kwdefaults__ or {}).get(name, REQUIRED)
    if code.co_flags & 0x08:
        yield stars.pop(0), VAR_KEYWORD, REQUIRED


def _shown(parameters):
    parts = []
    for name, kind, default in parameters:
        if kind != POSITIONAL_ONLY and "/" not in parts and any(p[1] == POSITIONAL_ONLY for p in parameters):
            parts.append("/")
        if kind == KEYWORD_ONLY and not any(part.startswith("*") for part in parts):
            parts.append("*")
        stars = {VAR_POSITIONAL: "*", VAR_KEYWORD: "**"}.get(kind, "")
        parts.append(stars + name if default is REQUIRED else f"{name}={_shown_default(default)}")
    if parameters and all(p[1] == POSITIONAL_ONLY for p in parameters):
        parts.append("/")
    return ", ".join(parts)


def _shown_default(value):
    simple = any(type(value) is kind for kind in (type(None), bool, int, float, str))
    shown = repr(value) if simple and not (type(value) is int and value.bit_length() > 100) else "…"
    return shown if len(shown) <= 30 else "…"
