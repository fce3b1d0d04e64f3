"""Loads the user's code as the module "function" and calls its entry point."""
import builtins
import sys
from os.path import dirname
from types import CoroutineType, ModuleType

from . import result, schema
from .failure import Failure, of_exception
from .foreign import type_name
from .frames import Frames
from .signature import Signature

MODULE = "function"  # the name of a single file as a module


class Function:
    """Can be called by several threads at a time, because nothing in it changes after loading."""

    def __init__(self, source, copies, containment, log, settings):
        self._source = source
        self._frames = Frames(source)
        self._copies = copies
        self._contained = containment.run
        self._max_result_bytes = settings.max_result_bytes
        self._has_network = settings.network
        self._function = None
        self.signature = None

    def load(self, entry_point):
        try:
            self._function = self._contained(_load, self._source, entry_point)
            self.signature = self._contained(Signature, entry_point, self._function)
        except Failure:
            raise
        except BaseException as error:  # SystemExit too: a failed load must not end the driver
            raise self._failure(502, "failed", error) from None

    def schema(self):
        """Returns the description of the function for callers, or None if it cannot be made."""
        try:
            return self._contained(schema.of_function, self._function, self.signature.parameters)
        except BaseException:  # the user's objects may be of any kind
            return None

    def call(self, params):
        """Returns the result as JSON bytes. Raises Failure if anything goes wrong in the user's code."""
        try:
            return self._contained(self._result, params)
        except Failure:
            raise
        except BaseException as error:  # exit() and KeyboardInterrupt too must not end the driver
            raise self._failure(500, "exception", error) from None

    def _result(self, params):
        value = self._function(**params)
        if type(value) is CoroutineType:
            import asyncio
            value = asyncio.run(self._awaited(value))
        return result.to_json(value, self._max_result_bytes)

    async def _awaited(self, coroutine):
        """Ends a copy of the process here, before it closes the event loop, which it shares with the original."""
        try:
            value = await coroutine
        except BaseException as error:
            if self._copies.here():
                self._copies.leave(self._failure(500, "exception", error))
            raise
        self._copies.leave()
        return value

    def _failure(self, status, reason, error):
        return self._contained(of_exception, status, reason, error, self._frames, self._has_network)

    def stack_of(self, frame):
        """Returns the lines of a stack that are in the function's code."""
        return self._frames.of_frame(frame)


def _load(source, entry_point):
    compiled = compile(source.code, source.path, "exec", dont_inherit=True)
    if source.directory:
        sys.path.insert(0, dirname(source.path))  # as for a script; child processes import the module by its name
    if b"asyncio" in source.code:
        import asyncio  # noqa: F401 - before the first call
    name = _module_name(source)
    module = ModuleType(name)
    module.__file__ = source.path
    module.__builtins__ = builtins
    sys.modules[name] = module  # pickle, dataclasses and typing look their module up
    exec(compiled, module.__dict__)
    function = module.__dict__.get(entry_point)
    if callable(function):
        return function
    problem = (f"the code has no function {entry_point}" if function is None else
               f"{entry_point} is of type {type_name(type(function))}, which cannot be called")
    raise Failure(502, "failed", f"{problem}: write one at the top level, for example: def {entry_point}(name): …",
                  type="NoEntryPoint")


def _module_name(source):
    """The entry file of an archive is the module that other files of the archive import by its name."""
    name = source.entry.rpartition("/")[2].removesuffix(".py")
    return name if source.is_archive and name.isidentifier() and name not in sys.modules else MODULE
