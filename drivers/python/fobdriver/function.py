"""The user's code: loaded as the module "function", called by name."""
import io
import linecache
import sys
import tokenize
from types import CoroutineType, ModuleType

from . import failure, result
from .failure import Failure
from .signature import Signature

MODULE = "function"


class Function:
    """Calls run in any number of threads at once; there is nothing here that changes after loading."""

    def __init__(self, source, entry_point, max_result_bytes):
        self._max_result_bytes = max_result_bytes
        try:
            self._function = _load(source, entry_point)
            self.signature = Signature(entry_point, self._function)
        except Failure:
            raise
        except BaseException as error:  # SystemExit too: a failed load must not end the driver
            raise failure.of_exception(502, "failed", error) from None
        if getattr(getattr(self._function, "__code__", None), "co_flags", 0) & 0x80:  # async def
            import asyncio  # noqa: F401  now rather than in the first call

    def call(self, params):
        """The result as JSON bytes. Anything that goes wrong in the user's code is a Failure."""
        try:
            value = self._function(**params)
            if type(value) is CoroutineType:
                import asyncio
                value = asyncio.run(value)
        except BaseException as error:  # exit() and KeyboardInterrupt are the function's errors, not the driver's end
            raise failure.of_exception(500, "exception", error) from None
        return result.to_json(value, self._max_result_bytes)


def _load(source, entry_point):
    code = compile(source, failure.FUNCTION_FILE, "exec", dont_inherit=True)
    _show_in_tracebacks(source)
    module = ModuleType(MODULE)
    module.__file__ = failure.FUNCTION_FILE
    sys.modules[MODULE] = module  # pickle, dataclasses and typing look their module up
    exec(code, module.__dict__)
    function = module.__dict__.get(entry_point)
    if callable(function):
        return function
    problem = (f"the code has no function {entry_point}" if function is None else
               f"{entry_point} is of type {type(function).__name__}, which cannot be called")
    raise Failure(502, "failed", f"{problem}: write one at the top level, for example: def {entry_point}(name): …",
                  type="NoEntryPoint")


def _show_in_tracebacks(source):
    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)  # linecache has imported tokenize anyway
    lines = io.TextIOWrapper(io.BytesIO(source), encoding).readlines()
    linecache.cache[failure.FUNCTION_FILE] = len(source), None, lines, failure.FUNCTION_FILE
