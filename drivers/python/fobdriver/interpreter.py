"""Prepares Python for the function: what it can import, where it prints, and how its loggers write."""
import builtins
import sys
from _sitebuiltins import Quitter
from importlib.machinery import PathFinder
from os.path import dirname
from types import ModuleType

FILE_NAME = "function.py"  # of code that is a single file
GRACE_S = 0  # how long a call may run after its timeout, because a thread cannot be ended


def prepare(log):
    """Removes the driver's and the host's modules from what the function can import; the standard library stays."""
    sys.stdout, sys.stderr = log.stdout, log.stderr
    sys.path[:] = [path for path in sys.path if not path.endswith(("site-packages", "dist-packages"))]
    sys.path.append(f"{dirname(__file__)}/module")  # the last: any other module named fob comes first
    sys.modules["__main__"] = ModuleType("__main__")  # child processes of multiprocessing would run the driver's
    for name in "exit", "quit":  # usually set by the module site, which python -S does not import
        setattr(builtins, name, Quitter(name, "Ctrl-D"))
    sys.meta_path.insert(0, _Preparing({
        "asyncio": _set_loops, "logging": lambda module: _keep_levels(module, (log.stdout, log.stderr))}))


def add_dependencies(directory):
    sys.path.insert(-1, directory)


class _Preparing:
    """Changes modules when the function imports them, because importing them at each start would take too long."""

    def __init__(self, prepare):
        self._prepare = prepare

    def find_spec(self, name, path=None, target=None):
        prepare = self._prepare.pop(name, None)
        if not prepare:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec:
            spec.loader = _Loader(spec.loader, prepare)
        return spec


class _Loader:
    def __init__(self, loader, prepare):
        self._loader = loader
        self._prepare = prepare

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        module.__spec__.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._prepare(module)


def _set_loops(asyncio):
    """Makes get_event_loop() work in any thread and in each call."""
    class LoopForEachThread(asyncio.DefaultEventLoopPolicy):
        def get_event_loop(self):
            loop = self._local._loop
            if loop is None or loop.is_closed():
                loop = self.new_event_loop()
                self.set_event_loop(loop)
            return loop

    asyncio.set_event_loop_policy(LoopForEachThread())


def _keep_levels(logging, streams):
    """Lets the lines of loggers begin with their level."""
    make_text = logging.Handler.format

    def text_with_level(handler, record):
        text = make_text(handler, record)
        if not any(handler.stream is stream for stream in streams):
            return text
        number, name = record.levelno, record.levelname
        level = "ERROR" if number >= 40 else "WARN" if number >= 30 else "INFO" if number >= 20 else "DEBUG"
        rest = text[len(name):].lstrip(" :") if text.startswith(name) else text  # the default format begins with the name
        return f"{level} {rest}"

    logging.StreamHandler.format = text_with_level
